// The course of the SD over time: how it looks under a negative G12.
import { standardDeviations } from "../model.js";
import { seen, unseen } from "./said.js";

const SEEN = 0.015; // of the largest SD: less of a rise or a fall is not seen

/** "falls", "rises", "fallsrises" or "stays". */
export function readShape({ now: { G, sigma2 }, data: { curve, labels } }) {
  if (!(G[0][1] < 0)) return unseen("The question is about a negative G\u2081\u2082: take it below 0.");
  const sd = standardDeviations(curve.Z, G, sigma2);
  if (!sd.every(Number.isFinite)) return unseen("V is no covariance matrix here: there is no SD to follow. Move back.");
  const last = sd.length - 1;
  const low = sd.indexOf(Math.min(...sd));
  const at = (k) => [sd[k], ` at ${labels.timeShort} `, curve.t[k]];
  const enough = SEEN * Math.max(...sd);
  const [falls, rises] = [sd[0] - sd[low] > enough, sd[last] - sd[low] > enough];
  const head = ["With G\u2081\u2082 = ", G[0][1], " the SD "];
  if (falls && rises) {
    return seen("fallsrises", ...head, "falls from ", ...at(0), " to ", ...at(low), " and rises to ", ...at(last), ".");
  }
  if (falls) return seen("falls", ...head, "falls all the way, from ", ...at(0), " to ", ...at(last), ".");
  if (rises) return seen("rises", ...head, "rises from ", ...at(0), " to ", ...at(last), ".");
  return seen("stays", ...head, "is nearly the same at all times: ", ...at(0), ", ", ...at(last), ".");
}
