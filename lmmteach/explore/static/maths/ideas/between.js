// On the way from one setting to another, for a motion the eye can follow.
import { rhoOf } from "../model.js";

const mixed = (a, b, share) => (share >= 1 ? b : a + share * (b - a));

/**
 * The state `share` of the way from a to b: G and sigma2 and the dials named in `sliders` on a straight line, all else
 * already b's. A straight line between two positive semidefinite matrices stays among them.
 */
export function between(a, b, share, sliders) {
  const G = b.G.map((row, i) => row.map((x, j) => mixed(a.G[i][j], x, share)));
  const rho = rhoOf(G);
  const dials = { ...b.dials };
  for (const name of sliders) dials[name] = mixed(a.dials[name], b.dials[name], share);
  return { ...b, G, sigma2: mixed(a.sigma2, b.sigma2, share), dials, rho: Number.isFinite(rho) ? rho : b.rho };
}

/** Slow, fast, slow: the share of the way after a share of the time. */
export const eased = (u) => (u < 0.5 ? 4 * u ** 3 : 1 - 4 * (1 - u) ** 3);

/** Which numbers differ from a to b: parameters and dials, by name. */
export function changedBetween(a, b, sliders) {
  const at = { G11: [0, 0], G12: [0, 1], G22: [1, 1] };
  const parameters = Object.keys(at).filter((name) => {
    const [i, j] = at[name];
    return j < b.G.length && a.G[i][j] !== b.G[i][j];
  });
  const others = sliders.filter((name) => a.dials[name] !== b.dials[name]);
  return [...parameters, ...(a.sigma2 !== b.sigma2 ? ["sigma2"] : []), ...others];
}

/** The value at x of the line through the points (xs, ys), xs ascending; NaN outside them. */
export function valueAt(xs, ys, x) {
  const k = xs.findIndex((at) => at >= x);
  if (k < 0 || (k === 0 && xs[0] > x)) return NaN;
  if (k === 0 || xs[k] === x) return ys[k];
  return ys[k - 1] + ((x - xs[k - 1]) / (xs[k] - xs[k - 1])) * (ys[k] - ys[k - 1]);
}
