// The SD of Y over time: curve, the fit's curve as a ghost, the SDs seen in the data, the least SD where it lies inside.
import { h, s, set, setText, three, ticks } from "../dom.js";

const HEIGHT = 240;
const PAD = { left: 44, right: 14, top: 22, bottom: 38 };

export function createSd(el, ctx) {
  const { curve, empirical, labels } = ctx.data;
  const axes = s("g", { class: "lmmx-axes" });
  const sigma = s("line", { class: "lmmx-sigma" });
  const sigmaLabel = s("text", { class: "lmmx-sigmalabel" }, "\u03c3");
  const ghost = s("path", { class: "lmmx-ghostline" });
  const line = s("path", { class: "lmmx-line" });
  const dots = s("g", { class: "lmmx-dots" });
  const drop = s("line", { class: "lmmx-drop" });
  const mark = s("circle", { class: "lmmx-mark", r: 4.5 });
  const markLabel = s("text", { class: "lmmx-marklabel" });
  const svg = s("svg", { class: "lmmx-svg", role: "img", height: HEIGHT }, axes, sigma, sigmaLabel, ghost, line, dots, drop, mark, markLabel);
  const note = h("p", { class: "lmmx-note" });
  el.append(svg, note);

  let drawn = { width: 0, top: 0 };
  let x = null;
  let y = null;
  const first = curve.t[0];
  const last = curve.t[curve.t.length - 1];

  function layout(width, top) {
    x = (t) => PAD.left + ((t - first) / (last - first || 1)) * (width - PAD.left - PAD.right);
    y = (sd) => HEIGHT - PAD.bottom - (sd / top) * (HEIGHT - PAD.top - PAD.bottom);
    set(svg, { viewBox: `0 0 ${width} ${HEIGHT}`, width });
    axes.replaceChildren(
      ...ticks(0, top, 4).flatMap((v) => [
        s("line", { class: "lmmx-grid", x1: PAD.left, x2: width - PAD.right, y1: y(v), y2: y(v) }),
        s("text", { class: "lmmx-tick", x: PAD.left - 8, y: y(v) + 4, "text-anchor": "end" }, String(v)),
      ]),
      ...ticks(first, last, Math.min(curve.ticks, width / 56)).map((t) =>
        s("text", { class: "lmmx-tick", x: x(t), y: HEIGHT - PAD.bottom + 17, "text-anchor": "middle" }, String(t))),
      s("text", { class: "lmmx-axis", x: 0, y: 9 }, labels.unit),
      s("text", { class: "lmmx-axis", x: (PAD.left + width - PAD.right) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, labels.time));
    dots.replaceChildren(...empirical.map(({ t, sd }) => s("circle", { cx: x(t), cy: y(sd), r: 2.6 })));
    drawn = { width, top };
  }

  function path(sds) {
    let pen = "M";
    let text = "";
    sds.forEach((sd, k) => {
      if (!Number.isFinite(sd)) { pen = "M"; return; }
      text += `${pen}${x(curve.t[k]).toFixed(1)},${y(Math.min(sd, 2 * drawn.top)).toFixed(1)}`;
      pen = "L";
    });
    return text;
  }

  return (d) => {
    const width = ctx.width(el);
    const needed = 1.08 * Math.max(...d.fit.sd.filter(Number.isFinite), ...empirical.map((e) => e.sd), ...d.sd.filter(Number.isFinite));
    // The axis grows in steps, so that a moving curve is seen to move and not the axis.
    const top = niceTop(needed);
    if (width !== drawn.width || top !== drawn.top) layout(width, top);
    set(line, { d: path(d.sd) });
    set(ghost, { d: d.showFit ? path(d.fit.sd) : "" });
    const sd = Math.sqrt(Math.max(d.sigma2, 0));
    const ys = y(Math.min(sd, top));
    set(sigma, { x1: PAD.left, x2: width - PAD.right, y1: ys, y2: ys });
    set(sigmaLabel, { x: width - PAD.right - 2, y: ys - 5, "text-anchor": "end" });
    const low = d.lowest;
    for (const node of [drop, mark, markLabel]) node.style.display = low ? "" : "none";
    if (low) {
      set(mark, { cx: x(low.t), cy: y(low.sd) });
      set(drop, { x1: x(low.t), x2: x(low.t), y1: y(low.sd), y2: HEIGHT - PAD.bottom });
      const side = x(low.t) > width * 0.7 ? "end" : x(low.t) < width * 0.3 ? "start" : "middle";
      set(markLabel, { x: x(low.t), y: y(low.sd) + 22, "text-anchor": side });
      setText(markLabel, `least ${three(low.sd)} at ${three(low.t)}`);
    }
    set(svg, { "aria-label": spoken(d, curve, labels) });
    setText(note, d.sd.every(Number.isFinite) ? "" : "Where the curve is missing, the variance would be negative.");
  };
}

function niceTop(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return power * [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((f) => f * power >= x);
}

function spoken(d, curve, labels) {
  const last = curve.t.length - 1;
  return `SD of ${labels.response}: ${three(d.sd[0])} at ${three(curve.t[0])}, ${three(d.sd[last])} at ${three(curve.t[last])}`
    + (d.lowest ? `, least ${three(d.lowest.sd)} at ${three(d.lowest.t)}` : "");
}
