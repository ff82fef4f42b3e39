// What a panel asks of a fit beside the common data, as needs/*.py make it of the library's fits.
import { covariance, refits } from "../maths/fit.js";
import { backward, dot, orthonormal } from "../maths/fitting/columns.js";
import { evaluate } from "../maths/fitting/evaluation.js";
import { pooled } from "../maths/fitting/pooling.js";
import { factor } from "../maths/fitting/objective.js";
import { against, crossproduct, predicted, shrinker } from "../maths/ideas/blup.js";
import { build, chosen, times } from "./design.js";
import { again } from "./matrices.js";
import { ends, median, spaced, unique } from "./numbers.js";
import { completeOnes, drawn, whom } from "./people.js";
import { crossProducts } from "./products.js";
import { structures } from "./structures.js";
import { preparedDesign } from "./study.js";
import { saidNames } from "./wording.js";

const MOMENTS = 11; // times a course is drawn through

/** panel -> what it carries; a panel that is not named here needs nothing more. */
const NEEDS = {
  answer, beta, conditional: subjects, courses: compared, errors, hill, individuals, layers: stretch, parts: stretch,
  profile, residuals: subjects, ridge, shrinkage: subjects, structures: compared,
};

/** The extra data of the panels that ask for some, each made once for a study. */
export function needed(study, panels) {
  const known = (study.needs ??= {});
  const asking = panels.filter((panel) => panel in NEEDS);
  return Object.fromEntries(asking.map((panel) => [panel, (known[panel] ??= NEEDS[panel](study))]));
}

/** Names of the coefficients, and for "all" (and "complete") what generalised least squares needs. */
function beta({ design, fit }) {
  const parts = { all: part(design, fit.pooled) }; // its cross-products are the explorer's own
  const kept = completeOnes(design);
  const inside = new Set(kept ?? []);
  const smaller = kept && restricted(design, (row) => inside.has(design.codes[row]));
  if (smaller && smaller.fixedNames.join("\0") === design.fixedNames.join("\0")) {
    const data = pooled(preparedDesign(smaller).prepared, smaller.y);
    parts.complete = { ...part(smaller, data), likelihood: crossProducts(data) };
  }
  return { names: design.fixedNames, said: saidNames(design), parts };
}

const part = ({ subjects }, { R, ols, left, N, p }) =>
  ({ Rx: R, ols, s2: left / (N - p), subjects: subjects.length, rows: N });

/** The same model of some rows alone; null where they do not carry it. */
function restricted({ formula, frame, time }, kept) {
  const rows = Array.from({ length: frame.n }, (_, row) => row).filter(kept);
  const of = Object.fromEntries(frame.names.map((name) => [name, chosen(frame.of[name], rows)]));
  try {
    const table = { names: frame.names, of, rows: rows.length, lines: rows.map((row) => frame.lines[row]) };
    return build(formula, table, time);
  } catch (error) {
    if (error.name !== "LmmError") throw error;
    return null;
  }
}

/** X along time for every level of the factor and every value of the number, and Z along time. */
function answer({ design }) {
  const who = whom(design);
  const { factor: kind, number } = who;
  const { frame } = design;
  const count = number.step ? Math.round((number.high - number.low) / number.step) + 1 : 1;
  const at = spaced(...ends(design.times), MOMENTS);
  const typical = Object.fromEntries(frame.names.map((name) => [name, usual(frame.of[name])]));
  if (design.time in typical) typical[design.time] = { ...typical[design.time], values: Float64Array.from(at) };
  const levels = kind.levels.length ? kind.levels : [null];
  const X = levels.map((level) => Array.from({ length: count }, (_, k) => {
    const of = { ...typical };
    if (level !== null) {
      const code = frame.of[kind.name].levels.indexOf(level);
      of[kind.name] = { ...of[kind.name], codes: new Int32Array(MOMENTS).fill(code) };
    }
    if (number.step) of[number.name] = { ...of[number.name], values: filled(number.low + k * number.step) };
    const columns = again(design.fixedRecipe, { n: MOMENTS, of });
    return at.map((_, row) => design.kept.map((place) => columns[place][row]));
  }));
  const Z = again(design.randomRecipe, { n: MOMENTS, of: typical });
  return { who, t: at, X, Z: at.map((_, row) => Z.map((column) => column[row])) };
}

const filled = (x) => new Float64Array(MOMENTS).fill(x);

/** The commonest level, or the median, as often as a course has moments. */
function usual(column) {
  if (column.kind === "number") return { ...column, values: filled(median(column.values)) };
  const counts = column.levels.map(() => 0);
  column.codes.forEach((code) => { counts[code] += 1; });
  return { ...column, codes: new Int32Array(MOMENTS).fill(counts.indexOf(ends(counts)[1])) };
}

/** X beta-hat of the subjects drawn, row by row, and as a line in time where it is one. */
function subjects({ design, fit }) {
  const shown = drawn(design);
  const mean = times(design.X, fit.beta);
  return { mu: shown.flatMap(({ rows }) => rows.map((row) => mean[row])), line: lines(design, fit.beta, shown) };
}

