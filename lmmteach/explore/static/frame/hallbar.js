// The bar above an explorer in the hall: its settings, its panels, the pen, the way out; each with its key.
import { h, set, setText } from "../kit/dom.js";
import { waiting } from "../kit/waiting.js";

let serial = 0;
const LONG = 28; // letters of a title that fit beside the buttons in its common size

/** { node, preset(by), close() }; `show` says which panels are seen, `leave` ends it. */
export function createHallBar({ ctx, presets, pen, show, leave }) {
  const stepper = presets.length ? stepperOf(ctx, presets) : null;
  const tool = (name, text, click, key) => h("button", {
    type: "button", class: "lmmx-tool", "data-action": name, "aria-keyshortcuts": key, onclick: click,
  }, text);
  const chooser = chooserOf(show);
  const node = h("div", { class: "lmmx-hallbar", role: "toolbar", "aria-label": "Projector" },
    h("h2", { "data-long": ctx.data.view.title.length > LONG }, ctx.data.view.title),
    stepper && stepper.node, chooser.node, foldOf(ctx),
    pen.button, pen.tools, tool("leave", "Leave (Esc)", leave, "Escape"));
  pen.button.textContent = "Pen (d)";
  return { node, preset: (by) => stepper && stepper.step(by), close: chooser.close };
}

/** The question and what came of it may be put away, to leave the room to the panels. */
function foldOf({ root, data: { view } }) {
  if (!view.prompt) return null;
  const fold = h("button", {
    type: "button", class: "lmmx-tool", "data-action": "fold", "aria-pressed": "true",
    onclick: () => set(fold, { "aria-pressed": String(!root.classList.toggle("lmmx-folded")) }),
  }, "Question");
  return fold;
}

/** The view's settings one after the other: "[" and "]" step through them. */
function stepperOf(ctx, presets) {
  let at = -1;
  const name = h("span", { class: "lmmx-stepped", role: "status" }, `${presets.length} settings`);
  const go = (by, text, label) => h("button", {
    type: "button", class: "lmmx-tool", "aria-label": label, "aria-keyshortcuts": text, onclick: () => step(by),
  }, by < 0 ? "\u2039" : null, h("kbd", {}, text), by > 0 ? "\u203a" : null);
  function step(by) {
    if (waiting(ctx, ctx.now())) return setText(name, "First a prediction");
    at = at < 0 && by < 0 ? presets.length - 1 : (at + by + presets.length) % presets.length;
    ctx.act.goTo(presets[at]);
    setText(name, presets[at].label);
  }
  const node = h("span", { class: "lmmx-stepper", role: "group", "aria-label": "Settings" },
    go(-1, "[", "Setting before"), name, go(1, "]", "Next setting"));
  return { node, step };
}

/** { node, close() }: the panels that are seen, a list behind a button; `close` says whether it was open. */
function chooserOf(show) {
  const id = `lmmx-panels-${++serial}`;
  const boxes = show.panels.map(({ panel }) => h("input", {
    type: "checkbox", "data-panel-choice": panel, onchange: (event) => show.choose(panel, event.target.checked),
  }));
  const list = h("div", { class: "lmmx-panellist", id, role: "group", "aria-label": "Panels to show", hidden: true },
    show.panels.map(({ title }, k) => h("label", {}, boxes[k], title)),
    h("p", {}, "One to three. Page Down and Page Up: the next ones."));
  const open = h("button", {
    type: "button", class: "lmmx-tool", "data-action": "panels", "aria-expanded": "false", "aria-controls": id,
    onclick: () => turn(list.hidden),
  }, "Panels");
  function turn(on) {
    list.hidden = !on;
    set(open, { "aria-expanded": String(on) });
  }
  function update() {
    const shown = show.shown();
    show.panels.forEach(({ panel }, k) => {
      const on = shown.includes(panel);
      boxes[k].checked = on;
      boxes[k].disabled = on ? shown.length === 1 : show.full();
    });
    setText(open, `Panels: ${shown.length} of ${show.panels.length}`);
  }
  show.watch(update);
  const node = h("span", { class: "lmmx-panelchoice" }, open, list);
  node.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !node.contains(relatedTarget)) turn(false);
  });
  return {
    node,
    close() {
      if (list.hidden) return false;
      turn(false);
      open.focus({ preventScroll: true });
      return true;
    },
  };
}
