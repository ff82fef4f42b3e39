// Each coefficient with its 95 % interval at the present (G, sigma2), the fit's as a ghost, least squares beside it.
import { gls, leastSquares, Z95 } from "../maths/ideas/gls.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { caption, scrolling } from "../kit/tables.js";

const REACH = 5; // half-width of a scale, in the fit's standard errors
const ROWS = [["now", 10], ["fit", 22], ["ols", 34]]; // and their height in an interval's picture
const KEY = [
  ["now", "here"], ["fit", "at the fit\u2019s G"], ["ols", "least squares, as if independent"], ["null", "no effect"],
];

export function createBeta(el, ctx) {
  const { extra, likelihood, fit } = ctx.data;
  const { names, said, parts } = extra.beta;
  const dial = dialNamed(ctx, "data");
  const pick = dial && createPick(dial, ctx);
  const told = h("p", { class: "lmmx-told", "data-out": "beta", "data-room": room(100) });
  const rows = names.map((name, k) => rowOf(name, said[k]));
  const chooses = pick && dial.options.length > 1 ? pick.node : null;
  const key = legend();
  el.append(h("div", { class: "lmmx-tools-row" }, chooses, key), tableOf(rows), told);
  const seen = {};

  return (d, state) => {
    if (pick) pick.update(state);
    const which = parts[state.dials.data] ? state.dials.data : "all";
    const part = parts[which];
    const sums = part.likelihood || likelihood;
    seen[which] ??= { fit: gls(sums, part, fit.G, fit.sigma2), ols: leastSquares(part) };
    const { fit: ghost, ols } = seen[which];
    const now = gls(sums, part, state.G, state.sigma2);
    const other = d.ghost === d.fit ? ghost : gls(sums, part, d.ghost.G, d.ghost.sigma2);
    setText(key.children[1].lastChild, d.ghost === d.fit ? KEY[1][1] : d.ghost.name);
    const found = { now, fit: d.showGhost ? other : null, ols };
    const shifts = names.map((_, k) => (now ? (now.beta[k] - ghost.beta[k]) / ghost.se[k] : NaN));
    rows.forEach((row, k) => {
      drawRow(row, k, found, ghost);
      printRow(row, k, now, shifts[k]);
    });
    const who = `${part.subjects} subjects, ${part.rows} readings. `;
    setText(told, now ? who + furthest(Math.max(...shifts.map(Math.abs)))
      : "V is no covariance matrix here: there is nothing to weight by.");
  };
}

function rowOf(name, said) {
  const line = (kind, what) => s("line", { class: `lmmx-${what}-${kind}` });
  const drawn = Object.fromEntries(ROWS.map(([kind]) => [kind, { bar: line(kind, "bar"), dot: line(kind, "dot") }]));
  const zero = s("line", { class: "lmmx-null", y1: 2, y2: 40 });
  const box = { class: "lmmx-interval", viewBox: "0 0 200 42", preserveAspectRatio: "none", role: "img" };
  const svg = s("svg", box, zero, ["ols", "fit", "now"].map((kind) => [drawn[kind].bar, drawn[kind].dot]));
  const cell = (kind) => h("td", { class: "lmmx-num", "data-cell": `${kind}-${name}` });
  const [beta, se, moved] = ["beta", "se", "moved"].map(cell);
  const picture = h("td", { class: "lmmx-intervalcell" }, svg);
  const node = h("tr", {}, h("th", { scope: "row", title: name }, said), beta, se, moved, picture);
  return { name: said, drawn, zero, svg, beta, se, moved, node };
}

function legend() {
  const ends = (x1, x2) => ({ x1, x2, y1: 5, y2: 5 });
  const none = { class: "lmmx-null", x1: 13, x2: 13, y1: -2, y2: 12 };
  const drawn = (kind) =>
    [{ class: `lmmx-bar-${kind}`, ...ends(0, 26) }, { class: `lmmx-dot-${kind}`, ...ends(13, 13) }];
  const marks = (kind) => (kind === "null" ? [none] : drawn(kind)).map((attributes) => s("line", attributes));
  const line = (kind) => s("svg", { class: "lmmx-keyline", viewBox: "0 0 26 10", "aria-hidden": "true" }, marks(kind));
  return h("p", { class: "lmmx-legend" },
    KEY.map(([kind, text]) => h("span", { class: "lmmx-legenditem" }, line(kind), h("span", {}, text))));
}

function tableOf(rows) {
  const unseen = () => h("span", { class: "lmmx-sr" }, "coefficient and interval");
  const head = ["", "\u03b2\u0302", "SE", "moved", ""].map((text) => h("th", { scope: "col" }, text || unseen()));
  return scrolling("Coefficients", h("table", { class: "lmmx-coefs" },
    caption("Coefficients, standard errors and 95 % intervals"),
    h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map((row) => row.node))));
}

/** The intervals of coefficient k on a scale around the fit's. */
function drawRow(row, k, found, ghost) {
  const [low, high] = [-REACH, REACH].map((side) => ghost.beta[k] + side * ghost.se[k]);
  const x = (v) => Math.min(Math.max(4 + (192 * (v - low)) / (high - low), 0), 200);
  row.zero.style.display = low < 0 && high > 0 ? "" : "none";
  set(row.zero, { x1: x(0), x2: x(0) });
  for (const [kind, y] of ROWS) {
    const { bar, dot } = row.drawn[kind];
    bar.style.display = dot.style.display = found[kind] ? "" : "none";
    if (!found[kind]) continue;
    const { beta, se } = found[kind];
    set(bar, { x1: x(beta[k] - Z95 * se[k]), x2: x(beta[k] + Z95 * se[k]), y1: y, y2: y });
    set(dot, { x1: x(beta[k]), x2: x(beta[k]), y1: y, y2: y });
  }
}

function printRow(row, k, now, shift) {
  setText(row.beta, three(now ? now.beta[k] : NaN));
  setText(row.se, three(now ? now.se[k] : NaN));
  const away = Math.abs(shift) < 0.005 ? "0" : shift.toFixed(2).replace("-", "\u2212");
  setText(row.moved, now ? `${away} SE` : "\u2013");
  const end = (side) => three(now.beta[k] + side * Z95 * now.se[k]);
  set(row.svg, { "aria-label": `${row.name}: 95 % interval ${now ? `${end(-1)} to ${end(1)}` : "none"}` });
}

function furthest(most) {
  if (most < 1e-6) return "No coefficient has moved from the fit\u2019s.";
  return `The furthest has moved ${three(most)} of the fit\u2019s standard errors.`;
}
