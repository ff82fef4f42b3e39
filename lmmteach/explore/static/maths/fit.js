// A linear mixed model estimated in the page: Y_i = X_i beta + Z_i b_i + e_i, b_i ~ N(0, G), e_i ~ N(0, sigma2 I), by
// REML or ML, with one grouping and one or two random effects. The same optimum as the library's, held to it by test.
//   fitting/columns.js     X and Z on one scale          fitting/search.js   to the optimum, certified
//   fitting/pooling.js     subjects pooled by pattern    fitting/said.js     what there is to say of it
//   fitting/evaluation.js  -2 log L and its derivatives  fitting/checks.js   what cannot be fitted, named
import { checkApart, checkDesign, checkLeft, checkResponse, fitsExactly } from "./fitting/checks.js";
import { backward } from "./fitting/columns.js";
import { pooled, prepared } from "./fitting/pooling.js";
import { remarks } from "./fitting/said.js";
import { objective } from "./fitting/objective.js";
import { bestOf } from "./fitting/search.js";

const EXACT = 1e-18; // a residual variance this small, relative to the response's, is rounding
const SINGULAR = 1e-8; // a residual variance this small, relative to G's, where a search has not arrived

/**
 * Fit by "REML" or "ML": { beta, se, G, sigma2, deviance, converged, singular, message, covBeta, ... }.
 *
 * `y` (N), `X` (N x p) and `Z` (N x 1 or N x 2) are rows, `subject` (N) says whose row each is; `correlated: false`
 * makes G diagonal; `names` = { X, Z, subject, y } is how messages call the columns. The deviance is -2 log L with
 * lme4's constants.
 */
export function fit({ y, ...design }, method = "REML") {
  return refitter(design, method)(y);
}

/** A function that fits this design to one response after another: what y does not change is computed once. */
export function refitter(design, method = "REML") {
  const known = checkDesign(design, method);
  const ready = prepared(known, known.correlated);
  checkApart(ready.made, known.names.X);
  return refits(ready, known, method);
}

/** `refitter` of a design that is prepared and checked; `start` (a theta) is where each search begins. */
export function refits(ready, known, method) {
  return (y, start = null) => {
    checkResponse(y, ready.N, known.names.y);
    const data = pooled(ready, y);
    checkLeft(data);
    const f = objective(data, method === "REML");
    const best = bestOf(f, start);
    if (!best) throw fitsExactly();
    return { ...onDataScale(best, data, known.names), method, evaluations: f.evaluations };
  };
}

/** Undo the changes of scale: beta, its covariance and G in the data's units. */
function onDataScale(best, data, names) {
  const { at, L, converged, singular } = best;
  const { R, scale, q, p } = data;
  if (!(at.sigma2 > EXACT * data.variance)) throw fitsExactly();
  const half = at.root.map((row) => backward(R, row)); // Cov(beta) = sigma2 sum of half' half
  const sum = (a, b) => half.reduce((so, row) => so + row[a] * row[b], 0);
  const covBeta = half.map((_, a) => half.map((__, b) => at.sigma2 * sum(a, b)));
  const G = covariance(L, scale, at.sigma2, q);
  const length = (v) => v.reduce((so, x) => so + x * x, 0);
  const shared = data.patterns.reduce((so, { T }) => Math.max(so, length(T)), 0) * length(L);
  if (!converged && 1 < SINGULAR * (1 + shared)) throw fitsExactly();
  const added = backward(R, at.gamma);
  return {
    beta: data.ols.map((b, a) => b + added[a]),
    se: Array.from({ length: p }, (_, a) => Math.sqrt(covBeta[a][a])),
    G, sigma2: at.sigma2, deviance: at.deviance, converged, singular,
    message: remarks(best, G, scale, { effects: names.Z, group: names.subject }).join(" "),
    covBeta, theta: best.theta, path: best.path, pooled: data,
  };
}

/** G = sigma2 (T^-1 L)(T^-1 L)' on the scale of Z = Z~ T. */
export function covariance([l11, l21, l22], [t11, t12, t22], sigma2, q) {
  if (q === 1) return [[sigma2 * (l11 / t11) ** 2]];
  const [c, d] = [l21 / t22, l22 / t22];
  const [a, b] = [(l11 - t12 * c) / t11, (-t12 * d) / t11];
  const cross = sigma2 * (a * c + b * d);
  return [[sigma2 * (a * a + b * b), cross], [cross, sigma2 * (c * c + d * d)]];
}
