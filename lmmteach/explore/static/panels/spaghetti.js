// Observed subjects beside simulated ones: the same people at the same times on the same axis. The observed
// lines are drawn once; a layer above carries what moves. One subject may be followed, lines may be coloured.
import { createPick, dialNamed } from "../kit/dials.js";
import { h, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createOverPlot, lights, nearestTo, pointsOf } from "../kit/lit.js";
import { plot } from "../kit/plot.js";
import { readingRows } from "../kit/rows.js";
import { drawOne, drawSubjects, legendOf, nearest, stylesFor } from "../kit/subjects.js";
import { createThinner, EVERY } from "../kit/thin.js";

const NOBODY = "No subjects to draw: random effects b with this G cannot exist.";

export function createSpaghetti(el, ctx) {
  const { people, labels } = ctx.data;
  const axes = { x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit };
  const make = (title, about) => plot(ctx, { title, about, ...axes });
  const observed = make("Observed", labels.observed);
  const simulated = make("Simulated", labels.simulated);
  const words = h("p", { class: "lmmx-overlay", hidden: true });
  const thinned = h("span", { class: "lmmx-thinned", hidden: true }, ` \u00b7 1 line in ${EVERY} while you drag`);
  const thinner = createThinner(ctx);
  simulated.frame.append(words);
  simulated.figure.firstChild.append(thinned);
  ctx.numbers.set(el, (d) => readingRows(ctx.data, ["observed", "simulated"], people.y, d.simulated));
  const dials = ["subject", "colour"].map((name) => dialNamed(ctx, name));
  const picks = dials.filter((dial) => dial && dial.options.length > 1).map((dial) => createPick(dial, ctx));
  const legend = h("span", { class: "lmmx-legend" });
  if (picks.length) el.append(h("div", { class: "lmmx-tools-row" }, picks.map((pick) => pick.node), legend));
  el.append(h("div", { class: "lmmx-pair" }, observed.figure, simulated.figure));
  const key = markKey(["line", "mean \u00b1 2 SD here"], ["ink", "mean"], ["ghost", "\u00b1 2 SD of the fit"]);
  el.append(key.node);
  let seen = null;
  let values = people.y;
  const overs = [observed, simulated].map((p) => {
    const readings = () => (p === observed ? people.y : values);
    lights(p.canvas, ctx, ({ offsetX, offsetY }) => {
      const { t } = ctx.data.grid;
      const k = nearest(p, people, readings(), offsetX, offsetY);
      const at = t[nearestTo(t, p.back(offsetX))];
      return { pair: [at, at], subject: k < 0 ? null : people.label[k] };
    });
    const over = createOverPlot(p);
    return ({ pair, subject }) => over(pair, pointsOf(p, people, readings(), people.label.indexOf(subject)));
  });
  if (dialNamed(ctx, "subject")) {
    for (const p of [observed, simulated]) {
      p.canvas.classList.add("lmmx-pickable");
      p.canvas.addEventListener("click", (event) => {
        const k = nearest(p, people, p === observed ? people.y : values, event.offsetX, event.offsetY);
        ctx.act.move("subject", k < 0 || people.label[k] === (seen && seen.subject) ? "" : people.label[k]);
      });
    }
  }

  const update = (d, state) => {
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
    const every = d.simulated ? thinner() : 1;
    if (d.simulated) drawSubjects(simulated.context, simulated, people, d.simulated, styles, every);
    if (thinned.hidden !== (every === 1)) thinned.hidden = every === 1;
    for (const p of [observed, simulated]) bands(p, ctx, d);
    if (styles.focus >= 0) {
      drawOne(observed.context, observed, people, people.y, styles.focus, ctx.colour("ink"));
      if (d.simulated) drawOne(simulated.context, simulated, people, d.simulated, styles.focus, ctx.colour("ink"));
    }
    const text = d.simulated ? "" : `${NOBODY}${d.isPd ? " V still can, see the lights." : ""}`;
    if (words.hidden !== (text === "")) words.hidden = text === "";
    setText(words, text);
    key.show(2, d.showGhost);
    key.say(2, `\u00b1 2 SD of ${d.ghost.name}`);
    update.light(d, state);
  };
  update.light = (_, { selection }) => overs.forEach((over) => over(selection));
  return update;
}

/** The mean and mean +- 2 SD: filled for the setting, a dashed outline for the fit. */
function bands(p, ctx, d) {
  const { curve } = ctx.data;
  const c = p.context;
  const edge = (sds, side) => curve.t.map((t, k) => [p.x(t), p.y(curve.mean[k] + side * 2 * sds[k])])
    .filter(([, v]) => Number.isFinite(v));
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
  if (d.showGhost) {
    c.setLineDash([5, 4]);
    c.lineWidth = 1.5;
    c.strokeStyle = ctx.colour("ghost");
    for (const side of [1, -1]) {
      c.beginPath();
      draw(edge(d.ghost.sd, side));
      c.stroke();
    }
  }
  c.restore();
}
