// Of the designs that were run: did twice the people or twice the visits help the effect more?
import { seen, unseen } from "./said.js";

const CLEAR = 2; // standard errors of the difference of two SDs

const SAME = ["length", "when", "effect", "rho", "sigma2", "mechanism", "share"];
const alike = (a, b) => SAME.every((name) => a[name] === b[name]) && String(a.G) === String(b.G);

/** "people", "visits" or "alike"; the newest design that was run both ways decides. */
export function readDoubled({ now, data }) {
  const ran = data.repeat ? data.repeat.ran() : [];
  const found = [...ran].reverse().map((base) => ({
    base,
    people: ran.find((one) => isTwice(one, base, "people", "visits")),
    visits: ran.find((one) => isTwice(one, base, "visits", "people")),
  }));
  const whole = found.find(({ people, visits }) => people && visits);
  if (!whole) return unseen(...next(found.find(({ people, visits }) => people || visits), ran, now));
  const [base, people, visits] = [whole.base, whole.people, whole.visits].map(spread);
  const error = Math.hypot(people.error, visits.error);
  const tell = ["SD of the estimated effect: ", base.sd, "; with twice the people ", people.sd,
    ", with twice the visits ", visits.sd, "."];
  const apart = visits.sd - people.sd;
  if (Math.abs(apart) < CLEAR * error) {
    return whole.people.count < 1000 || whole.visits.count < 1000
      ? unseen(...tell, " Too near to one another for so few studies: run 1,000 of each.") : seen("alike", ...tell);
  }
  return seen(apart > 0 ? "people" : "visits", ...tell);
}

const isTwice = (one, { design, seed }, what, other) => one.seed === seed && alike(one.design, design)
  && one.design[what] === 2 * design[what] && one.design[other] === design[other];

/** The SD of the estimates, and its own standard error. */
function spread({ summary: { REML } }) {
  const { sd, n } = REML.moments.effect;
  return { sd, error: sd / Math.sqrt(2 * (n - 1)) };
}

function next(half, ran, { dials }) {
  if (half) {
    const { people, visits } = half.base.design;
    const to = half.people ? `${people} people at ${2 * visits} visits` : `${2 * people} people at ${visits} visits`;
    return [`One of the two is run. Now ${to}, and all else as it was.`];
  }
  if (!ran.length) return ["Nothing is run yet: press \u201cRun 1,000\u201d, then double the people, then the visits."];
  const { people, visits } = ran[ran.length - 1].design;
  return [`Run are ${people} people at ${visits} visits, of ${dials.length} years. Now double one of the two.`];
}
