// R, where it is not sigma2 I: from its parameters and a subject's rows to R, V, -2 log L and residuals to draw.
//   R = sum over parts of s s' * C,  s = sqrt(variance at each row's level),
//   C[j][k] = phi^(steps between j and k), exp(-distance / range), phi (compound symmetry), or 0 off the diagonal.
// residual.py says what is carried: { parts: [{ kind, clock, variances, correlation }], grid, levels }. Rows are
// { t, v, s }: times, visits, levels. A setting is { sigma2, dials }.
import { bilinear, criterion, squareRoot, turningPoint, unpack } from "./model.js";

const PIVOT = 1e-13; // of a variance, below which a pivot is rounding; as residual.py has it

/** The value of one of R's parameters. */
export const residualValue = ({ sigma2, dials }, name) => (name === "sigma2" ? sigma2 : dials[name]);

/** The level of row j: its own, or the one that was chosen for a table that has none. */
function levelOf({ levels }, rows, j, { dials }) {
  if (rows.s) return rows.s[j];
  return "stratum" in dials ? levels.indexOf(dials.stratum) : 0;
}

const varianceName = ({ variances }, level) => variances[variances.length > 1 ? level : 0];

/** How far apart two rows are, as a part counts it. */
export function lagOf({ clock }, { t, v }, j, k) {
  return Math.abs(clock === "visit" ? v[j] - v[k] : t[j] - t[k]);
}

/** The correlation of rows j and k in a part. */
export function correlationOf(part, rows, j, k, setting) {
  if (j === k) return 1;
  if (part.kind === "independent") return 0;
  const value = residualValue(setting, part.correlation);
  if (part.kind === "cs") return value;
  const lag = lagOf(part, rows, j, k);
  if (part.correlation.startsWith("range")) return value > 0 ? Math.exp(-lag / value) : Number(lag === 0);
  return value ** (part.kind === "ar1" ? Math.round(lag) : lag);
}

/** R[j][k]. */
export function residualEntry(residual, rows, j, k, setting) {
  let sum = 0;
  for (const part of residual.parts) {
    const variance = (row) => residualValue(setting, varianceName(part, levelOf(residual, rows, row, setting)));
    const [a, b] = [variance(j), variance(k)];
    sum += (j === k ? a : Math.sqrt(a * b)) * correlationOf(part, rows, j, k, setting);
  }
  return sum;
}

/** R of a subject's n rows (n x n). */
export function residualCovariance(residual, rows, setting) {
  const R = rows.t.map(() => new Array(rows.t.length));
  for (let j = 0; j < R.length; j++) {
    for (let k = 0; k <= j; k++) R[j][k] = R[k][j] = residualEntry(residual, rows, j, k, setting);
  }
  return R;
}

/** dR[j][k] / dparameter. */
export function residualRate(residual, name, rows, j, k, setting) {
  let sum = 0;
  for (const part of residual.parts) {
    const names = [j, k].map((row) => varianceName(part, levelOf(residual, rows, row, setting)));
    const [a, b] = names.map((one) => residualValue(setting, one));
    const C = correlationOf(part, rows, j, k, setting);
    if (name === part.correlation && j !== k) sum += Math.sqrt(a * b) * slope(part, rows, j, k, setting, C);
    if (names[0] === name) sum += names[1] === name ? C : (C * Math.sqrt(b / a)) / 2;
    else if (names[1] === name) sum += (C * Math.sqrt(a / b)) / 2;
  }
  return sum;
}

function slope(part, rows, j, k, setting, C) {
  if (part.kind === "cs") return 1;
  const [lag, value] = [lagOf(part, rows, j, k), residualValue(setting, part.correlation)];
  if (part.correlation.startsWith("range")) return value > 0 ? (C * lag) / value ** 2 : 0;
  return lag * value ** (lag - 1);
}

/** Lower Cholesky factor; null where A is not positive definite, or, where `singular`, with 0 for an empty pivot. */
export function factor(A, singular = false) {
  const L = A.map((row) => row.map(() => 0));
  for (let j = 0; j < A.length; j++) {
    let d = A[j][j];
    for (let k = 0; k < j; k++) d -= L[j][k] ** 2;
    const empty = !(d > PIVOT * A[j][j]);
    if (empty && !singular) return null;
    L[j][j] = empty ? 0 : Math.sqrt(d);
    for (let i = j + 1; i < A.length; i++) {
      let s = A[i][j];
      for (let k = 0; k < j; k++) s -= L[i][k] * L[j][k];
      L[i][j] = empty ? 0 : s / L[j][j];
    }
  }
  return L;
}

/** The smallest eigenvalue of a symmetric matrix, by Jacobi's rotations. */
export function smallestEigenvalue(matrix) {
  const A = matrix.map((row) => [...row]);
  for (let sweep = 0; sweep < 30; sweep++) {
    let [off, on] = [0, 0];
    A.forEach((row, i) => row.forEach((x, j) => { if (i === j) on += x * x; else off += x * x; }));
    if (!(off > 1e-30 * on)) break;
    for (let p = 0; p < A.length; p++) for (let q = p + 1; q < A.length; q++) if (A[p][q] !== 0) rotate(A, p, q);
  }
  return Math.min(...A.map((row, k) => row[k]));
}

function rotate(A, p, q) {
  const half = (A[q][q] - A[p][p]) / (2 * A[p][q]);
  const t = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(half, 1));
  const c = 1 / Math.hypot(t, 1);
  for (const row of A) [row[p], row[q]] = [c * (row[p] - t * row[q]), c * (t * row[p] + row[q])];
  const [up, low] = [A[p], A[q]];
  A[p] = up.map((x, k) => c * (x - t * low[k]));
  A[q] = up.map((x, k) => c * (t * x + low[k]));
}

