// The profile of -2 log L: one parameter held at c, all others at their best for it,
//   D(c) = min { -2 log L : parameter = c }.
import { deviance, rhoOf } from "../model.js";
import { valueOf } from "../setting.js";

const TINY = 1e-8; // of -2 log L, between the best and the worst corner of the simplex

// The simplex moves through SDs, the log of sigma and atanh(rho), and back.
const INTO = {
  G11: (v) => Math.sqrt(Math.max(v.G11, 0)),
  G22: (v) => Math.sqrt(Math.max(v.G22, 0)),
  G12: (v) => Math.atanh(Math.max(-0.999999, Math.min(0.999999, v.rho))),
  sigma2: (v) => Math.log(v.sigma2) / 2,
};
const BACK = { G11: (x) => x ** 2, G22: (x) => x ** 2, G12: Math.tanh, sigma2: (x) => Math.exp(2 * x) };

/**
 * The least -2 log L with `parameter` at `value`, searched from `start` = { G, sigma2 } by a simplex over the other
 * SDs, the log of sigma and atanh(rho): { G, sigma2, deviance }.
 */
export function profileAt(pooled, method, parameter, value, start) {
  const all = start.G.length === 1 ? ["G11", "sigma2"] : ["G11", "G22", "G12", "sigma2"];
  const names = all.filter((name) => name !== parameter);
  const from = { G11: start.G[0][0], sigma2: start.sigma2 };
  if (start.G.length > 1) Object.assign(from, { G22: start.G[1][1], G12: start.G[0][1], rho: rhoOf(start.G) || 0 });
  const setting = (point) => {
    const v = { ...from };
    names.forEach((name, k) => { v[name] = BACK[name](point[k]); });
    v[parameter] = value;
    if (start.G.length === 1) return { G: [[v.G11]], sigma2: v.sigma2 };
    const limit = Math.sqrt(v.G11 * v.G22);
    const g12 = names.includes("G12") ? v.G12 * limit : v.G12;
    return Math.abs(g12) <= limit * (1 + 1e-12) ? { G: [[v.G11, g12], [g12, v.G22]], sigma2: v.sigma2 } : null;
  };
  const cost = (point) => {
    const s = setting(point);
    const d = s ? deviance(pooled, s.G, s.sigma2, method) : NaN;
    return Number.isFinite(d) ? d : Infinity;
  };
  const first = names.map((name) => INTO[name](from));
  if (parameter === "G12" && cost(first) === Infinity) {
    // The SDs must leave room for the covariance: both grow by the same factor until they do.
    const need = Math.sqrt((1.02 * Math.abs(value)) / Math.sqrt(from.G11 * from.G22));
    names.forEach((name, k) => { if (name !== "sigma2") first[k] *= need; });
  }
  const SD = (k) => Math.max(0.05 * first[k], 1e-3 * Math.sqrt(from.sigma2));
  const sizes = names.map((name, k) => ({ sigma2: 0.03, G12: 0.15 })[name] ?? SD(k));
  const found = simplex(cost, first, sizes);
  return { ...setting(found.point), deviance: found.cost };
}

/** Nelder and Mead's simplex, begun anew where it stopped until that gains nothing. */
function simplex(cost, first, size) {
  let best = { point: first, cost: cost(first) };
  for (let round = 0; round < 4; round++) {
    const before = best.cost;
    best = descend(cost, best, size.map((x) => x * (round ? 0.2 : 1)));
    if (before - best.cost < TINY) break;
  }
  return best;
}

function descend(cost, start, size) {
  const corner = (point) => ({ point, cost: cost(point) });
  const corners = [start, ...size.map((step, k) => corner(start.point.map((x, i) => (i === k ? x + step : x))))];
  for (let count = 0; count < 400; count++) {
    corners.sort((a, b) => a.cost - b.cost);
    const worst = corners[corners.length - 1];
    if (worst.cost - corners[0].cost < TINY) break;
    const rest = corners.slice(0, -1);
    const middle = start.point.map((_, i) => rest.reduce((sum, c) => sum + c.point[i], 0) / rest.length);
    const towards = (share) => corner(middle.map((m, i) => m + share * (m - worst.point[i])));
    let next = towards(1);
    if (next.cost < corners[0].cost) {
      const far = towards(2);
      if (far.cost < next.cost) next = far;
    } else if (next.cost >= rest[rest.length - 1].cost) {
      const near = towards(next.cost < worst.cost ? 0.5 : -0.5);
      if (near.cost < Math.min(next.cost, worst.cost)) next = near;
      else {
        const halved = (c) => corner(c.point.map((x, i) => (x + corners[0].point[i]) / 2));
        for (let k = 1; k < corners.length; k++) corners[k] = halved(corners[k]);
        continue;
      }
    }
    corners[corners.length - 1] = next;
  }
  return corners.reduce((a, b) => (b.cost < a.cost ? b : a));
}

/**
 * A curve to be computed a point at a time, outwards from the estimate `best`, until it is `top` high or the slider
 * ends: its points are [place, gap, setting], places being SDs where the parameter is a variance.
 */
export function beginCurve(pooled, method, along, best, ranges, top) {
  const isSd = along !== "G12";
  const start = valueOf(best, along);
  const centre = isSd ? Math.sqrt(start) : start;
  const reach = isSd ? Math.sqrt(ranges[along]) : 2.6 * ranges.G12;
  // One probe tells how steep the curve is: a dozen points a side from the least to the top.
  const near = centre + reach / 200;
  const probe = profileAt(pooled, method, along, isSd ? near ** 2 : near, best).deviance;
  const step = Math.min((reach / 200) * Math.sqrt(top / Math.max(probe - best.deviance, 1e-9)) / 12, reach / 40);
  const least = isSd ? 0 : -Infinity;
  return { method, along, best, centre, step, isSd, least, points: [[centre, 0, best]], sides: [1, -1] };
}

/** One more point; false once both sides are done. */
export function growCurve(pooled, curve, top) {
  const { method, along, best, points, sides, least } = curve;
  if (!sides.length) return false;
  const [side] = sides;
  const [x, , from] = side > 0 ? points[points.length - 1] : points[0];
  const now = Math.max(x + side * curve.step, least + (along === "sigma2" ? 1e-3 * curve.centre : 0));
  const found = profileAt(pooled, method, along, curve.isSd ? now * now : now, from);
  const gap = found.deviance - best.deviance;
  if (Number.isFinite(gap)) points[side > 0 ? "push" : "unshift"]([now, gap, found]);
  if (!Number.isFinite(gap) || gap > top || now <= least || points.length > 90) sides.shift();
  return true;
}
