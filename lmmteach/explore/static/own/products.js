// The data as the likelihood sees them: cross-products per pattern of Z, small enough for a page.

/** The likelihood's cross-products, pattern by pattern of Z, from the pooled blocks. */
export function crossProducts(data) {
  const { N, p, c, q, logDetR, rest, patterns, scale: [s11, s12, s22] } = data;
  return {
    N, p, logDetRx: logDetR, rem: [...rest],
    patterns: patterns.map(({ m, n, T: [t11, t12, t22], W, blocks }) => {
      const whole = [[t11 * s11, t11 * s12 + t12 * s22], [0, t22 * s22]];
      const R = whole.slice(0, Math.min(n, q)).map((row) => row.slice(0, q));
      const S = R.length === 1 ? [[]] : [[], [], []];
      for (let a = 0; a < c; a++) {
        for (let b = a; b < c; b++) {
          const at = (k, i, j) => W[2 * c * k + c * i + a] * W[2 * c * k + c * j + b];
          const total = [0, 0, 0];
          for (let k = 0; k < blocks; k++) {
            total[0] += at(k, 0, 0);
            total[1] += at(k, 0, 1) + at(k, 1, 0);
            total[2] += at(k, 1, 1);
          }
          S.forEach((list, s) => list.push(total[s]));
        }
      }
      return { m, R, S };
    }),
  };
}
