// Two visits and four parameters: sigma2 slides along a ridge, G follows, V and -2 log L stay. A third visit ends it.
import { niceTop } from "../maths/axes.js";
import { alongRidge, ridgeEnd } from "../maths/ideas/ridge.js";
import { deviance, marginalCovariance } from "../maths/model.js";
import { createBox } from "../kit/box.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { sloped } from "../kit/sloped.js";
import { waiting } from "../kit/waiting.js";

const POINTS = 60;
let serial = 0;

export function createRidge(el, ctx) {
  const { labels, extra: { ridge } } = ctx.data;
  if (!sloped(el, ctx)) return () => {};
  if (!ridge) { el.append(h("p", { class: "lmmx-note" }, "This picture needs three times at which enough people were read.")); return () => {}; }
  const [pair, trio] = ridge.times;
  const { unitOf: { sigma2: unit }, timeShort } = labels;
  let now = { end: 1, V: null };
  /** Another sigma2, and the G that leaves V at the two visits as it is. */
  const slide = (sigma2) => ctx.act.goTo({ G: alongRidge(pair, now.V, sigma2), sigma2 }, "sigma2");
  const kept = (sigma2) => slide(Math.min(Math.max(sigma2, 0.01 * now.end), 1.25 * now.end));

  const note = h("span", { class: "lmmx-rownote", id: `lmmx-ridge-${++serial}` });
  const box = createBox({ name: "ridge", parameter: "sigma2", label: "\u03c3\u00b2, type a value", note, reach: () => now.end, take: slide, rest: ctx.again });
  const stage = h("div", { class: "lmmx-stage" });
  const c = chart(stage, ctx, { height: 240, xLabel: unit ? `\u03c3\u00b2, in ${unit}` : "\u03c3\u00b2", yLabel: "\u22122 log L above its least" });
  const allowed = s("rect", { class: "lmmx-allowed" });
  const edge = s("line", { class: "lmmx-zero" });
  const flat = s("path", { class: "lmmx-line" });
  const valley = s("path", { class: "lmmx-forced" });
  const at = s("circle", { class: "lmmx-one", r: 5 });
  const words = { flat: s("text", { class: "lmmx-marklabel" }, "two visits"), valley: s("text", { class: "lmmx-forcedword" }, "three visits"), edge: s("text", { class: "lmmx-rimword" }) };
  c.marks.append(allowed, edge, flat, valley);
  c.over.append(words.flat, words.valley, words.edge, at);
  const handle = createHandle({ label: "\u03c3\u00b2 along the ridge", colour: "sigma2", axis: "x", drag: (px, py) => kept(c.back(px, py)[0]), step: (x, y) => kept(ctx.now().sigma2 + (now.end / 100) * (x || y)) });
  stage.append(handle.node);
  const G = small("G", "G", ["intercept", "slope"], (a, b) => (a !== b ? "G12" : a ? "G22" : "G11"));
  const Vs = [pair, trio].map((times) => small(`V${times.length}`, `V at ${times.length === 2 ? "two" : "three"} visits`, times.map((t) => `${timeShort} ${brief(t)}`), (a, b) => (times.length > 2 && (a === 1 || b === 1) ? "moves" : "")));
  const says = h("p", { class: "lmmx-made", "data-out": "ridge-says" });
  const values = [pair, trio].map((times) => h("b", { class: "lmmx-num", "data-out": `ridge-deviance-${times.length}` }));
  const third = h("span", {}, "; at three: ", values[1]);
  const likelihoods = h("p", { class: "lmmx-made" }, h("span", { class: "lmmx-madehead" }, "\u22122 log L of the readings at these two visits: "), values[0], third, ".");
  el.append(h("label", { class: "lmmx-ridgebar lmmx-sigma2" }, h("span", { class: "lmmx-p" }, "\u03c3\u00b2"), box.node, h("span", { class: "lmmx-what" }, "drag the dot, or type")), note, stage, likelihoods,
    h("div", { class: "lmmx-smalls" }, G.node, Vs.map((v) => v.node)), says);
  const V = (times, d) => marginalCovariance(times.map((t) => [1, t]), d.G, d.sigma2);
  let drawn = { key: "" };

  return (d, state) => {
    const thirdOn = d.dials.visits === "three";
    const both = [V(pair, d), V(trio, d)];
    const end = ridgeEnd(both[0]);
    now = { end, V: both[0] };
    // The curves hang on V at the two visits alone: along the ridge they stay, and only the handle moves.
    const key = `${both[0].flat().map((x) => x.toPrecision(8))}|${d.method}`;
    if (drawn.key !== key) drawn = { key, ...curves(ridge, pair, both[0], end, d.method) };
    const again = c.frame([0, 1.25 * end], [-0.15 * drawn.top, drawn.top]);
    const asking = waiting(ctx, state); // the curves are the answer
    const shown = `${thirdOn}${asking}`;
    if (again || drawn.shown !== shown) {
      drawn.shown = shown;
      set(allowed, { x: c.left, width: c.x(end) - c.left, y: c.top, height: c.bottom - c.top });
      set(edge, { x1: c.x(end), x2: c.x(end), y1: c.top, y2: c.bottom });
      set(words.edge, { x: c.x(end) - 6, y: c.top + 13, "text-anchor": "end" });
      setText(words.edge, `G is valid up to ${three(end)}`);
      set(flat, { d: asking ? "" : c.path(drawn.grid, drawn.two) });
      words.flat.style.display = asking ? "none" : "";
      set(words.flat, { x: c.right - 4, y: c.y(0) - 9, "text-anchor": "end" });
      set(valley, { d: thirdOn && !asking ? c.path(drawn.grid, drawn.three) : "" });
      const k = drawn.three.findIndex((y) => y < 0.8 * drawn.top);
      set(words.valley, { x: c.x(drawn.grid[Math.max(k, 0)]) + 8, y: c.y(drawn.three[Math.max(k, 0)]) + 4 });
      words.valley.style.display = at.style.display = thirdOn && !asking ? "" : "none";
      third.style.display = Vs[1].node.style.display = thirdOn ? "" : "none";
    }
    const [two, three_] = ridge.likelihood.map((data) => deviance(data, d.G, d.sigma2, d.method));
    set(at, { cx: c.x(d.sigma2), cy: Math.max(c.y(three_ - drawn.least[1]) || 0, c.top) });
    handle.place(c.x(Math.min(d.sigma2, 1.25 * end)), c.y(0), Number(d.sigma2.toPrecision(5)), three(d.sigma2));
    handle.wait(asking);
    box.node.disabled = asking;
    box.show(d.sigma2, 5);
    G.update(d.G);
    Vs.forEach((table, k) => table.update(both[k]));
    setText(values[0], fixed(two, 2));
    setText(values[1], fixed(three_, 2));
    setText(says, d.isPsd ? `With \u03c3\u00b2 = ${three(d.sigma2)} this G gives the V shown. So does every other \u03c3\u00b2 up to ${three(end)}, each with a G of its own.`
      : `Beyond ${three(end)}, the smaller eigenvalue of V, G is no covariance matrix. V is the same, and still valid.`);
    c.spoken(`Minus 2 log L along the ridge: two visits, the same for every sigma squared${thirdOn ? `; three visits, least at sigma squared ${three(drawn.grid[drawn.three.indexOf(Math.min(...drawn.three.filter(Number.isFinite)))])}` : ""}`);
  };
}

