// Where is time zero? The people's lines with an axis that can be moved along time, beside what that changes.
import { averageLine, effects, valueAxis } from "../maths/ideas/lines.js";
import { covarianceFrom, shifted } from "../maths/ideas/origin.js";
import { rhoOf } from "../maths/model.js";
import { dialNamed } from "../kit/dials.js";
import { h, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { chooseLine, sloped } from "../kit/sloped.js";
import { waiting } from "../kit/waiting.js";

const det = (G) => G[0][0] * G[1][1] - G[0][1] * G[1][0];

export function createOrigin(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people, labels, curve } = ctx.data;
  const [first, last] = people.range.t;
  const dial = dialNamed(ctx, "origin");
  const mean = averageLine(curve);
  const p = plot(ctx, { title: "Simulated", about: "without error, around the average line", height: 340, x: [Math.min(dial.low, first), Math.max(dial.high, last)], y: [0, 1], xLabel: labels.time, yLabel: labels.unit });
  const b = new Float64Array(2 * people.visitOf.length);
  let now = { c: 0, subject: "", valid: false };
  const step = dial.step || (dial.high - dial.low) / 40;
  const go = (c) => ctx.act.move("origin", Number(Math.min(Math.max(Math.round(c / step) * step, dial.low), dial.high).toPrecision(10)));
  const handle = createHandle({ label: "Time zero", colour: "line", axis: "x", drag: (px) => go(p.back(px)), step: (x, y) => go(ctx.now().dials.origin + step * (x || y)) });
  p.frame.append(handle.node);
  const line = (k, t) => mean(t) + b[2 * k] + b[2 * k + 1] * t;
  if (dialNamed(ctx, "subject")) chooseLine(p, ctx, { count: () => (now.valid ? people.visitOf.length : 0), y: line, subject: () => now.subject });

  // Each quantity from the G that belongs to an origin c, so that what stays is seen to stay and not assumed.
  const [f, l] = [brief(first), brief(last)];
  const CHANGES = [
    ["average at time zero", "", (G, d, c) => mean(c), brief],
    ["G\u2081\u2081", "G11", (G) => G[0][0], brief], ["G\u2081\u2082", "G12", (G) => G[0][1], (x) => brief(Math.abs(x) < 1e-9 ? 0 : x)], ["\u03c1", "rho", (G) => rhoOf(G), (x) => fixed(x, 2)],
  ];
  const STAYS = [
    ["G\u2082\u2082", "G22", (G) => G[1][1], brief], ["\u03c3\u00b2", "sigma2", (G, d) => d.sigma2, brief], ["det G", "", det, brief],
    [`Var at ${f}`, "", (G, d, c) => covarianceFrom(G, d.sigma2, c, first, first), brief], [`Cov at ${f} and ${l}`, "", (G, d, c) => covarianceFrom(G, d.sigma2, c, first, last), brief],
    ["\u22122 log L", "", (G, d) => d.deviance, (x) => fixed(x, 2)],
  ];
  const head = h("th", { scope: "col" });
  const writes = [];
  const body = (title, rows) => h("tbody", {}, h("tr", {}, h("th", { scope: "rowgroup", colspan: 3, class: "lmmx-group" }, title)), rows.map(([name, kind, value, show]) => {
    const [own, there] = [h("td", { class: "lmmx-num" }), h("td", { class: "lmmx-num", "data-out": `origin-${name}` })];
    writes.push((d, G, c) => { setText(own, show(value(d.G, d, 0))); setText(there, show(value(G, d, c))); });
    return h("tr", { class: kind ? `lmmx-${kind}` : "" }, h("th", { scope: "row", class: kind ? "lmmx-p" : "" }, name), own, there);
  }));
  const table = h("table", { class: "lmmx-facts" }, h("caption", { class: "lmmx-sr" }, "What another time zero changes, and what stays"),
    h("thead", {}, h("tr", {}, h("td", {}, "time zero at"), h("th", { scope: "col" }, "0"), head)), body("Changes", CHANGES), body("Stays", STAYS));
  const says = h("p", { class: "lmmx-made", "data-out": "origin-says" });
  el.append(h("div", { class: "lmmx-beside" }, p.figure, h("div", {}, table, says)));

  return (d, state) => {
    const c = d.dials.origin;
    const G = shifted(d.G, c);
    now = { c, subject: d.dials.subject || "", valid: d.isPsd };
    p.yRange = valueAxis(mean, [dial.low, dial.high], d.isPsd ? [d.G] : [d.fit.G]);
    p.ready();
    p.clear();
    if (d.isPsd) effects(people, d.z, d.G, b);
    draw(p, ctx, d, { c, G, mean, line, first, count: people.visitOf.length, one: now.subject ? people.label.indexOf(now.subject) : -1 });
    handle.place(p.x(c), p.height - p.pad.bottom, c, `${labels.timeShort} ${brief(c)}`);
    handle.wait(waiting(ctx, state));
    setText(head, brief(c));
    writes.forEach((write) => write(d, G, c));
    setText(says, d.isPsd ? about(rhoOf(G), `${labels.timeShort} ${brief(c)}`) : "");
  };
}

