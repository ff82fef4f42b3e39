// State -> everything the panels show. One pass a frame; the panels only draw.
import { drawsNeeded, simulate, standardNormals } from "./draws.js";
import {
  bilinear, correlation, deviance, eigenvalues, isPositiveSemidefinite, marginalCovariance, rhoOf, sandwich,
  smallestEigenvalueOfV, standardDeviations, turningPoint,
} from "./model.js";

/**
 * The implied quantities at G and R: what a panel shows for the setting, and as a ghost for the fit. Where R is not
 * sigma2 I, `R` is what MATHS of frame/registry.js has for it, and `dials` hold its other parameters.
 */
export function implied(data, G, sigma2, method, R = null, dials = {}) {
  const own = R ? R.implied(data, G, { sigma2, dials }, method) : independent(data, G, sigma2, method);
  return {
    G, sigma2,
    C: correlation(own.V),
    rho: rhoOf(G),
    isPsd: isPositiveSemidefinite(G),
    smallestG: eigenvalues(G)[0],
    ...own,
    ...(R ? { dials } : {}),
  };
}

/** V and what follows from it, where R = sigma2 I. */
function independent({ grid, curve, likelihood }, G, sigma2, method) {
  const smallestV = smallestEigenvalueOfV(grid.Z, G, sigma2);
  const minus2logL = deviance(likelihood, G, sigma2, method);
  return {
    V: marginalCovariance(grid.Z, G, sigma2),
    // Both the V on show and every subject's own V_i must be positive definite.
    isPd: smallestV > 0 && Number.isFinite(minus2logL),
    smallestV: smallestV > 0 && !Number.isFinite(minus2logL) ? worstOf(likelihood.patterns, G, sigma2) : smallestV,
    sd: standardDeviations(curve.Z, G, sigma2),
    sdGrid: standardDeviations(grid.Z, G, sigma2),
    lowest: lowestPoint(curve, G, sigma2),
    deviance: minus2logL,
  };
}

function worstOf(patterns, G, sigma2) {
  return sigma2 + patterns.reduce((least, { R }) => Math.min(least, eigenvalues(sandwich(R, G))[0]), 0);
}

/** The least SD, when it lies strictly inside the times shown. */
function lowestPoint(curve, G, sigma2) {
  if (!curve.affine) return null;
  const { A, B } = curve.affine;
  const t = turningPoint(A, B, G);
  const first = curve.t[0];
  const last = curve.t[curve.t.length - 1];
  if (t === null || !(t > first && t < last)) return null;
  const z = A.map((a, k) => a + B[k] * t);
  const variance = bilinear(z, G, z) + sigma2;
  return variance > 0 ? { t, sd: Math.sqrt(variance) } : null;
}

/** The implied quantities of the setting that was kept, computed once; null where none was. */
function keptBy(data, R) {
  let [kept, method, found] = [null, null, null];
  return (state) => {
    if (!state.kept) return null;
    if (kept !== state.kept || method !== state.method) {
      [kept, method] = [state.kept, state.method];
      const { G, sigma2, dials, name } = kept;
      found = { ...implied(data, G, sigma2, method, R, dials), name: `${name}, kept`, dials };
    }
    return found;
  };
}

/** A function of the state that remembers the draws and the fit's own quantities; `R` as for `implied`. */
export function deriver(data, R = null) {
  if (!data.fit) return (state) => state; // a view of no fit: its panels work from the dials
  const people = data.people;
  const q = data.fit.G.length;
  const simulated = new Float64Array(people.y.length);
  const known = { seed: null, z: null, method: null, fit: null };
  const kept = keptBy(data, R);
  const drawn = ({ G, sigma2, dials }) => (R ? R.simulate(people, known.z, G, { sigma2, dials }, simulated)
    : simulate(people, known.z, G, sigma2, simulated));
  return (state) => {
    if (known.seed !== state.seed) {
      known.seed = state.seed;
      known.z = standardNormals(state.seed, drawsNeeded(people, q));
    }
    // A table that shows one level at a time shows the fit at that level.
    const level = state.dials.stratum;
    if (known.method !== state.method || known.level !== level) {
      [known.method, known.level] = [state.method, level];
      const { G, sigma2, dials } = data.fit;
      const own = dials && { ...dials, ...(level === undefined ? {} : { stratum: level }) };
      known.fit = { ...implied(data, G, sigma2, state.method, R, own), name: "the fit" };
    }
    const now = implied(data, state.G, state.sigma2, state.method, R, state.dials);
    return {
      ...now,
      fit: known.fit,
      // What the setting is compared with: one that was kept, else the fit.
      ghost: kept(state) || known.fit,
      gap: now.deviance - known.fit.deviance,
      method: state.method,
      hold: state.hold,
      seed: state.seed,
      showGhost: state.showFit || Boolean(state.kept),
      active: state.active,
      dials: state.dials,
      nudged: state.nudged,
      z: known.z,
      simulated: now.isPsd ? drawn(state) : null,
    };
  };
}
