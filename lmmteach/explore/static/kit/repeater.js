// The studies that a state asks for, run in pieces between two frames, so that the page can be used meanwhile.
// Which they are follows from the state alone: the design, the seed and how many. What was run is kept, so that a way
// back, or a look at another design, costs nothing.
import { designOf, studies, summaryOf } from "../maths/ideas/repeat.js";

const PIECE = 12; // ms of work at a time
const PAINTED = 60; // ms between two pictures of a run
const QUIET = 220; // ms: a design that is still being moved is not run
const KEPT = 12; // designs
export const ENOUGH = 100; // studies from which a design can be compared with others

const stores = new WeakMap(); // by the data carried: two views of one notebook's explorer run nothing twice

/** repeaterOf(ctx) -> { now(), ran(), whenDone(tell) }: one for all the panels of an explorer. */
export function repeaterOf(ctx) {
  ctx.repeater ??= createRepeater(ctx);
  ctx.data.repeat = { ran: ctx.repeater.ran }; // what the question reads
  return ctx.repeater;
}

function createRepeater(ctx) {
  const known = stores.get(ctx.data) || new Map();
  stores.set(ctx.data, known);
  let [timer, last, painted, listeners] = [0, "", 0, []];
  const asked = () => {
    const { dials, seed } = ctx.now();
    return { design: designOf(dials), seed, wanted: Math.round(dials.studies) };
  };
  function current({ design, seed }) {
    const key = `${seed} ${design.key}`;
    const one = known.get(key) || { key, studies: studies(design, seed), finished: 0 };
    known.delete(key); // what was asked for last stands last
    known.set(key, one);
    if (known.size > KEPT) known.delete(known.keys().next().value);
    return one;
  }
  function piece() {
    timer = 0;
    const want = asked();
    const one = current(want);
    const begun = performance.now();
    while (one.studies.count < want.wanted && performance.now() < begun + PIECE) one.studies.more();
    const done = one.studies.count >= want.wanted;
    if (done) finish(one, want.wanted);
    else timer = setTimeout(piece, 0);
    if (!done && begun < painted + PAINTED) return;
    painted = begun;
    ctx.again();
  }
  function finish(one, count) {
    const already = one.finished;
    one.finished = count;
    if (already !== count && count >= ENOUGH) listeners.forEach((tell) => tell(summaryOf(one.studies, count), one));
  }
  ctx.atEnd(() => clearTimeout(timer));
  /** The explorer's question waits until what it asks about has been run. */
  ctx.busy = () => timer !== 0;
  return {
    /** What the state asks for and what there is of it: { design, studies, count, wanted, running }. */
    now() {
      const want = asked();
      const one = current(want);
      const moved = one.key !== last;
      last = one.key;
      if (one.studies.count >= want.wanted) {
        clearTimeout(timer);
        timer = 0;
        finish(one, want.wanted);
      } else if (moved || !timer) {
        clearTimeout(timer);
        timer = setTimeout(piece, moved && known.size > 1 ? QUIET : 0);
      }
      const count = Math.min(one.studies.count, want.wanted);
      return { ...want, studies: one.studies, count, running: timer !== 0 };
    },
    /** The designs of which enough studies were run, in that order: { design, count, summary }. */
    ran: () => [...known.values()].filter((one) => one.finished >= ENOUGH).map((one) => ({
      design: one.studies.design, seed: one.studies.seed, count: one.finished,
      summary: summaryOf(one.studies, one.finished),
    })),
    /** `tell(summary, one)` is called when a run has come to its end. */
    whenDone(tell) { listeners = [...listeners, tell]; },
  };
}
