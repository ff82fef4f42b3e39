// The mathematics of the marginal model, and nothing else: no page, no drawing, no state.
//   Y_i = X_i beta + Z_i b_i + e_i,  b_i ~ N(0, G),  e_i ~ N(0, sigma2 I),  V_i = Z_i G Z_i' + sigma2 I.
// Matrices are arrays of rows. The same functions exist in Python; a test holds the two together.

const LOG_2PI = Math.log(2 * Math.PI);

/** V = Z G Z' + sigma2 I  (n x n). */
export function marginalCovariance(Z, G, sigma2) {
  return Z.map((zi, i) => Z.map((zj, j) => bilinear(zi, G, zj) + (i === j ? sigma2 : 0)));
}

/** u' G v. */
export function bilinear(u, G, v) {
  let sum = 0;
  for (let a = 0; a < u.length; a++) for (let b = 0; b < v.length; b++) sum += u[a] * G[a][b] * v[b];
  return sum;
}

/** Correlations of V; NaN wherever a variance is not positive. */
export function correlation(V) {
  const sd = V.map((row, i) => (row[i] > 0 ? Math.sqrt(row[i]) : NaN));
  return V.map((row, i) => row.map((v, j) => (i === j && sd[i] > 0 ? 1 : v / (sd[i] * sd[j]))));
}

/** Lower Cholesky factor, or null when A is not positive definite. */
export function cholesky(A) {
  const n = A.length;
  const L = A.map(() => new Array(n).fill(0));
  for (let j = 0; j < n; j++) {
    let d = A[j][j];
    for (let k = 0; k < j; k++) d -= L[j][k] * L[j][k];
    if (!(d > 0)) return null;
    L[j][j] = Math.sqrt(d);
    for (let i = j + 1; i < n; i++) {
      let s = A[i][j];
      for (let k = 0; k < j; k++) s -= L[i][k] * L[j][k];
      L[i][j] = s / L[j][j];
    }
  }
  return L;
}

/** L with L L' = G for a positive semidefinite G (1 x 1 or 2 x 2): zero pivots are allowed. */
export function squareRoot(G) {
  const l11 = Math.sqrt(Math.max(G[0][0], 0));
  if (G.length === 1) return [[l11]];
  const l21 = l11 > 0 ? G[1][0] / l11 : 0;
  return [[l11, 0], [l21, Math.sqrt(Math.max(G[1][1] - l21 * l21, 0))]];
}

/** Eigenvalues, ascending, of a symmetric 1 x 1 or 2 x 2 matrix; none of one without rows. */
export function eigenvalues(A) {
  if (A.length < 2) return A.map(([x]) => x);
  const mean = (A[0][0] + A[1][1]) / 2;
  const radius = Math.hypot((A[0][0] - A[1][1]) / 2, A[0][1]);
  const far = mean >= 0 ? mean + radius : mean - radius;
  if (far === 0) return [0, 0];
  // The other one from the determinant: subtracting mean and radius would cancel digits.
  const near = (A[0][0] * A[1][1] - A[0][1] * A[0][1]) / far;
  return far > near ? [near, far] : [far, near];
}

/**
 * Is G positive semidefinite, up to rounding? Judged on G scaled to a unit diagonal, so that the units of
 * the random effects do not decide.
 */
export function isPositiveSemidefinite(G) {
  if (G.some((row, i) => !(row[i] >= 0))) return false;
  if (G.length < 2) return true;
  return Math.abs(G[0][1]) <= Math.sqrt(G[0][0] * G[1][1]) * (1 + 1e-9);
}

/** Smallest eigenvalue of Z G Z' + sigma2 I, from the q x q matrix R G R' of the thin QR of Z. */
export function smallestEigenvalueOfV(Z, G, sigma2) {
  const { R, rank } = triangular(Z);
  const inner = eigenvalues(sandwich(R, G))[0];
  return sigma2 + (Z.length > rank ? Math.min(inner, 0) : inner);
}

/** R G R' for R (k x q). */
export function sandwich(R, G) {
  return R.map((u) => R.map((v) => bilinear(u, G, v)));
}

/** Thin QR by Gram-Schmidt (twice, for accuracy); dependent columns give no row of R. */
export function triangular(Z) {
  const q = Z[0].length;
  const basis = [];
  const R = [];
  for (let c = 0; c < q; c++) {
    let v = Z.map((row) => row[c]);
    const before = norm(v);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((u, k) => {
        const r = dot(u, v);
        R[k][c] += r;
        v = v.map((x, i) => x - r * u[i]);
      });
    }
    const after = norm(v);
    if (after > 1e-10 * before) {
      basis.push(v.map((x) => x / after));
      R.push(new Array(q).fill(0));
      R[R.length - 1][c] = after;
    }
  }
  return { R, rank: R.length };
}

const dot = (u, v) => u.reduce((s, x, i) => s + x * v[i], 0);
const norm = (v) => Math.sqrt(dot(v, v));

