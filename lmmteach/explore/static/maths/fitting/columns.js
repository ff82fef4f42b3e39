// Columns before a search: X made orthonormal and Z brought to one size, so that units and origins cost no digits.

const ROUNDING = 16 * Number.EPSILON; // of a column, relative to its length
const DETERMINED = 1e-11; // what is left of a column, relative to its length, once the others are taken out
const ALIKE = 1e-9; // the same of a column of Z, from which no orthogonal one is made

export function dot(u, v) {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += u[i] * v[i];
  return sum;
}

/** v less `share` of u, in place. */
export function lessOf(v, u, share) {
  for (let i = 0; i < v.length; i++) v[i] -= share * u[i];
}

/** What of v lies along orthonormal columns, which is taken out of v: twice, for the digits that once leaves in. */
export function takenOut(Q, v) {
  const along = new Array(Q.length).fill(0);
  for (let pass = 0; pass < 2; pass++) {
    Q.forEach((u, a) => {
      const share = dot(u, v);
      along[a] += share;
      lessOf(v, u, share);
    });
  }
  return along;
}

/** x with U x = b, U an upper triangle (rows). */
export function backward(U, b) {
  const x = new Array(b.length).fill(0);
  for (let a = b.length - 1; a >= 0; a--) {
    let sum = b[a];
    for (let k = a + 1; k < b.length; k++) sum -= U[a][k] * x[k];
    x[a] = sum / U[a][a];
  }
  return x;
}

/**
 * X = Q R by Gram and Schmidt. A column that those before it determine, but for the rounding that may be in them,
 * gives no column of Q: `kept` are the others, `R` (kept x all) has a column for each, `made` says what of the kept
 * columns a determined one is made of: [{ column, of: [{ column, share }] }].
 */
export function orthonormal(columns) {
  const [Q, kept, made, unit, lengths] = [[], [], [], [], []];
  columns.forEach((column, k) => {
    const length = Math.sqrt(dot(column, column));
    lengths.push(length);
    const v = Float64Array.from(column, (x) => (length > 0 ? x / length : 0));
    const along = takenOut(Q, v);
    const triangle = kept.map((_, a) => kept.map((other) => unit[other][a] || 0));
    const shares = backward(triangle, along);
    const left = Math.sqrt(dot(v, v));
    const rounding = ROUNDING * (1 + shares.reduce((sum, x) => sum + Math.abs(x), 0));
    if (left > Math.max(rounding, DETERMINED) && Q.length < column.length) {
      unit.push([...along, left]);
      kept.push(k);
      Q.push(v.map((x) => x / left));
    } else {
      unit.push(along);
      made.push({ column: k, of: told(shares, kept) });
    }
  });
  return { Q, kept, made, R: kept.map((_, a) => unit.map((own, k) => (own[a] || 0) * lengths[k])) };
}

/** The columns that count in a combination, given as shares of columns of length 1. */
function told(shares, kept) {
  const most = Math.max(0, ...shares.map(Math.abs));
  const of = shares.map((share, a) => ({ column: kept[a], share }));
  return of.filter(({ share }) => Math.abs(share) > 1e-7 * most);
}

/**
 * T = [t11, t12, t22] with Z = Z~ T: orthonormal columns (times sqrt N) for a full G, equal lengths for a diagonal one
 * or for columns that determine each other. One column alone has t22 = 1.
 */
export function columnScale(Z, correlated) {
  const root = Math.sqrt(Z[0].length);
  const [a, b] = Z.map((column) => Math.sqrt(dot(column, column)) / root || 1);
  if (Z.length === 1) return [a, 0, 1];
  if (!correlated) return [a, 0, b];
  const { R, kept } = orthonormal(Z);
  if (kept.length < 2 || R[1][1] / root < ALIKE * b) return [a, 0, b];
  return [R[0][0] / root, R[0][1] / root, R[1][1] / root];
}

/** Z~ of Z = Z~ T; where there is one column the second is 0. */
export function rescaled(Z, [t11, t12, t22]) {
  const first = Z[0].map((z) => z / t11);
  return [first, Z.length === 1 ? first.map(() => 0) : Z[1].map((z, i) => (z - t12 * first[i]) / t22)];
}
