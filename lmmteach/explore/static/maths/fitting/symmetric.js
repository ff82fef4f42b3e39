// Eigenvalues of symmetric matrices of a few rows, by Jacobi's rotations.

/** { values (ascending), axes }: axes[k] is the eigenvector of values[k]. */
export function eigen(matrix) {
  const n = matrix.length;
  const A = matrix.map((row) => [...row]);
  const V = A.map((_, i) => A.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    let [off, on] = [0, 0];
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) i === j ? (on += A[i][i] ** 2) : (off += A[i][j] ** 2);
    if (!(off > 1e-36 * on)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (A[p][q] !== 0) rotate(A, V, p, q);
  }
  const order = A.map((_, k) => k).sort((i, j) => A[i][i] - A[j][j]);
  return { values: order.map((k) => A[k][k]), axes: order.map((k) => V.map((row) => row[k])) };
}

/** The rotation that makes A[p][q] zero, done to A and gathered in V. */
function rotate(A, V, p, q) {
  const half = (A[q][q] - A[p][p]) / (2 * A[p][q]);
  const t = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(half, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row) => { [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]]; };
  A.forEach(turn);
  V.forEach(turn);
  const [up, low] = [A[p].slice(), A[q].slice()];
  for (let k = 0; k < A.length; k++) [A[p][k], A[q][k]] = [c * up[k] - s * low[k], s * up[k] + c * low[k]];
}