/** -2 log L along the ridge, above its least, for the readings at two visits and at three. */
function curves({ likelihood }, pair, V, end, method) {
  const grid = Array.from({ length: POINTS }, (_, k) => (1.25 * end * (k + 1)) / POINTS);
  const raw = likelihood.map((data) => grid.map((sigma2) => deviance(data, alongRidge(pair, V, sigma2), sigma2, method)));
  const least = raw.map((values) => Math.min(...values.filter(Number.isFinite)));
  const [two, trio] = raw.map((values, k) => values.map((v) => v - least[k]));
  // Towards sigma2 = 0 the third visit becomes hopeless: the axis is made for the middle of the ridge.
  const usual = trio.filter((v, k) => Number.isFinite(v) && grid[k] > 0.25 * end && grid[k] < end);
  return { grid, two, three: trio, least, top: niceTop(Math.max(...usual, 4)) };
}

/** A small table whose numbers move: { node, update(matrix) }. */
function small(key, title, names, kind) {
  const cells = names.map((_, a) => names.map((__, b) => h("td", { class: `lmmx-num lmmx-p lmmx-${kind(a, b)}`, "data-cell": `${key}-${a}-${b}` })));
  return {
    node: h("table", { class: "lmmx-small" }, h("caption", {}, title), h("thead", {}, h("tr", {}, h("td", {}), names.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, cells.map((row, a) => h("tr", {}, h("th", { scope: "row" }, names[a]), row)))),
    update: (M) => cells.forEach((row, a) => row.forEach((cell, b) => setText(cell, brief(M[a][b])))),
  };
}
