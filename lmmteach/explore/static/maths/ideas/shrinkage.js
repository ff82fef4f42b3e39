// One subject whose readings can be taken away, beside everybody else's b-hat: what three panels look at.
import { against, crossproduct, gather, ownEstimate, predicted, shrinker } from "./blup.js";

const MEMORY = new WeakMap();

/** Everybody of an explorer's data, with their own least-squares estimates; worked out once. */
export function everybody(data) {
  return memoryOf(data).known;
}

function memoryOf(data) {
  if (!MEMORY.has(data)) {
    const known = gather(data, data.extra.shrinkage);
    known.own = known.all.map((person) => ownEstimate(known.A[person.kind], person.c));
    MEMORY.set(data, { known, key: "", now: null });
  }
  return MEMORY.get(data);
}

/**
 * At a state: { at, person, kept, own, b, mine, all }, the subject's number, which readings are left, their own
 * estimate, b-hat and shrinkage from those, and everybody's b-hat. `nudged` holds what was added to readings by hand,
 * by `nameOf(at, j)`. Worked out once for each state.
 */
export function shrunk(data, d) {
  const memory = memoryOf(data);
  const key = JSON.stringify([d.G, d.sigma2, d.dials.subject, d.dials.removed, d.nudged]);
  if (key !== memory.key) Object.assign(memory, { key, now: shrunkAnew(memory.known, data, d) });
  return memory.now;
}

function shrunkAnew(known, data, { G, sigma2, dials, nudged = {} }) {
  const at = Math.max(data.people.label.indexOf(dials.subject), 0);
  const person = nudgedPerson(known.all[at], at, nudged);
  const kept = person.t.map((t) => !dials.removed.includes(t));
  const left = (list) => list.filter((_, j) => kept[j]);
  const A = crossproduct(left(person.Z), known.q);
  const c = against(left(person.Z), left(person.r), known.q);
  const kinds = known.A.map((each) => shrinker(each, G, sigma2));
  const mine = shrinker(A, G, sigma2);
  return {
    at, person, kept, mine,
    own: ownEstimate(A, c),
    b: predicted(mine, c),
    all: known.all.map((other) => predicted(kinds[other.kind], other.c)),
  };
}

/** The name of reading j of subject number `at`. */
export const nameOf = (at, j) => `${at}.${j}`;

/** The person with readings as a hand has moved them; beta and everybody else stay. */
function nudgedPerson(person, at, nudged) {
  const by = person.y.map((_, j) => nudged[nameOf(at, j)] || 0);
  if (by.every((x) => x === 0)) return person;
  return { ...person, y: person.y.map((y, j) => y + by[j]), r: person.r.map((r, j) => r + by[j]) };
}
