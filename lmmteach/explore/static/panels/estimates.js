// Everybody's own estimate and b-hat in the plane of (b0, b1), an arrow from one to the other, over the ellipse of G.
import { niceTop } from "../maths/axes.js";
import { ellipse } from "../maths/ideas/ellipse.js";
import { everybody, shrunk } from "../maths/ideas/shrinkage.js";
import { chart } from "../kit/chart.js";
import { h, s, set } from "../kit/dom.js";
import { three } from "../kit/numbers.js";

const RADIUS = Math.sqrt(5.991); // 95 % of a pair of normals

/** With a random intercept alone, one line for the estimates and one for the predictions. */
export function createEstimates(el, ctx) {
  const known = everybody(ctx.data);
  const { q } = known;
  const reach = Array.from({ length: q }, (_, a) => reachOf(ctx.data, known, a));
  const { c, rim, faint, heads, arrow, start, end } = pictureOf(el, ctx, q);
  el.append(h("p", { class: "lmmx-made" }, q > 1
    ? "Arrows run from each subject\u2019s own estimate to b\u0302; dots: b\u0302. "
      + "The ellipse holds 95 % of b ~ N(0, G)."
    : "Lines run from each subject\u2019s own mean to b\u0302."));
  const xy = (b, row) => `${c.x(b[0]).toFixed(1)},${c.y(q > 1 ? b[1] : row).toFixed(1)}`;

  return (d) => {
    const now = shrunk(ctx.data, d);
    const others = (make) => now.all.map((b, k) => (k === now.at ? "" : make(b, known.own[k]))).join("");
    c.frame([-reach[0], reach[0]], q > 1 ? [-reach[1], reach[1]] : [-0.3, 1.3]);
    set(faint, { d: others((b, own) => (own ? `M${xy(own, 1)}L${xy(b, 0)}` : "")) });
    set(heads, { d: others((b) => `M${xy(b, 0)}h0`) });
    set(arrow, { d: now.own ? `M${xy(now.own, 1)}L${xy(now.b, 0)}` : "" });
    for (const [node, b, row] of [[start, now.own, 1], [end, now.b, 0]]) {
      node.style.display = b ? "" : "none";
      if (b) set(node, { cx: c.x(b[0]), cy: c.y(q > 1 ? b[1] : row) });
    }
    set(rim, { d: q > 1 && d.isPsd ? c.path(...ellipse(d.G, RADIUS)) : "" });
    const from = now.own ? now.own.map(three).join(", ") : "no estimate of their own";
    c.spoken(`From ${from} to the prediction ${now.b.map(three).join(", ")}`);
  };
}

/** How far the axis of effect a goes: all b-hats of the fit, nearly all own estimates, and the fit's SD. */
function reachOf(data, known, a) {
  const { fit } = data;
  const { all } = shrunk(data, { ...fit, dials: { removed: [] } });
  const far = Math.max(...all.map((b) => Math.abs(b[a])));
  const sizes = known.own.filter(Boolean).map((b) => Math.abs(b[a])).sort((x, y) => x - y);
  const most = sizes[Math.floor(0.97 * (sizes.length - 1))] || 0;
  return niceTop(Math.max(most, 2.6 * Math.sqrt(Math.max(fit.G[a][a], 0)), 1.05 * far));
}

function pictureOf(el, ctx, q) {
  const named = (name, parameter) => {
    const unit = ctx.data.labels.unitOf[parameter].replace(/\)\u00b2/, "").replace("(", "");
    return `${name}${unit ? ` (${unit})` : ""}`;
  };
  const plane = q > 1 ? { yLabel: named("b\u2081", "G22") }
    : { yLabel: "", pad: { left: 74 }, yTicks: [[1, "own mean"], [0, "b\u0302"]] };
  const c = chart(el, ctx, { height: 300, xLabel: named("b\u2080", "G11"), ...plane });
  const kinds = ["lmmx-prior", "lmmx-arrows", "lmmx-arrowheads", "lmmx-arrow"];
  const [rim, faint, heads, arrow] = kinds.map((kind) => s("path", { class: kind }));
  const dot = (kind) => s("circle", { class: `lmmx-end ${kind}`, r: 5.5 });
  const [start, end] = ["lmmx-own", "lmmx-pred"].map(dot);
  c.marks.append(rim, faint, heads, arrow, start, end);
  return { c, rim, faint, heads, arrow, start, end };
}
