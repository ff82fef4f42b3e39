// Formula and table become a design: y, X, Z, subjects and times, and in words what was dropped on the way.
import { orthonormal } from "../maths/fitting/columns.js";
import { refusal } from "../maths/refusal.js";
import { columnsOf, computed } from "./algebra.js";
import { asFactor, notNumbers } from "./columns.js";
import { read } from "./formula.js";
import { spellName } from "./grammar.js";
import { checkColumn, matrix } from "./matrices.js";

/**
 * The design of a formula and a typed table; `time` names the column of times where it is not the one number of Z that
 * changes within subjects. Arrays are by row: X and Z are lists of columns, `codes` the number of each row's subject.
 */
export function build(text, table, time = null) {
  const parsed = read(text);
  const said = [];
  checkSides(parsed);
  const frame = complete(table, [...new Set([...parsed.names].sort().concat(time ? [time] : []))], said);
  const y = responseOf(parsed.response, frame);
  const fixed = matrix(parsed.fixed, frame);
  said.push(...fixed.said);
  if (!fixed.names.length) {
    throw refusal("The model has no fixed effect at all.", "Keep the intercept (1) or a covariate.");
  }
  const { codes, labels } = grouped(frame.of[parsed.group]);
  const random = matrix(parsed.effects, frame);
  said.push(...random.said);
  checkRandom(parsed, random, labels.length, frame, said);
  if (labels.length < 2) {
    throw refusal(
      `There is only one '${parsed.group}' (${labels[0]}): how subjects differ cannot be seen from one subject.`,
      "Check the grouping column, or fit an ordinary regression.",
    );
  }
  const kept = apart(fixed.columns, fixed.names, said);
  checkNames(kept.map((k) => fixed.names[k]), "fixed effects");
  if (y.length <= kept.length) {
    throw refusal(
      `${y.length} rows cannot estimate ${fixed.names.length} fixed effects and a residual variance.`,
      "Use fewer terms or more data.",
    );
  }
  const axis = time ?? timeColumn(parsed, frame, codes);
  return {
    formula: text, response: parsed.response.shown, frame, y, said, parsed, kept,
    X: kept.map((k) => fixed.columns[k]), fixedNames: kept.map((k) => fixed.names[k]),
    dropped: fixed.names.filter((_, k) => !kept.includes(k)), fixedRecipe: fixed.recipe,
    Z: random.columns, randomNames: random.names, randomRecipe: random.recipe, correlated: parsed.correlated,
    group: parsed.group, codes, subjects: labels, time: axis,
    times: axis && frame.of[axis].kind === "number" ? frame.of[axis].values : ranks(codes, labels.length),
  };
}

/** The rows without a missing value in the columns needed, and a word about the others. */
function complete(table, names, said) {
  for (const name of names) if (!(name in table.of)) throw unknown(name, table);
  const keep = [];
  const missing = names.map((name) => [name, 0]);
  for (let row = 0; row < table.rows; row++) {
    let whole = true;
    names.forEach((name, k) => {
      const { kind, values, codes } = table.of[name];
      if (kind === "number" ? !Number.isNaN(values[row]) : codes[row] >= 0) return;
      missing[k][1] += 1;
      whole = false;
    });
    if (whole) keep.push(row);
  }
  const counts = missing.filter(([, count]) => count).map(([name, count]) => `${name}: ${count}`).join(", ");
  const none = missing.find(([, count]) => count === table.rows);
  if (none) {
    throw refusal(`Column '${none[0]}' holds only missing values.`, "Check how the column was read or computed.");
  }
  if (!keep.length) throw refusal(`No row is complete: every row misses a value (${counts}).`, "Check the columns.");
  const dropped = table.rows - keep.length;
  if (dropped) said.push(`Dropped ${dropped} of ${table.rows} rows with missing values (${counts}).`);
  const of = Object.fromEntries(names.map((name) => [name, chosen(table.of[name], keep)]));
  return { n: keep.length, of, names, rows: keep, lines: keep.map((row) => table.lines[row]) };
}

/** The rows of a frame, or of a column, that are named; levels that none of them has are left out. */
export function chosen(column, rows) {
  if (column.kind === "number") return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
  const codes = Int32Array.from(rows, (row) => column.codes[row]);
  const used = [...new Set(codes)].sort((a, b) => a - b);
  const place = new Map(used.map((code, k) => [code, k]));
  return {
    ...column, levels: used.map((code) => column.levels[code]), codes: codes.map((code) => place.get(code)),
    ...(column.numbers && { numbers: used.map((code) => column.numbers[code]) }),
  };
}

function unknown(name, table) {
  const plain = (text) => text.trim().toLowerCase();
  const alike = table.names.find((other) => plain(other) === plain(name))
    ?? table.names.find((other) => other.split(/[^\p{L}\p{N}]+/u).includes(name));
  return refusal(
    `Column '${name}' is not in the data.`,
    alike ? `Did you mean ${spellName(alike)}?` : `The columns are: ${table.names.slice(0, 12).join(", ")}.`,
  );
}

