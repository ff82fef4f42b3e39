// Header, console and panels, as the view declares them.
import { h } from "../kit/dom.js";
import { createControls } from "./controls.js";
import { createMatch } from "./match.js";
import { createProjector } from "./projector.js";
import { createPrompt } from "./prompt.js";
import { PANELS } from "./registry.js";
import { createSight } from "./sight.js";
import { createFigures, createLights, createMeaning } from "./status.js";

/** Fill `root`; what has to follow the state is pushed to `updates`. */
export function layOut(root, ctx, updates) {
  const { view, chrome } = ctx.data;
  root.classList.toggle("lmmx-bare", chrome === false);
  // Nothing to slide and nothing to read off: what is chosen then needs no column of its own.
  const slider = (dial) => dial.kind === "slider" && dial.place === "console";
  const slides = view.free.length || view.readouts.length || view.dials.some(slider);
  root.classList.toggle("lmmx-choices", !slides);
  const prompt = chrome !== false && view.prompt ? createPrompt(ctx) : null;
  const lay = h("div", { class: "lmmx-layout" }, console_(ctx, updates), panels(ctx, updates));
  root.append(...(chrome === false ? [] : [header(ctx, prompt, root)]), lay);
  if (prompt) {
    updates.push(prompt.update);
    // Nothing moves before the prediction is locked; everything can be seen.
    const fields = [...root.querySelectorAll(".lmmx-console, .lmmx-presets")];
    updates.push((_, state) => fields.forEach((part) => part.toggleAttribute("inert", state.prediction === null)));
    root.classList.add("lmmx-prompted");
    updates.push((_, state) => root.classList.toggle("lmmx-waiting", state.prediction === null));
  }
}

const button = (name, text, click, kind = "") =>
  h("button", { type: "button", class: `lmmx-button ${kind}`, "data-action": name, onclick: click }, text);

function header(ctx, prompt, root) {
  const { view, labels } = ctx.data;
  const presets = view.presets.map((preset) =>
    button("preset", preset.label, () => ctx.act.goTo(preset), "lmmx-preset"));
  return h("header", { class: "lmmx-header" },
    h("div", { class: "lmmx-heading" }, h("h2", {}, view.title), h("p", { class: "lmmx-source" }, labels.source),
      createProjector(root, ctx, view.presets)),
    prompt && prompt.node,
    presets.length ? h("div", { class: "lmmx-presets", role: "group", "aria-label": "Presets" }, presets) : null);
}

/** Everything that moves the explorer, and what it says of where it stands. */
function console_(ctx, updates) {
  const { view, fit } = ctx.data;
  const { act } = ctx;
  const bar = h("div", { class: "lmmx-bar" });
  const status = h("div", { class: "lmmx-status" });
  const says = (part) => view.readouts.includes(part);
  if (view.free.length || view.dials.some((dial) => dial.place === "console")) updates.push(createControls(bar, ctx));
  if (says("likelihood")) updates.push(createFigures(bar, ctx));
  if (says("lights")) updates.push(createLights(bar, ctx));
  if (says("words")) updates.push(createMeaning(status, ctx));
  const undo = button("undo", "Undo", act.undo);
  updates.push((_, state) => { if (undo.disabled === state.canUndo) undo.disabled = !state.canUndo; });
  const draws = !view.panels.some(({ panel }) => PANELS[panel] && PANELS[panel].simulates);
  status.append(h("div", { class: "lmmx-buttons" },
    fit && view.free.length ? button("fit", "Jump to the fit", () => act.goTo(fit), "lmmx-primary") : null,
    draws ? null : button("draws", "New draws", act.newDraws), undo, button("reset", "Reset", act.reset)));
  if (view.match) updates.push(createMatch(status, ctx));
  if (fit && view.free.length) {
    const show = h("input", { type: "checkbox", checked: true, onchange: () => act.showFit(show.checked) });
    const key = h("span", { class: "lmmx-ghostkey", "aria-hidden": "true" });
    status.append(h("label", { class: "lmmx-check" }, show, h("span", {}, "Show the fit ", key)));
    updates.push((_, state) => { if (show.checked !== state.showFit) show.checked = state.showFit; });
  }
  return h("div", { class: "lmmx-console" }, bar, status);
}

function panels(ctx, updates) {
  const all = h("div", { class: "lmmx-panels" });
  const inSight = createSight(ctx);
  for (const { panel, title, note, wide } of ctx.data.view.panels) {
    if (!PANELS[panel]) throw new Error(`No panel is called "${panel}"; there are: ${Object.keys(PANELS).join(", ")}.`);
    const body = h("div", { class: "lmmx-body" });
    const kind = `lmmx-panel lmmx-panel-${panel}${wide ? " lmmx-wide" : ""}`;
    // No section element: a deck of slides would take it for a slide.
    const section = h("div", { class: kind, role: "region", "aria-label": title },
      h("h3", { class: "lmmx-title" }, title, note ? h("span", { class: "lmmx-titlenote" }, note) : null), body);
    all.append(section);
    updates.push(inSight(section, PANELS[panel].create(body, ctx)));
  }
  return all;
}
