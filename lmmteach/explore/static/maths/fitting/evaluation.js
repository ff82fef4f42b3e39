// The likelihood at L, the factor of G / sigma2 = L L' on the scale of Z~, with beta and sigma2 at their best: -2 log L
// and its exact derivatives. With V_i / sigma2 = Z_i psi Z_i' + I, psi = L L', everything follows from
//   A = sum_i [X y]'V_i^-1 [X y]    and    B_ab = sum_i (Z'V_i^-1 [X y])_a' (Z'V_i^-1 [X y])_b = -dA / d psi_ab.
import { cholesky } from "../model.js";

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * { deviance, sigma2, gamma, root, dPsi, hessian }, or null where numbers fail. `gamma` is what GLS adds to least
 * squares in the coordinates of Q, Cov(gamma) = sigma2 root'root; `dPsi` = [d11, d21, d22] the symmetric matrix of
 * derivatives; `hessian` (3 x 3, in psi11, psi21, psi22) is "expected", "observed" or none.
 */
export function evaluate(pooled, L, reml, second = null) {
  const { N, p, c, rest } = pooled;
  // Step 1. Whiten pattern by pattern; add up A, the B_ab and log |V|.
  const A = Float64Array.from(rest);
  const B = [new Float64Array(A.length), new Float64Array(A.length), new Float64Array(A.length)];
  let logDet = 0;
  const whole = [0, 0, 0];
  const seen = pooled.patterns.map((pattern) => {
    const at = whitener(pattern.T, L);
    logDet += pattern.m * Math.log(at.det);
    at.M.forEach((x, s) => { whole[s] += pattern.m * x; });
    addUp(pattern, at, c, A, B);
    return at;
  });
  // Step 2. beta and sigma2 in closed form; -2 log L.
  const triangle = cholesky(rows(A, c));
  if (!triangle) return null;
  const rss = triangle[p][p] ** 2;
  const dof = N - (reml ? p : 0);
  const sigma2 = rss / dof;
  let deviance = dof * (LOG_2PI + Math.log(sigma2) + 1) + logDet;
  if (reml) for (let a = 0; a < p; a++) deviance += 2 * Math.log(triangle[a][a]);
  if (reml) deviance += 2 * pooled.logDetR;
  if (!Number.isFinite(deviance)) return null;
  const root = inverse(triangle, p);
  const gamma = root.map((_, a) => root.reduce((sum, row, k) => sum + row[a] * triangle[p][k], 0));
  // Step 3. d deviance / d psi = sum_i Z'V^-1 Z - <B, D>, with D = r-hat's part / sigma2 and, for REML, that of X.
  const g = [...gamma, -1];
  const ofX = (a, b) => (reml && a < p && b < p ? root.reduce((sum, own) => sum + own[a] * own[b], 0) : 0);
  const D = g.map((one, a) => g.map((other, b) => (one * other) / sigma2 + ofX(a, b)));
  const slopes = B.map((one) => rows(one, c));
  const among = slopes.map((one) => inner(one, D));
  const dPsi = [whole[0] - among[0], whole[1] - among[1] / 2, whole[2] - among[2]];
  const hessian = second && (second === "observed" ? observed(pooled, seen, D, { slopes, g, root, sigma2, dof, reml })
    : expected(pooled, seen, whole, dof));
  return { deviance, sigma2, gamma, root, dPsi, hessian };
}

/** Of one pattern, with K = T L and U = K K' + I: U^-1/2, Y = U^-1/2 T, M = Y'Y; |U| is a sum of squares. */
function whitener([t11, t12, t22], [l11, l21, l22]) {
  const [k11, k12, k21, k22] = [t11 * l11 + t12 * l21, t12 * l22, t22 * l21, t22 * l22];
  const u11 = 1 + k11 * k11 + k12 * k12;
  const det = u11 + k21 * k21 + k22 * k22 + (k11 * k22 - k12 * k21) ** 2;
  const ratio = (k11 * k21 + k12 * k22) / u11;
  const [first, second] = [1 / Math.sqrt(u11), Math.sqrt(u11 / det)];
  const Y = [t11 * first, t12 * first, -ratio * t11 * second, (t22 - ratio * t12) * second];
  const M = [Y[0] * Y[0] + Y[2] * Y[2], Y[0] * Y[1] + Y[2] * Y[3], Y[1] * Y[1] + Y[3] * Y[3]];
  return { det, ratio, first, second, Y, M };
}

/** One pattern's share of A and of B_11, B_12 + B_21, B_22: upper triangles, row by row. */
function addUp({ W, blocks }, at, c, A, [B11, B12, B22]) {
  const into = room(c);
  const [u, w, v, z] = into;
  for (let k = 0; k < blocks; k++) {
    whiten(W, 2 * c * k, c, at, into);
    for (let a = 0, e = 0; a < c; a++) {
      for (let b = a; b < c; b++, e++) {
        A[e] += u[a] * u[b] + w[a] * w[b];
        B11[e] += v[a] * v[b];
        B12[e] += v[a] * z[b] + z[a] * v[b];
        B22[e] += z[a] * z[b];
      }
    }
  }
}

