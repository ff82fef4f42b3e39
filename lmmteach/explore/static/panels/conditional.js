// One subject against the population: X b + Z b-hat with the spread R around it, X b with the spread V around it.
import { standardNormals } from "../maths/draws.js";
import { gather, lineOf, predicted, shrinker } from "../maths/ideas/blup.js";
import { bilinear, squareRoot } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";

const DRAWS = 40;
const SIDES = [["conditional", "this person", "lmmx-sigma2", "X\u1d62\u03b2\u0302 + Z\u1d62b\u0302\u1d62"], ["marginal", "people like them", "lmmx-line", "X\u1d62\u03b2\u0302"]];

/** The subject a view follows, and its b-hat at the present G and sigma2. */
function followed(ctx, known, d) {
  const k = Math.max(ctx.data.people.label.indexOf(d.dials.subject), 0);
  const person = known.all[k];
  return { person, b: predicted(shrinker(known.A[person.kind], d.G, d.sigma2), person.c) };
}

export function createConditional(el, ctx) {
  const { people, labels, extra } = ctx.data;
  const known = gather(ctx.data, extra.conditional);
  const picks = ["subject", "draws"].map((name) => createPick(dialNamed(ctx, name), ctx));
  const toggles = SIDES.map(([name, who, kind, formula]) => {
    const box = h("input", { type: "checkbox", "data-param": `bands-${name}`, onchange: () => ctx.act.move("bands", SIDES.map(([side]) => side).filter((side, k) => toggles[k].box.checked)) });
    return { box, node: h("label", { class: `lmmx-check ${kind}` }, box, h("span", { class: "lmmx-swatch lmmx-band", "aria-hidden": "true" }), h("span", {}, h("i", { class: "lmmx-var" }, formula), ` \u00b1 2 SD, ${who}`)) };
  });
  el.append(h("div", { class: "lmmx-tools-row" }, picks.map((pick) => pick.node)), h("div", { class: "lmmx-tools-row" }, toggles.map((toggle) => toggle.node)));
  const c = chart(el, ctx, { height: 330, xLabel: labels.time, yLabel: labels.unit });
  const path = (kind) => { const node = s("path", { class: kind }); c.marks.append(node); return node; };
  const bands = { marginal: path("lmmx-bandarea lmmx-line"), conditional: path("lmmx-bandarea lmmx-sigma2") };
  const many = path("lmmx-many");
  const means = { marginal: path("lmmx-mean lmmx-line"), conditional: path("lmmx-mean lmmx-sigma2") };
  const dots = path("lmmx-layer lmmx-reading");
  const note = h("p", { class: "lmmx-made", "data-out": "draws" });
  el.append(note);
  let drawn = { key: "", z: null };

  return (d, state) => {
    picks.forEach((pick) => pick.update(state));
    SIDES.forEach(([name], k) => { toggles[k].box.checked = d.dials.bands.includes(name); });
    c.frame(people.range.t, people.range.y);
    const { person, b } = followed(ctx, known, d);
    const { course } = person;
    const sd = { conditional: course.t.map(() => Math.sqrt(d.sigma2)), marginal: course.Z.map((z) => Math.sqrt(bilinear(z, d.G, z) + d.sigma2)) };
    const mean = { conditional: lineOf(course, b), marginal: course.mu };
    for (const [name] of SIDES) {
      const edge = (side) => mean[name].map((m, j) => m + side * 2 * sd[name][j]);
      const on = d.dials.bands.includes(name) && sd[name].every(Number.isFinite);
      const back = edge(-1).reverse();
      set(bands[name], { d: on ? `${c.path(course.t, edge(1))}${c.path([...course.t].reverse(), back).replace("M", "L")}Z` : "" });
      set(means[name], { d: c.path(course.t, mean[name]) });
    }
    set(dots, { d: person.t.map((t, j) => `M${c.x(t).toFixed(1)},${c.y(person.y[j]).toFixed(1)}h0`).join("") });
    const n = person.t.length;
    const key = `${d.seed} ${n}`;
    if (drawn.key !== key) drawn = { key, z: standardNormals(d.seed, DRAWS * (n + known.q)) };
    set(many, { d: manyLines(c, person, b, d, drawn.z, known.q) });
    setText(note, d.dials.draws === "none" ? "Dots: what was read."
      : d.dials.draws === "readings" ? `${DRAWS} times the same visits of this one person: b\u0302\u1d62 stays, only e is new. The lines zigzag without memory.`
        : d.isPsd ? `${DRAWS} people with the same X\u1d62: each has a b of their own, and e. A line that starts high tends to stay high.` : "No people to draw: G is no covariance matrix.");
    c.spoken(`Mean of this person ${three(mean.conditional[0])} to ${three(mean.conditional[mean.conditional.length - 1])}, SD ${three(sd.conditional[0])}; mean of people like them ${three(mean.marginal[0])} to ${three(mean.marginal[mean.marginal.length - 1])}, SD ${three(sd.marginal[0])} to ${three(sd.marginal[sd.marginal.length - 1])}`);
  };
}

