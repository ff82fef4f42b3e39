// The structures that are compared as curves over a choice of axes, beside what the data show.
import { niceTop } from "../maths/axes.js";
import { byLag, byLater } from "../maths/ideas/structures.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed } from "../kit/numbers.js";
import { colourOf, toggled } from "../kit/compared.js";

export function createCourses(el, ctx) {
  const { fits, observed } = ctx.data.extra.courses;
  const curves = curvesOf(ctx.data);
  const dial = dialNamed(ctx, "curve");
  const pick = dial && createPick(dial, ctx);
  const keys = fits.map((fit, k) => keyOf(fit, k, ctx));
  el.append(h("div", { class: "lmmx-tools-row" }, pick && pick.node),
    h("div", { class: "lmmx-keys-row", role: "group", "aria-label": "Compare" }, keys.map(({ node }) => node)));
  const picture = pictureOf(el, ctx, fits);
  el.append(markKey(["dot", "observed"], ["line:cat1", "chosen"], ["faint", "the others"]).node);

  ctx.numbers.set(el, (_, state) => {
    const { make, label, y } = curves[state.dials.curve];
    return [["structure", label, y], ...[{ ...observed, name: "observed" }, ...fits].flatMap((one) =>
      make(one).map(([x, value]) => [one.name, x, value]))];
  });

  return (d, state) => {
    if (pick) pick.update(state);
    const kind = curves[state.dials.curve];
    const on = fits.map(({ key }) => state.dials.compare.includes(key));
    keys.forEach((one, k) => one.choose(on[k]));
    const [dots, ...traces] = [observed, ...fits].map(kind.make);
    if (!frame(picture.c, kind, [...traces, dots].flat())) return; // one time alone has no pairs
    drawCurves(picture, dots, traces, on, on.map((is, k) => (is ? colourOf(k) : "")));
    picture.c.spoken(spoken(kind, dots, fits.filter((_, k) => on[k]), traces.filter((_, k) => on[k])));
  };
}

/** A structure's name, which turns its curve on and off: { node, choose(on) }. */
function keyOf({ key, name }, k, ctx) {
  const swatch = h("span", { class: "lmmx-swatch", "aria-hidden": "true" });
  const node = h("button", {
    type: "button", class: "lmmx-button lmmx-curvekey", "data-curve": key, style: `--own: ${colourOf(k)}`,
    onclick: () => ctx.act.move("compare", toggled(ctx.now().dials.compare, key)),
  }, swatch, name.replace(/ \(.*/, ""));
  return { node, choose: (on) => set(node, { "aria-pressed": String(on) }) };
}

/** What the curves may be over: { make(V), label, y }, and where its axes begin. */
function curvesOf({ extra, labels, facts }) {
  const { t } = extra.courses;
  const unit = facts.time_unit;
  return {
    lag: {
      make: ({ C }) => byLag(t, C), y: "correlation", fromZero: true,
      label: `time between two readings${unit ? ` (${unit})` : ""}`,
    },
    late: {
      make: ({ C }) => byLater(t, C), y: "correlation", label: `the later of two neighbouring visits: ${labels.time}`,
    },
    sd: {
      make: ({ sd }) => t.map((at, k) => [at, sd[k]]), y: `SD ${labels.unit ? `(${labels.unit})` : ""}`,
      label: labels.time, isSd: true,
    },
  };
}

function pictureOf(el, ctx, fits) {
  const c = chart(el, ctx, { height: 300, xLabel: " ", yLabel: " " });
  const seenDots = s("g", { class: "lmmx-seen" });
  const lines = fits.map(() => s("path", { class: "lmmx-trace" }));
  const tags = fits.map((fit) => s("text", { class: "lmmx-owntag" }, fit.name.replace(/ \(.*/, "")));
  c.marks.append(...lines, seenDots);
  c.over.append(...tags);
  return { c, seenDots, lines, tags };
}

/** Axes around all points; false where there is none. */
function frame(c, kind, points) {
  const ys = points.map(([, y]) => y).filter(Number.isFinite);
  if (!ys.length) return false;
  const xs = points.map(([x]) => x);
  const range = kind.isSd ? [0, niceTop(Math.max(...ys))] : [Math.floor(Math.min(...ys) * 10 - 0.5) / 10, 1];
  if (c.frame([kind.fromZero ? 0 : Math.min(...xs), Math.max(...xs)], range)) {
    const axis = c.svg.querySelectorAll(".lmmx-axis");
    setText(axis[0], kind.y);
    setText(axis[1], kind.label);
  }
  return true;
}

function drawCurves({ c, seenDots, lines, tags }, dots, traces, on, colours) {
  const known = dots.filter(([, y]) => Number.isFinite(y));
  seenDots.replaceChildren(...known.map(([x, y]) => s("circle", { cx: c.x(x), cy: c.y(y), r: 3.6 })));
  traces.forEach((trace, k) => {
    lines[k].style.setProperty("--own", colours[k]);
    const d = c.path(trace.map(([x]) => x), trace.map(([, y]) => y));
    set(lines[k], { class: `lmmx-trace ${on[k] ? "" : "lmmx-trace-faint"}`, d });
    tags[k].style.display = on[k] ? "" : "none";
    tags[k].style.setProperty("--own", colours[k]);
  });
  const chosen = lines.map((_, k) => k).filter((k) => on[k]);
  // Labels at the lines' ends, pushed apart where they would touch.
  const ends = chosen.map((k) => [k, c.y(traces[k][traces[k].length - 1][1])]).sort((a, b) => a[1] - b[1]);
  ends.forEach(([k, y], n) => {
    if (n) ends[n][1] = Math.max(y, ends[n - 1][1] + 15);
    set(tags[k], { x: c.right - 4, y: ends[n][1] - 7, "text-anchor": "end" });
  });
  c.marks.append(...chosen.map((k) => lines[k]), seenDots);
}

function spoken(kind, dots, fits, traces) {
  const last = dots.filter(([, y]) => Number.isFinite(y)).pop();
  const said = fits.map((fit, k) => `; ${fit.name} ${fixed(traces[k].slice(-1)[0][1], 2)}`);
  return `${kind.y} at the end, ${kind.label}: observed ${last ? fixed(last[1], 2) : "\u2013"}${said.join("")}`;
}
