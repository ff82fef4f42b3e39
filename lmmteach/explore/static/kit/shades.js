// Colours behind numbers: how large an entry of V is, which sign and strength a correlation has.

/**
 * Shades: V from the page's ground to violet, on a scale the fit sets and a moving parameter cannot rescale;
 * correlation brown - ground - teal with 0 in the middle. The strongest leaves the numbers readable.
 */
export function shades(kind, fit, ctx) {
  const top = 1.1 * Math.max(...fit.V.map((row, i) => row[i]));
  const mixed = (end, share) => `${ctx.colour(end)}${ALPHA[Math.round(LEVELS * Math.min(Math.max(share, 0), 1))]}`;
  return (x) => {
    if (!Number.isFinite(x)) return "transparent";
    if (kind === "V") return mixed("shade-V", x / top);
    return mixed(x < 0 ? "shade-minus" : "shade-plus", Math.abs(x));
  };
}

const LEVELS = 80;
const ALPHA = Array.from({ length: LEVELS + 1 }, (_, k) =>
  Math.round((0.6 * 255 * k) / LEVELS).toString(16).padStart(2, "0"));
