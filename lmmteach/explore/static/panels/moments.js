// One subject visit by visit: mean, variance and correlation with the first visit, given b_i and over people.
import { followed, gather, lineOf } from "../maths/ideas/blup.js";
import { bilinear } from "../maths/model.js";
import { h, setText } from "../kit/dom.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";
import { scrolling } from "../kit/tables.js";

const ROWS = 12;
const MOMENTS = ["mean", "variance", "corr."];

export function createMoments(el, ctx) {
  const { labels, extra } = ctx.data;
  const known = gather(ctx.data, extra.conditional);
  const rows = Array.from({ length: ROWS }, (_, j) => {
    const name = h("th", { scope: "row" });
    const keys = ["cm", "cv", "cr", "mm", "mv", "mr"];
    const cells = keys.map((key) => h("td", { class: "lmmx-num", "data-cell": `${key}-${j}` }));
    return { cells, name, node: h("tr", {}, name, cells) };
  });
  const words = h("p", { class: "lmmx-made", "data-out": "moments" });
  const body = h("tbody", {}, rows.map((row) => row.node));
  const table = h("table", { class: "lmmx-parts lmmx-moments" }, headOf(labels), body);
  el.append(scrolling("Visit by visit", table), words);

  return (d) => {
    const { person, b } = followed(ctx.data, known, d);
    const variance = person.Z.map((z) => bilinear(z, d.G, z) + d.sigma2);
    const printed = momentsOf(person, lineOf(person, b), variance, d);
    rows.forEach(({ cells, name, node }, j) => {
      node.hidden = j >= person.t.length;
      if (node.hidden) return;
      setText(name, brief(person.t[j]));
      printed(j).forEach((text, k) => setText(cells[k], text));
    });
    setText(words, about(variance, d.sigma2));
  };
}

function headOf(labels) {
  const head = (text, more) => h("th", { scope: "col", ...more }, text);
  const over = (text, kind) => head(text, { colspan: 3, scope: "colgroup", class: `lmmx-p ${kind}` });
  const names = [...MOMENTS, ...MOMENTS].map((text) => head(text));
  return h("thead", {},
    h("tr", {}, h("td", {}),
      over("given b\u1d62: conditional", "lmmx-sigma2"), over("over people: marginal", "lmmx-line")),
    h("tr", {}, head(labels.timeShort), names));
}

/** What is printed for visit j: the three conditional moments, then the three marginal ones. */
const momentsOf = (person, mean, variance, { G, sigma2 }) => (j) => {
  const together = j ? bilinear(person.Z[0], G, person.Z[j]) / Math.sqrt(variance[0] * variance[j]) : 1;
  return [
    three(mean[j]), three(sigma2), j ? "0" : "1",
    three(person.mu[j]), three(variance[j]), asCorrelation(together),
  ];
};

function about(variance, sigma2) {
  const [least, most] = [Math.min(...variance), Math.max(...variance)];
  const varies = most - least > 1e-9 * most;
  const over = varies ? `runs from ${three(least)} to ${three(most)}` : `is ${three(most)} at every visit`;
  return "Correlations are with the first visit. "
    + `Given b\u1d62 the variance is \u03c3\u00b2 = ${three(sigma2)} at every visit; over people it ${over}.`;
}
