// A printed number to scrub: drag it sideways, or step it with the arrow keys.
import { set } from "./dom.js";
import { stepsOf } from "./keys.js";
import { lights } from "./lit.js";
import { pull } from "./pull.js";

/**
 * scrub(node, ctx, grasp, where) -> update(state). One number of a parameter is its slider to the keyboard; the others
 * that print it (`where` null) can be pulled alone.
 */
export function scrub(node, ctx, grasp, where) {
  if (!grasp.free) return () => {};
  node.classList.add("lmmx-scrub");
  set(node, { title: `Drag sideways: moves ${grasp.symbol}` });
  pull(node, {
    begin: () => (grasp.waits(ctx.now()) ? null : { steps: 0 }),
    drag(start, dx) {
      grasp.step(Math.round(dx) - start.steps);
      start.steps = Math.round(dx);
    },
  });
  const light = () => ({ parameter: grasp.name });
  lights(node, ctx, light);
  if (where === null) return () => {};
  set(node, { role: "slider", tabindex: 0, "aria-label": `${grasp.symbol} ${where}, ${grasp.what}` });
  node.addEventListener("keydown", (event) => {
    const by = grasp.waits(ctx.now()) ? null : stepsOf(event);
    if (by) grasp.step(by[0] || by[1]);
  });
  node.addEventListener("focus", () => ctx.act.select(light()));
  node.addEventListener("blur", () => ctx.act.select(null));
  let waits = null;
  return (state) => {
    const value = grasp.now();
    set(node, { "aria-valuenow": Number(value.toPrecision(6)), "aria-valuetext": grasp.text(value) });
    if (waits === grasp.waits(state)) return;
    waits = grasp.waits(state);
    set(node, { tabindex: waits ? -1 : 0, "aria-disabled": waits });
  };
}
