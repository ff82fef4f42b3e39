// What a person types, as a number, or why it cannot stand.

// Python's bounds, in traits.py: what can still be squared.
const LARGEST = 1e150;
const SMALLEST = 1e-150;

/**
 * A text as a number, NaN where it is none or could be two: 12,5 is 12.5, but 1,234 may be a thousand and more, and
 * 1.234,5 leaves it open which mark is which.
 */
export function typed(text) {
  const said = text.trim().replace("\u2212", "-");
  if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(said)) return NaN;
  const pointed = said.replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(pointed) ? Number(pointed) : NaN;
}

/** Why a typed value cannot stand, or "" when it can. G may leave the PSD cone: the lights explain that. */
export function refusal(parameter, value, dial) {
  if (!Number.isFinite(value)) return "Type a number, such as 12.5 or 12,5, with nothing between thousands.";
  if (dial && dial.residual === "variance") dial = value < 0 ? { low: 0, high: "\u221e" } : null;
  if (dial) return value < dial.low || value > dial.high ? `Between ${dial.low} and ${dial.high}.` : "";
  if (Math.abs(value) > LARGEST) return "Nobody can compute with a number as large as that.";
  if (parameter === "sigma2" && !(value > 0)) return "\u03c3\u00b2 is a variance of measurements: it must be above 0.";
  if (parameter === "sigma2" && value < SMALLEST) return "\u03c3\u00b2 is too close to 0 to compute with.";
  if (parameter === "rho" && Math.abs(value) > 1) return "A correlation lies between \u22121 and 1.";
  return "";
}
