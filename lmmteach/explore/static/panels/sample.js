// The sample covariance or correlation by visit as a table, in which two visits are chosen.
import { chosenOf, sampleOf } from "../maths/ideas/sample.js";
import { h, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createMarks } from "../kit/lighting.js";
import { lights, placesOf } from "../kit/lit.js";
import { asCorrelation, three } from "../kit/numbers.js";
import { shades } from "../kit/shades.js";
import { arrowed, scrolling, visitTable } from "../kit/tables.js";
import { waiting } from "../kit/waiting.js";

export const createSampleCov = (el, ctx) => create(el, ctx, "cov");
export const createSampleCorr = (el, ctx) => create(el, ctx, "corr");

function create(el, ctx, kind) {
  const { grid } = ctx.data;
  const n = grid.t.length;
  let latest = null;
  // The keyboard moves through the whole square, the dial knows only which two visits.
  let at = null;
  const choose = (i, j) => {
    if (!waiting(ctx, latest)) ctx.act.move("pair", grid.t.filter((_, k) => k === i || k === j));
  };
  const step = (event) => {
    const next = arrowed(event, at, n);
    if (next) choose(...(at = next));
  };
  const cells = grid.t.map((_, i) => grid.t.map((__, j) => h("td", {
    class: "lmmx-cell lmmx-pickable", "data-cell": `${kind}-${i}-${j}`, onclick: () => choose(i, j),
  })));
  const named = kind === "cov" ? "Sample covariances" : "Sample correlations";
  const table = visitTable(ctx.data, named, cells);
  const wrap = scrolling(`${named}: arrow keys choose two visits`, table, { onkeydown: step });
  const key = kind === "cov" ? markKey(["shade", "the darker, the larger"], ["rim", "the two visits chosen"])
    : markKey(["minus", "below 0"], ["plus", "above 0"], ["rim", "the two visits chosen"]);
  el.append(wrap, key.node);
  cells.forEach((row, i) => row.forEach((box, j) => { box.lmmxCell = { i, j }; }));
  const mark = createMarks(table, (i, j) => cells[i][j]);
  lights(wrap, ctx, ({ target }) => {
    const cell = target.closest("td") && target.closest("td").lmmxCell;
    return cell ? { pair: [grid.t[cell.i], grid.t[cell.j]] } : null;
  });
  table.style.minWidth = `${44 + (n > 7 ? 46 : 38) * n}px`;
  if (n > 7) el.parentElement.classList.add("lmmx-wide");

  const light = (_, { selection }) => {
    const places = placesOf(grid.t, selection.pair);
    mark(...(places || [0, 0]), places !== null, false);
  };
  const update = (d, state) => {
    latest = state;
    const [later, earlier] = chosenOf(ctx.data, state.dials);
    if (!at || Math.max(...at) !== later || Math.min(...at) !== earlier) at = [later, earlier];
    print(cells, kind, ctx, state, [later, earlier]);
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** The table is the answer to the prompt: it waits for the prediction. */
function print(cells, kind, ctx, state, [later, earlier]) {
  const hidden = waiting(ctx, state);
  const { pairs } = sampleOf(ctx.data, state.dials.rows || "");
  const fit = { V: pairs.map((row) => row.map(({ cov }) => cov)) };
  const shade = shades(kind === "cov" ? "V" : "C", fit, ctx);
  const show = (value, i, j) =>
    (kind === "cov" ? three(value) : asCorrelation(i === j && Number.isFinite(value) ? 1 : value));
  cells.forEach((row, i) => row.forEach((cell, j) => {
    const value = pairs[i][j][kind];
    const chosen = (i === later && j === earlier) || (i === earlier && j === later);
    setText(cell, hidden ? "?" : show(value, i, j));
    cell.style.backgroundColor = hidden ? "transparent" : shade(value);
    cell.classList.toggle("lmmx-chosen", !hidden && chosen);
  }));
}
