// Motion that explains: what a button sets is on its way for half a second, so that the eye sees which numbers change.
// The state is the new one at once; only what is painted moves. Off for those who asked for less motion.
import { between, changedBetween, eased } from "../maths/ideas/between.js";

const LASTS = 500; // ms
// However late a frame comes, it goes on by no more than this: where frames are slow the way is still seen.
const STRIDE = 0.2; // of it

/**
 * createMotion(data) -> { begin(from, to), shown(state, now), stands(state), going(), stop() }; `shown` is what to
 * paint, `stands` the state as far as it was painted last: what was changed since is in it.
 */
export function createMotion({ view }) {
  const sliders = view.dials.filter((dial) => dial.kind === "slider").map((dial) => dial.name);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let way = null;
  const stands = (state) => (way ? between(way.from, state, eased(way.gone), sliders) : state);
  return {
    begin(from, to) {
      const changed = changedBetween(from, to, sliders);
      way = calm.matches || document.hidden || !changed.length
        ? null : { from, changed, last: performance.now(), gone: 0 };
    },
    shown(state, now) {
      if (way) {
        way.gone += Math.min((now - way.last) / LASTS, STRIDE);
        way.last = now;
        if (way.gone >= 1) way = null;
      }
      // `moving`: where it comes from, where it goes, and what differs.
      return { ...stands(state), moving: way && { ...way, to: state } };
    },
    stands,
    going: () => way !== null,
    stop() { way = null; },
  };
}
