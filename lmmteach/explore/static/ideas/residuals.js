// What the model leaves over, raw and with its covariance taken out, and data with a fault planted into them.
//   raw r = y - X beta;  normalized L^-1 r with L L' = V_i;  conditional r - Z b-hat;  the first two say V, the third R.
import { against, crossproduct, predicted, shrinker } from "./blup.js";
import { standardNormals, uniform } from "../draws.js";
import { bilinear, cholesky, marginalCovariance, squareRoot } from "../model.js";

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
    return { at, n: own.length, mean, sd: Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (own.length - 1)) };
  });
}

/** Which of `count` groups of equal size each value falls into, by rank. */
export function ranksIn(count, x) {
  const group = new Float64Array(x.length);
  Array.from(x, (_, i) => i).sort((a, b) => x[a] - x[b]).forEach((i, rank) => { group[i] = Math.floor((rank * count) / x.length); });
  return group;
}

const SHARE = 0.06; // of people who are outlying, and how far
const FAR = 3;
const APART = 0.95; // two kinds of people: their distance from the middle, in SDs
const PHI = 0.6; // correlation of e from visit to visit
const GROWTH = 0.5; // of log SD(e), for each SD of the conditional mean
const BEND = 0.6; // of the SD of y

/**
 * Data simulated from (mu, G, sigma2) with a fault: { r: y - mu, b }. Each fault leaves the rest alone, and the covariance
 * of b and the average variance of e are those of the model. "none" is what `simulate` draws.
 */
export function planted(people, { mu, G, sigma2, seed, fault, step }) {
  const q = G.length;
  const L = squareRoot(G);
  const n = mu.length;
  const count = people.visitOf.length;
  const z = standardNormals(seed, n + count * (q + 1));
  const r = new Float64Array(n);
  const b = [];
  const bent = fault === "curve" ? bend(people, meanVariance(people, G) + sigma2) : null;
  const middle = mu.reduce((sum, m) => sum + m, 0) / n;
  const wide = Math.sqrt(meanVariance(people, G) + mu.reduce((sum, m) => sum + (m - middle) ** 2, 0) / n);
  const sigma = Math.sqrt(sigma2);
  let draw = 0;
  eachSubject(people, (i, { t, Z }, at) => {
    const u = Array.from(z.slice(draw, draw + q));
    draw += q;
    if (fault === "kinds") u[q - 1] = APART * Math.sign(u[q - 1]) + Math.sqrt(1 - APART ** 2) * z[n + count * q + i];
    if (fault === "outliers") {
      const far = uniform(seed, 2 * (n + count * (q + 1)) + i) < SHARE ? FAR : 1;
      u.forEach((_, a) => { u[a] *= far / Math.sqrt(1 + SHARE * (FAR * FAR - 1)); });
    }
    const own = L.map((row) => row.reduce((sum, l, a) => sum + l * u[a], 0));
    b.push(own);
    let e = 0;
    t.forEach((time, j) => {
      const phi = fault === "serial" && j ? PHI ** ((time - t[j - 1]) / step) : 0;
      e = phi * e + sigma * Math.sqrt(1 - phi * phi) * z[draw++];
      const line = Z[j].reduce((sum, x, a) => sum + x * own[a], 0);
      const factor = fault === "spread" ? Math.exp((GROWTH * (mu[at + j] + line - middle)) / wide - GROWTH ** 2) : 1;
      r[at + j] = line + factor * e + (bent ? bent[at + j] : 0);
    });
  });
  return { r, b };
}

function meanVariance(people, G) {
  let sum = 0;
  const n = eachSubject(people, (_, { Z }) => { Z.forEach((z) => { sum += bilinear(z, G, z); }); });
  return sum / n;
}

/** What a straight line leaves of t squared, scaled so that its largest value is BEND SDs. */
function bend(people, variance) {
  const times = [];
  eachSubject(people, (_, { t }) => times.push(...t));
  const mean = (f) => times.reduce((sum, t) => sum + f(t), 0) / times.length;
  const m = mean((t) => t);
  const [s2, s3] = [2, 3].map((power) => mean((t) => (t - m) ** power));
  const left = times.map((t) => (t - m) ** 2 - s2 - (s2 > 0 ? s3 / s2 : 0) * (t - m));
  const top = Math.max(...left.map(Math.abs)) || 1;
  return left.map((v) => (v / top) * BEND * Math.sqrt(variance));
}
