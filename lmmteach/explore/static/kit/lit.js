// One selection everywhere: what is looked at in one panel lights in all. A pair is [s, t], two times; a subject its
// label. A pointer's leaving ends it, a tap keeps it until the next one.
import { s, set } from "./dom.js";
import { startOf } from "./subjects.js";

/** Let a pointer over `node` select what `read(event)` finds there, or nothing where that is null. */
export function lights(node, ctx, read) {
  const look = (event) => ctx.act.select(read(event));
  node.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") look(event); });
  node.addEventListener("click", (event) => {
    event.lmmxKept = true;
    if (ctx.finger) look(event);
  });
  node.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") ctx.act.select(null); });
}

/** Where a pair stands among `times`: [i, j], or null; of equal times the one at `near` is meant. */
export function placesOf(times, pair, near = []) {
  if (!pair) return null;
  const found = pair.map((t, k) => (times[near[k]] === t ? near[k] : times.indexOf(t)));
  return found.includes(-1) ? null : found;
}

/** The number of the time nearest to t. */
export function nearestTo(times, t) {
  return times.reduce((best, at, k) => (Math.abs(at - t) < Math.abs(times[best] - t) ? k : best), 0);
}

/** The subject that is lit: the one under the pointer, else the one followed. */
export const litSubject = ({ selection, dials }) => (selection && selection.subject) || dials.subject || "";

/** Guides at the times of a pair, upright lines in `layer`: draw(pair, x(t), top, bottom). */
export function createGuides(layer) {
  const lines = [0, 1].map(() => s("line", { class: "lmmx-guide", display: "none" }));
  layer.append(...lines);
  return (pair, x, top, bottom) => lines.forEach((line, k) => {
    const at = pair && x(pair[k]);
    const inside = Number.isFinite(at);
    line.style.display = inside ? "" : "none";
    if (inside) set(line, { display: "inline", x1: at.toFixed(1), x2: at.toFixed(1), y1: top, y2: bottom });
  });
}

/** What lies over a plot of people over time: draw(pair, points of the subject that is lit). */
export function createOverPlot(p) {
  const [guides, trail] = [createGuides(p.over), createTrail(p.over)];
  return (pair, points) => {
    guides(pair, p.x, p.pad.top, p.height - p.pad.bottom);
    trail(points);
  };
}

/** A subject's readings as pixels of a plot, of `values` row after row; none for number -1. */
export function pointsOf(p, people, values, k) {
  if (k < 0) return [];
  const row = startOf(people, k);
  return Array.from(people.visits[people.visitOf[k]].t, (t, j) => [p.x(t), p.y(values[row + j])]);
}

/** One subject's readings over a plot: draw(points in pixels), none for nobody. */
export function createTrail(layer) {
  const path = (kind) => s("path", { class: `lmmx-trail lmmx-trail-${kind}` });
  const [halo, line, dots] = ["halo", "line", "dots"].map(path);
  layer.append(halo, line, dots);
  return (points) => {
    const d = points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
    set(halo, { d });
    set(line, { d });
    set(dots, { d: points.map(([x, y]) => `M${x.toFixed(1)},${y.toFixed(1)}h0`).join("") });
  };
}
