// The search for G: scoring steps in G / sigma2 come near the optimum, Newton steps in its factor land on it.
// theta holds the free ones of [l11, l21, l22]: any numbers make a valid G = sigma2 L L'; beta and sigma2 are at their
// best for it.
// It is over when the Newton decrement says that no more than DECREMENT is left to gain and no direction leads down:
// no optimiser's opinion is asked. A singular G is an answer. The steps are those of the library's own search.
import { evaluate } from "./evaluation.js";
import { eigen } from "./symmetric.js";

const DECREMENT = 1e-10; // units of -2 log L still to be gained when the search may stop
const SPENT = 1e-14; // less than that, and a last step would not change theta's digits
const STARTS = [1, 0.1, 5]; // SDs of b relative to sigma, on the scale of orthonormal Z
const SCORING = 30;
const SHARES = [1, 0.3, 0.1, 0.03, 0.01]; // of a scoring step that are tried
const NEARLY = 1; // units of -2 log L: a scoring step that gains less hands over to Newton's
const SETTLED = 1e-4; // units of -2 log L: a slope along which a scoring step is not worth its evaluation
const FLAT = 1e-6; // the least bend a scoring step reckons with, relative to the largest
const PLENTY = 500; // rows from which one certified, interior optimum is taken for the only one
const ROOM = 0.1; // a refit's start is moved so far off the boundary: there the gradient vanishes
const NEGATIVE = 1e-4; // units of -2 log L: what a wall of the parameter space may still promise

/** -2 log L as a function of theta; `path` keeps where it was asked. */
export function objective(pooled, reml) {
  return { pooled, reml, free: pooled.free, path: [], evaluations: 0, last: null };
}

/** [l11, l21, l22] of theta. */
export function factor(free, theta) {
  const L = [0, 0, 0];
  free.forEach((place, k) => { L[place] = theta[k]; });
  return L;
}

const squared = ([l11, l21, l22]) => [l11 * l11, l11 * l21, l21 * l21 + l22 * l22];

/** The evaluation at theta; the last one is not made twice. */
function at(f, theta, second = null) {
  const last = f.last;
  if (last && last.theta === theta && (!second || last.second === second)) return last.found;
  f.evaluations += 1;
  const found = evaluate(f.pooled, factor(f.free, theta), f.reml, second);
  f.last = { theta, second, found };
  return found;
}

/** -2 log L and its gradient in theta (psi = L L', so d L = 2 dPsi L); infinity where there is none. */
function valued(f, theta) {
  const found = at(f, theta);
  if (!found) return { value: Infinity, gradient: theta.map(() => 0) };
  f.path.push([theta, found.deviance]);
  return { value: found.deviance, gradient: slope(f, theta, found.dPsi) };
}

function slope(f, theta, [d11, d21, d22]) {
  const [l11, l21, l22] = factor(f.free, theta);
  const whole = [2 * (d11 * l11 + d21 * l21), 2 * (d21 * l11 + d22 * l21), 2 * d22 * l22];
  return f.free.map((place) => whole[place]);
}

/** The Hessian in theta: from psi to L, and what psi's own bend adds. */
function curvature(f, theta) {
  const found = at(f, theta, "observed");
  if (!found) return f.free.map(() => f.free.map(() => 0));
  const [l11, l21, l22] = factor(f.free, theta);
  const J = [[2 * l11, 0, 0], [l21, l11, 0], [0, 2 * l21, 2 * l22]];
  const [d11, d21, d22] = found.dPsi;
  const bend = [[2 * d11, 2 * d21, 0], [2 * d21, 2 * d22, 0], [0, 0, 2 * d22]];
  const H = found.hessian;
  return f.free.map((s) => f.free.map((t) => {
    let sum = bend[s][t];
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum += J[a][s] * H[a][b] * J[b][t];
    return sum;
  }));
}

/** The best of several searches: small samples can have several tops. `first` is a refit's own start. */
export function bestOf(f, first = null) {
  const starts = STARTS.map((size) => f.free.map((place) => (place === 1 ? 0 : size)));
  if (first) starts.unshift(first.map((x, k) => (f.free[k] !== 1 && Math.abs(x) < ROOM ? ROOM : x)));
  const found = [];
  for (const start of starts) {
    const optimum = search(f, start);
    if (optimum) found.push(optimum);
    if (f.pooled.N >= PLENTY && optimum && optimum.converged && !optimum.singular) break;
  }
  return found.length ? found.reduce((best, other) => (other.at.deviance < best.at.deviance ? other : best)) : null;
}

