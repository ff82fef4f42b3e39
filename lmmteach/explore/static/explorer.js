// The explorer: state -> derived -> panels, at most once a frame. A host gives `model` (get, set, on, off,
// save_changes, as anywidget does) and an element; everything declared stands in the data it carries.
import { deriver } from "./derive.js";
import { createControls } from "./controls.js";
import { createFigures, createMeaning } from "./status.js";
import { h, groundOf, setText, watchTheme } from "./dom.js";
import { moved, readState } from "./state.js";
import { summary } from "./words.js";
import { createCode } from "./panels/code.js";
import { createEquation } from "./panels/equation.js";
import { createCorrelation, createCovariance } from "./panels/matrix.js";
import { createSd } from "./panels/sd.js";
import { createSpaghetti } from "./panels/spaghetti.js";

/** What a view may declare. A new panel is one file and one line here. */
const PANELS = {
  equation: createEquation,
  covariance: createCovariance,
  correlation: createCorrelation,
  sd: createSd,
  spaghetti: createSpaghetti,
  code: createCode,
};

const TRAITS = ["G", "sigma2", "hold", "seed", "method"];

/** Draw the explorer into `el`; returns the function that removes it. */
export function render({ model, el }) {
  const data = model.get("_data");
  const derive = deriver(data);
  let state = readState(model);
  let derived = null;
  let frame = 0;
  let unsent = false;
  let sending = false;
  let spokenFrom = null;
  let speaking = 0;

  const root = h("div", { class: "lmmx", "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": data.labels.title });
  // A notebook would take the arrow keys for itself; its own shortcuts with Ctrl, Cmd and Escape still reach it.
  root.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && event.key !== "Escape") event.stopPropagation();
  });
  const live = h("p", { class: "lmmx-sr", "aria-live": "polite", "data-out": "summary" });
  const { ctx, dispose } = context(root, data, () => schedule());

  function schedule() {
    if (!frame) frame = requestAnimationFrame(paint);
  }
  function paint() {
    frame = 0;
    derived = derive(state);
    for (const update of updates) update(derived);
    updateControls(state);
    if (unsent) {
      unsent = false;
      // Each set tells its listeners at once, while the other traits still hold the old values.
      sending = true;
      for (const name of TRAITS) model.set(name, state[name]);
      sending = false;
      model.save_changes();
    }
  }
  function become(next, parameter) {
    if (!spokenFrom) spokenFrom = derived;
    state = next;
    unsent = true;
    schedule();
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      if (derived && spokenFrom) setText(live, summary(parameter, spokenFrom, derived, data.labels));
      spokenFrom = null;
    }, 700);
  }
  const actions = {
    move: (parameter, value) => become(moved(state, parameter, value), parameter),
    activate: (parameter) => { state = { ...state, active: parameter === "rho" ? "G12" : parameter }; schedule(); },
    hold: (hold) => become({ ...state, hold }),
    method: (method) => become({ ...state, method }),
    goTo: ({ G, sigma2 }) => become(rest({ ...state, G: G.map((row) => row.slice()), sigma2 })),
    newDraws: () => become({ ...state, seed: state.seed + 1 }),
    reset: () => become(rest({ ...state, ...data.start, G: data.start.G.map((row) => row.slice()) })),
    showFit: (showFit) => { state = { ...state, showFit }; schedule(); },
  };

  const updates = [];
  const updateControls = build(root, ctx, actions, updates, live);
  el.append(root);
  const fromModel = () => {
    if (sending) return;
    const next = readState(model, state);
    if (TRAITS.some((name) => JSON.stringify(next[name]) !== JSON.stringify(state[name]))) { state = next; schedule(); }
  };
  for (const name of TRAITS) model.on(`change:${name}`, fromModel);
  paint();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(speaking);
    for (const name of TRAITS) model.off(`change:${name}`, fromModel);
    dispose();
    root.remove();
  };
}

/** After a jump no parameter is the one that moved. */
const rest = (state) => readState({ get: (name) => state[name] }, { ...state, active: null });

/** Header, console and panels, as the view declares them. */
function build(root, ctx, actions, updates, live) {
  const { view, labels, fit } = ctx.data;
  const bar = h("div", { class: "lmmx-bar" });
  const status = h("div", { class: "lmmx-status" });
  const panels = h("div", { class: "lmmx-panels" });
  const updateControls = createControls(bar, ctx, actions);
  updates.push(createFigures(bar, ctx, actions), createMeaning(status, ctx));
  const show = h("input", { type: "checkbox", checked: true, onchange: () => actions.showFit(show.checked) });
  const button = (name, text, click, kind = "") => h("button", { type: "button", class: `lmmx-button ${kind}`, "data-action": name, onclick: click }, text);
  status.append(
    h("div", { class: "lmmx-buttons" },
      button("fit", "Jump to the fit", () => actions.goTo(fit), "lmmx-primary"),
      button("draws", "New draws", actions.newDraws), button("reset", "Reset", actions.reset)),
    h("label", { class: "lmmx-check" }, show, h("span", {}, "Show the fit ", h("span", { class: "lmmx-ghostkey", "aria-hidden": "true" }))));
  for (const { panel, title, note, wide } of view.panels) {
    if (!PANELS[panel]) throw new Error(`No panel is called "${panel}"; there are: ${Object.keys(PANELS).join(", ")}.`);
    const body = h("div", { class: "lmmx-body" });
    panels.append(h("section", { class: `lmmx-panel lmmx-panel-${panel}${wide ? " lmmx-wide" : ""}`, "aria-label": title },
      h("h3", { class: "lmmx-title" }, title, note ? h("span", { class: "lmmx-titlenote" }, note) : null), body));
    updates.push(PANELS[panel](body, ctx));
  }
  root.append(
    h("header", { class: "lmmx-header" },
      h("div", { class: "lmmx-heading" }, h("h2", {}, view.title), h("p", { class: "lmmx-source" }, labels.source)),
      view.prompt ? h("p", { class: "lmmx-prompt" }, view.prompt) : null,
      view.presets.length ? h("div", { class: "lmmx-presets", role: "group", "aria-label": "Presets" },
        view.presets.map((preset) => button("preset", preset.label, () => actions.goTo(preset), "lmmx-preset"))) : null),
    h("div", { class: "lmmx-layout" }, h("div", { class: "lmmx-console" }, bar, status), panels), live);
  return updateControls;
}

/** What panels may ask of their surroundings: colours, fonts, widths; all cached until the page changes. */
function context(root, data, again) {
  let colours = {};
  let dark = null;
  const widths = new Map();
  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) widths.set(target, Math.max(Math.round(contentRect.width), 160));
    again();
  });
  const retheme = () => {
    colours = {};
    dark = null;
    const ground = groundOf(root.parentElement || document.body);
    root.dataset.mode = ground.dark ? "dark" : "light";
    root.style.setProperty("--ground", ground.colour);
    again();
  };
  const stop = watchTheme(retheme);
  requestAnimationFrame(retheme);
  const ctx = {
    data, again,
    theme: () => (dark ??= root.dataset.mode || "light"),
    colour: (name) => (colours[name] ??= getComputedStyle(root).getPropertyValue(`--${name}`).trim()),
    font: (size) => `${size}px ${getComputedStyle(root).fontFamily}`,
    width(el) {
      if (!widths.has(el)) {
        widths.set(el, Math.max(Math.round(el.clientWidth), 160));
        sizes.observe(el);
      }
      return widths.get(el);
    },
  };
  return { ctx, dispose: () => { stop(); sizes.disconnect(); } };
}
