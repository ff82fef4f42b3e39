// Which layer moves V off the diagonal when visits come closer together.
import { partsAt } from "../ideas/layers.js";
import { changedBetween, seen, TOO_LITTLE, unseen } from "./said.js";

const LAYERS = ["level", "fluct", "error"];

/** The layers whose covariance between neighbouring visits has moved. */
export function readCloser({ from, now }) {
  if (changedBetween(from, now).some((name) => [...LAYERS, "memory"].includes(name))) {
    return unseen("More than the time between visits has moved. Undo, and move \u0394t alone.");
  }
  if (!(now.dials.spacing < from.dials.spacing)) return unseen("Bring the visits closer together: \u0394t down.");
  if (now.dials.fluct === 0) return unseen("Nothing fluctuates here: raise \u03c3\u2081\u00b2.");
  const [before, after] = [from, now].map(({ dials }) => partsAt(dials.spacing, dials));
  const whole = partsAt(0, now.dials).total;
  const moved = LAYERS.filter((_, k) => Math.abs(after.parts[k] - before.parts[k]) > 0.02 * whole);
  if (!moved.length) return unseen(TOO_LITTLE);
  return seen(moved, "\u0394t went from ", from.dials.spacing, " to ", now.dials.spacing,
    ": in the covariance of neighbouring visits G\u2081\u2081 stayed ", after.parts[0], ", the fluctuation went from ",
    before.parts[1], " to ", after.parts[1], ", the error stayed ", after.parts[2], ".");
}
