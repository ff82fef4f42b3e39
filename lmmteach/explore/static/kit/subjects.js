// Subjects as lines on a canvas: coloured by a column, one of them followed, the one nearest to a pointer.
import { hairline } from "./canvas.js";
import { h } from "./dom.js";

/** How each subject is drawn: its colour's number, and how strongly. */
export function stylesFor(column, focus, people, ctx) {
  const plain = ctx.colour("data");
  const colours = column ? column.levels.map((_, k) => ctx.colour(`cat${k + 1}`)) : [];
  // Few subjects stand out one by one; many make a density.
  const strength = Math.min(0.36 * Math.max(1, Math.sqrt(200 / people.visitOf.length)), 0.8);
  return {
    focus,
    pen: (c) => hairline(c, ctx, focus >= 0 ? 0.45 * strength : column ? Math.min(1.6 * strength, 0.9) : strength),
    colourOf: (k, other) => (column && column.of[k] >= 0 ? colours[column.of[k]] : other || plain),
    line: ctx.colour("line"),
  };
}

/** Everybody's line, or every so many-th; each a stroke of its own, so that many make a density. */
export function drawSubjects(c, p, people, values, styles, every = 1) {
  const other = c === p.context ? styles.line : null;
  c.save();
  p.clip(c);
  styles.pen(c);
  c.lineJoin = "round";
  let [row, colour] = [0, ""];
  people.visitOf.forEach((kind, k) => {
    const { t } = people.visits[kind];
    const own = k % every === 0 ? styles.colourOf(k, other) : "transparent";
    if (own !== "transparent") {
      if (own !== colour) c.strokeStyle = c.fillStyle = colour = own;
      trace(c, p, t, values, row);
    }
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
export function drawOne(c, p, people, values, k, colour) {
  const row = startOf(people, k);
  const { t } = people.visits[people.visitOf[k]];
  c.save();
  p.clip(c);
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = 2.5;
  trace(c, p, t, values, row);
  t.forEach((time, j) => { c.beginPath(); c.arc(p.x(time), p.y(values[row + j]), 3.4, 0, 6.3); c.fill(); });
  c.restore();
}

/** The number of a subject's first row. */
export const startOf = (people, k) =>
  people.visitOf.slice(0, k).reduce((sum, kind) => sum + people.visits[kind].t.length, 0);

/** The subject whose line runs closest to a point, or -1 where none is near. */
export function nearest(p, people, values, px, py) {
  let [found, least, row] = [-1, 14, 0];
  people.visitOf.forEach((kind, k) => {
    const { t } = people.visits[kind];
    for (let j = 0; j < t.length; j++) {
      const [x1, y1] = [p.x(t[j]), p.y(values[row + j])];
      const [x0, y0] = j ? [p.x(t[j - 1]), p.y(values[row + j - 1])] : [x1, y1];
      const length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const along = Math.min(Math.max(((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / length2, 0), 1);
      const far = Math.hypot(px - x0 - along * (x1 - x0), py - y0 - along * (y1 - y0));
      if (far < least) [least, found] = [far, k];
    }
    row += t.length;
  });
  return found;
}

export function legendOf(column, ctx) {
  if (!column) return [];
  const style = (k) => `background:${ctx.colour(`cat${k + 1}`)}`;
  const swatch = (k) => h("span", { class: "lmmx-swatch", style: style(k), "aria-hidden": "true" });
  const named = (level) => (column.unit ? `${level} ${column.unit}` : level);
  return column.levels.map((level, k) => h("span", { class: "lmmx-legenditem" }, swatch(k), named(level)));
}
