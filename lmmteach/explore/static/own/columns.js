// What the cells of a column are: numbers, dates, truths or words; which are missing, and which are odd ones out.
import { refusal } from "../maths/refusal.js";

/** Cells that stand for a missing value, in small letters. */
export const MISSING = new Set([
  "", "na", "n/a", "nan", "null", "none", ".", "-", "--", "?", "missing", "miss", "#n/a", "<na>", "nil", "k.a.", "n.a.",
  "n. a.",
]);
/** Those that are words of their own in a column of words: arm "none", title "Miss"; and "-" where "+" stands, too. */
const WORDS = new Set(["none", "nil", "miss"]);
const PLAIN = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const COMMA = /^[-+]?(\d+,?\d*|,\d+)(e[-+]?\d+)?$/i;
const DOTS = /^[-+]?\d{1,3}(\.\d{3})+,\d+$/; // 1.234,5
const COMMAS = /^[-+]?\d{1,3}(,\d{3})+\.\d+$/; // 1,234.5
const THOUSANDS = /^[-+]?[1-9]\d{0,2}(,\d{3})+$/; // 1,234: a number in one country, another in the next
const TRUTH = /^(true|false)$/i;
const CLOCK = "(?:[T ](\\d{1,2}):(\\d{2})(?::(\\d{2}(?:\\.\\d+)?))?Z?)?"; // the hour, where a cell has one
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DATES = [ // a form, its places of year, month and day, and what other programs are told of it
  [new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${CLOCK}$`), [1, 2, 3], "year first"],
  [new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${CLOCK}$`), [3, 2, 1], "day first"],
  [new RegExp(`^(\\d{4})/(\\d{1,2})/(\\d{1,2})${CLOCK}$`), [1, 2, 3], "year first"],
  [new RegExp(`^(\\d{1,2})[-. ]?([a-z]{3})[-. ]?(\\d{4})${CLOCK}$`, "i"), [3, 2, 1], "month named"], // SAS: 03MAR2021
  [new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${CLOCK}$`), [3, 2, 1], "day/month"],
  [new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${CLOCK}$`), [3, 1, 2], "month/day"],
];
const MOSTLY = 0.5; // of the cells numbers: then the others are taken for slips

export const isMissing = (cell) => cell.length < 8 && MISSING.has(cell.toLowerCase());

/** What the numbers of a table have for a decimal mark: "," where cells that have one are written so. */
export function decimalOf(table) {
  let [dots, commas] = [0, 0];
  const inQuotes = table.separator === ","; // where commas separate, one inside a cell may part thousands
  for (const column of table.columns) {
    for (let row = 0; row < Math.min(column.length, 2000); row++) {
      const cell = column[row];
      if (/^[-+]?\d*\.\d+$/.test(cell)) dots += 1;
      else if (DOTS.test(cell) || (/^[-+]?\d*,\d+$/.test(cell) && !(inQuotes && THOUSANDS.test(cell)))) commas += 1;
    }
  }
  return commas > 0 && commas >= dots ? "," : ".";
}

/**
 * A column: { name, kind: "number", values } (NaN where missing), or { name, kind: "factor", levels, codes } (-1), with
 * `missing`, how many are; `stray` { row, cell }, the first that is no number where most are; `spellings` of missing
 * ones; `date` (the earliest, from which `values` counts days); `twoDates` (each cell may be either of two days).
 */
export function typed(name, cells, decimal) {
  const found = typedBut(name, cells, decimal, isMissing);
  if (found.kind === "number" || found.digits || found.stray) return found;
  const signs = cells.includes("+");
  const word = (cell) => WORDS.has(cell.toLowerCase()) || (signs && cell === "-");
  return found.spellings.some(word)
    ? typedBut(name, cells, decimal, (cell) => isMissing(cell) && !word(cell)) : found;
}

/** The column where `missing` says which cells stand for none. */
function typedBut(name, cells, decimal, missing) {
  const present = [];
  const spellings = new Set(); // of missing values
  cells.forEach((cell, row) => {
    if (missing(cell)) spellings.add(cell);
    else present.push(row);
  });
  const common = { name, missing: cells.length - present.length, spellings: [...spellings] };
  const number = reader(present.map((row) => cells[row]), decimal);
  const values = new Float64Array(cells.length).fill(NaN);
  let stray = null;
  let numbers = 0;
  for (const row of present) {
    const value = number(cells[row]);
    if (value === null) stray ??= { row, cell: cells[row] };
    else {
      values[row] = value;
      numbers += 1;
    }
  }
  // Whole numbers that would run into each other, as long ids do, are names.
  const exact = !present.some((row) => Math.abs(values[row]) >= 2 ** 53 && /^[-+]?\d+$/.test(cells[row]));
  const grouped = present.some((row) => DOTS.test(cells[row]) || COMMAS.test(cells[row]));
  if (!stray && exact) return { ...common, kind: "number", values, grouped, empty: !present.length };
  const days = dated(cells, present);
  if (days?.order) return { ...common, kind: "number", ...days };
  const truths = present.every((row) => TRUTH.test(cells[row]));
  const spelled = truths ? (cell) => cell.toUpperCase() : (cell) => cell;
  const levels = [...new Set(present.map((row) => spelled(cells[row])))].sort();
  if (!exact) levels.sort((a, b) => a.length - b.length);
  const place = new Map(levels.map((level, k) => [level, k]));
  const codes = new Int32Array(cells.length).fill(-1);
  for (const row of present) codes[row] = place.get(spelled(cells[row]));
  return {
    ...common, kind: "factor", levels, codes, digits: !stray, stray: numbers > MOSTLY * present.length ? stray : null,
    twoDates: Boolean(days),
  };
}

