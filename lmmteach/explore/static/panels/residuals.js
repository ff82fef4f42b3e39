// Raw residuals beside normalized ones: over time, over fitted values, against normal quantiles; b-hat beside true b.
import { niceTop } from "../maths/axes.js";
import { uniform } from "../maths/draws.js";
import { leftOver } from "../maths/ideas/leftover.js";
import { correlate, normalQuantiles, ranksIn, spreadBy } from "../maths/ideas/residuals.js";
import { dotAt } from "../kit/canvas.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, set, setRuns } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { room } from "../kit/room.js";
import { below, columns } from "../kit/rows.js";
import { slopeUnit } from "../kit/sloped.js";

const GROUPS = 5;
const OWN = ["fitted", "b"]; // what shows b-hat
const CAPTION = {
  time: [
    ["Raw", "y \u2212 X\u03b2\u0302 at each visit"],
    ["Normalized", "L\u207b\u00b9(y \u2212 X\u03b2\u0302): no unit, SD 1 if all is well"],
  ],
  fitted: [
    ["Conditional", "y \u2212 X\u03b2\u0302 \u2212 Zb\u0302 against X\u03b2\u0302 + Zb\u0302"],
    ["Normalized", "L\u207b\u00b9(y \u2212 X\u03b2\u0302) against X\u03b2\u0302"],
  ],
  qq: [
    ["Raw", "y \u2212 X\u03b2\u0302, sorted, against normal quantiles"],
    ["Normalized", "sorted, against normal quantiles"],
  ],
  b: [
    ["Predicted b\u0302", "one a person, sorted, against normal quantiles"],
    ["True b", "which only a simulation knows"],
  ],
};

export function createResiduals(el, ctx) {
  const plots = [0, 1].map(() => plot(ctx, { title: "", height: 320, x: [0, 1], y: [-1, 1] }));
  const dial = dialNamed(ctx, "effect");
  const pick = dial && dial.options.length > 1 && createPick(dial, ctx);
  const empty = h("p", { class: "lmmx-overlay lmmx-unknown", hidden: true },
    "Nobody knows the b of real people. Choose simulated data.");
  plots[1].frame.append(empty);
  const none = h("p", { class: "lmmx-overlay", hidden: true },
    "Some V\u1d62 is not positive definite here: it has no Cholesky factor L, so nothing can be normalized.");
  plots[1].frame.append(none);
  const told = h("p", { class: "lmmx-made", "data-out": "residuals", "data-room": room(230) });
  const pair = h("div", { class: "lmmx-pair" }, plots.map((p) => p.figure));
  const key = markKey(["dot", "a reading"], ["ink", "mean \u00b1 2 SD"], ["dashed", "mean"],
    ["ink", "a normal distribution"], ["wash:ghost", "95 % of such points"]);
  el.append(h("div", { class: "lmmx-tools-row" }, pick && pick.node), pair, key.node, told);
  ctx.numbers.set(el, (d, state) => {
    const known = leftOver(ctx.data, state, d);
    const shown = known.norm ? pictures(ctx, known, state.dials) : [];
    return below(...shown.map((one, k) => one && columns(
      [one.xLabel || "fitted", CAPTION[state.dials.show][k][0]], one.x, one.y)).filter(Boolean));
  });
  const seen = ["", ""];

  return (d, state) => {
    const { show, effect } = state.dials;
    if (pick) { pick.update(state); pick.node.style.display = show === "b" ? "" : "none"; }
    const known = leftOver(ctx.data, state, d);
    const sorted = show === "qq" || show === "b";
    key.say(0, show === "b" ? "a person" : "a reading");
    [true, !sorted, !sorted, sorted, sorted].forEach((on, k) => key.show(k, on));
    none.hidden = known.norm !== null;
    const shown = known.norm ? pictures(ctx, known, state.dials) : [null, null];
    plots.forEach((p, k) => {
      const one = shown[k];
      const [title, about] = CAPTION[show][k];
      setRuns(p.figure.firstChild, [["lmmx-figname", title], ` ${about}`]);
      // b-hat and b on one scale, so that it is seen how far b-hat is drawn in.
      if (shown[0]) Object.assign(p, axesOf(one || shown[0], show === "b" ? shown : [one], k && show !== "b"));
      // Raw residuals do not feel G and sigma2.
      const key = [known.data, show, effect, k || OWN.includes(show) || !one ? known.now : ""].join("|");
      if (!p.ready() && key === seen[k]) return;
      seen[k] = key;
      p.clear();
      if (one) draw(p, ctx, one, k ? "line" : "data");
      if (one) set(p.canvas, { "aria-label": `${title}, ${about}: ${sayOne(one)}` });
    });
    empty.hidden = known.norm === null || shown[1] !== null;
    setRuns(told, known.norm ? say(show, shown) : [""]);
  };
}

