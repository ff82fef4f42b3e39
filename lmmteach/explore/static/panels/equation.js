// The model with live numbers, each in its parameter's colour and to scrub; while two times are looked at, their
// covariance as the sum of its terms.
import { h, setRuns, setText } from "../kit/dom.js";
import { graspOf } from "../kit/grasp.js";
import { markKey } from "../kit/key.js";
import { placesOf } from "../kit/lit.js";
import { asCorrelation, brief, SYMBOL } from "../kit/numbers.js";
import { settingRows } from "../kit/rows.js";
import { scrub } from "../kit/scrub.js";
import { entryName, sumRuns } from "../kit/terms.js";

const v = (text, sub) => h("i", { class: "lmmx-var" }, text, sub ? h("sub", {}, sub) : null);
const bold = (text) => h("b", { class: "lmmx-vec" }, text);
// What stands in brackets stays on one line.
const whole = (...parts) => h("span", { class: "lmmx-whole" }, ...parts);
// A number stays with its power of t; before it the line may break.
const term = (...parts) => ["\u200b", h("span", { class: "lmmx-eqterm" }, ...parts)];
const par = (name, text) => h("span", { class: `lmmx-p lmmx-${name}` }, text);

export function createEquation(el, ctx) {
  const { data } = ctx;
  const { labels, grid } = data;
  const q = data.fit.G.length;
  const numbers = numbersOf(ctx);
  const { residual } = ctx;
  ctx.numbers.set(el, (d) => settingRows(d, residual));
  const { number, write } = numbers;
  const g = (a, b) => (d) => brief(d.G[a][b]);
  const cells = q < 2
    ? [q ? number("G11", g(0, 0), "in G") : null]
    : [number("G11", g(0, 0), "in G"), number("G12", g(0, 1), "in G"), number("G12", g(1, 0)),
      number("G22", g(1, 1), "in G")];
  const brackets = { class: `lmmx-matrix lmmx-matrix-${q}`, role: "group", "aria-label": "the matrix G" };
  const matrix = h("span", brackets, cells);
  const random = q === 1 ? [v("b", "0i")] : [v("b", "0i"), " + ", v("b", "1i"), zName(labels, data)];
  const variance = h("span", {}, varianceLine(data, number, q, residual));
  const entry = h("span", { class: "lmmx-entry", "data-out": "entry" });
  const errors = residual ? errorLines(residual, number)
    : whole(v("e", "ij"), " ~ ", v("N"), "( 0, ", number("sigma2", (d) => brief(d.sigma2), "of the model"), " )");
  const effects = whole(bold("b"), h("sub", {}, "i"), " ~ ", v("N"), "( 0, ", matrix, " ),",
    h("span", { class: "lmmx-gap" }));
  el.append(
    h("div", { class: "lmmx-equation" },
      h("p", { class: "lmmx-eqline" },
        v("Y", "ij"), " = ", bold("x"), h("sub", {}, "ij"), "\u2032", bold("\u03b2"),
        " + ", q ? [random, " + "] : null, v("e", "ij")),
      h("p", { class: "lmmx-eqline" }, q ? [effects, " "] : null, errors),
      h("p", { class: "lmmx-eqline lmmx-eqlast", "data-room": widest(grid, q) }, variance, entry)));
  if (numbers.some) el.append(markKey(["pull", "drag a number sideways; point at it to see what it feeds"]).node);

  function light(d, state) {
    const at = placesOf(grid.t, state.selection && state.selection.pair);
    variance.classList.toggle("lmmx-unseen", at !== null);
    entry.classList.toggle("lmmx-unseen", at === null);
    if (!at) return;
    const [i, j] = at;
    const name = entryName(grid.label[i], grid.label[j], i === j);
    const rest = residual ? residual.runs(i, j, d) : null;
    setRuns(entry, sumRuns(d, [grid.Z[i], grid.Z[j]], i === j, name, d.V[i][j], rest));
  }
  const update = (d, state) => {
    write(d, state);
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** Live numbers of the parameters: number(name, show(d), where) makes one, `where` naming the one the keyboard has. */
function numbersOf(ctx) {
  const live = [];
  const grasps = {};
  const self = {
    some: false,
    number(name, show, where = null) {
      const dial = ctx.residual && ctx.residual.dialOf(name);
      const grasp = (grasps[name] ??= graspOf(ctx, name, dial));
      const node = h("span", { class: `lmmx-p lmmx-num lmmx-${grasp.colour}` });
      self.some = self.some || grasp.free;
      const follow = scrub(node, ctx, grasp, where);
      live.push((d, state) => {
        setText(node, show(d));
        node.classList.toggle("lmmx-stirs", Boolean(state.moving && state.moving.changed.includes(name)));
        follow(state);
      });
      return node;
    },
    write: (d, state) => live.forEach((one) => one(d, state)),
  };
  return self;
}

/** As wide as the last line may become: the variance at one time, written out. */
function widest({ label }, q) {
  const longest = label.reduce((a, b) => (b.length > a.length ? b : a), "");
  return q < 2 ? `Var at ${longest} = 8888.8 + 8888.8 = 88888`
    : `Var at ${longest} = 8888 + 88\u00b788.88 + 888\u00b78.888 + 88888 = 88888`;
}

/** e_i ~ N(0, R_i), and R written out. */
function errorLines(residual, number) {
  const levels = residual.levels(number);
  return [
    whole(bold("e"), h("sub", {}, "i"), " ~ ", v("N"), "( 0, ", bold("R"), h("sub", {}, "i"), " ),",
      h("span", { class: "lmmx-gap" })), " ",
    h("span", {}, v("R"), " = ", residual.line(number)), ...(levels.length ? [",  ", ...levels] : []),
  ];
}

function zName(labels, data) {
  return data.curve.plainTime ? [" ", v("t", "ij")] : [" ", v("z", "ij")];
}

/** Var(Y at t) written out where Z is (1, t); the matrix form elsewhere. */
function varianceLine(data, number, q, residual) {
  const left = residual ? residual.spread(number) : [" + ", number("sigma2", (d) => brief(d.sigma2))];
  if (q === 0) return ["Var(", v("Y"), ")", " = ", left.slice(1)];
  const head = data.curve.plainTime || q === 1
    ? ["Var(", v("Y"), data.curve.plainTime && q > 1 ? [" at ", v("t")] : null, ")"] : null;
  if (q === 1 && data.curve.constant) {
    const symbols = residual ? null : [" = ", par("G11", SYMBOL.G11), " + ", par("sigma2", SYMBOL.sigma2)];
    return [head, symbols, " = ", number("G11", (d) => brief(d.G[0][0])), left];
  }
  if (q === 2 && data.curve.plainTime) {
    const signed = (x, times = "") => `${x < 0 ? " \u2212 " : " + "}${times}${brief(Math.abs(x))}`;
    return [head, " = ", number("G11", (d) => brief(d.G[0][0])),
      ...term(number("G12", (d) => signed(d.G[0][1], "2\u00b7")), "\u2009", v("t")),
      ...term(number("G22", (d) => signed(d.G[1][1])), "\u2009", v("t"), h("sup", {}, "2")), "\u200b",
      left];
  }
  const of = (letter) => [bold(letter), h("sub", {}, "i")];
  return [of("V"), " = ", of("Z"), " ", par("G12", "G"), " ", of("Z"), "\u2032 + ",
    residual ? of("R") : [par("sigma2", SYMBOL.sigma2), bold("I")],
    q > 1 ? [",  \u03c1 = ", number("G12", (d) => asCorrelation(d.rho))] : null];
}
