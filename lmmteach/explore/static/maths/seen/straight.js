// How straight the QQ plot of b-hat is beside that of the true b.
import { leftOver } from "../ideas/leftover.js";
import { correlate, normalQuantiles } from "../ideas/residuals.js";
import { seen, unseen } from "./said.js";

const [STRAIGHT, BENT] = [0.99, 0.985]; // correlation of sorted values with normal quantiles

/** "leans": b-hat is straight although b is not; "tail": both are bent; "normal": both are straight. */
export function readStraight({ now, data }) {
  if (now.dials.show !== "b" || now.dials.data === "real") {
    return unseen("Take simulated data, whose true b is known, and the plot \u201cQQ of b\u0302\u201d.");
  }
  const known = leftOver(data, now, now);
  const a = now.dials.effect || 0;
  const sorted = (b) => b.map((one) => one[a]).sort((x, y) => x - y);
  const z = normalQuantiles(known.truth.length);
  const [hat, truth] = [known.own().b, known.truth].map((b) => correlate(sorted(b), z));
  const tell = ["Correlation with normal quantiles, 1 for a straight line: b\u0302 ", hat.toFixed(3), ", true b ",
    truth.toFixed(3), "."];
  if (truth >= STRAIGHT && hat >= STRAIGHT) return seen("normal", ...tell);
  if (truth < hat && truth < STRAIGHT && hat >= BENT) return seen("leans", ...tell);
  return hat < STRAIGHT ? seen("tail", ...tell) : unseen("Neither is clearly bent or straight here: take other data.");
}
