// Each simulated subject's own line, X beta-hat + b0 + b1 t, without error: what G says about people.
import { averageLine, effects, valueAxis } from "../maths/ideas/lines.js";
import { turningPoint } from "../maths/model.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h } from "../kit/dom.js";
import { brief } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { chooseLine, sloped } from "../kit/sloped.js";

export function createLines(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people, labels, curve } = ctx.data;
  const [first, last] = people.range.t;
  const p = plot(ctx, { title: "Simulated", about: "without error, around the average line", height: 320, x: [first, last], y: people.range.y, xLabel: labels.time, yLabel: labels.unit });
  const mean = averageLine(curve);
  const b = new Float64Array(2 * people.visitOf.length);
  const dial = dialNamed(ctx, "subject");
  const pick = dial && createPick(dial, ctx);
  const words = h("p", { class: "lmmx-overlay", hidden: true }, "No people to draw: random effects b with this G cannot exist.");
  p.frame.append(words);
  let seen = { subject: "", valid: false };
  const at = (k, t) => mean(t) + b[2 * k] + b[2 * k + 1] * t;
  if (pick) {
    el.append(h("div", { class: "lmmx-tools-row" }, pick.node));
    chooseLine(p, ctx, { count: () => (seen.valid ? people.visitOf.length : 0), y: at, subject: () => seen.subject });
  }
  el.append(p.figure);

  return (d, state) => {
    if (pick) pick.update(state);
    p.yRange = valueAxis(mean, [first, last], d.isPsd ? [d.G, d.fit.G] : [d.fit.G]);
    p.ready();
    p.clear();
    seen = { subject: (d.dials && d.dials.subject) || "", valid: d.isPsd };
    words.hidden = d.isPsd;
    if (!d.isPsd) return;
    effects(people, d.z, d.G, b);
    const c = p.context;
    const line = (k) => { c.moveTo(p.x(first), p.y(at(k, first))); c.lineTo(p.x(last), p.y(at(k, last))); };
    const stroke = (colour, width, draw) => { c.strokeStyle = ctx.colour(colour); c.lineWidth = width; c.beginPath(); draw(); c.stroke(); };
    c.save();
    p.clip(c);
    c.globalAlpha = seen.subject ? 0.2 : 0.42;
    for (let k = 0; k < people.visitOf.length; k++) stroke("line", 1, () => line(k));
    c.globalAlpha = 1;
    stroke("ink", 2, () => { c.moveTo(p.x(first), p.y(mean(first))); c.lineTo(p.x(last), p.y(mean(last))); });
    const one = seen.subject ? people.label.indexOf(seen.subject) : -1;
    if (one >= 0) stroke("ink", 3, () => line(one));
    pinch(p, ctx, d, mean, [first, last]);
    c.restore();
  };
}

/** Where the lines are closest together, and how close: t* = -G12 / G22, SD sqrt(det G / G22). */
function pinch(p, ctx, d, mean, [first, last]) {
  const t = turningPoint([1, 0], [0, 1], d.G);
  if (t === null || !(t > first && t < last)) return;
  const sd = Math.sqrt(Math.max(d.G[0][0] + t * d.G[0][1], 0));
  const c = p.context;
  const [x, top, bottom] = [p.x(t), p.y(mean(t) + 2 * sd), p.y(mean(t) - 2 * sd)];
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 2;
  c.beginPath();
  for (const y of [top, bottom]) { c.moveTo(x - 9, y); c.lineTo(x + 9, y); }
  c.stroke();
  c.setLineDash([2, 3]);
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(x, bottom);
  c.lineTo(x, p.height - p.pad.bottom);
  c.stroke();
  c.setLineDash([]);
  c.font = `600 ${ctx.font(12.5)}`;
  c.textAlign = x > p.width * 0.7 ? "right" : x < p.width * 0.35 ? "left" : "center";
  const words = `closest at ${brief(t)}, SD ${brief(sd)}`;
  c.lineWidth = 5;
  c.strokeStyle = ctx.colour("ground");
  c.lineJoin = "round";
  c.strokeText(words, x, p.height - p.pad.bottom - 8);
  c.fillStyle = ctx.colour("ink");
  c.fillText(words, x, p.height - p.pad.bottom - 8);
}
