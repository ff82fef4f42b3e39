// Two visits and four parameters: sigma2 slides along a ridge, G follows, V and -2 log L stay. A third visit ends it.
import { alongRidge, ridgeCurves, ridgeEnd } from "../maths/ideas/ridge.js";
import { deviance, marginalCovariance } from "../maths/model.js";
import { createBox } from "../kit/box.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { sloped } from "../kit/sloped.js";
import { waiting } from "../kit/waiting.js";

const END = 1.25; // of the axis, in units of the largest sigma2 that leaves G valid
let serial = 0;

export function createRidge(el, ctx) {
  const { labels, extra: { ridge } } = ctx.data;
  if (!sloped(el, ctx)) return () => {};
  if (!ridge) {
    const needs = "This picture needs three times at which enough people were read.";
    el.append(h("p", { class: "lmmx-note" }, needs));
    return () => {};
  }
  const [pair, trio] = ridge.times;
  const now = { end: 1, V: null }; // what the controls look at: the end of the ridge, V at the two visits
  const { bar, note, box } = barOf(ctx, pair, now);
  const stage = h("div", { class: "lmmx-stage" });
  const picture = pictureOf(stage, ctx);
  const handle = handleOf(picture.c, ctx, pair, now);
  stage.append(handle.node);
  const tables = tablesOf(ridge.times, labels);
  const likelihoods = likelihoodLine(ridge.times);
  const says = h("p", { class: "lmmx-made", "data-out": "ridge-says", "data-room": room(112) });
  const smalls = h("div", { class: "lmmx-smalls" }, tables.G.node, tables.Vs.map((v) => v.node));
  const key = markKey(["line", "two visits"], ["dashed:G12", "three visits"], ["wash:sigma2", "G is one"],
    ["pull:sigma2", "drag: \u03c3\u00b2, and G makes up for it"]);
  el.append(bar, note, stage, key.node, likelihoods.node, smalls, says);
  let drawn = { key: "" };

  return (d, state) => {
    const both = [pair, trio].map((times) => marginalCovariance(times.map((t) => [1, t]), d.G, d.sigma2));
    const end = ridgeEnd(both[0]);
    Object.assign(now, { end, V: both[0] });
    // The curves hang on V at the two visits alone: along the ridge they stay, and only the handle moves.
    const stamp = `${both[0].flat().map((x) => x.toPrecision(8))}|${d.method}`;
    const curves = () => ridgeCurves(ridge.likelihood, pair, both[0], END * end, end, d.method);
    if (drawn.key !== stamp) drawn = { key: stamp, ...curves() };
    const again = picture.c.frame([0, END * end], [-0.15 * drawn.top, drawn.top]);
    const third = d.dials.visits === "three";
    const asking = waiting(ctx, state); // the curves are the answer
    const shown = `${third}${asking}`;
    if (again || drawn.shown !== shown) {
      drawn.shown = shown;
      draw(picture, drawn, end, { flat: !asking, valley: third && !asking });
      key.show(0, !asking);
      key.show(1, third && !asking);
      likelihoods.third.style.display = tables.Vs[1].node.style.display = third ? "" : "none";
    }
    const found = ridge.likelihood.map((data) => deviance(data, d.G, d.sigma2, d.method));
    const { c, at } = picture;
    set(at, { cx: c.x(d.sigma2), cy: Math.max(c.y(found[1] - drawn.least[1]) || 0, c.top) });
    handle.place(c.x(Math.min(d.sigma2, END * end)), c.y(0), Number(d.sigma2.toPrecision(5)), three(d.sigma2));
    handle.wait(asking);
    box.node.disabled = asking;
    box.show(d.sigma2, 5);
    tables.G.update(d.G);
    tables.Vs.forEach((table, k) => table.update(both[k]));
    likelihoods.values.forEach((value, k) => setText(value, fixed(found[k], 2)));
    setText(says, about(d, end));
    c.spoken(spoken(drawn, third));
  };
}

/** Another sigma2, and the G that leaves V at the two visits as it is. */
const slide = (ctx, pair, { V }, sigma2) => ctx.act.goTo({ G: alongRidge(pair, V, sigma2), sigma2 }, "sigma2");

/** The box to type sigma2 in, and the note beneath. */
function barOf(ctx, pair, now) {
  const note = h("span", { class: "lmmx-rownote", id: `lmmx-ridge-${++serial}` });
  const box = createBox({
    name: "ridge", parameter: "sigma2", label: "\u03c3\u00b2, type a value", note,
    reach: () => now.end, take: (sigma2) => slide(ctx, pair, now, sigma2), rest: ctx.again,
  });
  const hint = h("span", { class: "lmmx-what" }, "drag the dot, or type");
  const symbol = h("span", { class: "lmmx-p" }, "\u03c3\u00b2");
  return { bar: h("label", { class: "lmmx-ridgebar lmmx-sigma2" }, symbol, box.node, hint), note, box };
}

