// What counting time from elsewhere does to rho and to V.
import { covarianceFrom, shifted } from "../ideas/origin.js";
import { rhoOf } from "../model.js";
import { others, seen, TOO_LITTLE, unseen } from "./said.js";

/** "rho": rho changes and V stays; "none"; "both"; "V". */
export function readZero({ from, now, data: { grid, labels } }) {
  if (others(from, now, [])) return unseen("The people have changed, too. Undo, and move time zero alone.");
  const places = [from, now].map(({ dials }) => dials.origin);
  const G = [from, now].map((state, k) => shifted(state.G, places[k]));
  const [r0, r1] = G.map(rhoOf);
  if (![r0, r1].every(Number.isFinite)) return unseen("\u03c1 is no number here: choose \u201cToy\u201d.");
  const [first, last] = [grid.t[0], grid.t[grid.t.length - 1]];
  const V = G.map((at, k) => covarianceFrom(at, now.sigma2, places[k], first, last));
  const stays = Math.abs(V[1] - V[0]) <= 1e-9 * (1 + Math.abs(V[0]));
  const turns = Math.abs(r1 - r0) >= 0.01;
  if (stays && !turns) return unseen(TOO_LITTLE);
  const kind = turns ? (stays ? "rho" : "both") : "V";
  const place = [places[1], " instead of ", places[0]];
  const head = [`With time zero at ${labels.timeShort} `, ...place, ": \u03c1 goes from ", r0];
  const tail = ` and the covariance of the first and the last visit ${stays ? "stays" : "becomes"} `;
  return seen(kind, ...head, " to ", r1, tail, V[1], ".");
}
