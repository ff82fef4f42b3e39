// The distribution of (b0, b1): 50 % and 95 % ellipses of N(0, G), the simulated subjects as dots, three handles.
import { niceTop } from "../maths/axes.js";
import { ellipse, RADIUS, reachOf, rhoFor } from "../maths/ideas/ellipse.js";
import { effects } from "../maths/ideas/lines.js";
import { shifted } from "../maths/ideas/origin.js";
import { covarianceFor, rhoOf } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { dialNamed } from "../kit/dials.js";
import { h, s, set } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { three } from "../kit/numbers.js";
import { sloped, slopeUnit } from "../kit/sloped.js";
import { waiting } from "../kit/waiting.js";

export function createEllipse(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people, labels } = ctx.data;
  const stage = h("div", { class: "lmmx-stage" });
  el.append(stage);
  const per = slopeUnit(labels);
  const c = chart(stage, ctx, { height: 320, xLabel: `b\u2080, intercept${labels.unit ? ` (${labels.unit})` : ""}`, yLabel: `b\u2081, slope${per ? ` (${per})` : ""}` });
  const cross = [s("line", { class: "lmmx-grid" }), s("line", { class: "lmmx-grid" })];
  const ghost = s("path", { class: "lmmx-ghostline" });
  const rims = [s("path", { class: "lmmx-rim lmmx-rim-most" }), s("path", { class: "lmmx-rim" })];
  const dots = s("path", { class: "lmmx-bdots" });
  const one = s("circle", { class: "lmmx-one", r: 5.5 });
  const rimWords = ["95 %", "50 %"].map((text) => s("text", { class: "lmmx-rimword" }, text));
  c.marks.append(...cross, ghost, ...rims, dots);
  c.over.append(...rimWords, one);
  const words = h("p", { class: "lmmx-overlay", hidden: true }, "No people to draw: random effects b with this G cannot exist.");
  const b = new Float64Array(2 * people.visitOf.length);
  const places = new Float64Array(b.length);
  const origins = dialNamed(ctx, "origin");
  let now = null; // G at the origin on show, and that origin
  const put = (G) => ctx.act.goTo({ G: shifted(G, -now.at) }, "ellipse");
  const here = () => shifted(ctx.now().G, now.at);
  const toSd = (pixels, of) => Math.max(of(...c.back(...pixels)) / RADIUS.most, 0);
  const kept = (g11, g22) => (now.hold === "rho" && Number.isFinite(now.rho) ? covarianceFor(now.rho, g11, g22) : here()[0][1]);
  const bounded = (g12, g11, g22) => Math.max(-1, Math.min(1, g12 / Math.sqrt(g11 * g22) || 0)) * Math.sqrt(g11 * g22);
  const become = (g11, g22, g12) => put([[g11, bounded(g12, g11, g22)], [bounded(g12, g11, g22), g22]]);
  const wide = (sd) => become(sd ** 2, here()[1][1], kept(sd ** 2, here()[1][1]));
  const tall = (sd) => become(here()[0][0], sd ** 2, kept(here()[0][0], sd ** 2));
  const tilt = (rho) => { const [[g11], [, g22]] = here(); become(g11, g22, covarianceFor(rho, g11, g22)); };
  const within = (sd, most) => Math.min(sd, most / RADIUS.most);
  const handles = [
    createHandle({ label: "Width: G\u2081\u2081, variance of intercepts", colour: "G11", axis: "x",
      drag: (...p) => wide(within(toSd(p, (x) => x), c.x1)), step: (x, y) => wide(Math.max(Math.sqrt(here()[0][0]) + ((x || y) * c.x1) / 150, 0)) }),
    createHandle({ label: "Height: G\u2082\u2082, variance of slopes", colour: "G22", axis: "y",
      drag: (...p) => tall(within(toSd(p, (_, y) => y), c.y1)), step: (x, y) => tall(Math.max(Math.sqrt(here()[1][1]) + ((y || x) * c.y1) / 150, 0)) }),
    createHandle({ label: "Tilt: G\u2081\u2082, covariance of intercept and slope", colour: "G12",
      drag: (px, py) => tilt(rhoFor(along(px, py))), step: (x, y) => tilt((rhoOf(here()) || 0) + 0.02 * (x || y)) }),
  ];
  /** How far along the diagonal (SD, SD) a pixel lies, as a share of the 95 % corner. */
  function along(px, py) {
    const [ux, uy] = [c.x(RADIUS.most * Math.sqrt(now.G[0][0])) - c.x(0), c.y(RADIUS.most * Math.sqrt(now.G[1][1])) - c.y(0)];
    return ((px - c.x(0)) * ux + (py - c.y(0)) * uy) / (ux * ux + uy * uy || 1);
  }
  stage.append(words, ...handles.map((handle) => handle.node));
  const follow = dialNamed(ctx, "subject");
  if (follow) c.svg.addEventListener("pointermove", look);
  if (follow) c.svg.addEventListener("pointerdown", look);
  function look(event) {
    if (!now.valid) return;
    const frame = c.svg.getBoundingClientRect();
    const zoom = frame.width / c.width || 1;
    const [px, py] = [(event.clientX - frame.left) / zoom, (event.clientY - frame.top) / zoom];
    let [found, least] = [-1, 14];
    for (let k = 0; k < people.visitOf.length; k++) {
      const far = Math.hypot(places[2 * k] - px, places[2 * k + 1] - py);
      if (far < least) [least, found] = [far, k];
    }
    if (found >= 0 && people.label[found] !== now.subject) ctx.act.follow(people.label[found]);
  }

  return (d, state) => {
    const at = (d.dials && d.dials.origin) || 0;
    const G = shifted(d.G, at);
    const fit = shifted(d.fit.G, at);
    const subject = (d.dials && d.dials.subject) || "";
    now = { G, at, hold: d.hold, rho: rhoOf(G), subject, valid: d.isPsd };
    if (!handles.some((handle) => handle.held())) {
      // Where time zero moves, the axis holds every origin's ellipse and stays.
      const ends = origins ? [origins.low, origins.high] : [0];
      const most = (a, g) => RADIUS.most * Math.sqrt(Math.max(...ends.flatMap((e) => [shifted(g, e)[a][a]]), 0));
      const [X, Y] = [0, 1].map((a) => niceTop(1.12 * Math.max(most(a, d.G), most(a, d.fit.G))));
      if (c.frame([-X, X], [-Y, Y])) {
        set(cross[0], { x1: c.x(0), x2: c.x(0), y1: c.top, y2: c.bottom });
        set(cross[1], { x1: c.left, x2: c.right, y1: c.y(0), y2: c.y(0) });
      }
    }
    set(ghost, { d: d.showFit ? c.path(...ellipse(fit, RADIUS.most)) : "" });
    [RADIUS.most, RADIUS.half].forEach((radius, k) => {
      set(rims[k], { d: d.isPsd ? c.path(...ellipse(G, radius)) : "" });
      const [x, y] = [c.x(0), c.y(-radius * Math.sqrt(Math.max(G[1][1] - (G[0][1] ** 2 / G[0][0] || 0), 0)))];
      set(rimWords[k], { x: x + 3, y: y - 4, display: d.isPsd && y - c.y(0) > 22 ? "inline" : "none" });
    });
    let path = "";
    if (d.isPsd) {
      effects(people, d.z, d.G, b);
      for (let k = 0; k < b.length; k += 2) {
        places[k] = c.x(b[k] + at * b[k + 1]);
        places[k + 1] = c.y(b[k + 1]);
        path += `M${places[k].toFixed(1)},${places[k + 1].toFixed(1)}h0`;
      }
    }
    set(dots, { d: path });
    const k = d.isPsd && subject !== "" ? people.label.indexOf(subject) : -1;
    one.style.display = k < 0 ? "none" : "";
    if (k >= 0) set(one, { cx: places[2 * k], cy: places[2 * k + 1] });
    words.hidden = d.isPsd;
    const [sd1, sd2] = [Math.sqrt(Math.max(G[0][0], 0)), Math.sqrt(Math.max(G[1][1], 0))];
    const R = RADIUS.most;
    const spots = [
      [R * sd1, R * sd1 * (G[0][1] / G[0][0] || 0), G[0][0]],
      [R * sd2 * (G[1][0] / G[1][1] || 0), R * sd2, G[1][1]],
      ...[R * reachOf(now.rho || 0)].map((r) => [r * sd1, r * sd2, G[0][1]]),
    ];
    handles.forEach((handle, j) => {
      handle.node.style.display = d.isPsd && (j < 2 || sd1 * sd2 > 0) ? "" : "none";
      handle.place(c.x(spots[j][0]), c.y(spots[j][1]), Number(spots[j][2].toPrecision(6)), `${three(spots[j][2])}${j === 2 ? `, rho ${three(now.rho)}` : `, SD ${three(j ? sd2 : sd1)}`}`);
      handle.wait(waiting(ctx, state));
    });
    c.spoken(d.isPsd ? `Ellipse of intercepts and slopes: SD ${three(sd1)} and ${three(sd2)}, correlation ${three(now.rho)}; ${people.visitOf.length} subjects` : words.textContent);
  };
}
