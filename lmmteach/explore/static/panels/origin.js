// Where is time zero? The people's lines with an axis that can be moved along time, beside what that changes.
import { averageLine, effects, valueAxis } from "../maths/ideas/lines.js";
import { covarianceFrom, shifted } from "../maths/ideas/origin.js";
import { rhoOf } from "../maths/model.js";
import { hairline, lineThrough, writeOver } from "../kit/canvas.js";
import { dialNamed } from "../kit/dials.js";
import { h, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { createOverPlot } from "../kit/lit.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { room } from "../kit/room.js";
import { chooseLine, sloped } from "../kit/sloped.js";
import { caption } from "../kit/tables.js";
import { waiting } from "../kit/waiting.js";

const CLEAR = 13; // pixels that keep the knob off the axis’s numbers

const det = (G) => G[0][0] * G[1][1] - G[0][1] * G[1][0];

export function createOrigin(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people, labels, curve } = ctx.data;
  const [first, last] = people.range.t;
  const dial = dialNamed(ctx, "origin");
  const p = plot(ctx, {
    title: "Simulated", about: "without error, around the average line", height: 340,
    x: [Math.min(dial.low, first), Math.max(dial.high, last)], y: [0, 1], xLabel: labels.time, yLabel: labels.unit,
  });
  const mean = averageLine(curve);
  const b = new Float64Array(2 * people.visitOf.length);
  const line = (k, t) => mean(t) + b[2 * k] + b[2 * k + 1] * t;
  let now = { c: 0, subject: "", valid: false };
  const handle = zeroHandle(p, ctx, dial);
  const count = () => (now.valid ? people.visitOf.length : 0);
  if (dialNamed(ctx, "subject")) chooseLine(p, ctx, { count, y: line, subject: () => now.subject });
  const table = tableOf(changes(mean), stays(first, last));
  const says = h("p", { class: "lmmx-made", "data-out": "origin-says", "data-room": room(98) });
  const key = markKey(["line", "a person"], ["ink", "average"], ["thick:G11", "\u00b1 \u221aG\u2081\u2081"],
    ["pull:line", "drag: time zero"]);
  const becomes = h("div", { class: "lmmx-becomes" }, table.node, says);
  el.append(h("div", { class: "lmmx-beside" }, h("div", {}, p.figure, key.node), becomes));
  const over = createOverPlot(p);

  const light = (_, { selection }) => over(selection.pair, []);
  const update = (d, state) => {
    const c = d.dials.origin;
    const G = shifted(d.G, c);
    now = { c, subject: d.dials.subject || "", valid: d.isPsd };
    p.yRange = valueAxis(mean, [dial.low, dial.high], d.isPsd ? [d.G] : [d.fit.G]);
    p.ready();
    p.clear();
    if (d.isPsd) effects(people, d.z, d.G, b);
    drawLines(p, ctx, { valid: d.isPsd, mean, line, one: now.subject ? people.label.indexOf(now.subject) : -1 });
    drawZero(p, ctx, c);
    if (d.isPsd) drawSd(p, ctx, c, mean(c), Math.sqrt(Math.max(G[0][0], 0)));
    const where = `${labels.timeShort} ${brief(c)}`;
    handle.place(p.x(c), p.height - p.pad.bottom - CLEAR, c, where);
    handle.wait(waiting(ctx, state));
    table.update(d, G, c);
    setText(says, d.isPsd ? about(rhoOf(G), where) : "");
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** The axis to drag along time, in the dial's steps. */
function zeroHandle(p, ctx, dial) {
  const step = dial.step || (dial.high - dial.low) / 40;
  const go = (c) => {
    const bounded = Math.min(Math.max(Math.round(c / step) * step, dial.low), dial.high);
    ctx.act.move("origin", Number(bounded.toPrecision(10)));
  };
  const handle = createHandle({
    label: "Time zero", colour: "line", axis: "x",
    drag: (px) => go(p.back(px)), step: (x, y) => go(ctx.now().dials.origin + step * (x || y)),
  });
  p.frame.append(handle.node);
  return handle;
}

// Each quantity as [name, parameter, value(G, d, c), text], from the G that belongs to an origin c, so that what stays
// is seen to stay and not assumed.
const changes = (mean) => [
  ["average at time zero", "", (G, d, c) => mean(c), brief],
  ["G\u2081\u2081", "G11", (G) => G[0][0], brief],
  ["G\u2081\u2082", "G12", (G) => G[0][1], (x) => brief(Math.abs(x) < 1e-9 ? 0 : x)],
  ["\u03c1", "rho", (G) => rhoOf(G), (x) => fixed(x, 2)],
];

function stays(first, last) {
  const [f, l] = [brief(first), brief(last)];
  return [
    ["G\u2082\u2082", "G22", (G) => G[1][1], brief],
    ["\u03c3\u00b2", "sigma2", (G, d) => d.sigma2, brief],
    ["det G", "", det, brief],
    [`Var at ${f}`, "", (G, d, c) => covarianceFrom(G, d.sigma2, c, first, first), brief],
    [`Cov at ${f} and ${l}`, "", (G, d, c) => covarianceFrom(G, d.sigma2, c, first, last), brief],
    ["\u22122 log L", "", (G, d) => d.deviance, (x) => fixed(x, 2)],
  ];
}

/** A row a quantity, at time zero 0 and at the present one: { node, update(d, G, c) }. */
function tableOf(changing, staying) {
  const head = h("th", { scope: "col" });
  const writes = [];
  const row = ([name, kind, value, show]) => {
    const own = h("td", { class: "lmmx-num" });
    const there = h("td", { class: "lmmx-num", "data-out": `origin-${name}` });
    writes.push((d, G, c) => { setText(own, show(value(d.G, d, 0))); setText(there, show(value(G, d, c))); });
    const named = h("th", { scope: "row", class: kind ? "lmmx-p" : "" }, name);
    return h("tr", { class: kind ? `lmmx-${kind}` : "" }, named, own, there);
  };
  const body = (title, rows) => h("tbody", {},
    h("tr", {}, h("th", { scope: "rowgroup", colspan: 3, class: "lmmx-group" }, title)), rows.map(row));
  const node = h("table", { class: "lmmx-facts" }, caption("What another time zero changes, and what stays"),
    h("thead", {}, h("tr", {}, h("td", {}, "time zero at"), h("th", { scope: "col" }, "0, as fitted"), head)),
    body("Changes", changing), body("Stays", staying));
  return {
    node,
    update(d, G, c) {
      setText(head, `${brief(c)}, here`);
      writes.forEach((write) => write(d, G, c));
    },
  };
}

function about(rho, when) {
  if (!Number.isFinite(rho)) return "";
  if (Math.abs(rho) < 0.05) {
    return `Time zero at ${when}: where someone stands there says next to nothing about how they change.`;
  }
  return `Time zero at ${when}: those who are high there tend to rise ${rho < 0 ? "less" : "more"} than the others.`;
}

/** Everybody's line; before the first visit it is only prolonged, and paler. */
function drawLines(p, ctx, { valid, mean, line, one }) {
  const { people } = ctx.data;
  const [t0, t1] = [p.back(p.pad.left), p.back(p.width - p.pad.right)];
  const c = p.context;
  const trace = (from, to, at) => lineThrough(c, [from, to].map((t) => [p.x(t), p.y(at(t))]));
  const stroke = (colour, width, at) => {
    c.strokeStyle = ctx.colour(colour);
    c.lineWidth = width;
    trace(t0, t1, at);
  };
  c.save();
  p.clip(c);
  if (valid) {
    const first = people.range.t[0];
    c.strokeStyle = ctx.colour("line");
    for (const [from, to, strength] of [[t0, first, 0.16], [first, t1, 0.42]]) {
      hairline(c, ctx, strength * (one >= 0 ? 0.6 : 1));
      people.visitOf.forEach((_, k) => trace(from, to, (t) => line(k, t)));
    }
    c.globalAlpha = 1;
    if (one >= 0) stroke("ink", 3, (t) => line(one, t));
  }
  stroke("ink", 2, mean);
  c.restore();
}

const sharp = (p, t) => Math.round(p.x(t)) + 0.5;

function drawZero(p, ctx, t) {
  const c = p.context;
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 1.5;
  lineThrough(c, [[sharp(p, t), p.pad.top], [sharp(p, t), p.height - p.pad.bottom]]);
}

/** One SD of intercepts either side of the average at time zero. */
function drawSd(p, ctx, t, mean, sd) {
  const c = p.context;
  const x = sharp(p, t);
  c.strokeStyle = ctx.colour("G11");
  c.lineWidth = 6;
  lineThrough(c, [[x, p.y(mean - sd)], [x, p.y(mean + sd)]]);
  const right = x > (p.pad.left + p.width - p.pad.right) / 2;
  c.font = `600 ${ctx.font(12.5)}`;
  c.textAlign = right ? "right" : "left";
  const words = `\u00b1 \u221aG\u2081\u2081 = ${three(sd)}`;
  writeOver(c, ctx, words, x + (right ? -9 : 9), p.y(mean + sd) - 4, { colour: "G11-text" });
}
