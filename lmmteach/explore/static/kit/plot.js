// A figure on canvas for many lines: one layer for what stays, one for what moves, and the two axes.
import { ticks } from "../maths/axes.js";
import { h, s, set } from "./dom.js";

/**
 * plot(ctx, { title, about, height, x: [x0, x1], y: [y0, y1], xLabel, yLabel }) -> { figure, frame, under, context,
 * over, x, y, ready(), redraw(), clear(), clip(c) }. `xRange`, `yRange` and the labels may be changed; `ready()` lays
 * out again. `over` is SVG above both layers, for what is looked at: it comes and goes without a line drawn again.
 */
export function plot(ctx, { title, about = "", height = 300, x: [x0, x1], y: [y0, y1], xLabel = "", yLabel = "" }) {
  const natural = height;
  const pad = { left: 42, right: 10, top: 22, bottom: 36 };
  const fixedLayer = h("canvas", { "aria-hidden": "true" });
  const moving = h("canvas", { role: "img", "aria-label": `${title}: ${about}` });
  const over = s("svg", { class: "lmmx-overlayer", "aria-hidden": "true" });
  const frame = h("div", { class: "lmmx-canvas" }, fixedLayer, moving, over);
  const figure = h("figure", { class: "lmmx-figure" }, h("figcaption", {}, h("b", {}, title), " ", about), frame);
  frame.style.setProperty("--tall", natural);
  const context = moving.getContext("2d");
  const under = fixedLayer.getContext("2d");
  const across = () => self.width - pad.left - pad.right;
  const down = () => self.height - pad.top - pad.bottom;
  let seen = "";
  const self = {
    figure, frame, canvas: moving, context, under, over, width: 0, height: natural, pad, xLabel, yLabel,
    xRange: [x0, x1], yRange: [y0, y1],
    x: (t) => pad.left + ((t - self.xRange[0]) / (self.xRange[1] - self.xRange[0] || 1)) * across(),
    y: (v) => self.height - pad.bottom - ((v - self.yRange[0]) / (self.yRange[1] - self.yRange[0])) * down(),
    /** Pixels back to a time and to a value, for a pointer. */
    back: (px) => self.xRange[0] + ((px - pad.left) / across()) * (self.xRange[1] - self.xRange[0]),
    backY: (py) => self.yRange[0] + ((self.height - pad.bottom - py) / down()) * (self.yRange[1] - self.yRange[0]),
    /** Lay out again where the size, the theme, the fonts or the magnification changed; true when it did. */
    ready() {
      const page = [ctx.width(frame), ctx.height(frame, natural), ctx.theme(), ctx.density(), ctx.arrivals()];
      const key = [...page, self.xRange, self.yRange, self.xLabel].join("|");
      if (key === seen) return false;
      seen = key;
      self.width = ctx.width(frame);
      self.height = ctx.height(frame, natural);
      for (const canvas of [fixedLayer, moving]) {
        set(canvas, { width: Math.round(self.width * ctx.density()), height: Math.round(self.height * ctx.density()) });
        canvas.getContext("2d").setTransform(ctx.density(), 0, 0, ctx.density(), 0, 0);
      }
      set(over, { viewBox: `0 0 ${self.width} ${self.height}`, preserveAspectRatio: "none" });
      axes(under, self, ctx);
      return true;
    },
    /** The axes alone again, for a layer whose lines change. */
    redraw() { axes(under, self, ctx); },
    clear() { context.clearRect(0, 0, self.width, self.height); },
    clip(c) {
      c.beginPath();
      c.rect(pad.left, pad.top, across(), down());
      c.clip();
    },
  };
  return self;
}

const tick = (v) => String(v).replace("-", "\u2212");

function axes(c, p, ctx) {
  c.clearRect(0, 0, p.width, p.height);
  c.font = ctx.font(11.5);
  c.lineWidth = 1;
  for (const v of ticks(p.yRange[0], p.yRange[1], 5)) {
    c.strokeStyle = ctx.colour("rule");
    c.beginPath();
    c.moveTo(p.pad.left, Math.round(p.y(v)) + 0.5);
    c.lineTo(p.width - p.pad.right, Math.round(p.y(v)) + 0.5);
    c.stroke();
    c.fillStyle = ctx.colour("muted");
    c.textAlign = "right";
    c.fillText(tick(v), p.pad.left - 7, p.y(v) + 4);
  }
  c.fillStyle = ctx.colour("muted");
  c.textAlign = "left";
  c.fillText(p.yLabel, 0, 10);
  c.textAlign = "center";
  for (const v of ticks(...p.xRange, Math.min(12, p.width / 48))) {
    c.fillText(tick(v), p.x(v), p.height - p.pad.bottom + 17);
  }
  c.fillText(p.xLabel, (p.pad.left + p.width - p.pad.right) / 2, p.height - 4);
}
