// Each coefficient with its 95 % interval at the present (G, sigma2), the fit's as a ghost, least squares beside it.
import { gls, leastSquares } from "../maths/ideas/gls.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { three } from "../kit/numbers.js";

const Z = 1.959963984540054;
const REACH = 5; // half-width of a scale, in the fit's standard errors
const ROWS = ["now", "fit", "ols"];

export function createBeta(el, ctx) {
  const { extra, likelihood, fit } = ctx.data;
  const { names, parts } = extra.beta;
  const dial = dialNamed(ctx, "data");
  const pick = dial && createPick(dial, ctx);
  const told = h("p", { class: "lmmx-told", "data-out": "beta" });
  const cell = (name, kind) => h("td", { class: "lmmx-num", "data-cell": `${kind}-${name}` });
  const rows = names.map((name) => {
    const drawn = Object.fromEntries(ROWS.map((kind) => [kind, { bar: s("line", { class: `lmmx-bar-${kind}` }), dot: s("line", { class: `lmmx-dot-${kind}` }) }]));
    const zero = s("line", { class: "lmmx-null", y1: 2, y2: 40 });
    const svg = s("svg", { class: "lmmx-interval", viewBox: "0 0 200 42", preserveAspectRatio: "none", role: "img" }, zero,
      ["ols", "fit", "now"].flatMap((kind) => [drawn[kind].bar, drawn[kind].dot]));
    const [beta, se, moved] = ["beta", "se", "moved"].map((kind) => cell(name, kind));
    return { name, drawn, zero, svg, beta, se, moved, node: h("tr", {}, h("th", { scope: "row" }, name), beta, se, moved, h("td", { class: "lmmx-intervalcell" }, svg)) };
  });
  const head = ["", "\u03b2\u0302", "SE", "moved", ""];
  const key = h("p", { class: "lmmx-legend" }, [["now", "here"], ["fit", "at the fit\u2019s G"], ["ols", "least squares, as if independent"], ["null", "no effect"]].map(([kind, text]) =>
    h("span", { class: "lmmx-legenditem" }, s("svg", { class: "lmmx-keyline", viewBox: "0 0 26 10", "aria-hidden": "true" }, kind === "null" ? s("line", { class: "lmmx-null", x1: 13, x2: 13, y1: -2, y2: 12 }) : [s("line", { class: `lmmx-bar-${kind}`, x1: 0, x2: 26, y1: 5, y2: 5 }), s("line", { class: `lmmx-dot-${kind}`, x1: 13, x2: 13, y1: 5, y2: 5 })]), text)));
  el.append(h("div", { class: "lmmx-tools-row" }, pick && dial.options.length > 1 ? pick.node : null, key),
    h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "Coefficients" }, h("table", { class: "lmmx-coefs" },
      h("caption", { class: "lmmx-sr" }, "Coefficients, standard errors and 95 % intervals"),
      h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text || h("span", { class: "lmmx-sr" }, "coefficient and interval"))))), h("tbody", {}, rows.map((r) => r.node)))),
    told);
  const seen = {};

  return (d, state) => {
    if (pick) pick.update(state);
    const which = parts[state.dials.data] ? state.dials.data : "all";
    const part = parts[which];
    const sums = part.likelihood || likelihood;
    seen[which] ??= { fit: gls(sums, part, fit.G, fit.sigma2), ols: leastSquares(part) };
    const { fit: ghost, ols } = seen[which];
    const now = gls(sums, part, state.G, state.sigma2);
    const found = { now, fit: state.showFit ? ghost : null, ols };
    let most = 0;
    rows.forEach((row, k) => {
      const [low, high] = [ghost.beta[k] - REACH * ghost.se[k], ghost.beta[k] + REACH * ghost.se[k]];
      const x = (v) => Math.min(Math.max(4 + (192 * (v - low)) / (high - low), 0), 200);
      row.zero.style.display = low < 0 && high > 0 ? "" : "none";
      set(row.zero, { x1: x(0), x2: x(0) });
      ROWS.forEach((kind, line) => {
        const { bar, dot } = row.drawn[kind];
        const y = [10, 22, 34][line];
        bar.style.display = dot.style.display = found[kind] ? "" : "none";
        if (!found[kind]) return;
        const { beta, se } = found[kind];
        set(bar, { x1: x(beta[k] - Z * se[k]), x2: x(beta[k] + Z * se[k]), y1: y, y2: y });
        set(dot, { x1: x(beta[k]), x2: x(beta[k]), y1: y, y2: y });
      });
      const shift = now ? (now.beta[k] - ghost.beta[k]) / ghost.se[k] : NaN;
      if (now) most = Math.max(most, Math.abs(shift));
      setText(row.beta, three(now ? now.beta[k] : NaN));
      setText(row.se, three(now ? now.se[k] : NaN));
      setText(row.moved, now ? `${Math.abs(shift) < 0.005 ? "0" : shift.toFixed(2).replace("-", "\u2212")} SE` : "\u2013");
      const ends = now ? `${three(now.beta[k] - Z * now.se[k])} to ${three(now.beta[k] + Z * now.se[k])}` : "none";
      set(row.svg, { "aria-label": `${row.name}: 95 % interval ${ends}` });
    });
    const who = `${part.subjects} subjects, ${part.rows} readings`;
    setText(told, now ? `${who}. ${most < 1e-6 ? "No coefficient has moved from the fit\u2019s." : `The furthest has moved ${three(most)} of the fit\u2019s standard errors.`}` : "V is no covariance matrix here: there is nothing to weight by.");
  };
}