/** What each of the two plots shows: { x, y, xLabel, yLabel, and bands by group or the line of a QQ plot }. */
function pictures(ctx, known, { show, effect }) {
  const { labels, people } = ctx.data;
  const { r, norm, mu, times } = known;
  if (show === "time") {
    const over = (y, yLabel) => ({ x: times, y, key: times, jitter: true, xLabel: labels.time, yLabel });
    return [over(r, labels.unit), over(norm, "")];
  }
  if (show === "fitted") {
    const { left } = known.own();
    const fitted = Float64Array.from(left, (e, k) => mu[k] + r[k] - e);
    const xLabel = labels.unit || labels.response;
    const against = (x, y, yLabel) => ({ x, y, key: ranksIn(GROUPS, x), xLabel, yLabel });
    return [against(fitted, left, labels.unit), against(mu, norm, "")];
  }
  if (show === "qq") return [qq(r, labels.unit), qq(norm, "", 1)];
  const of = Math.min(Number(effect) || 0, people.visits[0].Z[0].length - 1);
  const unit = of ? slopeUnit(labels) : labels.unit;
  return [known.own().b, known.truth].map((all) => all && qq(Float64Array.from(all, (one) => one[of]), unit));
}

const quantiles = {};

function qq(values, yLabel, slope) {
  const y = values.slice().sort();
  const x = (quantiles[y.length] ??= normalQuantiles(y.length));
  const spread = Math.sqrt(y.reduce((sum, v) => sum + v * v, 0) / y.length);
  return { x, y, line: slope || spread, straight: correlate(x, y), spread, xLabel: "normal quantile", yLabel };
}

function axesOf({ x, xLabel, yLabel }, together, unitless) {
  const farthest = (y) => y.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  const reach = niceTop(Math.max(unitless ? 4 : 0, ...together.map((one) => (one ? farthest(one.y) : 0))));
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
  for (let k = 0; k < x.length; k++) {
    const aside = wide * (uniform(7, k) - 0.5) * 2;
    c.fillRect(p.x(x[k]) + aside - size / 2, p.y(y[k]) - size / 2, size, size);
  }
  c.globalAlpha = 1;
  if (key) drawGroups(p, ctx, one);
  c.restore();
}

/** Mean and two SDs on either side, group by group. */
function drawGroups(p, ctx, { x, y, key, jitter }) {
  const c = p.context;
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
  groups.forEach(({ mean }, k) => dotAt(c, p.x(middles[k]), p.y(mean), 3.5));
}

/** The line a normal distribution would follow, and the band 95 % of its points would keep to, one by one. */
function reference(p, ctx, { x, line }) {
  const c = p.context;
  const n = x.length;
  const off = (k) => {
    const share = (k + 0.5) / n;
    return (1.96 * Math.sqrt((share * (1 - share)) / n) * Math.sqrt(2 * Math.PI)) / Math.exp((-x[k] * x[k]) / 2);
  };
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

const num = (text) => ["lmmx-num", text];
const range = (values, show) => [num(show(Math.min(...values))), " to ", num(show(Math.max(...values)))];
const plainText = (runs) => runs.map((run) => (typeof run === "string" ? run : run[1])).join("");
const means = ({ key, y }) => spreadBy(key, y).map(({ mean }) => mean);
const sds = ({ key, y }) => spreadBy(key, y).map(({ sd }) => sd);
const two = (x) => fixed(x, 2);

function sayOne(one) {
  if (!one.key) return `correlation with a straight line ${fixed(one.straight, 4)}`;
  return plainText(["means ", ...range(means(one), three), ", SDs ", ...range(sds(one), three)]);
}

function say(show, [a, b]) {
  if (show === "qq") {
    return [
      "Correlation of points and normal quantiles: raw ", num(fixed(a.straight, 4)),
      ", normalized ", num(fixed(b.straight, 4)),
      "; 1 is a straight line. Grey: where 95 % of independent normal points lie. "
        + "Raw residuals of one person come together, so their band is only a guess.",
    ];
  }
  if (show === "b") {
    const truth = b ? [", true b ", num(fixed(b.straight, 4))] : [];
    const kept = b ? [" SD of b\u0302 ", num(three(a.spread)), ", of the true b ", num(three(b.spread)), "."] : [""];
    return [
      "Correlation with a straight line: b\u0302 ", num(fixed(a.straight, 4)), ...truth, ".", ...kept,
      " Each b\u0302 leans on the normal distribution that was assumed.",
    ];
  }
  const chance = 1.96 / Math.sqrt(Math.min(...spreadBy(b.key, b.y).map(({ n }) => n)));
  const [where, first] = show === "time" ? ["By visit", "raw"] : ["In five equal groups", "conditional"];
  return [
    `Solid lines: mean \u00b1 2 SD. ${where}: ${first} SDs `, ...range(sds(a), three),
    "; normalized SDs ", ...range(sds(b), two), ", means ", ...range(means(b), two),
    " (chance alone: \u00b1", num(two(chance)), ").",
  ];
}
