// One person's readings and the line a way of fitting gives her, over everybody's; what is left over, by visit.
import { pairsOf, wideOf } from "../maths/ideas/sample.js";
import { swarm } from "../maths/ideas/swarm.js";
import { dotAt, hairline } from "../kit/canvas.js";
import { h, set, setRuns, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { pairTable } from "../kit/lighting.js";
import { createOverPlot, lights, pointsOf } from "../kit/lit.js";
import { fixed } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { room } from "../kit/room.js";
import { readingRows } from "../kit/rows.js";
import { shades } from "../kit/shades.js";
import { nearest, startOf } from "../kit/subjects.js";
import { scrolling, visitTable } from "../kit/tables.js";

const DOT = 2.4; // pixels of a reading

const WORDS = {
  ols: "One line for all leaves each person on one side: what is left over is alike from visit to visit.",
  own: "A line each takes the person out. What is left over is no longer alike; it is even a little opposed, "
    + "because each line follows its own readings.",
  blup: "The mixed model\u2019s lines are each person\u2019s own, drawn towards the average. "
    + "What is left over is no longer alike.",
};

export function createIndividuals(el, ctx) {
  const { people, labels, grid, extra } = ctx.data;
  const fits = extra.individuals;
  const p = plot(ctx, {
    title: labels.observed, about: "dark: the person followed, and what their line leaves over", height: 340,
    x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit,
  });
  ctx.numbers.set(el, (_, { dials }) =>
    readingRows(ctx.data, [labels.response, "fitted"], people.y, fits[dials.lines]));
  const rest = (fitted) => people.y.map((y, k) => (fitted[k] === null ? null : y - fitted[k]));
  const left = Object.fromEntries(Object.entries(fits).map(([name, fitted]) =>
    [name, pairsOf(wideOf(people, rest(fitted), grid.t))]));
  const { node, print, shine } = leftTable(ctx);
  const told = h("p", { class: "lmmx-made", "data-out": "left", "data-room": room(190) });
  el.append(h("div", { class: "lmmx-beside" }, p.figure, h("div", {}, node, told)));
  el.append(markKey(["line", "the person followed"], ["sigma2", "left over by that line"],
    ["ghost-line", "everybody\u2019s"]).node);
  const over = createOverPlot(p);
  const near = ({ offsetX, offsetY }) => people.label[nearest(p, people, people.y, offsetX, offsetY)] ?? null;
  p.canvas.classList.add("lmmx-pickable");
  lights(p.canvas, ctx, (event) => ({ subject: near(event) }));
  p.canvas.addEventListener("click", (event) => { if (near(event) !== null) ctx.act.move("subject", near(event)); });
  let seen = "";

  const light = (_, state) => {
    const { pair, subject } = state.selection;
    over(pair, pointsOf(p, people, people.y, people.label.indexOf(subject)));
    shine(state);
  };
  const update = (_, state) => {
    const { lines, subject } = state.dials;
    const key = `${lines}\n${subject}\n${ctx.theme()}`;
    const fresh = p.ready();
    light(_, state);
    if (!fresh && key === seen) return;
    seen = key;
    draw(p, ctx, fits[lines], people.label.indexOf(subject));
    print(left[lines]);
    const neighbours = left[lines].slice(1).map((row, j) => row[j].corr).filter(Number.isFinite);
    const mean = fixed(neighbours.reduce((sum, r) => sum + r, 0) / neighbours.length, 2);
    setRuns(told, ["Neighbouring visits, on average: ", ["lmmx-num lmmx-strong", mean], `. ${WORDS[lines]}`]);
    set(p.canvas, {
      "aria-label": `Everybody\u2019s lines; what ${subject}\u2019s line leaves over is marked. `
        + `Left-overs of neighbouring visits correlate at ${mean}.`,
    });
  };
  return Object.assign(update, { light });
}

/** The correlations of what is left over: { node, print(pairs), shine(state) }. */
function leftTable(ctx) {
  const { grid } = ctx.data;
  const cell = (i, j) => h("td", { class: "lmmx-cell", "data-cell": `left-${i}-${j}` });
  const cells = grid.t.map((_, i) => grid.t.slice(0, i + 1).map((__, j) => cell(i, j)));
  const name = "Correlations of what is left over";
  const table = visitTable(ctx.data, name, cells);
  table.style.minWidth = `${44 + 38 * grid.t.length}px`;
  const shade = shades("C", { V: [[1]] }, ctx);
  const wrap = scrolling(name, table);
  return {
    node: [h("p", { class: "lmmx-note2" }, "Correlation of what is left over, by visit"), wrap],
    shine: pairTable(wrap, table, cells, ctx),
    print: (pairs) => cells.forEach((row, i) => row.forEach((one, j) => {
      const { corr } = pairs[i][j];
      setText(one, i === j ? "1" : fixed(corr, 2));
      one.style.backgroundColor = shade(i === j ? NaN : corr);
    })),
  };
}

/** Everybody's readings and lines, pale; over them the person followed, with what her line leaves over. */
function draw(p, ctx, fitted, focus) {
  const { people } = ctx.data;
  const c = p.context;
  p.clear();
  c.save();
  p.clip(c);
  const times = people.visitOf.flatMap((kind) => people.visits[kind].t);
  const heights = people.y.map(p.y);
  // As far as a third of the way to the next visit: the columns stay apart.
  const gap = Math.min(...ctx.data.grid.t.slice(1).map((t, k) => p.x(t) - p.x(ctx.data.grid.t[k])), 60);
  const aside = swarm(times, heights, DOT, gap / 3);
  c.fillStyle = ctx.colour("data");
  c.globalAlpha = 0.4;
  times.forEach((t, k) => c.fillRect(p.x(t) + aside[k] - DOT / 2, heights[k] - DOT / 2, DOT - 0.4, DOT - 0.4));
  c.strokeStyle = ctx.colour("ghost");
  hairline(c, ctx, 0.25);
  people.visitOf.forEach((_, k) => strokeLine(p, people, fitted, k));
  c.restore();
  if (focus >= 0) drawFollowed(p, ctx, fitted, focus);
}

function strokeLine(p, people, fitted, k) {
  const c = p.context;
  const { t } = people.visits[people.visitOf[k]];
  const row = startOf(people, k);
  c.beginPath();
  if (fitted[row] !== null) t.forEach((x, j) => (j ? c.lineTo : c.moveTo).call(c, p.x(x), p.y(fitted[row + j])));
  c.stroke();
}

function drawFollowed(p, ctx, fitted, focus) {
  const { people } = ctx.data;
  const c = p.context;
  const { t } = people.visits[people.visitOf[focus]];
  const at = startOf(people, focus);
  const each = (mark) => t.forEach((x, j) => mark(p.x(x), p.y(people.y[at + j]), p.y(fitted[at + j])));
  c.beginPath();
  c.lineWidth = 2;
  c.strokeStyle = ctx.colour("sigma2");
  if (fitted[at] !== null) each((x, y, line) => { c.moveTo(x, y); c.lineTo(x, line); });
  c.stroke();
  c.lineWidth = 3;
  c.strokeStyle = ctx.colour("line");
  strokeLine(p, people, fitted, focus);
  c.fillStyle = ctx.colour("ink");
  each((x, y) => dotAt(c, x, y, 4.5));
}
