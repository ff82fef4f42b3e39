// Three layers of one reading, y = mean + b + e1 + e2: the subject's level, a fluctuation that remembers itself
// from one time to another, and measurement error. cov(e1 at s, e1 at t) = sigma1^2 phi^|s - t|.
import { standardNormals } from "../draws.js";

/** What each layer adds to the covariance of two readings `lag` apart; at lag 0 it is the variance. */
export function partsAt(lag, { level, fluct, error, memory }) {
  const parts = [level, fluct * memory ** lag, lag === 0 ? error : 0];
  const total = parts[0] + parts[1] + parts[2];
  return { parts, total, correlation: total / (level + fluct + error) };
}

/** V of readings at these times. */
export function layeredV(times, set) {
  return times.map((s) => times.map((t) => partsAt(Math.abs(s - t), set).total));
}

/** What the draws of `people` subjects take on a grid of `count` times: a level each, then two rows of normals. */
export function layerDraws(seed, people, count) {
  const z = standardNormals(seed, people * (1 + 2 * count));
  return Array.from({ length: people }, (_, k) => {
    const from = people + 2 * k * count;
    return { b: z[k], e1: z.subarray(from, from + count), e2: z.subarray(from + count, from + 2 * count) };
  });
}

/** The fluctuation along a grid with steps dt: each value keeps the share phi^dt of the one before. */
export function fluctuation(z, dt, { fluct, memory }) {
  const keep = memory ** dt;
  const fresh = Math.sqrt(1 - keep * keep);
  const sd = Math.sqrt(fluct);
  const path = new Float64Array(z.length);
  for (let k = 0; k < z.length; k++) path[k] = k ? keep * path[k - 1] + fresh * sd * z[k] : sd * z[k];
  return path;
}

/** The layers, as the dials that hold their variances are called. */
export const LAYERS = ["level", "fluct", "error"];
