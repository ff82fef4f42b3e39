// A correlation matrix as a curve: over the time between two readings, or over the later of two neighbouring visits.

/** [lag, mean correlation] of all pairs so far apart; a pair without a correlation (null) is left out. */
export function byLag(t, C) {
  const lags = new Map();
  for (let j = 1; j < t.length; j++) {
    for (let i = 0; i < j; i++) {
      const lag = Number((t[j] - t[i]).toPrecision(9));
      if (C[i][j] !== null) lags.set(lag, [...(lags.get(lag) || []), C[i][j]]);
    }
  }
  const mean = (values) => values.reduce((a, b) => a + b) / values.length;
  return [...lags].sort((a, b) => a[0] - b[0]).map(([lag, values]) => [lag, mean(values)]);
}

/** [time, correlation with the visit before] of every visit but the first. */
export function byLater(t, C) {
  return t.slice(1).map((at, k) => [at, C[k][k + 1]]);
}
