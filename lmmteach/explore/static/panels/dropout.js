// One simulated study with people who leave, and the slopes of a hundred: least squares beside the mixed model.
import { niceTop } from "../maths/axes.js";
import { cohort, linesOf, momentsOf, stays } from "../maths/ideas/dropout.js";
import { averageLine } from "../maths/ideas/lines.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";

const SIZE = { people: 100, studies: 100 };
const WAYS = [["ols", "least squares", "cat2"], ["gls", "mixed model", "line"]];

/** The studies and what came of them; both panels share them. */
function studiesOf({ data }, { seed, dials }) {
  const { curve, grid, fit } = data;
  const known = (data.studies ??= {});
  if (known.seed !== seed) {
    const mean = averageLine(curve);
    const slope = mean(1) - mean(0);
    known.seed = seed;
    known.line = [mean(0), slope];
    known.data = cohort(seed, { line: known.line, t: grid.t, Z: grid.Z, G: fit.G, sigma2: fit.sigma2, ...SIZE });
    known.key = "";
  }
  const key = [dials.mechanism, dials.strength, dials.share].join();
  if (known.key !== key) {
    known.key = key;
    known.seen = stays(known.data, dials);
    known.lines = linesOf(known.data, known.seen);
  }
  return known;
}

export function createDropout(el, ctx) {
  const { labels, people } = ctx.data;
  const p = plot(ctx, { title: "Simulated from the fit", about: labels.time ? `over ${labels.time}` : "", height: 340, x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit });
  const entry = (text, kind, out) => {
    const number = h("b", { class: "lmmx-num", "data-out": out });
    return { number, node: h("span", { class: "lmmx-legenditem" }, h("span", { class: `lmmx-swatch lmmx-way-${kind}`, "aria-hidden": "true" }), `${text}: `, number) };
  };
  const truth = entry("true slope", "truth", "truth");
  const ways = WAYS.map(([name, text]) => entry(text, name, name));
  const dots = h("span", { class: "lmmx-legenditem" }, h("span", { class: "lmmx-swatch lmmx-way-dot", "aria-hidden": "true" }), "mean of those seen");
  const told = h("p", { class: "lmmx-made", "data-out": "seen" });
  el.append(h("div", { class: "lmmx-tools-row" }, h("span", { class: "lmmx-legend" }, truth.node, ways.map((w) => w.node), dots)), p.figure, told);

  return (_, state) => {
    const { data, seen, lines, line } = studiesOf(ctx, state);
    const { n, t, y } = data;
    p.ready();
    p.clear();
    const c = p.context;
    c.save();
    p.clip(c);
    c.lineJoin = "round";
    // One path for what was seen and one for what was not: a hundred people cost two strokes.
    for (const after of [true, false]) {
      c.beginPath();
      for (let i = 0; i < SIZE.people; i++) {
        const [from, to] = after ? [seen[i] - 1, n - 1] : [0, seen[i] - 1];
        for (let j = from; j <= to; j++) (j === from ? c.moveTo : c.lineTo).call(c, p.x(t[j]), p.y(y[i * n + j]));
      }
      c.strokeStyle = ctx.colour("data");
      c.globalAlpha = after ? 0.09 : 0.34;
      c.lineWidth = 1;
      c.stroke();
    }
    c.globalAlpha = 1;
    const ends = [t[0], t[n - 1]];
    const straight = ([a, b], colour, width, dash) => {
      c.beginPath();
      c.setLineDash(dash);
      c.strokeStyle = ctx.colour(colour);
      c.lineWidth = width;
      ends.forEach((x, k) => (k ? c.lineTo : c.moveTo).call(c, p.x(x), p.y(a + b * x)));
      c.stroke();
    };
    straight(line, "ink", 2, [6, 4]);
    WAYS.forEach(([name, , colour]) => straight(lines[name][0], colour, 3, []));
    c.restore();
    const counts = t.map((_x, j) => Array.from({ length: SIZE.people }, (__, i) => i).filter((i) => seen[i] > j));
    c.fillStyle = ctx.colour("ink");
    counts.forEach((who, j) => {
      if (!who.length) return;
      c.beginPath();
      c.arc(p.x(t[j]), p.y(who.reduce((sum, i) => sum + y[i * n + j], 0) / who.length), 4.5, 0, 6.3);
      c.fill();
    });
    setText(truth.number, three(line[1]));
    ways.forEach(({ number }, k) => setText(number, three(lines[WAYS[k][0]][0][1])));
    const shown = counts.map((who) => who.length).join(", ");
    setText(told, `Seen at each visit, of 100: ${shown}. ${RULE[state.dials.mechanism]}`);
    set(p.canvas, { "aria-label": `A simulated study. Seen at each visit: ${shown}. True slope ${three(line[1])}, least squares ${three(lines.ols[0][1])}, mixed model ${three(lines.gls[0][1])}.` });
  };
}

