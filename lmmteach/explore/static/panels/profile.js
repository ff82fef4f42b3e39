// The profile of -2 log L along one parameter, for ML and for REML: how low it can get there, and the lowest points.
import { beginCurve, growCurve } from "../maths/ideas/profile.js";
import { valueOf } from "../maths/setting.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { graspOf } from "../kit/grasp.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { brief, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";

const TOP = 12; // of the axis: -2 log L above each method's own least
const LINE = 3.84;
const BUDGET = 2; // ms of a frame for the curves
const METHODS = ["REML", "ML"];
const NAMES = { G11: "SD of intercepts", G22: "SD of slopes", sigma2: "residual SD", G12: "covariance" };

export function createProfile(el, ctx) {
  const { ranges, likelihood } = ctx.data;
  const best = ctx.data.extra.profile;
  const dial = dialNamed(ctx, "along");
  const pick = dial && createPick(dial, ctx);
  if (pick) el.append(h("div", { class: "lmmx-tools-row" }, pick.node));
  const stage = h("div", { class: "lmmx-stage" });
  const picture = pictureOf(stage, ctx);
  const here = hereOf(stage, picture.c, ctx);
  el.append(stage, markKey(["line:along", "REML"], ["dashed:along", "ML"],
    ["pull:along", "your setting: drag it sideways"]).node);
  const note = h("p", { class: "lmmx-told", "data-room": room(130) });
  el.append(note);
  const known = {};

  /** Both curves along a parameter, grown for as long as a frame leaves; true while there is more to do. */
  function grown(curves) {
    const started = performance.now();
    let busy = true;
    while (busy && performance.now() - started < BUDGET) {
      busy = curves.map((curve) => growCurve(likelihood, curve, TOP)).some(Boolean);
    }
    return busy;
  }
  ctx.numbers.set(el, (_, state) => {
    const along = dial ? state.dials.along : "G11";
    const rows = METHODS.flatMap((method) => known[method + along].points.map(([x, gap]) => [method, x, gap]));
    return [["method", NAMES[along], "deviance above its least"], ...rows];
  });
  return (d, state) => {
    if (pick) pick.update(state);
    const along = dial ? state.dials.along : "G11";
    const begin = (method) => beginCurve(likelihood, method, along, best[method], ranges, TOP);
    const curves = METHODS.map((method) => (known[method + along] ??= begin(method)));
    const busy = grown(curves);
    if (busy) ctx.again();
    el.dataset.ready = String(!busy);
    frame(picture, ctx, curves, along);
    el.style.setProperty("--along", `var(--${along})`);
    el.style.setProperty("--along-text", `var(--${along}-text)`);
    METHODS.forEach((method, k) => drawCurve(picture, method, curves, k));
    const gap = d.deviance - best[state.method].deviance;
    const shows = markHere(picture, valueOf(state, along), gap, curves[0].isSd);
    here(along, curves[0].isSd, shows, gap, state);
    const [reml, ml] = METHODS.map((method) => shown(valueOf(best[method], along), curves[0].isSd));
    const yours = `. The open dot is your setting, ${brief(gap)} above the least of ${state.method}.`;
    setText(note, `${NAMES[along]}: ML ${ml}, REML ${reml}${shows && gap >= 0.005 ? yours : "."}`);
    picture.c.spoken(`Profile of minus 2 log L along the ${NAMES[along]}: least at ${ml} by ML, at ${reml} by REML`);
  };
}

/** The present setting, to be pulled along the axis: the one parameter moves, the others stay. */
function hereOf(stage, c, ctx) {
  const grasps = Object.fromEntries(Object.keys(NAMES).map((name) => [name, graspOf(ctx, name)]));
  let [grasp, isSd] = [grasps.G11, true];
  const handle = createHandle({
    label: "Your setting", colour: "G11", axis: "x", small: true,
    drag: (px) => {
      const [x] = c.back(px, 0);
      grasp.to(isSd ? Math.max(x, 0) ** 2 : x);
    },
    step: (right, up) => grasp.step(right || up),
  });
  stage.append(handle.node);
  return (along, sd, shows, gap, state) => {
    [grasp, isSd] = [grasps[along], sd];
    const on = shows && grasp.free;
    handle.node.style.display = on ? "" : "none";
    if (!on) return;
    const value = valueOf(state, along);
    handle.called(`Your setting along the ${NAMES[along]}: moves ${grasp.symbol}`, along);
    handle.place(c.x(isSd ? Math.sqrt(Math.max(value, 0)) : value), c.y(gap), Number(value.toPrecision(5)),
      `${grasp.text(value)}, ${brief(gap)} above the least`);
    handle.wait(grasp.waits(state));
  };
}

const shown = (value, isSd) => three(isSd ? Math.sqrt(value) : value);

function pictureOf(el, ctx) {
  const c = chart(el, ctx, { xLabel: " ", yLabel: "\u22122 log L above its own least", pad: { right: 20 } });
  const parts = Object.fromEntries(METHODS.map((method) => [method, {
    line: s("path", { class: `lmmx-profile lmmx-profile-${method}` }),
    drop: s("line", { class: "lmmx-profiledrop" }),
    mark: s("circle", { class: "lmmx-mark lmmx-alongmark", r: 4.5 }),
    text: s("text", { class: "lmmx-marklabel lmmx-alonglabel", "data-out": `least-${method}` }),
  }]));
  const limit = s("line", { class: "lmmx-limit" });
  const limitText = s("text", { class: "lmmx-tick lmmx-rimword", "text-anchor": "end" }, "3.84: 95 %");
  const here = s("circle", { class: "lmmx-here", r: 5 });
  c.marks.append(limit, ...METHODS.flatMap((m) => [parts[m].drop, parts[m].line]), here);
  c.over.append(limitText, ...METHODS.flatMap((m) => [parts[m].mark, parts[m].text]));
  return { c, parts, limit, limitText, here };
}

/** The axes, set by as much of the curves as is known, and the line that 95 % hang on. */
function frame({ c, limit, limitText }, { data: { labels } }, curves, along) {
  const all = curves.flatMap((curve) => curve.points.map(([x]) => x));
  if (c.frame([Math.min(...all), Math.max(...all)], [0, TOP])) {
    const unit = labels.unit && along !== "G22" && along !== "G12" ? ` (${labels.unit})` : "";
    setText(c.svg.querySelector(".lmmx-axis:last-of-type"), `${NAMES[along]}${unit}`);
  }
  set(limit, { x1: c.left, x2: c.right, y1: c.y(LINE), y2: c.y(LINE) });
  set(limitText, { x: c.right, y: c.y(LINE) - 5 });
}

/** A method's curve, its least, and the number there on the side away from the other method's. */
function drawCurve({ c, parts }, method, curves, k) {
  const { line, drop, mark, text } = parts[method];
  const { points, centre } = curves[k];
  const x = c.x(centre);
  set(line, { d: c.path(points.map(([at]) => at), points.map(([, gap]) => gap)) });
  set(drop, { x1: x, x2: x, y1: c.y(0), y2: c.y(TOP) });
  set(mark, { cx: x, cy: c.y(0) });
  const other = curves[1 - k].centre;
  const left = centre <= other && !(centre === other && k === 0);
  const lower = x < c.left + 90 || x > c.right - 90 ? k : 0;
  const anchor = left && x > c.left + 90 ? "end" : "start";
  set(text, { x: x + (left ? -8 : 8), y: c.y(TOP) + 14 + 17 * lower, "text-anchor": anchor });
  setText(text, `${method} ${three(centre)}`);
}

/** An open dot at the present setting; false where it lies outside the picture. */
function markHere({ c, here }, value, gap, isSd) {
  const x = isSd ? Math.sqrt(Math.max(value, 0)) : value;
  const shows = Number.isFinite(gap) && x >= c.x0 && x <= c.x1 && gap <= TOP;
  here.style.display = shows ? "" : "none";
  if (shows) set(here, { cx: c.x(x), cy: c.y(gap) });
  return shows;
}
