// Numbers of a panel as rows to save: a line of headings, then a row each.

/** columns(["time", "SD"], times, sds): one row for each place; a list that is missing leaves its cells empty. */
export const columns = (heads, ...lists) => [
  heads, ...Array.from(lists[0], (_, k) => lists.map((list) => (list ? list[k] : null))),
];

/** One row for each reading of the people drawn: who, when, and what stands in these lists, row after row. */
export function readingRows({ people, labels }, heads, ...lists) {
  const who = people.visitOf.flatMap((kind, k) => people.visits[kind].t.map(() => people.label[k]));
  const when = people.visitOf.flatMap((kind) => people.visits[kind].t);
  return columns(["subject", labels.time, ...heads], who, when, ...lists);
}

/** A matrix with the names of its rows and columns. */
export const matrixRows = (corner, names, matrix) => [
  [corner, ...names], ...names.map((name, i) => [name, ...matrix[i]]),
];

/** The entries of G and sigma2, and what R has beside it. */
export function settingRows({ G, sigma2, dials }, residual = null) {
  const others = residual ? residual.dials.map(({ name }) => [name, dials[name]]) : [];
  const slope = G.length > 1 ? [["G12", G[0][1]], ["G22", G[1][1]]] : [];
  const entries = [...(G.length ? [["G11", G[0][0]]] : []), ...slope];
  return [["parameter", "value"], ...entries, ["sigma2", sigma2], ...others];
}

/** Several tables under one another, an empty row between two. */
export const below = (...tables) => tables.flatMap((rows, k) => [...(k ? [[]] : []), ...rows]);
