// One subject visit by visit: mean, variance and correlation with the first visit, given b_i and over people.
import { followed, gather, lineOf } from "../maths/ideas/blup.js";
import { bilinear } from "../maths/model.js";
import { h, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { lights } from "../kit/lit.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { scrolling } from "../kit/tables.js";

const ROWS = 12;
const MOMENTS = ["mean", "var.", "corr."];
const CORRELATES = [2, 5]; // the cells that speak of two visits, the first and the row's

export function createMoments(el, ctx) {
  const { labels, extra } = ctx.data;
  const known = gather(ctx.data, extra.conditional);
  const rows = Array.from({ length: ROWS }, (_, j) => {
    const name = h("th", { scope: "row" });
    const keys = ["cm", "cv", "cr", "mm", "mv", "mr"];
    const cells = keys.map((key) => h("td", { class: "lmmx-num", "data-cell": `${key}-${j}` }));
    const node = h("tr", {}, name, cells);
    [name, ...cells].forEach((cell) => { cell.lmmxAt = [CORRELATES.includes(cells.indexOf(cell)) ? 0 : j, j]; });
    return { cells, name, node };
  });
  const words = h("p", { class: "lmmx-made", "data-out": "moments", "data-room": room(140) });
  const body = h("tbody", {}, rows.map((row) => row.node));
  const table = h("table", { class: "lmmx-parts lmmx-moments" }, headOf(labels), body);
  el.append(scrolling("Visit by visit", table),
    markKey(["sigma2", "this person: spread R"], ["line", "people like them: spread V"]).node, words);
  let times = [];
  lights(table, ctx, ({ target }) => {
    const cell = target.closest("th, td");
    return cell && cell.lmmxAt ? { pair: cell.lmmxAt.map((j) => times[j]) } : null;
  });

  const light = (_, { selection: { pair } }) => rows.forEach(({ node }, j) =>
    node.classList.toggle("lmmx-litrow", pair !== null && pair.includes(times[j])));
  const update = (d, state) => {
    const { person, b } = followed(ctx.data, known, d);
    times = person.t;
    const variance = person.Z.map((z) => bilinear(z, d.G, z) + d.sigma2);
    const printed = momentsOf(person, lineOf(person, b), variance, d);
    rows.forEach(({ cells, name, node }, j) => {
      node.hidden = j >= person.t.length;
      if (node.hidden) return;
      setText(name, brief(person.t[j]));
      printed(j).forEach((text, k) => setText(cells[k], text));
    });
    setText(words, about(variance, d.sigma2));
    light(d, state);
  };
  return Object.assign(update, { light });
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
