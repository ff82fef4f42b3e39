// Many small studies with people who leave: simulated once a seed, cut short anew at every move, two slopes from each.
//   Y = beta0 + beta1 t + Z b + e;  before visit j+1 a person leaves with log odds  logit(share) + strength * score,
//   score = 0 (MCAR), the last reading (MAR) or the reading that follows (MNAR), in SDs of that visit.
import { standardNormals, uniform } from "../draws.js";
import { averageLine } from "./lines.js";
import { cholesky, marginalCovariance, squareRoot } from "../model.js";

/** Readings of `studies` times `people` people at the times t, and their gates (logits of uniforms) to each visit. */
export function cohort(seed, { line: [b0, b1], t, Z, G, sigma2, people, studies }) {
  const [n, q] = [t.length, G.length];
  const count = people * studies;
  const z = standardNormals(seed, count * (q + n));
  const L = squareRoot(G);
  const y = new Float64Array(count * n);
  const gate = new Float64Array(count * (n - 1));
  let at = 0;
  for (let i = 0; i < count; i++) {
    const b = L.map((row) => row.reduce((sum, l, k) => sum + l * z[at + k], 0));
    at += q;
    for (let j = 0; j < n; j++, at++) {
      y[i * n + j] = b0 + b1 * t[j] + b.reduce((sum, x, k) => sum + Z[j][k] * x, 0) + Math.sqrt(sigma2) * z[at];
    }
  }
  for (let k = 0; k < gate.length; k++) {
    const u = uniform(seed, 2 * count * (q + n) + k);
    gate[k] = Math.log(u / (1 - u));
  }
  const V = marginalCovariance(Z, G, sigma2);
  const sd = V.map((row, j) => Math.sqrt(row[j]));
  return { n, people, studies, t, y, gate, mu: t.map((x) => b0 + b1 * x), sd, weights: weightsOf(V, t) };
}

/** For those seen at the first m visits: W = X'V^-1 (two rows) and A = W X. */
function weightsOf(V, t) {
  return t.map((_, last) => {
    const L = cholesky(V.slice(0, last + 1).map((row) => row.slice(0, last + 1)));
    const W = [t.map(() => 1), t].map((x) => solve(L, x.slice(0, last + 1)));
    return { W, A: W.map((w) => [sum(w), w.reduce((total, v, j) => total + v * t[j], 0)]) };
  });
}

const sum = (x) => x.reduce((total, v) => total + v, 0);

function solve(L, v) {
  const n = v.length;
  const x = Array.from(v);
  for (let a = 0; a < n; a++) { for (let b = 0; b < a; b++) x[a] -= L[a][b] * x[b]; x[a] /= L[a][a]; }
  for (let a = n - 1; a >= 0; a--) { for (let b = a + 1; b < n; b++) x[a] -= L[b][a] * x[b]; x[a] /= L[a][a]; }
  return x;
}

/** How many visits each person has before leaving: at least one. */
export function stays({ n, people, studies, y, gate, mu, sd }, { mechanism, strength, share }) {
  const odds = Math.log(share / (1 - share));
  const ahead = mechanism === "MNAR" ? 1 : 0;
  const by = mechanism === "MCAR" ? 0 : strength;
  const seen = new Uint8Array(people * studies);
  for (let i = 0; i < seen.length; i++) {
    let m = 1;
    while (m < n) {
      const at = m - 1 + ahead;
      if (gate[i * (n - 1) + m - 1] < odds + by * ((y[i * n + at] - mu[at]) / sd[at])) break;
      m++;
    }
    seen[i] = m;
  }
  return seen;
}

/** Each study's line by least squares, and by generalised ones with the true V: { ols, gls }, lists of [b0, b1]. */
export function linesOf({ n, people, studies, t, y, weights }, seen) {
  const out = { ols: [], gls: [] };
  for (let r = 0; r < studies; r++) {
    const o = [0, 0, 0, 0, 0];
    const g = [0, 0, 0, 0, 0];
    for (let i = r * people; i < (r + 1) * people; i++) {
      const m = seen[i];
      const { W, A } = weights[m - 1];
      g[0] += A[0][0]; g[1] += A[0][1]; g[2] += A[1][1];
      for (let j = 0; j < m; j++) {
        const v = y[i * n + j];
        g[3] += W[0][j] * v; g[4] += W[1][j] * v;
        o[0] += 1; o[1] += t[j]; o[2] += t[j] * t[j]; o[3] += v; o[4] += t[j] * v;
      }
    }
    out.ols.push(line(o));
    out.gls.push(line(g));
  }
  return out;
}

function line([a, b, d, u, v]) {
  const det = a * d - b * b;
  return [(d * u - b * v) / det, (a * v - b * u) / det];
}

/** Mean and SD of numbers. */
export function momentsOf(x) {
  const mean = sum(x) / x.length;
  return { mean, sd: Math.sqrt(x.reduce((total, v) => total + (v - mean) ** 2, 0) / (x.length - 1)) };
}

export const SIZE = { people: 100, studies: 100 };

/** The studies drawn from a fit and what came of them, kept while nothing they rest on moves. */
export function studiesOf(data, { seed, dials }) {
  const { curve, grid, fit } = data;
  const known = (data.studies ??= {});
  if (known.seed !== seed) {
    const mean = averageLine(curve);
    known.seed = seed;
    known.line = [mean(0), mean(1) - mean(0)];
    known.data = cohort(seed, { line: known.line, t: grid.t, Z: grid.Z, G: fit.G, sigma2: fit.sigma2, ...SIZE });
    known.key = "";
  }
  const key = [dials.mechanism, dials.strength, dials.share].join();
  if (known.key !== key) {
    known.key = key;
    known.seen = stays(known.data, dials);
    known.lines = linesOf(known.data, known.seen);
  }
  return known;
}

/** The two ways each study is fitted, as panels call them. */
export const WAYS = [["ols", "least squares"], ["gls", "mixed model"]];
