// V or its correlation as a real table: a number in every cell, the fit's number beneath it, a shade behind.
import { h, setRuns, setText } from "../kit/dom.js";
import { asCorrelation, brief, fixed, three } from "../kit/numbers.js";
import { shades } from "../kit/shades.js";
import { arrowed, scrolling, visitTable } from "../kit/tables.js";

export const createCovariance = (el, ctx) => create(el, ctx, "V");
export const createCorrelation = (el, ctx) => create(el, ctx, "C");

const NAMES = {
  V: ["Covariances", "Implied covariance matrix V"], C: ["Correlations", "Implied correlation matrix"],
};

function create(el, ctx, kind) {
  const { grid } = ctx.data;
  const n = grid.label.length;
  const made = h("p", { class: "lmmx-made" });
  const cells = grid.label.flatMap((_, i) => grid.label.map((__, j) => cellOf(kind, i, j, choose)));
  el.append(tableOf(ctx, kind, cells, step), made);
  // Many visits: the table takes the whole row, and scrolls where even that is too narrow.
  if (n > 7) el.parentElement.classList.add("lmmx-wide");
  let chosen = [0, n - 1];
  let [latest, marked, reach] = [null, null, null];

  function choose(i, j) {
    chosen = [i, j];
    if (latest) update(latest);
  }
  function step(event) {
    const next = arrowed(event, chosen, n);
    if (next) choose(...next);
  }
  function update(d) {
    latest = d;
    if (kind === "V" && reach !== d.active) { reach = d.active; markReach(cells, grid, reach); }
    print(cells, kind, d, ctx);
    const picked = cells[chosen[0] * n + chosen[1]];
    if (picked !== marked) {
      if (marked) marked.box.classList.remove("lmmx-chosen");
      picked.box.classList.add("lmmx-chosen");
      marked = picked;
    }
    setRuns(made, kind === "V" ? madeOfV(d, grid, ...chosen) : madeOfC(d, grid, ...chosen));
  }
  return update;
}

function cellOf(kind, i, j, choose) {
  const value = h("span", { class: "lmmx-value", "data-cell": `${kind}-${i}-${j}` });
  const ghost = h("span", { class: "lmmx-ghost" });
  const pick = () => choose(i, j);
  const box = h("td", { class: "lmmx-cell", onpointerenter: pick, onclick: pick }, value, ghost);
  return { i, j, box, value, ghost };
}

function tableOf(ctx, kind, cells, onkeydown) {
  const n = ctx.data.grid.label.length;
  const rows = ctx.data.grid.label.map((_, i) => cells.slice(i * n, (i + 1) * n).map((cell) => cell.box));
  const [what, text] = NAMES[kind];
  const table = visitTable(ctx.data, text, rows, `lmmx-table-${kind}`);
  table.style.minWidth = `${44 + (n > 7 ? 46 : 38) * n}px`;
  return scrolling(`${what}: arrow keys choose a cell`, table, { onkeydown });
}

function print(cells, kind, d, ctx) {
  const [matrix, ghosts] = [d[kind], d.fit[kind]];
  const show = kind === "V" ? three : asCorrelation;
  const shade = shades(kind, d.fit, ctx);
  for (const cell of cells) {
    const { i, j, box, value, ghost } = cell;
    const x = matrix[i][j];
    setText(value, show(x));
    setText(ghost, d.showFit && !(kind === "C" && i === j) ? show(ghosts[i][j]) : "");
    const ground = shade(x);
    // The style engine is asked only where a shade is another one: most frames change few of them.
    if (cell.ground !== ground) box.style.backgroundColor = cell.ground = ground;
  }
}

/** Which entries of V a parameter feeds, and how strongly: dV/dG11 = z1 z1', dV/dG12 = z1 z2' + z2 z1', ... */
function markReach(cells, { Z }, parameter) {
  const rate = ({ i, j }) => {
    if (parameter === "sigma2") return i === j ? 1 : 0;
    if (parameter === "G11") return Z[i][0] * Z[j][0];
    if (parameter === "G22") return Z[i][1] * Z[j][1];
    return parameter === "G12" ? Z[i][0] * Z[j][1] + Z[i][1] * Z[j][0] : 0;
  };
  const largest = Math.max(...cells.map((c) => Math.abs(rate(c))), 1e-300);
  for (const cell of cells) {
    cell.box.style.setProperty("--reach", parameter ? Math.abs(rate(cell)) / largest : 0);
    cell.box.style.setProperty("--reach-colour", parameter ? `var(--${parameter})` : "transparent");
  }
}

const head = (text) => ["lmmx-madehead", text];
const at = (text) => ["lmmx-num", text];

/** "V(0, 10) = G11 + (0 + 10) G12 + 0 x 10 G22" with the numbers of the present setting. */
function madeOfV(d, { Z, label }, i, j) {
  const [u, w] = [Z[i], Z[j]];
  const parts = [term("G11", u[0] * w[0], d.G[0][0], true)];
  if (u.length > 1) {
    parts.push(term("G12", u[0] * w[1] + u[1] * w[0], d.G[0][1]), term("G22", u[1] * w[1], d.G[1][1]));
  }
  if (i === j) parts.push(term("sigma2", 1, d.sigma2));
  const name = i === j ? `Var at ${label[i]} = ` : `Cov at ${label[i]} and ${label[j]} = `;
  if (parts.length === 1 && u[0] * w[0] === 1) return [head(name), ...parts.flat()];
  return [head(name), ...parts.flat(), " = ", at(three(d.V[i][j]))];
}

function term(name, weight, value, first) {
  const sign = weight * value < 0 ? (first ? "\u2212" : " \u2212 ") : (first ? "" : " + ");
  const size = Math.abs(weight);
  const times = size === 1 ? "" : `${fixed(size, Number.isInteger(size) ? 0 : 2)}\u00b7`;
  return [sign + times, [`lmmx-p lmmx-num lmmx-${name}`, brief(Math.abs(value))]];
}

function madeOfC(d, { label }, i, j) {
  if (i === j) return [head(`SD at ${label[i]}`), " = \u221a", at(three(d.V[i][i])), " = ", at(three(d.sdGrid[i]))];
  return [
    head(`Corr at ${label[i]} and ${label[j]} = `), at(three(d.V[i][j])),
    " / (", at(three(d.sdGrid[i])), " \u00d7 ", at(three(d.sdGrid[j])), ") = ", at(asCorrelation(d.C[i][j])),
  ];
}
