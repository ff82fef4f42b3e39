// Motion that explains: what a button sets is on its way for half a second, so that the eye sees which numbers change.
// The state is the new one at once; only what is painted moves. Off for those who asked for less motion.
import { between, changedBetween, eased } from "../maths/ideas/between.js";

const LASTS = 500; // ms

/**
 * createMotion(data) -> { begin(from, to), shown(state, now), stands(state), going(), stop() }; `shown` is what to
 * paint, `stands` the state as far as it was painted last: what was changed since is in it.
 */
export function createMotion({ view }) {
  const sliders = view.dials.filter((dial) => dial.kind === "slider").map((dial) => dial.name);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let way = null;
  return {
    begin(from, to) {
      const changed = changedBetween(from, to, sliders);
      way = calm.matches || document.hidden || !changed.length
        ? null : { from, changed, started: performance.now(), share: 0 };
    },
    shown(state, now) {
      const share = way ? Math.max(now - way.started, 0) / LASTS : 1;
      if (share >= 1) way = null;
      else way.share = eased(share);
      // `moving`: where it comes from, where it goes, and what differs.
      return way
        ? { ...between(way.from, state, way.share, sliders), moving: { from: way.from, to: state, ...way } }
        : { ...state, moving: null };
    },
    stands: (state) => (way ? between(way.from, state, way.share, sliders) : state),
    going: () => way !== null,
    stop() { way = null; },
  };
}
