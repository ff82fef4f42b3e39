// One reading taken apart: three subjects' levels, their fluctuation, the measurement errors, and the sum; beside it
// the covariance of two readings, taken apart by how far apart in time they are.
import { niceTop } from "../maths/axes.js";
import { fluctuation, layerDraws, partsAt } from "../maths/ideas/layers.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { brief, three } from "../kit/numbers.js";

const PEOPLE = 3;
const STEPS = 200;
const LAYERS = [["level", "lmmx-G11"], ["fluct", "lmmx-fluct"], ["error", "lmmx-sigma2"]];

export function createLayers(el, ctx) {
  const { start, end } = ctx.data.extra.layers;
  const { labels } = ctx.data;
  const times = Array.from({ length: STEPS + 1 }, (_, k) => start + ((end - start) * k) / STEPS);
  const dt = (end - start) / STEPS;
  const strips = [
    ["Each person\u2019s level", "b", "lmmx-G11"], ["Fluctuation around it", "e\u2081", "lmmx-fluct"], ["Measurement error", "e\u2082", "lmmx-sigma2"],
    ["What is read", "b + e\u2081 + e\u2082", ""],
  ].map(([words, symbol, kind], k) => {
    const figure = h("div", { class: "lmmx-strip" });
    figure.append(h("p", { class: "lmmx-stripname" }, h("b", {}, words), h("span", { class: `lmmx-p ${kind}` }, symbol)));
    el.append(figure);
    const last = k === 3;
    const c = chart(figure, ctx, { height: last ? 250 : 96, pad: { top: 6, bottom: last ? 38 : 8 }, xLabel: last ? labels.time || "time" : "", ...(last ? {} : { xTicks: [] }) });
    return c;
  });
  const [levels, paths, errors, sum] = strips;
  const lines = (c, kind) => Array.from({ length: PEOPLE }, (_, k) => {
    const node = s("path", { class: `lmmx-layer ${kind}${k ? " lmmx-other" : ""}` });
    c.marks.prepend(node); // the first person's lines lie on top, darkest
    return node;
  });
  const drawn = {
    level: lines(levels, "lmmx-G11"), path: lines(paths, "lmmx-fluct"), error: lines(errors, "lmmx-sigma2"),
    dot: lines(sum, "lmmx-reading"), stick: lines(sum, "lmmx-sigma2"), sumPath: lines(sum, "lmmx-fluct"), sumLevel: lines(sum, "lmmx-G11"),
  };
  const note = h("p", { class: "lmmx-made" });
  el.append(note);
  let known = { seed: null, draws: null };

  return ({ dials, seed }) => {
    if (known.seed !== seed) known = { seed, draws: layerDraws(seed, PEOPLE, STEPS + 1) };
    const top = niceTop(2.6 * Math.sqrt(dials.level + dials.fluct + dials.error));
    const part = niceTop(2.2 * Math.sqrt(Math.max(dials.level, dials.fluct, dials.error)));
    strips.forEach((c) => c.frame([start, end], c === sum ? [-top, top] : [-part, part]));
    const visits = [];
    for (let t = 0; t <= end - start + 1e-9; t += dials.spacing) visits.push(Math.round(t / dt));
    known.draws.forEach(({ b, e1, e2 }, k) => {
      const level = Math.sqrt(dials.level) * b;
      const path = fluctuation(e1, dt, dials);
      const around = Array.from(path, (x) => x + level);
      const error = visits.map((v) => Math.sqrt(dials.error) * e2[v]);
      set(drawn.level[k], { d: levels.path([start, end], [level, level]) });
      set(drawn.sumLevel[k], { d: sum.path([start, end], [level, level]) });
      set(drawn.path[k], { d: paths.path(times, path) });
      set(drawn.sumPath[k], { d: sum.path(times, around) });
      // Errors of the three subjects side by side, so that no stick hides another.
      const shift = (k - (PEOPLE - 1) / 2) * 5;
      set(drawn.error[k], { d: visits.map((v, j) => stick(errors, times[v], 0, error[j], shift)).join("") });
      set(drawn.stick[k], { d: visits.map((v, j) => stick(sum, times[v], around[v], around[v] + error[j], 0)).join("") });
      set(drawn.dot[k], { d: visits.map((v, j) => `M${sum.x(times[v]).toFixed(1)},${sum.y(around[v] + error[j]).toFixed(1)}h0`).join("") });
    });
    const list = LAYERS.map(([name]) => three(Math.sqrt(dials[name])));
    const said = `Three people, ${visits.length} readings each. SDs: between people ${list[0]}, fluctuation ${list[1]}, measurement error ${list[2]}.`;
    setText(note, `${said} The first three strips share one scale${labels.unit ? `, in ${labels.unit}` : ""}.`);
    sum.spoken(said);
    levels.spoken("The three people\u2019s own levels");
    paths.spoken("How each person fluctuates around their own level");
    errors.spoken("The measurement error of each reading");
  };
}

