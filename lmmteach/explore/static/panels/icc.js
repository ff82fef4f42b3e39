// One reading's variance as a bar: the part shared by all readings of a person is their correlation.
import { shared, splitAt } from "../maths/ideas/icc.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { brief, fixed, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { settingRows } from "../kit/rows.js";
import { waiting } from "../kit/waiting.js";

const HIT = 0.005;
const END = 0.001; // as near as the border comes to either end

export function createIcc(el, ctx) {
  const { fit, curve, grid, labels } = ctx.data;
  if (fit.G.length > 1 || !curve.constant) {
    const needs = "This picture needs a random intercept alone: fit a model with (1 | subject).";
    el.append(h("p", { class: "lmmx-note" }, needs));
    return () => {};
  }
  const n = grid.t.length;
  const { bound } = shared(1, 1, n);
  const dial = dialNamed(ctx, "target");
  const pick = dial && createPick(dial, ctx);
  const verdict = h("span", { class: "lmmx-hit", "data-out": "target" });
  const stage = h("div", { class: "lmmx-stage" });
  el.append(stage);
  const picture = pictureOf(stage, ctx, bound);
  const border = borderOf(stage, picture.c, ctx, bound);
  const key = markKey(["ghost", "the fit"], ...(pick ? [["line", "what to reach"]] : []),
    ["pull:G11", "drag the border: the whole stays"]);
  el.append(key.node);
  const told = h("p", { class: "lmmx-made", "data-out": "icc", "data-room": room(175) });
  el.prepend(h("div", { class: "lmmx-tools-row" }, pick && pick.node, verdict));
  el.append(told);

  ctx.numbers.set(el, (d) => [...settingRows(d), ["correlation", shared(d.G[0][0], d.sigma2, n).icc]]);

  return (d, state) => {
    if (pick) pick.update(state);
    const { icc } = shared(d.G[0][0], d.sigma2, n);
    const { target } = state.dials;
    const fitted = d.showGhost ? shared(d.ghost.G[0][0], d.ghost.sigma2, n).icc : null;
    draw(picture, bound, icc, [target, fitted]);
    placeBorder(border, picture.c, d, icc, bound, waiting(ctx, state));
    key.show(0, d.showGhost);
    key.say(0, d.ghost.name);
    if (pick) judge(verdict, icc - target);
    setRuns(told, sentence(d, icc, bound, n));
    picture.c.spoken(`Correlation of any two readings of ${labels.response}: ${fixed(icc, 3)}`);
  };
}

/** Where G11 ends and sigma2 begins: what one gains the other loses, so that it moves the correlation alone. */
function borderOf(stage, c, ctx, bound) {
  const { view: { free } } = ctx.data;
  if (!free.includes("G11") || !free.includes("sigma2")) return null;
  const go = (icc) => {
    const { G: [[G11]], sigma2 } = ctx.now();
    const split = splitAt(Math.min(Math.max(icc, bound + END), 1 - END), G11 + sigma2);
    if (split) ctx.act.goTo({ G: [[split.G11]], sigma2: split.sigma2 }, "icc");
  };
  const handle = createHandle({
    label: "Border of G\u2081\u2081 and \u03c3\u00b2: the correlation", colour: "G11", axis: "x", small: true,
    drag: (px) => go(c.back(px, 0)[0]),
    step(right, up) {
      const { G: [[G11]], sigma2 } = ctx.now();
      go(shared(G11, sigma2, 2).icc + (right || up) / 100);
    },
  });
  stage.append(handle.node);
  return handle;
}

function placeBorder(border, c, { G: [[G11]], sigma2 }, icc, bound, wait) {
  if (!border) return;
  const shown = Math.min(Math.max(icc, bound), 1);
  border.node.style.display = Number.isFinite(shown) ? "" : "none";
  if (!Number.isFinite(shown)) return;
  const parts = `G\u2081\u2081 ${three(G11)}, \u03c3\u00b2 ${three(sigma2)}`;
  border.place(c.x(shown), c.y(0.5), Number(icc.toPrecision(4)), `${fixed(icc, 3)}: ${parts}`);
  border.wait(wait);
}

