// V or its correlation as a real table: a number in every cell, the fit's number beneath it, a shade behind.
import { h, setRuns, setText } from "../kit/dom.js";
import { asCorrelation, brief, fixed, three } from "../kit/numbers.js";
import { shades } from "../kit/shades.js";

export const createCovariance = (el, ctx) => create(el, ctx, "V");
export const createCorrelation = (el, ctx) => create(el, ctx, "C");

function create(el, ctx, kind) {
  const { grid, labels } = ctx.data;
  const n = grid.label.length;
  const cells = [];
  const rows = grid.label.map((rowLabel, i) => h("tr", {}, h("th", { scope: "row" }, rowLabel), grid.label.map((_, j) => {
    const value = h("span", { class: "lmmx-value", "data-cell": `${kind}-${i}-${j}` });
    const ghost = h("span", { class: "lmmx-ghost" });
    const box = h("td", { class: "lmmx-cell", onpointerenter: () => choose(i, j), onclick: () => choose(i, j) }, value, ghost);
    cells.push({ i, j, box, value, ghost });
    return box;
  })));
  const table = h("table", { class: `lmmx-table lmmx-table-${kind}` },
    h("caption", { class: "lmmx-sr" }, kind === "V" ? "Implied covariance matrix V" : "Implied correlation matrix"),
    h("thead", {}, h("tr", {}, h("td", { class: "lmmx-corner" }, labels.timeShort), grid.label.map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, rows));
  const wrap = h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": `${kind === "V" ? "Covariances" : "Correlations"}: arrow keys choose a cell`, onkeydown: step }, table);
  const made = h("p", { class: "lmmx-made" });
  el.append(wrap, made);
  // Many visits: the table takes the whole row, and scrolls where even that is too narrow.
  table.style.minWidth = `${44 + (n > 7 ? 46 : 38) * n}px`;
  if (n > 7) el.parentElement.classList.add("lmmx-wide");

  let chosen = { i: 0, j: n - 1 };
  let latest = null;
  let marked = null;
  function choose(i, j) {
    chosen = { i, j };
    if (latest) update(latest);
  }
  function step(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    choose(Math.min(n - 1, Math.max(0, chosen.i + move[0])), Math.min(n - 1, Math.max(0, chosen.j + move[1])));
  }

  let reach = null;
  function update(d) {
    latest = d;
    const matrix = kind === "V" ? d.V : d.C;
    const ghosts = kind === "V" ? d.fit.V : d.fit.C;
    const show = kind === "V" ? three : asCorrelation;
    const shade = shades(kind, d.fit, ctx);
    if (kind === "V" && reach !== d.active) { reach = d.active; markReach(cells, grid, reach); }
    for (const cell of cells) {
      const { i, j, box, value, ghost } = cell;
      const x = matrix[i][j];
      setText(value, show(x));
      setText(ghost, d.showFit && !(kind === "C" && i === j) ? show(ghosts[i][j]) : "");
      const ground = shade(x);
      // The style engine is asked only where a shade is another one: most frames change few of them.
      if (cell.ground !== ground) box.style.backgroundColor = cell.ground = ground;
    }
    const picked = cells[chosen.i * n + chosen.j];
    if (picked !== marked) {
      if (marked) marked.box.classList.remove("lmmx-chosen");
      picked.box.classList.add("lmmx-chosen");
      marked = picked;
    }
    setRuns(made, kind === "V" ? madeOfV(d, grid, chosen) : madeOfC(d, grid, chosen));
  }
  return update;
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
function madeOfV(d, { Z, label }, { i, j }) {
  const [u, w] = [Z[i], Z[j]];
  const parts = [term("G11", u[0] * w[0], d.G[0][0], true)];
  if (u.length > 1) parts.push(term("G12", u[0] * w[1] + u[1] * w[0], d.G[0][1]), term("G22", u[1] * w[1], d.G[1][1]));
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

function madeOfC(d, { label }, { i, j }) {
  if (i === j) return [head(`SD at ${label[i]}`), " = \u221a", at(three(d.V[i][i])), " = ", at(three(d.sdGrid[i]))];
  return [head(`Corr at ${label[i]} and ${label[j]} = `), at(three(d.V[i][j])),
    " / (", at(three(d.sdGrid[i])), " \u00d7 ", at(three(d.sdGrid[j])), ") = ", at(asCorrelation(d.C[i][j]))];
}
