// The profile of -2 log L: one parameter held at c, all others at their best for it,
//   D(c) = min { -2 log L : parameter = c }.
import { deviance, rhoOf } from "../model.js";

const TINY = 1e-8; // of -2 log L, between the best and the worst corner of the simplex

/**
 * The least -2 log L with `parameter` at `value`, searched from `start` = { G, sigma2 } by a simplex over the other
 * SDs, the log of sigma and atanh(rho): { G, sigma2, deviance }.
 */
export function profileAt(pooled, method, parameter, value, start) {
  const names = (start.G.length === 1 ? ["G11", "sigma2"] : ["G11", "G22", "G12", "sigma2"]).filter((name) => name !== parameter);
  const into = {
    G11: (v) => Math.sqrt(Math.max(v.G11, 0)), G22: (v) => Math.sqrt(Math.max(v.G22, 0)), sigma2: (v) => Math.log(v.sigma2) / 2,
    G12: (v) => Math.atanh(Math.max(-0.999999, Math.min(0.999999, v.rho))),
  };
  const from = { G11: start.G[0][0], sigma2: start.sigma2 };
  if (start.G.length > 1) Object.assign(from, { G22: start.G[1][1], G12: start.G[0][1], rho: rhoOf(start.G) || 0 });
  const setting = (point) => {
    const v = { ...from };
    names.forEach((name, k) => { v[name] = name === "G12" ? Math.tanh(point[k]) : name === "sigma2" ? Math.exp(2 * point[k]) : point[k] ** 2; });
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
  const first = names.map((name) => into[name](from));
  if (parameter === "G12" && cost(first) === Infinity) {
    // The SDs must leave room for the covariance: both grow by the same factor until they do.
    const need = Math.sqrt((1.02 * Math.abs(value)) / Math.sqrt(from.G11 * from.G22));
    names.forEach((name, k) => { if (name !== "sigma2") first[k] *= need; });
  }
  const size = names.map((name, k) => (name === "sigma2" ? 0.03 : name === "G12" ? 0.15 : Math.max(0.05 * first[k], 1e-3 * Math.sqrt(from.sigma2))));
  const found = simplex(cost, first, size);
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
        rest.concat(worst).forEach((c, k) => { if (k) corners[k] = corner(c.point.map((x, i) => (x + corners[0].point[i]) / 2)); });
        continue;
      }
    }
    corners[corners.length - 1] = next;
  }
  return corners.reduce((a, b) => (b.cost < a.cost ? b : a));
}
