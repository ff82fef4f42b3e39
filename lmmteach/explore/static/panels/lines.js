// Each simulated subject's own line, X beta-hat + b0 + b1 t, without error: what G says about people.
import { averageLine, effects, valueAxis } from "../maths/ideas/lines.js";
import { turningPoint } from "../maths/model.js";
import { hairline, lineThrough, writeOver } from "../kit/canvas.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createOverPlot } from "../kit/lit.js";
import { brief } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { columns } from "../kit/rows.js";
import { chooseLine, sloped } from "../kit/sloped.js";
import { createTurning } from "../kit/turning.js";

export function createLines(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people, labels, curve } = ctx.data;
  const [first, last] = people.range.t;
  const p = plot(ctx, {
    title: "Simulated", about: "without error, around the average line", height: 320,
    x: [first, last], y: people.range.y, xLabel: labels.time, yLabel: labels.unit,
  });
  const mean = averageLine(curve);
  const b = new Float64Array(2 * people.visitOf.length);
  const dial = dialNamed(ctx, "subject");
  const pick = dial && createPick(dial, ctx);
  const words = h("p", { class: "lmmx-overlay", hidden: true },
    "No people to draw: random effects b with this G cannot exist.");
  const turning = createTurning(ctx, p.back);
  p.frame.append(words, ...(turning ? [turning.node] : []));
  const key = markKey(["line", "a person"], ["ink", "average"], ["pinch", "\u00b1 2 SD"],
    ["pull:G12", "drag: moves G\u2081\u2082"], ["ghost", ""]);
  const over = createOverPlot(p);
  let seen = { subject: "", valid: false };
  const at = (k, t) => mean(t) + b[2 * k] + b[2 * k + 1] * t;
  if (pick) {
    el.append(h("div", { class: "lmmx-tools-row" }, pick.node));
    const count = () => (seen.valid ? people.visitOf.length : 0);
    chooseLine(p, ctx, { count, y: at, subject: () => seen.subject });
  }
  el.append(p.figure, key.node);

  ctx.numbers.set(el, () => (seen.valid ? columns(["subject", "b0", "b1", `at ${first}`, `at ${last}`], people.label,
    ...[(k) => b[2 * k], (k) => b[2 * k + 1], (k) => at(k, first), (k) => at(k, last)]
      .map((part) => people.label.map((_, k) => part(k)))) : []));
  const light = (_, { selection }) => over(selection.pair, []);
  const update = (d, state) => {
    if (pick) pick.update(state);
    p.yRange = valueAxis(mean, [first, last], d.isPsd ? [d.G, d.fit.G] : [d.fit.G]);
    p.ready();
    p.clear();
    seen = { subject: (d.dials && d.dials.subject) || "", valid: d.isPsd };
    words.hidden = d.isPsd;
    light(d, state);
    const shows = turning && turning.update(d, state, p.x, p.height - p.pad.bottom);
    key.show(3, Boolean(shows));
    key.show(4, Boolean(state.kept));
    key.say(4, `\u00b1 2 SD of ${d.ghost.name}`);
    if (!d.isPsd) return;
    effects(people, d.z, d.G, b);
    const c = p.context;
    c.save();
    p.clip(c);
    draw(p, ctx, { at, mean, first, last, one: seen.subject ? people.label.indexOf(seen.subject) : -1 });
    if (state.kept) spread(p, ctx, mean, d.ghost.G);
    key.show(2, pinch(p, ctx, d, mean, [first, last]));
    c.restore();
  };
  return Object.assign(update, { light });
}

/** Everybody's line, the average, and the one followed. */
function draw(p, ctx, { at, mean, first, last, one }) {
  const c = p.context;
  const trace = (y) => lineThrough(c, [first, last].map((t) => [p.x(t), p.y(y(t))]));
  const stroke = (colour, width, y) => {
    c.strokeStyle = ctx.colour(colour);
    c.lineWidth = width;
    trace(y);
  };
  hairline(c, ctx, one >= 0 ? 0.2 : 0.42);
  c.strokeStyle = ctx.colour("line");
  const count = ctx.data.people.visitOf.length;
  for (let k = 0; k < count; k++) trace((t) => at(k, t));
  c.globalAlpha = 1;
  stroke("ink", 2, mean);
  if (one >= 0) stroke("ink", 3, (t) => at(one, t));
}

/** How far the lines of a setting that was kept spread: the average line and two SDs of its G on either side. */
function spread(p, ctx, mean, G) {
  const c = p.context;
  const sd = (t) => Math.sqrt(Math.max(G[0][0] + 2 * t * G[0][1] + t * t * G[1][1], 0));
  c.setLineDash([5, 4]);
  c.lineWidth = 1.5;
  c.strokeStyle = ctx.colour("ink");
  for (const side of [2, -2]) {
    lineThrough(c, ctx.data.curve.t.map((t) => [p.x(t), p.y(mean(t) + side * sd(t))]));
  }
  c.setLineDash([]);
}

/** Where the lines are closest together, and how close: t* = -G12 / G22, SD sqrt(det G / G22); false where outside. */
function pinch(p, ctx, d, mean, [first, last]) {
  const t = turningPoint([1, 0], [0, 1], d.G);
  if (t === null || !(t > first && t < last)) return false;
  const sd = Math.sqrt(Math.max(d.G[0][0] + t * d.G[0][1], 0));
  const c = p.context;
  const [x, floor] = [p.x(t), p.height - p.pad.bottom];
  const [top, bottom] = [2, -2].map((sds) => p.y(mean(t) + sds * sd));
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 2;
  c.beginPath();
  for (const y of [top, bottom]) { c.moveTo(x - 9, y); c.lineTo(x + 9, y); }
  c.stroke();
  c.setLineDash([2, 3]);
  c.lineWidth = 1;
  lineThrough(c, [[x, bottom], [x, floor]]);
  c.setLineDash([]);
  c.font = `600 ${ctx.font(12.5)}`;
  c.textAlign = x > p.width * 0.7 ? "right" : x < p.width * 0.35 ? "left" : "center";
  writeOver(c, ctx, `closest at ${brief(t)}, SD ${brief(sd)}`, x, floor - 26);
  return true;
}
