// Everything that moves the explorer, and what it says of where it stands.
import { h, set } from "../kit/dom.js";
import { createControls } from "./controls.js";
import { createLink } from "./link.js";
import { createMatch } from "./match.js";
import { PANELS } from "./registry.js";
import { createFigures, createLights, createMeaning } from "./status.js";

/** A button of the explorer's. */
export const button = (name, text, click, kind = "") =>
  h("button", { type: "button", class: `lmmx-button ${kind}`, "data-action": name, onclick: click }, text);

/**
 * The bar, which stays in sight, and the status below it; `first` is the control shown where only one has room.
 * Returns { bar, status, likelihood, read, why }, elements to place; the last three may be null.
 */
export function createConsole(ctx, updates, first) {
  const { view } = ctx.data;
  const says = (part) => view.readouts.includes(part);
  const bar = h("div", { class: "lmmx-bar" });
  if (view.free.length || view.dials.some((dial) => dial.place === "console")) {
    updates.push(createControls(bar, ctx, first));
  }
  const figures = says("likelihood") ? createFigures(ctx) : null;
  const lights = says("lights") ? createLights(ctx) : null;
  const meaning = says("words") ? createMeaning(ctx) : null;
  for (const part of [figures, lights, meaning]) if (part) updates.push(part.update);
  const read = figures || lights ? h("div", { class: "lmmx-read" },
    figures && h("div", { class: "lmmx-figures" }, figures.likelihood, figures.gap), lights && lights.node) : null;
  if (read) bar.append(read);
  if (meaning && lights) read.append(whyButton(bar));
  // What comes and goes stands last: it pushes nothing that a pointer may be on.
  const status = h("div", { class: "lmmx-status" }, meaning && [meaning.gauge, meaning.words], buttons(ctx, updates));
  if (view.match) updates.push(createMatch(status, ctx));
  if (ctx.data.fit && view.free.length) status.append(fitSwitch(ctx, updates));
  if (meaning) status.append(meaning.why);
  return { bar, status, read, likelihood: figures && figures.likelihood, why: meaning && meaning.why };
}

/** In a hand the lights have no room for words: pressed, they say them over the panel. */
function whyButton(bar) {
  const node = h("button", {
    type: "button", class: "lmmx-tellwhy", "aria-expanded": "false", "aria-label": "What the lights say",
    onclick: () => open(node.getAttribute("aria-expanded") !== "true"),
  });
  const open = (on) => set(node, { "aria-expanded": String(on) });
  bar.addEventListener("focusout", () => open(false));
  bar.addEventListener("keydown", ({ key }) => { if (key === "Escape") open(false); });
  return node;
}

function buttons(ctx, updates) {
  const { view, fit } = ctx.data;
  const { act } = ctx;
  const undo = button("undo", "Undo", act.undo);
  updates.push((_, state) => { if (undo.disabled === state.canUndo) undo.disabled = !state.canUndo; });
  const draws = view.panels.some(({ panel }) => PANELS[panel] && PANELS[panel].simulates);
  return h("div", { class: "lmmx-buttons" },
    fit && view.free.length ? button("fit", "Jump to the fit", () => act.goTo(fit), "lmmx-primary") : null,
    draws ? button("draws", "New draws", act.newDraws) : null, undo, button("reset", "Reset", act.reset),
    ctx.address ? createLink(ctx) : null);
}

function fitSwitch(ctx, updates) {
  const show = h("input", { type: "checkbox", checked: true, onchange: () => ctx.act.showFit(show.checked) });
  const key = h("span", { class: "lmmx-ghostkey", "aria-hidden": "true" });
  updates.push((_, state) => { if (show.checked !== state.showFit) show.checked = state.showFit; });
  return h("label", { class: "lmmx-check" }, show, h("span", {}, "Show the fit ", key));
}
