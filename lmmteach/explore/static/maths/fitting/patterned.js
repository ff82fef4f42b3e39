// Any covariance of a subject's readings: -2 log L at V_i / sigma2 = C_k, one matrix for each pattern of visits, with
// beta and sigma2 at their best, and its slope by every entry of C_k. Subjects are rows of n (p + 1) numbers here.
import { cholesky } from "../model.js";
import { backward, orthonormal, takenOut } from "./columns.js";

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * Subjects by pattern: `X` columns, `codes` the number of each row's subject, `visits` which visit each row is. Gives
 * { N, p, c, ols, logDetR, patterns: [{ visits, m, n, W }] }, W one subject after another, rows of [X y].
 */
export function visitPatterns({ X, y, codes, visits }) {
  const { Q, R } = orthonormal(X);
  const r = Float64Array.from(y);
  const ols = backward(R, takenOut(Q, r));
  const columns = [...Q, r];
  const of = new Map();
  codes.forEach((code, row) => {
    if (!of.has(code)) of.set(code, []);
    of.get(code).push(row);
  });
  const groups = new Map();
  for (const rows of of.values()) {
    rows.sort((i, j) => visits[i] - visits[j] || i - j);
    const own = rows.map((row) => visits[row]);
    const key = own.join(" ");
    if (!groups.has(key)) groups.set(key, { visits: own, subjects: [] });
    groups.get(key).subjects.push(rows);
  }
  const patterns = [...groups.values()].map(({ visits: own, subjects }) => ({
    visits: own, n: own.length, m: subjects.length, W: pooled(subjects, columns),
  }));
  const logDetR = R.reduce((sum, row, a) => sum + Math.log(row[a]), 0);
  return { N: y.length, p: Q.length, c: columns.length, ols, logDetR, patterns };
}

/** The subjects of a pattern, each a row of n c numbers; many are rotated into as many rows as there are numbers. */
function pooled(subjects, columns) {
  const rows = subjects.map((own) => own.flatMap((row) => columns.map((column) => column[row])));
  const width = rows[0].length;
  if (rows.length <= width) return rows;
  return orthonormal(rows[0].map((_, k) => Float64Array.from(rows, (row) => row[k]))).R;
}

/**
 * { deviance, sigma2, slopes } at the matrices C (one a pattern, n x n); `slopes[k]` (n x n) is d deviance / d C_k.
 * Null where some C_k is not positive definite.
 */
export function deviance({ N, p, c, logDetR, patterns }, C, reml) {
  const A = Array.from({ length: c }, () => new Array(c).fill(0));
  let logDet = 0;
  const inverses = [];
  for (let k = 0; k < patterns.length; k++) {
    const { n, m, W } = patterns[k];
    const L = cholesky(C[k]);
    if (!L) return null;
    for (let a = 0; a < n; a++) logDet += 2 * m * Math.log(L[a][a]);
    const V = inverse(L);
    const blocks = W.map((w) => solved(V, w, n, c));
    inverses.push({ V, blocks });
    blocks.forEach((own, b) => {
      for (let i = 0; i < n; i++) {
        for (let s = 0; s < c; s++) for (let t = s; t < c; t++) A[s][t] += W[b][i * c + s] * own[i * c + t];
      }
    });
  }
  for (let s = 0; s < c; s++) for (let t = 0; t < s; t++) A[s][t] = A[t][s];
  const L = cholesky(A);
  if (!L) return null;
  const dof = N - (reml ? p : 0);
  const rss = L[p][p] ** 2;
  const sigma2 = rss / dof;
  let value = dof * (LOG_2PI + Math.log(sigma2) + 1) + logDet;
  if (reml) for (let a = 0; a < p; a++) value += 2 * Math.log(L[a][a]);
  if (reml) value += 2 * logDetR;
  if (!Number.isFinite(value)) return null;
  const D = directions(L, p, sigma2, reml);
  return { deviance: value, sigma2, slopes: patterns.map((one, k) => slope(one, inverses[k], c, D)) };
}

/** d deviance / d C = m C^-1 - C^-1 (sum of [X y] D [X y]') C^-1. */
function slope({ n, m }, { V, blocks }, c, D) {
  const S = V.map((row) => row.map((x) => m * x));
  for (const own of blocks) {
    for (let i = 0; i < n; i++) {
      const half = D.map((row) => {
        let sum = 0;
        for (let t = 0; t < c; t++) sum += row[t] * own[i * c + t];
        return sum;
      });
      for (let j = 0; j < n; j++) for (let s = 0; s < c; s++) S[i][j] -= half[s] * own[j * c + s];
    }
  }
  return S;
}

/** D ((p + 1) x (p + 1)): r r' / sigma2 and, for REML, (X'V^-1 X)^-1. */
function directions(L, p, sigma2, reml) {
  const root = inverseFactor(L.slice(0, p).map((row) => row.slice(0, p)));
  const g = [...root.map((_, a) => root.reduce((sum, row, k) => sum + row[a] * L[p][k], 0)), -1];
  const ofX = (a, b) => (reml && a < p && b < p ? root.reduce((sum, row) => sum + row[a] * row[b], 0) : 0);
  return g.map((x, a) => g.map((z, b) => (x * z) / sigma2 + ofX(a, b)));
}

function inverseFactor(L) {
  return L.map((_, i) => L.map((__, j) => (i === j ? 1 : 0))).reduce((found, unit, i) => {
    const row = unit.map((x, j) => (x - L[i].slice(0, i).reduce((sum, l, k) => sum + l * found[k][j], 0)) / L[i][i]);
    return [...found, row];
  }, []);
}

/** (L L')^-1. */
function inverse(L) {
  const root = inverseFactor(L);
  return L.map((_, a) => L.map((__, b) => root.reduce((sum, row) => sum + row[a] * row[b], 0)));
}

/** V^-1 times a block of n rows and c columns. */
function solved(V, w, n, c) {
  const out = new Float64Array(n * c);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let s = 0; s < c; s++) out[i * c + s] += V[i][j] * w[j * c + s];
  }
  return out;
}
