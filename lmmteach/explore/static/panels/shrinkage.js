// Predicting b_i: one subject's readings, which can be taken away; its own line, the population's, and the BLUP
// between them; the same as an arrow in the plane of (b0, b1), with everybody else's arrow behind it.
import { niceTop } from "../maths/axes.js";
import {
  against, crossproduct, gather, lineOf, ownEstimate, predicted, shrinker, spreadOf,
} from "../maths/ideas/blup.js";
import { squareRoot } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";

const KNOWN = new WeakMap();

/** What the three panels share, worked out once for an explorer and once for each state. */
function shared(ctx, d) {
  if (!KNOWN.has(ctx)) {
    const known = gather(ctx.data, ctx.data.extra.shrinkage);
    known.own = known.all.map((person) => ownEstimate(known.A[person.kind], person.c));
    KNOWN.set(ctx, { known, key: "", now: null });
  }
  const memory = KNOWN.get(ctx);
  if (!d) return memory.known;
  const { known } = memory;
  const key = JSON.stringify([d.G, d.sigma2, d.dials.subject, d.dials.removed]);
  if (key === memory.key) return memory.now;
  const at = Math.max(ctx.data.people.label.indexOf(d.dials.subject), 0);
  const person = known.all[at];
  const kept = person.t.map((t) => !d.dials.removed.includes(t));
  const pick = (list) => list.filter((_, j) => kept[j]);
  const A = crossproduct(pick(person.Z), known.q);
  const c = against(pick(person.Z), pick(person.r), known.q);
  const kinds = known.A.map((each) => shrinker(each, d.G, d.sigma2));
  const mine = shrinker(A, d.G, d.sigma2);
  memory.key = key;
  memory.now = {
    at, person, kept, mine,
    own: ownEstimate(A, c),
    b: predicted(mine, c),
    all: known.all.map((other) => predicted(kinds[other.kind], other.c)),
  };
  return memory.now;
}

export function createShrinkage(el, ctx) {
  const { people, labels } = ctx.data;
  shared(ctx);
  const pick = createPick(dialNamed(ctx, "subject"), ctx);
  const legend = [["lmmx-own", "own least squares"], ["lmmx-pred", "prediction, X\u1d62\u03b2\u0302 + Z\u1d62b\u0302\u1d62"], ["lmmx-pop", "population, X\u1d62\u03b2\u0302"]].map(([kind, text]) =>
    h("span", { class: "lmmx-legenditem" }, h("span", { class: `lmmx-swatch ${kind}`, "aria-hidden": "true" }), text));
  el.append(h("div", { class: "lmmx-tools-row" }, pick.node, h("span", { class: "lmmx-legend" }, legend)));
  const c = chart(el, ctx, { height: 300, xLabel: labels.time, yLabel: labels.unit });
  const [pop, own, pred] = ["lmmx-pop", "lmmx-own", "lmmx-pred"].map((kind) => { const node = s("path", { class: `lmmx-course ${kind}` }); c.marks.append(node); return node; });
  const readings = s("g", {});
  c.over.append(readings);
  const buttons = h("div", { class: "lmmx-visits", role: "group", "aria-label": "Readings: press one to take it away or give it back" });
  el.append(h("p", { class: "lmmx-what" }, `Take readings away (${labels.timeShort}):`), buttons);
  let seen = "";
  let latest = null;

  function toggle(t) {
    const gone = latest.dials.removed;
    ctx.act.move("removed", gone.includes(t) ? gone.filter((other) => other !== t) : [...gone, t]);
  }
  return (d, state) => {
    pick.update(state);
    const now = shared(ctx, d);
    const { person, kept } = now;
    const fresh = c.frame(people.range.t, people.range.y);
    const key = `${now.at} ${kept}`;
    if (fresh || key !== seen) {
      if (seen.split(" ")[0] !== String(now.at)) {
        buttons.replaceChildren(...person.t.map((t) => h("button", { type: "button", class: "lmmx-button lmmx-visit", "data-visit": t, onclick: () => toggle(t) }, brief(t))));
      }
      seen = key;
      person.t.forEach((t, j) => set(buttons.children[j], { "aria-pressed": String(kept[j]) }));
      readings.replaceChildren(...person.t.map((t, j) => s("g", { class: kept[j] ? "lmmx-dot" : "lmmx-dot lmmx-gone", onclick: () => toggle(t) },
        s("circle", { class: "lmmx-hit", cx: c.x(t), cy: c.y(person.y[j]), r: 22 }), s("circle", { cx: c.x(t), cy: c.y(person.y[j]), r: 5 }))));
    }
    latest = d;
    const { course } = person;
    set(pop, { d: c.path(course.t, course.mu) });
    set(pred, { d: c.path(course.t, lineOf(course, now.b)) });
    set(own, { d: now.own ? c.path(course.t, lineOf(course, now.own)) : "" });
    const left = kept.filter(Boolean).length;
    c.spoken(`${left} of ${kept.length} readings; the prediction lies ${now.own ? "between the subject\u2019s own line and the population\u2019s" : left ? "near the population\u2019s; too few readings for a line of their own" : "on the population\u2019s line"}`);
  };
}

