// The average course for chosen covariates, how sure it is, and what one new person's readings may do.
import { contrast } from "./gls.js";
import { bilinear } from "../model.js";

/** At each time: the average, its standard error, and the SD of a new person's reading around it. */
export function courseOf(fitted, X, Z, { G, sigma2 }) {
  const course = X.map((row) => contrast(fitted, row));
  const variance = (k) => Math.max(bilinear(Z[k], G, Z[k]), 0);
  return {
    mean: course.map(({ value }) => value),
    se: course.map(({ se }) => se),
    spread: course.map(({ se }, k) => Math.sqrt(variance(k) + sigma2 + se * se)),
  };
}

/** The contrast that is a course's slope from the first time to the last. */
export function slopeOf(X, t) {
  const last = t.length - 1;
  return X[last].map((v, a) => (v - X[0][a]) / (t[last] - t[0]));
}

/** The difference of two contrasts. */
export const minus = (a, b) => a.map((v, k) => v - b[k]);

/**
 * What the dials choose: the factor's level, the level to hold it against, and the number's place in its steps with
 * two places [from, to] about ten apart.
 */
export function choiceOf({ who: { factor, number }, X }, dials) {
  const level = Math.max(factor.levels.indexOf(dials[factor.dial]), 0);
  const next = level ? 0 : Math.min(1, Math.max(factor.levels.length, 1) - 1);
  if (!number.step) return { level, next, place: 0, from: 0, to: 0 };
  const place = Math.round((dials[number.dial] - number.low) / number.step);
  const ten = Math.max(1, Math.round(10 / number.step));
  const to = Math.min(place + ten, X[0].length - 1);
  return { level, next, place, from: to > place ? place : Math.max(place - ten, 0), to: Math.max(to, place) };
}
