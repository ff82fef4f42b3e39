// Two visits: what -2 log L does while sigma2 rises and G makes up for it.
import { ridgeEnd } from "../ideas/ridge.js";
import { deviance, marginalCovariance } from "../model.js";
import { seen, TOO_LITTLE, unseen } from "./said.js";

/** "same", "rises" or "falls". */
export function readRidge({ from, now, data: { extra: { ridge } } }) {
  if (!ridge) return unseen("This picture needs three times at which enough people were read.");
  if (now.dials.visits === "three") {
    return unseen("Everyone is seen three times now: the question is about two visits. Choose two.");
  }
  if (!(Math.abs(now.sigma2 - from.sigma2) > 0.02 * from.sigma2)) return unseen(TOO_LITTLE);
  const [before, after] = [from, now].map(({ G, sigma2, method }) => deviance(ridge.likelihood[0], G, sigma2, method));
  const V = ({ G, sigma2 }) => marginalCovariance(ridge.times[0].map((t) => [1, t]), G, sigma2);
  const moved = Math.abs(ridgeEnd(V(now)) - ridgeEnd(V(from))) > 1e-6 * ridgeEnd(V(from));
  if (moved) return unseen("V has changed, too. Undo, and drag the dot along the ridge.");
  const G11 = [", G\u2081\u2081 from ", from.G[0][0], " to ", now.G[0][0]];
  const head = ["\u03c3\u00b2 went from ", from.sigma2, " to ", now.sigma2, ...G11, ", and \u22122 log L "];
  const by = after - before;
  if (Math.abs(by) < 0.005) return seen("same", ...head, `stayed at ${after.toFixed(2)}.`);
  return seen(by > 0 ? "rises" : "falls", ...head, `went from ${before.toFixed(2)} to ${after.toFixed(2)}.`);
}
