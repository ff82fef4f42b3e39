// One study and a thousand: the buttons that run them, and where every estimate fell, by ML and REML, beside the truth.
import { axesOf, ESTIMATED, histogram, METHODS, summaryOf } from "../maths/ideas/repeat.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed, three } from "../kit/numbers.js";
import { repeaterOf } from "../kit/repeater.js";
import { columns } from "../kit/rows.js";
import { singly } from "../kit/singly.js";
import { caption } from "../kit/tables.js";
import { waiting } from "../kit/waiting.js";

const MANY = 1000;
const MOST = 5000;
const BINS = 48;
const FEW = 8; // studies in one bin that fill half a strip
const [HEIGHT, LOW] = [46, 34]; // of a strip; in the hall, where all of them stand on one screen
const ROWS = {
  effect: ["\u03b4", "line"], G11: ["G\u2081\u2081", "G11"], G22: ["G\u2082\u2082", "G22"], rho: ["\u03c1", "rho"],
  sigma2: ["\u03c3\u00b2", "sigma2"],
};
const written = (name, value) => (name === "rho" ? fixed(value, 2) : three(value));
const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

export function createRepeat(el, ctx) {
  const repeater = repeaterOf(ctx);
  const bar = createBar(ctx, repeater);
  const rows = ESTIMATED.map((name) => rowOf(name, ctx));
  const head = ["truth", "ML mean", "REML mean"].map((text) => h("th", { scope: "col" }, text));
  const table = h("table", { class: "lmmx-facts lmmx-repeated" },
    caption("Each estimate's truth, and its mean over the studies by ML and by REML"),
    h("thead", {}, h("tr", {}, h("td", {}), head)), rows.map((row) => row.node));
  const key = markKey(["thick:line", "REML, above"], ["thick:cat2", "ML, below"], ["dot", "the newest study"],
    ["triangle", "mean"], ["dashed", "truth"]);
  const told = h("p", { class: "lmmx-sr", role: "status" });
  el.append(bar.node, table, key.node, told);
  repeater.whenDone((summary) => setText(told, spoken(summary)));

  ctx.numbers.set(el, () => {
    const { studies: { found }, count } = repeater.now();
    const kept = [...ESTIMATED, "se", "singular"];
    const lists = METHODS.flatMap((by) => kept.map((one) => found[by][one].slice(0, count)));
    const heads = METHODS.flatMap((by) => kept.map((one) => `${one === "se" ? "SE of effect" : one}, ${by}`));
    return columns(["study", ...heads], Array.from({ length: count }, (_, k) => k + 1), ...lists);
  });

  return (_, state) => {
    const now = repeater.now();
    bar.update(now, state);
    const axes = axesOf(now.design);
    const summary = summaryOf(now.studies, now.count);
    for (const row of rows) row.update(now, axes[row.name], summary);
  };
}

/** Run one, run a thousand or stop, how far it is, and which stream of draws it is: { node, update(now, state) }. */
function createBar(ctx, repeater) {
  const to = (count) => ctx.act.move("studies", Math.min(Math.max(count, 1), MOST));
  let seen = { running: false, wanted: 1 };
  const next = (count) => MANY * (Math.floor(count / MANY) + 1);
  const one = h("button", {
    type: "button", class: "lmmx-button", "data-action": "onemore",
    onclick: () => { const { wanted, running } = repeater.now(); if (!running) to(wanted + 1); },
  }, "One more study");
  const many = h("button", {
    type: "button", class: "lmmx-button lmmx-primary lmmx-runmany", "data-action": "thousand",
    // It does what it says: pressed again before it says something else, it does the same.
    onclick: singly(() => to(seen.running ? repeater.now().count : next(seen.wanted))),
  }, "Run 1,000");
  const fill = h("span", { class: "lmmx-progressfill" });
  const progress = h("div", {
    class: "lmmx-progress", role: "progressbar", "aria-label": "Studies run", "aria-valuemin": 0,
  }, fill);
  const said = h("p", { class: "lmmx-runsaid", "data-out": "studies" });
  return {
    node: h("div", { class: "lmmx-runbar" }, h("div", { class: "lmmx-buttons" }, one, many),
      h("div", { class: "lmmx-runway" }, progress, said)),
    update({ count, wanted, running, seed }, state) {
      seen = { running, wanted };
      const held = waiting(ctx, state);
      const idle = held || (!running && wanted >= MOST);
      if (many.disabled !== idle) many.disabled = idle;
      if (one.disabled !== idle) one.disabled = idle;
      set(one, { "aria-disabled": String(running) });
      setText(many, running ? "Stop" : "Run 1,000");
      set(progress, { "aria-valuemax": wanted, "aria-valuenow": count });
      fill.style.width = `${((100 * count) / wanted).toFixed(1)}%`;
      const of = running ? `${thousands(count)} of ${thousands(wanted)}` : `N = ${thousands(count)}`;
      setText(said, `${of} ${wanted === 1 ? "study" : "studies"}, seed ${seed}`);
    },
  };
}