function handleOf(c, ctx, pair, now) {
  const kept = (sigma2) => slide(ctx, pair, now, Math.min(Math.max(sigma2, 0.01 * now.end), END * now.end));
  return createHandle({
    label: "\u03c3\u00b2 along the ridge", colour: "sigma2", axis: "x",
    drag: (px, py) => kept(c.back(px, py)[0]),
    step: (x, y) => kept(ctx.now().sigma2 + (now.end / 100) * (x || y)),
  });
}

function pictureOf(stage, ctx) {
  const { unitOf: { sigma2: unit } } = ctx.data.labels;
  const xLabel = unit ? `\u03c3\u00b2, in ${unit}` : "\u03c3\u00b2";
  const c = chart(stage, ctx, { height: 240, xLabel, yLabel: "\u22122 log L above its least" });
  const allowed = s("rect", { class: "lmmx-allowed" });
  const edge = s("line", { class: "lmmx-zero" });
  const flat = s("path", { class: "lmmx-line" });
  const valley = s("path", { class: "lmmx-forced" });
  const at = s("circle", { class: "lmmx-one", r: 5 });
  const words = {
    flat: s("text", { class: "lmmx-marklabel" }, "two visits"),
    valley: s("text", { class: "lmmx-forcedword" }, "three visits"),
    edge: s("text", { class: "lmmx-rimword" }),
  };
  c.marks.append(allowed, edge, flat, valley);
  c.over.append(words.flat, words.valley, words.edge, at);
  return { c, allowed, edge, flat, valley, at, words };
}

/** The two curves, as far as they may be seen, and where G stops being one. */
function draw({ c, allowed, edge, flat, valley, at, words }, { grid, two, three: trio, top }, end, shows) {
  set(allowed, { x: c.left, width: c.x(end) - c.left, y: c.top, height: c.bottom - c.top });
  set(edge, { x1: c.x(end), x2: c.x(end), y1: c.top, y2: c.bottom });
  set(words.edge, { x: c.x(end) - 6, y: c.top + 13, "text-anchor": "end" });
  setText(words.edge, `G is valid up to ${three(end)}`);
  set(flat, { d: shows.flat ? c.path(grid, two) : "" });
  words.flat.style.display = shows.flat ? "" : "none";
  set(words.flat, { x: c.right - 4, y: c.y(0) - 9, "text-anchor": "end" });
  set(valley, { d: shows.valley ? c.path(grid, trio) : "" });
  const k = Math.max(trio.findIndex((y) => y < 0.8 * top), 0);
  set(words.valley, { x: c.x(grid[k]) + 8, y: c.y(trio[k]) + 4 });
  words.valley.style.display = at.style.display = shows.valley ? "" : "none";
}

function likelihoodLine(times) {
  const values = times.map((all) => h("b", { class: "lmmx-num", "data-out": `ridge-deviance-${all.length}` }));
  const third = h("span", {}, "; at three: ", values[1]);
  const said = h("span", { class: "lmmx-madehead" }, "\u22122 log L of the readings at these two visits: ");
  return { values, third, node: h("p", { class: "lmmx-made" }, said, values[0], third, ".") };
}

function tablesOf(times, { timeShort }) {
  const named = (a, b) => (a !== b ? "G12" : a ? "G22" : "G11");
  const Vs = times.map((all) => small(`V${all.length}`, `V at ${all.length === 2 ? "two" : "three"} visits`,
    all.map((t) => `${timeShort} ${brief(t)}`), (a, b) => (all.length > 2 && (a === 1 || b === 1) ? "moves" : "")));
  return { G: small("G", "G", ["intercept", "slope"], named), Vs };
}

/** A small table whose numbers move: { node, update(matrix) }. */
function small(key, title, names, kind) {
  const cell = (a, b) =>
    h("td", { class: `lmmx-num lmmx-p lmmx-${kind(a, b)}`, "data-cell": `${key}-${a}-${b}` });
  const cells = names.map((_, a) => names.map((__, b) => cell(a, b)));
  const head = names.map((name) => h("th", { scope: "col" }, name));
  return {
    node: h("table", { class: "lmmx-small" }, h("caption", {}, title),
      h("thead", {}, h("tr", {}, h("td", {}), head)),
      h("tbody", {}, cells.map((row, a) => h("tr", {}, h("th", { scope: "row" }, names[a]), row)))),
    update: (M) => cells.forEach((row, a) => row.forEach((one, b) => setText(one, brief(M[a][b])))),
  };
}

function about({ isPsd, sigma2 }, end) {
  if (!isPsd) {
    return `Beyond ${three(end)}, the smaller eigenvalue of V, G is no covariance matrix. `
      + "V is the same, and still valid.";
  }
  return `With \u03c3\u00b2 = ${three(sigma2)} this G gives the V shown. `
    + `So does every other \u03c3\u00b2 up to ${three(end)}, each with a G of its own.`;
}

function spoken({ grid, three: trio }, third) {
  const lowest = () => three(grid[trio.indexOf(Math.min(...trio.filter(Number.isFinite)))]);
  return "Minus 2 log L along the ridge: two visits, the same for every sigma squared"
    + (third ? `; three visits, least at sigma squared ${lowest()}` : "");
}
