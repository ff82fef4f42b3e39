// The room left at the end of a row of panels: who takes it, so that no column stands empty beside a panel.

const WHOLE = ["equation", "code"]; // always a row of their own
const isWide = (node) => node.classList.contains("lmmx-wide");

/** How many of `columns` a part takes by itself. */
function spanOf(node, columns) {
  if (WHOLE.includes(node.dataset.panel)) return columns;
  return isWide(node) ? Math.min(2, columns) : 1;
}

/** The rows that a dense grid makes of `nodes`, in their order: [{ free, nodes }]. */
function rowsOf(nodes, columns) {
  const rows = [];
  for (const node of nodes) {
    const span = spanOf(node, columns);
    let row = rows.find(({ free }) => free >= span);
    if (!row) rows.push(row = { free: columns, nodes: [] });
    row.free -= span;
    row.nodes.push(node);
  }
  return rows;
}

/**
 * Of what stands in the grid: a question alone takes its row, and so does a wide panel; one beside it takes two. `play`
 * is the question, or null where it is put away.
 */
export function fillRows(grid, play, columns) {
  const nodes = [...grid.children].filter((node) => node === play || (!node.hidden && "panel" in node.dataset));
  const [own, spread] = [new Set(), new Set()];
  for (const { free, nodes: row } of columns > 1 ? rowsOf(nodes, columns) : []) {
    const last = row[row.length - 1];
    if (!free) continue;
    if (row.length === 1 && (last === play || isWide(last))) own.add(last);
    else if (row.length === 2 && row[0] === play) spread.add(last);
  }
  for (const node of grid.children) {
    node.classList.toggle("lmmx-ownrow", own.has(node));
    node.classList.toggle("lmmx-spread", spread.has(node));
  }
}
