// One subject against the population: X b + Z b-hat with the spread R around it, X b with the spread V around it.
import { standardNormals } from "../maths/draws.js";
import { followed, gather, lineOf } from "../maths/ideas/blup.js";
import { bilinear, squareRoot } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { createPick, dialNamed } from "../kit/dials.js";
import { h, s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { createGuides, lights, nearestTo } from "../kit/lit.js";
import { three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { below, columns } from "../kit/rows.js";
import { createSigma } from "../kit/spread.js";

const DRAWS = 40;
const SIDES = [
  ["conditional", "this person", "lmmx-sigma2", "X\u1d62\u03b2\u0302 + Z\u1d62b\u0302\u1d62"],
  ["marginal", "people like them", "lmmx-line", "X\u1d62\u03b2\u0302"],
];

export function createConditional(el, ctx) {
  const { people, labels, extra } = ctx.data;
  const known = gather(ctx.data, extra.conditional);
  const picks = ["subject", "draws"].map((name) => createPick(dialNamed(ctx, name), ctx));
  const toggles = togglesOf(ctx);
  const tools = (nodes) => h("div", { class: "lmmx-tools-row" }, nodes);
  el.append(tools(picks.map((pick) => pick.node)), tools(toggles.map((toggle) => toggle.node)));
  const stage = h("div", { class: "lmmx-stage" });
  const c = chart(stage, ctx, { height: 330, xLabel: labels.time, yLabel: labels.unit });
  const marks = marksOf(c);
  const guides = createGuides(c.marks);
  // The edge of one person's band lies 2 sigma above their mean: sigma2 alone moves it. That of the band around X beta
  // holds all of z'Gz as well, and stands for no single parameter.
  let edge = { t: 0, mean: 0 };
  const sigma = createSigma(ctx, (px, py) => (c.back(px, py)[1] - edge.mean) / 2);
  if (sigma) stage.append(sigma.node);
  const key = markKey(["dot", "a reading"], ["thin", "drawn"], ["pull:sigma2", "edge of the band: moves \u03c3\u00b2"]);
  el.append(stage, key.node);
  let shown = null;
  lights(stage, ctx, (event) => {
    const at = shown[nearestTo(shown, c.back(...c.pointed(event))[0])];
    return { pair: [at, at] };
  });
  const note = h("p", { class: "lmmx-made", "data-out": "draws", "data-room": room(112) });
  el.append(note);
  let drawn = { key: "", z: null };

  ctx.numbers.set(el, (d) => {
    const { person, b } = followed(ctx.data, known, d);
    const { conditional, marginal } = sidesOf(person, b, d);
    return below(
      columns([labels.time, labels.response], person.t, person.y),
      columns([labels.time, "mean of this person", "its SD", "mean of people like them", "its SD"], person.course.t,
        conditional.mean, conditional.sd, marginal.mean, marginal.sd),
    );
  });
  const light = (_, { selection }) => guides(selection.pair, c.x, c.top, c.bottom);
  const update = (d, state) => {
    picks.forEach((pick) => pick.update(state));
    SIDES.forEach(([name], k) => { toggles[k].box.checked = d.dials.bands.includes(name); });
    c.frame(people.range.t, people.range.y);
    const { person, b } = followed(ctx.data, known, d);
    const sides = sidesOf(person, b, d);
    for (const [name] of SIDES) drawSide(c, marks, name, person.course.t, sides[name], d.dials.bands.includes(name));
    set(marks.dots, { d: person.t.map((t, j) => c.dot(t, person.y[j])).join("") });
    const n = person.t.length;
    const stamp = `${d.seed} ${n}`;
    if (drawn.key !== stamp) drawn = { key: stamp, z: standardNormals(d.seed, DRAWS * (n + known.q)) };
    shown = person.t;
    const { mean } = sides.conditional;
    const at = Math.floor(0.8 * (mean.length - 1));
    edge = { t: person.course.t[at], mean: mean[at] };
    const banded = d.dials.bands.includes("conditional");
    if (sigma) {
      sigma.node.style.display = banded ? "" : "none";
      sigma.update(d, state, c.x(edge.t), c.y(edge.mean + 2 * Math.sqrt(d.sigma2)));
    }
    key.show(1, d.dials.draws !== "none");
    key.show(2, sigma !== null && banded);
    light(d, state);
    set(marks.many, { d: manyLines(c, person, b, d, drawn.z, known.q) });
    setText(note, about(d));
    c.spoken(spoken(sides));
  };
  return Object.assign(update, { light });
}

/** A switch for each side's band. */
function togglesOf(ctx) {
  const toggles = SIDES.map(([name, who, kind, formula]) => {
    const box = h("input", { type: "checkbox", "data-param": `bands-${name}`, onchange: choose });
    const swatch = h("span", { class: "lmmx-swatch lmmx-band", "aria-hidden": "true" });
    const text = h("span", {}, h("i", { class: "lmmx-var" }, formula), ` \u00b1 2 SD, ${who}`);
    return { box, node: h("label", { class: `lmmx-check ${kind}` }, box, swatch, text) };
  });
  function choose() {
    ctx.act.move("bands", SIDES.map(([side]) => side).filter((_, k) => toggles[k].box.checked));
  }
  return toggles;
}

/** The chart's paths, from the lowest layer up. */
function marksOf(c) {
  const path = (kind) => { const node = s("path", { class: kind }); c.marks.append(node); return node; };
  return {
    bands: { marginal: path("lmmx-bandarea lmmx-line"), conditional: path("lmmx-bandarea lmmx-sigma2") },
    many: path("lmmx-many"),
    means: { marginal: path("lmmx-mean lmmx-line"), conditional: path("lmmx-mean lmmx-sigma2") },
    dots: path("lmmx-layer lmmx-reading"),
  };
}

/** Mean and SD along the person's course: given b-hat, and over people like them. */
function sidesOf({ course }, b, { G, sigma2 }) {
  return {
    conditional: { mean: lineOf(course, b), sd: course.t.map(() => Math.sqrt(sigma2)) },
    marginal: { mean: course.mu, sd: course.Z.map((z) => Math.sqrt(bilinear(z, G, z) + sigma2)) },
  };
}

function drawSide(c, { bands, means }, name, t, { mean, sd }, wanted) {
  const edge = (side) => mean.map((m, j) => m + side * 2 * sd[j]);
  set(bands[name], { d: wanted && sd.every(Number.isFinite) ? c.band(t, edge(1), edge(-1)) : "" });
  set(means[name], { d: c.path(t, mean) });
}

/** New readings of one person (b-hat held), or of as many people (b drawn from G). */
function manyLines(c, person, b, d, z, q) {
  if (d.dials.draws === "none" || (d.dials.draws === "people" && !d.isPsd)) return "";
  const L = d.isPsd ? squareRoot(d.G) : null;
  const sigma = Math.sqrt(d.sigma2);
  const n = person.t.length;
  let out = "";
  for (let k = 0; k < DRAWS; k++) {
    const from = k * (n + q);
    const drawn = () => L.map((row) => row.reduce((sum, x, j) => sum + x * z[from + j], 0));
    const y = lineOf(person, d.dials.draws === "people" ? drawn() : b).map((m, j) => m + sigma * z[from + q + j]);
    out += n > 1 ? c.path(person.t, y) : `M${c.x(person.t[0]).toFixed(1)},${c.y(y[0]).toFixed(1)}h1`;
  }
  return out;
}

function about({ dials, isPsd }) {
  if (dials.draws === "none") return "Dots: what was read.";
  if (dials.draws === "readings") {
    return `${DRAWS} times the same visits of this one person: b\u0302\u1d62 stays, only e is new. `
      + "The lines zigzag without memory.";
  }
  if (!isPsd) return "No people to draw: G is no covariance matrix.";
  return `${DRAWS} people with the same X\u1d62: each has a b of their own, and e. `
    + "A line that starts high tends to stay high.";
}

function spoken({ conditional, marginal }) {
  const ends = (x) => `${three(x[0])} to ${three(x[x.length - 1])}`;
  return `Mean of this person ${ends(conditional.mean)}, SD ${three(conditional.sd[0])}; `
    + `mean of people like them ${ends(marginal.mean)}, SD ${ends(marginal.sd)}`;
}
