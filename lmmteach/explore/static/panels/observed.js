// The readings as they are: every subject's line, one followed, lines coloured, the rest stepping back for a group.
import { groupOf } from "../maths/ideas/sample.js";
import { h, set } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createOverPlot, lights, pointsOf } from "../kit/lit.js";
import { plot } from "../kit/plot.js";
import { readingRows } from "../kit/rows.js";
import { drawOne, drawSubjects, legendOf, nearest, stylesFor } from "../kit/subjects.js";

export function createObserved(el, ctx) {
  const { people, labels } = ctx.data;
  const p = plot(ctx, {
    title: labels.observed, about: "each line is one person", height: 380,
    x: people.range.t, y: people.range.y, xLabel: labels.time, yLabel: labels.unit,
  });
  const legend = h("span", { class: "lmmx-legend" });
  el.append(legend, p.figure);
  const key = markKey(["ink", "the person followed; point at a line to see one"], ["rule", "not in the group"]);
  el.append(key.node);
  const over = createOverPlot(p);
  lights(p.canvas, ctx, ({ offsetX, offsetY }) => {
    const k = nearest(p, people, people.y, offsetX, offsetY);
    return { subject: k < 0 ? null : people.label[k] };
  });
  ctx.numbers.set(el, () => readingRows(ctx.data, [labels.response], people.y));
  let seen = "";
  let followed = "";
  p.canvas.classList.add("lmmx-pickable");
  p.canvas.addEventListener("click", (event) => {
    const k = nearest(p, people, people.y, event.offsetX, event.offsetY);
    ctx.act.move("subject", k < 0 || people.label[k] === followed ? "" : people.label[k]);
  });

  const light = (_, { selection: { pair, subject } }) =>
    over(pair, pointsOf(p, people, people.y, people.label.indexOf(subject)));
  const update = (d, state) => {
    const { subject = "", colour = "", rows = "" } = state.dials;
    followed = subject;
    const stamp = [subject, colour, rows].join("\n");
    const fresh = p.ready();
    light(d, state);
    if (!fresh && stamp === seen) return;
    seen = stamp;
    key.show(1, rows !== "");
    const column = people.columns.find((one) => one.name === colour) || null;
    const focus = people.label.indexOf(subject);
    const styles = stylesFor(column, subject === "" ? -1 : focus, people, ctx);
    const inside = groupOf(people, rows);
    const { colourOf } = styles;
    p.redraw();
    // Two passes: who is not in the group lies underneath.
    const passed = (k, other, wanted) => (wanted ? colourOf(k, other) : ctx.colour("rule"));
    for (const wanted of rows ? [false, true] : [true]) {
      const own = (k, other) => (inside(k) === wanted ? passed(k, other, wanted) : "transparent");
      drawSubjects(p.under, p, people, people.y, { ...styles, colourOf: own });
    }
    p.clear();
    if (subject !== "" && focus >= 0) drawOne(p.context, p, people, people.y, focus, ctx.colour("ink"));
    legend.replaceChildren(...legendOf(column, ctx));
    const who = subject === "" ? "" : `; ${subject} is followed`;
    const said = `Readings of ${labels.observed} over ${labels.time}, a line for each person${who}`;
    set(p.canvas, { "aria-label": said });
  };
  return Object.assign(update, { light });
}
