// Prediction of b_i with beta held: b-hat = G Z'V^-1 (y - X beta), from the q x q matrices A = Z'Z alone.
//   Z'V^-1 = (sigma2 I + A G)^-1 Z',  so  b-hat = G S c,  S = (sigma2 I + A G)^-1,  c = Z'(y - X beta).
import { rhoOf } from "../model.js";

const product = (P, Q) => P.map((row) => Q[0].map((_, j) => row.reduce((sum, x, k) => sum + x * Q[k][j], 0)));
const times = (P, v) => P.map((row) => row.reduce((sum, x, k) => sum + x * v[k], 0));
const scaled = (P, f) => P.map((row) => row.map((x) => f * x));

function inverse(M) {
  if (M.length === 1) return [[1 / M[0][0]]];
  const det = M[0][0] * M[1][1] - M[0][1] * M[1][0];
  return [[M[1][1] / det, -M[0][1] / det], [-M[1][0] / det, M[0][0] / det]];
}

/** A = Z'Z of the rows of Z. */
export function crossproduct(Z, q) {
  const A = Array.from({ length: q }, () => new Array(q).fill(0));
  for (const z of Z) for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) A[a][b] += z[a] * z[b];
  return A;
}

/** c = Z'r. */
export function against(Z, r, q) {
  return Array.from({ length: q }, (_, a) => Z.reduce((sum, z, j) => sum + z[a] * r[j], 0));
}

/** The least-squares estimate A^-1 c from the subject's own readings; null where they do not determine it. */
export function ownEstimate(A, c) {
  const whole = A.length === 1 ? A[0][0] > 0 : A[0][0] * A[1][1] - A[0][1] ** 2 > 1e-9 * A[0][0] * A[1][1];
  return whole ? times(inverse(A), c) : null;
}

/**
 * What one pattern of visits does, whoever the subject: `weights` (b-hat = weights c), `given` = Var(b | y)
 * = G - G Z'V^-1 Z G, and `kept` = Var(b-hat) / Var(b), component by component.
 */
export function shrinker(A, G, sigma2) {
  const M = product(A, G).map((row, a) => row.map((x, b) => x + (a === b ? sigma2 : 0)));
  const weights = product(G, inverse(M));
  const spread = product(product(weights, A), G);
  return { weights, given: scaled(weights, sigma2), kept: G.map((row, k) => spread[k][k] / row[k]) };
}

export const predicted = ({ weights }, c) => times(weights, c);

/** SDs of the b-hats over subjects, and their correlation. */
export function spreadOf(all) {
  const q = all[0].length;
  const mean = Array.from({ length: q }, (_, a) => all.reduce((sum, b) => sum + b[a], 0) / all.length);
  const together = (a, b) => all.reduce((sum, x) => sum + (x[a] - mean[a]) * (x[b] - mean[b]), 0);
  const S = mean.map((_, a) => mean.map((__, b) => together(a, b) / (all.length - 1)));
  return { sd: S.map((row, k) => Math.sqrt(row[k])), rho: q > 1 ? rhoOf(S) : NaN };
}

/** The subjects of a view with y - X beta-hat, and for each pattern of visits A; built once. */
export function gather(data, { mu, line }) {
  const { people, curve, fit } = data;
  const q = fit.G.length;
  let row = 0;
  const all = people.visitOf.map((kind, k) => {
    const { t, Z } = people.visits[kind];
    const at = row;
    row += t.length;
    const y = people.y.slice(at, row);
    const m = mu.slice(at, row);
    const r = y.map((value, j) => value - m[j]);
    return { kind, t, Z, y, mu: m, r, c: against(Z, r, q), course: course(t, Z, m, line && line[k], curve) };
  });
  return { all, q, A: people.visits.map(({ Z }) => crossproduct(Z, q)) };
}

/** Where a subject's lines can be drawn: all along where mean and Z are straight in time, else at the visits. */
function course(t, Z, mu, line, curve) {
  if (!line || !curve.affine) return { t, Z, mu };
  const { A, B } = curve.affine;
  const along = curve.t.filter((_, k) => k % 4 === 0);
  return {
    t: along,
    Z: along.map((at) => A.map((a, k) => a + B[k] * at)),
    mu: along.map((at) => line[0] + line[1] * at),
  };
}

/** z'b at each row of Z, added to the mean. */
export const lineOf = ({ Z, mu }, b) => Z.map((z, j) => mu[j] + z.reduce((sum, x, k) => sum + x * b[k], 0));

/** The person a view follows, of those that `gather` found, and their b-hat at the present G and sigma2. */
export function followed({ people }, known, d) {
  const person = known.all[Math.max(people.label.indexOf(d.dials.subject), 0)];
  return { person, b: predicted(shrinker(known.A[person.kind], d.G, d.sigma2), person.c) };
}
