// The objective of a search, -2 log L as a function of theta, with its slope and curvature.
// theta holds the free ones of [l11, l21, l22]: any numbers make a valid psi = G / sigma2 = L L'; beta and sigma2 are
// at their best for it.
// L is lower triangular: where l11 is small and a later entry large, L turns through a long bent valley while G hardly
// changes, and a direction that leads down can look flat. So `axes` may be G's own, the longest first: psi = U L L' U'.
import { evaluate } from "./evaluation.js";
import { eigen } from "./symmetric.js";

const NEARLY_SINGULAR = 0.1; // an SD of psi this small beside the largest: L is looked at
const SMALL = 0.5; // of the SD that it should stand for: a pivot of L so small is out of place
export const UNFELT = 3e-3; // an SD this small beside max(1, the largest) may be none: its pivot may be anywhere

/** `path` keeps where it was asked; `axes` are U, or null for those of the data's Z. */
export function objective(pooled, reml) {
  return { pooled, reml, free: pooled.free, path: [], evaluations: 0, last: null, axes: null };
}

/** [l11, l21, l22] of theta. */
export function factor(free, theta) {
  const L = [0, 0, 0];
  free.forEach((place, k) => { L[place] = theta[k]; });
  return L;
}

export const squared = ([l11, l21, l22]) => [l11 * l11, l11 * l21, l21 * l21 + l22 * l22];

/** M = U L, psi = M M'. */
function root({ free, axes }, theta) {
  const [l11, l21, l22] = factor(free, theta);
  if (!axes) return [[l11, 0], [l21, l22]];
  return axes.map(([u, v]) => [u * l11 + v * l21, v * l22]);
}

/** theta in the axes of the data's Z. */
export function plain(f, theta) {
  if (!f.axes) return theta;
  const [[a, b], [c, d]] = root(f, theta);
  const length = Math.hypot(a, b);
  return length > 0 ? [length, (a * c + b * d) / length, (a * d - b * c) / length] : [0, 0, Math.hypot(c, d)];
}

/** The standard deviations of psi, the lesser first, and its axes. */
export function spread([l11, l21, l22]) {
  const { values, axes } = eigen([[l11 * l11, l11 * l21], [l11 * l21, l21 * l21 + l22 * l22]]);
  const most = Math.sqrt(Math.max(values[1], 0));
  return { least: most > 0 ? Math.abs(l11 * l22) / most : 0, most, axes }; // |L| is the two's product, to all digits
}

/** theta in axes in which L is not askew: f's own, or new ones. */
export function turned(f, theta) {
  if (f.free.length < 3) return theta;
  const L = factor(f.free, theta);
  const { least, most } = spread(L);
  const askew = least <= NEARLY_SINGULAR * most && most > UNFELT * Math.max(1, most)
    && (Math.abs(L[0]) < SMALL * most || (least > UNFELT * Math.max(1, most) && Math.abs(L[2]) < SMALL * least));
  if (!askew) return theta;
  const { axes } = spread(plain(f, theta));
  f.axes = [[axes[1][0], axes[0][0]], [axes[1][1], axes[0][1]]];
  return [most, 0, least];
}

/** The evaluation at theta; the last one is not made twice. */
export function at(f, theta, second = null) {
  const last = f.last;
  if (last && last.theta === theta && last.axes === f.axes && (!second || last.second === second)) return last.found;
  f.evaluations += 1;
  const found = evaluate(f.pooled, factor(f.free, plain(f, theta)), f.reml, second);
  f.last = { theta, axes: f.axes, second, found };
  return found;
}

/** -2 log L and its gradient in theta; infinity where there is none. */
export function valued(f, theta) {
  const found = at(f, theta);
  if (!found) return { value: Infinity, gradient: theta.map(() => 0) };
  f.path.push([plain(f, theta), found.deviance]);
  return { value: found.deviance, gradient: slope(f, theta, found.dPsi) };
}

const ENTRIES = [[0, 0], [1, 0], [1, 1]];
const whole = ([d11, d21, d22]) => [[d11, d21], [d21, d22]];
const along = (U, D, M) => [0, 1].map((a) => [0, 1].map((b) => {
  let sum = 0;
  for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) sum += U[i][a] * D[i][j] * M[j][b];
  return sum;
}));
const UNTURNED = [[1, 0], [0, 1]];

/** d L = 2 U' dPsi M, since psi = M M'. */
function slope(f, theta, dPsi) {
  const d = along(f.axes ?? UNTURNED, whole(dPsi), root(f, theta));
  return f.free.map((place) => 2 * d[ENTRIES[place][0]][ENTRIES[place][1]]);
}

/** The Hessian in theta: from psi to L, J'H J, and what psi's own bend adds. */
export function curvature(f, theta) {
  const found = at(f, theta, "observed");
  if (!found) return f.free.map(() => f.free.map(() => 0));
  const [U, M, H] = [f.axes ?? UNTURNED, root(f, theta), found.hessian];
  const J = ENTRIES.map(([i, j]) => ENTRIES.map(([a, b]) => U[i][a] * M[j][b] + M[i][b] * U[j][a]));
  const D = along(U, whole(found.dPsi), U);
  return f.free.map((s) => f.free.map((t) => {
    let sum = ENTRIES[s][1] === ENTRIES[t][1] ? 2 * D[ENTRIES[s][0]][ENTRIES[t][0]] : 0;
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum += J[a][s] * H[a][b] * J[b][t];
    return sum;
  }));
}
