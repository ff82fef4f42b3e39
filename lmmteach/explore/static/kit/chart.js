// A chart in SVG: axes that are drawn anew only when the width or a range changes, and a place for the marks.
import { ticks } from "../maths/axes.js";
import { s, set } from "./dom.js";

/**
 * chart(el, ctx, { height, pad, xLabel, yLabel, xTicks, yTicks }) -> { svg, marks, over, x, y, frame, path, band, dot,
 * spoken }. `frame([x0, x1], [y0, y1])` fits the axes and says whether they changed; `x(v)` and `y(v)` are then pixels.
 * What is appended to `marks` is clipped to the axes, what is appended to `over` is not. `xTicks` and `yTicks` may be
 * lists of [value, text], `yTicks` a function of the chart that gives one.
 */
export function chart(el, ctx, options) {
  const { height: natural = 240, pad = {}, xLabel = "", yLabel = "", square = false } = options;
  const edge = { left: 46, right: 14, top: yLabel ? 22 : 10, bottom: xLabel ? 38 : 22, ...pad };
  const id = `lmmx-clip-${Math.random().toString(36).slice(2)}`; // unique among several explorers' scripts
  const axes = s("g", { class: "lmmx-axes", "aria-hidden": "true" });
  const clip = s("rect", {});
  const marks = s("g", { "clip-path": `url(#${id})` });
  const over = s("g", {});
  const defs = s("defs", {}, s("clipPath", { id }, clip));
  const shape = { class: "lmmx-svg", role: "img", height: natural, style: `--tall:${natural}` };
  const svg = s("svg", shape, defs, axes, marks, over);
  el.append(svg);
  let drawn = "";
  const self = {
    svg, marks, over, width: 0, height: natural,
    x: () => NaN, y: () => NaN,
    /** Pixels back to values, for a pointer. */
    back: (px, py) => [NaN, NaN],
    /** Where a pointer is, in the chart's pixels; full screen magnifies. */
    pointed(event) {
      const frame = svg.getBoundingClientRect();
      const zoom = frame.width / self.width || 1;
      return [(event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom];
    },
    frame(xs, ys) {
      const width = ctx.width(el);
      const height = ctx.height(svg, natural);
      const key = [width, height, ...xs, ...ys].join(" ");
      if (key === drawn) return false;
      drawn = key;
      Object.assign(self, { width, height }, between(xs, ys, box(width, height, edge, square)));
      set(svg, { viewBox: `0 0 ${width} ${height}`, width });
      const [w, t] = [self.right - self.left, self.bottom - self.top];
      set(clip, { x: edge.left - 5, y: edge.top - 5, width: w + 10, height: t + 10 });
      axes.replaceChildren(...axisMarks(self, options));
      return true;
    },
    /** An SVG path through (xs, ys); a value that is no number interrupts it. */
    path: (xs, ys) => pathThrough(self, xs, ys),
    /** The area between two curves over the same xs. */
    band: (xs, high, low) =>
      `${self.path(xs, high)}${self.path([...xs].reverse(), [...low].reverse()).replace("M", "L")}Z`,
    /** A dot of a path whose round ends make it one. */
    dot: (x, y) => `M${self.x(x).toFixed(1)},${self.y(y).toFixed(1)}h0`,
    /** A small ring, to be stroked. */
    ring: (x, y) => `M${(self.x(x) - 4).toFixed(1)},${self.y(y).toFixed(1)}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0`,
    /** What a screen reader says of the picture. */
    spoken(text) { if (svg.getAttribute("aria-label") !== text) set(svg, { "aria-label": text }); },
  };
  return self;
}

/** Where the axes lie, in pixels; the square ones as large as fits. */
function box(width, height, edge, square) {
  let [w, t] = [width - edge.left - edge.right, height - edge.top - edge.bottom];
  if (square) w = t = Math.min(w, t);
  return { left: edge.left, right: edge.left + w, top: edge.top, bottom: edge.top + t };
}

/** From values to pixels and back. */
function between([x0, x1], [y0, y1], { left, right, top, bottom }) {
  const [w, t] = [right - left, bottom - top];
  const [sx, sy] = [(x1 - x0) || 1, (y1 - y0) || 1];
  return {
    x0, x1, y0, y1, left, right, top, bottom,
    x: (v) => left + ((v - x0) / sx) * w,
    y: (v) => top + t - ((v - y0) / sy) * t,
    back: (px, py) => [x0 + ((px - left) / w) * sx, y0 + ((top + t - py) / t) * sy],
  };
}

/** A number beside an axis. */
export const tickText = (v) => String(v).replace("-", "\u2212");

function axisMarks(c, { xLabel = "", yLabel = "", xTicks = null, yTicks = null }) {
  const [w, t] = [c.right - c.left, c.bottom - c.top];
  const xs = xTicks || ticks(c.x0, c.x1, Math.max(2, Math.min(12, w / 56))).map((v) => [v, tickText(v)]);
  const given = typeof yTicks === "function" ? yTicks(c) : yTicks;
  const ys = given || ticks(c.y0, c.y1, Math.max(2, Math.min(5, t / 36))).map((v) => [v, tickText(v)]);
  const text = (kind, x, y, said, anchor) => s("text", { class: `lmmx-${kind}`, x, y, "text-anchor": anchor }, said);
  return [
    ...ys.flatMap(([v, said]) => [
      s("line", { class: "lmmx-grid", x1: c.left, x2: c.right, y1: c.y(v), y2: c.y(v) }),
      text("tick", c.left - 8, c.y(v) + 4, said, "end"),
    ]),
    ...xs.map(([v, said]) => text("tick", c.x(v), c.bottom + 17, said, "middle")),
    ...(yLabel ? [text("axis", 0, 9, yLabel)] : []),
    ...(xLabel ? [text("axis", c.left + w / 2, c.bottom + 34, xLabel, "middle")] : []),
  ];
}

function pathThrough(c, xs, ys) {
  let pen = "M";
  let text = "";
  for (let k = 0; k < xs.length; k++) {
    if (!Number.isFinite(ys[k])) { pen = "M"; continue; }
    text += `${pen}${c.x(xs[k]).toFixed(1)},${c.y(ys[k]).toFixed(1)}`;
    pen = "L";
  }
  return text;
}
