// A chart in SVG: axes that are drawn anew only when the width or a range changes, and a place for the marks.
import { ticks } from "../maths/axes.js";
import { s, set } from "./dom.js";

/**
 * chart(el, ctx, { height, pad, xLabel, yLabel, xTicks, yTicks }) -> { svg, marks, over, x, y, frame, path, spoken }.
 * `frame([x0, x1], [y0, y1])` fits the axes and says whether they changed; `x(v)` and `y(v)` are then pixels.
 * What is appended to `marks` is clipped to the axes, what is appended to `over` is not. `xTicks` and `yTicks` may be
 * lists of [value, text].
 */
export function chart(el, ctx, options) {
  const { height = 240, pad = {}, xLabel = "", yLabel = "", xTicks = null, yTicks = null, square = false } = options;
  const edge = { left: 46, right: 14, top: yLabel ? 22 : 10, bottom: xLabel ? 38 : 22, ...pad };
  const id = `lmmx-clip-${Math.random().toString(36).slice(2)}`; // unique among several explorers' scripts
  const axes = s("g", { class: "lmmx-axes", "aria-hidden": "true" });
  const clip = s("rect", {});
  const marks = s("g", { "clip-path": `url(#${id})` });
  const over = s("g", {});
  const svg = s("svg", { class: "lmmx-svg", role: "img", height }, s("defs", {}, s("clipPath", { id }, clip)), axes, marks, over);
  el.append(svg);
  let drawn = "";
  const self = {
    svg, marks, over, width: 0, height,
    x: () => NaN, y: () => NaN,
    /** Pixels back to values, for a pointer. */
    back: (px, py) => [NaN, NaN],
    frame([x0, x1], [y0, y1]) {
      const width = ctx.width(el);
      const key = [width, x0, x1, y0, y1].join(" ");
      if (key === drawn) return false;
      drawn = key;
      const side = square ? Math.min(width - edge.left - edge.right, height - edge.top - edge.bottom) : 0;
      const [w, t] = square ? [side, side] : [width - edge.left - edge.right, height - edge.top - edge.bottom];
      const [sx, sy] = [(x1 - x0) || 1, (y1 - y0) || 1];
      Object.assign(self, {
        width, x0, x1, y0, y1,
        x: (v) => edge.left + ((v - x0) / sx) * w,
        y: (v) => edge.top + t - ((v - y0) / sy) * t,
        back: (px, py) => [x0 + ((px - edge.left) / w) * sx, y0 + ((edge.top + t - py) / t) * sy],
        left: edge.left, right: edge.left + w, top: edge.top, bottom: edge.top + t,
      });
      set(svg, { viewBox: `0 0 ${width} ${height}`, width });
      set(clip, { x: edge.left - 5, y: edge.top - 5, width: w + 10, height: t + 10 });
      const xs = xTicks || ticks(x0, x1, Math.max(2, Math.min(12, w / 56))).map((v) => [v, tickText(v)]);
      const ys = yTicks || ticks(y0, y1, Math.max(2, Math.min(5, t / 36))).map((v) => [v, tickText(v)]);
      axes.replaceChildren(
        ...ys.flatMap(([v, text]) => [
          s("line", { class: "lmmx-grid", x1: edge.left, x2: edge.left + w, y1: self.y(v), y2: self.y(v) }),
          s("text", { class: "lmmx-tick", x: edge.left - 8, y: self.y(v) + 4, "text-anchor": "end" }, text),
        ]),
        ...xs.map(([v, text]) => s("text", { class: "lmmx-tick", x: self.x(v), y: self.bottom + 17, "text-anchor": "middle" }, text)),
        ...(yLabel ? [s("text", { class: "lmmx-axis", x: 0, y: 9 }, yLabel)] : []),
        ...(xLabel ? [s("text", { class: "lmmx-axis", x: edge.left + w / 2, y: self.bottom + 34, "text-anchor": "middle" }, xLabel)] : []));
      return true;
    },
    /** An SVG path through (xs, ys); a value that is no number interrupts it. */
    path(xs, ys) {
      let pen = "M";
      let text = "";
      for (let k = 0; k < xs.length; k++) {
        if (!Number.isFinite(ys[k])) { pen = "M"; continue; }
        text += `${pen}${self.x(xs[k]).toFixed(1)},${self.y(ys[k]).toFixed(1)}`;
        pen = "L";
      }
      return text;
    },
    /** What a screen reader says of the picture. */
    spoken(text) { if (svg.getAttribute("aria-label") !== text) set(svg, { "aria-label": text }); },
  };
  return self;
}

const tickText = (v) => String(v).replace("-", "\u2212");
