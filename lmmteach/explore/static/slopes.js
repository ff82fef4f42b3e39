// What the panels about random slopes share: whether a fit has them, their unit, the average line, the nearest line.
import { niceTop } from "./chart.js";
import { h } from "./dom.js";
import { bilinear } from "./model.js";

/** Has this fit Z = (1, t)? If not, say so where the panel would stand. */
export function sloped(el, { data }) {
  const yes = data.fit.G.length === 2 && data.curve.plainTime;
  if (!yes) el.append(h("p", { class: "lmmx-note" }, "This picture needs a random intercept and a random slope along time: fit a model with (1 + time | subject)."));
  return yes;
}

/** "mg/dL/year" from the "(mg/dL/year)\u00b2" of a variance of slopes. */
export const slopeUnit = ({ unitOf }) => (unitOf.G22 || "").replace(/^\(|\)\u00b2$/g, "");

/** The straight line through the average course, by least squares: a function of time. */
export function averageLine({ t, mean }) {
  const [mt, my] = [t, mean].map((x) => x.reduce((sum, v) => sum + v, 0) / x.length);
  const slope = t.reduce((sum, v, k) => sum + (v - mt) * (mean[k] - my), 0) / t.reduce((sum, v) => sum + (v - mt) ** 2, 0);
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

/** Let a pointer over plot `p` choose the subject whose line y(k, t) runs nearest; `subject()` is the one followed. */
export function chooseLine(p, ctx, { count, y, subject }) {
  const { people } = ctx.data;
  const look = (event) => {
    const t = p.back(event.offsetX);
    let [found, least] = [-1, 12];
    for (let k = 0; k < count(); k++) {
      const far = Math.abs(p.y(y(k, t)) - event.offsetY);
      if (far < least) [least, found] = [far, k];
    }
    if (found >= 0 && people.label[found] !== subject()) ctx.act.follow(people.label[found]);
  };
  p.canvas.classList.add("lmmx-pickable");
  p.canvas.addEventListener("pointermove", look);
  p.canvas.addEventListener("pointerdown", look);
}
