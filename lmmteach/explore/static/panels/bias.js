// The slopes of a hundred simulated studies with people who leave: least squares beside the mixed model.
import { niceTop } from "../maths/axes.js";
import { momentsOf, SIZE, studiesOf, WAYS } from "../maths/ideas/dropout.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { columns } from "../kit/rows.js";

export function createBias(el, ctx) {
  const { labels, facts } = ctx.data;
  const unit = `${labels.unit} per ${(facts.time_unit || labels.timeShort).replace(/s$/, "")}`.trim();
  const pad = { left: 6, right: 6, top: 26 };
  const c = chart(el, ctx, { height: 270, pad, xLabel: unit, yTicks: [] });
  const truth = s("line", { class: "lmmx-truth" });
  const truthWord = s("text", { class: "lmmx-tick", "text-anchor": "middle" });
  const strips = WAYS.map(([name, text]) => ({
    text,
    head: s("text", { class: "lmmx-striphead", x: 6 }, text),
    dots: s("path", { class: `lmmx-studies lmmx-way-${name}` }),
    mean: s("path", { class: `lmmx-studymean lmmx-way-${name}` }),
  }));
  c.marks.append(truth, ...strips.flatMap((one) => [one.dots, one.mean]));
  c.over.append(truthWord, ...strips.map((one) => one.head));
  const told = h("p", { class: "lmmx-made", "data-out": "bias", "data-room": room(155) });
  el.append(markKey(["dot", "a study"], ["triangle", "the mean of all"], ["dashed", "the truth"]).node, told);

  ctx.numbers.set(el, (_, state) => {
    const { lines } = studiesOf(ctx.data, state);
    const slopes = WAYS.map(([name]) => lines[name].map(([, b]) => b));
    return columns(["study", ...WAYS.map(([, text]) => text)], slopes[0].map((__, k) => k + 1), ...slopes);
  });

  return (_, state) => {
    const { lines, line: [, slope] } = studiesOf(ctx.data, state);
    const slopes = WAYS.map(([name]) => lines[name].map(([, b]) => b));
    const reach = niceTop(1.02 * Math.max(...slopes.flat().map((b) => Math.abs(b - slope))));
    c.frame([slope - reach, slope + reach], [0, 2]);
    set(truth, { x1: c.x(slope), x2: c.x(slope), y1: c.top - 4, y2: c.bottom });
    set(truthWord, { x: c.x(slope), y: c.top - 10 });
    setText(truthWord, `truth ${three(slope)}`);
    const moments = slopes.map(momentsOf);
    strips.forEach((strip, k) => drawStrip(c, strip, k, slopes[k], moments[k].mean));
    const runs = strips.flatMap(({ text }, k) => [`${k ? "; " : ""}${text} `, ...verdict(moments[k], slope)]);
    setRuns(told, ["Mean of 100 slopes (triangles): ", ...runs, ". The mixed model knows V here."]);
    c.spoken(told.textContent);
  };
}

/** Each study a dot, stacked where they would lie on one another, and a triangle under their mean. */
function drawStrip(c, { dots, mean: triangle, head }, k, slopes, mean) {
  const base = c.y(1 - k) - 14;
  const size = Math.min(6, Math.max(3, (c.right - c.left) / 110));
  const columns = {};
  const stacked = slopes.map((b) => {
    const at = Math.round(c.x(b) / size);
    columns[at] = (columns[at] || 0) + 1;
    return `M${(at * size).toFixed(1)},${(base - size * (columns[at] - 0.5)).toFixed(1)}h0`;
  });
  set(dots, { "stroke-width": size - 0.6, d: stacked.join("") });
  set(triangle, { d: `M${c.x(mean).toFixed(1)},${base + 2}l-6,10h12z` });
  set(head, { y: c.y(2 - k) + 14 });
}

/** The mean, and whether chance could have put it so far from the truth. */
function verdict({ mean, sd }, slope) {
  const off = (mean - slope) / (sd / Math.sqrt(SIZE.studies));
  if (Math.abs(off) < 3) return [["lmmx-num", three(mean)], ", no bias to be seen"];
  const words = `, too ${off < 0 ? "low" : "high"} by ${three(Math.abs(mean - slope))}`;
  return [["lmmx-num", three(mean)], ["lmmx-off", words]];
}
