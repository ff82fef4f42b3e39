// Tables: one that scrolls in itself, one of visits against visits, and the arrow keys that choose a cell.
import { h } from "./dom.js";

/** What is wider than its panel scrolls in itself, by the keyboard too. */
export const scrolling = (label, table, more = {}) =>
  h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": label, ...more }, table);

/** A table's caption, for who cannot see what stands around it. */
export const caption = (text) => h("caption", { class: "lmmx-sr" }, text);

/** Visits in rows and in columns; `cells` are rows of td, whole or up to the diagonal. */
export function visitTable({ grid, labels }, text, cells, kind = "lmmx-sample") {
  const corner = h("td", { class: "lmmx-corner" }, labels.timeShort);
  return h("table", { class: `lmmx-table ${kind}` }, caption(text),
    h("thead", {}, h("tr", {}, corner, grid.label.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, cells.map((row, i) => h("tr", {}, h("th", { scope: "row" }, grid.label[i]), row))));
}

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The cell an arrow key leads to from `at` in an n x n table, or null for any other key. */
export function arrowed(event, at, n) {
  const by = ARROWS[event.key];
  if (!by) return null;
  event.preventDefault();
  return at.map((k, axis) => Math.min(n - 1, Math.max(0, k + by[axis])));
}
