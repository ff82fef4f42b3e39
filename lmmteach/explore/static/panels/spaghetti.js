// Observed subjects beside simulated ones: the same people at the same times on the same axis. The observed
// lines are drawn once; a layer above carries what moves. One subject may be followed, lines may be coloured.
import { createPick, dialNamed } from "../dials.js";
import { h, setText } from "../dom.js";
import { plot } from "../plot.js";

export function createSpaghetti(el, ctx) {
  const { people, labels } = ctx.data;
  const make = (title, about) => plot(ctx, { title, about, x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit });
  const observed = make("Observed", labels.observed);
  const simulated = make("Simulated", labels.simulated);
  const words = h("p", { class: "lmmx-overlay", hidden: true });
  simulated.frame.append(words);
  const picks = ["subject", "colour"].map((name) => dialNamed(ctx, name)).filter((dial) => dial && dial.options.length > 1).map((dial) => createPick(dial, ctx));
  const legend = h("span", { class: "lmmx-legend" });
  if (picks.length) el.append(h("div", { class: "lmmx-tools-row" }, picks.map((pick) => pick.node), legend));
  el.append(h("div", { class: "lmmx-pair" }, observed.figure, simulated.figure));
  let seen = null;
  let values = people.y;
  if (dialNamed(ctx, "subject")) {
    for (const p of [observed, simulated]) {
      p.canvas.classList.add("lmmx-pickable");
      p.canvas.addEventListener("click", (event) => {
        const k = nearest(p, people, p === observed ? people.y : values, event.offsetX, event.offsetY);
        ctx.act.move("subject", k < 0 || people.label[k] === (seen && seen.subject) ? "" : people.label[k]);
      });
    }
  }

  return (d, state) => {
    picks.forEach((pick) => pick.update(state));
    const { subject = "", colour = "" } = d.dials || {};
    const column = people.columns.find((one) => one.name === colour) || null;
    const styles = stylesFor(column, subject === "" ? -1 : people.label.indexOf(subject), people, ctx);
    const fresh = [observed, simulated].map((p) => p.ready()).some(Boolean);
    if (fresh || !seen || seen.subject !== subject || seen.colour !== colour) {
      if (!fresh) observed.redraw();
      seen = { subject, colour };
      drawSubjects(observed.under, observed, people, people.y, styles);
      legend.replaceChildren(...legendOf(column, ctx));
    }
    for (const p of [observed, simulated]) p.clear();
    values = d.simulated || people.y;
    if (d.simulated) drawSubjects(simulated.context, simulated, people, d.simulated, styles);
    for (const p of [observed, simulated]) bands(p, ctx, d);
    if (styles.focus >= 0) {
      one(observed.context, observed, people, people.y, styles.focus, ctx.colour("ink"));
      if (d.simulated) one(simulated.context, simulated, people, d.simulated, styles.focus, ctx.colour("ink"));
    }
    const text = d.simulated ? "" : `No subjects to draw: random effects b with this G cannot exist.${d.isPd ? " V still can, see the lights." : ""}`;
    words.hidden = text === "";
    setText(words, text);
  };
}

/** How each subject is drawn: its colour's number, and how strongly. */
function stylesFor(column, focus, people, ctx) {
  const plain = ctx.colour("data");
  const colours = column ? column.levels.map((_, k) => ctx.colour(`cat${k + 1}`)) : [];
  // Few subjects stand out one by one; many make a density.
  const strength = Math.min(0.36 * Math.max(1, Math.sqrt(200 / people.visitOf.length)), 0.8);
  return { focus, alpha: focus >= 0 ? 0.45 * strength : column ? Math.min(1.6 * strength, 0.9) : strength, colourOf: (k, other) => (column && column.of[k] >= 0 ? colours[column.of[k]] : other || plain), line: ctx.colour("line") };
}