/** How a column's cells are read as numbers: by the file's decimal mark, or by their own where all say so. */
function reader(cells, decimal) {
  const every = (form) => cells.every((cell) => form.test(cell));
  if (decimal === ",") {
    const dotted = cells.some((cell) => DOTS.test(cell));
    return (cell) => {
      const bare = dotted && DOTS.test(cell) ? cell.replaceAll(".", "") : cell;
      return COMMA.test(bare) ? Number(bare.replace(",", ".")) : null;
    };
  }
  if (cells.some((cell) => cell.includes(",")) && every(COMMA) && !cells.some((cell) => THOUSANDS.test(cell))) {
    return (cell) => Number(cell.replace(",", "."));
  }
  return (cell) => {
    const bare = COMMAS.test(cell) ? cell.replaceAll(",", "") : cell.replace("\u2212", "-");
    return PLAIN.test(bare) ? Number(bare) : null;
  };
}

/** Days since the earliest day, where every cell is a date and of one kind: 3/4/2021 alone may be of two; else null. */
function dated(cells, present) {
  const found = DATES.map(([form, places, order]) => ({ days: daysOf(cells, present, form, places), order }))
    .filter(({ days }) => days);
  if (found.length > 1) return { order: null };
  if (!found.length) return null;
  const [{ days, order }] = found;
  const first = days.reduce((least, [day]) => (day < least ? day : least), Infinity);
  const values = new Float64Array(cells.length).fill(NaN);
  // The hours are added last: to a day counted from 1970 they would lose digits.
  present.forEach((row, k) => { values[row] = days[k][0] - first + days[k][1] / 24; });
  const hours = days.some(([, clock]) => clock > 0);
  return { values, date: new Date(first * 864e5).toISOString().slice(0, 10), order, hours };
}

/** Each cell's day and hours in one form; null where a cell is no such date. */
function daysOf(cells, present, form, places) {
  if (!present.length || !present.every((row) => form.test(cells[row]))) return null;
  const days = present.map((row) => dayOf(form.exec(cells[row]), places));
  return days.includes(null) ? null : days;
}

/** [days since 1970, hours]; null where the calendar (from the year 1) has no such day, or the day no such hour. */
function dayOf(found, places) {
  const [y, m, d] = places.map((k) => (/[a-z]/i.test(found[k]) ? MONTHS.indexOf(found[k].toLowerCase()) + 1
    : Number(found[k])));
  const [hour, minute, second] = [4, 5, 6].map((k) => Number(found[k] ?? 0));
  const day = new Date(0).setUTCFullYear(y, m - 1, d);
  const there = new Date(day).getUTCMonth() === m - 1 && hour < 24 && minute < 60 && second < 60;
  return there && y > 0 && m > 0 && d > 0 ? [day / 864e5, (hour * 3600 + minute * 60 + second) / 3600] : null;
}

/**
 * All columns of a table: { names, of: { name: column }, rows, lines, decimal, thousands (the mark between them, or
 * null) }. Cells of the `blank` columns that are no numbers are taken for missing ones.
 */
export function typedTable(table, blank = []) {
  const decimal = decimalOf(table);
  const some = (form) => table.columns.some((column) => column.some((cell) => form.test(cell)));
  const thousands = decimal === "," ? (some(DOTS) ? "." : null) : some(COMMAS) ? "," : null;
  const columns = table.names.map((name, k) =>
    (blank.includes(name) ? withoutStray : typed)(name, table.columns[k], decimal));
  const said = columns.filter(({ twoDates }) => twoDates).map(({ name, levels: [one] }) =>
    `'${name}' holds dates that may be of two days (${one}): no cell says which part is the month, so they are words. `
      + "Write the year first, 2021-03-04, or the day first with points, 4.3.2021.");
  return { ...table, decimal, thousands, of: byName(columns), said: [...table.said, ...said] };
}

/** Columns by their names, which may be any: an object that has nothing of its own, not even "constructor". */
export function byName(columns) {
  const of = Object.create(null);
  for (const column of columns) of[column.name] = column;
  return of;
}

/** A column of numbers as a factor of its values, in their order; a factor as it is. */
export function asFactor(column) {
  if (column.kind === "factor") return column;
  const known = [...new Set(column.values)].filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  const place = new Map(known.map((x, k) => [x, k]));
  const codes = Int32Array.from(column.values, (x) => (Number.isNaN(x) ? -1 : place.get(x)));
  return { ...column, kind: "factor", levels: known.map(String), numbers: known, codes };
}

/** A column whose odd cells are missing ones; their spellings are remembered. */
function withoutStray(name, cells, decimal) {
  const odd = (cell) => !isMissing(cell) && reader([cell], decimal)(cell) === null;
  const column = typed(name, cells.map((cell) => (odd(cell) ? "" : cell)), decimal);
  return { ...column, spellings: [...new Set([...column.spellings, ...cells.filter(odd)])] };
}

/** The error for a column that must hold numbers and does not: it names the cell. */
export function notNumbers(column, what, table) {
  const at = column.stray ?? { row: column.codes.findIndex((code) => code >= 0) };
  const cell = column.stray?.cell ?? column.levels[column.codes[at.row]] ?? "";
  const among = column.stray ? " among numbers" : "";
  const error = refusal(
    `${what} ${JSON.stringify(column.name)} holds ${JSON.stringify(cell)}${among}, in line ${table.lines[at.row]}: `
      + "a mean needs numbers.",
    column.stray ? "Correct that cell, or take such cells for missing ones." : "Choose a column of numbers.",
  );
  return Object.assign(error, { stray: column.stray ? column.name : null });
}
