// Numbers as Python makes and writes them, so that a page of one's own says what a page of the library says.

/** Sorted, each once. */
export const unique = (values) => [...new Set(values)].sort((a, b) => a - b);

/** To the nearest whole number, halves to the even side. */
export const rint = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** `count` numbers from first to last, evenly spaced. */
export const spaced = (first, last, count) =>
  Array.from({ length: count }, (_, k) => (count > 1 ? first + (k * (last - first)) / (count - 1) : first));

/** `most` of `count` places at most, evenly spread. */
export const spread = (count, most) => [...new Set(spaced(0, count - 1, Math.min(count, most)).map(rint))];

/** Python's f"{x:.6g}". */
export function general(x, digits = 6) {
  if (x === 0) return "0";
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < digits) return bare(x.toPrecision(digits));
  return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Python's repr of a text. */
export function quoted(text) {
  const plain = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return plain.includes("'") && !plain.includes('"') ? `"${plain}"` : `'${plain.replaceAll("'", "\\'")}'`;
}

export const sum = (values) => values.reduce((so, x) => so + x, 0);

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The value below which a share of the sorted values lies, between neighbours by a line. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

/** The value at x of a line through points (x ascending), its ends kept beyond them. */
export function between(x, xs, ys) {
  const after = xs.findIndex((other) => other >= x);
  if (after === 0) return ys[0];
  if (after < 0) return ys.at(-1);
  return ys[after - 1] + ((ys[after] - ys[after - 1]) * (x - xs[after - 1])) / (xs[after] - xs[after - 1]);
}

/** The least and the largest value. */
export function ends(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const x of values) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}
