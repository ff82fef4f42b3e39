// Where ML and REML have their lowest points, along the parameter that is shown.
import { valueOf } from "../setting.js";
import { seen, unseen } from "./said.js";

const NAMES = { G11: "intercepts", G22: "slopes" };

/** "REML", "ML" or "same": whose variance is larger; "sigma2" added where REML's residual variance is, too. */
export function readLowest({ now: { dials }, data: { extra: { profile } } }) {
  const along = dials.along || "G11";
  if (!(along in NAMES)) return unseen("The question is about the variances in G: choose intercepts or slopes.");
  const [reml, ml] = ["REML", "ML"].map((method) => valueOf(profile[method], along));
  const by = 100 * (reml / ml - 1);
  if (!Number.isFinite(by)) return unseen("A variance of 0 has no lowest point to compare: look along the other one.");
  const kind = Math.abs(by) < 0.2 ? "same" : by > 0 ? "REML" : "ML";
  return seen(kind, `The variance of ${NAMES[along]} is `, reml, " by REML and ", ml, " by ML: ",
    `${Math.abs(by).toFixed(1)} % ${by >= 0 ? "more" : "less"} by REML.`);
}
