// The SD of Y over time: curve, the fit's as a ghost, the SDs seen in the data, the least SD where it lies inside.
// What stands in it can be taken in the hand: a point of the curve, the line at sigma, the time of the least SD.
import { niceTop } from "../maths/axes.js";
import { valueAt } from "../maths/ideas/between.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createGuides, lights, nearestTo } from "../kit/lit.js";
import { three } from "../kit/numbers.js";
import { below, columns } from "../kit/rows.js";
import { createCurvePoint, createSigma } from "../kit/spread.js";
import { createTurning } from "../kit/turning.js";

export function createSd(el, ctx) {
  const { curve, empirical, grid, labels } = ctx.data;
  const stage = h("div", { class: "lmmx-stage" });
  const c = chart(stage, ctx, { xLabel: labels.time, yLabel: labels.unit });
  const marks = marksOf(c, empirical);
  const lit = litOf(c);
  const point = createCurvePoint(ctx, c);
  const sigma = ctx.residual && ctx.residual.varies ? null : createSigma(ctx, (px, py) => c.back(px, py)[1]);
  const turning = createTurning(ctx, (px) => c.back(px, 0)[0]);
  stage.append(...[sigma, turning, point].filter(Boolean).map((one) => one.node));
  const key = markKey(["line", "here"], ["ghost", "the fit"], ["dot", "in the data"], ["pull", "drag a knob"]);
  const note = h("p", { class: "lmmx-note lmmx-comes" });
  stage.append(note);
  el.append(stage, key.node);
  lights(stage, ctx, (event) => {
    const k = point.held() ? point.at() : nearestTo(grid.t, c.back(...c.pointed(event))[0]);
    return { pair: [grid.t[k], grid.t[k]] };
  });
  const ends = [curve.t[0], curve.t[curve.t.length - 1]];

  ctx.numbers.set(el, (d) => below(
    columns([labels.time, "SD", "SD of the fit"], curve.t, d.sd, d.fit.sd),
    columns([labels.time, "SD in the data"], ...["t", "sd"].map((part) => empirical.map((one) => one[part]))),
  ));
  function light(d, state) {
    lit(state.selection.pair, (t) => valueAt(curve.t, d.sd, t));
    point.update(d, state);
  }
  if (ctx.residual && ctx.residual.varies) { // no one SD of the residuals, to be drawn across
    for (const node of [marks.sigma, marks.sigmaLabel]) node.style.display = "none";
  }
  const update = (d, state) => {
    const all = [...d.fit.sd, ...d.ghost.sd, ...d.sd, ...empirical.map((e) => e.sd)];
    const top = niceTop(1.08 * Math.max(...all.filter(Number.isFinite)));
    const held = [point, sigma].some((one) => one && one.held());
    // An axis that grew under a hand would take the point away from it.
    if (c.frame(ends, [0, held ? c.y1 : top])) placeDots(c, marks, empirical);
    draw(c, marks, ctx.data, d);
    if (sigma) sigma.update(d, state, c.left + 0.16 * (c.right - c.left), c.y(Math.sqrt(Math.max(d.sigma2, 0))));
    if (turning) turning.update(d, state, c.x, c.bottom);
    key.show(1, d.showGhost);
    key.say(1, d.ghost.name);
    c.spoken(spoken(d, curve, labels));
    setText(note, d.sd.every(Number.isFinite) ? "" : "Where the curve is missing, the variance would be negative.");
    light(d, state);
  };
  return Object.assign(update, { light });
}

function marksOf(c, empirical) {
  const sigma = s("line", { class: "lmmx-sigma" });
  const sigmaLabel = s("text", { class: "lmmx-sigmalabel" }, "\u03c3");
  const ghost = s("path", { class: "lmmx-ghostline" });
  const line = s("path", { class: "lmmx-line" });
  const dots = s("g", { class: "lmmx-dots" }, empirical.map(() => s("circle", { r: 2.6 })));
  const drop = s("line", { class: "lmmx-drop" });
  const mark = s("circle", { class: "lmmx-mark", r: 4.5 });
  const markLabel = s("text", { class: "lmmx-marklabel" });
  c.marks.append(sigma, ghost, line, dots, drop);
  c.over.append(sigmaLabel, mark, markLabel);
  return { sigma, sigmaLabel, ghost, line, dots, lowest: [drop, mark, markLabel] };
}

const placeDots = (c, { dots }, empirical) =>
  empirical.forEach(({ t, sd }, k) => set(dots.children[k], { cx: c.x(t), cy: c.y(sd) }));

function draw(c, { sigma, sigmaLabel, ghost, line, lowest }, { curve }, d) {
  set(line, { d: c.path(curve.t, d.sd) });
  set(ghost, { d: d.showGhost ? c.path(curve.t, d.ghost.sd) : "" });
  const ys = c.y(Math.min(Math.sqrt(Math.max(d.sigma2, 0)), c.y1));
  set(sigma, { x1: c.left, x2: c.right, y1: ys, y2: ys });
  set(sigmaLabel, { x: c.right - 2, y: ys - 5, "text-anchor": "end" });
  const low = d.lowest;
  for (const node of lowest) node.style.display = low ? "" : "none";
  if (!low) return;
  const [x, [drop, mark, markLabel]] = [c.x(low.t), lowest];
  set(mark, { cx: x, cy: c.y(low.sd) });
  set(drop, { x1: x, x2: x, y1: c.y(low.sd), y2: c.bottom });
  const anchor = x > c.width * 0.7 ? "end" : x < c.width * 0.3 ? "start" : "middle";
  set(markLabel, { x, y: c.y(low.sd) + 22, "text-anchor": anchor });
  setText(markLabel, `least ${three(low.sd)} at ${three(low.t)}`);
}

/** The SD at the times of a pair: a guide to each, a ring on the curve, and the number. */
function litOf(c) {
  const guides = createGuides(c.marks);
  const rings = [0, 1].map(() => s("circle", { class: "lmmx-litring", r: 6 }));
  const words = [0, 1].map(() => s("text", { class: "lmmx-litword" }));
  c.over.append(...rings, ...words);
  return (pair, sdAt) => {
    guides(pair, c.x, c.top, c.bottom);
    [0, 1].forEach((k) => {
      const sd = pair && (k === 0 || pair[1] !== pair[0]) ? sdAt(pair[k]) : NaN;
      for (const node of [rings[k], words[k]]) node.style.display = Number.isFinite(sd) ? "" : "none";
      if (!Number.isFinite(sd)) return;
      const [x, y] = [c.x(pair[k]), c.y(sd)];
      set(rings[k], { cx: x, cy: y });
      const anchor = x > c.right - 40 ? "end" : x < c.left + 40 ? "start" : "middle";
      set(words[k], { x, y: y - 12 > c.top ? y - 12 : y + 22, "text-anchor": anchor });
      setText(words[k], three(sd));
    });
  };
}

function spoken(d, curve, labels) {
  const last = curve.t.length - 1;
  const at = (k) => `${three(d.sd[k])} at ${three(curve.t[k])}`;
  return `SD of ${labels.response}: ${at(0)}, ${at(last)}`
    + (d.lowest ? `, least ${three(d.lowest.sd)} at ${three(d.lowest.t)}` : "");
}
