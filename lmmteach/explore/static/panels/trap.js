// The trap: a model without G12 puts its least variance at time zero, wherever that is.
import { niceTop } from "../maths/axes.js";
import { bestDiagonal, shifted } from "../maths/ideas/origin.js";
import { standardDeviations } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { columns } from "../kit/rows.js";
import { sloped } from "../kit/sloped.js";

export function createTrap(el, ctx) {
  if (!sloped(el, ctx)) return () => {};
  const { curve, grid, labels } = ctx.data;
  const c = chart(el, ctx, { xLabel: labels.time, yLabel: `SD (${labels.unit || labels.response})` });
  const zero = s("line", { class: "lmmx-zero" });
  const free = s("path", { class: "lmmx-line" });
  const forced = s("path", { class: "lmmx-forced" });
  const words = [
    s("text", { class: "lmmx-marklabel" }, "with G\u2081\u2082"),
    s("text", { class: "lmmx-forcedword" }, "without G\u2081\u2082"),
  ];
  c.marks.append(zero, free, forced);
  c.over.append(...words);
  const made = h("p", { class: "lmmx-made", "data-out": "trap", "data-room": room(168) });
  el.append(markKey(["line", "V as it is"], ["dashed:G12", "nearest without G\u2081\u2082"],
    ["dots", "time zero"]).node, made);
  const ends = [curve.t[0], curve.t[curve.t.length - 1]];

  ctx.numbers.set(el, (d) => {
    const best = d.isPd ? bestDiagonal(grid.t, d.G, d.sigma2, d.dials.origin) : null;
    const G = best && shifted([[best.G11, 0], [0, best.G22]], -d.dials.origin);
    const sd = best && standardDeviations(curve.Z, G, best.sigma2);
    return columns([labels.time, "SD with G12", "SD without G12"], curve.t, d.sd, sd);
  });

  return (d) => {
    const origin = d.dials.origin;
    const best = d.isPd ? bestDiagonal(grid.t, d.G, d.sigma2, origin) : null;
    const G = best && shifted([[best.G11, 0], [0, best.G22]], -origin);
    const sd = best ? standardDeviations(curve.Z, G, best.sigma2) : [];
    const all = [...d.sd, ...sd].filter(Number.isFinite);
    c.frame(ends, [0, niceTop(1.08 * Math.max(...all, 1e-9))]);
    set(free, { d: c.path(curve.t, d.sd) });
    set(forced, { d: c.path(curve.t, sd) });
    const x = c.x(origin);
    set(zero, { x1: x, x2: x, y1: c.top, y2: c.bottom });
    // The two words keep apart: each at the end where the curves differ most.
    const last = curve.t.length - 1;
    const at = best && Math.abs(sd[0] - d.sd[0]) > Math.abs(sd[last] - d.sd[last]) ? 0 : last;
    const above = !best || d.sd[at] >= sd[at] ? 0 : 1;
    words.forEach((word, k) => {
      const y = c.y((k ? sd : d.sd)[at]) + (k === above ? -9 : 20);
      const [x, anchor] = at ? [c.right - 4, "end"] : [c.left + 4, "start"];
      set(word, { x, y: Number.isFinite(y) ? y : -99, "text-anchor": anchor });
    });
    setText(made, best ? price(best.loss) : "");
    const [own, other] = [d.sd, sd].map((all) => [all[0], all[last]].map(three));
    c.spoken(best ? `SD with G12: ${own[0]} at first, ${own[1]} at last; without: ${other.join(" and ")}` : "");
  };
}

/** What leaving G12 out costs, in words. */
function price(loss) {
  if (loss < 5e-4) return "Here G\u2081\u2082 is 0 by itself: leaving it out costs nothing.";
  return "The nearest model without G\u2081\u2082 has its least SD at time zero or as close as the times allow. "
    + `For 100 people seen at every time it would cost ${three(100 * loss)} units of \u22122 log L.`;
}
