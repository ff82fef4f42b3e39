// Can an impossible G leave V a covariance matrix?
import { deviance, isPositiveSemidefinite, smallestEigenvalueOfV } from "../model.js";
import { seen, unseen } from "./said.js";

/** "vonly": V is one although G is none; "neither". */
export function readValid({ now: { G, sigma2, method }, data: { grid, likelihood } }) {
  if (isPositiveSemidefinite(G)) return unseen("G is still positive semidefinite: take G\u2082\u2082 below 0.");
  const least = smallestEigenvalueOfV(grid.Z, G, sigma2);
  const valid = least > 0 && Number.isFinite(deviance(likelihood, G, sigma2, method));
  const head = ["With G\u2082\u2082 = ", G.length > 1 ? G[1][1] : 0, " G is no covariance matrix"];
  return valid
    ? seen("vonly", ...head, ", and V is one: its smallest eigenvalue is ", least, ", \u03c3\u00b2 is ", sigma2, ".")
    : seen("neither", ...head, ", and V is none either: \u03c3\u00b2 = ", sigma2, " is not enough.");
}