/** New readings of one person (b-hat held), or of as many people (b drawn from G). */
function manyLines(c, person, b, d, z, q) {
  if (d.dials.draws === "none" || (d.dials.draws === "people" && !d.isPsd)) return "";
  const L = d.isPsd ? squareRoot(d.G) : null;
  const sigma = Math.sqrt(d.sigma2);
  const n = person.t.length;
  let out = "";
  for (let k = 0; k < DRAWS; k++) {
    const from = k * (n + q);
    const own = d.dials.draws === "people" ? L.map((row) => row.reduce((sum, x, j) => sum + x * z[from + j], 0)) : b;
    const y = lineOf(person, own).map((m, j) => m + sigma * z[from + q + j]);
    out += n > 1 ? c.path(person.t, y) : `M${c.x(person.t[0]).toFixed(1)},${c.y(y[0]).toFixed(1)}h1`;
  }
  return out;
}

const ROWS = 12;

/** The two means, the two variances and the two correlations with the first visit, visit by visit. */
export function createMoments(el, ctx) {
  const { labels, extra } = ctx.data;
  const known = gather(ctx.data, extra.conditional);
  const head = (text, more) => h("th", { scope: "col", ...more }, text);
  const rows = Array.from({ length: ROWS }, (_, j) => {
    const cells = ["cm", "cv", "cr", "mm", "mv", "mr"].map((key) => h("td", { class: "lmmx-num", "data-cell": `${key}-${j}` }));
    const name = h("th", { scope: "row" });
    return { cells, name, node: h("tr", {}, name, cells) };
  });
  const words = h("p", { class: "lmmx-made", "data-out": "moments" });
  el.append(h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "Visit by visit" }, h("table", { class: "lmmx-parts lmmx-moments" },
    h("thead", {},
      h("tr", {}, h("td", {}), head("given b\u1d62: conditional", { colspan: 3, scope: "colgroup", class: "lmmx-p lmmx-sigma2" }), head("over people: marginal", { colspan: 3, scope: "colgroup", class: "lmmx-p lmmx-line" })),
      h("tr", {}, head(labels.timeShort), ["mean", "variance", "corr.", "mean", "variance", "corr."].map((text) => head(text)))),
    h("tbody", {}, rows.map((row) => row.node)))), words);
  return (d) => {
    const { person, b } = followed(ctx, known, d);
    const mean = lineOf(person, b);
    const first = person.Z[0];
    const variance = person.Z.map((z) => bilinear(z, d.G, z) + d.sigma2);
    rows.forEach(({ cells, name, node }, j) => {
      node.hidden = j >= person.t.length;
      if (node.hidden) return;
      setText(name, brief(person.t[j]));
      const together = j ? bilinear(first, d.G, person.Z[j]) / Math.sqrt(variance[0] * variance[j]) : 1;
      [three(mean[j]), three(d.sigma2), j ? "0" : "1", three(person.mu[j]), three(variance[j]), asCorrelation(together)].forEach((text, k) => setText(cells[k], text));
    });
    const [least, most] = [Math.min(...variance), Math.max(...variance)];
    setText(words, `Correlations are with the first visit. Given b\u1d62 the variance is \u03c3\u00b2 = ${three(d.sigma2)} at every visit; over people it ${
      most - least > 1e-9 * most ? `runs from ${three(least)} to ${three(most)}` : `is ${three(most)} at every visit`}.`);
  };
}
