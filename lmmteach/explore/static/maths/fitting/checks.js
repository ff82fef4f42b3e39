// What cannot be fitted, said before the search, with the row, the column and the remedy.
import { refusal } from "../refusal.js";

const EXACT = 1e-18; // of the response's variance that must be left once X is taken out
const METHODS = ["REML", "ML"];

/** A design in columns, checked: { X, Z, subject, correlated, names }. */
export function checkDesign({ X, Z, subject, correlated = true, names = {} }, method) {
  if (!METHODS.includes(method)) {
    throw refusal(`The method ${JSON.stringify(method)} is not known.`, "Use \"REML\" or \"ML\".");
  }
  const N = subject?.length ?? 0;
  const given = { X: columns(X, "X", N, names.X), Z: columns(Z, "Z", N, names.Z), subject, correlated };
  const [p, q] = [given.X.length, given.Z.length];
  if (q !== 1 && q !== 2) {
    throw refusal(
      `Z has ${q} columns: this page fits one or two random effects.`, "Use (1 | subject) or (1 + time | subject).",
    );
  }
  if (!p) throw refusal("X has no column: the model has no fixed effect at all.", "Keep the intercept, a column of 1.");
  given.names = {
    X: names.X ?? given.X.map((_, k) => `column ${k + 1} of X`),
    Z: names.Z ?? given.Z.map((_, k) => `column ${k + 1} of Z`),
    subject: names.subject ?? "subject",
    y: names.y ?? "y",
  };
  const people = new Set(Array.from(subject, String));
  if (people.size < 2) {
    throw refusal(
      `There is only one ${given.names.subject} (${[...people][0] ?? "none"}): how subjects differ cannot be seen from `
        + "one subject.",
      "Check the grouping column, or fit an ordinary regression.",
    );
  }
  const entries = q === 1 ? 1 : correlated ? 3 : 2;
  if (p + entries + 1 > N) {
    throw refusal(
      `${N} rows cannot estimate ${p + entries + 1} parameters (${p} fixed effects, ${entries} entries of G, `
        + "1 residual parameters).", "Use fewer terms, '||' for a diagonal G, or more data.",
    );
  }
  return given;
}

/** Rows as columns of finite numbers; a list of typed columns is taken as it is. */
function columns(rows, what, N, names) {
  if (rows?.[0] instanceof Float64Array && rows.every(({ length }) => length === N)) return [...rows];
  const width = rows?.[0]?.length ?? 0;
  if (!Array.isArray(rows) || rows.length !== N) {
    throw refusal(`${what} has ${rows?.length ?? "no"} rows and subject ${N}.`, "Give one row a measurement.");
  }
  return Array.from({ length: width }, (_, k) => {
    const called = names?.[k] ? `${names[k]} (column ${k + 1} of ${what})` : `column ${k + 1} of ${what}`;
    return Float64Array.from(rows, (row, i) => number(row.length === width ? row[k] : undefined, i, called));
  });
}

function number(value, row, called) {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw refusal(
    `Row ${row + 1} of ${called} is ${value === undefined ? "missing" : String(value)}, not a finite number.`,
    "Leave that row out, or correct it.",
  );
}

/** Columns of X that others determine, each named with those; `made` comes from making X orthonormal. */
export function checkApart(made, names) {
  if (!made.length) return;
  const [{ column, of }] = made;
  if (!of.length) {
    throw refusal(`${names[column]} is 0 in every row, so its coefficient is not determined.`, "Leave it out.");
  }
  throw refusal(
    `${names[column]} is determined by ${of.map((one) => names[one.column]).join(", ")}, so its coefficient is not.`,
    `Leave out ${made.map((one) => names[one.column]).join(", ")}.`,
  );
}

export function checkResponse(y, N, name) {
  if (y?.length !== N) {
    throw refusal(`${name} has ${y?.length ?? "no"} values and the design ${N} rows.`, "Give one a row.");
  }
  let same = true;
  for (let i = 0; i < N; i++) {
    number(y[i], i, name);
    if (y[i] !== y[0]) same = false;
  }
  if (!same) return;
  throw refusal(
    `The response ${name} is the same number (${y[0]}) in every row: there is nothing to explain.`,
    "Check the column.",
  );
}

/** Data of which X leaves nothing have no residual to search with. */
export function checkLeft({ left, N, variance }) {
  if (!(left > EXACT * N * variance)) throw fitsExactly();
}

export const fitsExactly = () => refusal(
  "The model fits every row exactly: the residual variance is 0 and -2 log L has no lower end.",
  "Is the response computed from a covariate? Then leave that one out. Has every subject as many effects as rows? Then "
    + "give it fewer, as (1 | subject).",
);
