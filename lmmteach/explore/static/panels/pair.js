// The scatter of the readings at the two visits chosen in the sample's tables.
import { chosenOf, groupOf, sampleOf } from "../maths/ideas/sample.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { litSubject } from "../kit/lit.js";
import { asCorrelation, brief, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { waiting } from "../kit/waiting.js";

export function createPair(el, ctx) {
  const { grid, labels, people } = ctx.data;
  const c = chart(el, ctx, { height: 320, square: true, xLabel: " ", yLabel: " " });
  const dots = s("path", { class: "lmmx-bdots" });
  const one = s("circle", { class: "lmmx-one", r: 6 });
  c.marks.append(dots, one);
  const told = h("p", { class: "lmmx-made", "data-out": "pair", "data-room": room(84) });
  el.append(markKey(["dot", "a person"], ["bigdot", "the one followed, or pointed at"]).node, told);
  const when = (k) => `${labels.timeShort} ${grid.label[k]}`;

  ctx.numbers.set(el, (_, state) => {
    const { rows = "" } = state.dials;
    if (waiting(ctx, state)) return []; // the answer
    const [later, earlier] = chosenOf(ctx.data, state.dials);
    const inside = groupOf(people, rows);
    const both = sampleOf(ctx.data, rows).wide.map((row, i) => [people.label[i], row[earlier], row[later], inside(i)]);
    return [["subject", when(earlier), when(later)],
      ...both.filter(([, a, b, in_]) => a !== null && b !== null && in_).map((row) => row.slice(0, 3))];
  });
  const light = (_, state) => {
    const { rows = "" } = state.dials;
    const [later, earlier] = chosenOf(ctx.data, state.dials);
    const row = sampleOf(ctx.data, rows).wide[people.label.indexOf(litSubject(state))];
    const shown = !waiting(ctx, state) && row && row[earlier] !== null && row[later] !== null;
    one.style.display = shown ? "" : "none";
    if (shown) set(one, { cx: c.x(row[earlier]), cy: c.y(row[later]) });
  };
  const update = (_, state) => {
    const hidden = waiting(ctx, state);
    const { rows = "" } = state.dials;
    const { wide, pairs } = sampleOf(ctx.data, rows);
    const [later, earlier] = chosenOf(ctx.data, state.dials);
    const inside = groupOf(people, rows);
    const has = (row, i) => row[earlier] !== null && row[later] !== null && inside(i);
    c.frame(people.range.y, people.range.y);
    set(dots, { d: hidden ? "" : wide.filter(has).map((row) => c.dot(row[earlier], row[later])).join("") });
    light(_, state);
    const [bottom, side] = [...el.querySelectorAll(".lmmx-axis")].reverse();
    const unit = labels.unit ? `${labels.unit} at ` : "at ";
    setText(bottom, `${unit}${when(earlier)}`);
    setText(side, `${unit}${when(later)}`);
    const { n, corr } = pairs[later][earlier];
    setRuns(told, hidden ? ["Lock a prediction; then choose two visits in a table."]
      : sentence(pairs[later][earlier], when(earlier), when(later)));
    c.spoken(hidden ? "Hidden until a prediction is locked"
      : `Scatter of the readings at ${when(earlier)} and ${when(later)}: ${n} people, correlation ${brief(corr)}`);
  };
  return Object.assign(update, { light });
}

/** A pair's covariance and correlation, or one visit's variance. */
function sentence({ n, cov, corr }, earlier, later) {
  const head = (text) => ["lmmx-madehead", text];
  const num = (text) => ["lmmx-num", text];
  if (later === earlier) {
    return [head(`${later}, ${n} people: `), "variance ", num(three(cov)), ", SD ", num(three(Math.sqrt(cov)))];
  }
  return [
    head(`${earlier} and ${later}, ${n} people with both: `),
    "covariance ", num(three(cov)), ", correlation ", num(asCorrelation(corr)),
  ];
}
