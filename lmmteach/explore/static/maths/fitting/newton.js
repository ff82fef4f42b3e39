// Newton steps in theta, onto an optimum: from near it, or away from a saddle, until there is nothing to gain.
import { curvature, plain, turned, valued } from "./objective.js";
import { eigen } from "./symmetric.js";

const DECREMENT = 1e-10; // units of -2 log L still to be gained when the search may stop
const SPENT = 1e-14; // less than that, and a last step would not change theta's digits
const ROUNDING = 1e-13; // of -2 log L: a gain no larger is no gain
const HIDDEN = 1e-11; // of -2 log L: a decrement so small may be hidden by rounding, and the gradient is asked

/** Newton's method on |H|, so that saddles repel; whether decrement and curvature say it has arrived. */
export function newton(f, start) {
  const arrived = steps(f, start);
  const theta = plain(f, arrived.theta);
  f.axes = null;
  return { theta, converged: arrived.converged };
}

function steps(f, start) {
  let theta = start;
  let axes = null;
  curvature(f, theta); // value, slope and curvature of one place are one evaluation
  let { value, gradient } = valued(f, theta);
  for (let round = 0; round < 60; round++) {
    theta = turned(f, theta);
    if (f.axes !== axes) {
      axes = f.axes;
      curvature(f, theta);
      ({ value, gradient } = valued(f, theta));
    }
    const reach = theta.map((x) => Math.max(1, Math.abs(x))); // where theta is large, its curvature is small
    const bent = eigen(curvature(f, theta).map((row, a) => row.map((x, b) => x * reach[a] * reach[b])));
    const floor = 1e-7 * Math.max(1, ...bent.values.map(Math.abs));
    const downhill = bent.values[0] < -100 * floor;
    for (let look = 0; look < 2; look++) { // the second look, after a step, spares a new Hessian where one was enough
      const along = bent.axes.map((axis) => axis.reduce((sum, x, k) => sum + x * reach[k] * gradient[k], 0));
      const moves = along.map((x, k) => x / Math.max(Math.abs(bent.values[k]), floor));
      const sum = (by, k) => bent.axes.reduce((so, axis, j) => so + axis[k] * by[j], 0);
      const made = (by) => theta.map((_, k) => reach[k] * sum(by, k));
      const step = made(moves);
      const decrement = step.reduce((sum, x, k) => sum + x * gradient[k], 0);
      if (decrement < DECREMENT && !downhill) {
        return { theta: lastDigits(f, theta, gradient, step, decrement), converged: true };
      }
      const scale = Math.max(Math.abs(value), f.pooled.N);
      const hidden = decrement < HIDDEN * scale;
      // As beside the bottom of a bent valley: to the bottom, then along it.
      const first = downhill && hidden ? [made(moves.map((x, k) => (bent.values[k] > 0 ? -x : 0)))] : [];
      const away = downhill && { bend: bent.values[0], axis: bent.axes[0].map((x, k) => x * reach[k]) };
      let next = null;
      for (const move of trials(first, step, away, ROUNDING * scale)) {
        const trial = theta.map((x, k) => x + move[k]);
        const found = valued(f, trial);
        // A gain that rounding hides is seen in the gradient; by turns the two would lead back and forth.
        const gain = value - found.value;
        const calmer = hidden && gain > -ROUNDING * scale && most(found.gradient) < most(gradient);
        if (gain > ROUNDING * scale || calmer) {
          next = { theta: trial, ...found };
          break;
        }
      }
      if (!next) return { theta, converged: decrement < 1e-6 }; // no step keeps what the curvature may promise
      ({ theta, value, gradient } = next);
    }
  }
  return { theta, converged: false };
}

const most = (v) => Math.max(...v.map(Math.abs));

/** The moves to try; at a saddle, where the gradient may vanish, both ways along the negative curvature. */
function* trials(first, step, away, least) {
  yield* first;
  for (let size = 1; away && (-away.bend * size * size) / 2 > least; size *= 0.3) {
    for (const sign of [1, -1]) yield away.axis.map((x) => sign * size * x);
  }
  for (let k = 0; k < 12; k++) yield step.map((x) => -x * 0.25 ** k);
}

/** The last step, which is known already: -2 log L has nothing left to gain, theta some digits. */
function lastDigits(f, theta, gradient, step, decrement) {
  if (decrement < SPENT) return theta;
  const trial = theta.map((x, k) => x - step[k]);
  return most(valued(f, trial).gradient) < most(gradient) ? trial : theta;
}
