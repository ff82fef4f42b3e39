// A grid of values as a map on a plot: bands, level lines with their numbers, and hatching over what cannot be.
import { levelLine } from "../maths/ideas/slice.js";
import { writeOver } from "./canvas.js";
import { h } from "./dom.js";

const SHADES = [0.78, 0.6, 0.42, 0.28, 0.16, 0.07, 0]; // of the bands, from the lowest up

/** draw(grid, low, edge) on the layer of `map` that stays: bands at `levels` above `low`, hatched below edge(x). */
export function createLandscape(map, ctx, levels) {
  const image = h("canvas", {});
  return (grid, low, edge) => {
    map.redraw();
    if (!grid) return;
    const c = map.under;
    const { pad } = map;
    const [w, t] = [map.width - pad.left - pad.right, map.height - pad.top - pad.bottom];
    const area = { left: pad.left, top: pad.top, right: pad.left + w, bottom: pad.top + t, w, t };
    c.save();
    map.clip(c);
    c.clearRect(area.left, area.top, w, t);
    paint(image, grid, low, levels, rgb(ctx.colour("shade-V")));
    c.drawImage(image, area.left, area.top, w, t);
    c.strokeStyle = ctx.colour("shade-V");
    c.lineWidth = 1.2;
    const numbers = drawLevels(c, grid, low, levels, area);
    hatch(c, ctx, map, edge, area);
    c.font = ctx.font(11.5);
    c.textAlign = "center";
    for (const [x, y, level] of numbers) writeOver(c, ctx, `+${level}`, x, y + 4, { halo: 4 });
    c.restore();
  };
}

function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** One pixel a place of the grid, shaded by its band; transparent where there is no value. */
function paint(image, { values, nx, ny }, low, levels, [r, g, b]) {
  image.width = nx;
  image.height = ny;
  const c = image.getContext("2d");
  const pixels = c.createImageData(nx, ny);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const gap = values[j * nx + i] - low;
      const band = levels.findIndex((level) => gap <= level);
      const alpha = Number.isFinite(gap) ? 255 * SHADES[band < 0 ? levels.length : band] : 0;
      pixels.data.set([r, g, b, alpha], 4 * ((ny - 1 - j) * nx + i));
    }
  }
  c.putImageData(pixels, 0, 0);
}

/** The level lines; returns where their numbers stand, as [x, y, level]. */
function drawLevels(c, grid, low, levels, area) {
  const px = (i) => area.left + (area.w * i) / (grid.nx - 1);
  const py = (j) => area.top + area.t - (area.t * j) / (grid.ny - 1);
  const numbers = [];
  for (const level of levels) {
    const pieces = levelLine(grid, level + low);
    c.beginPath();
    for (const [x0, y0, x1, y1] of pieces) { c.moveTo(px(x0), py(y0)); c.lineTo(px(x1), py(y1)); }
    c.stroke();
    const place = numberPlace(pieces.map(([x, y]) => [px(x), py(y)]), numbers, area);
    if (place) numbers.push([...place, level]);
  }
  return numbers;
}

/** Where a level's number stands: on its line, rightmost below the middle, away from the others and the frame. */
function numberPlace(points, taken, { left, right, top, bottom }) {
  let [best, score] = [null, -Infinity];
  for (const [x, y] of points) {
    if (x < left + 14 || x > right - 16 || y < top + 10 || y > bottom - 10) continue;
    if (taken.some(([u, v]) => Math.hypot(u - x, v - y) < 30)) continue;
    const s = x - 0.6 * y;
    if (s > score) [best, score] = [[x, y], s];
  }
  return best;
}

/** Lines over everything below edge(x). */
function hatch(c, ctx, map, edge, { left, right, top, bottom, t }) {
  const [x0, x1] = map.xRange;
  c.save();
  c.beginPath();
  c.moveTo(left, bottom);
  for (let k = 0; k <= 60; k++) {
    const x = x0 + ((x1 - x0) * k) / 60;
    c.lineTo(map.x(x), Math.max(map.y(Math.min(edge(x), 10 * map.yRange[1])), top));
  }
  c.lineTo(right, bottom);
  c.closePath();
  c.clip();
  c.strokeStyle = ctx.colour("muted");
  c.lineWidth = 1;
  c.globalAlpha = 0.75;
  c.beginPath();
  for (let x = left - t; x < right; x += 9) { c.moveTo(x, bottom); c.lineTo(x + t, top); }
  c.stroke();
  c.restore();
}