/** A parameter's row: its strip, the truth and the two means. */
function rowOf(name, ctx) {
  const [symbol, colour] = ROWS[name];
  const number = (what) => h("td", { class: "lmmx-num", "data-cell": `${what}-${name}` });
  const cells = { truth: number("truth"), ML: number("ML"), REML: number("REML") };
  const strip = stripOf(ctx);
  const node = h("tbody", {},
    h("tr", {}, h("th", { scope: "row", class: `lmmx-p lmmx-${colour}` }, symbol), cells.truth, cells.ML, cells.REML),
    h("tr", {}, h("td", { class: "lmmx-stripcell", colspan: 4 }, strip.node)));
  return {
    name, node,
    update({ studies: { found, design }, count }, axis, summary) {
      const truth = design.truth[name];
      setText(cells.truth, written(name, truth));
      const means = METHODS.map((by) => summary[by].moments[name].mean);
      METHODS.forEach((by, k) => setText(cells[by], written(name, means[k])));
      strip.draw(METHODS.map((by) => found[by][name]), count, axis, truth, means);
      set(strip.node, { "aria-label": `${symbol}: ${count} estimates by ML below, by REML above the line; axis from `
        + `${three(axis[0])} to ${three(axis[1])}` });
    },
  };
}

/** Two histograms back to back, REML above the line and ML below it. */
function stripOf(ctx) {
  const path = (kind) => s("path", { class: kind });
  const bars = { ML: path("lmmx-bars lmmx-barsML"), REML: path("lmmx-bars lmmx-barsREML") };
  const means = { ML: path("lmmx-stripmean lmmx-barsML"), REML: path("lmmx-stripmean lmmx-barsREML") };
  const [base, truth] = [s("line", { class: "lmmx-grid" }), s("line", { class: "lmmx-truth" })];
  const newest = path("lmmx-newest");
  const ends = ["start", "end"].map((anchor) => s("text", { class: "lmmx-tick", "text-anchor": anchor }));
  const svg = s("svg", { class: "lmmx-repstrip", role: "img" }, base, bars.ML, bars.REML, truth, newest,
    means.ML, means.REML, ends);
  return {
    node: svg,
    draw(lists, count, [low, high], true_, mean) {
      const width = ctx.width(svg.parentElement);
      const height = ctx.root.classList.contains("lmmx-hall") ? LOW : HEIGHT;
      const middle = height / 2;
      const x = (v) => 6 + ((Math.min(Math.max(v, low), high) - low) / (high - low)) * (width - 12);
      set(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
      set(base, { x1: 0, x2: width, y1: middle, y2: middle });
      set(truth, { x1: x(true_), x2: x(true_), y1: 1, y2: height - 1 });
      const counts = lists.map((list) => histogram(list, count, [low, high], BINS));
      const most = Math.max(FEW, ...counts.flat());
      METHODS.forEach((by, k) => {
        const side = by === "REML" ? -1 : 1;
        set(bars[by], { d: barsOf(counts[k], x, [low, high], middle, (side * (middle - 4)) / most) });
        const at = Number.isFinite(mean[k]) ? x(mean[k]) : null;
        set(means[by], { d: at === null ? "" : `M${at.toFixed(1)},${middle + side}l-4.5,${8 * side}h9z` });
      });
      const dot = (v, y) => (Number.isFinite(v) ? `M${x(v).toFixed(1)},${y}h0` : "");
      set(newest, { d: lists.map((list, k) => dot(list[count - 1], middle + (k ? -5 : 5))).join("") });
      ends.forEach((text, k) => {
        set(text, { x: k ? width : 0, y: height - 1 });
        setText(text, three(k ? high : low));
      });
    },
  };
}

function barsOf(counts, x, [low, high], middle, each) {
  const step = (high - low) / counts.length;
  return counts.map((n, k) => {
    if (!n) return "";
    const [from, to] = [x(low + k * step), x(low + (k + 1) * step)];
    return `M${from.toFixed(1)},${middle}v${(n * each).toFixed(1)}H${(to - 0.6).toFixed(1)}V${middle}z`;
  }).join("");
}

function spoken({ n, ML, REML }) {
  const mean = (by, name) => written(name, by.moments[name].mean);
  return `${thousands(n)} studies are run. Mean effect ${mean(REML, "effect")}; mean G 2 2 by ML ${mean(ML, "G22")}, `
    + `by REML ${mean(REML, "G22")}; power ${fixed(REML.power, 3)}.`;
}
