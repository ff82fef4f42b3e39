// Predicting b_i: one subject's readings, which can be taken away or pulled up and down; its own line, the
// population's, and the BLUP between them, which follows.
import { lineOf } from "../maths/ideas/blup.js";
import { everybody, nameOf, shrunk } from "../maths/ideas/shrinkage.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set } from "../kit/dom.js";
import { createHandle } from "../kit/handle.js";
import { markKey } from "../kit/key.js";
import { createGuides, lights, nearestTo } from "../kit/lit.js";
import { brief, three } from "../kit/numbers.js";
import { pull } from "../kit/pull.js";
import { below, columns } from "../kit/rows.js";
import { waiting } from "../kit/waiting.js";

const COURSES = [
  ["lmmx-own", "own least squares"],
  ["lmmx-pred", "prediction, X\u1d62\u03b2\u0302 + Z\u1d62b\u0302\u1d62"],
  ["lmmx-pop", "population, X\u1d62\u03b2\u0302"],
];

export function createShrinkage(el, ctx) {
  const { people, labels } = ctx.data;
  const known = everybody(ctx.data);
  const pick = createPick(dialNamed(ctx, "subject"), ctx);
  el.append(h("div", { class: "lmmx-tools-row" }, pick.node, legend()));
  const stage = h("div", { class: "lmmx-stage" });
  const c = chart(stage, ctx, { height: 300, xLabel: labels.time, yLabel: labels.unit });
  const lines = linesOf(c);
  const self = { now: null, removed: [] };
  const readings = readingsOf(c, stage, ctx, self);
  const hint = "Readings: press one to take it away or give it back";
  const buttons = h("div", { class: "lmmx-visits", role: "group", "aria-label": hint });
  const back = h("button", {
    type: "button", class: "lmmx-button", "data-action": "as-read", onclick: () => ctx.act.nudge(null),
  }, "Readings as they were");
  const key = markKey(["dot", "a reading: drag it up or down, press it to take it away"],
    ["ring", "where it was read"]);
  el.append(stage, key.node,
    h("p", { class: "lmmx-what" }, `Take readings away (${labels.timeShort}):`),
    h("div", { class: "lmmx-readingrow" }, buttons, back));
  lights(stage, ctx, (event) => {
    const { t } = self.now.person;
    const at = t[nearestTo(t, c.back(...c.pointed(event))[0])];
    return { pair: [at, at] };
  });
  ctx.numbers.set(el, () => {
    const { person, kept, own, b } = self.now;
    const { course } = person;
    return below(
      columns([labels.time, labels.response, "kept"], person.t, person.y, kept.map(Number)),
      columns([labels.time, "own line", "prediction", "population"], course.t,
        own && lineOf(course, own), lineOf(course, b), course.mu),
    );
  });
  let seen = -1;

  const light = (_, { selection: { pair, subject } }) => {
    lines.guides(pair, c.x, c.top, c.bottom);
    const k = people.label.indexOf(subject);
    const other = k >= 0 && k !== self.now.at ? known.all[k] : null;
    set(lines.another, { d: other ? c.path(other.course.t, lineOf(other.course, self.now.all[k])) : "" });
  };
  const update = (d, state) => {
    pick.update(state);
    const now = shrunk(ctx.data, d);
    Object.assign(self, { now, removed: d.dials.removed });
    c.frame(people.range.t, people.range.y);
    if (seen !== now.at) buttons.replaceChildren(...now.person.t.map((t) => buttonOf(t, () => toggle(ctx, self, t))));
    seen = now.at;
    now.kept.forEach((stays, j) => set(buttons.children[j], { "aria-pressed": String(stays) }));
    readings.update(now, known.all[now.at].y, state);
    const moved = now.person !== known.all[now.at];
    key.show(1, moved);
    back.disabled = !moved;
    lines.draw(now);
    light(d, state);
    c.spoken(spoken(now));
  };
  return Object.assign(update, { light });
}

