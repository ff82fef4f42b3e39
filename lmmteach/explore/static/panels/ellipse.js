// The distribution of (b0, b1): 50 % and 95 % ellipses of N(0, G), the simulated subjects as dots, three handles.
import { niceTop } from "../maths/axes.js";
import { bounded, ellipse, RADIUS, reachOf, rhoFor } from "../maths/ideas/ellipse.js";
import { effects } from "../maths/ideas/lines.js";
import { shifted } from "../maths/ideas/origin.js";
import { covarianceFor, rhoOf } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { dialNamed } from "../kit/dials.js";
import { h, s, set } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { three } from "../kit/numbers.js";
import { columns } from "../kit/rows.js";
import { sloped, slopeUnit } from "../kit/sloped.js";
import { waiting } from "../kit/waiting.js";

const NEAR = 14; // pixels

export function createEllipse(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { people } = ctx.data;
  const stage = h("div", { class: "lmmx-stage" });
  el.append(stage);
  const self = pictureOf(stage, ctx);
  const handles = handlesOf(self, ctx);
  const words = h("p", { class: "lmmx-overlay", hidden: true },
    "No people to draw: random effects b with this G cannot exist.");
  stage.append(words, ...handles.map((handle) => handle.node));
  const key = markKey(["dot", "a person"], ["ghost", ""], ["pull:G11", "width"], ["pull:G22", "height"],
    ["pull:G12", "tilt"]);
  el.append(key.node);
  if (dialNamed(ctx, "subject")) followNearest(self, ctx);

  ctx.numbers.set(el, (d) => {
    if (!d.isPsd) return [];
    const { b, now: { at } } = self;
    const b1 = people.label.map((_, k) => b[2 * k + 1]);
    const b0 = b1.map((slope, k) => b[2 * k] + at * slope);
    return columns(["subject", "b0", "b1"], people.label, b0, b1);
  });

  return (d, state) => {
    const at = (d.dials && d.dials.origin) || 0;
    const G = shifted(d.G, at);
    const rho = rhoOf(G);
    self.now = { G, at, rho, hold: d.hold, subject: (d.dials && d.dials.subject) || "", valid: d.isPsd };
    if (!handles.some((handle) => handle.held())) frame(self, ctx, d);
    drawRims(self, d);
    key.show(1, d.showGhost);
    key.say(1, `95 % of ${d.ghost.name}`);
    drawDots(self, people, d);
    words.hidden = d.isPsd;
    placeHandles(self, handles, waiting(ctx, state));
    const [sd1, sd2] = sdsOf(G).map(three);
    self.c.spoken(!d.isPsd ? words.textContent
      : `Ellipse of intercepts and slopes: SD ${sd1} and ${sd2}, correlation ${three(rho)}; `
        + `${people.visitOf.length} subjects`);
  };
}

const sdsOf = (G) => [0, 1].map((a) => Math.sqrt(Math.max(G[a][a], 0)));

/** The chart and its marks; `b` the subjects' effects, `places` their pixels, `now` the setting on show. */
function pictureOf(stage, ctx) {
  const { people, labels } = ctx.data;
  const per = slopeUnit(labels);
  const c = chart(stage, ctx, {
    height: 320,
    xLabel: `b\u2080, intercept${labels.unit ? ` (${labels.unit})` : ""}`,
    yLabel: `b\u2081, slope${per ? ` (${per})` : ""}`,
  });
  const cross = [s("line", { class: "lmmx-grid" }), s("line", { class: "lmmx-grid" })];
  const ghost = s("path", { class: "lmmx-ghostline" });
  const rims = [s("path", { class: "lmmx-rim lmmx-rim-most" }), s("path", { class: "lmmx-rim" })];
  const dots = s("path", { class: "lmmx-bdots" });
  const one = s("circle", { class: "lmmx-one", r: 5.5 });
  const rimWords = ["95 %", "50 %"].map((text) => s("text", { class: "lmmx-rimword" }, text));
  c.marks.append(...cross, ghost, ...rims, dots);
  c.over.append(...rimWords, one);
  const count = 2 * people.visitOf.length;
  const [b, places] = [new Float64Array(count), new Float64Array(count)];
  return { c, cross, ghost, rims, dots, one, rimWords, b, places, now: null };
}

/** Axes in steps; where time zero moves they hold every origin's ellipse, and stay. */
function frame({ c, cross }, ctx, d) {
  const origins = dialNamed(ctx, "origin");
  const ends = origins ? [origins.low, origins.high] : [0];
  const most = (a, G) => RADIUS.most * Math.sqrt(Math.max(...ends.map((end) => shifted(G, end)[a][a]), 0));
  const [X, Y] = [0, 1].map((a) => niceTop(1.12 * Math.max(most(a, d.G), most(a, d.fit.G), most(a, d.ghost.G))));
  if (!c.frame([-X, X], [-Y, Y])) return;
  set(cross[0], { x1: c.x(0), x2: c.x(0), y1: c.top, y2: c.bottom });
  set(cross[1], { x1: c.left, x2: c.right, y1: c.y(0), y2: c.y(0) });
}

