// Raw residuals beside normalized ones: over time, over fitted values, against normal quantiles; b-hat beside the true b.
import { niceTop } from "../maths/axes.js";
import { uniform } from "../maths/draws.js";
import { planted } from "../maths/ideas/faults.js";
import {
  conditional, correlate, eachSubject, normalized, normalQuantiles, ranksIn, spreadBy,
} from "../maths/ideas/residuals.js";
import { pairsOf, wideOf } from "../maths/ideas/sample.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, set, setRuns, setText } from "../kit/dom.js";
import { fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { shades } from "../kit/shades.js";
import { slopeUnit } from "../kit/sloped.js";

const GROUPS = 5;

/** The residuals of the state, kept while nothing they rest on moves; both panels share them. */
function leftOver({ data }, { seed, dials }, { G, sigma2 }) {
  const { people, fit, extra, facts } = data;
  const known = (data.leftOver ??= { times: [], data: "", now: "" });
  const mu = extra.residuals.mu;
  if (!known.times.length) eachSubject(people, (_, { t }) => known.times.push(...t));
  const which = dials.data === "real" ? "real" : `${dials.data} ${seed}`;
  if (known.data !== which) {
    const { r, b } = dials.data === "real" ? { r: Float64Array.from(mu, (m, k) => people.y[k] - m), b: null }
      : planted(people, { mu, G: fit.G, sigma2: fit.sigma2, seed, fault: dials.data, step: facts.step });
    Object.assign(known, { data: which, r, truth: b, raw: pairsOf(wideOf(people, r, data.grid.t)), now: "" });
  }
  const now = JSON.stringify([G, sigma2]);
  if (known.now !== now) {
    const norm = normalized(people, known.r, G, sigma2);
    Object.assign(known, { now, mu, norm, own: null });
    known.white = norm && pairsOf(wideOf(people, norm, data.grid.t));
  }
  // b-hat and what it leaves are made only where they are shown.
  if (known.norm && dials.show in OWN) known.own ??= conditional(people, known.r, G, sigma2);
  return known;
}

const OWN = { fitted: true, b: true };

const CAPTION = {
  time: [["Raw", "y \u2212 X\u03b2\u0302 at each visit"], ["Normalized", "L\u207b\u00b9(y \u2212 X\u03b2\u0302): no unit, SD 1 if all is well"]],
  fitted: [["Conditional", "y \u2212 X\u03b2\u0302 \u2212 Zb\u0302 against X\u03b2\u0302 + Zb\u0302"], ["Normalized", "L\u207b\u00b9(y \u2212 X\u03b2\u0302) against X\u03b2\u0302"]],
  qq: [["Raw", "y \u2212 X\u03b2\u0302, sorted, against normal quantiles"], ["Normalized", "sorted, against normal quantiles"]],
  b: [["Predicted b\u0302", "one a person, sorted, against normal quantiles"], ["True b", "which only a simulation knows"]],
};

/** What each of the two plots shows: { x, y, xLabel, yLabel, and bands by group or the line of a QQ plot }. */
function pictures(ctx, known, { show, effect }) {
  const { labels, people } = ctx.data;
  const { r, norm, mu, times, own } = known;
  if (show === "time") return [[r, labels.unit], [norm, ""]].map(([y, unit]) => ({ x: times, y, key: times, jitter: true, xLabel: labels.time, yLabel: unit }));
  if (show === "fitted") {
    const fitted = Float64Array.from(own.left, (e, k) => mu[k] + r[k] - e);
    return [[fitted, own.left, labels.unit], [mu, norm, ""]].map(([x, y, unit]) => ({ x, y, key: ranksIn(GROUPS, x), xLabel: labels.unit || labels.response, yLabel: unit }));
  }
  const of = Math.min(Number(effect) || 0, people.visits[0].Z[0].length - 1);
  const column = (all) => all && Float64Array.from(all, (one) => one[of]);
  const unit = of ? slopeUnit(labels) : labels.unit;
  const both = show === "qq" ? [[r, labels.unit], [norm, "", 1]] : [[column(own && own.b), unit], [column(known.truth), unit]];
  return both.map(([values, measured, slope]) => values && qq(values, measured, slope));
}

const quantiles = {};

function qq(values, yLabel, slope) {
  const y = values.slice().sort();
  const x = (quantiles[y.length] ??= normalQuantiles(y.length));
  const sd = slope || Math.sqrt(y.reduce((sum, v) => sum + v * v, 0) / y.length);
  return { x, y, line: sd, straight: correlate(x, y), spread: Math.sqrt(y.reduce((sum, v) => sum + v * v, 0) / y.length), xLabel: "normal quantile", yLabel };
}

export function createResiduals(el, ctx) {
  const plots = ["data", "line"].map((colour) => ({ colour, p: plot(ctx, { title: "", height: 320, x: [0, 1], y: [-1, 1] }) }));
  const dial = dialNamed(ctx, "effect");
  const pick = dial && dial.options.length > 1 && createPick(dial, ctx);
  const empty = h("p", { class: "lmmx-overlay lmmx-unknown", hidden: true }, "Nobody knows the b of real people. Choose simulated data.");
  plots[1].p.frame.append(empty);
  const none = h("p", { class: "lmmx-note", hidden: true }, "Some V\u1d62 is not positive definite here: it has no Cholesky factor L, so nothing can be normalized.");
  const told = h("p", { class: "lmmx-made", "data-out": "residuals" });
  el.append(h("div", { class: "lmmx-tools-row" }, pick && pick.node), none, h("div", { class: "lmmx-pair" }, plots.map(({ p }) => p.figure)), told);
  const seen = ["", ""];

  return (d, state) => {
    if (pick) { pick.update(state); pick.node.style.display = state.dials.show === "b" ? "" : "none"; }
    const known = leftOver(ctx, state, d);
    none.hidden = known.norm !== null;
    const { show } = state.dials;
    const shown = known.norm ? pictures(ctx, known, state.dials) : [null, null];
    plots.forEach(({ p, colour }, k) => {
      const one = shown[k];
      const [title, about] = CAPTION[show][k];
      setRuns(p.figure.firstChild, [["lmmx-figname", title], ` ${about}`]);
      // b-hat and b on one scale, so that it is seen how far b-hat is drawn in.
      if (shown[0]) Object.assign(p, axesOf(one || shown[0], show === "b" ? shown : [one], k && show !== "b"));
      // Raw residuals do not feel G and sigma2.
      const key = [known.data, show, state.dials.effect, k || show in OWN || !one ? known.now : ""].join("|");
      if (!p.ready() && key === seen[k]) return;
      seen[k] = key;
      p.clear();
      if (one) draw(p, ctx, one, colour);
      if (one) set(p.canvas, { "aria-label": `${title}, ${about}: ${sayOne(one)}` });
    });
    empty.hidden = known.norm === null || shown[1] !== null;
    setRuns(told, known.norm ? say(show, shown) : [""]);
  };
}

function axesOf({ x, xLabel, yLabel }, together, unitless) {
  const reach = niceTop(Math.max(unitless ? 4 : 0, ...together.map((one) => (one ? one.y.reduce((top, v) => Math.max(top, Math.abs(v)), 0) : 0))));
  const [low, high] = [x, x].map((v, k) => v.reduce((a, b) => (k ? Math.max(a, b) : Math.min(a, b))));
  const edge = 0.05 * (high - low || 1);
  return { xRange: [low - edge, high + edge], yRange: [-reach, reach], xLabel, yLabel };
}

function draw(p, ctx, one, colour) {
  const { x, y, key, jitter, line } = one;
  const c = p.context;
  c.save();
  p.clip(c);
  c.fillStyle = c.strokeStyle = ctx.colour(colour);
  const size = x.length > 400 ? 2.4 : 3.6;
  const wide = jitter ? 0.5 * Math.min(24, (p.x(p.xRange[1]) - p.x(p.xRange[0])) / 14) : 0;
  if (line) reference(p, ctx, one);
  c.globalAlpha = x.length > 400 && key ? 0.42 : 0.8;
  for (let k = 0; k < x.length; k++) c.fillRect(p.x(x[k]) + wide * (uniform(7, k) - 0.5) * 2 - size / 2, p.y(y[k]) - size / 2, size, size);
  c.globalAlpha = 1;
  if (key) {
    // Mean and two SDs on either side, group by group.
    const groups = spreadBy(key, y);
    const middles = jitter ? groups.map(({ at }) => at) : spreadBy(key, x).map(({ mean }) => mean);
    c.strokeStyle = c.fillStyle = ctx.colour("ink");
    for (const side of [-2, 0, 2]) {
      c.lineWidth = side ? 2 : 1.5;
      c.setLineDash(side ? [] : [5, 4]);
      c.beginPath();
      groups.forEach(({ mean, sd }, k) => (k ? c.lineTo : c.moveTo).call(c, p.x(middles[k]), p.y(mean + side * sd)));
      c.stroke();
    }
    c.setLineDash([]);
    groups.forEach(({ mean }, k) => { c.beginPath(); c.arc(p.x(middles[k]), p.y(mean), 3.5, 0, 6.3); c.fill(); });
  }
  c.restore();
}

/** The line a normal distribution would follow, and the band 95 % of its points would keep to, one by one. */
function reference(p, ctx, { x, line }) {
  const c = p.context;
  const n = x.length;
  const off = (k) => (1.96 * Math.sqrt(((k + 0.5) / n) * (1 - (k + 0.5) / n) / n) * Math.sqrt(2 * Math.PI)) / Math.exp((-x[k] * x[k]) / 2);
  c.beginPath();
  for (let k = 0; k < n; k++) c.lineTo(p.x(x[k]), p.y(line * (x[k] + off(k))));
  for (let k = n - 1; k >= 0; k--) c.lineTo(p.x(x[k]), p.y(line * (x[k] - off(k))));
  c.save();
  c.fillStyle = ctx.colour("ghost");
  c.globalAlpha = 0.2;
  c.fill();
  c.globalAlpha = 1;
  c.strokeStyle = ctx.colour("ink");
  c.lineWidth = 1.5;
  c.beginPath();
  for (const k of [0, n - 1]) c.lineTo(p.x(x[k]), p.y(line * x[k]));
  c.stroke();
  c.restore();
}

const range = (values, show) => [["lmmx-num", show(Math.min(...values))], " to ", ["lmmx-num", show(Math.max(...values))]];
const plainText = (runs) => runs.map((run) => (typeof run === "string" ? run : run[1])).join("");

function sayOne(one) {
  if (!one.key) return `correlation with a straight line ${fixed(one.straight, 4)}`;
  return plainText(["means ", ...range(means(one), three), ", SDs ", ...range(sds(one), three)]);
}

const means = ({ key, y }) => spreadBy(key, y).map(({ mean }) => mean);
const sds = ({ key, y }) => spreadBy(key, y).map(({ sd }) => sd);
const two = (x) => fixed(x, 2);

function say(show, [a, b]) {
  const num = (text) => ["lmmx-num", text];
  if (show === "qq") return ["Correlation of points and normal quantiles: raw ", num(fixed(a.straight, 4)), ", normalized ", num(fixed(b.straight, 4)), "; 1 is a straight line. Grey: where 95 % of independent normal points lie. Raw residuals of one person come together, so their band is only a guess."];
  if (show === "b") {
    const kept = b ? [" SD of b\u0302 ", num(three(a.spread)), ", of the true b ", num(three(b.spread)), "."] : [""];
    return ["Correlation with a straight line: b\u0302 ", num(fixed(a.straight, 4)), ...(b ? [", true b ", num(fixed(b.straight, 4))] : []), ".", ...kept, " Each b\u0302 leans on the normal distribution that was assumed."];
  }
  const chance = 1.96 / Math.sqrt(Math.min(...spreadBy(b.key, b.y).map(({ n }) => n)));
  const where = show === "time" ? "By visit" : "In five equal groups";
  const first = show === "time" ? "raw" : "conditional";
  return [`Solid lines: mean \u00b1 2 SD. ${where}: ${first} SDs `, ...range(sds(a), three), "; normalized SDs ", ...range(sds(b), two), ", means ", ...range(means(b), two), " (chance alone: \u00b1", num(two(chance)), ")."];
}

/** The two correlation tables by visit. */
export function createLeftcorr(el, ctx) {
  const { grid, labels } = ctx.data;
  const made = [["raw", "Raw"], ["white", "Normalized"]].map(([kind, text]) => {
    const cells = grid.t.map((_, i) => grid.t.map((__, j) => h("td", { class: "lmmx-cell", "data-cell": `${kind}-${i}-${j}` })));
    const table = h("table", { class: "lmmx-table lmmx-sample" }, h("caption", { class: "lmmx-sr" }, `${text} residuals: correlations by visit`),
      h("thead", {}, h("tr", {}, h("td", { class: "lmmx-corner" }, labels.timeShort), grid.label.map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, cells.map((row, i) => h("tr", {}, h("th", { scope: "row" }, grid.label[i]), row))));
    table.style.minWidth = `${44 + 42 * grid.t.length}px`;
    return { kind, cells, node: h("div", {}, h("p", { class: "lmmx-figname" }, text), h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": `${text} residuals: correlations` }, table)) };
  });
  const told = h("p", { class: "lmmx-made", "data-out": "leftcorr" });
  el.append(h("div", { class: grid.t.length > 7 ? "lmmx-stack" : "lmmx-pair" }, made.map(({ node }) => node)), told);
  const shade = shades("C", { V: [[1]] }, ctx);

  return (d, state) => {
    const known = leftOver(ctx, state, d);
    for (const { kind, cells } of made) {
      const pairs = known[kind];
      cells.forEach((row, i) => row.forEach((cell, j) => {
        const corr = pairs ? pairs[i][j].corr : NaN;
        setText(cell, i === j && pairs ? "1" : two(corr));
        const ground = i === j ? "transparent" : shade(corr);
        if (cell.ground !== ground) cell.style.backgroundColor = cell.ground = ground;
      }));
    }
    const near = (pairs) => average(pairs.slice(1).map((row, j) => row[j].corr).filter(Number.isFinite));
    const people = Math.min(...(known.raw.flat().map(({ n }) => n).filter((n) => n > 3)));
    const chance = 1.96 / Math.sqrt(people);
    setRuns(told, known.white ? ["Neighbouring visits, on average: raw ", ["lmmx-num", two(near(known.raw))], ", normalized ", ["lmmx-num", two(near(known.white))], ". By chance alone a single normalized one lies within \u00b1", ["lmmx-num", two(chance)], "."] : [""]);
  };
}

const average = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;
