// Which standard error least squares makes too small: the slope's or that of a difference between people.
import { seen, unseen } from "./said.js";

/** "between": too small between people and too large along time; "both", "slope" or "neither" too small. */
export function readErrors({ data: { extra, labels, facts } }) {
  const factor = facts.whom.factor.name;
  const ratio = (is) => extra.errors.find(({ name }) => is(name));
  const slope = ratio((name) => name === labels.timeShort);
  const group = factor ? ratio((name) => name.startsWith(factor) && !name.includes(":")) : null;
  if (!slope || !group) return unseen("These data have no such two coefficients: read the table row by row.");
  const [a, b] = [group, slope].map(({ ols, mixed }) => ols / mixed);
  const small = (x) => x < 0.98;
  const kind = small(a) ? (small(b) ? "both" : "between") : small(b) ? "slope" : "neither";
  const said = (one, x) => [one.said, ": ", one.ols, " where the mixed model has ", one.mixed,
    x < 0.98 ? ", too small" : x > 1.02 ? ", too large" : ""];
  return seen(kind, ...said(group, a), "; ", ...said(slope, b), ".");
}
