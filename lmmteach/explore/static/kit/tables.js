// Tables: one that scrolls in itself, one of visits against visits, and what chooses a cell of it.
import { h } from "./dom.js";
import { pull } from "./pull.js";

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

/**
 * Let a cell of a table of visits be chosen, and lit in every panel, by pointing, by a tap, by the arrow keys, and be
 * pulled where there is a `grip`. The cells' boxes carry { i, j } as `lmmxCell`; `at()` is the one chosen, `part()`
 * what that selects, `choose(i, j)` takes another.
 */
export function choosing(wrap, ctx, { n, at, part, choose, grip = null }) {
  const cellOf = ({ target }) => target.closest && target.closest("td") && target.closest("td").lmmxCell;
  const take = (cell) => {
    choose(cell.i, cell.j);
    ctx.act.select(part());
  };
  const leave = () => ctx.act.select(null);
  wrap.addEventListener("pointerover", (event) => {
    const cell = event.pointerType !== "touch" && cellOf(event);
    if (cell) take(cell);
  });
  wrap.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType !== "touch") leave(); });
  wrap.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    event.lmmxKept = true;
    take(cell);
  });
  wrap.addEventListener("keydown", (event) => {
    const next = arrowed(event, at(), n);
    if (next) take({ i: next[0], j: next[1] });
  });
  wrap.addEventListener("focusin", () => ctx.act.select(part()));
  wrap.addEventListener("focusout", ({ relatedTarget }) => { if (!wrap.contains(relatedTarget)) leave(); });
  if (!grip) return wrap;
  // A finger pulls only at the cell that was tapped: everywhere else it scrolls the page.
  const mine = (event) => {
    const cell = cellOf(event);
    return cell && (event.pointerType !== "touch" || (cell.i === at()[0] && cell.j === at()[1])) ? cell : null;
  };
  pull(wrap, { ...grip.pulls(mine), tap: ({ cell }) => take(cell) });
  return wrap;
}