const room = (c) => [new Float64Array(c), new Float64Array(c), new Float64Array(c), new Float64Array(c)];

/** One block of [X y]: its rows u, w whitened, and v, z, those of Z'V^-1 [X y]. */
function whiten(W, start, c, { ratio, first, second, Y }, [u, w, v, z]) {
  for (let a = 0; a < c; a++) {
    u[a] = W[start + a] * first;
    w[a] = (W[start + c + a] - ratio * W[start + a]) * second;
    v[a] = Y[0] * u[a] + Y[2] * w[a];
    z[a] = Y[1] * u[a] + Y[3] * w[a];
  }
}

/** The expected Hessian: tr(V_i V^-1 V_j V^-1), less what profiling sigma2 takes. */
function expected({ patterns }, seen, [m11, m21, m22], dof) {
  const H = traces(seen.map(({ M }, k) => [M, M.map((x) => patterns[k].m * x)]));
  const trace = [m11, 2 * m21, m22];
  return H.map((row, a) => row.map((x, b) => x - (trace[a] * trace[b]) / dof));
}

/** The Hessian itself; V is linear in psi. */
function observed({ patterns, p, c }, seen, D, { slopes, g, root, sigma2, dof, reml }) {
  const both = seen.map((at, k) => {
    const N = touched(patterns[k], at, c, D);
    return [at.M, at.M.map((x, s) => patterns[k].m * x - 2 * N[s])];
  });
  const H = traces(both).map((row) => row.map((x) => -x));
  // On y alone, of X with y, and among X: what beta and sigma2 give way.
  const along = slopes.map((S) => S.map((row) => row.reduce((sum, x, b) => sum + x * g[b], 0)));
  const onY = along.map((v) => v.reduce((sum, x, a) => sum + x * g[a], 0) / sigma2);
  const onX = along.map((v) => root.map((row) => row.reduce((sum, x, a) => sum + x * v[a], 0) / Math.sqrt(sigma2)));
  const among = reml ? slopes.map((S) => sandwiched(root, S, p)) : null;
  return H.map((row, s) => row.map((x, t) => {
    let value = x - (onY[s] * onY[t]) / dof;
    for (let a = 0; a < p; a++) value -= 2 * onX[s][a] * onX[t][a];
    if (reml) for (let k = 0; k < p * p; k++) value -= among[s][k] * among[t][k];
    return value;
  }));
}

/** tr(E_s M E_t H) summed over pairs (M, H) of symmetric 2 x 2 matrices, E_s the move of psi11, psi21 or psi22. */
function traces(pairs) {
  const H = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  for (const [[m1, m2, m3], [h1, h2, h3]] of pairs) {
    H[0][0] += m1 * h1;
    H[0][1] += m1 * h2 + m2 * h1;
    H[0][2] += m2 * h2;
    H[1][1] += m3 * h1 + 2 * m2 * h2 + m1 * h3;
    H[1][2] += m3 * h2 + m2 * h3;
    H[2][2] += m3 * h3;
  }
  [H[1][0], H[2][0], H[2][1]] = [H[0][1], H[0][2], H[1][2]];
  return H;
}

/** Z'V^-1 [X y] D [X y]'V^-1 Z of a pattern, as [11, 21, 22]. */
function touched({ W, blocks }, at, c, D) {
  const N = [0, 0, 0];
  const into = room(c);
  const [, , v, z] = into;
  for (let k = 0; k < blocks; k++) {
    whiten(W, 2 * c * k, c, at, into);
    for (let a = 0; a < c; a++) {
      let [dv, dz] = [0, 0];
      for (let b = 0; b < c; b++) {
        dv += D[a][b] * v[b];
        dz += D[a][b] * z[b];
      }
      N[0] += v[a] * dv;
      N[1] += v[a] * dz;
      N[2] += z[a] * dz;
    }
  }
  return N;
}

/** root S root' of the first p rows and columns, as one list. */
function sandwiched(root, S, p) {
  const half = root.map((row) => S.slice(0, p).map((own) => row.reduce((sum, x, a) => sum + x * own[a], 0)));
  return half.flatMap((row) => root.map((own) => own.reduce((sum, x, a) => sum + x * row[a], 0)));
}

function inner(S, D) {
  return S.reduce((sum, row, a) => sum + row.reduce((own, x, b) => own + x * D[a][b], 0), 0);
}

/** The inverse of the first n rows of a lower triangle. */
function inverse(L, n) {
  const out = Array.from({ length: n }, () => new Array(n).fill(0));
  for (let j = 0; j < n; j++) {
    out[j][j] = 1 / L[j][j];
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= L[i][k] * out[k][j];
      out[i][j] = sum / L[i][i];
    }
  }
  return out;
}

/** A symmetric matrix from its upper triangle. */
function rows(packed, n) {
  const out = Array.from({ length: n }, () => new Array(n));
  for (let a = 0, e = 0; a < n; a++) for (let b = a; b < n; b++) out[a][b] = out[b][a] = packed[e++];
  return out;
}
