// Points that share a place on one axis, laid side by side where they would lie on one another.

/**
 * How far aside each point goes, in pixels: points at the same `x` within `size` pixels of one another in `y` go left
 * and right of the middle by turns, no further than `most`; where that is full, they begin again in the middle.
 */
export function swarm(x, y, size, most) {
  const taken = new Map();
  const places = 2 * Math.max(Math.floor(most / size), 0) + 1;
  return Array.from(x, (at, k) => {
    const place = `${at} ${Math.round(y[k] / size)}`;
    const before = taken.get(place) || 0;
    taken.set(place, before + 1);
    const turn = before % places;
    return turn % 2 ? Math.ceil(turn / 2) * size : (-turn / 2) * size;
  });
}
