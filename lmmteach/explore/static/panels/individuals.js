// One person's readings and the line a way of fitting gives her, over everybody's; what is left over, by visit; and the
// standard errors of least squares beside the mixed model's.
import { pairsOf, wideOf } from "../maths/ideas/sample.js";
import { h, set, setRuns, setText } from "../kit/dom.js";
import { fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { shades } from "../kit/shades.js";
import { startOf } from "../kit/subjects.js";
import { waiting } from "../kit/waiting.js";

const WORDS = {
  ols: "One line for all leaves each person on one side: what is left over is alike from visit to visit.",
  own: "A line each takes the person out. What is left over is no longer alike; it is even a little opposed, because each line follows its own readings.",
  blup: "The mixed model\u2019s lines are each person\u2019s own, drawn towards the average. What is left over is no longer alike.",
};

export function createIndividuals(el, ctx) {
  const { people, labels, grid, extra } = ctx.data;
  const fits = extra.individuals;
  const p = plot(ctx, { title: labels.observed, about: "dark: the person followed, and what their line leaves over", height: 340, x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit });
  const left = Object.fromEntries(Object.entries(fits).map(([name, fitted]) => [name, pairsOf(wideOf(people, people.y.map((y, k) => (fitted[k] === null ? null : y - fitted[k])), grid.t))]));
  const cells = grid.t.map((_, i) => grid.t.slice(0, i + 1).map((__, j) => h("td", { class: "lmmx-cell", "data-cell": `left-${i}-${j}` })));
  const table = h("table", { class: "lmmx-table lmmx-sample" }, h("caption", { class: "lmmx-sr" }, "Correlations of what is left over"),
    h("thead", {}, h("tr", {}, h("td", { class: "lmmx-corner" }, labels.timeShort), grid.label.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, cells.map((row, i) => h("tr", {}, h("th", { scope: "row" }, grid.label[i]), row))));
  table.style.minWidth = `${44 + 38 * grid.t.length}px`;
  const told = h("p", { class: "lmmx-made", "data-out": "left" });
  el.append(h("div", { class: "lmmx-beside" }, p.figure,
    h("div", {}, h("p", { class: "lmmx-note2" }, "Correlation of what is left over, by visit"), h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "Correlations of what is left over" }, table), told)));
  const shade = shades("C", { V: [[1]] }, ctx);
  let seen = "";

  return (_, state) => {
    const { lines, subject } = state.dials;
    const key = `${lines}\n${subject}\n${ctx.theme()}`;
    if (!p.ready() && key === seen) return;
    seen = key;
    draw(p, ctx, people, fits[lines], people.label.indexOf(subject));
    const pairs = left[lines];
    cells.forEach((row, i) => row.forEach((cell, j) => {
      const { corr } = pairs[i][j];
      setText(cell, i === j ? "1" : fixed(corr, 2));
      cell.style.backgroundColor = shade(i === j ? NaN : corr);
    }));
    const near = pairs.slice(1).map((row, j) => row[j].corr).filter(Number.isFinite);
    const mean = near.reduce((sum, r) => sum + r, 0) / near.length;
    setRuns(told, ["Neighbouring visits, on average: ", ["lmmx-num lmmx-strong", fixed(mean, 2)], `. ${WORDS[lines]}`]);
    set(p.canvas, { "aria-label": `Everybody\u2019s lines; what ${subject}\u2019s line leaves over is marked. Left-overs of neighbouring visits correlate at ${fixed(mean, 2)}.` });
  };
}

function draw(p, ctx, people, fitted, focus) {
  const c = p.context;
  p.clear();
  c.save();
  p.clip(c);
  const trace = (k) => {
    const { t } = people.visits[people.visitOf[k]];
    const row = startOf(people, k);
    if (fitted[row] === null) return;
    t.forEach((x, j) => (j ? c.lineTo : c.moveTo).call(c, p.x(x), p.y(fitted[row + j])));
  };
  let row = 0;
  c.fillStyle = ctx.colour("data");
  c.globalAlpha = 0.25;
  people.visitOf.forEach((kind) => people.visits[kind].t.forEach((x) => { c.fillRect(p.x(x) - 1, p.y(people.y[row]) - 1, 2, 2); row++; }));
  c.strokeStyle = ctx.colour("ghost");
  c.lineWidth = 1;
  people.visitOf.forEach((_, k) => { c.beginPath(); trace(k); c.stroke(); });
  c.restore();
  if (focus >= 0) {
    const { t } = people.visits[people.visitOf[focus]];
    const at = startOf(people, focus);
    const each = (mark) => t.forEach((x, j) => mark(p.x(x), p.y(people.y[at + j]), p.y(fitted[at + j])));
    c.beginPath();
    c.lineWidth = 2;
    c.strokeStyle = ctx.colour("sigma2");
    if (fitted[at] !== null) each((x, y, line) => { c.moveTo(x, y); c.lineTo(x, line); });
    c.stroke();
    c.beginPath();
    c.lineWidth = 3;
    c.strokeStyle = ctx.colour("line");
    trace(focus);
    c.stroke();
    c.fillStyle = ctx.colour("ink");
    each((x, y) => { c.beginPath(); c.arc(x, y, 4.5, 0, 6.3); c.fill(); });
  }
}

/** A row a coefficient: both standard errors, their ratio, and the ratio as a bar from 1, halving or doubling a side. */
export function createErrors(el, ctx) {
  const all = ctx.data.extra.errors;
  const reach = Math.max(1, ...all.map(({ ols, mixed }) => Math.abs(Math.log2(ols / mixed))));
  const rows = all.map(({ name, ols, mixed }) => {
    const way = Math.log2(ols / mixed) / reach;
    const bar = h("span", { class: "lmmx-ratio", style: `left:${50 + 50 * Math.min(way, 0)}%;width:${50 * Math.abs(way)}%`, "data-side": way < 0 ? "small" : "large" });
    const cell = (kind, x) => h("td", { class: "lmmx-num", "data-cell": `${kind}-${name}` }, x);
    return h("tr", {}, h("th", { scope: "row" }, name), cell("ols", three(ols)), cell("mixed", three(mixed)), cell("ratio", fixed(ols / mixed, 2)), h("td", { class: "lmmx-ratiocell" }, bar));
  });
  const head = ["", "least squares", "mixed model", "ratio"];
  el.append(h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "Standard errors" }, h("table", { class: "lmmx-facts lmmx-errors" }, h("caption", { class: "lmmx-sr" }, "Standard errors"),
    h("thead", {}, h("tr", {}, head.map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))), h("th", { scope: "col", class: "lmmx-ratiohead" }, h("span", {}, "\u2190 too small"), h("span", {}, "too large \u2192")))),
    h("tbody", {}, rows))));
  // The table is the answer to the prompt: it waits for the prediction.
  return (_, state) => el.classList.toggle("lmmx-veiled", waiting(ctx, state));
}