function pictureOf(el, ctx, bound) {
  const steps = [0, 0.25, 0.5, 0.75, 1].map((v) => [v, String(v)]);
  const c = chart(el, ctx, {
    height: 128, pad: { left: 24, right: 18, top: 30, bottom: 40 },
    xLabel: "correlation of any two readings of one person", xTicks: [[bound, fixed(bound, 2)], ...steps], yTicks: [],
  });
  const bars = ["G11", "sigma2"].map((name) => s("rect", { class: `lmmx-part lmmx-${name}` }));
  const name = (text) => s("text", { class: "lmmx-barname", "text-anchor": "middle" }, text);
  const names = ["G\u2081\u2081", "\u03c3\u00b2"].map(name);
  const marks = ["target", "fit", "now"].map((kind) => s("line", { class: `lmmx-iccmark lmmx-icc-${kind}` }));
  const value = s("text", { class: "lmmx-iccvalue", "text-anchor": "middle" });
  c.marks.append(bars[1], bars[0], ...names);
  c.over.append(...marks, value);
  return { c, bars, names, marks, value };
}

/** The bar, split at the correlation, and three marks: what to reach, the fit's, the present one. */
function draw({ c, bars, names, marks, value }, bound, icc, others) {
  c.frame([bound, 1], [0, 1]);
  const at = Math.min(Math.max(icc, bound), 1);
  const height = c.y(0.1) - c.y(0.9);
  const span = (node, from, to, kind) => set(node, {
    x: c.x(Math.min(from, to)), width: Math.abs(c.x(to) - c.x(from)), y: c.y(0.9), height, class: kind,
  });
  span(bars[0], 0, at, `lmmx-part lmmx-G11${at < 0 ? " lmmx-owed" : ""}`);
  span(bars[1], at, 1, "lmmx-part lmmx-sigma2");
  [at / 2, (at + 1) / 2].forEach((x, k) => {
    set(names[k], { x: c.x(x), y: c.y(0.5) + 5 });
    names[k].style.display = (k ? 1 - at : at) > 0.07 ? "" : "none";
  });
  [...others, at].forEach((x, k) => {
    marks[k].style.display = Number.isFinite(x) ? "" : "none";
    const [up, down] = k === 2 ? [6, 0] : [0, 4];
    if (Number.isFinite(x)) set(marks[k], { x1: c.x(x), x2: c.x(x), y1: c.top - up, y2: c.bottom + down });
  });
  set(value, { x: c.x(at), y: c.top - 11 });
  setText(value, fixed(icc, 3));
}

function judge(verdict, off) {
  const hit = Math.abs(off) < HIT;
  verdict.dataset.hit = String(hit);
  setText(verdict, hit ? "Reached." : `${fixed(Math.abs(off), 3)} too ${off > 0 ? "high" : "low"}`);
}

/** "ICC = G11 / (G11 + sigma2) = ..." with live numbers, and what it means. */
function sentence({ G: [[G11]], sigma2 }, icc, bound, n) {
  const num = (name, x) => [`lmmx-p lmmx-num lmmx-${name}`, brief(x)];
  const more = icc < 0
    ? " A random intercept cannot do this: as a compound symmetry it can, "
      + `down to \u22121/(n \u2212 1) = ${fixed(bound, 2)} for ${n} readings.`
    : " The same for every pair, near or far.";
  return [
    ["lmmx-madehead", "ICC = "], "G\u2081\u2081 / (G\u2081\u2081 + \u03c3\u00b2) = ",
    num("G11", G11), " / (", num("G11", G11), " + ", num("sigma2", sigma2), ") = ", ["lmmx-num", fixed(icc, 3)],
    ".", more,
  ];
}
