// Every subject's own line around the average one: b_i = L z_i, with the very draws of `simulate`.
import { niceTop } from "../axes.js";
import { bilinear, squareRoot } from "../model.js";

/** (b0, b1) of every subject, one after the other in `out`: the very draws of `simulate`. */
export function effects(people, z, G, out) {
  const L = squareRoot(G);
  let draw = 0;
  people.visitOf.forEach((kind, k) => {
    out[2 * k] = L[0][0] * z[draw];
    out[2 * k + 1] = L[1][0] * z[draw] + L[1][1] * z[draw + 1];
    draw += 2 + people.visits[kind].Z.length;
  });
  return out;
}

/** The straight line through the average course, by least squares: a function of time. */
export function averageLine({ t, mean }) {
  const [mt, my] = [t, mean].map((x) => x.reduce((sum, v) => sum + v, 0) / x.length);
  const along = t.reduce((sum, v, k) => sum + (v - mt) * (mean[k] - my), 0);
  const slope = along / t.reduce((sum, v) => sum + (v - mt) ** 2, 0);
  return (at) => my + slope * (at - mt);
}

/** A value axis that holds the average line and 2.4 SDs of people's lines around it, in steps: [low, high]. */
export function valueAxis(mean, times, Gs) {
  const [a, b] = [mean(times[0]), mean(times[times.length - 1])];
  const sd = Math.sqrt(Math.max(1e-9, ...times.flatMap((t) => Gs.map((G) => bilinear([1, t], G, [1, t])))));
  const middle = (a + b) / 2;
  const reach = niceTop(2.4 * sd + Math.abs(a - b) / 2);
  return [middle - reach, middle + reach];
}
