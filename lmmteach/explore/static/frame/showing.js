// Which panels the hall sees: one to three of the view's, at first the one its question asks about.
import { arrange } from "./hall.js";

const MOST = 3;

/** { panels, shown(), choose(name, on), step(by), begin(), end(), watch(call) } over the panels of the explorer. */
export function createShow(root, ctx) {
  const { panels, prompt } = ctx.data.view;
  const names = panels.map(({ panel }) => panel);
  const nodeOf = (name) => root.querySelector(`.lmmx-panel-${name}`);
  const asked = prompt && names.includes(prompt.asks) ? prompt.asks : null;
  let shown = [asked || names.find((name) => name !== "equation") || names[0]];
  let watch = () => {};

  function become(next) {
    shown = names.filter((name) => next.includes(name));
    names.forEach((name) => { nodeOf(name).hidden = !shown.includes(name); });
    arrange(root);
    ctx.remeasure();
    watch();
  }
  return {
    panels,
    shown: () => shown,
    full: () => shown.length >= MOST,
    /** Show a panel or not; one always stays. */
    choose(name, on) {
      const next = on ? [...shown, name] : shown.filter((other) => other !== name);
      if (next.length >= 1 && next.length <= MOST) become(next);
    },
    /** As many panels as now, one further down the view. */
    step(by) {
      const at = shown.map((name) => (names.indexOf(name) + by + names.length) % names.length);
      become(at.map((k) => names[k]));
    },
    begin: () => become(shown),
    end() {
      names.forEach((name) => { nodeOf(name).hidden = false; });
      arrange(root);
    },
    watch(call) { watch = call; },
  };
}