function toggle(ctx, { removed }, t) {
  ctx.act.move("removed", removed.includes(t) ? removed.filter((other) => other !== t) : [...removed, t]);
}

/** The courses: another person's who is pointed at, the population's, the person's own, and the prediction. */
function linesOf(c) {
  const course = (kind) => s("path", { class: `lmmx-course ${kind}` });
  const [another, pop, own, pred] = ["lmmx-another", "lmmx-pop", "lmmx-own", "lmmx-pred"].map(course);
  const guides = createGuides(c.marks);
  c.marks.append(another, pop, own, pred);
  return {
    guides, another,
    draw(now) {
      const { t, mu } = now.person.course;
      set(pop, { d: c.path(t, mu) });
      set(pred, { d: c.path(t, lineOf(now.person.course, now.b)) });
      set(own, { d: now.own ? c.path(t, lineOf(now.person.course, now.own)) : "" });
    },
  };
}

/**
 * The readings as dots: pulled up or down by a pointer, pressed to be taken away. The keyboard has one handle that the
 * arrow keys to left and right take from reading to reading.
 */
function readingsOf(c, stage, ctx, self) {
  const [dots, were] = [s("g", {}), s("path", { class: "lmmx-were" })];
  c.over.append(were, dots);
  let [j, key, as] = [0, "", []];
  const bounded = (y) => Math.min(Math.max(y, c.y0), c.y1);
  const to = (k, y) => ctx.act.nudge(nameOf(self.now.at, k), bounded(y) - as[k]);
  const value = (k) => as[k] + (ctx.now().nudged[nameOf(self.now.at, k)] || 0); // several keys may come in one frame
  const handle = createHandle({
    label: "Reading", colour: "", axis: "y", drag() {}, press: () => toggle(ctx, self, self.now.person.t[j]),
    step(right, up) {
      if (up) return to(j, value(j) + (up * (c.y1 - c.y0)) / 100);
      j = Math.min(Math.max(j + Math.sign(right), 0), as.length - 1);
      return ctx.again();
    },
  });
  handle.node.classList.add("lmmx-handle-keys");
  stage.append(handle.node);
  const dotOf = (k) => {
    const node = s("g", {}, s("circle", { class: "lmmx-hit", r: 22 }), s("circle", { r: 5 }));
    pull(node, {
      begin: () => (waiting(ctx, ctx.now()) ? null : { y: value(k) }),
      drag: ({ y }, dx, dy) => to(k, c.back(0, c.y(y) + dy)[1]),
      tap: () => toggle(ctx, self, self.now.person.t[k]),
    });
    return node;
  };
  return {
    update({ at, person, kept }, read, state) {
      as = read;
      if (key !== String(at)) dots.replaceChildren(...person.t.map((_, k) => dotOf(k)));
      key = String(at);
      j = Math.min(j, read.length - 1);
      person.t.forEach((t, k) => {
        set(dots.children[k], { class: kept[k] ? "lmmx-dot" : "lmmx-dot lmmx-gone" });
        for (const circle of dots.children[k].children) set(circle, { cx: c.x(t), cy: c.y(person.y[k]) });
      });
      set(were, { d: person.t.map((t, k) => (person.y[k] === read[k] ? "" : c.ring(t, read[k]))).join("") });
      handle.called(`Reading at ${brief(person.t[j])}`, "");
      const y = Number(person.y[j].toPrecision(6));
      handle.place(c.x(person.t[j]), c.y(person.y[j]), y, `${three(y)}${kept[j] ? "" : ", taken away"}`);
      handle.wait(waiting(ctx, state));
    },
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

function spoken({ kept, own }) {
  const left = kept.filter(Boolean).length;
  const where = own ? "between the subject\u2019s own line and the population\u2019s"
    : left ? "near the population\u2019s; too few readings for a line of their own"
      : "on the population\u2019s line";
  return `${left} of ${kept.length} readings; the prediction lies ${where}`;
}
