// One simulated study with people who leave: what was seen, what was not, and two lines through what is left.
import { SIZE, studiesOf, WAYS } from "../maths/ideas/dropout.js";
import { dotAt, hairline, lineThrough } from "../kit/canvas.js";
import { h, set, setText } from "../kit/dom.js";
import { three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { room } from "../kit/room.js";

const COLOURS = { ols: "cat2", gls: "line" };
const RULE = {
  MCAR: "Whether someone leaves has nothing to do with the readings: missing completely at random.",
  MAR: "Whether someone leaves depends on the last reading, which was seen: missing at random.",
  MNAR: "Whether someone leaves depends on the reading that nobody sees: missing not at random.",
};

export function createDropout(el, ctx) {
  const { labels, people } = ctx.data;
  const p = plot(ctx, {
    title: "Simulated from the fit", about: labels.time ? `over ${labels.time}` : "", height: 340,
    x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit,
  });
  const truth = entry("true slope", "truth", "truth");
  const ways = WAYS.map(([name, text]) => entry(text, name, name));
  const dots = h("span", { class: "lmmx-legenditem" }, swatch("dot"), "mean of those seen");
  const told = h("p", { class: "lmmx-made", "data-out": "seen", "data-room": room(156) });
  const legend = h("span", { class: "lmmx-legend" }, truth.node, ways.map((way) => way.node), dots);
  el.append(h("div", { class: "lmmx-tools-row" }, legend), p.figure, told);

  ctx.numbers.set(el, (_, state) => {
    const { data: { n, t, y }, seen } = studiesOf(ctx.data, state);
    return [["person", labels.time, "reading", "seen"],
      ...peopleOf().flatMap((i) => t.map((time, j) => [i + 1, time, y[i * n + j], Number(seen[i] > j)]))];
  });

  return (_, state) => {
    const { data, seen, lines, line } = studiesOf(ctx.data, state);
    const staying = data.t.map((__, j) => peopleOf().filter((i) => seen[i] > j));
    p.ready();
    p.clear();
    drawPeople(p, ctx, data, seen);
    drawLines(p, ctx, data.t, line, lines);
    drawMeans(p, ctx, data, staying);
    setText(truth.number, three(line[1]));
    const slopes = WAYS.map(([name]) => three(lines[name][0][1]));
    ways.forEach(({ number }, k) => setText(number, slopes[k]));
    const shown = staying.map((who) => who.length).join(", ");
    setText(told, `Seen at each visit, of 100: ${shown}. ${RULE[state.dials.mechanism]}`);
    set(p.canvas, {
      "aria-label": `A simulated study. Seen at each visit: ${shown}. True slope ${three(line[1])}, `
        + `least squares ${slopes[0]}, mixed model ${slopes[1]}.`,
    });
  };
}

const peopleOf = () => Array.from({ length: SIZE.people }, (_, i) => i);

const swatch = (kind) => h("span", { class: `lmmx-swatch lmmx-way-${kind}`, "aria-hidden": "true" });

function entry(text, kind, out) {
  const number = h("b", { class: "lmmx-num", "data-out": out });
  return { number, node: h("span", { class: "lmmx-legenditem" }, swatch(kind), `${text}: `, number) };
}

/** One path for what was seen and one for what was not: a hundred people cost two strokes. */
function drawPeople(p, ctx, { n, t, y }, seen) {
  const c = p.context;
  c.save();
  p.clip(c);
  c.lineJoin = "round";
  for (const after of [true, false]) {
    c.beginPath();
    for (let i = 0; i < SIZE.people; i++) {
      const [from, to] = after ? [seen[i] - 1, n - 1] : [0, seen[i] - 1];
      for (let j = from; j <= to; j++) (j === from ? c.moveTo : c.lineTo).call(c, p.x(t[j]), p.y(y[i * n + j]));
    }
    c.strokeStyle = ctx.colour("data");
    hairline(c, ctx, after ? 0.09 : 0.34);
    c.stroke();
  }
  c.restore();
}

/** The true line, dashed, and the lines of both ways. */
function drawLines(p, ctx, t, truth, lines) {
  const c = p.context;
  c.save();
  p.clip(c);
  c.lineJoin = "round";
  const straight = ([a, b], colour, width, dash) => {
    c.setLineDash(dash);
    c.strokeStyle = ctx.colour(colour);
    c.lineWidth = width;
    lineThrough(c, [t[0], t[t.length - 1]].map((x) => [p.x(x), p.y(a + b * x)]));
  };
  straight(truth, "ink", 2, [6, 4]);
  for (const [name] of WAYS) straight(lines[name][0], COLOURS[name], 3, []);
  c.restore();
}

/** The mean of those seen at each visit. */
function drawMeans(p, ctx, { n, t, y }, staying) {
  const c = p.context;
  c.fillStyle = ctx.colour("ink");
  staying.forEach((who, j) => {
    if (who.length) dotAt(c, p.x(t[j]), p.y(who.reduce((sum, i) => sum + y[i * n + j], 0) / who.length), 4.5);
  });
}