function about(rho, when) {
  if (!Number.isFinite(rho)) return "";
  if (Math.abs(rho) < 0.05) return `Time zero at ${when}: where someone stands there says next to nothing about how they change.`;
  return `Time zero at ${when}: those who are high there tend to rise ${rho < 0 ? "less" : "more"} than the others.`;
}

function draw(p, ctx, d, { c, G, mean, line, first, count, one }) {
  const g = p.context;
  const [x0, x1] = [p.pad.left, p.width - p.pad.right];
  const [t0, t1] = [p.back(x0), p.back(x1)];
  const stroke = (colour, width, from, to, at) => {
    g.strokeStyle = ctx.colour(colour);
    g.lineWidth = width;
    g.beginPath();
    g.moveTo(p.x(from), p.y(at(from)));
    g.lineTo(p.x(to), p.y(at(to)));
    g.stroke();
  };
  g.save();
  p.clip(g);
  if (d.isPsd) {
    // Before the first visit the lines are only prolonged: paler.
    for (const [from, to, alpha] of [[t0, first, 0.16], [first, t1, 0.42]]) {
      g.globalAlpha = alpha * (one >= 0 ? 0.6 : 1);
      for (let k = 0; k < count; k++) stroke("line", 1, from, to, (t) => line(k, t));
    }
    g.globalAlpha = 1;
    if (one >= 0) stroke("ink", 3, t0, t1, (t) => line(one, t));
  }
  stroke("ink", 2, t0, t1, mean);
  g.restore();
  const x = Math.round(p.x(c)) + 0.5;
  g.strokeStyle = ctx.colour("ink");
  g.lineWidth = 1.5;
  g.beginPath();
  g.moveTo(x, p.pad.top);
  g.lineTo(x, p.height - p.pad.bottom);
  g.stroke();
  if (!d.isPsd) return;
  const sd = Math.sqrt(Math.max(G[0][0], 0));
  g.strokeStyle = ctx.colour("G11");
  g.lineWidth = 6;
  g.beginPath();
  g.moveTo(x, p.y(mean(c) - sd));
  g.lineTo(x, p.y(mean(c) + sd));
  g.stroke();
  const right = x > (x0 + x1) / 2;
  g.font = `600 ${ctx.font(12.5)}`;
  g.textAlign = right ? "right" : "left";
  g.lineWidth = 5;
  g.lineJoin = "round";
  g.strokeStyle = ctx.colour("ground");
  g.fillStyle = ctx.colour("G11-text");
  const [words, at] = [`\u00b1 \u221aG\u2081\u2081 = ${three(sd)}`, [x + (right ? -9 : 9), p.y(mean(c) + sd) - 4]];
  g.strokeText(words, ...at);
  g.fillText(words, ...at);
}
