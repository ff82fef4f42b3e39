// The correlation of two readings of one person under a random intercept.

/** { icc, bound }: G11 / (G11 + sigma2), and -1 / (n - 1), below which V of n readings is no covariance matrix. */
export function shared(G11, sigma2, n) {
  return { icc: G11 / (G11 + sigma2), bound: n > 1 ? -1 / (n - 1) : 0 };
}
