// What a fit has to say of itself, in words: singular, weakly identified, not finished.
import { eigen } from "./symmetric.js";

const UNFELT = 1e-3; // what -2 log L changes when a parameter moves by as much as its own size, to be called flat
const RESULT = "This is the best fit there is, not a failure; the data hold no evidence for more. "
  + "(Lesson: Strange results)";

/** Everything a reader should know before trusting the numbers; empty when all is plain. */
export function remarks(optimum, G, scale, { effects, group }) {
  const found = [];
  if (!optimum.converged) {
    found.push("The search could not certify an optimum: gradient or curvature leave more than rounding error. "
      + "Treat the estimates with care; a simpler structure will usually converge.");
  }
  if (optimum.singular) found.push(...onEdge(G, scale, effects, group));
  else found.push(...flat(optimum));
  return found;
}

/** Which variance is 0, or that the correlation is +-1; judged over the data, so that no unit decides. */
function onEdge(G, [t11, t12, t22], effects, group) {
  const lengths = [t11, Math.hypot(t12, t22)];
  const shared = G.map((row, a) => row.map((x, b) => x * lengths[a] * lengths[b]));
  const most = Math.max(...shared.map((row, a) => row[a]), Number.MIN_VALUE);
  const none = effects.filter((_, a) => shared[a][a] <= 1e-12 * most);
  if (none.length) {
    return [`Singular fit: the variance of ${none.join(", ")} across ${group} is estimated as 0. ${RESULT}`];
  }
  const told = `the correlation of ${effects.join(" and ")} across ${group}`;
  return [`Singular fit: ${told} is estimated as ${shared[0][1] < 0 ? "-1" : "+1"}. ${RESULT}`];
}

/** Whether some direction of theta leaves -2 log L as it is: parameters the data cannot tell apart. */
function flat(optimum) {
  const reach = optimum.theta.map((x) => Math.max(Math.abs(x), 0.1));
  const { values } = eigen(optimum.hessian().map((row, a) => row.map((x, b) => x * reach[a] * reach[b])));
  if (values[0] > UNFELT) return [];
  return ["Weakly identified: G and sigma2 can change together and leave -2 log L as it is, so these data cannot tell "
    + "them apart, and their estimates are among many as good. What stays the same meanwhile, V as a rule, is "
    + "estimated. (Lesson: Strange results)"];
}
