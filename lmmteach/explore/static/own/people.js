// The subjects an explorer draws, the columns that describe them, and whom a course is drawn for.
import { columnsOf } from "./algebra.js";
import { changes } from "./design.js";
import { ends, general, median, quantile, rint, spread, unique } from "./numbers.js";

const DRAWN = 300; // subjects drawn at most; the likelihood always uses all
const LEVELS = 5; // colours that can be told apart in lines
const STEPS = 32; // values of a number a course can be asked for, at most
const TAKEN = new Set([
  "G", "G11", "G12", "G22", "rho", "sigma2", "hold", "seed", "method", "data", "prediction", "address", "dials",
  "level", "number", "self", "fit", "view", "allow_not_psd", "False", "None", "True", "and", "as", "assert", "async",
  "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
  "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
  "yield",
]);

/** The rows of each subject, in the order of the data. */
export function rowsOf({ codes, subjects }) {
  const rows = subjects.map(() => []);
  codes.forEach((code, row) => rows[code].push(row));
  return rows;
}

/** The subjects to draw, evenly spread: [{ label, rows (by time), first (row of the data) }]. */
export function drawn(design) {
  const rows = rowsOf(design);
  return spread(design.subjects.length, DRAWN).map((k) => ({
    label: design.subjects[k], first: rows[k][0],
    rows: [...rows[k]].sort((i, j) => design.times[i] - design.times[j] || i - j),
  }));
}

/** Which visits each subject had, y and X beta-hat row after row, and the times' range. */
export function people(design, shown, mean, sigma2) {
  const kinds = new Map();
  const visits = [];
  const visitOf = shown.map(({ rows }) => {
    const [t, Z] = [rows.map((row) => design.times[row]), rows.map((row) => design.Z.map((column) => column[row]))];
    const key = JSON.stringify([t, Z]);
    if (!kinds.has(key)) {
      kinds.set(key, visits.length);
      visits.push({ t, Z });
    }
    return kinds.get(key);
  });
  const rows = shown.flatMap((one) => one.rows);
  const scale = 10 ** Math.ceil(4 - Math.log10(Math.sqrt(sigma2))); // of a picture: a ten-thousandth of sigma is enough
  return {
    visits, visitOf, y: rows.map((row) => design.y[row]), mu: rows.map((row) => rint(mean[row] * scale) / scale),
    label: shown.map(({ label }) => label), range: { t: ends(visits.flatMap(({ t }) => t)) },
  };
}

const constant = (column, codes) => !changes(column.kind === "number" ? column.values : column.codes, codes);

/** The columns that do not change within a subject: their levels, or thirds of a number, and who has which. */
export function covariates({ frame, codes, response, time, group }, shown) {
  const first = shown.map((one) => one.first);
  const others = frame.names.filter((name) => ![response, time, group].includes(name));
  return others.filter((name) => constant(frame.of[name], codes)).flatMap((name) => {
    const { kind, values, levels, codes: own } = frame.of[name];
    const each = first.map((row) => (kind === "number" ? values[row] : levels[own[row]]));
    const thirds = kind === "number" && new Set(each).size > LEVELS;
    const found = thirds ? inThirds(each) : inLevels(each.map(String));
    return found ? [{ name, unit: "", ...found }] : [];
  });
}

function inLevels(values) {
  const levels = [...new Set(values)].sort();
  if (levels.length < 2 || levels.length > LEVELS) return null;
  return { levels, of: values.map((value) => levels.indexOf(value)) };
}

function inThirds(values) {
  const [low, high] = [quantile(values, 1 / 3), quantile(values, 2 / 3)];
  const [least, most] = ends(values);
  if (!(least < low && low < high && high < most)) return null;
  const [a, b] = [general(low, 4), general(high, 4)];
  return { levels: [`up to ${a}`, `${a} to ${b}`, `above ${b}`], of: values.map((x) => (x > low) + (x > high)) };
}

/** The first factor and the first number of the fixed part that do not change within a subject. */
export function whom({ frame, codes, parsed, response, time, group }) {
  const found = {
    factor: { name: "", dial: "level", levels: [] },
    number: { name: "", dial: "number", low: 0, high: 0, step: 0, value: 0 },
  };
  const used = columnsOf(parsed.fixed).filter((name) => ![response, time, group].includes(name));
  for (const name of frame.names.filter((one) => used.includes(one))) {
    const column = frame.of[name];
    if (!constant(column, codes)) continue;
    const dial = writable(name) ? name : "";
    if (column.kind === "factor") {
      if (!found.factor.name) {
        found.factor = { name, dial: dial || "level", levels: column.levels.length > 1 ? column.levels : [] };
      }
    } else if (!found.number.name && new Set(column.values).size > 2) {
      found.number = { name, dial: dial || "number", ...range(column.values, codes) };
    }
  }
  return found;
}

/** Can the name stand before = in a call of Python's? */
const writable = (name) => /^\p{L}[\p{L}\p{N}_]*$/u.test(name) && name.normalize("NFKC") === name && !TAKEN.has(name);

/** The values a slider takes: every whole number where the data are whole, else round steps; the median first. */
function range(values, codes) {
  const first = new Map();
  codes.forEach((code, row) => { if (!first.has(code)) first.set(code, values[row]); });
  const each = unique([...first.values()]);
  const [low, top] = [each[0], each.at(-1)];
  const step = each.every(Number.isInteger) ? Math.max(1, Math.ceil((top - low) / STEPS)) : (top - low) / STEPS;
  const high = low + step * Math.floor((top - low) / step + 1e-9);
  return { low, high, step, value: low + step * rint((median([...first.values()]) - low) / step) };
}

/** The codes of subjects seen at every time, if that is some but not all, and enough for the model; else null. */
export function completeOnes(design) {
  const visits = new Set(design.times).size;
  const full = rowsOf(design).flatMap((rows, code) =>
    (rows.length === visits && new Set(rows.map((row) => design.times[row])).size === visits ? [code] : []));
  return full.length > design.X.length + 2 && full.length < design.subjects.length ? full : null;
}
