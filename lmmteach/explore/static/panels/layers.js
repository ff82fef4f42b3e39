// One reading taken apart: three subjects' levels, their fluctuation, the measurement errors, and the sum.
import { niceTop } from "../maths/axes.js";
import { fluctuation, layerDraws, LAYERS } from "../maths/ideas/layers.js";
import { chart, tickText } from "../kit/chart.js";
import { dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { three } from "../kit/numbers.js";
import { room } from "../kit/room.js";

const PEOPLE = 3;
const STEPS = 200;
const STRIPS = [
  ["Each person\u2019s level", "b", "lmmx-G11"],
  ["Fluctuation around it", "e\u2081", "lmmx-fluct"],
  ["Measurement error", "e\u2082", "lmmx-sigma2"],
  ["What is read", "b + e\u2081 + e\u2082", ""],
];

export function createLayers(el, ctx) {
  const { start, end } = ctx.data.extra.layers;
  const { labels } = ctx.data;
  const time = {
    start, end, dt: (end - start) / STEPS,
    all: Array.from({ length: STEPS + 1 }, (_, k) => start + ((end - start) * k) / STEPS),
  };
  const strips = STRIPS.map((strip, k) => stripOf(el, ctx, strip, k === STRIPS.length - 1));
  const [levels, paths, errors, sum] = strips;
  const marks = marksOf(strips);
  const note = h("p", { class: "lmmx-made", "data-room": room(156) });
  const highs = Object.fromEntries(LAYERS.map((name) => [name, dialNamed(ctx, name).high]));
  el.append(markKey(["ink", "one person"], ["rule", "two others"], ["dot", "a reading"]).node, note);
  ctx.numbers.set(el, (_, { dials }) => [
    ["person", labels.time, "level b", "fluctuation e1", "error e2", "reading"],
    ...known.draws.flatMap((draws, k) => {
      const path = fluctuation(draws.e1, time.dt, dials);
      const [level, sd] = [Math.sqrt(dials.level) * draws.b, Math.sqrt(dials.error)];
      return visitsOf(time, dials).map((v) =>
        [k + 1, time.all[v], level, path[v], sd * draws.e2[v], level + path[v] + sd * draws.e2[v]]);
    }),
  ]);
  let known = { seed: null, draws: null };

  return ({ dials, seed }) => {
    if (known.seed !== seed) known = { seed, draws: layerDraws(seed, PEOPLE, STEPS + 1) };
    const top = niceTop(2.6 * Math.sqrt(dials.level + dials.fluct + dials.error));
    // A strip's own scale hangs on how far its slider goes, so that it does not follow what is seen to move.
    const tops = LAYERS.map((name) => niceTop(Math.max(1.5 * Math.sqrt(highs[name]), 2.2 * Math.sqrt(dials[name]))));
    strips.forEach((c, k) => c.frame([start, end], c === sum ? [-top, top] : [-tops[k], tops[k]]));
    const visits = visitsOf(time, dials);
    known.draws.forEach((draws, k) => drawPerson(strips, marks, k, draws, time, visits, dials));
    const said = sentence(dials, visits.length);
    setText(note, `${said} Each strip has a scale of its own${labels.unit ? `, in ${labels.unit}` : ""}.`);
    sum.spoken(said);
    levels.spoken("The three people\u2019s own levels");
    paths.spoken("How each person fluctuates around their own level");
    errors.spoken("The measurement error of each reading");
  };
}

/** The places of the visits among all times. */
function visitsOf({ start, end, dt }, { spacing }) {
  const visits = [];
  for (let t = 0; t <= end - start + 1e-9; t += spacing) visits.push(Math.round(t / dt));
  return visits;
}

function stripOf(el, ctx, [words, symbol, kind], last) {
  const name = h("p", { class: "lmmx-stripname" }, h("b", {}, words), h("span", { class: `lmmx-p ${kind}` }, symbol));
  const figure = h("div", { class: "lmmx-strip" }, name);
  el.append(figure);
  const height = last ? 250 : 96;
  const pad = { top: 6, bottom: last ? 38 : 8 };
  // Zero and one round number either side: more has no room.
  const yTicks = ({ y1 }) => {
    const power = 10 ** Math.floor(Math.log10(y1));
    const round = power * [5, 2, 1].find((f) => f * power <= y1);
    return [-round, 0, round].map((v) => [v, tickText(v)]);
  };
  if (!last) return chart(figure, ctx, { height, pad, xTicks: [], yTicks });
  return chart(figure, ctx, { height, pad, xLabel: ctx.data.labels.time || "time" });
}

/** A path for each person in each strip; the first person's lie on top, darkest. */
function marksOf([levels, paths, errors, sum]) {
  const lines = (c, kind) => Array.from({ length: PEOPLE }, (_, k) => {
    const node = s("path", { class: `lmmx-layer ${kind}${k ? " lmmx-other" : ""}` });
    c.marks.prepend(node);
    return node;
  });
  return {
    level: lines(levels, "lmmx-G11"), path: lines(paths, "lmmx-fluct"), error: lines(errors, "lmmx-sigma2"),
    dot: lines(sum, "lmmx-reading"), stick: lines(sum, "lmmx-sigma2"),
    sumPath: lines(sum, "lmmx-fluct"), sumLevel: lines(sum, "lmmx-G11"),
  };
}

function drawPerson([levels, paths, errors, sum], marks, k, { b, e1, e2 }, { start, end, dt, all }, visits, dials) {
  const level = Math.sqrt(dials.level) * b;
  const path = fluctuation(e1, dt, dials);
  const around = Array.from(path, (x) => x + level);
  const error = visits.map((v) => Math.sqrt(dials.error) * e2[v]);
  const flat = (c) => c.path([start, end], [level, level]);
  const each = (make) => visits.map((v, j) => make(all[v], around[v], error[j])).join("");
  // Errors of the three subjects side by side, so that no stick hides another.
  const shift = (k - (PEOPLE - 1) / 2) * 5;
  set(marks.level[k], { d: flat(levels) });
  set(marks.sumLevel[k], { d: flat(sum) });
  set(marks.path[k], { d: paths.path(all, path) });
  set(marks.sumPath[k], { d: sum.path(all, around) });
  set(marks.error[k], { d: each((t, _, e) => stick(errors, t, 0, e, shift)) });
  set(marks.stick[k], { d: each((t, from, e) => stick(sum, t, from, from + e, 0)) });
  set(marks.dot[k], { d: each((t, from, e) => sum.dot(t, from + e)) });
}

const stick = (c, t, from, to, shift) =>
  `M${(c.x(t) + shift).toFixed(1)},${c.y(from).toFixed(1)}V${c.y(to).toFixed(1)}`;

function sentence(dials, readings) {
  const [level, fluct, error] = LAYERS.map((name) => three(Math.sqrt(dials[name])));
  return `Three people, ${readings} readings each. `
    + `SDs: between people ${level}, fluctuation ${fluct}, measurement error ${error}.`;
}
