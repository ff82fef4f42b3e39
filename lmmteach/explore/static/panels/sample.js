// The sample covariance and correlation by visit as tables, and the scatter of the two visits chosen there.
import { groupOf, pairsOf, wideOf } from "../maths/ideas/sample.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";
import { shades } from "../kit/shades.js";
import { waiting } from "../kit/waiting.js";

export const createSampleCov = (el, ctx) => table(el, ctx, "cov");
export const createSampleCorr = (el, ctx) => table(el, ctx, "corr");

/** The tables for a group, computed once and kept while the group stays; the panels of one explorer share it. */
function sampleOf({ data }, rows) {
  data.sample ??= { wide: wideOf(data.people, data.people.y, data.grid.t), rows: null, pairs: null };
  if (data.sample.rows !== rows) {
    data.sample.rows = rows;
    data.sample.pairs = pairsOf(data.sample.wide, groupOf(data.people, rows));
  }
  return data.sample;
}

/** Places of the two visits chosen: [later, earlier], the last and the first where nothing fits. */
function chosenOf({ data }, { pair = [] }) {
  const at = pair.map((t) => data.grid.t.indexOf(t)).filter((k) => k >= 0);
  return at.length ? [Math.max(...at), Math.min(...at)] : [data.grid.t.length - 1, 0];
}

function table(el, ctx, kind) {
  const { grid, labels } = ctx.data;
  const n = grid.t.length;
  let latest = null;
  const choose = (i, j) => {
    if (!waiting(ctx, latest)) ctx.act.move("pair", grid.t.filter((_, k) => k === i || k === j));
  };
  const cells = grid.t.map((_, i) => grid.t.map((__, j) => h("td", { class: "lmmx-cell lmmx-pickable", "data-cell": `${kind}-${i}-${j}`, onclick: () => choose(i, j) })));
  const named = kind === "cov" ? "Sample covariances" : "Sample correlations";
  const body = h("table", { class: "lmmx-table lmmx-sample" }, h("caption", { class: "lmmx-sr" }, named),
    h("thead", {}, h("tr", {}, h("td", { class: "lmmx-corner" }, labels.timeShort), grid.label.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, cells.map((row, i) => h("tr", {}, h("th", { scope: "row" }, grid.label[i]), row))));
  el.append(h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": `${named}: arrow keys choose two visits`, onkeydown: step }, body));
  body.style.minWidth = `${44 + (n > 7 ? 46 : 38) * n}px`;
  if (n > 7) el.parentElement.classList.add("lmmx-wide");
  // The keyboard moves through the whole square, the dial knows only which two visits.
  let at = null;
  function step(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    at = at.map((k, axis) => Math.min(n - 1, Math.max(0, k + move[axis])));
    choose(...at);
  }

  return (_, state) => {
    latest = state;
    const hidden = waiting(ctx, state);
    const { pairs } = sampleOf(ctx, state.dials.rows || "");
    const shade = shades(kind === "cov" ? "V" : "C", { V: pairs.map((row) => row.map(({ cov }) => cov)) }, ctx);
    const [later, earlier] = chosenOf(ctx, state.dials);
    if (!at || Math.max(...at) !== later || Math.min(...at) !== earlier) at = [later, earlier];
    cells.forEach((row, i) => row.forEach((cell, j) => {
      const value = pairs[i][j][kind];
      // The table is the answer to the prompt: it waits for the prediction.
      setText(cell, hidden ? "?" : kind === "cov" ? three(value) : asCorrelation(i === j && Number.isFinite(value) ? 1 : value));
      cell.style.backgroundColor = hidden ? "transparent" : shade(value);
      cell.classList.toggle("lmmx-chosen", !hidden && ((i === later && j === earlier) || (i === earlier && j === later)));
    }));
  };
}

export function createPair(el, ctx) {
  const { grid, labels, people } = ctx.data;
  const c = chart(el, ctx, { height: 320, square: true, xLabel: " ", yLabel: " " });
  const dots = s("path", { class: "lmmx-bdots" });
  const one = s("circle", { class: "lmmx-one", r: 6 });
  c.marks.append(dots, one);
  const told = h("p", { class: "lmmx-made", "data-out": "pair" });
  el.append(told);

  return (_, state) => {
    const hidden = waiting(ctx, state);
    const { rows = "", subject = "" } = state.dials;
    const { wide, pairs } = sampleOf(ctx, rows);
    const [later, earlier] = chosenOf(ctx, state.dials);
    const found = pairs[later][earlier];
    const inside = groupOf(people, rows);
    c.frame(people.range.y, people.range.y);
    const point = (row) => `M${c.x(row[earlier]).toFixed(1)},${c.y(row[later]).toFixed(1)}h0`;
    const has = (row, i) => row[earlier] !== null && row[later] !== null && inside(i);
    set(dots, { d: hidden ? "" : wide.filter(has).map(point).join("") });
    const focus = subject === "" ? -1 : people.label.indexOf(subject);
    const shown = !hidden && focus >= 0 && has(wide[focus], focus);
    one.style.display = shown ? "" : "none";
    if (shown) set(one, { cx: c.x(wide[focus][earlier]), cy: c.y(wide[focus][later]) });
    const when = (k) => `${labels.timeShort} ${grid.label[k]}`;
    const [bottom, side] = [...el.querySelectorAll(".lmmx-axis")].reverse();
    setText(bottom, `${labels.unit ? `${labels.unit} at ` : "at "}${when(earlier)}`);
    setText(side, `${labels.unit ? `${labels.unit} at ` : "at "}${when(later)}`);
    const sd = (k) => Math.sqrt(pairs[k][k].cov);
    const num = (text) => ["lmmx-num", text];
    setRuns(told, hidden ? ["Lock a prediction; then choose two visits in a table."]
      : later === earlier ? [["lmmx-madehead", `${when(later)}, ${found.n} people: `], "variance ", num(three(found.cov)), ", SD ", num(three(sd(later)))]
        : [["lmmx-madehead", `${when(earlier)} and ${when(later)}, ${found.n} people with both: `], "covariance ", num(three(found.cov)), ", correlation ", num(asCorrelation(found.corr))]);
    c.spoken(hidden ? "Hidden until a prediction is locked" : `Scatter of the readings at ${when(earlier)} and ${when(later)}: ${found.n} people, correlation ${brief(found.corr)}`);
  };
}
