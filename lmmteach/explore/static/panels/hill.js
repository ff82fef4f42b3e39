// The likelihood as a landscape: a plane through (G, sigma2) with bands of equal -2 log L, the present setting to
// walk on it, the fit, and the way the search went.
import { fillGrid, levelLine, newGrid, plane, refined } from "../maths/ideas/slice.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, setText } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { brief, fixed, SYMBOL, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";

const COARSE = [15, 11];
const FULL = [57, 41];
const BUDGET = 1.5; // ms of a frame for the map
const LEVELS = { 2: [1, 5.99, 30, 100, 300, 1000], 4: [1, 9.49, 30, 100, 300, 1000] };
const SHADES = [0.78, 0.6, 0.42, 0.28, 0.16, 0.07, 0];

export function createHill(el, ctx) {
  const { fit, ranges, likelihood, labels, extra, facts } = ctx.data;
  const { path } = extra.hill;
  const levels = LEVELS[fit.G.length * 2];
  const dial = dialNamed(ctx, "plane");
  const pick = dial && createPick(dial, ctx);
  const map = plot(ctx, { title: "\u22122 log L above the fit", height: 400, x: [0, 1], y: [0, 1] });
  const image = h("canvas", {});
  const handle = createHandle({ label: "Walk", colour: "line", drag: (px, py) => walk(back(px, py)), step: (dx, dy) => stepBy(dx, dy) });
  map.frame.append(handle.node);
  const held = h("span", { class: "lmmx-held" });
  const back_ = button("step-back", "\u2039 Step back", () => go(at - 1));
  const next = button("step", "Step \u203a", () => go(at + 1));
  const replay = button("replay", "Replay", play);
  const told = h("p", { class: "lmmx-told", "data-out": "step", role: "status" });
  const hands = h("div", { class: "lmmx-tools-row lmmx-hands" }, h("b", {}, "The search"), back_, next, replay, told);
  el.append(...(pick ? [h("div", { class: "lmmx-tools-row" }, pick.node, held)] : [h("div", { class: "lmmx-tools-row" }, held)]), map.figure, hands);
  map.canvas.addEventListener("click", (event) => { if (!waiting) walk(back(event.offsetX, event.offsetY)); });

  let [on, state, at, key, seen, timer, waiting] = [null, null, -1, "", "", 0, false];
  let [grid, coarse, shown] = [null, null, null];
  let lastPlace = [0, 0];
  ctx.atEnd(() => clearTimeout(timer));

  const back = (px, py) => [
    map.xRange[0] + ((px - map.pad.left) / (map.width - map.pad.left - map.pad.right)) * (map.xRange[1] - map.xRange[0]),
    map.yRange[0] + ((map.height - map.pad.bottom - py) / (map.height - map.pad.top - map.pad.bottom)) * (map.yRange[1] - map.yRange[0])];
  const inside = (v, [a, b]) => Math.min(Math.max(v, a), b);
  function walk([x, y]) {
    const floor = 1e-3 * map.xRange[1];
    const to = [inside(x, map.xRange), inside(y, map.yRange)].map((v) => Number(v.toPrecision(4)));
    if (state.G.length === 1 || on.held.G22 !== undefined) to[0] = Math.max(to[0], floor); // sigma stays above 0
    ctx.act.goTo(on.at(...to), "walk");
  }
  function stepBy(dx, dy) {
    const [x, y] = lastPlace;
    walk([x + (dx * (map.xRange[1] - map.xRange[0])) / 100, y + (dy * (map.yRange[1] - map.yRange[0])) / 100]);
  }
  function go(k) {
    if (k >= 0 && k < path.length) ctx.act.goTo({ G: path[k].G, sigma2: path[k].sigma2 }, "search");
  }
  function play() {
    clearTimeout(timer);
    let k = 0;
    const forward = () => {
      go(k++);
      if (k < path.length) timer = setTimeout(forward, 900);
    };
    forward();
  }

  /** The axes of a plane: as far as the sliders reach. */
  function axes(which) {
    const sd = (name) => Math.sqrt(ranges[name]);
    const square = (name) => [0, sd(name)];
    const slope = labels.unit ? `${labels.unit} per ${(facts.time_unit || labels.timeShort).replace(/s$/, "")}` : "";
    const [one, slopes, sigma] = [["SD of intercepts, \u221aG\u2081\u2081", labels.unit], ["SD of slopes, \u221aG\u2082\u2082", slope], ["residual SD, \u03c3", labels.unit]];
    const say = ([text, unit]) => (unit ? `${text} (${unit})` : text);
    if (which === "covariance") return [[-1.3 * ranges.G12, 1.3 * ranges.G12], square("G22"), "covariance G\u2081\u2082", say(slopes)];
    if (which === "slopes") return [square("G11"), square("G22"), say(one), say(slopes)];
    return [[0.25 * sd("sigma2"), sd("sigma2")], square("G11"), say(sigma), say(one)];
  }

  function paint(source, low) {
    const { values, nx, ny } = source;
    image.width = nx;
    image.height = ny;
    const c = image.getContext("2d");
    const pixels = c.createImageData(nx, ny);
    const [r, g, b] = rgb(ctx.colour("shade-V"));
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const gap = values[j * nx + i] - low;
        const o = 4 * ((ny - 1 - j) * nx + i);
        const band = levels.findIndex((level) => gap <= level);
        pixels.data.set([r, g, b, Number.isFinite(gap) ? 255 * SHADES[band < 0 ? levels.length : band] : 0], o);
      }
    }
    c.putImageData(pixels, 0, 0);
  }

  function drawMap(d) {
    map.redraw();
    const c = map.under;
    if (!shown) return;
    const [left, top, w, t] = [map.pad.left, map.pad.top, map.width - map.pad.left - map.pad.right, map.height - map.pad.top - map.pad.bottom];
    c.save();
    map.clip(c);
    c.clearRect(left, top, w, t);
    paint(shown, d.fit.deviance);
    c.drawImage(image, left, top, w, t);
    const px = (i) => left + (w * i) / (shown.nx - 1);
    const py = (j) => top + t - (t * j) / (shown.ny - 1);
    c.strokeStyle = ctx.colour("shade-V");
    c.lineWidth = 1.2;
    const texts = [];
    for (const level of levels) {
      const pieces = levelLine(shown, level + d.fit.deviance);
      c.beginPath();
      for (const [x0, y0, x1, y1] of pieces) { c.moveTo(px(x0), py(y0)); c.lineTo(px(x1), py(y1)); }
      c.stroke();
      const place = labelPlace(pieces.map(([x, y]) => [px(x), py(y)]), texts, left, left + w, top, top + t);
      if (place) texts.push([...place, level]);
    }
    hatch(c, left, top, w, t);
    c.font = ctx.font(11.5);
    c.textAlign = "center";
    for (const [x, y, level] of texts) write(c, `+${level}`, x, y + 4, ctx.colour("ink"), ctx);
    c.restore();
  }

  /** Lines over the places where G is not positive semidefinite. */
  function hatch(c, left, top, w, t) {
    c.save();
    c.beginPath();
    c.moveTo(left, top + t);
    for (let k = 0; k <= 60; k++) {
      const x = map.xRange[0] + ((map.xRange[1] - map.xRange[0]) * k) / 60;
      c.lineTo(map.x(x), Math.max(map.y(Math.min(on.edge(x), 10 * map.yRange[1])), top));
    }
    c.lineTo(left + w, top + t);
    c.closePath();
    c.clip();
    c.strokeStyle = ctx.colour("muted");
    c.lineWidth = 1;
    c.globalAlpha = 0.75;
    c.beginPath();
    for (let x = left - t; x < left + w; x += 9) { c.moveTo(x, top + t); c.lineTo(x + t, top); }
    c.stroke();
    c.restore();
  }

  function drawOver(d) {
    const c = map.context;
    map.clear();
    c.save();
    map.clip(c);
    const spots = path.map((step) => on.where(step)).map(([x, y]) => [map.x(x), map.y(y)]);
    c.strokeStyle = c.fillStyle = ctx.colour("ink");
    c.lineWidth = 1.5;
    c.beginPath();
    spots.forEach(([x, y], k) => (k ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.stroke();
    c.font = `600 ${ctx.font(12)}`;
    c.textAlign = "right";
    const written = [];
    spots.forEach(([x, y], k) => {
      c.beginPath();
      c.arc(x, y, k === at ? 5 : 3, 0, 6.3);
      c.fill();
      if (written.every(([u, v]) => Math.hypot(u - x, v - y) > 18)) { write(c, k ? String(k) : "start", x - 8, y - 4, ctx.colour("ink"), ctx); written.push([x, y]); }
    });
    if (d.showFit) {
      const [x, y] = on.where(fit);
      const [u, v] = [map.x(x), map.y(y)];
      for (const [colour, width] of [[ctx.colour("ground"), 5], [ctx.colour("ink"), 2]]) {
        c.strokeStyle = colour;
        c.lineWidth = width;
        c.beginPath();
        c.moveTo(u - 8, v); c.lineTo(u + 8, v); c.moveTo(u, v - 8); c.lineTo(u, v + 8);
        c.stroke();
      }
    }
    c.restore();
  }

  return (d, now) => {
    state = now;
    waiting = now.prediction === null && Boolean(ctx.data.view.prompt) && ctx.data.chrome !== false;
    if (hands.inert !== waiting) hands.inert = handle.node.inert = waiting;
    if (pick) pick.update(now);
    const which = fit.G.length === 1 ? "residual" : now.dials.plane;
    on = plane(which, now);
    const wanted = JSON.stringify([which, on.held, now.method]);
    const [xs, ys, xText, yText] = axes(which);
    if (map.xLabel !== xText || map.yLabel !== yText || !seen) Object.assign(map, { xRange: xs, yRange: ys, xLabel: xText, yLabel: yText });
    const laidOut = map.ready();
    if (wanted !== key) {
      if (key.split(",")[0] !== wanted.split(",")[0]) shown = null;
      key = wanted;
      [coarse, grid] = [newGrid(on, xs, ys, ...COARSE), newGrid(on, xs, ys, ...FULL)];
    }
    const before = shown;
    const started = performance.now();
    const late = () => performance.now() - started > BUDGET;
    // A rough map at once, so that it follows a slider; the fine one in the frames after that.
    if (coarse) {
      if (fillGrid(coarse, likelihood, now.method, late)) [shown, coarse] = [refined(coarse, 4), null];
    } else if (grid && fillGrid(grid, likelihood, now.method, late)) [shown, grid] = [refined(grid, 3), null];
    if (coarse || grid) ctx.again();
    el.dataset.ready = String(!coarse && !grid);
    const stamp = `${ctx.theme()}${d.fit.deviance}`;
    if (laidOut || shown !== before || stamp !== seen) drawMap(d);
    seen = stamp;
    at = path.findIndex((step) => same(step, now));
    drawOver(d);
    lastPlace = on.where(now);
    const [x, y] = [inside(lastPlace[0], map.xRange), inside(lastPlace[1], map.yRange)];
    const text = `${map.xLabel} ${three(lastPlace[0])}, ${map.yLabel} ${three(lastPlace[1])}: ${Number.isFinite(d.gap) ? `${fixed(d.gap, 2)} above the fit` : "no likelihood"}`;
    handle.place(map.x(x), map.y(y), Number(x.toPrecision(4)), text);
    map.canvas.setAttribute("aria-label", `Map of minus 2 log L. ${text}`);
    setText(held, `held still: ${Object.entries(on.held).map(([name, v]) => `${SYMBOL[name]} = ${brief(v)}`).join(", ") || "nothing"}`);
    setText(told, at < 0 ? `${path.length - 1} steps from the start to the fit` : `${at ? `step ${at} of ${path.length - 1}` : "start"}: ${fixed(d.gap, 2)} above the fit`);
    back_.disabled = at <= 0;
    next.disabled = at === path.length - 1;
  };
}

const button = (name, text, click) => h("button", { type: "button", class: "lmmx-button", "data-action": name, onclick: click }, text);

const same = (a, b) => [...a.G.flat(), a.sigma2].every((v, k) => Math.abs(v - [...b.G.flat(), b.sigma2][k]) <= 1e-9 * (1 + Math.abs(v)));

function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** Text on a strip of ground, so that it can be read over any band. */
function write(c, text, x, y, colour, ctx) {
  c.lineJoin = "round";
  c.lineWidth = 4;
  c.strokeStyle = ctx.colour("ground");
  c.strokeText(text, x, y);
  c.fillStyle = colour;
  c.fillText(text, x, y);
}

/** Where a level's number stands: on its line, rightmost below the middle, away from the others and the frame. */
function labelPlace(points, taken, x0, x1, y0, y1) {
  let [best, score] = [null, -Infinity];
  for (const [x, y] of points) {
    if (x < x0 + 14 || x > x1 - 16 || y < y0 + 10 || y > y1 - 10) continue;
    if (taken.some(([u, v]) => Math.hypot(u - x, v - y) < 30)) continue;
    const s = x - 0.6 * y;
    if (s > score) [best, score] = [[x, y], s];
  }
  return best;
}