/** rho = G12 / sqrt(G11 G22); NaN where a variance is not positive. */
export function rhoOf(G) {
  if (G.length < 2 || !(G[0][0] > 0) || !(G[1][1] > 0)) return NaN;
  return G[0][1] / Math.sqrt(G[0][0] * G[1][1]);
}

/** G12 = rho sqrt(G11 G22). */
export function covarianceFor(rho, g11, g22) {
  return rho * Math.sqrt(Math.max(g11, 0) * Math.max(g22, 0));
}

/** SD of Y along the rows of Z: sqrt(z' G z + sigma2); NaN where the variance is not positive. */
export function standardDeviations(Z, G, sigma2) {
  return Z.map((z) => {
    const v = bilinear(z, G, z) + sigma2;
    return v > 0 ? Math.sqrt(v) : NaN;
  });
}

/** Where Var(Y) is least when z(t) = A + B t: t* = -A'GB / B'GB; null when it has no minimum. */
export function turningPoint(A, B, G) {
  const curvature = bilinear(B, G, B);
  return curvature > 0 ? -bilinear(A, G, B) / curvature : null;
}

/**
 * -2 log L at (G, sigma2), beta profiled out by generalised least squares, from the pooled cross-products:
 * { N, p, logDetRx, rem, patterns: [{ m, R, S or W }] }, symmetric (p+1) x (p+1) matrices packed by upper rows,
 * S in the order (1,1), (1,2) + (2,1), (2,2), or the rows W that it is the sum of. NaN when some V_i is not
 * positive definite.
 */
export function deviance(pooled, G, sigma2, method) {
  // Step 1. A = sum_i [X y]' V_i^-1 [X y] and log|V|, pattern by pattern.
  const sums = weightedSums(pooled, G, sigma2);
  return sums === null ? NaN : criterion(pooled, sums, method);
}

/** The rest of it, whatever V was: -2 log L from A and log|V|. */
export function criterion({ N, p, logDetRx }, { A, logDetV }, method) {
  // Step 2. Cholesky of A: its last pivot is RSS = A_yy - A_yx A_xx^-1 A_xy, the others give log|A_xx|.
  const L = cholesky(A);
  if (L === null) return NaN;
  const rss = L[p][p] * L[p][p];
  let logDetX = 0;
  for (let a = 0; a < p; a++) logDetX += 2 * Math.log(L[a][a]);
  // Step 3. The two likelihoods.
  if (method === "ML") return N * LOG_2PI + logDetV + rss;
  return (N - p) * LOG_2PI + logDetV + rss + logDetX + 2 * logDetRx;
}

/** A = sum_i [X y]' V_i^-1 [X y] ((p+1) x (p+1)) and log|V|; null when some V_i is not positive definite. */
export function weightedSums(pooled, G, sigma2) {
  if (!(sigma2 > 0)) return null;
  const A = pooled.rem.map((x) => x / sigma2);
  let logDetV = pooled.N * Math.log(sigma2);
  for (const pattern of pooled.patterns) {
    const { m, R } = pattern;
    const k = R.length;
    if (k === 0) continue;
    const S = (pattern.S ??= summed(pattern.W));
    const U = sandwich(R, G);
    for (let a = 0; a < k; a++) U[a][a] += sigma2;
    const weights = inverseAndLogDet(U);
    if (weights === null) return null;
    logDetV += m * (weights.logDet - k * Math.log(sigma2));
    weights.packed.forEach((w, s) => {
      const block = S[s];
      for (let i = 0; i < A.length; i++) A[i] += w * block[i];
    });
  }
  return { A: unpack(A, pooled.p + 1), logDetV };
}

/** S of a pattern from its subjects' rows [X, y], rotated: once, since it depends on no parameter. */
export function summed(W) {
  const [rows, c] = [W[0].length, W[0][0].length];
  const S = [];
  for (let a = 0; a < rows; a++) {
    for (let b = a; b < rows; b++) {
      const sum = [];
      for (let i = 0; i < c; i++) {
        for (let j = i; j < c; j++) {
          sum.push(W.reduce((t, w) => t + w[a][i] * w[b][j] + (a === b ? 0 : w[b][i] * w[a][j]), 0));
        }
      }
      S.push(sum);
    }
  }
  return S;
}

/** Inverse (packed by upper rows) and log determinant of a 1 x 1 or 2 x 2 matrix; null if not PD. */
function inverseAndLogDet(U) {
  if (U.length === 1) return U[0][0] > 0 ? { packed: [1 / U[0][0]], logDet: Math.log(U[0][0]) } : null;
  const det = U[0][0] * U[1][1] - U[0][1] * U[0][1];
  if (!(U[0][0] > 0 && det > 0)) return null;
  return { packed: [U[1][1] / det, -U[0][1] / det, U[0][0] / det], logDet: Math.log(det) };
}

/** A symmetric n x n matrix from its upper rows. */
export function unpack(packed, n) {
  const A = Array.from({ length: n }, () => new Array(n));
  let next = 0;
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) A[i][j] = A[j][i] = packed[next++];
  return A;
}
