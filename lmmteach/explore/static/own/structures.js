// The same data and the same fixed effects under several choices of G and R, for the panel that compares them.
//   C(x) / sigma2 over all the visits there are; a subject's own is what its visits cut out of it.
import { checkDesign } from "../maths/fitting/checks.js";
import { descend } from "../maths/fitting/descent.js";
import { deviance, visitPatterns } from "../maths/fitting/patterned.js";
import { prepared } from "../maths/fitting/pooling.js";
import { refits } from "../maths/fit.js";
import { cholesky, correlation, marginalCovariance } from "../maths/model.js";
import { times } from "./design.js";
import { spread, unique } from "./numbers.js";
import { rowsOf } from "./people.js";

const VISITS = 8; // an unstructured V of more visits has too many parameters to wait for
const SHOWN = 6; // times in a small matrix
const STEP = 1e-5; // of a parameter, for the slope of C
const FAR_MORE = 2; // distinct times to a subject's visits: up to this a clock is taken for a grid of visits
const ALONE = 0.8; // the share of rows at a time of their own, from which it is none
const PAIRS = 5; // of readings that a correlation takes

/** { t, shown, observed, fits, rows, tooMany }: the observed correlations and SDs, and one entry a structure. */
export function structures({ design, fit }) {
  const t = unique(design.times);
  const place = new Map(t.map((at, k) => [at, k]));
  const data = { ...design, t, visits: Int32Array.from(design.times, (at) => place.get(at)) };
  return {
    t, shown: spread(t.length, SHOWN), observed: observed(data, fit),
    fits: merged(candidates(data, fit)), rows: design.y.length, tooMany: t.length > VISITS,
  };
}

function candidates(data, fit) {
  const { t, time } = data;
  const found = [];
  const add = (key, name, written, one) => { if (one) found.push({ key, name, written, ...one }); };
  const steps = t.slice(1).map((at, k) => at - t[k]);
  const even = steps.every((step) => Math.abs(step - steps[0]) <= 1e-8 + 1e-5 * Math.abs(steps[0]));
  const grid = time === null || isGrid(data);
  const [ones, own] = [data.y.map(() => 1), time === null ? null : data.times];
  add("ri", "Random intercept", "(1 | g)", random(data, fit.method, [ones], [t.map(() => 1)]));
  const slope = own && random(data, fit.method, [ones, own], [t.map(() => 1), t]);
  add("cs", "Compound symmetry", 'residual="cs"', pattern(data, fit.method, symmetric(data)));
  add("rirs", "Random intercept + slope", "(1 + t | g)", slope);
  if (grid) add("ar1", "AR(1)", 'residual="ar1"', pattern(data, fit.method, remembering(t.length)));
  if (!even && time !== null) {
    add("exp", "Exponential", 'residual="exponential"', pattern(data, fit.method, fading(t, steps)));
  }
  if (grid) {
    const both = pattern(data, fit.method, remembering(t.length, true));
    add("riar1", "Random intercept + AR(1)", '(1 | g), residual="ar1"', both);
  }
  if (t.length <= VISITS && grid) {
    add("un", "Unstructured", 'residual="unstructured"', pattern(data, fit.method, anything(t.length, slope)));
  }
  return found;
}

/** A random intercept and compound symmetry are one V unless the correlation is negative: one entry then. */
function merged(fits) {
  const [ri, cs] = ["ri", "cs"].map((key) => fits.find((one) => one.key === key));
  if (!ri || !cs || Math.abs(ri.deviance - cs.deviance) > 1e-6) return fits;
  ri.name = "Random intercept (= compound symmetry)";
  return fits.filter((one) => one !== cs);
}

/** R = sigma2 I and random effects with columns Z: fitted as any fit; `Zt` is Z at the visits. */
function random(data, method, Z, Zt) {
  const columns = Z.map((column) => Float64Array.from(column));
  try {
    const known = checkDesign({ X: data.X, Z: columns, subject: data.codes }, method);
    const found = refits(prepared(known, true), known, method)(data.y);
    const V = marginalCovariance(Zt[0].map((_, k) => Zt.map((column) => column[k])), found.G, found.sigma2);
    return entry(data, V, found.deviance, Z.length === 1 ? 2 : 4, found.singular);
  } catch (error) {
    if (error.name !== "LmmError") throw error;
    return null;
  }
}

/** A covariance pattern: C(x) over the visits, from several starts; null where the data cannot bear it. */
function pattern(data, method, { C, starts, singular = () => false }) {
  const known = visitPatterns(data);
  const cut = (whole) => known.patterns.map(({ visits }) => visits.map((a) => visits.map((b) => whole[a][b])));
  const of = (x) => {
    const at = deviance(known, cut(C(x)), method === "REML");
    if (!at) return null;
    const slope = x.map((value, k) => {
      const h = STEP * Math.max(1, Math.abs(value));
      const [up, down] = [h, -h].map((step) => C(x.map((other, j) => other + (j === k ? step : 0))));
      return known.patterns.reduce((sum, { visits }, s) => sum + visits.reduce((so, a, i) => so
        + visits.reduce((row, b, j) => row + at.slopes[s][i][j] * (up[a][b] - down[a][b]), 0), 0), 0) / (2 * h);
    });
    return { value: at.deviance, slope };
  };
  const found = starts.map((start) => descend(of, start)).filter(Boolean);
  if (!found.length) return null;
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  const { sigma2 } = deviance(known, cut(C(best.x)), method === "REML");
  const V = C(best.x).map((row) => row.map((x) => x * sigma2));
  return entry(data, V, best.value, best.x.length + 1, singular(best.x));
}

