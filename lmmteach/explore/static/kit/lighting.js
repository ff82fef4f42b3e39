// Tables of visits against visits in which a pair lights: the cell, its mirror, the two visits' names.
import { lights, placesOf } from "./lit.js";
import { arrowed } from "./tables.js";

/** createMarks(table, boxAt(i, j)) -> mark(i, j, lit): a rim around a cell; where lit, its mirror and names too. */
export function createMarks(table, boxAt) {
  let marked = [];
  return (i, j, lit, chosen = true) => {
    for (const [node, kind] of marked) node.classList.remove(kind);
    const heads = [table.tBodies[0].rows[i].cells[0], table.tHead.rows[0].cells[j + 1]];
    marked = [
      ...(chosen ? [[boxAt(i, j), "lmmx-chosen"]] : []),
      ...(lit ? [boxAt(i, j), boxAt(j, i), ...heads].filter(Boolean).map((node) => [node, "lmmx-lit"]) : []),
    ];
    for (const [node, kind] of marked) node.classList.add(kind);
  };
}

/**
 * A table that lights a pair and is lit by it, and in which nothing is chosen: `cells` are rows of td, whole or up to
 * the diagonal. Returns light(state).
 */
export function pairTable(wrap, table, cells, ctx) {
  const { t } = ctx.data.grid;
  cells.forEach((row, i) => row.forEach((box, j) => { box.lmmxCell = { i, j }; }));
  const mark = createMarks(table, (i, j) => (cells[i] || [])[j]);
  let at = [t.length - 1, 0];
  const part = () => ({ pair: at.map((k) => t[k]) });
  lights(wrap, ctx, ({ target }) => {
    const cell = target.closest("td") && target.closest("td").lmmxCell;
    return cell ? { pair: [t[cell.i], t[cell.j]] } : null;
  });
  wrap.addEventListener("keydown", (event) => {
    const next = arrowed(event, at, t.length);
    if (!next || !(cells[next[0]] || [])[next[1]]) return;
    at = next;
    ctx.act.select(part());
  });
  wrap.addEventListener("focus", () => ctx.act.select(part()));
  wrap.addEventListener("blur", () => ctx.act.select(null));
  return ({ selection }) => {
    const places = placesOf(t, selection.pair, at);
    if (!places) return mark(at[0], at[1], false, false);
    // Half a table has each pair once.
    at = (cells[places[0]] || [])[places[1]] ? places : [...places].reverse();
    return mark(at[0], at[1], true, false);
  };
}
