// What a thousand studies say of the effect: how often its interval holds it, how often the test finds it.
import { plannedSe, shareError, summaryOf } from "../maths/ideas/repeat.js";
import { h, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed, three } from "../kit/numbers.js";
import { ENOUGH, repeaterOf } from "../kit/repeater.js";
import { caption } from "../kit/tables.js";

const SHARES = [
  ["covered", "95\u00a0% intervals that hold \u03b4, %"], ["power", "power: p < 0.05, %"],
  ["singular", "singular G, %"],
];
const WAYS = ["ML", "REML"];

export function createTally(el, ctx) {
  const repeater = repeaterOf(ctx);
  const cell = (what) => WAYS.map((by) => h("td", { class: "lmmx-num", "data-cell": `${what}-${by}` }));
  const shares = SHARES.map(([name, text]) => ({ name, text, cells: cell(name) }));
  const spread = { text: "SD of \u03b4\u0302", cells: cell("sd") };
  const said = { text: "mean of its SEs", cells: cell("se") };
  const rows = [...shares, spread, said].map(({ text, cells }) =>
    h("tr", {}, h("th", { scope: "row" }, text), cells));
  const told = h("p", { class: "lmmx-made", "data-out": "tally" });
  el.append(h("table", { class: "lmmx-facts lmmx-effectshares" }, caption("The effect in the studies that were run"),
    h("thead", {}, h("tr", {}, h("td", {}), WAYS.map((by) => h("th", { scope: "col" }, by)))),
    h("tbody", {}, rows)), told,
  markKey(["", "\u00b1: Monte-Carlo standard error, smaller with more studies"]).node);

  return () => {
    const { studies, design, count } = repeater.now();
    const summary = summaryOf(studies, count);
    for (const { name, cells } of shares) {
      WAYS.forEach((by, k) => setText(cells[k], count < 2 ? "\u2013" : share(summary[by][name], summary[by].n)));
    }
    WAYS.forEach((by, k) => {
      setText(spread.cells[k], three(summary[by].moments.effect.sd));
      setText(said.cells[k], three(summary[by].meanSe));
    });
    const lost = count - summary.REML.n;
    const formula = `By formula, if nobody leaves, the SE is ${three(plannedSe(design))}. `;
    const few = count < ENOUGH ? `Too few studies for these shares: run 1,000. ` : "";
    setText(told, formula + (lost ? `${lost} could not be fitted. ` : few));
  };
}

const share = (value, n) => `${fixed(100 * value, 1)} \u00b1 ${fixed(100 * shareError(value, n), 1)}`;
