// One study designed, then run again and again: people in two groups who differ in slope, seen at planned visits.
//   Y = b0 + effect * arm * t + Z b + e,   Z = [1, t],  b ~ N(0, G),  e ~ N(0, sigma2 I),  arm = 0 or 1 by turns
// Study number k takes the k-th block of one stream of draws: one more study goes on where the last one stopped, and a
// thousand hold the hundred that came before. Each is fitted by ML and by REML, by the page's own fitter.
import { standardNormals, uniform } from "../draws.js";
import { refits } from "../fit.js";
import { checkDesign } from "../fitting/checks.js";
import { prepared } from "../fitting/pooling.js";
import { marginalCovariance, squareRoot } from "../model.js";
import { quantile } from "../student.js";
import { stays } from "./dropout.js";

export const METHODS = ["ML", "REML"];
/** What is estimated, in the order of the rows. */
export const ESTIMATED = ["effect", "G11", "G22", "rho", "sigma2"];
export const START = 220; // the mean of everybody at time 0
export const STRENGTH = 1.5; // log odds of leaving, per SD of the reading
const NAMES = { X: ["(Intercept)", "arm", "t", "arm:t"], Z: ["(Intercept)", "t"], subject: "id", y: "y" };
const KEPT = [...ESTIMATED, "se", "singular"];

/** The visits' times: evenly from 0 to the end, or half of them at either end. */
export function timesOf({ visits, length, when }) {
  const n = Math.round(visits);
  return Array.from({ length: n }, (_, j) => (when === "ends" ? (2 * j < n ? 0 : length) : (length * j) / (n - 1)));
}

/** The dials as a design; its `key` names it. Two groups of one size: the people are an even number. */
export function designOf(dials) {
  const { length, when, effect, intercepts: G11, slopes: G22, correlation: rho, residual: sigma2 } = dials;
  const { mechanism, share } = dials;
  const people = 2 * Math.round(dials.people / 2);
  const t = timesOf(dials);
  const G12 = rho * Math.sqrt(G11 * G22);
  const leaves = share > 0 ? mechanism : "";
  const key = [people, t.length, length, when, effect, G11, G22, rho, sigma2, leaves, share].join(" ");
  return {
    people, visits: t.length, t, length, when, effect, G: [[G11, G12], [G12, G22]], rho, sigma2, mechanism, share, key,
    truth: { effect, G11, G22, rho, sigma2 },
  };
}

/** Sum of squares of the times about their mean: how far apart the visits lie. */
export function spreadOf(t) {
  const mean = t.reduce((sum, x) => sum + x, 0) / t.length;
  return t.reduce((sum, x) => sum + (x - mean) ** 2, 0);
}

/** SE of the effect if nobody leaves: Var = 4 / people (G22 + sigma2 / S), S = sum (t - mean)^2. */
export const plannedSe = ({ people, G, sigma2, t }) => Math.sqrt((4 / people) * (G[1][1] + sigma2 / spreadOf(t)));

/** How studies of a design are drawn and fitted; what no study changes is computed once. */
export function laboratory(design, seed) {
  const { people, visits: n, t, G, sigma2, effect, mechanism, share } = design;
  const [L, sigma] = [squareRoot(G), Math.sqrt(sigma2)];
  const normals = people * (n + 2);
  const block = 2 * normals + people * (n - 1);
  const V = marginalCovariance(t.map((x) => [1, x]), G, sigma2);
  const sd = V.map((row, j) => Math.sqrt(row[j]));
  const mu = t.map((x) => START + (effect * x) / 2); // a reading is high beside everybody's mean, of both groups
  let whole = null;

  /** Study number k: everybody's readings, those nobody saw included, and how many visits each person came to. */
  function draw(k) {
    const z = standardNormals(seed, normals, k * block);
    const y = new Float64Array(people * n);
    for (let i = 0, at = 0; i < people; i++) {
      const b0 = L[0][0] * z[at];
      const b1 = L[1][0] * z[at] + L[1][1] * z[at + 1] + (i % 2) * effect;
      at += 2;
      for (let j = 0; j < n; j++, at++) y[i * n + j] = START + b0 + b1 * t[j] + sigma * z[at];
    }
    if (!(share > 0)) return { y, seen: new Uint8Array(people).fill(n) };
    const gate = Float64Array.from({ length: people * (n - 1) }, (_, j) => {
      const u = uniform(seed, k * block + 2 * normals + j);
      return Math.log(u / (1 - u));
    });
    return { y, seen: stays({ n, people, studies: 1, y, gate, mu, sd }, { mechanism, strength: STRENGTH, share }) };
  }
  /** Both fits of what was seen: { ML, REML, y }, or why there is none. */
  function fitted({ y, seen }) {
    const rows = rowsOf(design, seen);
    const observed = rows.at.map((at) => y[at]);
    const ready = share > 0 ? readied(rows) : (whole ??= readied(rows));
    const [ML, REML] = METHODS.map((method) => refits(ready.design, ready.known, method)(observed));
    return { ML, REML, y: observed, rows };
  }
  return { draw, fitted };
}

