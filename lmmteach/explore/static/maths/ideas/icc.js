// The correlation of two readings of one person under a random intercept.

/** { icc, bound }: G11 / (G11 + sigma2), and -1 / (n - 1), below which V of n readings is no covariance matrix. */
export function shared(G11, sigma2, n) {
  return { icc: G11 / (G11 + sigma2), bound: n > 1 ? -1 / (n - 1) : 0 };
}

/** G11 and sigma2 that make up `total` at this correlation, to four digits; null where there is no total to share. */
export function splitAt(icc, total) {
  if (!(total > 0)) return null;
  const G11 = Number((icc * total).toPrecision(4));
  return { G11, sigma2: Number((total - G11).toPrecision(6)) };
}
