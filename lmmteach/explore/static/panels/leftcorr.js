// The correlations of raw and of normalized residuals by visit, as two tables.
import { leftOver } from "../maths/ideas/leftover.js";
import { h, setRuns, setText } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";
import { markKey } from "../kit/key.js";
import { pairTable } from "../kit/lighting.js";
import { room } from "../kit/room.js";
import { shades } from "../kit/shades.js";
import { scrolling, visitTable } from "../kit/tables.js";

const KINDS = [["raw", "Raw"], ["white", "Normalized"]];

export function createLeftcorr(el, ctx) {
  const { grid } = ctx.data;
  const tables = KINDS.map(([kind, text]) => tableOf(ctx, kind, text));
  const told = h("p", { class: "lmmx-made", "data-out": "leftcorr", "data-room": room(125) });
  const side = grid.t.length > 7 ? "lmmx-stack" : "lmmx-pair";
  const key = markKey(["minus", "below 0"], ["plus", "above 0"]);
  el.append(h("div", { class: side }, tables.map(({ node }) => node)), key.node, told);

  const light = (_, state) => tables.forEach(({ shine }) => shine(state));
  const update = (d, state) => {
    const known = leftOver(ctx.data, state, d);
    for (const { kind, print } of tables) print(known[kind]);
    setRuns(told, known.white ? sentence(known) : [""]);
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** { kind, node, print(pairs), shine(state) }. */
function tableOf(ctx, kind, text) {
  const { grid } = ctx.data;
  const cell = (i, j) => h("td", { class: "lmmx-cell", "data-cell": `${kind}-${i}-${j}` });
  const cells = grid.t.map((_, i) => grid.t.map((__, j) => cell(i, j)));
  const table = visitTable(ctx.data, `${text} residuals: correlations by visit`, cells);
  table.style.minWidth = `${44 + 42 * grid.t.length}px`;
  const name = h("p", { class: "lmmx-figname" }, text);
  const shade = shades("C", { V: [[1]] }, ctx);
  function print(pairs) {
    cells.forEach((row, i) => row.forEach((one, j) => {
      const corr = pairs ? pairs[i][j].corr : NaN;
      setText(one, i === j && pairs ? "1" : fixed(corr, 2));
      const ground = i === j ? "transparent" : shade(corr);
      if (one.ground !== ground) one.style.backgroundColor = one.ground = ground;
    }));
  }
  const wrap = scrolling(`${text} residuals: correlations`, table);
  return { kind, print, shine: pairTable(wrap, table, cells, ctx), node: h("div", {}, name, wrap) };
}

/** Neighbouring visits on average, and how far chance alone takes one pair. */
function sentence({ raw, white }) {
  const num = (x) => ["lmmx-num", fixed(x, 2)];
  const near = (pairs) => average(pairs.slice(1).map((row, j) => row[j].corr).filter(Number.isFinite));
  const people = Math.min(...raw.flat().map(({ n }) => n).filter((n) => n > 3));
  return [
    "Neighbouring visits, on average: raw ", num(near(raw)), ", normalized ", num(near(white)),
    ". By chance alone a single normalized one lies within \u00b1", num(1.96 / Math.sqrt(people)), ".",
  ];
}

const average = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;
