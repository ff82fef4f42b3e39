// The model with live numbers, each in its parameter's colour.
import { h, setText } from "../kit/dom.js";
import { brief, fixed, SYMBOL } from "../kit/numbers.js";

const v = (text, sub) => h("i", { class: "lmmx-var" }, text, sub ? h("sub", {}, sub) : null);
const bold = (text) => h("b", { class: "lmmx-vec" }, text);
// What stands in brackets stays on one line.
const whole = (...parts) => h("span", { class: "lmmx-whole" }, ...parts);
const par = (name, text) => h("span", { class: `lmmx-p lmmx-${name}` }, text);

export function createEquation(el, { data }) {
  const { labels } = data;
  const q = data.fit.G.length;
  const live = [];
  const number = (name, show) => {
    const node = h("span", { class: `lmmx-p lmmx-num lmmx-${name}` });
    live.push((d) => setText(node, show(d)));
    return node;
  };
  const g = (a, b) => (d) => brief(d.G[a][b]);
  const cells = q === 1
    ? [number("G11", g(0, 0))]
    : [number("G11", g(0, 0)), number("G12", g(0, 1)), number("G12", g(1, 0)), number("G22", g(1, 1))];
  const matrix = h("span", { class: `lmmx-matrix lmmx-matrix-${q}`, role: "img", "aria-label": "the matrix G" }, cells);
  const random = q === 1 ? [v("b", "0i")] : [v("b", "0i"), " + ", v("b", "1i"), zName(labels, data)];

  el.append(
    h("div", { class: "lmmx-equation" },
      h("p", { class: "lmmx-eqline" },
        v("y", "ij"), " = ", bold("x"), h("sub", {}, "ij"), "\u2032", bold("\u03b2"),
        " + ", random, " + ", v("e", "ij")),
      h("p", { class: "lmmx-eqline" },
        whole(bold("b"), h("sub", {}, "i"), " ~ ", v("N"), "( 0, ", matrix, " ),", h("span", { class: "lmmx-gap" })),
        " ",
        whole(v("e", "ij"), " ~ ", v("N"), "( 0, ", number("sigma2", (d) => brief(d.sigma2)), " )")),
      h("p", { class: "lmmx-eqline" }, varianceLine(data, number, q))));
  return (d) => live.forEach((write) => write(d));
}

function zName(labels, data) {
  return data.curve.plainTime ? [" ", v("t", "ij")] : [" ", v("z", "ij")];
}

/** Var(y at t) written out where Z is (1, t); the matrix form elsewhere. */
function varianceLine(data, number, q) {
  const head = data.curve.plainTime || q === 1
    ? ["Var(", v("y"), data.curve.plainTime && q > 1 ? [" at ", v("t")] : null, ")"] : null;
  if (q === 1 && data.curve.constant) {
    return [head, " = ", par("G11", SYMBOL.G11), " + ", par("sigma2", SYMBOL.sigma2), " = ",
      number("G11", (d) => brief(d.G[0][0])), " + ", number("sigma2", (d) => brief(d.sigma2))];
  }
  if (q === 2 && data.curve.plainTime) {
    const signed = (x, times = "") => `${x < 0 ? " \u2212 " : " + "}${times}${brief(Math.abs(x))}`;
    return [head, " = ", number("G11", (d) => brief(d.G[0][0])),
      number("G12", (d) => signed(d.G[0][1], "2\u00b7")), "\u2009", v("t"),
      number("G22", (d) => signed(d.G[1][1])), "\u2009", v("t"), h("sup", {}, "2"),
      " + ", number("sigma2", (d) => brief(d.sigma2))];
  }
  const of = (letter) => [bold(letter), h("sub", {}, "i")];
  return [of("V"), " = ", of("Z"), " ", par("G12", "G"), " ", of("Z"), "\u2032 + ",
    par("sigma2", SYMBOL.sigma2), bold("I"), ",  \u03c1 = ", number("G12", (d) => fixed(d.rho, 3))];
}
