// Downhill by Broyden, Fletcher, Goldfarb and Shanno's steps, from exact slopes, where no closed form of a Hessian is.

const DECREMENT = 1e-11; // of what is minimised, still to be gained when the search may stop
const STEPS = 500;
const REACH = 2; // no parameter moves further in one step

const dot = (u, v) => u.reduce((sum, x, k) => sum + x * v[k], 0);

/** The least value from `start`: { x, value }; `of(x)` gives { value, slope }, or null where there is none. */
export function descend(of, start) {
  let at = of(start);
  if (!at) return null;
  let x = start;
  let H = null; // the inverse Hessian; null: not known yet
  for (let step = 0; step < STEPS; step++) {
    const { value, slope } = at;
    let move = H ? slope.map((_, a) => -dot(H[a], slope)) : slope.map((g) => -g);
    let gain = -dot(move, slope);
    if (!(gain > 0)) {
      H = null;
      move = slope.map((g) => -g);
      gain = -dot(move, slope);
    }
    if (gain < DECREMENT) {
      if (!H) break;
      H = null; // once more from the slope alone, before it is believed
      if (dot(slope, slope) < DECREMENT) break;
    }
    let share = Math.min(1, REACH / Math.max(...move.map(Math.abs)));
    let next = null;
    for (; share > 1e-12; share /= 4) {
      const there = of(x.map((value_, k) => value_ + share * move[k]));
      if (there && there.value <= value - 1e-4 * share * gain) {
        next = there;
        break;
      }
    }
    if (!next) {
      if (!H) break;
      H = null;
      continue;
    }
    const moved = move.map((m) => share * m);
    H = updated(H, moved, next.slope.map((g, k) => g - slope[k]));
    [x, at] = [x.map((value_, k) => value_ + moved[k]), next];
  }
  return { x, value: at.value };
}

/** The inverse Hessian after a step s along which the slope changed by y; the old one where that would spoil it. */
function updated(H, s, y) {
  const sy = dot(s, y);
  if (!(sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return H;
  const old = H ?? s.map((_, a) => s.map((__, b) => (a === b ? sy / dot(y, y) : 0)));
  const Hy = old.map((row) => dot(row, y));
  const both = (sy + dot(y, Hy)) / (sy * sy);
  return old.map((row, a) => row.map((h, b) => h + both * s[a] * s[b] - (Hy[a] * s[b] + s[a] * Hy[b]) / sy));
}
