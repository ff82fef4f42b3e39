// Two visits: V has three numbers, G and sigma2 have four. Along a line of sigma2 G can make up for all of it.
import { niceTop } from "../axes.js";
import { deviance, eigenvalues } from "../model.js";

/** The G (2 x 2) that gives V together with this sigma2: Z^-1 (V - sigma2 I) Z'^-1, for visits at s and t. */
export function alongRidge([s, t], V, sigma2) {
  const [a, b, d] = [V[0][0] - sigma2, V[0][1], V[1][1] - sigma2];
  const step = t - s;
  // Z^-1 = [[t, -s], [-1, 1]] / (t - s)
  const g12 = (-t * a + (s + t) * b - s * d) / (step * step);
  return [
    [(t * t * a - 2 * s * t * b + s * s * d) / (step * step), g12],
    [g12, (a - 2 * b + d) / (step * step)],
  ];
}

/** The largest sigma2 that leaves G positive semidefinite: the smaller eigenvalue of V (2 x 2). */
export function ridgeEnd(V) {
  return eigenvalues(V)[0];
}

const POINTS = 60;

/** -2 log L along the ridge up to `far`, above its least, for the readings at two visits and at three. */
export function ridgeCurves(likelihood, pair, V, far, end, method) {
  const grid = Array.from({ length: POINTS }, (_, k) => (far * (k + 1)) / POINTS);
  const along = (data) => grid.map((sigma2) => deviance(data, alongRidge(pair, V, sigma2), sigma2, method));
  const raw = likelihood.map(along);
  const least = raw.map((values) => Math.min(...values.filter(Number.isFinite)));
  const [two, three] = raw.map((values, k) => values.map((v) => v - least[k]));
  // Towards sigma2 = 0 the third visit becomes hopeless: the axis is made for the middle of the ridge.
  const usual = three.filter((v, k) => Number.isFinite(v) && grid[k] > 0.25 * end && grid[k] < end);
  return { grid, two, three, least, top: niceTop(Math.max(...usual, 4)) };
}
