// Which of the structures drawn make late neighbours more alike than early ones.
import { byLater } from "../ideas/structures.js";
import { seen, unseen } from "./said.js";

const RISES = 0.01;
const FEW = 4; // parameters

/** The keys of those drawn that rise with few parameters; "onlyun" where an unstructured V alone does. */
export function readNeighbours({ now: { dials }, data: { extra: { courses } } }) {
  if (dials.curve !== "late") return unseen("Choose the curve \u201cneighbours, along time\u201d.");
  const drawn = courses.fits.filter(({ key }) => dials.compare.includes(key));
  const course = (fit) => byLater(courses.t, fit.C).map(([, r]) => r);
  const rise = (fit) => course(fit).at(-1) - course(fit)[0];
  if (!drawn.some((fit) => fit.key === "rirs")) return unseen("Let the random intercept and slope be drawn, too.");
  const up = drawn.filter((fit) => rise(fit) > RISES);
  const few = up.filter(({ parameters }) => parameters <= FEW).map(({ key }) => key);
  const tell = drawn.flatMap((fit, k) => [k ? "; " : "From the first neighbours to the last: ", fit.name, " ",
    course(fit)[0], " to ", course(fit).at(-1)]);
  return seen(few.length ? few : up.length ? "onlyun" : "nothing", ...tell, ".");
}
