// The search for G: scoring steps in G / sigma2 come near the optimum, Newton steps in its factor land on it.
// It is over when the Newton decrement says that no more than DECREMENT is left to gain (newton.js) and no direction
// leads down: no optimiser's opinion is asked. A singular G is an answer. The steps are those of the library's search.
import { newton } from "./newton.js";
import { at, curvature, factor, spread, squared, UNFELT } from "./objective.js";
import { eigen } from "./symmetric.js";

const STARTS = [1, 0.1, 5]; // SDs of b relative to sigma, on the scale of orthonormal Z
const SCORING = 30;
const SHARES = [1, 0.3, 0.1, 0.03, 0.01]; // of a scoring step that are tried
const NEARLY = 1; // units of -2 log L: a scoring step that gains less hands over to Newton's
const SETTLED = 1e-4; // units of -2 log L: a slope along which a scoring step is not worth its evaluation
const FLAT = 1e-6; // the least bend a scoring step reckons with, relative to the largest
const PLENTY = 500; // rows from which one certified optimum is taken for the only one
const UNNOTICED = 1e-8; // units of -2 log L that a G is allowed to lose when it is put on the boundary
const ROOM = 0.1; // a refit's start is moved so far off the boundary: there the gradient vanishes
const NEGATIVE = 1e-4; // units of -2 log L: what a wall of the parameter space may still promise

/** The best of several searches: small samples can have several tops. `first` is a refit's own start. */
export function bestOf(f, first = null) {
  const starts = STARTS.map((size) => f.free.map((place) => (place === 1 ? 0 : size)));
  if (first) starts.unshift(first.map((x, k) => (f.free[k] !== 1 && Math.abs(x) < ROOM ? ROOM : x)));
  const found = [];
  for (const start of starts) {
    const optimum = search(f, start);
    if (optimum) found.push(optimum);
    if (f.pooled.N >= PLENTY && optimum && optimum.converged) break;
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
  return spread([l11, l21, l22]).least <= tolerance;
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

/** Put a G that is singular but for rounding on the boundary, as far as -2 log L does not notice. */
function ontoBoundary(f, theta) {
  const L = factor(f.free, theta);
  const full = f.free.length === 3;
  const { least, most, axes } = full ? spread(L) : {};
  const sds = full ? [least, most] : theta.map(Math.abs).sort((a, b) => a - b);
  const largest = Math.max(1, sds[sds.length - 1]);
  for (let small = sds.length; small > 0; small--) {
    const edge = sds[small - 1];
    if (!(edge > 1e-14 * largest && edge <= UNFELT * largest)) continue; // below is rounding of a boundary reached
    const now = at(f, theta);
    const trial = full ? flattened(most, axes, small) : theta.map((x) => (Math.abs(x) > edge ? x : 0));
    const found = at(f, trial);
    if (now && found && found.deviance <= now.deviance + UNNOTICED) return trial;
  }
  return theta;
}

/** theta with the `small` least eigenvalues of psi 0: rank one is an outer product, whose factor has l22 = 0. */
function flattened(largest, axes, small) {
  if (small === 2) return [0, 0, 0];
  const [a, b] = axes[1].map((x) => x * largest);
  // (a, b)(a, b)' = L L' with L = [l11, 0; l21, 0], whichever sign; where a is 0 the variance is all the second's.
  return Math.abs(a) > 0 ? [Math.abs(a), (b * a) / Math.abs(a), 0] : [0, b, 0];
}
