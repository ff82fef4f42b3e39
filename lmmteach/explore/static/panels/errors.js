// The standard errors of least squares beside the mixed model's, coefficient by coefficient.
import { h } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed, three } from "../kit/numbers.js";
import { caption, scrolling } from "../kit/tables.js";
import { waiting } from "../kit/waiting.js";

/** A row a coefficient: both standard errors, their ratio, and the ratio as a bar from 1 to either side. */
export function createErrors(el, ctx) {
  const all = ctx.data.extra.errors;
  const reach = Math.max(1, ...all.map(({ ols, mixed }) => Math.abs(Math.log2(ols / mixed))));
  const head = ["", "least squares", "mixed model", "ratio"]
    .map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {})));
  const sides = h("th", { scope: "col", class: "lmmx-ratiohead" },
    h("span", {}, "\u2190\u00a0too small"), h("span", {}, "too large\u00a0\u2192"));
  el.append(scrolling("Standard errors", h("table", { class: "lmmx-facts lmmx-errors" }, caption("Standard errors"),
    h("thead", {}, h("tr", {}, head, sides)),
    h("tbody", {}, all.map((one) => rowOf(one, reach))))),
  markKey(["minus", "least squares is too sure"], ["plus", "not sure enough"]).node);
  // The table is the answer to the prompt: it waits for the prediction.
  return (_, state) => el.classList.toggle("lmmx-veiled", waiting(ctx, state));
}

function rowOf({ name, said, ols, mixed }, reach) {
  const way = Math.log2(ols / mixed) / reach;
  const style = `left:${50 + 50 * Math.min(way, 0)}%;width:${50 * Math.abs(way)}%`;
  const bar = h("span", { class: "lmmx-ratio", style, "data-side": way < 0 ? "small" : "large" });
  const cell = (kind, x) => h("td", { class: "lmmx-num", "data-cell": `${kind}-${name}` }, x);
  return h("tr", {}, h("th", { scope: "row", title: name }, said),
    cell("ols", three(ols)), cell("mixed", three(mixed)), cell("ratio", fixed(ols / mixed, 2)),
    h("td", { class: "lmmx-ratiocell" }, bar));
}
