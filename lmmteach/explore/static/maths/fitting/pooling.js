// Subjects reduced once, so that a search need not go through their rows again.
//   1. X = Q R over all rows, y replaced by what least squares leaves of it.
//   2. The rows of each pattern of Z are rotated so that Z~ = Q_Z T, T (2 x 2): only the first two see G; what the
//      others hold is one table of sums of squares, `rest`.
//   3. The m subjects of a pattern, each a row of 2 (p + 1) numbers, become at most as many rows by one more rotation.
// No row is left after that, and no squares are taken that a small sigma2 could drown in.
import { backward, columnScale, dot, lessOf, orthonormal, rescaled, takenOut } from "./columns.js";

const NONE = 1e-12; // of a column of a subject's Z that is left once the first is taken out: none of its own

/** Everything of a design that no response changes; `X` and `Z` are columns, `subject` names a row's subject. */
export function prepared({ X, Z, subject }, correlated) {
  const scale = columnScale(Z, correlated);
  const groups = alike(Z, subject);
  const order = new Int32Array(subject.length);
  let filled = 0;
  for (const { rows } of groups) for (const row of rows) order[filled++] = row;
  const sorted = (column) => Float64Array.from(order, (row) => column[row]);
  const { Q, R, kept, made } = orthonormal(X.map(sorted));
  const c = Q.length + 1;
  const design = {
    N: order.length, p: Q.length, c, Q, R, kept, made, scale, order, patterns: [], subjects: 0, q: Z.length,
    free: Z.length === 1 ? [0] : correlated ? [0, 1, 2] : [0, 2], columns: Z.map(sorted),
    restX: new Float64Array((c * (c + 1)) / 2), logDetR: R.reduce((sum, row, a) => sum + Math.log(row[a]), 0),
  };
  let start = 0;
  for (const { m, n } of groups) {
    design.patterns.push(pattern(design, start, m, n));
    start += m * n;
    design.subjects += m;
  }
  return design;
}

/** Subjects with one Z: [{ m, n, rows }], rows subject after subject. Within a subject rows may stand in any order. */
function alike(Z, subject) {
  const of = new Map();
  for (let row = 0; row < subject.length; row++) {
    const name = String(subject[row]);
    if (of.has(name)) of.get(name).push(row);
    else of.set(name, [row]);
  }
  const last = Z[Z.length - 1];
  const groups = new Map();
  for (const rows of of.values()) {
    rows.sort((i, j) => last[i] - last[j] || Z[0][i] - Z[0][j] || i - j);
    let key = "";
    for (const row of rows) for (const column of Z) key += `${column[row]} `;
    if (!groups.has(key)) groups.set(key, { m: 0, n: rows.length, rows: [] });
    const group = groups.get(key);
    group.m += 1;
    for (const row of rows) group.rows.push(row);
  }
  return [...groups.values()];
}

/** One pattern: T, the rotation, and the blocks of X that G sees; rows start at `start`. */
function pattern(design, start, m, n) {
  const { c, p, Q, restX } = design;
  const own = rescaled(design.columns.map((column) => column.subarray(start, start + n)), design.scale);
  const { turn, T } = rotation(own);
  const tops = Array.from({ length: 2 * p }, () => new Float64Array(m));
  const left = new Float64Array(p);
  for (let k = 0; k < m; k++) {
    const first = start + k * n;
    Q.forEach((column, j) => { [tops[j][k], tops[p + j][k]] = turned(turn, column, first); });
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) left[j] = Q[j][first + i] - turn[0][i] * tops[j][k] - turn[1][i] * tops[p + j][k];
      for (let a = 0, e = 0; a < p; a++, e++) for (let b = a; b < p; b++) restX[e++] += left[a] * left[b];
    }
  }
  // Many subjects of one pattern: 2p columns of X made orthonormal, beside which y brings two rows of its own.
  const crowd = m > 2 * c ? orthonormal(tops) : null;
  const rows = crowd ? crowd.R.length + 2 : m;
  const W = new Float64Array(rows * 2 * c);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < (crowd ? crowd.R.length : m); k++) {
      W[k * 2 * c + j] = crowd ? crowd.R[k][j] : tops[j][k];
      W[k * 2 * c + c + j] = crowd ? crowd.R[k][p + j] : tops[p + j][k];
    }
  }
  return { start, m, n, T, turn, tops, basis: crowd && crowd.Q, W, blocks: rows };
}

/** Z~ (n x 2, columns) = turn T: { turn: two orthonormal columns, T: [t11, t12, t22] }. */
function rotation([one, other]) {
  const first = Float64Array.from(one);
  const t11 = Math.sqrt(dot(first, first));
  for (let i = 0; i < first.length; i++) first[i] = t11 > 0 ? first[i] / t11 : 0;
  const second = Float64Array.from(other);
  const before = Math.sqrt(dot(second, second));
  const [t12] = takenOut([first], second);
  const left = Math.sqrt(dot(second, second));
  const t22 = left > NONE * before ? left : 0;
  return { turn: [first, second.map((x) => (t22 ? x / t22 : 0))], T: [t11, t12, t22] };
}

/** The two numbers of a subject's rows that G sees. */
function turned([first, second], column, start) {
  let [a, b] = [0, 0];
  for (let i = 0; i < first.length; i++) {
    a += first[i] * column[start + i];
    b += second[i] * column[start + i];
  }
  return [a, b];
}

/**
 * The design with a response, ready for many evaluations: { N, p, c, patterns: [{ m, T, W, blocks }], rest (upper
 * triangle of (p + 1) x (p + 1), row by row), ... }. The blocks are the design's own and hold the latest response.
 */
export function pooled(design, y) {
  const { N, p, c, Q, R, order, restX, patterns } = design;
  const r = new Float64Array(N);
  let mean = 0;
  for (let i = 0; i < N; i++) mean += (r[i] = y[order[i]]) / N;
  let variance = 0;
  for (let i = 0; i < N; i++) variance += (r[i] - mean) ** 2 / N;
  const along = takenOut(Q, r);
  const rest = new Float64Array(restX);
  const ends = Array.from({ length: c }, (_, a) => a * c - (a * (a - 1)) / 2 + (p - a)); // places of (a, y)
  for (const one of patterns) {
    const { start, m, n, turn, tops, W, basis } = one;
    const [low, high] = [new Float64Array(m), new Float64Array(m)];
    for (let k = 0; k < m; k++) {
      const first = start + k * n;
      [low[k], high[k]] = turned(turn, r, first);
      for (let i = 0; i < n; i++) rest[ends[p]] += (r[first + i] - turn[0][i] * low[k] - turn[1][i] * high[k]) ** 2;
    }
    // Q'r = 0 over all rows: what the rotated-away rows hold of it is what the others lack.
    for (let j = 0; j < p; j++) rest[ends[j]] -= dot(tops[j], low) + dot(tops[p + j], high);
    if (!basis) {
      for (let k = 0; k < m; k++) [W[k * 2 * c + p], W[k * 2 * c + c + p]] = [low[k], high[k]];
      continue;
    }
    const [a, b] = [takenOut(basis, low), takenOut(basis, high)];
    const size = Math.sqrt(dot(low, low));
    const cross = size > 0 ? dot(low, high) / size : 0;
    if (size > 0) lessOf(high, low, cross / size);
    const columns = [[...a, size, 0], [...b, cross, Math.sqrt(dot(high, high))]];
    for (let k = 0; k < one.blocks; k++) [W[k * 2 * c + p], W[k * 2 * c + c + p]] = [columns[0][k], columns[1][k]];
  }
  return { ...design, rest, ols: backward(R, along), variance, left: dot(r, r) };
}
