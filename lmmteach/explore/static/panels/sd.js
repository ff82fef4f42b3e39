// The SD of Y over time: curve, the fit's as a ghost, the SDs seen in the data, the least SD where it lies inside.
import { niceTop } from "../maths/axes.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { three } from "../kit/numbers.js";

export function createSd(el, ctx) {
  const { curve, empirical, labels } = ctx.data;
  const c = chart(el, ctx, { xLabel: labels.time, yLabel: labels.unit });
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
  const note = h("p", { class: "lmmx-note" });
  el.append(note);
  const ends = [curve.t[0], curve.t[curve.t.length - 1]];

  return (d) => {
    const all = [...d.fit.sd, ...d.sd, ...empirical.map((e) => e.sd)];
    const top = niceTop(1.08 * Math.max(...all.filter(Number.isFinite)));
    if (c.frame(ends, [0, top])) {
      empirical.forEach(({ t, sd }, k) => set(dots.children[k], { cx: c.x(t), cy: c.y(sd) }));
    }
    set(line, { d: c.path(curve.t, d.sd) });
    set(ghost, { d: d.showFit ? c.path(curve.t, d.fit.sd) : "" });
    const ys = c.y(Math.min(Math.sqrt(Math.max(d.sigma2, 0)), top));
    set(sigma, { x1: c.left, x2: c.right, y1: ys, y2: ys });
    set(sigmaLabel, { x: c.right - 2, y: ys - 5, "text-anchor": "end" });
    const low = d.lowest;
    for (const node of [drop, mark, markLabel]) node.style.display = low ? "" : "none";
    if (low) {
      const x = c.x(low.t);
      set(mark, { cx: x, cy: c.y(low.sd) });
      set(drop, { x1: x, x2: x, y1: c.y(low.sd), y2: c.bottom });
      const anchor = x > c.width * 0.7 ? "end" : x < c.width * 0.3 ? "start" : "middle";
      set(markLabel, { x, y: c.y(low.sd) + 22, "text-anchor": anchor });
      setText(markLabel, `least ${three(low.sd)} at ${three(low.t)}`);
    }
    c.spoken(spoken(d, curve, labels));
    setText(note, d.sd.every(Number.isFinite) ? "" : "Where the curve is missing, the variance would be negative.");
  };
}

function spoken(d, curve, labels) {
  const last = curve.t.length - 1;
  const at = (k) => `${three(d.sd[k])} at ${three(curve.t[k])}`;
  return `SD of ${labels.response}: ${at(0)}, ${at(last)}`
    + (d.lowest ? `, least ${three(d.lowest.sd)} at ${three(d.lowest.t)}` : "");
}