const RULE = {
  MCAR: "Whether someone leaves has nothing to do with the readings: missing completely at random.",
  MAR: "Whether someone leaves depends on the last reading, which was seen: missing at random.",
  MNAR: "Whether someone leaves depends on the reading that nobody sees: missing not at random.",
};

export function createBias(el, ctx) {
  const { labels, facts } = ctx.data;
  const unit = `${labels.unit} per ${(facts.time_unit || labels.timeShort).replace(/s$/, "")}`.trim();
  const c = chart(el, ctx, { height: 270, pad: { left: 6, right: 6, top: 26 }, xLabel: unit, yTicks: [] });
  const truth = s("line", { class: "lmmx-truth" });
  const truthWord = s("text", { class: "lmmx-tick", "text-anchor": "middle" });
  const strips = WAYS.map(([name, text]) => ({ name, head: s("text", { class: "lmmx-striphead", x: 6 }, text), dots: s("path", { class: `lmmx-studies lmmx-way-${name}` }), mean: s("path", { class: `lmmx-studymean lmmx-way-${name}` }) }));
  c.marks.append(truth, ...strips.flatMap((one) => [one.dots, one.mean]));
  c.over.append(truthWord, ...strips.map((one) => one.head));
  const told = h("p", { class: "lmmx-made", "data-out": "bias" });
  el.append(told);

  return (_, state) => {
    const { lines, line } = studiesOf(ctx, state);
    const slopes = WAYS.map(([name]) => lines[name].map(([, b]) => b));
    const reach = niceTop(1.02 * Math.max(...slopes.flat().map((b) => Math.abs(b - line[1]))));
    c.frame([line[1] - reach, line[1] + reach], [0, 2]);
    set(truth, { x1: c.x(line[1]), x2: c.x(line[1]), y1: c.top - 4, y2: c.bottom });
    set(truthWord, { x: c.x(line[1]), y: c.top - 10 });
    setText(truthWord, `truth ${three(line[1])}`);
    const runs = strips.map((strip, k) => {
      const base = c.y(1 - k) - 14;
      const columns = {};
      const size = Math.min(6, Math.max(3, (c.right - c.left) / 110));
      set(strip.dots, { "stroke-width": size - 0.6, d: slopes[k].map((b) => {
        const at = Math.round(c.x(b) / size);
        columns[at] = (columns[at] || 0) + 1;
        return `M${(at * size).toFixed(1)},${(base - size * (columns[at] - 0.5)).toFixed(1)}h0`;
      }).join("") });
      const { mean, sd } = momentsOf(slopes[k]);
      set(strip.mean, { d: `M${c.x(mean).toFixed(1)},${base + 2}l-6,10h12z` });
      set(strip.head, { y: c.y(2 - k) + 14 });
      const off = (mean - line[1]) / (sd / Math.sqrt(SIZE.studies));
      return [`${k ? "; " : ""}${WAYS[k][1]} `, ["lmmx-num", three(mean)], Math.abs(off) < 3 ? ", no bias to be seen" : [`lmmx-off`, `, too ${off < 0 ? "low" : "high"} by ${three(Math.abs(mean - line[1]))}`]];
    });
    setRuns(told, ["Mean of 100 slopes (triangles): ", ...runs.flat(), ". The mixed model knows V here."]);
    c.spoken(told.textContent);
  };
}
