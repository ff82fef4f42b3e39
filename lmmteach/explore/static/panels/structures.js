// The same data under several choices of G and R: small correlation matrices, scores, and two or more as curves.
import { niceTop } from "../maths/axes.js";
import { byLag, byLater } from "../maths/ideas/structures.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { lights, placesOf } from "../kit/lit.js";
import { fixed } from "../kit/numbers.js";

const LEVELS = 40;

export function createStructures(el, ctx) {
  const { t, fits, observed, tooMany } = ctx.data.extra.structures;
  const curves = curvesOf(ctx.data);
  let chosen = [];
  const toggle = (key) => {
    const others = chosen.filter((one) => one !== key);
    ctx.act.move("compare", others.length < chosen.length ? others : [...chosen, key]);
  };
  const minis = [];
  const cards = fits.map((fit) => cardOf(fit, ctx, minis, toggle));
  const seen = observedCard(ctx.data, minis);
  const gallery = h("div", { class: "lmmx-structures" }, seen, cards.map((card) => card.node));
  el.append(gallery);
  lights(gallery, ctx, ({ target }) => {
    const at = target.closest("td") && target.closest("td").lmmxAt;
    return at ? { pair: at.map((k) => t[k]) } : null;
  });
  const key = markKey(["dot", "observed"], ["line:cat1", "chosen"], ["rule", "the others"], ["minus", "below 0"], ["plus", "above 0"]);
  const picture = pictureOf(el, ctx, fits);
  if (tooMany) {
    const parameters = (t.length * (t.length + 1)) / 2;
    el.append(h("p", { class: "lmmx-told" },
      `An unstructured V of ${t.length} visits has ${parameters} parameters: it is left out here.`));
  }
  el.append(key.node);
  let theme = "";

  const light = (_, { selection: { pair } }) => {
    const at = placesOf(t, pair);
    const same = ({ lmmxAt: [i, j] }) => at !== null && at.includes(i) && at.includes(j) && (i !== j) === (at[0] !== at[1]);
    for (const [cell] of minis) cell.classList.toggle("lmmx-lit", same(cell));
  };
  const update = (d, state) => {
    chosen = state.dials.compare;
    const kind = curves[state.dials.curve];
    const [dots, ...traces] = [observed, ...fits].map(kind.make);
    if (!frame(picture.c, kind, [...traces, dots].flat())) return; // one time alone has no pairs
    const on = fits.map(({ key }) => chosen.includes(key));
    const colours = on.map((is, k) => (is ? `var(--cat${(k % 5) + 1})` : ""));
    cards.forEach((card, k) => card.choose(on[k], colours[k]));
    drawCurves(picture, dots, traces, on, colours);
    if (theme !== ctx.theme()) {
      theme = ctx.theme();
      for (const [cell, x] of minis) cell.style.backgroundColor = x === null ? "transparent" : shade(x, ctx);
    }
    picture.c.spoken(spoken(kind, dots, fits.filter((_, k) => on[k]), traces.filter((_, k) => on[k])));
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** What the curves may be over: { make(V), label, y }, and where its axes begin. */
function curvesOf({ extra, labels, facts }) {
  const { t } = extra.structures;
  const unit = facts.time_unit;
  return {
    lag: {
      make: ({ C }) => byLag(t, C), y: "correlation", fromZero: true,
      label: `time between two readings${unit ? ` (${unit})` : ""}`,
    },
    late: {
      make: ({ C }) => byLater(t, C), y: "correlation", label: `the later of two neighbouring visits: ${labels.time}`,
    },
    sd: {
      make: ({ sd }) => t.map((at, k) => [at, sd[k]]), y: `SD ${labels.unit ? `(${labels.unit})` : ""}`,
      label: labels.time, isSd: true,
    },
  };
}

/** A small correlation matrix; its cells are pushed to `minis`, to be shaded. */
function mini(C, shown, minis) {
  return h("table", { class: "lmmx-mini" }, shown.map((i) => h("tr", {}, shown.map((j) => {
    const x = C[i][j];
    const cell = h("td", {}, i === j ? "1" : x === null ? "\u2013" : fixed(x, 2));
    cell.lmmxAt = [i, j];
    minis.push([cell, x]);
    return cell;
  }))));
}

const named = (...name) => h("div", { class: "lmmx-structurename" }, ...name);
const scored = (...scores) => h("div", { class: "lmmx-scores" }, ...scores);

function observedCard({ extra, labels }, minis) {
  const { t, shown, observed } = extra.structures;
  const when = `${labels.timeShort} ${shown.map((k) => t[k]).join(", ")}`;
  return h("div", { class: "lmmx-structure" }, named("Observed"), mini(observed.C, shown, minis), scored(when));
}

/** One structure: { node, choose(on, colour) }. */
function cardOf(fit, ctx, minis, toggle) {
  const { shown, fits } = ctx.data.extra.structures;
  const box = h("input", { type: "checkbox", "data-structure": fit.key, onchange: () => toggle(fit.key) });
  const cell = (name, tag = "span") => h(tag, { "data-cell": `${name}-${fit.key}` }, fixed(fit[name], 1));
  const score = (name) => {
    const best = Math.min(...fits.map((one) => one[name]));
    return h("span", {}, ` ${name.toUpperCase()} `, cell(name, fit[name] === best ? "b" : "span"));
  };
  const node = h("div", { class: "lmmx-structure" },
    named(h("label", {}, box, fit.name)), mini(fit.C, shown, minis),
    scored(h("span", { title: fit.written }, `${fit.parameters} covariance parameters`),
      h("span", {}, "\u22122 log L ", cell("deviance")), score("aic"), score("bic")));
  return {
    node,
    choose(on, colour) {
      if (box.checked !== on) box.checked = on;
      node.toggleAttribute("data-colour", on);
      node.style.setProperty("--own", colour);
    },
  };
}

function pictureOf(el, ctx, fits) {
  const c = chart(el, ctx, { height: 300, xLabel: " ", yLabel: " " });
  const seenDots = s("g", { class: "lmmx-seen" });
  const lines = fits.map(() => s("path", { class: "lmmx-trace" }));
  const tags = fits.map((fit) => s("text", { class: "lmmx-owntag" }, fit.name.replace(/ \(.*/, "")));
  c.marks.append(...lines, seenDots);
  c.over.append(...tags);
  return { c, seenDots, lines, tags };
}

/** Axes around all points; false where there is none. */
function frame(c, kind, points) {
  const ys = points.map(([, y]) => y).filter(Number.isFinite);
  if (!ys.length) return false;
  const xs = points.map(([x]) => x);
  const range = kind.isSd ? [0, niceTop(Math.max(...ys))] : [Math.floor(Math.min(...ys) * 10 - 0.5) / 10, 1];
  if (c.frame([kind.fromZero ? 0 : Math.min(...xs), Math.max(...xs)], range)) {
    const axis = c.svg.querySelectorAll(".lmmx-axis");
    setText(axis[0], kind.y);
    setText(axis[1], kind.label);
  }
  return true;
}

function drawCurves({ c, seenDots, lines, tags }, dots, traces, on, colours) {
  const known = dots.filter(([, y]) => Number.isFinite(y));
  seenDots.replaceChildren(...known.map(([x, y]) => s("circle", { cx: c.x(x), cy: c.y(y), r: 3.6 })));
  traces.forEach((trace, k) => {
    lines[k].style.setProperty("--own", colours[k]);
    const d = c.path(trace.map(([x]) => x), trace.map(([, y]) => y));
    set(lines[k], { class: `lmmx-trace ${on[k] ? "" : "lmmx-trace-faint"}`, d });
    tags[k].style.display = on[k] ? "" : "none";
    tags[k].style.setProperty("--own", colours[k]);
  });
  const chosen = lines.map((_, k) => k).filter((k) => on[k]);
  // Labels at the lines' ends, pushed apart where they would touch.
  const ends = chosen.map((k) => [k, c.y(traces[k][traces[k].length - 1][1])]).sort((a, b) => a[1] - b[1]);
  ends.forEach(([k, y], n) => {
    if (n) ends[n][1] = Math.max(y, ends[n - 1][1] + 15);
    set(tags[k], { x: c.right - 4, y: ends[n][1] - 7, "text-anchor": "end" });
  });
  c.marks.append(...chosen.map((k) => lines[k]), seenDots);
}

function spoken(kind, dots, fits, traces) {
  const last = dots.filter(([, y]) => Number.isFinite(y)).pop();
  const said = fits.map((fit, k) => `; ${fit.name} ${fixed(traces[k].slice(-1)[0][1], 2)}`);
  return `${kind.y} at the end, ${kind.label}: observed ${last ? fixed(last[1], 2) : "\u2013"}${said.join("")}`;
}

function shade(x, ctx) {
  const step = Math.round(LEVELS * Math.min(Math.abs(x), 1));
  const alpha = Math.round((0.6 * 255 * step) / LEVELS).toString(16).padStart(2, "0");
  return `${ctx.colour(x < 0 ? "shade-minus" : "shade-plus")}${alpha}`;
}
