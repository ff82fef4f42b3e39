// The same data under several choices of G and R: small correlation matrices, scores, and two or more compared by a curve.
import { niceTop } from "../maths/axes.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";

const LEVELS = 40;

export function createStructures(el, ctx) {
  const { extra, labels, facts } = ctx.data;
  const unit = facts.time_unit;
  const { t, shown, observed, fits, tooMany } = extra.structures;
  const best = Object.fromEntries(["aic", "bic"].map((name) => [name, Math.min(...fits.map((fit) => fit[name]))]));
  const minis = [];
  const mini = (C) => h("table", { class: "lmmx-mini" }, shown.map((i) => h("tr", {}, shown.map((j) => {
    const x = C[i][j];
    const cell = h("td", {}, i === j ? "1" : x === null ? "\u2013" : fixed(x, 2));
    minis.push([cell, x]);
    return cell;
  }))));
  const boxes = fits.map((fit) => h("input", { type: "checkbox", "data-structure": fit.key, onchange: () => toggle(fit.key) }));
  const score = (name, fit) => [` ${name.toUpperCase()} `, h(fit[name] === best[name] ? "b" : "span", { "data-cell": `${name}-${fit.key}` }, fixed(fit[name], 1))];
  const cards = fits.map((fit, k) => h("div", { class: "lmmx-structure" },
    h("div", { class: "lmmx-structurename" }, h("label", {}, boxes[k], fit.name)), mini(fit.C),
    h("div", { class: "lmmx-scores" }, h("span", { title: fit.written }, `${fit.parameters} covariance parameters`), h("span", {}, "\u22122 log L ", h("span", { "data-cell": `deviance-${fit.key}` }, fixed(fit.deviance, 1))), h("span", {}, score("aic", fit)), h("span", {}, score("bic", fit)))));
  el.append(h("div", { class: "lmmx-structures" }, h("div", { class: "lmmx-structure" }, h("div", { class: "lmmx-structurename" }, "Observed"), mini(observed.C), h("div", { class: "lmmx-scores" }, `${labels.timeShort} ${shown.map((k) => t[k]).join(", ")}`)), cards));
  const c = chart(el, ctx, { height: 300, xLabel: " ", yLabel: " " });
  const seenDots = s("g", { class: "lmmx-seen" });
  const lines = fits.map(() => s("path", { class: "lmmx-trace" }));
  const tags = fits.map((fit) => s("text", { class: "lmmx-owntag" }, fit.name.replace(/ \(.*/, "")));
  c.marks.append(...lines, seenDots);
  c.over.append(...tags);
  if (tooMany) el.append(h("p", { class: "lmmx-told" }, `An unstructured V of ${t.length} visits has ${(t.length * (t.length + 1)) / 2} parameters: it is left out here.`));
  let chosen = [];
  let theme = "";
  const toggle = (key) => ctx.act.move("compare", chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);

  const curves = { lag: { make: byLag, label: `time between two readings${unit ? ` (${unit})` : ""}`, y: "correlation" }, late: { make: late, label: `the later of two neighbouring visits: ${labels.time}`, y: "correlation" }, sd: { make: (V) => t.map((at, k) => [at, V.sd[k]]), label: labels.time, y: `SD ${labels.unit ? `(${labels.unit})` : ""}` } };
  function byLag({ C }) {
    const lags = new Map();
    for (let j = 1; j < t.length; j++) {
      for (let i = 0; i < j; i++) {
        const lag = Number((t[j] - t[i]).toPrecision(9));
        if (C[i][j] !== null) lags.set(lag, [...(lags.get(lag) || []), C[i][j]]);
      }
    }
    return [...lags].sort((a, b) => a[0] - b[0]).map(([lag, values]) => [lag, values.reduce((a, b) => a + b) / values.length]);
  }
  function late({ C }) {
    return t.slice(1).map((at, k) => [at, C[k][k + 1]]);
  }

  return (d, state) => {
    const { curve } = state.dials;
    chosen = state.dials.compare;
    const kind = curves[curve];
    const traces = fits.map(kind.make);
    const dots = kind.make(observed);
    const xs = [...traces, dots].flat().map(([x]) => x);
    const all = [...traces, dots].flat().map(([, y]) => y).filter(Number.isFinite);
    if (!all.length) return; // one time alone has no pairs
    const range = curve === "sd" ? [0, niceTop(Math.max(...all))] : [Math.floor(Math.min(...all) * 10 - 0.5) / 10, 1];
    if (c.frame([curve === "lag" ? 0 : Math.min(...xs), Math.max(...xs)], range)) {
      const axis = c.svg.querySelectorAll(".lmmx-axis");
      setText(axis[0], kind.y);
      setText(axis[1], kind.label);
    }
    seenDots.replaceChildren(...dots.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => s("circle", { cx: c.x(x), cy: c.y(y), r: 3.6 })));
    const ends = [];
    fits.forEach((fit, k) => {
      const on = chosen.includes(fit.key);
      const colour = on ? `var(--cat${(k % 5) + 1})` : "";
      if (boxes[k].checked !== on) boxes[k].checked = on;
      cards[k].toggleAttribute("data-colour", on);
      cards[k].style.setProperty("--own", colour);
      lines[k].style.setProperty("--own", colour);
      set(lines[k], { class: `lmmx-trace ${on ? "" : "lmmx-trace-faint"}`, d: c.path(traces[k].map(([x]) => x), traces[k].map(([, y]) => y)) });
      tags[k].style.display = on ? "" : "none";
      tags[k].style.setProperty("--own", colour);
      if (on) ends.push([k, c.y(traces[k][traces[k].length - 1][1])]);
    });
    // Labels at the lines' ends, pushed apart where they would touch.
    ends.sort((a, b) => a[1] - b[1]).forEach(([k, y], n) => {
      if (n) ends[n][1] = Math.max(y, ends[n - 1][1] + 15);
      set(tags[k], { x: c.right - 4, y: ends[n][1] - 7, "text-anchor": "end" });
    });
    for (const { key } of fits) if (chosen.includes(key)) c.marks.append(lines[fits.findIndex((fit) => fit.key === key)]);
    c.marks.append(seenDots);
    if (theme !== ctx.theme()) {
      theme = ctx.theme();
      for (const [cell, x] of minis) cell.style.backgroundColor = x === null ? "transparent" : shade(x, ctx);
    }
    const last = dots.filter(([, y]) => Number.isFinite(y)).pop();
    const say = fits.filter((fit) => chosen.includes(fit.key)).map((fit) => `${fit.name} ${fixed(traces[fits.indexOf(fit)].slice(-1)[0][1], 2)}`);
    c.spoken(`${kind.y} at the end, ${kind.label}: observed ${last ? fixed(last[1], 2) : "\u2013"}${say.length ? `; ${say.join("; ")}` : ""}`);
  };
}

const shade = (x, ctx) => `${ctx.colour(x < 0 ? "shade-minus" : "shade-plus")}${Math.round((0.6 * 255 * Math.round(LEVELS * Math.min(Math.abs(x), 1))) / LEVELS).toString(16).padStart(2, "0")}`;
