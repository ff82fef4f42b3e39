// Predicting b_i: one subject's readings, which can be taken away; its own line, the population's, and the BLUP
// between them.
import { lineOf } from "../maths/ideas/blup.js";
import { shrunk } from "../maths/ideas/shrinkage.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set } from "../kit/dom.js";
import { brief } from "../kit/numbers.js";

const COURSES = [
  ["lmmx-own", "own least squares"],
  ["lmmx-pred", "prediction, X\u1d62\u03b2\u0302 + Z\u1d62b\u0302\u1d62"],
  ["lmmx-pop", "population, X\u1d62\u03b2\u0302"],
];

export function createShrinkage(el, ctx) {
  const { people, labels } = ctx.data;
  const pick = createPick(dialNamed(ctx, "subject"), ctx);
  el.append(h("div", { class: "lmmx-tools-row" }, pick.node, legend()));
  const c = chart(el, ctx, { height: 300, xLabel: labels.time, yLabel: labels.unit });
  const course = (kind) => s("path", { class: `lmmx-course ${kind}` });
  const [pop, own, pred] = ["lmmx-pop", "lmmx-own", "lmmx-pred"].map(course);
  c.marks.append(pop, own, pred);
  const readings = s("g", {});
  c.over.append(readings);
  const hint = "Readings: press one to take it away or give it back";
  const buttons = h("div", { class: "lmmx-visits", role: "group", "aria-label": hint });
  el.append(h("p", { class: "lmmx-what" }, `Take readings away (${labels.timeShort}):`), buttons);
  let seen = "";
  let latest = null;

  function toggle(t) {
    const gone = latest.dials.removed;
    ctx.act.move("removed", gone.includes(t) ? gone.filter((other) => other !== t) : [...gone, t]);
  }
  return (d, state) => {
    pick.update(state);
    const now = shrunk(ctx.data, d);
    const { person, kept } = now;
    const fresh = c.frame(people.range.t, people.range.y);
    const key = `${now.at} ${kept}`;
    if (fresh || key !== seen) {
      if (seen.split(" ")[0] !== String(now.at)) buttons.replaceChildren(...person.t.map((t) => buttonOf(t, toggle)));
      seen = key;
      kept.forEach((stays, j) => set(buttons.children[j], { "aria-pressed": String(stays) }));
      readings.replaceChildren(...person.t.map((t, j) => dotOf(c, t, person.y[j], kept[j], toggle)));
    }
    latest = d;
    const { t, mu } = person.course;
    set(pop, { d: c.path(t, mu) });
    set(pred, { d: c.path(t, lineOf(person.course, now.b)) });
    set(own, { d: now.own ? c.path(t, lineOf(person.course, now.own)) : "" });
    c.spoken(spoken(now));
  };
}

function legend() {
  const swatch = (kind) => h("span", { class: `lmmx-swatch ${kind}`, "aria-hidden": "true" });
  const items = COURSES.map(([kind, text]) => h("span", { class: "lmmx-legenditem" }, swatch(kind), text));
  return h("span", { class: "lmmx-legend" }, items);
}

const buttonOf = (t, toggle) => h("button", {
  type: "button", class: "lmmx-button lmmx-visit", "data-visit": t, onclick: () => toggle(t),
}, brief(t));

/** A reading to press, in a larger circle that a finger hits. */
function dotOf(c, t, y, kept, toggle) {
  const [cx, cy] = [c.x(t), c.y(y)];
  return s("g", { class: kept ? "lmmx-dot" : "lmmx-dot lmmx-gone", onclick: () => toggle(t) },
    s("circle", { class: "lmmx-hit", cx, cy, r: 22 }), s("circle", { cx, cy, r: 5 }));
}

function spoken({ kept, own }) {
  const left = kept.filter(Boolean).length;
  const where = own ? "between the subject\u2019s own line and the population\u2019s"
    : left ? "near the population\u2019s; too few readings for a line of their own"
      : "on the population\u2019s line";
  return `${left} of ${kept.length} readings; the prediction lies ${where}`;
}
