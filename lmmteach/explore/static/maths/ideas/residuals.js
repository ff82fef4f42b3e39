// What the model leaves over, raw and with its covariance taken out.
//   raw r = y - X beta;  normalized L^-1 r with L L' = V_i;  conditional r - Z b-hat.
//   The first two say V, the third R.
import { against, crossproduct, predicted, shrinker } from "./blup.js";
import { cholesky, marginalCovariance } from "../model.js";

/** Each row's values of the subjects: `visit(k, kind, row)` with the number of the subject's first row. */
export function eachSubject(people, visit) {
  let row = 0;
  people.visitOf.forEach((kind, k) => {
    visit(k, people.visits[kind], row, kind);
    row += people.visits[kind].t.length;
  });
  return row;
}

/** L^-1 r, subject by subject; null where some V_i is not positive definite. */
export function normalized(people, r, G, sigma2) {
  const factors = people.visits.map(({ Z }) => cholesky(marginalCovariance(Z, G, sigma2)));
  if (factors.includes(null)) return null;
  const out = new Float64Array(r.length);
  eachSubject(people, (_, { t }, at, kind) => {
    const L = factors[kind];
    for (let j = 0; j < t.length; j++) {
      let left = r[at + j];
      for (let k = 0; k < j; k++) left -= L[j][k] * out[at + k];
      out[at + j] = left / L[j][j];
    }
  });
  return out;
}

/** { b, left }: each subject's b-hat (a list) and r - Z b-hat, row after row. */
export function conditional(people, r, G, sigma2) {
  const q = G.length;
  const shrinkers = people.visits.map(({ Z }) => shrinker(crossproduct(Z, q), G, sigma2));
  const left = Float64Array.from(r);
  const b = [];
  eachSubject(people, (_, { t, Z }, at, kind) => {
    const own = predicted(shrinkers[kind], against(Z, r.slice(at, at + t.length), q));
    b.push(own);
    for (let j = 0; j < t.length; j++) for (let a = 0; a < q; a++) left[at + j] -= Z[j][a] * own[a];
  });
  return { b, left };
}

/** Normal quantiles at (k + 1/2) / n, by Newton's method on Phi's series, each from the one before. */
export function normalQuantiles(n) {
  const z = new Float64Array(n);
  let x = 0;
  for (let k = n >> 1; k < n; k++) {
    const p = (k + 0.5) / n - 0.5;
    for (let step = 1, round = 0; Math.abs(step) > 1e-12 && round < 60; round++) {
      const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      let [term, area] = [x, x];
      for (let m = 3; term > 1e-17 * area; m += 2) area += term *= (x * x) / m;
      step = (p - density * area) / density;
      x += step;
    }
    z[k] = x;
    z[n - 1 - k] = -x;
  }
  return z;
}

/** Correlation of two lists: of sorted values with normal quantiles it says how straight a QQ plot is. */
export function correlate(x, y) {
  const [mx, my] = [x, y].map((v) => v.reduce((sum, one) => sum + one, 0) / v.length);
  const sum = (a, ma, b, mb) => a.reduce((total, one, k) => total + (one - ma) * (b[k] - mb), 0);
  return sum(x, mx, y, my) / Math.sqrt(sum(x, mx, x, mx) * sum(y, my, y, my));
}

/** Rows grouped by `key`, in the order of the keys: { at, n, mean, sd } of each group. */
export function spreadBy(key, value) {
  const groups = new Map();
  key.forEach((k, i) => (groups.has(k) ? groups.get(k).push(value[i]) : groups.set(k, [value[i]])));
  return [...groups.keys()].sort((a, b) => a - b).map((at) => {
    const own = groups.get(at);
    const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
    const squares = own.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    return { at, n: own.length, mean, sd: Math.sqrt(squares / (own.length - 1)) };
  });
}

/** Which of `count` groups of equal size each value falls into, by rank. */
export function ranksIn(count, x) {
  const group = new Float64Array(x.length);
  const order = Array.from(x, (_, i) => i).sort((a, b) => x[a] - x[b]);
  order.forEach((i, rank) => { group[i] = Math.floor((rank * count) / x.length); });
  return group;
}