/** The mean at the ends of the study and in the middle: two numbers a subject if it is straight, else null. */
function lines({ frame, time, times: all, fixedRecipe, kept }, beta, shown) {
  if (time === null || !(time in frame.of)) return null;
  const [low, high] = ends(all);
  const places = [low, (low + high) / 2, high];
  const rows = shown.flatMap((one) => places.map(() => one.rows[0]));
  const of = Object.fromEntries(frame.names.map((name) => [name, sameLevels(frame.of[name], rows)]));
  of[time] = { ...of[time], values: Float64Array.from(rows, (_, k) => places[k % 3]) };
  const columns = again(fixedRecipe, { n: rows.length, of });
  const mean = times(kept.map((place) => columns[place]), beta);
  const found = shown.map((_, k) => mean.slice(3 * k, 3 * k + 3));
  const straight = ([a, b, c]) => Math.abs(b - (a + c) / 2) <= 1e-8 + 1e-9 * Math.abs((a + c) / 2);
  if (high === low || !found.every(straight)) return null;
  return found.map(([a, , c]) => [a - ((c - a) / (high - low)) * low, (c - a) / (high - low)]);
}

const sameLevels = (column, rows) => (column.kind === "number" ? chosen(column, rows)
  : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) });

/** For each coefficient its standard error by least squares, as if rows were independent, and by the mixed model. */
function errors({ design, fit }) {
  const { R, left, N, p } = fit.pooled;
  const half = R.map((_, k) => backward(R, R.map((__, a) => (a === k ? 1 : 0)))); // columns of R^-1
  const said = saidNames(design);
  return design.fixedNames.map((name, a) => ({
    name, said: said[a], mixed: fit.se[a],
    ols: Math.sqrt((left / (N - p)) * half.reduce((so, column) => so + column[a] ** 2, 0)),
  }));
}

/** Every evaluation of the search that came lower than all before it, sigma2 at its best there. */
function hill({ fit }) {
  const { pooled: data, path, method } = fit;
  let lowest = Infinity;
  const out = [];
  for (const [theta, value] of path) {
    if (!(value < lowest - 1e-3)) continue; // what is gained beyond the third digit cannot be seen
    lowest = value;
    const L = factor(data.free, theta);
    const { sigma2, deviance } = evaluate(data, L, method === "REML");
    out.push({ G: covariance(L, data.scale, sigma2, data.q), sigma2, deviance });
  }
  return { path: out };
}

/** G, sigma2 and -2 log L at both optima, that of ML and that of REML. */
function profile({ design, fit }) {
  const { known, prepared } = preparedDesign(design);
  return Object.fromEntries(["ML", "REML"].map((method) => {
    const { G, sigma2, deviance } = method === fit.method ? fit : refits(prepared, known, method)(design.y);
    return [method, { G, sigma2, deviance }];
  }));
}

/** Three fits, row by row as drawn: all people's by least squares, each subject's own, and the mixed model's. */
function individuals({ design, fit }) {
  const everybody = times(design.X, fit.pooled.ols);
  const mean = times(design.X, fit.beta);
  const out = { ols: [], own: [], blup: [] };
  for (const { rows } of drawn(design)) {
    const Z = rows.map((row) => design.Z.map((column) => column[row]));
    const own = ownLine(design.Z.map((column) => Float64Array.from(rows, (row) => column[row])), rows, design.y);
    const A = crossproduct(Z, fit.G.length);
    const c = against(Z, rows.map((row) => design.y[row] - mean[row]), fit.G.length);
    const b = predicted(shrinker(A, fit.G, fit.sigma2), c);
    out.ols.push(...rows.map((row) => everybody[row]));
    out.own.push(...own);
    out.blup.push(...rows.map((row, k) => mean[row] + Z[k].reduce((so, z, a) => so + z * b[a], 0)));
  }
  return out;
}

/** The fitted values of a subject's own regression on Z; null where its readings do not determine it. */
function ownLine(columns, rows, y) {
  const { Q, kept } = orthonormal(columns);
  if (kept.length < columns.length) return rows.map(() => null);
  const own = Float64Array.from(rows, (row) => y[row]);
  const shares = Q.map((column) => dot(column, own));
  return rows.map((_, k) => Q.reduce((so, column, a) => so + shares[a] * column[k], 0));
}

/** The fits under several structures, made once for the panels that show them. */
function compared(study) {
  study.structures ??= structures(study);
  return study.structures;
}

/** First and last time of the data. */
function stretch({ design }) {
  const [start, end] = ends(design.times);
  return { start, end };
}

/** Times (first, last) and (first, middle, last) with the likelihood of the readings there; null for want of times. */
function ridge({ design }) {
  const at = unique(design.times);
  if (at.length < 3 || design.time === null) return null;
  const centre = (at[0] + at.at(-1)) / 2;
  const middle = at.reduce((a, b) => (Math.abs(b - centre) < Math.abs(a - centre) ? b : a));
  const wanted = [[at[0], at.at(-1)], [at[0], middle, at.at(-1)]];
  const designs = wanted.map((some) => restricted(design, (row) => some.includes(design.times[row])));
  if (designs.some((one) => one === null)) return null;
  const likelihood = designs.map((one) => crossProducts(pooled(preparedDesign(one).prepared, one.y)));
  return { times: wanted, likelihood };
}
