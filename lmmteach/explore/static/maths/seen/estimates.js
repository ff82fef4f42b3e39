// What moving G does to the coefficients and to their intervals.
import { gls } from "../ideas/gls.js";
import { changedBetween, others, seen, TOO_LITTLE, unseen } from "./said.js";

const STILL = 1e-6; // of a standard error: the weights are equal
const PRINTED = 0.005;
const ALONE = "Where everybody weighs the same, G\u2081\u2082 alone moves no coefficient and no interval: it is in the "
  + "covariance of their errors. Move G\u2081\u2081, G\u2082\u2082 or \u03c3\u00b2.";

/** "both": estimates and intervals move; "intervals" alone; "intercept": it and no other. */
export function readEstimates({ from, now, data: { extra: { beta }, likelihood } }) {
  if (!others(from, now, [])) return unseen("Move G away from where it stood.");
  const part = beta.parts[now.dials.data] || beta.parts.all;
  const [a, b] = [from, now].map(({ G, sigma2 }) => gls(part.likelihood || likelihood, part, G, sigma2));
  if (!a || !b) return unseen("V is no covariance matrix here: there is nothing to weight by. Move back.");
  const shifts = b.beta.map((x, k) => Math.abs(x - a.beta[k]) / a.se[k]);
  const most = Math.max(...shifts);
  const changes = b.se.map((x, k) => Math.abs(x / a.se[k] - 1));
  const wider = Math.max(...changes);
  if (most <= STILL && wider <= STILL && changedBetween(from, now).includes("G12")) return unseen(ALONE);
  if (wider < 0.01 || (most > STILL && most < PRINTED)) return unseen(TOO_LITTLE);
  const far = beta.said[shifts.indexOf(most)];
  const k = changes.indexOf(wider);
  const errors = ["the standard error of ", beta.said[k], " went from ", a.se[k], " to ", b.se[k], "."];
  if (most <= STILL) return seen("intervals", "No coefficient has moved; ", ...errors);
  const alone = shifts.every((x, j) => j === 0 || x <= STILL);
  return seen(alone ? "intercept" : "both", far, " has moved by ", most, " standard errors; ", ...errors);
}
