// A plane through the parameters (G, sigma2): where a setting lies on it, what -2 log L is on a grid of it, where
// the grid crosses a level. Variances are shown by their SDs, in which the likelihood is rounder.
import { covarianceFor, deviance, rhoOf } from "../model.js";

const root = (v) => Math.sqrt(Math.max(v, 0));
const two = (g11, g12, g22) => [[g11, g12], [g12, g22]];

/**
 * plane(pair, { G, sigma2, hold, rho }) -> { held, at(x, y), where(setting), edge(x) }: `at` is the setting at a
 * place, `where` the place of a setting, `edge(x)` the least y at which G is positive semidefinite, and `held` names
 * what is the same all over the plane.
 */
export function plane(pair, { G, sigma2, hold, rho }) {
  if (G.length === 1) {
    return {
      held: {},
      at: (x, y) => ({ G: [[y * y]], sigma2: x * x }),
      where: (s) => [root(s.sigma2), root(s.G[0][0])],
      edge: () => 0,
    };
  }
  const [[g11, g12], [, g22]] = G;
  if (pair === "residual") {
    return {
      held: { G12: g12, G22: g22 },
      at: (x, y) => ({ G: two(y * y, g12, g22), sigma2: x * x }),
      where: (s) => [root(s.sigma2), root(s.G[0][0])],
      edge: () => (g12 === 0 ? 0 : Math.abs(g12) / root(g22)),
    };
  }
  if (pair === "covariance") {
    return {
      held: { G11: g11, sigma2 },
      at: (x, y) => ({ G: two(g11, x, y * y), sigma2 }),
      where: (s) => [s.G[0][1], root(s.G[1][1])],
      edge: (x) => (x === 0 ? 0 : Math.abs(x) / root(g11)),
    };
  }
  if (hold === "rho") {
    const now = rhoOf(G);
    const r = Number.isFinite(now) ? now : rho;
    return {
      held: { rho: r, sigma2 },
      at: (x, y) => ({ G: two(x * x, covarianceFor(r, x * x, y * y), y * y), sigma2 }),
      where: (s) => [root(s.G[0][0]), root(s.G[1][1])],
      edge: () => 0,
    };
  }
  return {
    held: { G12: g12, sigma2 },
    at: (x, y) => ({ G: two(x * x, g12, y * y), sigma2 }),
    where: (s) => [root(s.G[0][0]), root(s.G[1][1])],
    edge: (x) => (g12 === 0 ? 0 : Math.abs(g12) / x),
  };
}

/** A grid of a plane to be filled: nx by ny places over [x0, x1] by [y0, y1], row after row from below. */
export function newGrid(on, [x0, x1], [y0, y1], nx, ny) {
  return { on, x0, x1, y0, y1, nx, ny, values: new Float64Array(nx * ny).fill(NaN), next: 0 };
}

/** Fill a grid with -2 log L until `late()`; true once it is full. */
export function fillGrid(grid, pooled, method, late) {
  const { on, x0, x1, y0, y1, nx, ny, values } = grid;
  for (let done = 0; grid.next < values.length; done++) {
    if (done && done % 8 === 0 && late()) return false;
    const [i, j] = [grid.next % nx, Math.floor(grid.next / nx)];
    const { G, sigma2 } = on.at(x0 + ((x1 - x0) * i) / (nx - 1), y0 + ((y1 - y0) * j) / (ny - 1));
    values[grid.next++] = deviance(pooled, G, sigma2, method);
  }
  return true;
}

/** The grid k times as fine, by cubics through four neighbours (exact for a parabola), along x, then along y. */
export function refined({ values, nx, ny }, k) {
  const along = (from, n, stride, count, step) => {
    const m = (n - 1) * k + 1;
    const out = new Float64Array(m * count);
    for (let line = 0; line < count; line++) {
      const at = (i) => from[line * step + i * stride];
      for (let i = 0; i < m; i++) {
        const a = Math.min(Math.floor(i / k), n - 2);
        const t = i / k - a;
        const p1 = at(a);
        const p2 = at(a + 1);
        let p0 = a > 0 ? at(a - 1) : 3 * p1 - 3 * p2 + at(Math.min(a + 2, n - 1));
        let p3 = a < n - 2 ? at(a + 2) : 3 * p2 - 3 * p1 + at(Math.max(a - 1, 0));
        if (!Number.isFinite(p0)) p0 = 2 * p1 - p2;
        if (!Number.isFinite(p3)) p3 = 2 * p2 - p1;
        const cubic = p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
        // Beside a cliff a cubic would swing below both neighbours: no further than a parabola through the flatter
        // side.
        const floor = Math.min(p1, p2) - Math.min(Math.abs(p0 - p1), Math.abs(p3 - p2)) / 4;
        out[line * m + i] = cubic < floor ? floor : cubic;
      }
    }
    return { out, m };
  };
  const rows = along(values, nx, 1, ny, nx);
  const columns = along(rows.out, ny, rows.m, rows.m, 1); // column after column
  const fine = new Float64Array(columns.out.length);
  for (let i = 0; i < rows.m; i++) {
    for (let j = 0; j < columns.m; j++) fine[j * rows.m + i] = columns.out[i * columns.m + j];
  }
  return { values: fine, nx: rows.m, ny: columns.m };
}

/** The pieces of the level line, [x, y, x, y] in steps of the grid, cell by cell. */
export function levelLine({ values, nx, ny }, level) {
  const pieces = [];
  const cut = (a, b) => (level - a) / (b - a);
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0; i < nx - 1; i++) {
      const a = values[j * nx + i];
      const b = values[j * nx + i + 1];
      const c = values[(j + 1) * nx + i + 1];
      const d = values[(j + 1) * nx + i];
      const below = a < level;
      if ((below === b < level && below === c < level && below === d < level) || !(a + b + c + d < Infinity)) continue;
      const found = [];
      if (a < level !== b < level) found.push(i + cut(a, b), j);
      if (b < level !== c < level) found.push(i + 1, j + cut(b, c));
      if (d < level !== c < level) found.push(i + cut(d, c), j + 1);
      if (a < level !== d < level) found.push(i, j + cut(a, d));
      for (let k = 0; k + 3 < found.length; k += 4) pieces.push(found.slice(k, k + 4));
    }
  }
  return pieces;
}

const COARSE = [15, 11];
const FULL = [57, 41];

/**
 * A map made a little at a time: { shown, busy, advance }. `advance` goes on until `late()`; a rough map comes at
 * once, so that it follows a slider, the fine one after it. Another plane begins with none.
 */
export function createSurvey(pooled) {
  const survey = { shown: null, busy: false, advance };
  let [which, key, coarse, fine] = ["", "", null, null];
  function advance(name, on, method, xs, ys, late) {
    const wanted = JSON.stringify([name, on.held, method]);
    if (name !== which) [which, survey.shown] = [name, null];
    if (wanted !== key) {
      key = wanted;
      [coarse, fine] = [newGrid(on, xs, ys, ...COARSE), newGrid(on, xs, ys, ...FULL)];
    }
    if (coarse) {
      if (fillGrid(coarse, pooled, method, late)) [survey.shown, coarse] = [refined(coarse, 4), null];
    } else if (fine && fillGrid(fine, pooled, method, late)) [survey.shown, fine] = [refined(fine, 3), null];
    survey.busy = Boolean(coarse || fine);
  }
  return survey;
}