/** From one start: { theta, L, at, converged, singular, hessian, path }; null where the end has no -2 log L. */
export function search(f, start) {
  const from = f.path.length;
  const arrived = newton(f, scoring(f, start));
  const theta = ontoBoundary(f, arrived.theta);
  const end = at(f, theta);
  if (!end) return null;
  const L = factor(f.free, theta);
  const singular = isSingular(f, L);
  const converged = arrived.converged && (!singular || certified(f, L, end.dPsi));
  return { theta, L, at: end, singular, converged, hessian: () => curvature(f, theta), path: f.path.slice(from) };
}

/** Whether L has not its full rank. */
function isSingular({ free }, [l11, l21, l22]) {
  const tolerance = 1e-8 * Math.max(1, Math.abs(l11), Math.abs(l21), Math.abs(l22));
  if (free.length === 1) return Math.abs(l11) <= tolerance;
  const { values } = eigen([[l11 * l11 + l21 * l21, l21 * l22], [l21 * l22, l22 * l22]]);
  return Math.sqrt(Math.max(values[0], 0)) <= tolerance;
}

/**
 * Karush, Kuhn and Tucker's conditions: with D = d(-2 log L) / d psi, no move into the space of valid G leads down
 * (D has no negative eigenvalue; of a diagonal G no negative entry), and none along it either (<D, psi> = 0).
 */
function certified({ free }, L, [d11, d21, d22]) {
  const [psi11, psi21, psi22] = squared(L);
  if (free.length === 1) return d11 > -NEGATIVE && Math.abs(d11 * psi11) < NEGATIVE;
  const along = d11 * psi11 + 2 * d21 * psi21 + d22 * psi22;
  const least = free.length === 2 ? Math.min(d11, d22) : eigen([[d11, d21], [d21, d22]]).values[0];
  return least > -NEGATIVE && Math.abs(along) < NEGATIVE;
}

/** Steps by the expected Hessian in psi itself, in which -2 log L is nearly quadratic, as long as they pay. */
function scoring(f, start) {
  let theta = start;
  let psi = squared(factor(f.free, theta));
  let here = at(f, theta, "expected");
  for (let round = 0; here && round < SCORING; round++) {
    f.path.push([theta, here.deviance]);
    const d = f.free.map((place) => here.dPsi[place] * (place === 1 ? 2 : 1));
    const { values, axes } = eigen(f.free.map((s) => f.free.map((t) => here.hessian[s][t])));
    const least = FLAT * Math.max(1, values[values.length - 1]);
    const along = axes.map((axis) => axis.reduce((sum, x, k) => sum + x * d[k], 0));
    const moves = along.map((slopeOf, k) => slopeOf / Math.max(values[k], least));
    if (along.reduce((sum, x, k) => sum + x * moves[k], 0) < SETTLED) break;
    const step = d.map((_, k) => axes.reduce((sum, axis, j) => sum + axis[k] * moves[j], 0));
    let gain = null;
    for (const share of SHARES) {
      const there = moved(f.free, psi, step.map((x) => share * x));
      const trial = f.free.map((place) => there.L[place]);
      const found = at(f, trial, "expected");
      if (!found || !(found.deviance < here.deviance)) continue;
      gain = here.deviance - found.deviance;
      [theta, psi, here] = [trial, there.psi, found];
      break;
    }
    if (gain === null || gain < NEARLY) break;
  }
  if (here) f.path.push([theta, here.deviance]);
  return theta;
}

/** psi less a step, kept positive definite by a floor under its eigenvalues: { psi, L }. */
function moved(free, psi, step) {
  const next = [...psi];
  free.forEach((place, k) => { next[place] -= step[k]; });
  if (free.length < 3) {
    const most = Math.max(...free.map((place) => next[place]));
    for (const place of free) next[place] = Math.max(next[place], 1e-4 * Math.max(most, 1e-2));
  } else {
    const { values, axes } = eigen([[next[0], next[1]], [next[1], next[2]]]);
    const kept = values.map((x) => Math.max(x, 1e-4 * Math.max(values[1], 1e-2)));
    const entry = (a, b) => kept[0] * axes[0][a] * axes[0][b] + kept[1] * axes[1][a] * axes[1][b];
    [next[0], next[1], next[2]] = [entry(0, 0), entry(0, 1), entry(1, 1)];
  }
  const l11 = Math.sqrt(next[0]);
  const l21 = l11 > 0 ? next[1] / l11 : 0;
  return { psi: next, L: [l11, l21, Math.sqrt(Math.max(next[2] - l21 * l21, 0))] };
}