/** The rows that were seen, as columns. */
function rowsOf({ people, visits: n, t }, seen) {
  const [at, subject, time, arm] = [[], [], [], []];
  for (let i = 0; i < people; i++) {
    for (let j = 0; j < seen[i]; j++) {
      at.push(i * n + j);
      subject.push(i);
      time.push(t[j]);
      arm.push(i % 2);
    }
  }
  return { at, subject, time, arm };
}

function readied({ subject, time, arm }) {
  const column = (make) => Float64Array.from(subject, (_, k) => make(k));
  const one = column(() => 1);
  const X = [one, column((k) => arm[k]), column((k) => time[k]), column((k) => arm[k] * time[k])];
  const known = checkDesign({ X, Z: [one, X[2]], subject, names: NAMES }, "ML");
  return { known, design: prepared(known, true) };
}

/** The numbers that are kept of a fit. */
function keptOf({ beta, se, G, sigma2, singular }) {
  const root = Math.sqrt(G[0][0] * G[1][1]);
  const rho = root > 0 ? G[0][1] / root : NaN;
  return { effect: beta[3], G11: G[0][0], G22: G[1][1], rho, sigma2, se: se[3], singular: singular ? 1 : 0 };
}

/** Studies of one design, one after the other: `more()` runs the next one, `found` holds what was estimated. */
export function studies(design, seed) {
  const lab = laboratory(design, seed);
  const found = Object.fromEntries(METHODS.map((name) => [name, Object.fromEntries(KEPT.map((one) => [one, []]))]));
  const self = {
    design, seed, found, count: 0,
    more() {
      let fits = null;
      try {
        fits = lab.fitted(lab.draw(self.count));
      } catch (error) {
        if (error.name !== "LmmError") throw error; // too little was seen to be fitted: that is counted
      }
      for (const name of METHODS) {
        const kept = fits ? keptOf(fits[name]) : {};
        for (const one of KEPT) found[name][one].push(kept[one] ?? NaN);
      }
      self.count += 1;
    },
    /** Study number k as it was: readings, visits, both fits (null where it could not be fitted). */
    look(k) {
      const drawn = lab.draw(k);
      try {
        return { ...drawn, fits: lab.fitted(drawn) };
      } catch (error) {
        if (error.name !== "LmmError") throw error;
        return { ...drawn, fits: null };
      }
    },
  };
  return self;
}

/** Of the first `count` studies: { n, ML, REML }, each { mean, sd, se, covered, singular, power } by name. */
export function summaryOf({ design, found }, count) {
  const t = quantile(0.95, design.people - 2);
  const of = (one) => {
    const ok = places(one.se, count);
    const share = (holds) => ok.reduce((sum, k) => sum + holds(k), 0) / ok.length;
    const moments = Object.fromEntries(ESTIMATED.map((name) =>
      [name, momentsOf(one[name], places(one[name], count))]));
    return {
      n: ok.length, moments, meanSe: momentsOf(one.se, ok).mean,
      covered: share((k) => Number(Math.abs(one.effect[k] - design.effect) <= t * one.se[k])),
      power: share((k) => Number(Math.abs(one.effect[k]) > t * one.se[k])),
      singular: share((k) => one.singular[k]),
    };
  };
  return { n: count, ML: of(found.ML), REML: of(found.REML) };
}

/** Monte-Carlo standard error of a share of n studies. */
export const shareError = (share, n) => Math.sqrt((share * (1 - share)) / n);

/** The places among the first `count` that hold a number: a correlation with a variance of 0 is none. */
function places(values, count) {
  const out = [];
  for (let k = 0; k < count; k++) if (Number.isFinite(values[k])) out.push(k);
  return out;
}

function momentsOf(values, at) {
  const n = at.length;
  const mean = at.reduce((sum, k) => sum + values[k], 0) / n;
  const sd = Math.sqrt(at.reduce((sum, k) => sum + (values[k] - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, error: sd / Math.sqrt(n) };
}

/** Where each row's axis ends. It does not know how many people or visits there are: what narrows is seen to. */
export function axesOf({ length, G, effect, sigma2 }) {
  const [people, visits] = [24, 5];
  const t = timesOf({ visits, length, when: "even" });
  const slope = G[1][1] + sigma2 / spreadOf(t);
  const level = G[0][0] + sigma2 * (1 / visits + (length / 2) ** 2 / spreadOf(t));
  const up = (truth, sd) => [0, truth + 3 * sd || 1];
  const among = Math.sqrt(2 / (people - 2));
  const reach = 3 * Math.sqrt((4 / people) * slope);
  return {
    effect: [effect - reach, effect + reach],
    G11: up(G[0][0], level * among), G22: up(G[1][1], slope * among), rho: [-1, 1],
    sigma2: up(sigma2, sigma2 * Math.sqrt(2 / (people * (visits - 2)))),
  };
}

/** How many of the first `count` values fall into each of `bins`; what lies beyond an end is counted there. */
export function histogram(values, count, [low, high], bins) {
  const out = new Array(bins).fill(0);
  for (const k of places(values, count)) {
    const at = Math.floor(((values[k] - low) / (high - low)) * bins);
    out[Math.min(Math.max(at, 0), bins - 1)] += 1;
  }
  return out;
}
