// G12 from the time at which the variance is least: t* = -G12 / G22.
import { bounded } from "./ellipse.js";

/** The covariance that puts the least variance at time t, as far as the two variances allow one. */
export function covarianceAt(t, [[g11], [, g22]]) {
  return bounded(-t * g22, g11, g22);
}
