// What an explorer carries, made of a fit that the page has made: as payload.py makes it of the library's. What each
// part is, and how nearly the two must agree, stands in carries.json.
import { declared } from "./declared.js";
import { times } from "./design.js";
import { needed } from "./needs.js";
import { between, ends, general, quoted, rint, spread, sum, unique } from "./numbers.js";
import { completeOnes, covariates, drawn, people, rowsOf, whom } from "./people.js";
import { crossProducts } from "./products.js";

const GRID = 8; // times shown in a table at most
const MIN_SEEN = 10; // an observed SD needs at least as many values

/** Everything the page of a view needs to know of a fit; `view` is the gallery's, left open. */
export function payload(study, view) {
  const { design, fit } = study;
  const data = (study.common ??= common(study));
  const { G, sigma2 } = data.fit;
  const own = declared(view, data.facts, G, sigma2);
  const dials = Object.fromEntries(own.dials.map(({ name, value }) => [name, value]));
  const plain = { hold: "covariance", seed: 1, method: fit.method };
  return {
    ...data,
    view: own, extra: needed(study, view.panels.map(({ panel }) => panel)),
    labels: { ...data.labels, code: madeBy(design, fit.method, view.name) },
    start: { G, sigma2, ...plain, dials }, defaults: { ...plain, dials }, address: null,
  };
}

/** The lines of Python that make the explorer as it starts. */
function madeBy({ formula, time, randomNames }, method, name) {
  const named = time === null || randomNames.includes(time) ? "" : `, time=${quoted(time)}`;
  const call = name === "marginal" ? "fit.explore()" : `fit.explore(${quoted(name)})`;
  return `fit = lmmteach.lmm(${quoted(formula)}, data, method="${method}"${named})\nexplorer = ${call}`;
}

/** What all views of a fit have in common. */
function common({ design, fit }) {
  const { G, sigma2 } = fit;
  const shown = drawn(design);
  const mean = times(design.X, fit.beta);
  const known = distinct(design);
  const grid = gridOf(design, known);
  const curve = { ...curveOf(known, grid), mean: [] };
  const seen = byTime(design.times, mean);
  curve.mean = curve.t.map((t) => between(t, seen.times, seen.values.map((all) => sum(all) / all.length)));
  const persons = people(design, shown, mean, sigma2);
  const columns = covariates(design, shown);
  const band = curve.Z.map((z) => 2 * Math.sqrt(Math.max(square(z, G) + sigma2, 0)));
  // The axis holds the data and the fit's band, and then stays: what moves is the parameter's doing.
  const all = [...persons.y, ...curve.mean.flatMap((m, k) => [m - band[k], m + band[k]])];
  const [low, high] = ends(all);
  const margin = 0.04 * (high - low || 1);
  persons.range.y = [low - margin, high + margin];
  return {
    labels: labelsOf(design, shown.length), grid, curve, empirical: observed(design, mean),
    likelihood: crossProducts(fit.pooled), people: { ...persons, columns },
    facts: { ...factsOf(design, shown, columns), room: room(design, sigma2) },
    fit: { G, sigma2 }, ranges: ranges(design, G, sigma2),
  };
}

const square = (z, G) => sum(z.map((x, a) => sum(z.map((y, b) => x * G[a][b] * y))));

function byTime(at, values) {
  const found = new Map();
  at.forEach((t, row) => {
    if (!found.has(t)) found.set(t, []);
    found.get(t).push(values[row]);
  });
  const sorted = unique([...found.keys()]);
  return { times: sorted, values: sorted.map((t) => found.get(t)) };
}

/** The distinct times and Z at each, if Z depends on time alone; else null. */
function distinct({ times: at, Z }) {
  const first = new Map();
  for (let row = 0; row < at.length; row++) {
    if (!first.has(at[row])) first.set(at[row], row);
    if (Z.some((column) => column[first.get(at[row])] !== column[row])) return null;
  }
  const sorted = unique([...first.keys()]);
  return { t: sorted, Z: sorted.map((t) => Z.map((column) => column[first.get(t)])) };
}

/** The rows of Z that V is shown for: the distinct times, or the longest subject's rows. */
function gridOf(design, known) {
  let { t, Z } = known ?? longest(design);
  if (t.length > GRID + 2) {
    const keep = spread(t.length, GRID);
    [t, Z] = [keep.map((k) => t[k]), keep.map((k) => Z[k])];
  }
  return { t, Z, label: t.map((x) => general(x)) };
}

function longest(design) {
  const rows = rowsOf(design).reduce((a, b) => (b.length > a.length ? b : a));
  const sorted = [...rows].sort((i, j) => design.times[i] - design.times[j] || i - j);
  return { t: sorted.map((row) => design.times[row]), Z: sorted.map((row) => design.Z.map((column) => column[row])) };
}

