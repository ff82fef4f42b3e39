// How two readings correlate once G11 is three times sigma2.
import { shared } from "../ideas/icc.js";
import { seen, unseen } from "./said.js";

/** "0.75", where G11 is three times sigma2. */
export function readShare({ now: { G, sigma2 } }) {
  const times = G[0][0] / sigma2;
  const { icc } = shared(G[0][0], sigma2, 2);
  if (!(Math.abs(times - 3) < 0.05)) {
    return unseen("G\u2081\u2081 is ", times, " times \u03c3\u00b2 now. Make it three times: drag, or type both.");
  }
  const head = ["G\u2081\u2081 is ", times, " times \u03c3\u00b2"];
  return seen(icc.toFixed(2), ...head, ", and any two readings correlate at ", icc, ".");
}
