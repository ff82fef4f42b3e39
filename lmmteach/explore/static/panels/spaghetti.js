// Observed subjects beside simulated ones: the same people at the same times on the same axis. The observed
// lines are drawn once; a layer above carries what moves.
import { h, set, setText, ticks } from "../dom.js";

const HEIGHT = 300;
const PAD = { left: 42, right: 10, top: 20, bottom: 36 };

export function createSpaghetti(el, ctx) {
  const { people, labels } = ctx.data;
  const observed = plot(ctx, "Observed", labels.observed);
  const simulated = plot(ctx, "Simulated", labels.simulated);
  const words = h("p", { class: "lmmx-overlay", hidden: true });
  simulated.frame.append(words);
  el.append(h("div", { class: "lmmx-pair" }, observed.figure, simulated.figure));
  let seen = "";

  return (d) => {
    const key = `${ctx.width(observed.frame)}|${ctx.theme()}`;
    if (key !== seen) {
      seen = key;
      for (const p of [observed, simulated]) p.layout();
      observed.base((c) => lines(c, observed, people, people.y, ctx.colour("data")));
    }
    for (const p of [observed, simulated]) p.clear();
    if (d.simulated) lines(simulated.context, simulated, people, d.simulated, ctx.colour("line"));
    for (const p of [observed, simulated]) bands(p, ctx, d);
    const text = d.simulated ? "" : `No subjects to draw: random effects b with this G cannot exist.${d.isPd ? " V still can, see the lights." : ""}`;
    words.hidden = text === "";
    setText(words, text);
  };
}

/** One figure: a canvas for what stays, one for what moves, and the two axes. */
function plot(ctx, title, about) {
  const fixedLayer = h("canvas", { "aria-hidden": "true" });
  const moving = h("canvas", { role: "img", "aria-label": `${title}: ${about}` });
  const frame = h("div", { class: "lmmx-canvas" }, fixedLayer, moving);
  const figure = h("figure", { class: "lmmx-figure" }, h("figcaption", {}, h("b", {}, title), " ", about), frame);
  frame.style.height = `${HEIGHT}px`;
  const context = moving.getContext("2d");
  const under = fixedLayer.getContext("2d");
  const { t: [t0, t1], y: [y0, y1] } = ctx.data.people.range;
  const self = {
    figure, frame, context, width: 0,
    x: (t) => PAD.left + ((t - t0) / (t1 - t0 || 1)) * (self.width - PAD.left - PAD.right),
    y: (v) => HEIGHT - PAD.bottom - ((v - y0) / (y1 - y0)) * (HEIGHT - PAD.top - PAD.bottom),
    layout() {
      self.width = ctx.width(frame);
      const ratio = Math.min(window.devicePixelRatio || 1, 3);
      for (const canvas of [fixedLayer, moving]) {
        set(canvas, { width: Math.round(self.width * ratio), height: Math.round(HEIGHT * ratio) });
        canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
      }
      axes(under, self, ctx);
    },
    base(draw) { draw(under); },
    clear() { context.clearRect(0, 0, self.width, HEIGHT); },
    clip(c) {
      c.beginPath();
      c.rect(PAD.left, PAD.top, self.width - PAD.left - PAD.right, HEIGHT - PAD.top - PAD.bottom);
      c.clip();
    },
  };
  return self;
}

function axes(c, p, ctx) {
  const { t, y } = ctx.data.people.range;
  c.clearRect(0, 0, p.width, HEIGHT);
  c.font = ctx.font(11.5);
  c.lineWidth = 1;
  for (const v of ticks(y[0], y[1], 5)) {
    c.strokeStyle = ctx.colour("rule");
    c.beginPath();
    c.moveTo(PAD.left, Math.round(p.y(v)) + 0.5);
    c.lineTo(p.width - PAD.right, Math.round(p.y(v)) + 0.5);
    c.stroke();
    c.fillStyle = ctx.colour("muted");
    c.textAlign = "right";
    c.fillText(String(v), PAD.left - 7, p.y(v) + 4);
  }
  c.textAlign = "left";
  c.fillText(ctx.data.labels.unit, 0, 11);
  c.textAlign = "center";
  for (const v of ticks(t[0], t[1], Math.min(ctx.data.curve.ticks, p.width / 48))) c.fillText(String(v), p.x(v), HEIGHT - PAD.bottom + 17);
  c.fillText(ctx.data.labels.time, (PAD.left + p.width - PAD.right) / 2, HEIGHT - 4);
}

function lines(c, p, people, values, colour) {
  c.save();
  p.clip(c);
  c.strokeStyle = colour;
  c.fillStyle = colour;
  // Few subjects stand out one by one; many make a density.
  c.globalAlpha = Math.min(0.36 * Math.max(1, Math.sqrt(200 / people.visitOf.length)), 0.8);
  c.lineWidth = 1;
  c.lineJoin = "round";
  let row = 0;
  for (const k of people.visitOf) {
    const { t } = people.visits[k];
    c.beginPath();
    for (let j = 0; j < t.length; j++, row++) {
      if (j === 0) c.moveTo(p.x(t[j]), p.y(values[row]));
      else c.lineTo(p.x(t[j]), p.y(values[row]));
    }
    if (t.length === 1) { c.arc(p.x(t[0]), p.y(values[row - 1]), 1.4, 0, 6.3); c.fill(); } else c.stroke();
  }
  c.restore();
}

/** The mean and mean +- 2 SD: filled for the setting, a dashed outline for the fit. */
function bands(p, ctx, d) {
  const { curve } = ctx.data;
  const c = p.context;
  const edge = (sds, side) => curve.t.map((t, k) => [p.x(t), p.y(curve.mean[k] + side * 2 * sds[k])]).filter(([, v]) => Number.isFinite(v));
  const trace = (points) => points.forEach(([a, b], k) => (k ? c.lineTo(a, b) : c.moveTo(a, b)));
  c.save();
  p.clip(c);
  for (const side of [1, -1]) {
    c.beginPath();
    c.strokeStyle = ctx.colour("line");
    c.lineWidth = 2;
    trace(edge(d.sd, side));
    c.stroke();
  }
  c.beginPath();
  c.globalAlpha = ctx.theme() === "dark" ? 0.14 : 0.09;
  c.fillStyle = ctx.colour("line");
  trace(edge(d.sd, 1).concat(edge(d.sd, -1).reverse()));
  c.fill();
  c.globalAlpha = 1;
  c.beginPath();
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 2;
  trace(curve.t.map((t, k) => [p.x(t), p.y(curve.mean[k])]));
  c.stroke();
  if (d.showFit) {
    c.setLineDash([5, 4]);
    c.lineWidth = 1.5;
    c.strokeStyle = ctx.colour("ghost");
    for (const side of [1, -1]) {
      c.beginPath();
      trace(edge(d.fit.sd, side));
      c.stroke();
    }
  }
  c.restore();
}
