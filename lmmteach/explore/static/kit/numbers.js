// Numbers as text, and the parameters' symbols.

export const SYMBOL = {
  G11: "G\u2081\u2081", G12: "G\u2081\u2082", G22: "G\u2082\u2082", sigma2: "\u03c3\u00b2", rho: "\u03c1",
};

const minus = (text) => text.replace("-", "\u2212");

/** Three significant digits without an exponent where a reader needs none: 1390, 12.3, -0.0456. */
export function three(x) {
  return significant(x, 3);
}

export function significant(x, digits) {
  if (!Number.isFinite(x)) return "\u2013";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e7 || size < 1e-4) return minus(x.toExponential(digits - 1).replace("e+", "e"));
  const rounded = Number(x.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)) + 1e-12));
  return minus(rounded.toFixed(decimals));
}

/** A fixed number of decimals, and never a minus before zero. */
export function fixed(x, decimals) {
  if (!Number.isFinite(x)) return "\u2013";
  const text = x.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : minus(text);
}

/** A correlation, three decimals; a plain 1 on the diagonal; a dash for what is none, beyond 1 in size. */
export function asCorrelation(x) {
  return x === 1 ? "1" : Math.abs(x) <= 1 + 1e-9 ? fixed(x, 3) : "\u2013";
}

/** A number as an input box and Python read it: so many significant digits at most, plain minus, no padding. */
export function plain(x, digits = 6) {
  return Number.isFinite(x) ? String(Number(x.toPrecision(digits))) : "";
}

/** The same for reading, with a proper minus, and a dash for no number. */
export function unpadded(x, digits) {
  return Number.isFinite(x) ? minus(plain(x, digits)) : "\u2013";
}

/** Three digits of it: 60, not 60.0. */
export const brief = (x) => unpadded(x, 3);
