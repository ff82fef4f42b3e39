// Student's t with a whole number of degrees of freedom: what an interval and a test take instead of 1.96.

/** P(|T| <= t) with `df` degrees of freedom: a finite sum (Abramowitz & Stegun 26.7.3 and 26.7.4). */
export function within(t, df) {
  const angle = Math.atan(t / Math.sqrt(df));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const odd = df % 2;
  let [term, sum] = [odd ? cos : 1, 0];
  for (let k = odd; k < df - 1; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * cos * cos;
  }
  return odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}

/** The t that holds the middle `share` of the distribution: 2.05 for 0.95 and 28 degrees of freedom. */
export function quantile(share, df) {
  let [low, high] = [0, 1];
  while (within(high, df) < share) high *= 2;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (within(middle, df) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
