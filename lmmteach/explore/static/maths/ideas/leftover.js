// What is left over in a state: of the real data or of data with a fault, kept while nothing it rests on moves.
import { planted } from "./faults.js";
import { conditional, eachSubject, normalized } from "./residuals.js";
import { pairsOf, wideOf } from "./sample.js";

/**
 * { times, mu, r, raw, norm, white, truth, own() }: raw and normalized residuals row after row, their correlations by
 * visit, the true b of simulated data. `norm` and `white` are null where V is not positive definite. `own()` is made
 * only where it is asked for: each subject's b-hat and what that leaves.
 */
export function leftOver(data, { seed, dials }, { G, sigma2 }) {
  const { people, grid, extra } = data;
  const { mu } = extra.residuals;
  const known = (data.leftOver ??= { times: [], mu, data: "", now: "" });
  if (!known.times.length) eachSubject(people, (_, { t }) => known.times.push(...t));
  const which = dials.data === "real" ? "real" : `${dials.data} ${seed}`;
  if (known.data !== which) {
    const { r, b } = residualsOf(data, dials.data, seed);
    Object.assign(known, { data: which, r, truth: b, raw: pairsOf(wideOf(people, r, grid.t)), now: "" });
  }
  const now = JSON.stringify([G, sigma2]);
  if (known.now !== now) {
    const norm = normalized(people, known.r, G, sigma2);
    let own = null;
    Object.assign(known, {
      now, norm,
      white: norm && pairsOf(wideOf(people, norm, grid.t)),
      own: () => (own ??= conditional(people, known.r, G, sigma2)),
    });
  }
  return known;
}

function residualsOf({ people, fit, extra, facts }, source, seed) {
  const { mu } = extra.residuals;
  if (source === "real") return { r: Float64Array.from(mu, (m, k) => people.y[k] - m), b: null };
  return planted(people, { mu, G: fit.G, sigma2: fit.sigma2, seed, fault: source, step: facts.step });
}
