// The likelihood as a landscape: a plane through (G, sigma2) with bands of equal -2 log L, the present setting to
// walk on it, the fit, and the way the search went.
import { createSurvey, plane } from "../maths/ideas/slice.js";
import { dotAt, lineThrough, writeOver } from "../kit/canvas.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, set, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { createLandscape } from "../kit/landscape.js";
import { brief, fixed, SYMBOL, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { waiting } from "../kit/waiting.js";

const BUDGET = 1.5; // ms of a frame for the map
const PAUSE = 900; // ms between two steps of the search
const LEVELS = { 1: [1, 5.99, 30, 100, 300, 1000], 2: [1, 9.49, 30, 100, 300, 1000] }; // by the size of G

export function createHill(el, ctx) {
  const { fit, likelihood, extra } = ctx.data;
  const dial = dialNamed(ctx, "plane");
  const pick = dial && createPick(dial, ctx);
  const map = plot(ctx, { title: "\u22122 log L above the fit", height: 400, x: [0, 1], y: [0, 1] });
  const land = createLandscape(map, ctx, LEVELS[fit.G.length]);
  // What the parts look at: the plane, the state, where that lies on the plane, and which step of the search it is.
  const self = { map, path: extra.hill.path, on: null, state: null, place: [0, 0], at: -1, asking: false };
  const handle = createWalker(self, ctx);
  const held = h("span", { class: "lmmx-held" });
  const search = createSearch(self, ctx);
  const key = markKey(["pull:line", "you: drag, or press the map"], ["cross", "the fit"],
    ["dot", "a step of the search"]);
  el.append(h("div", { class: "lmmx-tools-row" }, pick && pick.node, held), map.figure, key.node, search.node);
  const survey = createSurvey(likelihood);
  let seen = "";

  ctx.numbers.set(el, (d) => {
    const { values, nx, ny } = survey.shown;
    const at = ([low, high], k, n) => low + ((high - low) * k) / (n - 1);
    const rows = [[map.xLabel, map.yLabel, "deviance above the fit"]];
    // Every third place: those that were worked out, the rest lies between.
    for (let j = 0; j < ny; j += 3) {
      for (let i = 0; i < nx; i += 3) {
        rows.push([at(map.xRange, i, nx), at(map.yRange, j, ny), values[j * nx + i] - d.fit.deviance]);
      }
    }
    return rows;
  });

  return (d, state) => {
    if (pick) pick.update(state);
    const which = fit.G.length === 1 ? "residual" : state.dials.plane;
    Object.assign(self, { state, asking: waiting(ctx, state), on: plane(which, state) });
    self.place = self.on.where(state);
    const axes = axesOf(ctx.data, which);
    if (!seen || map.xLabel !== axes.xLabel || map.yLabel !== axes.yLabel) Object.assign(map, axes);
    const before = survey.shown;
    const laidOut = map.ready();
    const started = performance.now();
    const late = () => performance.now() - started > BUDGET;
    survey.advance(which, self.on, state.method, axes.xRange, axes.yRange, late);
    if (survey.busy) ctx.again();
    el.dataset.ready = String(!survey.busy);
    const stamp = `${ctx.theme()}${d.fit.deviance}`;
    if (laidOut || survey.shown !== before || stamp !== seen) land(survey.shown, d.fit.deviance, self.on.edge);
    seen = stamp;
    search.update(d);
    drawOver(self, ctx, d);
    placeWalker(self, handle, d);
    const still = Object.entries(self.on.held).map(([name, v]) => `${SYMBOL[name]} = ${brief(v)}`);
    key.show(1, d.showGhost);
    key.say(1, d.ghost.name);
    setText(held, `held still: ${still.join(", ") || "nothing"}`);
  };
}

/** The axes of a plane: as far as the sliders reach. */
function axesOf({ ranges, labels, facts }, which) {
  const sd = (name) => Math.sqrt(ranges[name]);
  const said = (text, unit) => (unit ? `${text} (${unit})` : text);
  const per = labels.unit ? `${labels.unit} per ${(facts.time_unit || labels.timeShort).replace(/s$/, "")}` : "";
  const intercepts = said("SD of intercepts, \u221aG\u2081\u2081", labels.unit);
  const slopes = said("SD of slopes, \u221aG\u2082\u2082", per);
  const axes = (xRange, yRange, xLabel, yLabel) => ({ xRange, yRange, xLabel, yLabel });
  if (which === "covariance") {
    return axes([-1.3 * ranges.G12, 1.3 * ranges.G12], [0, sd("G22")], "covariance G\u2081\u2082", slopes);
  }
  if (which === "slopes") return axes([0, sd("G11")], [0, sd("G22")], intercepts, slopes);
  const sigma = said("residual SD, \u03c3", labels.unit);
  return axes([0.25 * sd("sigma2"), sd("sigma2")], [0, sd("G11")], sigma, intercepts);
}

const inside = (v, [a, b]) => Math.min(Math.max(v, a), b);

/** The present setting as a handle; a click on the map takes it there. */
function createWalker(self, ctx) {
  const { map } = self;
  const back = (px, py) => [map.back(px), map.backY(py)];
  function walk(place) {
    const to = [map.xRange, map.yRange].map((range, k) => Number(inside(place[k], range).toPrecision(4)));
    const { on, state } = self;
    // sigma stays above 0
    if (state.G.length === 1 || on.held.G22 !== undefined) to[0] = Math.max(to[0], 1e-3 * map.xRange[1]);
    ctx.act.goTo(on.at(...to), "walk");
  }
  const step = (...by) => walk([map.xRange, map.yRange].map(([a, b], k) => self.place[k] + (by[k] * (b - a)) / 100));
  const handle = createHandle({ label: "Walk", colour: "line", drag: (px, py) => walk(back(px, py)), step });
  map.frame.append(handle.node);
  map.canvas.addEventListener("click", (event) => { if (!self.asking) walk(back(event.offsetX, event.offsetY)); });
  return handle;
}

function placeWalker({ map, place, asking }, handle, d) {
  const [x, y] = [inside(place[0], map.xRange), inside(place[1], map.yRange)];
  if (handle.node.inert !== asking) handle.node.inert = asking;
  const gap = Number.isFinite(d.gap) ? `${fixed(d.gap, 2)} above the fit` : "no likelihood";
  const text = `${map.xLabel} ${three(place[0])}, ${map.yLabel} ${three(place[1])}: ${gap}`;
  handle.place(map.x(x), map.y(y), Number(x.toPrecision(4)), text);
  set(map.canvas, { "aria-label": `Map of minus 2 log L. ${text}` });
}

/** The way the search went: step back, step, replay. */
function createSearch(self, ctx) {
  const { path } = self;
  const go = (k) => { if (path[k]) ctx.act.goTo({ G: path[k].G, sigma2: path[k].sigma2 }, "search"); };
  const button = (name, text, click) =>
    h("button", { type: "button", class: "lmmx-button", "data-action": name, onclick: click }, text);
  const back = button("step-back", "\u2039 Step back", () => go(self.at - 1));
  const next = button("step", "Step \u203a", () => go(self.at + 1));
  const replay = button("replay", "Replay", play);
  const told = h("p", { class: "lmmx-told", "data-out": "step", role: "status" });
  const node = h("div", { class: "lmmx-tools-row lmmx-hands" }, h("b", {}, "The search"), back, next, replay, told);
  let timer = 0;
  ctx.atEnd(() => clearTimeout(timer));
  function play() {
    clearTimeout(timer);
    let k = 0;
    const forward = () => {
      if (k && !same(path[k - 1], ctx.now())) return; // somebody else has moved it since
      go(k++);
      if (k < path.length) timer = setTimeout(forward, PAUSE);
    };
    forward();
  }
  return {
    node,
    update(d) {
      const last = path.length - 1;
      const at = self.at = path.findIndex((step) => same(step, self.state));
      const where = at ? `step ${at} of ${last}` : "start";
      setText(told, at < 0 ? `${last} steps from the start to the fit` : `${where}: ${fixed(d.gap, 2)} above the fit`);
      back.disabled = at <= 0;
      next.disabled = at === last;
      if (node.inert !== self.asking) node.inert = self.asking;
    },
  };
}

/** Are two settings the same, up to rounding? */
function same(a, b) {
  const numbers = (one) => [...one.G.flat(), one.sigma2];
  const other = numbers(b);
  return numbers(a).every((v, k) => Math.abs(v - other[k]) <= 1e-9 * (1 + Math.abs(v)));
}

/** The search's way over the map, and a cross at the fit. */
function drawOver({ map, path, on, at }, ctx, d) {
  const c = map.context;
  const onMap = (setting) => { const [x, y] = on.where(setting); return [map.x(x), map.y(y)]; };
  map.clear();
  c.save();
  map.clip(c);
  drawSearch(c, ctx, path.map(onMap), at);
  if (d.showGhost) {
    const [u, v] = onMap(d.ghost);
    for (const [colour, width] of [["ground", 5], ["ink", 2]]) {
      c.strokeStyle = ctx.colour(colour);
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(u - 8, v); c.lineTo(u + 8, v); c.moveTo(u, v - 8); c.lineTo(u, v + 8);
      c.stroke();
    }
  }
  c.restore();
}

/** The steps as dots on a line, numbered where the numbers do not touch. */
function drawSearch(c, ctx, spots, at) {
  c.strokeStyle = c.fillStyle = ctx.colour("ink");
  c.lineWidth = 1.5;
  lineThrough(c, spots);
  c.font = `600 ${ctx.font(12)}`;
  c.textAlign = "right";
  const numbered = [];
  spots.forEach(([x, y], k) => {
    dotAt(c, x, y, k === at ? 5 : 3);
    if (numbered.some(([u, v]) => Math.hypot(u - x, v - y) <= 18)) return;
    writeOver(c, ctx, k ? String(k) : "start", x - 8, y - 4, { halo: 4 });
    numbered.push([x, y]);
  });
}