const stick = (c, t, from, to, shift) => `M${(c.x(t) + shift).toFixed(1)},${c.y(from).toFixed(1)}V${c.y(to).toFixed(1)}`;

/** Stacked bars: variance at lag 0, then the covariance of readings one spacing apart, two, ... */
export function createParts(el, ctx) {
  const { start, end } = ctx.data.extra.parts;
  const { labels } = ctx.data;
  const lags = 6;
  const c = chart(el, ctx, { height: 230, pad: { left: 82 }, yLabel: labels.unit ? `(${labels.unit})\u00b2` : "", xTicks: [] });
  const bars = LAYERS.map(([, kind]) => Array.from({ length: lags }, () => { const node = s("rect", { class: `lmmx-part ${kind}` }); c.marks.append(node); return node; }));
  const heads = ["variance", "covariances"].map((text) => s("text", { class: "lmmx-tick", "text-anchor": "middle" }, text));
  c.over.append(...heads);
  const row = (name, kind, key) => {
    const cells = Array.from({ length: lags }, (_, j) => h("td", { class: "lmmx-num", "data-cell": `${key}-${j}` }));
    return { cells, node: h("tr", {}, h("th", { scope: "row", class: kind ? `lmmx-p ${kind}` : null }, name), cells) };
  };
  const rows = [row("time between", "", "lag"), row("G\u2081\u2081", "lmmx-G11", "level"), row("e\u2081", "lmmx-fluct", "fluct"), row("e\u2082", "lmmx-sigma2", "error"), row("V", "", "total"), row("correlation", "", "corr")];
  el.append(h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "V, taken apart" }, h("table", { class: "lmmx-parts" }, h("tbody", {}, rows.map((r) => r.node)))));
  const words = h("p", { class: "lmmx-made", "data-out": "layers" });
  el.append(words);

  return ({ dials }) => {
    const shown = Array.from({ length: lags }, (_, j) => j * dials.spacing).filter((lag) => lag <= end - start + 1e-9);
    const made = shown.map((lag) => partsAt(lag, dials));
    c.frame([-0.5, lags - 0.5], [0, niceTop(made[0].total)]);
    heads.forEach((node, k) => set(node, { x: c.x(k ? (made.length) / 2 : 0), y: c.bottom + 16 }));
    const half = Math.min(0.36 * (c.x(1) - c.x(0)), 26);
    for (let j = 0; j < lags; j++) {
      let below = 0;
      bars.forEach((kind, p) => {
        const value = j < made.length ? made[j].parts[p] : 0;
        set(kind[j], { x: (c.x(j) - half).toFixed(1), width: (2 * half).toFixed(1), y: c.y(below + value).toFixed(1), height: Math.max(c.y(below) - c.y(below + value), 0).toFixed(1) });
        below += value;
      });
      const printed = j < made.length ? [brief(shown[j]), ...made[j].parts.map(small), three(made[j].total), three(made[j].correlation)] : [];
      rows.forEach(({ cells }, r) => setText(cells[j], printed[r] || ""));
    }
    setText(words, verdict(dials, made));
    c.spoken(`Variance ${three(made[0].total)}; covariances ${made.slice(1).map((m) => three(m.total)).join(", ")}. ${verdict(dials, made)}`);
  };
}

/** Whether R is sigma^2 I here, in words. */
function verdict({ fluct, error, memory, spacing }, made) {
  if (made.length < 2) return "";
  const left = memory ** spacing;
  const sum = `${three(fluct)} + ${three(error)} = ${three(fluct + error)}`;
  if (fluct === 0) return `Nothing fluctuates: R = \u03c3\u00b2 I, and \u03c3\u00b2 = ${three(error)} is measurement error alone.`;
  if (left < 0.02) return `Neighbouring visits share next to nothing but the person: R = \u03c3\u2081\u00b2 I + \u03c3\u2082\u00b2 I = \u03c3\u00b2 I, with \u03c3\u00b2 = ${sum}.`;
  return `Neighbouring visits share ${three(100 * left)} % of the fluctuation, a covariance of ${three(fluct * left)}: R is not \u03c3\u00b2 I.`;
}

/** A part that has all but gone is said to be small, not written out to eight places. */
const small = (x) => (x > 0 && x < 0.01 ? "< 0.01" : three(x));
