// The time at which people's lines are closest, t* = -G12 / G22, as a handle: pulled along time it moves G12.
import { covarianceAt } from "../maths/ideas/turning.js";
import { turningPoint } from "../maths/model.js";
import { graspOf } from "./grasp.js";
import { createHandle } from "./handle.js";
import { three } from "./numbers.js";

const CLEAR = 10; // pixels that keep the knob off the axis’s numbers

/**
 * createTurning(ctx, back(px)) -> { node, update(d, state, x(t), floor) }, or null where G12 does not move here;
 * `update` says whether there is anything to take hold of.
 */
export function createTurning(ctx, back) {
  const { curve, fit } = ctx.data;
  const grasp = graspOf(ctx, "G12");
  if (fit.G.length < 2 || !curve.plainTime || !grasp.free) return null;
  const [first, last] = [curve.t[0], curve.t[curve.t.length - 1]];
  const inside = (t) => Math.min(Math.max(t, first), last);
  const now = () => ctx.now().G;
  const go = (t) => grasp.to(covarianceAt(inside(t), now()));
  const here = () => inside(turningPoint([1, 0], [0, 1], now()));
  const handle = createHandle({
    label: `Least spread over time: moves ${grasp.symbol}`, colour: "G12", axis: "x", small: true,
    drag: (px) => go(back(px)), step: (x, y) => go(here() + ((x || y) * (last - first)) / 100),
  });
  handle.node.title = `Drag along time: moves ${grasp.symbol}`;
  return {
    node: handle.node,
    update(d, state, x, floor) {
      const t = turningPoint([1, 0], [0, 1], d.G);
      // Where it lies outside the times shown there is nothing to take hold of.
      const seen = t !== null && d.isPsd && t >= first && t <= last;
      handle.node.style.display = seen ? "" : "none";
      if (!seen) return false;
      handle.place(x(t), floor - CLEAR, Number(t.toPrecision(4)), `${three(t)}, ${grasp.symbol} ${three(d.G[0][1])}`);
      handle.wait(grasp.waits(state));
      return true;
    },
  };
}
