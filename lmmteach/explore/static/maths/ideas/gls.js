// Generalised least squares from the weighted sums: beta at its best for (G, sigma2), and how sure it is.
//   X = Q Rx,  beta = beta_ols + Rx^-1 A_qq^-1 A_qy,  Cov(beta) = Rx^-1 A_qq^-1 Rx'^-1.
import { cholesky, weightedSums } from "../model.js";

/** { beta, cov, se } at (G, sigma2) from the cross-products, Rx and the least-squares beta; null where V is not PD. */
export function gls(pooled, { Rx, ols }, G, sigma2) {
  const sums = weightedSums(pooled, G, sigma2);
  const { p } = pooled;
  const L = sums && cholesky(sums.A.slice(0, p).map((row) => row.slice(0, p)));
  if (!L) return null;
  const inverse = identity(p).map((unit) => forward(L, unit)); // row k: L^-1 e_k
  const white = forward(L, sums.A.slice(0, p).map((row) => row[p]));
  // Row k of `half` is Rx^-1 L^-T e_k, so that Cov(beta) is the sum of its rows' squares.
  const rows = identity(p).map((_, k) => inverse.map((column) => column[k]));
  const half = rows.map((row) => backward(Rx, row));
  const cov = identity(p).map((_, a) => identity(p).map((__, b) => half.reduce((sum, h) => sum + h[a] * h[b], 0)));
  const beta = ols.map((b, a) => b + half.reduce((sum, h, k) => sum + h[a] * white[k], 0));
  return { beta, cov, se: cov.map((row, a) => Math.sqrt(row[a])) };
}

/** Least squares, as if every reading were independent: beta_ols and its standard errors. */
export function leastSquares({ Rx, ols, s2 }) {
  const rows = identity(ols.length).map((unit) => backward(Rx, unit));
  return { beta: ols, se: ols.map((_, a) => Math.sqrt(s2 * rows.reduce((sum, r) => sum + r[a] * r[a], 0))) };
}

/** 95 % of a normal distribution lie within so many SDs of its mean. */
export const Z95 = 1.959963984540054;

/** c'beta and its standard error. */
export function contrast({ beta, cov }, c) {
  const value = c.reduce((sum, x, a) => sum + x * beta[a], 0);
  const variance = c.reduce((sum, x, a) => sum + x * c.reduce((inner, w, b) => inner + w * cov[a][b], 0), 0);
  return { value, se: Math.sqrt(Math.max(variance, 0)) };
}

const identity = (n) => Array.from({ length: n }, (_, a) => Array.from({ length: n }, (__, b) => (a === b ? 1 : 0)));

function forward(L, v) {
  const x = [];
  for (let a = 0; a < v.length; a++) x[a] = (v[a] - x.reduce((sum, w, b) => sum + L[a][b] * w, 0)) / L[a][a];
  return x;
}

function backward(U, v) {
  const x = new Array(v.length).fill(0);
  for (let a = v.length - 1; a >= 0; a--) {
    const rest = x.reduce((sum, w, b) => sum + (b > a ? U[a][b] * w : 0), 0);
    x[a] = (v[a] - rest) / U[a][a];
  }
  return x;
}
