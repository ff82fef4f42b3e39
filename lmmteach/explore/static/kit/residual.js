// R, where it is not sigma2 I, for the page: this explorer's R in the mathematics' hands, and how it is written.
import {
  correlationOf, lagOf, residualEntry, residualImplied, residualRate, residualValue, simulateWith,
} from "../maths/residual.js";
import { h } from "./dom.js";
import { brief, SYMBOL, unpadded } from "./numbers.js";

const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
const raised = (lag) => (Number.isInteger(lag) ? [...String(lag)].map((digit) => RAISED[digit]).join("")
  : `^${unpadded(lag, 3)}`);
const v = (text, sub) => h("i", { class: "lmmx-var" }, text, sub ? h("sub", {}, sub) : null);
const signed = (x) => (x < 0 ? `(${brief(x)})` : brief(x));

/** createResidual(data): what MATHS of frame/registry.js gives an explorer of such a fit; j, k are rows of tables. */
export function createResidual({ residual, view }) {
  const { parts, grid, levels, region } = residual;
  const letters = parts.some(({ clock }) => clock === "visit") ? ["j", "k"] : ["s", "t"]; // two visits, or two times
  const diagonal = parts.length === 1 && parts[0].kind === "independent" && Boolean(grid.s);
  const dials = view.dials.filter((dial) => dial.residual);
  const dialOf = (name) => dials.find((dial) => dial.name === name) || null;
  const colour = (name) => (name === "sigma2" ? name : dialOf(name).colour);
  const run = (name, text) => [`lmmx-p lmmx-num lmmx-${colour(name)}`, text];
  return {
    varies: parts.some(({ variances }) => variances.length > 1), region, dials, dialOf, colour,
    has: (name) => name === "sigma2" || dialOf(name) !== null,
    symbol: (name) => (name === "sigma2" ? SYMBOL.sigma2 : dialOf(name).symbol),
    implied: (data, G, setting, method) => residualImplied(residual, data, G, setting, method),
    simulate: (people, z, G, setting, out) => simulateWith(residual, people, z, G, setting, out),
    variance: (k, setting) => residualEntry(residual, grid, k, k, setting),
    rate: (name, j, k, setting) => residualRate(residual, name, grid, j, k, setting),
    /** The terms of R[j][k], as `setRuns` writes them, each with its plus. */
    runs: (j, k, setting) => parts.flatMap((part) => termRuns(part, j, k, setting, residual, run)),
    /** R in letters and live numbers: `number(name, show, where)` makes one. */
    line: (number) => h("span", {}, diagonal ? ["diag( ", listed(number, parts[0].variances), " )"]
      : parts.map((part, at) => [at ? " + " : null, ...inLetters(part, number, letters)])),
    /** The variances of the levels, where there are several: a line of numbers. */
    levels: (number) => (diagonal ? [] : parts.flatMap(({ variances }) => (variances.length < 2 ? [] : [h("span", {},
      v("\u03c3", letters[1]), "\u00b2: ", listed(number, variances, grid.s ? [] : levels))]))),
    /** What it adds to a variance. */
    spread: (number) => parts.flatMap(({ variances }) => [" + ", variances.length < 2 ? numberOf(number, variances[0])
      : h("span", { class: "lmmx-p lmmx-sigma2" }, v("\u03c3", letters[1]), "\u00b2")]),
  };
}

const numberOf = (number, name, where) => number(name, (d) => brief(residualValue(d, name)), where);

/** Numbers with commas between, each with what it belongs to. */
const listed = (number, names, of = []) => names.flatMap((name, at) => [
  at ? ", " : null, numberOf(number, name, "of R"), of[at] ? ` (${of[at]})` : null,
]);

function termRuns(part, j, k, setting, { grid, levels }, run) {
  if (j !== k && part.kind === "independent") return [];
  const level = (row) => (grid.s ? grid.s[row] : Math.max(levels.indexOf(setting.dials.stratum), 0));
  const [a, b] = [j, k].map((row) => part.variances[part.variances.length > 1 ? level(row) : 0]);
  const worth = (name) => residualValue(setting, name);
  const size = a === b ? [run(a, brief(worth(a)))]
    : [run(a, brief(Math.sqrt(worth(a)))), "\u00b7", run(b, brief(Math.sqrt(worth(b))))];
  if (j === k) return [" + ", ...size];
  const value = worth(part.correlation);
  if (part.correlation.startsWith("range")) {
    return [" + ", ...size, "\u00b7", run(part.correlation, brief(correlationOf(part, grid, j, k, setting)))];
  }
  const lag = part.kind === "cs" ? 1 : lagOf(part, grid, j, k);
  return [" + ", ...size, "\u00b7", run(part.correlation, signed(value)), ...(lag === 1 ? [] : [raised(lag)])];
}

/** "940 . 0.49^|s - t|", and for an independent part "134 if s = t". */
function inLetters({ kind, variances, correlation }, number, [one, other]) {
  const size = variances.length > 1 ? [v("\u03c3", one), "\u2009", v("\u03c3", other)]
    : [numberOf(number, variances[0], "of R")];
  const distance = `|${one}\u2212${other}|`;
  if (kind === "independent") return [...size, ` [${one} = ${other}]`];
  const value = numberOf(number, correlation, "of R");
  if (kind === "cs") return [...size, "\u2009(", value, " off the diagonal)"];
  if (correlation.startsWith("range")) return [...size, "\u00b7exp(\u2212", distance, "/", value, ")"];
  return [...size, "\u00b7", value, h("sup", {}, distance)];
}
