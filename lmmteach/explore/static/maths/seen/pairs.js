// Which two visits correlate most, in the readings that are shown.
import { sampleOf } from "../ideas/sample.js";
import { seen, unseen } from "./said.js";

/** "neighbours", "ends", "between" or "alike"; "none" where nothing correlates. */
export function readPairs({ now: { dials }, data }) {
  const { label } = data.grid;
  const { pairs } = sampleOf(data, dials.rows || "");
  const all = pairs.flatMap((row, i) => row.slice(0, i).map(({ corr }, j) => ({ i, j, corr })))
    .filter(({ corr }) => Number.isFinite(corr));
  if (all.length < 3) return unseen("Too few visits have been read by enough people.");
  const most = all.reduce((best, one) => (one.corr > best.corr ? one : best));
  const far = all.find(({ i, j }) => i === label.length - 1 && j === 0);
  const least = Math.min(...all.map(({ corr }) => corr));
  const tell = ["The highest correlation is ", most.corr, ", between ", label[most.j], " and ", label[most.i],
    ...(far ? ["; the first and the last visit have ", far.corr] : []), "."];
  if (most.corr - least < 0.02) return seen("alike", ...tell);
  if (all.every(({ corr }) => Math.abs(corr) < 0.1)) return seen("none", ...tell);
  return seen(most.i - most.j === 1 ? "neighbours" : most === far ? "ends" : "between", ...tell);
}