const marginal = (Z, G, R) => R.map((row, i) => row.map((r, j) => bilinear(Z[i], G, Z[j]) + r));

/** A = sum_i [X y]' V_i^-1 [X y] and log|V|, pattern by pattern; null when some V_i is not positive definite. */
export function residualSums(residual, pooled, G, setting) {
  const c = pooled.p + 1;
  const packed = [...pooled.rem];
  let logDetV = 0;
  for (const { m, Z, rows, S, W } of pooled.patterns) {
    const L = factor(marginal(Z, G, residualCovariance(residual, rows, setting)));
    if (L === null) return null;
    L.forEach((row, j) => { logDetV += 2 * m * Math.log(row[j]); });
    if (S) addSums(packed, S, inverse(L));
    else for (const block of W) addRows(packed, whitened(L, block, c), c);
  }
  return { A: unpack(packed, c), logDetV };
}

function addSums(packed, S, weights) {
  let next = 0;
  for (let a = 0; a < weights.length; a++) {
    for (let b = a; b < weights.length; b++, next++) {
      const [w, block] = [weights[a][b], S[next]];
      for (let i = 0; i < packed.length; i++) packed[i] += w * block[i];
    }
  }
}

function addRows(packed, rows, c) {
  for (const row of rows) {
    let next = 0;
    for (let i = 0; i < c; i++) for (let j = i; j < c; j++) packed[next++] += row[i] * row[j];
  }
}

/** L^-1 B. */
function whitened(L, B, c) {
  const out = [];
  for (let j = 0; j < L.length; j++) {
    out.push(Array.from({ length: c }, (_, col) => {
      let sum = B[j][col];
      for (let k = 0; k < j; k++) sum -= L[j][k] * out[k][col];
      return sum / L[j][j];
    }));
  }
  return out;
}

/** (L L')^-1. */
function inverse(L) {
  const unit = L.map((_, i) => L.map((__, j) => Number(i === j)));
  const half = whitened(L, unit, L.length);
  return L.map((_, a) => L.map((__, b) => half.reduce((sum, row) => sum + row[a] * row[b], 0)));
}

/** What follows from G and R, as `implied` of derive.js has it for R = sigma2 I. */
export function residualImplied(residual, { grid, curve, likelihood }, G, setting, method) {
  const R = residualCovariance(residual, residual.grid, setting);
  const V = marginal(grid.Z, G, R);
  const sums = residualSums(residual, likelihood, G, setting);
  const deviance = sums === null ? NaN : criterion(likelihood, sums, method);
  const isPd = factor(V) !== null && Number.isFinite(deviance);
  const variance = (k) => levelVariance(residual, curve.s ? curve.s[k] : null, setting);
  const sd = (v) => (v > 0 ? Math.sqrt(v) : NaN);
  return {
    R, V, deviance, isPd,
    smallestV: smallestEigenvalue(V), // of a subject with more rows it may be smaller
    aboutR: factor(R) === null ? aboutR(residual, setting) : "",
    sd: curve.Z.map((z, k) => sd(bilinear(z, G, z) + variance(k))),
    sdGrid: V.map((row, k) => sd(row[k])),
    lowest: lowestPoint(curve, G, variance(0)),
  };
}

/** The residual variance at a level; null is the level chosen. */
function levelVariance(residual, level, setting) {
  const at = level === null ? levelOf(residual, {}, 0, setting) : level;
  return residual.parts.reduce((sum, part) => sum + residualValue(setting, varianceName(part, at)), 0);
}

/** The least SD inside the times shown, where the residual variance is the same at all of them. */
function lowestPoint({ affine, t, s }, G, left) {
  if (!affine || s || !G.length) return null;
  const at = turningPoint(affine.A, affine.B, G);
  if (at === null || !(at > t[0] && at < t[t.length - 1])) return null;
  const z = affine.A.map((a, k) => a + affine.B[k] * at);
  const variance = bilinear(z, G, z) + left;
  return variance > 0 ? { t: at, sd: Math.sqrt(variance) } : null;
}

/** Why R is not positive definite. */
function aboutR({ parts }, setting) {
  const end = parts.some(({ correlation }) => correlation && Math.abs(residualValue(setting, correlation)) >= 1);
  const why = end ? "\u03c6 = \u00b11 makes residuals copies of one another"
    : "some of the residuals determine the others";
  return `R alone is not positive definite: ${why}. `;
}

/**
 * Simulated responses y = mu + Z b + e with b = L z, e = L_R u, as `simulate` of draws.js has them for R = sigma2 I:
 * the same draws in the same places.
 */
export function simulateWith(residual, people, z, G, setting, out) {
  const L = G.length ? squareRoot(G) : [];
  const roots = people.visits.map((kind) => factor(residualCovariance(residual, kind, setting), true));
  let [draw, row] = [0, 0];
  for (const kind of people.visitOf) {
    const [{ Z }, root] = [people.visits[kind], roots[kind]];
    const b = L.map((own) => own.reduce((sum, l, k) => sum + l * z[draw + k], 0));
    draw += G.length;
    for (let j = 0; j < root.length; j++, row++) {
      let y = people.mu[row];
      for (let a = 0; a < b.length; a++) y += Z[j][a] * b[a];
      for (let k = 0; k <= j; k++) y += root[j][k] * z[draw + k];
      out[row] = y;
    }
    draw += root.length;
  }
  return out;
}
