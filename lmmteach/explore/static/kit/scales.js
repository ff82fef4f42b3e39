// From places on a slider to values and back: variances by their SD, the covariance around zero, dials as declared.
export const STEPS = 500;

/** { low, high, share(place), value(place), place(value), rescale(state), limits(state) } of a parameter or dial. */
export function scaleOf(parameter, { ranges }, dial) {
  const variance = dial && dial.residual === "variance";
  if (dial && !variance) return dialScale(dial);
  if (parameter === "rho" || parameter === "G12") return aroundZero(parameter, ranges);
  const top = variance ? dial.high : ranges[parameter];
  return {
    low: parameter === "sigma2" ? 5 : 0, high: STEPS,
    share: (place) => place / STEPS,
    value: (place) => Number((top * (place / STEPS) ** 2).toPrecision(4)),
    place: (value) => STEPS * Math.sqrt(Math.max(value, 0) / top),
    rescale() {},
    limits: () => null,
  };
}

function aroundZero(parameter, ranges) {
  let reach = parameter === "rho" ? 1 : 1.3 * ranges.G12;
  const half = STEPS / 2;
  const share = (place) => (place + half) / STEPS;
  const bounded = (x) => Math.min(Math.max(x, 0), 1);
  return {
    low: -half, high: half, share,
    value: (place) => Number(((place / half) * reach).toPrecision(4)),
    place: (value) => (value / reach) * half,
    rescale(state) {
      if (parameter === "G12") reach = 1.3 * Math.max(ranges.G12, limitOf(state));
    },
    limits: (state) => {
      if (parameter === "rho") return [0, 1];
      const limit = (limitOf(state) / reach) * half;
      return [bounded(share(-limit)), bounded(share(limit))];
    },
  };
}

/** Equal steps; a declared step is kept exactly (0.1, not 0.30000000000000004). */
function dialScale({ low, high, step }) {
  const count = step > 0 ? Math.round((high - low) / step) : STEPS;
  const size = (high - low) / count;
  return {
    low: 0, high: count,
    share: (place) => place / count,
    value: (place) => Number((low + place * size).toPrecision(10)),
    place: (value) => (value - low) / size,
    rescale() {},
    limits: () => null,
  };
}

const limitOf = ({ G }) => Math.sqrt(Math.max(G[0][0], 0) * Math.max(G[1][1], 0));
