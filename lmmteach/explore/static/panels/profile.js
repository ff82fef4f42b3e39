// The profile of -2 log L along one parameter, for ML and for REML: how low it can get there, and the two lowest points.
import { profileAt } from "../maths/ideas/profile.js";
import { valueOf } from "../maths/setting.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { brief, three } from "../kit/numbers.js";

const TOP = 12; // of the axis: -2 log L above each method's own least
const LINE = 3.84;
const METHODS = ["REML", "ML"];

export function createProfile(el, ctx) {
  const { ranges, likelihood, labels } = ctx.data;
  const best = ctx.data.extra.profile;
  const dial = dialNamed(ctx, "along");
  const pick = dial && createPick(dial, ctx);
  if (pick) el.append(h("div", { class: "lmmx-tools-row" }, pick.node));
  const note = h("p", { class: "lmmx-told" });
  const c = chart(el, ctx, { xLabel: " ", yLabel: "\u22122 log L above its own least", pad: { right: 20 } });
  const xLabel = () => c.svg.querySelector(".lmmx-axis:last-of-type");
  el.append(note);
  const parts = Object.fromEntries(METHODS.map((method) => [method, {
    line: s("path", { class: `lmmx-profile lmmx-profile-${method}` }),
    drop: s("line", { class: "lmmx-profiledrop" }),
    mark: s("circle", { class: "lmmx-mark lmmx-alongmark", r: 4.5 }),
    text: s("text", { class: "lmmx-marklabel lmmx-alonglabel", "data-out": `least-${method}` }),
  }]));
  const limit = s("line", { class: "lmmx-limit" });
  const limitText = s("text", { class: "lmmx-tick", "text-anchor": "end" }, "3.84: 95 %");
  const here = s("circle", { class: "lmmx-here", r: 5 });
  c.marks.append(limit, ...METHODS.flatMap((m) => [parts[m].drop, parts[m].line]), here);
  c.over.append(limitText, ...METHODS.flatMap((m) => [parts[m].mark, parts[m].text]));
  const known = {};

  /** A curve to be computed a point at a time, outwards from the estimate, until it is high or the slider ends. */
  function curveOf(method, along) {
    const start = valueOf(best[method], along);
    const isSd = along !== "G12";
    const low = isSd ? 0 : -Infinity;
    const centre = isSd ? Math.sqrt(start) : start;
    const reach = isSd ? Math.sqrt(ranges[along]) : 2.6 * ranges.G12;
    // One probe tells how steep the curve is: a dozen points a side from the least to the top.
    const probe = profileAt(likelihood, method, along, isSd ? (centre + reach / 200) ** 2 : centre + reach / 200, best[method]).deviance;
    const step = Math.min((reach / 200) * Math.sqrt(TOP / Math.max(probe - best[method].deviance, 1e-9)) / 12, reach / 40);
    return { centre, low, step, isSd, points: [[centre, 0, best[method]]], ends: [1, -1], side: 0 };
  }
  function grow(curve, method, along) {
    const side = curve.ends[curve.side];
    if (side === undefined) return false;
    const [x, , from] = side > 0 ? curve.points[curve.points.length - 1] : curve.points[0];
    const now = Math.max(x + side * curve.step, curve.low + (along === "sigma2" ? 1e-3 * curve.centre : 0));
    const found = profileAt(likelihood, method, along, curve.isSd ? now * now : now, from);
    const gap = found.deviance - best[method].deviance;
    const point = [now, gap, found];
    if (Number.isFinite(gap)) curve.points[side > 0 ? "push" : "unshift"](point);
    if (!Number.isFinite(gap) || gap > TOP || now <= curve.low || curve.points.length > 90) curve.side += 1;
    return true;
  }

  return (d, state) => {
    if (pick) pick.update(state);
    const along = dial ? state.dials.along : "G11";
    const curves = METHODS.map((method) => (known[method + along] ??= curveOf(method, along)));
    const started = performance.now();
    let busy = true;
    while (busy && performance.now() - started < 2) busy = METHODS.map((method, k) => grow(curves[k], method, along)).some(Boolean);
    if (busy) ctx.again();
    el.dataset.ready = String(!busy);
    const { isSd } = curves[0];
    const all = curves.flatMap((curve) => curve.points.map(([x]) => x));
    // The axis is set by the curves once they are whole; before that by as much as is known.
    const fresh = c.frame([Math.min(...all), Math.max(...all)], [0, TOP]);
    const name = { G11: "SD of intercepts", G22: "SD of slopes", sigma2: "residual SD", G12: "covariance" }[along];
    if (fresh) setText(xLabel(), labels.unit && along !== "G22" && along !== "G12" ? `${name} (${labels.unit})` : name);
    el.style.setProperty("--along", `var(--${along})`);
    el.style.setProperty("--along-text", `var(--${along}-text)`);
    METHODS.forEach((method, k) => {
      const { line, drop, mark, text } = parts[method];
      const { points, centre } = curves[k];
      set(line, { d: c.path(points.map(([x]) => x), points.map(([, y]) => y)) });
      const x = c.x(centre);
      set(drop, { x1: x, x2: x, y1: c.y(0), y2: c.y(TOP) });
      set(mark, { cx: x, cy: c.y(0) });
      const left = centre <= curves[1 - k].centre && !(centre === curves[1 - k].centre && k === 0);
      set(text, { x: x + (left ? -8 : 8), y: c.y(TOP) + 14 + 17 * (x < c.left + 90 || x > c.right - 90 ? k : 0), "text-anchor": left && x > c.left + 90 ? "end" : "start" });
      setText(text, `${method} ${three(centre)}`);
    });
    set(limit, { x1: c.left, x2: c.right, y1: c.y(LINE), y2: c.y(LINE) });
    set(limitText, { x: c.right, y: c.y(LINE) - 5 });
    const value = valueOf(state, along);
    const gap = d.deviance - best[state.method].deviance;
    const x = isSd ? Math.sqrt(Math.max(value, 0)) : value;
    const shows = Number.isFinite(gap) && x >= c.x0 && x <= c.x1 && gap <= TOP;
    here.style.display = shows ? "" : "none";
    if (shows) set(here, { cx: c.x(x), cy: c.y(gap) });
    const [reml, ml] = METHODS.map((method) => valueOf(best[method], along));
    setText(note, `${name}: ML ${three(isSd ? Math.sqrt(ml) : ml)}, REML ${three(isSd ? Math.sqrt(reml) : reml)}`
      + (shows && gap >= 0.005 ? `. The open dot is your setting, ${brief(gap)} above the least of ${state.method}.` : "."));
    c.spoken(`Profile of minus 2 log L along the ${name}: least at ${three(isSd ? Math.sqrt(ml) : ml)} by ML, at ${three(isSd ? Math.sqrt(reml) : reml)} by REML`);
  };
}