function entry({ y, X: { length: p } }, V, value, parameters, singular) {
  const C = correlation(V).map((row) => row.map((x) => Math.round(x * 1e6) / 1e6));
  return {
    parameters, deviance: value, aic: value + 2 * (parameters + p), bic: value + Math.log(y.length) * (parameters + p),
    singular, C, sd: V.map((row, k) => Math.sqrt(row[k])),
  };
}

/** Every pair alike; rho from -1/(n - 1) to 1. */
function symmetric(data) {
  const most = rowsOf(data).reduce((so, rows) => Math.max(so, rows.length), 2);
  const low = -1 / (most - 1);
  const C = ([x]) => {
    const rho = low + (1 - low) / (1 + Math.exp(-2 * x));
    return data.t.map((_, a) => data.t.map((__, b) => (a === b ? 1 : rho)));
  };
  return { C, starts: [[0], [-1.5]] };
}

/** AR(1) by visits, with a random intercept or without. */
function remembering(visits, intercept = false) {
  const C = ([x, l = 0]) => Array.from({ length: visits }, (_, a) => Array.from({ length: visits },
    (__, b) => Math.tanh(x) ** Math.abs(a - b) + l * l));
  const rho = [0.3, 1.2, -0.4];
  return {
    C, starts: intercept ? rho.flatMap((x) => [1, 0.1, 5].map((l) => [x, l])) : rho.map((x) => [x]),
    singular: ([, l]) => intercept && Math.abs(l) < 1e-4,
  };
}

/** The exponential: correlation falls with time. */
function fading(t, steps) {
  const gap = [...steps].sort((a, b) => a - b)[steps.length >> 1];
  const C = ([x]) => t.map((a) => t.map((b) => Math.exp(-Math.abs(a - b) / (gap * Math.exp(x)))));
  return { C, starts: [[0], [1.5], [-1.5], [4]] };
}

/** Any V at all: its triangle, the first entry 1 (sigma2 is its square). It starts from random slopes' V. */
function anything(n, slope) {
  const places = Array.from({ length: n }, (_, a) => Array.from({ length: a + 1 }, (__, b) => [a, b])).flat().slice(1);
  const C = (x) => {
    const L = Array.from({ length: n }, () => new Array(n).fill(0));
    L[0][0] = 1;
    places.forEach(([a, b], k) => { L[a][b] = x[k]; });
    return L.map((row) => L.map((other) => row.reduce((sum, value, k) => sum + value * other[k], 0)));
  };
  const plain = places.map(([a, b]) => (a === b ? 1 : 0));
  const V = slope && slope.C.map((row, a) => row.map((x, b) => x * slope.sd[a] * slope.sd[b]));
  const L = V && cholesky(V);
  return { C, starts: [L ? places.map(([a, b]) => L[a][b] / L[0][0]) : plain] };
}

/** Whether the times are a grid of visits: no rank of a time means anything on a clock that runs freely. */
function isGrid({ t, visits, codes, subjects }) {
  const most = subjects.map(() => new Set());
  const seen = t.map(() => new Set());
  codes.forEach((code, row) => {
    most[code].add(visits[row]);
    seen[visits[row]].add(code);
  });
  if (t.length <= FAR_MORE * most.reduce((so, own) => Math.max(so, own.size), 0)) return true;
  return visits.reduce((count, visit) => count + (seen[visit].size === 1), 0) / codes.length < ALONE;
}

/** Correlations and SDs of the least-squares residuals, from the pairs of visits that were both seen. */
function observed(data, fit) {
  const { t, visits, codes, y, X } = data;
  const mean = times(X, fit.pooled.ols);
  const wide = t.map(() => new Map());
  codes.forEach((code, row) => wide[visits[row]].set(code, y[row] - mean[row]));
  const C = t.map((_, a) => t.map((__, b) => (a === b ? 1 : null)));
  for (let a = 0; a < t.length; a++) {
    for (let b = 0; b < a; b++) {
      const pairs = [...wide[a]].filter(([code]) => wide[b].has(code)).map(([code, x]) => [x, wide[b].get(code)]);
      const found = pairs.length >= PAIRS ? correlated(pairs) : NaN;
      C[a][b] = C[b][a] = Number.isFinite(found) ? Math.round(found * 1e6) / 1e6 : null;
    }
  }
  const sd = wide.map((own) => (own.size > 1 ? Math.sqrt(variance([...own.values()])) : null));
  return { C, sd };
}

function variance(values) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}

function correlated(pairs) {
  const [x, y] = [0, 1].map((k) => pairs.map((pair) => pair[k]));
  return (variance(x.map((a, k) => a + y[k])) - variance(x) - variance(y)) / (2 * Math.sqrt(variance(x) * variance(y)));
}
