// Which entries of V a change of G12 has moved.
import { marginalCovariance } from "../model.js";
import { others, seen, TOO_LITTLE, unseen } from "./said.js";

/** "off": those off the diagonal; "diagonal"; "same": all by one amount; "late": all but the variance at time 0. */
export function readEntries({ from, now, data: { grid } }) {
  if (others(from, now, ["G12"])) return unseen("More than G\u2081\u2082 has moved. Undo, and move it alone.");
  const [before, after] = [from, now].map(({ G, sigma2 }) => marginalCovariance(grid.Z, G, sigma2));
  const cells = after.flatMap((row, i) => row.map((v, j) => ({ i, j, was: before[i][j], v, by: v - before[i][j] })));
  const size = Math.max(...cells.map(({ v, was }) => Math.max(Math.abs(v), Math.abs(was))));
  const moved = cells.filter(({ by }) => Math.abs(by) > 1e-9 * size);
  if (!moved.length || moved.some(({ v, was }) => v.toPrecision(3) === was.toPrecision(3))) return unseen(TOO_LITTLE);
  return seen(kindOf(cells, moved, size), ...told(cells, from, now, grid));
}

function kindOf(cells, moved, size) {
  const on = ({ i, j }) => i === j;
  if (!moved.some(on)) return "off";
  if (moved.every(on)) return "diagonal";
  const amounts = moved.map(({ by }) => by);
  const alike = Math.max(...amounts) - Math.min(...amounts) < 1e-9 * size;
  if (moved.length === cells.length) return alike ? "same" : "late";
  return "late";
}

function told(cells, from, now, { label }) {
  const n = label.length - 1;
  const at = (i, j) => cells.find((cell) => cell.i === i && cell.j === j);
  const said = ({ was, v }) => (was === v ? [" stayed ", v] : [" went from ", was, " to ", v]);
  const head = ["G\u2081\u2082 went from ", from.G[0][1], " to ", now.G[0][1]];
  return [...head, ": the variance at ", label[0], ...said(at(0, 0)),
    ", that at ", label[n], ...said(at(n, n)), ", their covariance", ...said(at(0, n)), "."];
}
