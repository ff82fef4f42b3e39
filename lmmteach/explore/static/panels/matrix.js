// V or its correlation as a real table: a number in every cell, the fit's number beneath it, a shade behind. A cell
// of V can be pulled up or down; one of the correlation cannot: no single parameter is its own.
import { rateOf } from "../maths/ideas/reach.js";
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
import { entryName, parameterOf, sumRuns } from "../kit/terms.js";

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
  const grip = kind === "V" ? createGrip(ctx, Math.max(...diagonalOf(ctx.data)), ({ i, j }) => latest.V[i][j]) : null;
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
    setRuns(made, (kind === "V" ? madeOfV : madeOfC)(d, grid, picked()));
    if (grip) holdOn(grip, key, picked(), state);
  }
  /** Bars under the cells: what the parameter in hand, or one pointed at, feeds; on the way, what each owes to whom. */
  function stir(d, { selection, moving }) {
    const parameter = selection.parameter || d.active;
    const next = moving ? moving.started : parameter;
    if (reach === next) return;
    reach = next;
    const feeding = () => (kind === "V" ? reachOf(cells, parameter) : cells.map(() => [0, ""]));
    const known = moving ? changesOf(cells, moving) : feeding();
    cells.forEach(({ box }, k) => {
      const [share, colour] = known[k];
      box.style.setProperty("--reach", share);
      box.style.setProperty("--reach-colour", share ? `var(--${colour})` : "transparent");
    });
    table.classList.toggle("lmmx-stirred", moving !== null);
    const feeds = parameter in SYMBOL && !moving;
    if (grip) key.show(2, feeds);
    if (grip && feeds) key.say(2, `fed by ${SYMBOL[parameter]}`, parameter);
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

const diagonalOf = ({ fit, grid }) => grid.Z.map((z) =>
  z.reduce((sum, x, a) => sum + z.reduce((inner, y, b) => inner + x * y * fit.G[a][b], 0), fit.sigma2));

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

/** For each cell [share, parameter]: how strongly it feeds the entry, beside the entry it feeds most. */
function reachOf(cells, parameter) {
  const rates = cells.map(({ rows: [u, w], same }) => Math.abs(rateOf(parameter, u, w, same)));
  const largest = Math.max(...rates, 1e-300);
  return rates.map((rate) => [rate / largest, parameter]);
}

/** For each cell [share, parameter]: what on the way from one setting to another changes it most, and how much. */
function changesOf(cells, { from, to, changed }) {
  const names = changed.filter((name) => name in SYMBOL);
  const most = cells.map(({ rows: [u, w], same }) => names
    .map((name) => [Math.abs(rateOf(name, u, w, same) * (parameterOf(to, name) - parameterOf(from, name))), name])
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
function madeOfV(d, { label }, { i, j, rows, same }) {
  return sumRuns(d, rows, same, entryName(label[i], label[j], same), d.V[i][j]);
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