function responseOf(response, frame) {
  const text = response.columns.map((name) => frame.of[name]).find(({ kind }) => kind === "factor");
  if (text) throw notNumbers(text, "The response", frame);
  const y = Float64Array.from(computed(response.node, frame));
  checkColumn(y, response.shown, frame);
  if (y.every((value) => value === y[0])) {
    throw refusal(
      `The response '${response.shown}' is the same number (${y[0]}) in every row: there is nothing to explain.`,
      "Check the column.",
    );
  }
  return y;
}

/** A response that stands on the right, too, would explain itself. */
function checkSides({ response, fixed, effects, group }) {
  const right = [...fixed.flat(), ...effects.flat()];
  const named = new Set([...columnsOf([...fixed, ...effects]), group]);
  if (right.some(({ shown }) => shown === response.shown) || (response.bare && named.has(response.shown))) {
    throw refusal(
      `The response '${response.shown}' stands on both sides of the '~': it would explain itself.`,
      "Leave it out on the right.",
    );
  }
}

/** The number of each row's subject, and their names: numbers in their order, words in theirs. */
export function grouped(column) {
  const { codes, levels } = asFactor(column);
  const used = [...new Set(codes)].sort((a, b) => a - b);
  const place = new Map(used.map((code, k) => [code, k]));
  return { codes: Int32Array.from(codes, (code) => place.get(code)), labels: used.map((code) => levels[code]) };
}

function checkRandom(parsed, { names, columns }, groups, { n }, said) {
  const written = parsed.parts.map(({ text, group, correlated }) => `(${text} ${correlated ? "|" : "||"} ${group})`);
  if (!names.length) throw refusal(`The random term ${written[0]} has no effect in it.`, "Write (1 | ...).");
  checkNames(names, `random effects of '${parsed.group}'`);
  if (names.length > 2) {
    throw refusal(
      `${written.join(" + ")} makes ${names.length} random effects (${names.slice(0, 6).join(", ")}); the page fits `
        + "one or two.",
      "Write (1 | subject) or (1 + time | subject), or fit it in Python: lmmteach.lmm(formula, data).",
    );
  }
  const what = `${written[0]} makes ${names.length * groups} random effects, ${names.length} for each of ${groups} `
    + `values of '${parsed.group}', from ${n} rows`;
  if (groups === n && names.length > 1) {
    throw refusal(
      `${what}: on the right of the bar stands what names the groups, on its left what varies between them.`,
      "Write (1 | g), with a column g that names groups of several rows.",
    );
  }
  if (groups === n) said.push(`${what}: as many as rows. Is '${parsed.group}' the column that names the groups?`);
  const { made } = orthonormal(columns);
  if (!made.length) return;
  const alias = made.map(({ column }) => `'${names[column]}'`).join(", ");
  said.push(`${written[0]}: the other columns of Z already determine ${alias}, so that no data can tell their `
    + "variances apart. Leave them out of the bar.");
}

function checkNames(names, what) {
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice === undefined) return;
  throw refusal(
    `Two ${what} would both be called '${twice}': the name of a factor joined to that of its level is also another's.`,
    "Rename that column, or the level.",
  );
}

/** The columns of X that those before them do not determine; remarks name the others. */
function apart(columns, names, said) {
  const { kept } = orthonormal(columns);
  const lost = columns.map((_, k) => k).filter((k) => !kept.includes(k));
  const told = (which) => which.map((k) => `'${names[k]}'`).join(", ");
  const are = (which) => `${told(which)} ${which.length > 1 ? "are" : "is"}`;
  const empty = lost.filter((k) => columns[k].every((x) => x === 0));
  const flat = lost.filter((k) => !empty.includes(k) && columns[k].every((x) => x === columns[k][0]));
  const others = lost.filter((k) => !empty.includes(k) && !flat.includes(k));
  if (empty.length) {
    said.push(`${are(empty)} 0 in every row that is used (a combination of levels that nobody has, or a column of `
      + "zeros): dropped. The fit does not change; what the data have no row of, they cannot say.");
  }
  if (flat.length) {
    said.push(`${are(flat)} the same number in every row that is used: dropped, since the intercept says as much. If a `
      + "filter left no other value, leave it out of the formula. The fit does not change.");
  }
  if (others.length) {
    said.push(`The other columns of X already determine ${told(others)}: dropped ${others.length > 1 ? "these columns"
      : "this column"}, as lme4 does. The fit does not change.`);
  }
  return kept;
}

/** The time axis where none is named: the one number in Z, else in X, that changes within subjects. */
function timeColumn(parsed, frame, codes) {
  for (const terms of [parsed.effects, parsed.fixed]) {
    const numbers = columnsOf(terms).filter((name) => frame.of[name].kind === "number");
    const changing = numbers.filter((name) => changes(frame.of[name].values, codes));
    if (changing.length === 1) return changing[0];
  }
  return null;
}

/** Whether a value changes within some subject. */
export function changes(values, codes) {
  const first = new Map();
  for (let row = 0; row < codes.length; row++) {
    if (!first.has(codes[row])) first.set(codes[row], values[row]);
    else if (first.get(codes[row]) !== values[row]) return true;
  }
  return false;
}

/** For want of times, the number of a row within its subject. */
function ranks(codes, subjects) {
  const seen = new Int32Array(subjects);
  return Float64Array.from(codes, (code) => seen[code]++);
}

/** X beta of columns. */
export const times = (columns, beta) =>
  columns[0].map((_, row) => beta.reduce((so, b, k) => so + b * columns[k][row], 0));
