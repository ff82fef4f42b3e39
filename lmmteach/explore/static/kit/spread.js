// Spreads in the hand: a point of the SD curve, and the residual SD wherever it is drawn.
import { moverAt, rateOf, reaching } from "../maths/ideas/reach.js";
import { bilinear } from "../maths/model.js";
import { graspOf } from "./grasp.js";
import { createHandle } from "./handle.js";
import { placesOf } from "./lit.js";
import { three } from "./numbers.js";

/**
 * createCurvePoint(ctx, c) -> { node, held(), at(), update(d, state) }: a handle on the SD curve of chart `c`, at one
 * visit at a time. Pulled up or down it moves the parameter that an entry on the diagonal of V stands for there; the
 * arrow keys to left and right take it to another visit.
 */
export function createCurvePoint(ctx, c) {
  const { grid, view: { free } } = ctx.data;
  const grasps = grid.Z.map((z) => moverAt(z, z, free)).map((name) => name && graspOf(ctx, name));
  let k = grid.t.length - 1;
  const variance = () => {
    const { G, sigma2, dials } = ctx.now();
    const left = ctx.residual ? ctx.residual.variance(k, { sigma2, dials }) : sigma2;
    return bilinear(grid.Z[k], G, grid.Z[k]) + left;
  };
  function lift(sd) {
    const [z, grasp] = [grid.Z[k], grasps[k]];
    if (grasp) grasp.to(reaching(Math.max(sd, 0) ** 2, variance(), grasp.now(), rateOf(grasp.name, z, z, true)));
  }
  const select = () => ctx.act.select({ pair: [grid.t[k], grid.t[k]] });
  const handle = createHandle({
    label: "SD", colour: "line", axis: "y", small: true,
    drag: (px, py) => lift(c.back(px, py)[1]),
    step(right, up) {
      if (up) return lift(Math.sqrt(Math.max(variance(), 0)) + (up * c.y1) / 100);
      k = Math.min(Math.max(k + Math.sign(right), 0), grid.t.length - 1);
      return select();
    },
  });
  handle.node.addEventListener("focus", select);
  handle.node.addEventListener("blur", () => ctx.act.select(null));
  return {
    node: handle.node, held: handle.held,
    at: () => k,
    update(d, state) {
      const places = placesOf(grid.t, state.selection.pair);
      if (places && places[0] === places[1] && !handle.held()) k = places[0];
      const [sd, grasp] = [d.sdGrid[k], grasps[k]];
      handle.node.style.display = grasp && Number.isFinite(sd) ? "" : "none";
      if (!grasp || !Number.isFinite(sd)) return;
      handle.called(`SD at ${grid.label[k]}: moves ${grasp.symbol}`, grasp.colour);
      handle.node.title = `Drag up or down: moves ${grasp.symbol}`;
      const said = `${three(sd)}, ${grasp.symbol} ${three(grasp.now())}`;
      handle.place(c.x(grid.t[k]), c.y(sd), Number(sd.toPrecision(5)), said);
      handle.wait(grasp.waits(state));
    },
  };
}

/** A handle at the residual SD, or null where that does not move: `sdAt(px, py)` is the sigma a pixel stands for. */
export function createSigma(ctx, sdAt) {
  const grasp = graspOf(ctx, "sigma2");
  if (!grasp.free) return null;
  const handle = createHandle({
    label: `Residual SD \u03c3: moves ${grasp.symbol}`, colour: "sigma2", axis: "y", small: true,
    drag: (px, py) => grasp.to(Math.max(sdAt(px, py), 0) ** 2), step: (right, up) => grasp.step(up || right),
  });
  handle.node.title = `Drag up or down: moves ${grasp.symbol}`;
  return {
    node: handle.node, held: handle.held,
    update({ sigma2 }, state, px, py) {
      const sd = Math.sqrt(sigma2);
      handle.place(px, py, Number(sd.toPrecision(5)), `${three(sd)}, ${grasp.symbol} ${three(sigma2)}`);
      handle.wait(grasp.waits(state));
    },
  };
}
