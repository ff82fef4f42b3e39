// Everybody's own estimate and b-hat in the plane of (b0, b1), an arrow from one to the other, over the ellipse of G.
import { niceTop } from "../maths/axes.js";
import { ellipse } from "../maths/ideas/ellipse.js";
import { everybody, shrunk } from "../maths/ideas/shrinkage.js";
import { chart } from "../kit/chart.js";
import { s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { lights } from "../kit/lit.js";
import { three } from "../kit/numbers.js";
import { waiting } from "../kit/waiting.js";

const RADIUS = Math.sqrt(5.991); // 95 % of a pair of normals
const NEAR = 14; // pixels

/** With a random intercept alone, one line for the estimates and one for the predictions. */
export function createEstimates(el, ctx) {
  const { people } = ctx.data;
  const known = everybody(ctx.data);
  const { q } = known;
  const reach = Array.from({ length: q }, (_, a) => reachOf(ctx.data, known, a));
  const picture = pictureOf(el, ctx, q);
  const { c } = picture;
  const own = ["open", q > 1 ? "own estimate" : "own mean"];
  el.append(markKey(own, ["dot", "prediction b\u0302"], ...(q > 1 ? [["prior", "95 % of N(0, G)"]] : [])).node);
  const at = (b, row) => [c.x(b[0]), c.y(q > 1 ? b[1] : row)];
  let now = null;
  const near = (event) => {
    const [px, py] = c.pointed(event);
    const far = now.all.map((b) => { const [x, y] = at(b, 0); return Math.hypot(x - px, y - py); });
    const least = Math.min(...far);
    return least < NEAR ? people.label[far.indexOf(least)] : null;
  };
  lights(c.svg, ctx, (event) => ({ subject: near(event) }));
  c.svg.classList.add("lmmx-pickable");
  c.svg.addEventListener("click", (event) => {
    if (!waiting(ctx, ctx.now()) && near(event) !== null) ctx.act.move("subject", near(event));
  });

  const effects = (what) => Array.from({ length: q }, (_, a) => `${what} b${a}`);
  ctx.numbers.set(el, () => [
    ["subject", ...effects("own"), ...effects("predicted")],
    ...now.all.map((b, k) => [people.label[k], ...(known.own[k] || b.map(() => null)), ...b]),
  ]);
  const light = (_, { selection: { subject } }) => {
    const k = people.label.indexOf(subject);
    const lit = k >= 0 && k !== now.at;
    set(picture.lit, { d: lit ? strong(c, known.own[k] ? at(known.own[k], 1) : null, at(now.all[k], 0)) : "" });
    setText(picture.who, lit ? `subject ${subject}` : "");
    if (lit) set(picture.who, { x: at(now.all[k], 0)[0] + 9, y: at(now.all[k], 0)[1] - 8 });
  };
  const update = (d, state) => {
    now = shrunk(ctx.data, d);
    c.frame([-reach[0], reach[0]], q > 1 ? [-reach[1], reach[1]] : [-0.3, 1.3]);
    drawOthers(picture, now, known.own, at);
    drawFollowed(picture, now.own, now.b, at);
    set(picture.rim, { d: q > 1 && d.isPsd ? c.path(...ellipse(d.G, RADIUS)) : "" });
    const from = now.own ? now.own.map(three).join(", ") : "no estimate of their own";
    c.spoken(`From ${from} to the prediction ${now.b.map(three).join(", ")}`);
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** An arrow from each other subject's own estimate to the prediction. */
function drawOthers({ c, faint, heads, dots }, { all, at: followed }, own, at) {
  const [lines, tips, alone] = [[], [], []];
  all.forEach((b, k) => {
    if (k === followed) return;
    const to = at(b, 0);
    if (!own[k]) return alone.push(`M${pixel(to)}h0`);
    const from = at(own[k], 1);
    lines.push(`M${pixel(from)}L${pixel(to)}`);
    tips.push(headOf(from, to, 4));
  });
  set(faint, { d: lines.join("") });
  set(heads, { d: tips.join("") });
  set(dots, { d: alone.join("") });
}

/** The followed one's, strong; an own estimate off the chart is said at the edge where its arrow comes in. */
function drawFollowed({ c, arrow, start, end, off }, own, b, at) {
  const to = at(b, 0);
  const from = own ? entering(c, at(own, 1), to) : null;
  set(arrow, { d: strong(c, from && from.point, to) });
  set(end, { cx: to[0], cy: to[1] });
  start.style.display = from && from.inside ? "" : "none";
  if (from) set(start, { cx: from.point[0], cy: from.point[1] });
  const outside = from && !from.inside;
  off.style.display = outside ? "" : "none";
  if (!outside) return;
  setText(off, `own: ${own.map(three).join(", ")}`);
  const [x, y] = from.point;
  const [high, right] = [y < c.top + 24, x > c.right - 100];
  set(off, { x: x + (right ? -8 : 8), y: y + (high ? 16 : -8), "text-anchor": right ? "end" : "start" });
}

const pixel = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`;

/** A line and its head; the head alone where there is nothing to come from. */
const strong = (c, from, to) => (from ? `M${pixel(from)}L${pixel(to)}${headOf(from, to, 9)}` : "");

/** The two strokes of an arrow's head, none where it is too short to have one. */
function headOf(from, to, size) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 1.2 * size) return "";
  const side = (turn) => {
    const [x, y] = [dx / length, dy / length];
    return [to[0] - size * (x + 0.55 * turn * y), to[1] - size * (y - 0.55 * turn * x)];
  };
  return `M${pixel(side(1))}L${pixel(to)}L${pixel(side(-1))}`;
}

/** Where a line from `from` to `to` comes into the chart: { point, inside }. */
function entering(c, from, to) {
  const within = (v, low, high) => Math.min(Math.max(v, low), high);
  const share = (a, z, low, high) => (a < low ? (low - a) / (z - a) : a > high ? (high - a) / (z - a) : 0);
  const most = Math.max(share(from[0], to[0], c.left, c.right), share(from[1], to[1], c.top, c.bottom));
  if (!(most > 0)) return { point: from, inside: true };
  const point = [0, 1].map((k) => from[k] + most * (to[k] - from[k]));
  return { point: [within(point[0], c.left, c.right), within(point[1], c.top, c.bottom)], inside: false };
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
  const kinds = ["prior", "arrows", "arrows lmmx-arrowtips", "arrowheads", "arrow", "arrow"];
  const [rim, faint, heads, dots, lit, arrow] = kinds.map((kind) => s("path", { class: `lmmx-${kind}` }));
  const dot = (kind) => s("circle", { class: `lmmx-end ${kind}`, r: 5.5 });
  const [start, end] = ["lmmx-own", "lmmx-pred"].map(dot);
  const [off, who] = [0, 1].map(() => s("text", { class: "lmmx-litword" }));
  c.marks.append(rim, faint, heads, dots, lit, arrow, start, end);
  c.over.append(off, who);
  return { c, rim, faint, heads, dots, lit, arrow, start, end, off, who };
}