const ELLIPSE = Math.sqrt(5.991); // 95 % of a pair of normals

/** The plane of (b0, b1); with a random intercept alone, one line for the estimates and one for the predictions. */
export function createEstimates(el, ctx) {
  const { fit, labels } = ctx.data;
  const known = shared(ctx);
  const { q } = known;
  const reach = Array.from({ length: q }, (_, a) => {
    const far = Math.max(...shared(ctx, { ...fit, dials: { removed: [] } }).all.map((b) => Math.abs(b[a])));
    const sizes = known.own.filter(Boolean).map((b) => Math.abs(b[a])).sort((x, y) => x - y);
    return niceTop(Math.max(sizes[Math.floor(0.97 * (sizes.length - 1))] || 0, 2.6 * Math.sqrt(Math.max(fit.G[a][a], 0)), 1.05 * far));
  });
  const per = (name) => labels.unitOf[name].replace(/\)\u00b2/, "").replace("(", "");
  const c = chart(el, ctx, {
    height: 300, xLabel: `b\u2080${per("G11") ? ` (${per("G11")})` : ""}`, yLabel: q > 1 ? `b\u2081${per("G22") ? ` (${per("G22")})` : ""}` : "",
    ...(q > 1 ? {} : { pad: { left: 74 }, yTicks: [[1, "own mean"], [0, "b\u0302"]] }),
  });
  const [ellipse, faint, heads, arrow] = ["lmmx-prior", "lmmx-arrows", "lmmx-arrowheads", "lmmx-arrow"].map((kind) => { const node = s("path", { class: kind }); c.marks.append(node); return node; });
  const [start, end] = ["lmmx-own", "lmmx-pred"].map((kind) => s("circle", { class: `lmmx-end ${kind}`, r: 5.5 }));
  c.marks.append(start, end);
  const words = h("p", { class: "lmmx-made" }, q > 1 ? "Arrows run from each subject\u2019s own estimate to b\u0302; dots: b\u0302. The ellipse holds 95 % of b ~ N(0, G)." : "Lines run from each subject\u2019s own mean to b\u0302.");
  el.append(words);
  const xy = (b, row) => `${c.x(b[0]).toFixed(1)},${c.y(q > 1 ? b[1] : row).toFixed(1)}`;

  return (d) => {
    const now = shared(ctx, d);
    c.frame([-reach[0], reach[0]], q > 1 ? [-reach[1], reach[1]] : [-0.3, 1.3]);
    set(faint, { d: known.own.map((own, k) => (own && k !== now.at ? `M${xy(own, 1)}L${xy(now.all[k], 0)}` : "")).join("") });
    set(heads, { d: now.all.map((b, k) => (k === now.at ? "" : `M${xy(b, 0)}h0`)).join("") });
    set(arrow, { d: now.own ? `M${xy(now.own, 1)}L${xy(now.b, 0)}` : "" });
    for (const [node, b, row] of [[start, now.own, 1], [end, now.b, 0]]) {
      node.style.display = b ? "" : "none";
      if (b) set(node, { cx: c.x(b[0]), cy: c.y(q > 1 ? b[1] : row) });
    }
    set(ellipse, { d: q > 1 && d.isPsd ? round(c, squareRoot(d.G)) : "" });
    c.spoken(`From ${now.own ? now.own.map(three).join(", ") : "no estimate of their own"} to the prediction ${now.b.map(three).join(", ")}`);
  };
}

