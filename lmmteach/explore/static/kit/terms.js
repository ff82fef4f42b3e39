// An entry of V written out as the sum of its terms, with live numbers in their parameters' colours.
import { termsOf } from "../maths/ideas/reach.js";
import { brief, fixed, three } from "./numbers.js";

const head = (text) => ["lmmx-madehead", text];
const IN_G = { G11: [0, 0], G12: [0, 1], G22: [1, 1] };

/** The value of a parameter at G and sigma2. */
export function parameterOf({ G, sigma2 }, name) {
  if (name === "sigma2") return sigma2;
  const [a, b] = IN_G[name];
  return G[a][b];
}

/**
 * Runs for `setRuns`: "Cov at 0 and 10 = 1390 + 10·9.4 = 1480". `rest` are those of an entry of R that is not
 * sigma2 I.
 */
export function sumRuns(d, [u, w], same, name, total, rest = null) {
  const terms = termsOf(u, w, same && !rest);
  const runs = terms.flatMap(([parameter, weight], k) => term(parameter, weight, parameterOf(d, parameter), k === 0));
  if (rest) {
    const all = [...runs, ...rest].slice(runs.length ? 0 : 1);
    return [head(name), ...(all.length ? all : ["0"]), ...(all.length > 1 ? [" = ", ["lmmx-num", three(total)]] : [])];
  }
  if (terms.length === 1 && terms[0][1] === 1) return [head(name), ...runs];
  return [head(name), ...runs, " = ", ["lmmx-num", three(total)]];
}

function term(name, weight, value, first) {
  const sign = weight * value < 0 ? (first ? "\u2212" : " \u2212 ") : (first ? "" : " + ");
  const size = Math.abs(weight);
  const times = size === 1 ? "" : `${fixed(size, Number.isInteger(size) ? 0 : 2)}\u00b7`;
  return [sign + times, [`lmmx-p lmmx-num lmmx-${name}`, brief(Math.abs(value))]];
}

/** "Var at 4 = " or "Cov at 0 and 10 = ". */
export const entryName = (first, second, same) => (same ? `Var at ${first} = ` : `Cov at ${first} and ${second} = `);
