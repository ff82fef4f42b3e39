// What the panels about random slopes share: whether a fit has them, their unit, the average line, the nearest line.
import { h } from "./dom.js";

const NEEDS = "This picture needs a random intercept and a random slope along time: "
  + "fit a model with (1 + time | subject).";

/** Has this fit Z = (1, t)? If not, say so where the panel would stand. */
export function sloped(el, { data }) {
  const yes = data.fit.G.length === 2 && data.curve.plainTime;
  if (!yes) el.append(h("p", { class: "lmmx-note" }, NEEDS));
  return yes;
}

/** "mg/dL/year" from the "(mg/dL/year)\u00b2" of a variance of slopes. */
export const slopeUnit = ({ unitOf }) => (unitOf.G22 || "").replace(/^\(|\)\u00b2$/g, "");

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
