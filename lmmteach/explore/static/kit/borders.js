// A bar of stacked variances in the hand: the top of each part moves that part, and what lies on it rides along.
import { createHandle } from "./handle.js";
import { unpadded } from "./numbers.js";

/**
 * createBorders(stage, grasps, valueAt(px, py)) -> { held(), update(state, xs, y(value), parts) }: a handle at the top
 * of each part, from the lowest up, at the pixel `xs` has for it; thin parts have their tops in one place.
 */
export function createBorders(stage, grasps, valueAt) {
  let parts = grasps.map(() => 0);
  const below = (k) => parts.slice(0, k).reduce((sum, x) => sum + x, 0);
  const handles = grasps.map((grasp, k) => createHandle({
    label: `Top of ${grasp.symbol}, ${grasp.what}`, colour: grasp.colour, axis: "y", small: true,
    drag: (px, py) => grasp.to(valueAt(px, py) - below(k)), step: (right, up) => grasp.step(up || right),
  }));
  handles.forEach(({ node }, k) => { node.title = `Drag up or down: moves ${grasps[k].symbol}`; });
  stage.append(...handles.map(({ node }) => node));
  return {
    held: () => handles.some((handle) => handle.held()),
    update(state, xs, y, now) {
      parts = now;
      handles.forEach((handle, k) => {
        handle.place(xs[k], y(below(k) + now[k]), Number(now[k].toPrecision(5)), unpadded(now[k], 4));
        handle.wait(grasps[k].waits(state));
      });
    },
  };
}