function round(c, L) {
  const at = Array.from({ length: 73 }, (_, k) => [ELLIPSE * Math.cos((k * Math.PI) / 36), ELLIPSE * Math.sin((k * Math.PI) / 36)]);
  return c.path(at.map(([u]) => L[0][0] * u), at.map(([u, v]) => L[1][0] * u + L[1][1] * v));
}

/** The numbers: this subject's, then the spread of all b-hats against G. */
export function createNumbers(el, ctx) {
  const known = shared(ctx);
  const names = ["b\u2080", "b\u2081"].slice(0, known.q);
  const table = (head, keys) => {
    const rows = names.map((name, a) => {
      const cells = keys.map((key) => h("td", { class: "lmmx-num", "data-cell": `${key}-${a}` }));
      return { cells, node: h("tr", {}, h("th", { scope: "row", class: `lmmx-p lmmx-G${a + 1}${a + 1}` }, name), cells) };
    });
    el.append(h("div", { class: "lmmx-tablewrap", tabindex: 0, role: "group", "aria-label": "In numbers" }, h("table", { class: "lmmx-parts lmmx-numbers" },
      h("thead", {}, h("tr", {}, h("td", {}), head.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows.map((row) => row.node)))));
    return rows;
  };
  const title = (text) => h("p", { class: "lmmx-what lmmx-tabletitle" }, text);
  const who = title("");
  el.append(who);
  const mine = table(["own estimate", "b\u0302", "SE of b\u0302 \u2212 b", "kept"], ["own", "b", "se", "kept"]);
  el.append(title(`All ${known.all.length} subjects`));
  const rest = table(["SD of the b\u0302", "\u221aG", "ratio"], ["sdb", "sdg", "ratio"]);
  const words = h("p", { class: "lmmx-made", "data-out": "rho" });
  el.append(words);
  const asks = ctx.data.view.prompt && ctx.data.chrome !== false;
  return (d, { prediction }) => {
    const now = shared(ctx, d);
    const veiled = asks && prediction === null; // the lower table is what the prompt asks about
    setText(who, `Subject ${ctx.data.people.label[now.at]}, ${now.kept.filter(Boolean).length} readings`);
    const { sd, rho } = spreadOf(now.all);
    names.forEach((_, a) => {
      const own = now.own ? three(now.own[a]) : "\u2013";
      [own, three(now.b[a]), three(Math.sqrt(now.mine.given[a][a])), three(now.mine.kept[a])].forEach((text, k) => setText(mine[a].cells[k], text));
      const root = Math.sqrt(d.G[a][a]);
      [three(sd[a]), three(root), three(sd[a] / root)].forEach((text, k) => setText(rest[a].cells[k], veiled && k !== 1 ? "?" : text));
    });
    setText(words, names.length > 1 ? `Correlation of the b\u0302: ${veiled ? "?" : asCorrelation(rho)}; \u03c1 of G: ${asCorrelation(d.rho)}. \u03b2 is held at the fit\u2019s estimate.`
      : "\u03b2 is held at the fit\u2019s estimate.");
  };
}
