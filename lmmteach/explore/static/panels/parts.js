// The covariance of two readings, taken apart by how far apart in time they are: stacked bars and a table.
import { niceTop } from "../maths/axes.js";
import { LAYERS, partsAt } from "../maths/ideas/layers.js";
import { createBorders } from "../kit/borders.js";
import { chart } from "../kit/chart.js";
import { dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { graspOf } from "../kit/grasp.js";
import { markKey } from "../kit/key.js";
import { brief, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { scrolling } from "../kit/tables.js";

const LAGS = 6;
const APART = 74; // px between the middles of the two words below the bars
const KINDS = ["lmmx-G11", "lmmx-fluct", "lmmx-sigma2"];
const ROWS = [
  ["time between", "", "lag"], ["G\u2081\u2081", "lmmx-G11", "level"], ["e\u2081", "lmmx-fluct", "fluct"],
  ["e\u2082", "lmmx-sigma2", "error"], ["V", "", "total"], ["correlation", "", "corr"],
];

/** Stacked bars: variance at lag 0, then the covariance of readings one spacing apart, two, ... */
export function createParts(el, ctx) {
  const { start, end } = ctx.data.extra.parts;
  const { labels } = ctx.data;
  const yLabel = labels.unit ? `(${labels.unit})\u00b2` : "";
  const stage = h("div", { class: "lmmx-stage" });
  const c = chart(stage, ctx, { height: 230, pad: { left: 82 }, yLabel, xTicks: [] });
  el.append(stage);
  const layers = LAYERS.map((name) => graspOf(ctx, name, dialNamed(ctx, name)));
  const borders = createBorders(stage, layers, (px, py) => c.back(px, py)[1]);
  const bars = KINDS.map((kind) => Array.from({ length: LAGS }, () => s("rect", { class: `lmmx-part ${kind}` })));
  c.marks.append(...bars.flat());
  const head = (text) => s("text", { class: "lmmx-tick", "text-anchor": "middle" }, text);
  const heads = ["variance", "covariances"].map(head);
  c.over.append(...heads);
  const rows = ROWS.map(rowOf);
  const body = h("tbody", {}, rows.map((row) => row.node));
  const words = h("p", { class: "lmmx-made", "data-out": "layers", "data-room": room(120) });
  const key = markKey(["thick:G11", "people"], ["thick:fluct", "fluctuation"], ["thick:sigma2", "error"],
    ["pull", "drag the top of a part"]);
  el.append(key.node, scrolling("V, taken apart", h("table", { class: "lmmx-parts" }, body)), words);

  return ({ dials }, state) => {
    const lags = Array.from({ length: LAGS }, (_, j) => j * dials.spacing).filter((lag) => lag <= end - start + 1e-9);
    const made = lags.map((lag) => partsAt(lag, dials));
    // An axis that grew under a hand would take the border away from it.
    c.frame([-0.5, LAGS - 0.5], [0, borders.held() ? c.y1 : niceTop(made[0].total)]);
    // The level is as high in every bar; the other two have their tops in the first alone.
    const half = halfOf(c);
    borders.update(state, [c.x(1), c.x(0) - half, c.x(0) + half], c.y, made[0].parts);
    const places = [c.x(0), Math.max(c.x(made.length / 2), c.x(0) + APART)];
    heads.forEach((node, k) => set(node, { x: places[k], y: c.bottom + 16 }));
    for (let j = 0; j < LAGS; j++) {
      stack(c, bars, j, made[j]);
      print(rows, j, lags[j], made[j]);
    }
    setText(words, verdict(dials, made));
    const rest = made.slice(1).map((one) => three(one.total)).join(", ");
    c.spoken(`Variance ${three(made[0].total)}; covariances ${rest}. ${verdict(dials, made)}`);
  };
}

function rowOf([name, kind, key]) {
  const cells = Array.from({ length: LAGS }, (_, j) => h("td", { class: "lmmx-num", "data-cell": `${key}-${j}` }));
  return { cells, node: h("tr", {}, h("th", { scope: "row", class: kind ? `lmmx-p ${kind}` : null }, name), cells) };
}

/** Half a bar's width. */
const halfOf = (c) => Math.min(0.36 * (c.x(1) - c.x(0)), 26);

/** The bar of lag j, a part on another; none where there is no such lag. */
function stack(c, bars, j, made) {
  const half = halfOf(c);
  let below = 0;
  bars.forEach((kind, p) => {
    const value = made ? made.parts[p] : 0;
    const [top, bottom] = [c.y(below + value), c.y(below)];
    set(kind[j], {
      x: (c.x(j) - half).toFixed(1), width: (2 * half).toFixed(1),
      y: top.toFixed(1), height: Math.max(bottom - top, 0).toFixed(1),
    });
    below += value;
  });
}

function print(rows, j, lag, made) {
  const texts = made ? [brief(lag), ...made.parts.map(small), three(made.total), three(made.correlation)] : [];
  rows.forEach(({ cells }, r) => setText(cells[j], texts[r] || ""));
}

/** Whether R is sigma^2 I here, in words. */
function verdict({ fluct, error, memory, spacing }, made) {
  if (made.length < 2) return "";
  const left = memory ** spacing;
  if (fluct === 0) {
    return `Nothing fluctuates: R = \u03c3\u00b2 I, and \u03c3\u00b2 = ${three(error)} is measurement error alone.`;
  }
  if (left < 0.02) {
    const sum = `${three(fluct)} + ${three(error)} = ${three(fluct + error)}`;
    return "Neighbouring visits share next to nothing but the person: "
      + `R = \u03c3\u2081\u00b2 I + \u03c3\u2082\u00b2 I = \u03c3\u00b2 I, with \u03c3\u00b2 = ${sum}.`;
  }
  return `Neighbouring visits share ${three(100 * left)} % of the fluctuation, a covariance of ${three(fluct * left)}: `
    + "R is not \u03c3\u00b2 I.";
}

/** A part that has all but gone is said to be small, not written out to eight places. */
const small = (x) => (x > 0 && x < 0.01 ? "\u2248 0" : three(x));
