// What the readings say without any model: covariance and correlation of two visits, over the people who have both.

/** One row a subject, one column a visit of `times`; null where nothing was read, the mean where more than once. */
export function wideOf(people, values, times) {
  let row = 0;
  return people.visitOf.map((kind) => {
    const { t } = people.visits[kind];
    const own = Array.from(t, (_, j) => values[row + j]);
    row += t.length;
    return times.map((at) => mean(own.filter((y, j) => y !== null && t[j] === at)));
  });
}

const mean = (x) => (x.length ? x.reduce((sum, v) => sum + v, 0) / x.length : null);

/**
 * { n, cov, corr } of columns j and k over the rows that have both and that `among(row number)` lets in; NaN where
 * they are too few.
 */
export function pairOf(wide, j, k, among = () => true) {
  const both = wide.filter((row, i) => row[j] !== null && row[k] !== null && among(i));
  const n = both.length;
  const [mj, mk] = [j, k].map((c) => both.reduce((sum, row) => sum + row[c], 0) / n);
  const sum = (a, ma, b, mb) => both.reduce((total, row) => total + (row[a] - ma) * (row[b] - mb), 0);
  const cov = sum(j, mj, k, mk);
  if (n < 2) return { n, cov: NaN, corr: NaN };
  return { n, cov: cov / (n - 1), corr: cov / Math.sqrt(sum(j, mj, j, mj) * sum(k, mk, k, mk)) };
}

/** All pairs of columns: rows of { n, cov, corr }. */
export function pairsOf(wide, among) {
  const half = wide[0].map((_, j) => wide[0].slice(0, j + 1).map((__, k) => pairOf(wide, j, k, among)));
  return half.map((_, j) => half.map((__, k) => half[Math.max(j, k)][Math.min(j, k)]));
}

/** Who belongs to the group a dial "rows" names ("sex: female"): a function of the subject's number. */
export function groupOf({ columns }, rows) {
  const found = columns.flatMap(({ name, levels, of }) =>
    levels.map((level, k) => [`${name}: ${level}`, (i) => of[i] === k]));
  return (found.find(([name]) => name === rows) || [null, () => true])[1];
}

/** The readings of a group, wide, and their pairs; computed once and kept while the group stays. */
export function sampleOf(data, rows) {
  data.sample ??= { wide: wideOf(data.people, data.people.y, data.grid.t), rows: null, pairs: null };
  if (data.sample.rows !== rows) {
    data.sample.rows = rows;
    data.sample.pairs = pairsOf(data.sample.wide, groupOf(data.people, rows));
  }
  return data.sample;
}

/** Places of the two visits chosen: [later, earlier], the last and the first where nothing fits. */
export function chosenOf({ grid }, { pair = [] }) {
  const at = pair.map((t) => grid.t.indexOf(t)).filter((k) => k >= 0);
  return at.length ? [Math.max(...at), Math.min(...at)] : [grid.t.length - 1, 0];
}