function drawSubjects(c, p, people, values, styles) {
  const other = c === p.context ? styles.line : null;
  c.save();
  p.clip(c);
  c.globalAlpha = styles.alpha;
  c.lineWidth = 1;
  c.lineJoin = "round";
  let row = 0;
  people.visitOf.forEach((kind, k) => {
    const { t } = people.visits[kind];
    c.strokeStyle = c.fillStyle = styles.colourOf(k, other);
    trace(c, p, t, values, row);
    row += t.length;
  });
  c.restore();
}

function trace(c, p, t, values, row) {
  c.beginPath();
  for (let j = 0; j < t.length; j++) {
    if (j === 0) c.moveTo(p.x(t[j]), p.y(values[row]));
    else c.lineTo(p.x(t[j]), p.y(values[row + j]));
  }
  if (t.length === 1) { c.arc(p.x(t[0]), p.y(values[row]), 1.4, 0, 6.3); c.fill(); } else c.stroke();
}

/** One subject over all others: a strong line with its readings as dots. */
function one(c, p, people, values, k, colour) {
  const row = rowOf(people, k);
  const { t } = people.visits[people.visitOf[k]];
  c.save();
  p.clip(c);
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = 2.5;
  trace(c, p, t, values, row);
  t.forEach((time, j) => { c.beginPath(); c.arc(p.x(time), p.y(values[row + j]), 3.4, 0, 6.3); c.fill(); });
  c.restore();
}

const rowOf = (people, k) => people.visitOf.slice(0, k).reduce((sum, kind) => sum + people.visits[kind].t.length, 0);

/** The subject whose line runs closest to a point, or -1 where none is near. */
function nearest(p, people, values, px, py) {
  let [found, least, row] = [-1, 14, 0];
  people.visitOf.forEach((kind, k) => {
    const { t } = people.visits[kind];
    for (let j = 0; j < t.length; j++) {
      const [x1, y1] = [p.x(t[j]), p.y(values[row + j])];
      const [x0, y0] = j ? [p.x(t[j - 1]), p.y(values[row + j - 1])] : [x1, y1];
      const along = Math.min(Math.max(((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2 || 1), 0), 1);
      const far = Math.hypot(px - x0 - along * (x1 - x0), py - y0 - along * (y1 - y0));
      if (far < least) [least, found] = [far, k];
    }
    row += t.length;
  });
  return found;
}

function legendOf(column, ctx) {
  if (!column) return [];
  const swatch = (k) => h("span", { class: "lmmx-swatch", style: `background:${ctx.colour(`cat${k + 1}`)}`, "aria-hidden": "true" });
  return column.levels.map((level, k) => h("span", { class: "lmmx-legenditem" }, swatch(k), column.unit ? `${level} ${column.unit}` : level));
}

/** The mean and mean +- 2 SD: filled for the setting, a dashed outline for the fit. */
function bands(p, ctx, d) {
  const { curve } = ctx.data;
  const c = p.context;
  const edge = (sds, side) => curve.t.map((t, k) => [p.x(t), p.y(curve.mean[k] + side * 2 * sds[k])]).filter(([, v]) => Number.isFinite(v));
  const draw = (points) => points.forEach(([a, b], k) => (k ? c.lineTo(a, b) : c.moveTo(a, b)));
  c.save();
  p.clip(c);
  for (const side of [1, -1]) {
    c.beginPath();
    c.strokeStyle = ctx.colour("line");
    c.lineWidth = 2;
    draw(edge(d.sd, side));
    c.stroke();
  }
  c.beginPath();
  c.globalAlpha = ctx.theme() === "dark" ? 0.14 : 0.09;
  c.fillStyle = ctx.colour("line");
  draw(edge(d.sd, 1).concat(edge(d.sd, -1).reverse()));
  c.fill();
  c.globalAlpha = 1;
  c.beginPath();
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 2;
  draw(curve.t.map((t, k) => [p.x(t), p.y(curve.mean[k])]));
  c.stroke();
  if (d.showFit) {
    c.setLineDash([5, 4]);
    c.lineWidth = 1.5;
    c.strokeStyle = ctx.colour("ghost");
    for (const side of [1, -1]) {
      c.beginPath();
      draw(edge(d.fit.sd, side));
      c.stroke();
    }
  }
  c.restore();
}
