// Where the estimated slopes go when people leave after a high reading.
import { momentsOf, SIZE, studiesOf, WAYS } from "../ideas/dropout.js";
import { seen, unseen } from "./said.js";

const CHANCE = 3; // standard errors: further off is no chance

/** "olslow": least squares too low, the mixed model right; "bothlow", "bothhigh", "none" or "other". */
export function readLeaving({ now, data }) {
  const { mechanism, share, strength } = now.dials;
  if (mechanism !== "MAR") return unseen("The question is about leaving by the last reading: choose it.");
  if (!(share > 0)) return unseen("Nobody leaves: raise p.");
  if (!(strength > 0)) return unseen("\u03b3 is not above 0: high readings do not make people leave. Raise it.");
  const { lines, line: [, slope] } = studiesOf(data, now);
  const means = WAYS.map(([name]) => momentsOf(lines[name].map(([, b]) => b)));
  const [ols, gls] = means.map(({ mean, sd }) => {
    const off = (mean - slope) / (sd / Math.sqrt(SIZE.studies));
    return Math.abs(off) < CHANCE ? 0 : Math.sign(off);
  });
  const kind = { "-1 0": "olslow", "-1 -1": "bothlow", "1 1": "bothhigh", "0 0": "none" }[`${ols} ${gls}`] || "other";
  return seen(kind, "Mean slope of a hundred studies: least squares ", means[0].mean, ", mixed model ", means[1].mean,
    "; the truth is ", slope, ".");
}
