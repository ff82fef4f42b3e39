// V or its correlation as a real table: a number in every cell, the fit's number beneath it, a shade behind. A cell
// of V can be pulled up or down; one of the correlation cannot: no single parameter is its own.
import { rateOf } from "../maths/ideas/reach.js";
import { bilinear } from "../maths/model.js";
import { valueOf } from "../maths/setting.js";
import { h, setRuns, setText } from "../kit/dom.js";
import { createGrip } from "../kit/grip.js";
import { markKey } from "../kit/key.js";
import { createMarks } from "../kit/lighting.js";
import { placesOf } from "../kit/lit.js";
import { asCorrelation, SYMBOL, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { matrixRows } from "../kit/rows.js";
import { shades } from "../kit/shades.js";
import { choosing, scrolling, visitTable } from "../kit/tables.js";
import { entryName, sumRuns } from "../kit/terms.js";

export const createCovariance = (el, ctx) => create(el, ctx, "V");
export const createCorrelation = (el, ctx) => create(el, ctx, "C");

const NAMES = {
  V: ["Covariances", "Implied covariance matrix V"], C: ["Correlations", "Implied correlation matrix"],
};

function create(el, ctx, kind) {
  const { grid } = ctx.data;
  const n = grid.label.length;
  ctx.numbers.set(el, (d) => matrixRows(ctx.data.labels.time, grid.label, d[kind]));
  const made = h("p", { class: "lmmx-made", "data-room": room(60) });
  const cells = grid.label.flatMap((_, i) => grid.label.map((__, j) => cellOf(kind, grid, i, j)));
  const table = tableOf(ctx, kind, cells);
  const key = kind === "V"
    ? markKey(["number:123", "the fit"], ["pull", "drag a cell"], ["bar", ""])
    : markKey(["number:123", "the fit"], ["minus", "below 0"], ["plus", "above 0"]);
  // Many visits: the table takes the whole row, and scrolls where even that is too narrow.
  if (n > 7) el.parentElement.classList.add("lmmx-wide");
  let chosen = [0, n - 1];
  let [latest, reach] = [null, ""];
  const mark = createMarks(table, (i, j) => cells[i * n + j].box);
  // Without random effects no entry stands for one parameter.
  const moves = kind === "V" && ctx.data.fit.G.length > 0;
  const grip = moves ? createGrip(ctx, Math.max(...diagonalOf(ctx)), ({ i, j }) => latest.V[i][j]) : null;
  const picked = () => cells[chosen[0] * n + chosen[1]];
  const wrap = choosing(scrolling(`${NAMES[kind][0]}: arrow keys choose a cell`, table), ctx, {
    n, at: () => chosen, part: () => ({ pair: chosen.map((k) => grid.t[k]) }),
    choose(i, j) { chosen = [i, j]; }, grip,
  });
  el.append(wrap, key.node, made);
  for (const cell of grip ? cells : []) {
    const grasp = grip.mover(cell);
    if (!grasp) continue;
    cell.box.classList.add("lmmx-grab");
    cell.box.title = `Drag up or down: moves ${grasp.symbol}`;
  }

  function light(d, state) {
    const places = placesOf(grid.t, state.selection.pair, chosen);
    if (places) chosen = places;
    mark(...chosen, places !== null);
    stir(d, state);
    setRuns(made, (kind === "V" ? madeOfV : madeOfC)(d, grid, picked(), ctx.residual));
    if (grip) holdOn(grip, key, picked(), state);
    else if (kind === "V") key.show(1, false);
  }
  /** Bars under the cells: what the parameter in hand, or one pointed at, feeds; on the way, what each owes to whom. */
  function stir(d, { selection, moving }) {
    const parameter = selection.parameter || d.active;
    const next = moving ? moving.changed : parameter;
    const ofR = ctx.residual !== null && ctx.residual.has(parameter);
    if (reach === next && !ofR) return; // what R's parameters feed depends on where they stand
    reach = next;
    const feeding = () => (kind === "V" ? reachOf(cells, parameter, d, ctx.residual) : cells.map(() => [0, ""]));
    const known = moving ? changesOf(cells, moving, d, ctx.residual) : feeding();
    cells.forEach(({ box }, k) => {
      const [share, colour] = known[k];
      box.style.setProperty("--reach", share);
      box.style.setProperty("--reach-colour", share ? `var(--${colour})` : "transparent");
    });
    table.classList.toggle("lmmx-stirred", moving !== null);
    const feeds = (ofR || parameter in SYMBOL) && !moving;
    if (kind !== "V") return;
    key.show(2, feeds);
    if (feeds && ofR) key.say(2, `fed by ${ctx.residual.symbol(parameter)}`, ctx.residual.colour(parameter));
    else if (feeds) key.say(2, `fed by ${SYMBOL[parameter]}`, parameter);
  }
  const update = (d, state) => {
    latest = d;
    print(cells, kind, d, ctx);
    key.show(0, d.showGhost);
    key.say(0, d.ghost.name);
    light(d, state);
  };
  return Object.assign(update, { light });
}

const diagonalOf = ({ data: { fit, grid }, residual }) => grid.Z.map((z, k) => bilinear(z, fit.G, z)
  + (residual ? residual.variance(k, { ...fit, dials: { ...fit.dials, stratum: "" } }) : fit.sigma2));

function cellOf(kind, { Z, label }, i, j) {
  const value = h("span", { class: "lmmx-value", "data-cell": `${kind}-${i}-${j}` });
  const [aloud, ghost] = [h("span", { class: "lmmx-sr" }), h("span", { class: "lmmx-ghost" })];
  const box = h("td", { class: "lmmx-cell" }, value, aloud, ghost);
  const cell = { i, j, box, value, aloud, ghost, rows: [Z[i], Z[j]], same: i === j };
  box.lmmxCell = Object.assign(cell, { name: entryName(label[i], label[j], i === j).slice(0, -3) });
  return cell;
}

function tableOf(ctx, kind, cells) {
  const n = ctx.data.grid.label.length;
  const rows = ctx.data.grid.label.map((_, i) => cells.slice(i * n, (i + 1) * n).map((cell) => cell.box));
  const table = visitTable(ctx.data, NAMES[kind][1], rows, `lmmx-table-${kind}`);
  table.style.minWidth = `${44 + (n > 7 ? 46 : 38) * n}px`;
  return table;
}

function print(cells, kind, d, ctx) {
  const [matrix, ghosts] = [d[kind], d.ghost[kind]];
  const show = kind === "V" ? three : asCorrelation;
  const shade = shades(kind, d.fit, ctx);
  for (const cell of cells) {
    const { i, j, box, value, aloud, ghost } = cell;
    const x = matrix[i][j];
    setText(value, show(x));
    const fitted = d.showGhost && !(kind === "C" && i === j) ? show(ghosts[i][j]) : "";
    setText(aloud, fitted ? `, ${d.ghost.name} ` : "");
    setText(ghost, fitted);
    const ground = shade(x);
    // The style engine is asked only where a shade is another one: most frames change few of them.
    if (cell.ground !== ground) box.style.backgroundColor = cell.ground = ground;
  }
}

/** dV / dparameter in a cell, of G's parameters and of R's. */
const rateIn = ({ i, j, rows: [u, w], same }, parameter, d, residual) => Math.abs(
  residual && residual.has(parameter) ? residual.rate(parameter, i, j, d) : rateOf(parameter, u, w, same));

/** For each cell [share, colour]: how strongly it feeds the entry, beside the entry it feeds most. */
function reachOf(cells, parameter, d, residual) {
  const rates = cells.map((cell) => rateIn(cell, parameter, d, residual));
  const largest = Math.max(...rates.filter(Number.isFinite), 1e-300);
  const colour = residual && residual.has(parameter) ? residual.colour(parameter) : parameter;
  return rates.map((rate) => [Number.isFinite(rate) ? rate / largest : 0, colour]);
}

/** For each cell [share, parameter]: what on the way from one setting to another changes it most, and how much. */
function changesOf(cells, { from, to, changed }, d, residual) {
  const names = changed.filter((name) => name in SYMBOL || (residual && residual.has(name)));
  const colour = (name) => (residual && residual.has(name) ? residual.colour(name) : name);
  const most = cells.map((cell) => names
    .map((name) => [rateIn(cell, name, d, residual) * Math.abs(valueOf(to, name) - valueOf(from, name)), colour(name)])
    .reduce((best, one) => (one[0] > best[0] ? one : best), [0, ""]));
  const largest = Math.max(...most.map(([size]) => size), 1e-300);
  return most.map(([size, name]) => [size / largest, name]);
}

/** The grip into the chosen cell, and the key says what it moves. */
function holdOn(grip, key, cell, state) {
  if (!grip.focused()) grip.hold(cell);
  grip.update(state);
  const grasp = grip.mover(cell);
  key.show(1, grasp !== null);
  if (grasp) key.say(1, `drag up or down: moves ${grasp.symbol}`, grasp.colour);
}

/** "V(0, 10) = G11 + (0 + 10) G12 + 0 x 10 G22" with the numbers of the present setting. */
function madeOfV(d, { label }, { i, j, rows, same }, residual) {
  const rest = residual ? residual.runs(i, j, d) : null;
  return sumRuns(d, rows, same, entryName(label[i], label[j], same), d.V[i][j], rest);
}

const head = (text) => ["lmmx-madehead", text];
const at = (text) => ["lmmx-num", text];

function madeOfC(d, { label }, { i, j }) {
  if (i === j) return [head(`SD at ${label[i]}`), " = \u221a", at(three(d.V[i][i])), " = ", at(three(d.sdGrid[i]))];
  return [
    head(`Corr at ${label[i]} and ${label[j]} = `), at(three(d.V[i][j])),
    " / (", at(three(d.sdGrid[i])), " \u00d7 ", at(three(d.sdGrid[j])), ") = ", at(asCorrelation(d.C[i][j])),
  ];
}