/** The ellipses, with their percentages where there is room, and the fit's. */
function drawRims({ c, ghost, rims, rimWords, now: { G, at } }, d) {
  // One that was kept is seen from its own time zero.
  const from = d.ghost.dials ? d.ghost.dials.origin || 0 : at;
  set(ghost, { d: d.showGhost ? c.path(...ellipse(shifted(d.ghost.G, from), RADIUS.most)) : "" });
  const given = Math.sqrt(Math.max(G[1][1] - (G[0][1] ** 2 / G[0][0] || 0), 0));
  [RADIUS.most, RADIUS.half].forEach((radius, k) => {
    set(rims[k], { d: d.isPsd ? c.path(...ellipse(G, radius)) : "" });
    const [x, y] = [c.x(0), c.y(-radius * given)];
    set(rimWords[k], { x: x + 3, y: y - 4, display: d.isPsd && y - c.y(0) > 22 ? "inline" : "none" });
  });
}

function drawDots({ c, dots, one, b, places, now: { at, subject } }, people, d) {
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
}

/** Width, height and tilt: each moves G at the origin on show, and is said back in G at time 0. */
function handlesOf(self, ctx) {
  const { c } = self;
  const here = () => shifted(ctx.now().G, self.now.at);
  const become = (g11, g22, g12) => {
    const held = bounded(g12, g11, g22);
    ctx.act.goTo({ G: shifted([[g11, held], [held, g22]], -self.now.at) }, "ellipse");
  };
  const kept = (g11, g22) => {
    const { hold, rho } = self.now;
    return hold === "rho" && Number.isFinite(rho) ? covarianceFor(rho, g11, g22) : here()[0][1];
  };
  const wide = (sd) => become(sd ** 2, here()[1][1], kept(sd ** 2, here()[1][1]));
  const tall = (sd) => become(here()[0][0], sd ** 2, kept(here()[0][0], sd ** 2));
  const tilt = (rho) => { const [[g11], [, g22]] = here(); become(g11, g22, covarianceFor(rho, g11, g22)); };
  const toSd = (value, most) => Math.min(Math.max(value / RADIUS.most, 0), most / RADIUS.most);
  const stepped = (a, by) => Math.max(Math.sqrt(here()[a][a]) + by / 150, 0);
  return [
    createHandle({
      label: "Width: G\u2081\u2081, variance of intercepts", colour: "G11", axis: "x",
      drag: (px, py) => wide(toSd(c.back(px, py)[0], c.x1)), step: (x, y) => wide(stepped(0, (x || y) * c.x1)),
    }),
    createHandle({
      label: "Height: G\u2082\u2082, variance of slopes", colour: "G22", axis: "y",
      drag: (px, py) => tall(toSd(c.back(px, py)[1], c.y1)), step: (x, y) => tall(stepped(1, (y || x) * c.y1)),
    }),
    createHandle({
      label: "Tilt: G\u2081\u2082, covariance of intercept and slope", colour: "G12",
      drag: (px, py) => tilt(rhoFor(along(self, px, py))),
      step: (x, y) => tilt((rhoOf(here()) || 0) + 0.02 * (x || y)),
    }),
  ];
}

/** How far along the diagonal (SD, SD) a pixel lies, as a share of the 95 % corner. */
function along({ c, now: { G } }, px, py) {
  const ux = c.x(RADIUS.most * Math.sqrt(G[0][0])) - c.x(0);
  const uy = c.y(RADIUS.most * Math.sqrt(G[1][1])) - c.y(0);
  return ((px - c.x(0)) * ux + (py - c.y(0)) * uy) / (ux * ux + uy * uy || 1);
}

function placeHandles({ c, now: { G, rho, valid } }, handles, wait) {
  const [sd1, sd2] = sdsOf(G);
  const R = RADIUS.most;
  const corner = R * reachOf(rho || 0);
  const spots = [
    [R * sd1, R * sd1 * (G[0][1] / G[0][0] || 0), G[0][0], `SD ${three(sd1)}`],
    [R * sd2 * (G[1][0] / G[1][1] || 0), R * sd2, G[1][1], `SD ${three(sd2)}`],
    [corner * sd1, corner * sd2, G[0][1], `rho ${three(rho)}`],
  ];
  handles.forEach((handle, j) => {
    const [x, y, value, more] = spots[j];
    handle.node.style.display = valid && (j < 2 || sd1 * sd2 > 0) ? "" : "none";
    handle.place(c.x(x), c.y(y), Number(value.toPrecision(6)), `${three(value)}, ${more}`);
    handle.wait(wait);
  });
}

/** The dot nearest to a pointer is followed. */
function followNearest(self, ctx) {
  const { c, places } = self;
  const { label } = ctx.data.people;
  const look = (event) => {
    if (!self.now.valid) return;
    const [px, py] = c.pointed(event);
    let [found, least] = [-1, NEAR];
    for (let k = 0; k < label.length; k++) {
      const far = Math.hypot(places[2 * k] - px, places[2 * k + 1] - py);
      if (far < least) [least, found] = [far, k];
    }
    if (found >= 0 && label[found] !== self.now.subject) ctx.act.follow(label[found]);
  };
  c.svg.addEventListener("pointermove", look);
  c.svg.addEventListener("pointerdown", look);
}
