// Does the variance over people change with time while that of one person stays?
import { marginalCovariance } from "../model.js";
import { changedBetween, seen, TOO_LITTLE, unseen } from "./said.js";

/** "changes" or "constant". */
export function readSpread({ from, now, data: { grid } }) {
  if (!changedBetween(from, now).includes("G22")) return unseen("Move G\u2082\u2082: let the slopes differ more.");
  const onDiagonal = ({ G, sigma2 }) => marginalCovariance(grid.Z, G, sigma2).map((row, k) => row[k]);
  const [before, after] = [from, now].map(onDiagonal);
  const top = Math.max(...after);
  if (after.every((v, k) => Math.abs(v - before[k]) < 0.02 * top)) return unseen(TOO_LITTLE);
  const [low, high] = [Math.min(...after), top];
  const at = (v) => [v, " at ", grid.label[after.indexOf(v)]];
  const given = ["; given the person it is \u03c3\u00b2 = ", now.sigma2, " at every time."];
  const head = "Over people the variance is ";
  if (high - low < 0.01 * high) return seen("constant", head, high, " at every time", ...given);
  return seen("changes", `${head}least, `, ...at(low), ", and largest, ", ...at(high), ...given);
}
