// Header, console and panels, as the view declares them.
import { h } from "../kit/dom.js";
import { createArrangement } from "./arrange.js";
import { button, createConsole } from "./console.js";
import { createProjector } from "./projector.js";
import { createPrompt } from "./prompt.js";
import { PANELS } from "./registry.js";
import { createSave } from "./save.js";
import { createSight } from "./sight.js";

/** Fill `root`; what has to follow the state is pushed to `updates`. */
export function layOut(root, ctx, updates) {
  const { view, chrome } = ctx.data;
  root.classList.toggle("lmmx-bare", chrome === false);
  // Nothing to slide and nothing to read off: what is chosen then needs no column of its own.
  const slider = (dial) => dial.kind === "slider" && dial.place === "console";
  const slides = view.free.length || view.readouts.length || view.dials.some(slider);
  root.classList.toggle("lmmx-choices", !slides);
  const hands = [];
  /** Code to run when the explorer comes into a hand, and when it comes back to a desk. */
  ctx.atHand = (change) => hands.push(change);
  const asks = chrome !== false && view.prompt;
  const prompt = asks ? createPrompt(ctx) : null;
  const { bar, status, ...read } = createConsole(ctx, updates, view.prompt ? view.prompt.watch[0] : "");
  const console = h("div", { class: "lmmx-console" });
  const inSight = createSight(ctx);
  const panels = view.panels.map((panel) => panelOf(panel, ctx, updates, inSight));
  const kind = view.prompt && view.prompt.asks;
  const asked = panels.find((node) => node.dataset.panel === kind)
    || panels.find((node) => node.dataset.panel !== "equation") || panels[0];
  const header = chrome === false ? null : headerOf(ctx);
  const presets = header && view.presets.length ? presetsOf(ctx) : null;
  const grid = h("div", { class: "lmmx-panels" });
  const lay = h("div", { class: "lmmx-layout" }, console, grid);
  root.append(...[header, lay].filter(Boolean));
  // Last in the order of the keys, at the top for the eye: it is no stop on the way to the question.
  if (header) root.append(createProjector(root, ctx, view.presets));
  const more = h("div", { class: "lmmx-more" });
  const arrangement = createArrangement({
    root, lay, header, grid, console, bar, status, ...read, presets, more, panels, asked, play: prompt && prompt.node,
    changed: (hand) => hands.forEach((change) => change(hand)),
  }, ctx);
  updates.push(arrangement.update);
  ctx.show = arrangement.show;
  ctx.arrange = arrangement.measure;
  if (!prompt) return;
  // Nothing moves before the prediction is locked; everything can be seen.
  const locked = [console, more, presets].filter(Boolean);
  updates.push((_, state) => locked.forEach((part) => part.toggleAttribute("inert", state.prediction === null)));
  root.classList.add("lmmx-prompted");
  updates.push((_, state) => root.classList.toggle("lmmx-waiting", state.prediction === null));
  updates.push(prompt.update);
}

function headerOf({ data: { view, labels } }) {
  return h("header", { class: "lmmx-header" },
    h("div", { class: "lmmx-heading" }, h("h2", {}, view.title), h("p", { class: "lmmx-source" }, labels.source)));
}

function presetsOf(ctx) {
  return h("div", { class: "lmmx-presets", role: "group", "aria-label": "Presets" },
    ctx.data.view.presets.map((preset) => button("preset", preset.label, () => ctx.act.goTo(preset), "lmmx-preset")));
}

function panelOf(declared, ctx, updates, inSight) {
  const { panel, title, note, wide } = declared;
  if (!PANELS[panel]) throw new Error(`No panel is called "${panel}"; there are: ${Object.keys(PANELS).join(", ")}.`);
  const body = h("div", { class: "lmmx-body" });
  const heading = h("h3", { class: "lmmx-title" }, title, note ? h("span", { class: "lmmx-titlenote" }, note) : null);
  const classes = `lmmx-panel lmmx-panel-${panel}${wide ? " lmmx-wide" : ""}`;
  // No section element: a deck of slides would take it for a slide.
  const node = h("div", { class: classes, role: "region", "data-panel": panel, "aria-label": title }, heading, body);
  node.append(createSave(node, body, declared, ctx));
  updates.push(inSight(node, PANELS[panel].create(body, ctx))); // a large table asks for a whole row
  return node;
}