/** Newton's method on |H|, so that saddles repel; whether decrement and curvature say it has arrived. */
function newton(f, start) {
  let theta = start;
  at(f, theta, "observed"); // value, slope and curvature of one place are one evaluation
  let { value, gradient } = valued(f, theta);
  for (let round = 0; round < 60; round++) {
    const reach = theta.map((x) => Math.max(1, Math.abs(x))); // where theta is large, its curvature is small
    const { values, axes } = eigen(curvature(f, theta).map((row, a) => row.map((x, b) => x * reach[a] * reach[b])));
    const floor = 1e-7 * Math.max(1, ...values.map(Math.abs));
    const downhill = values[0] < -100 * floor;
    for (let look = 0; look < 2; look++) { // the second look, after a step, spares a new Hessian where one was enough
      const along = axes.map((axis) => axis.reduce((sum, x, k) => sum + x * reach[k] * gradient[k], 0));
      const moves = along.map((x, k) => x / Math.max(Math.abs(values[k]), floor));
      const step = theta.map((_, k) => reach[k] * axes.reduce((sum, axis, j) => sum + axis[k] * moves[j], 0));
      const decrement = step.reduce((sum, x, k) => sum + x * gradient[k], 0);
      if (decrement < DECREMENT && !downhill) {
        return { theta: lastDigits(f, theta, gradient, step, decrement), converged: true };
      }
      let next = null;
      for (const move of trials(step, downhill && axes[0].map((x, k) => x * reach[k]))) {
        const trial = theta.map((x, k) => x + move[k]);
        const found = valued(f, trial);
        // Rounding of -2 log L hides a gain so small: trust the gradient.
        const hidden = decrement < 1e-11 * Math.abs(value) && most(found.gradient) < most(gradient);
        if (found.value < value || (hidden && Number.isFinite(found.value))) {
          next = { theta: trial, ...found };
          break;
        }
      }
      if (!next) return { theta, converged: decrement < 1e-6 && !downhill };
      ({ theta, value, gradient } = next);
    }
  }
  return { theta, converged: false };
}

const most = (v) => Math.max(...v.map(Math.abs));

/** The moves to try; at a saddle, where the gradient may vanish, first both ways along the negative curvature. */
function* trials(step, away) {
  if (away) {
    for (let k = 0; k < 8; k++) for (const sign of [1, -1]) yield away.map((x) => sign * 0.3 ** k * x);
  }
  for (let k = 0; k < 12; k++) yield step.map((x) => -x * 0.25 ** k);
}

/** The last step, which is known already: -2 log L has nothing left to gain, theta some digits. */
function lastDigits(f, theta, gradient, step, decrement) {
  if (decrement < SPENT) return theta;
  const trial = theta.map((x, k) => x - step[k]);
  return most(valued(f, trial).gradient) < most(gradient) ? trial : theta;
}

/** Put a G that is singular but for rounding exactly on the boundary, as far as -2 log L does not notice. */
function ontoBoundary(f, theta) {
  const now = at(f, theta);
  const L = factor(f.free, theta);
  const [psi11, psi21, psi22] = squared(L);
  const full = f.free.length === 3;
  const { values, axes } = full ? eigen([[psi11, psi21], [psi21, psi22]])
    : { values: f.free.map((place) => [psi11, 0, psi22][place]).sort((a, b) => a - b) };
  for (let small = values.length; now && small > 0; small--) {
    const edge = values[small - 1];
    if (edge > 1e-5 * Math.max(1, values[values.length - 1])) continue;
    const trial = full ? flattened(values, axes, small) : theta.map((x) => (x * x > edge ? x : 0));
    const found = at(f, trial);
    if (found && found.deviance <= now.deviance + 1e-8) return trial;
  }
  return theta;
}

/** theta with the `small` least eigenvalues of psi 0: rank one is an outer product, whose factor has l22 = 0. */
function flattened(values, axes, small) {
  if (small === 2) return [0, 0, 0];
  const [a, b] = axes[1].map((x) => x * Math.sqrt(values[1]));
  // (a, b)(a, b)' = L L' with L = [l11, 0; l21, 0], whichever sign; where a is 0 the variance is all the second's.
  return Math.abs(a) > 0 ? [Math.abs(a), (b * a) / Math.abs(a), 0] : [0, b, 0];
}