/** Z along time for the SD curve: exact wherever Z = A + B t, else at the distinct times alone. */
function curveOf(known, grid) {
  const out = { affine: null, plainTime: false, constant: false, ticks: 12 };
  if (!known) return { ...out, t: grid.t, Z: grid.Z };
  const { t, Z } = known;
  if (t.length > 1) {
    const line = Z[0].map((_, a) => through(t, Z.map((z) => z[a])));
    if (line.every(Boolean)) {
      const most = Math.max(...line.flat().map(Math.abs));
      const [A, B] = [0, 1].map((k) => line.map((one) => tidy(one[k], most)));
      const along = Array.from({ length: 81 }, (_, k) => t[0] + (k * (t.at(-1) - t[0])) / 80);
      const is = (v, w) => v.length === w.length && v.every((x, k) => x === w[k]);
      return {
        ...out, affine: { A, B }, plainTime: is(A, [1, 0]) && is(B, [0, 1]), constant: B.every((x) => x === 0),
        t: along, Z: along.map((at) => A.map((a, k) => a + B[k] * at)),
      };
    }
  }
  return { ...out, t, Z };
}

/** [intercept, slope] of values that lie on a line in t; null where they do not. */
function through(t, z) {
  const slope = (z.at(-1) - z[0]) / (t.at(-1) - t[0]);
  const start = z[0] - slope * t[0];
  const size = Math.max(...z.map(Math.abs), Number.MIN_VALUE);
  return t.every((at, k) => Math.abs(start + slope * at - z[k]) <= 2e-10 * size) ? [start, slope] : null;
}

const tidy = (x, most) => (Math.abs(x) < 1e-12 * most ? 0 : rint(x * 1e12) / 1e12);

/** The SD of y - X beta-hat among the people seen at each time. */
function observed({ times: at, y }, mean) {
  const left = byTime(at, y.map((value, row) => value - mean[row]));
  const kept = left.times.map((t, k) => [t, left.values[k]]).filter(([, all]) => all.length >= MIN_SEEN);
  return kept.length > 40 ? [] : kept.map(([t, all]) => {
    const middle = sum(all) / all.length;
    return { t, sd: Math.sqrt(sum(all.map((x) => (x - middle) ** 2)) / (all.length - 1)) };
  });
}

/** What a view's functions may know beside G and sigma2. */
function factsOf(design, shown, columns) {
  const at = unique(design.times);
  const steps = at.slice(1).map((t, k) => t - at[k]);
  return {
    first: at[0], last: at.at(-1), step: steps.length ? ends(steps)[0] : 1, times: at,
    subjects: shown.map(({ label }) => label), columns: columns.map(({ name }) => name),
    groups: columns.flatMap(({ name, levels }) => levels.map((level) => `${name}: ${level}`)),
    time_unit: "", whom: { ...whom(design), units: {} }, complete: completeOnes(design) !== null,
  };
}

/** How far the last variance in G may fall below 0 before some V_i can lose a positive eigenvalue. */
function room(design, sigma2) {
  const last = design.Z.at(-1);
  const lengths = rowsOf(design).map((rows) => rows.reduce((so, row) => so + last[row] ** 2, 0));
  return sigma2 / Math.max(ends(lengths)[1], 1e-300);
}

/** Sliders reach twice the fit's SDs (slopes: three times); one estimated near 0 is scaled by sigma2. */
function ranges(design, G, sigma2) {
  const size = design.Z.map((column) => column.reduce((so, z) => so + z * z, 0) / column.length);
  const variances = G.map((row, a) => Math.max(row[a], (0.1 * sigma2) / (size[a] > 0 ? size[a] : 1)));
  const out = { G11: 4 * variances[0], sigma2: 4 * sigma2 };
  return G.length < 2 ? out : { ...out, G22: 9 * variances[1], G12: Math.sqrt(variances[0] * variances[1]) };
}

function labelsOf(design, count) {
  const { response, time, randomNames, subjects, times: at } = design;
  const variance = (name) => (name === "(Intercept)" ? "variance of intercepts"
    : name === time ? "variance of slopes" : `variance of ${name}`);
  const what = { G11: variance(randomNames[0]), sigma2: "residual variance" };
  const unitOf = { G11: "", sigma2: "", rho: "" };
  if (randomNames.length > 1) {
    Object.assign(what, { G22: variance(randomNames[1]), G12: "their covariance", rho: "their correlation" });
    Object.assign(unitOf, { G22: "", G12: "" });
  }
  const axis = time ?? "visit";
  const [first, last] = ends(at);
  return {
    response, unit: "", time: axis, timeShort: axis, title: `Explorer: ${response}`,
    source: `${response}; ${subjects.length} subjects, ${at.length} measurements`,
    what, unitOf, formula: design.formula, first: `${axis} ${general(first)}`, last: `${axis} ${general(last)}`,
    observed: count < subjects.length ? `${count} subjects` : `all ${count} subjects`,
    simulated: "at the same times",
  };
}
