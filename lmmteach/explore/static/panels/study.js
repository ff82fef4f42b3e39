// The newest study: everybody's readings in two groups, the true lines and those that were estimated.
import { START } from "../maths/ideas/repeat.js";
import { dotAt, hairline, lineThrough } from "../kit/canvas.js";
import { h, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { fixed, three } from "../kit/numbers.js";
import { plot } from "../kit/plot.js";
import { repeaterOf } from "../kit/repeater.js";

const ARMS = ["cat3", "cat4"];
const WIDE = 3; // SDs of a reading that the axis holds
const LEAVES = {
  MCAR: "Who leaves is chance (MCAR).",
  MAR: "People leave after a high reading, which was seen (MAR).",
  MNAR: "People leave before a high reading, which nobody sees (MNAR).",
};

export function createStudy(el, ctx) {
  const repeater = repeaterOf(ctx);
  const p = plot(ctx, {
    title: "Simulated readings", height: 290, x: [0, 1], y: [0, 1], xLabel: "year", yLabel: "mg/dL",
  });
  const told = h("p", { class: "lmmx-made", "data-out": "newest" });
  const key = markKey(["line:cat4", "treated, estimated"], ["line:cat3", "others, estimated"], ["dashed", "the truth"],
    ["thin", "faint: nobody saw it"]);
  el.append(p.figure, told, key.node);
  let [look, shown, drawn] = [null, "", ""];

  ctx.numbers.set(el, () => {
    const { design: { people, visits: n, t } } = repeater.now();
    const rows = Array.from({ length: people * n }, (_, k) => [Math.floor(k / n), k % n]);
    return [["person", "treated", "year", "reading", "seen"],
      ...rows.map(([i, j]) => [i + 1, i % 2, t[j], look.y[i * n + j], Number(look.seen[i] > j)])];
  });

  return () => {
    const { design, studies, wanted, running } = repeater.now();
    const of = `${studies.seed} ${design.key}`;
    // While many are run the pictures would flicker: the last one is shown when they are done.
    const stays = running && shown === of;
    const k = running ? 0 : wanted - 1;
    if (!stays && drawn !== `${of} ${k}`) look = studies.look(k);
    p.xRange = [0, design.length];
    p.yRange = rangeOf(design);
    if (!p.ready() && (stays || drawn === `${of} ${k}`)) return;
    if (!stays) [shown, drawn] = [of, `${of} ${k}`];
    p.clear();
    drawPeople(p, ctx, design, look);
    drawLines(p, ctx, design, look.fits);
    if (!stays) tell(told, p, design, look, k);
  };
}

function rangeOf({ length, effect, G, sigma2 }) {
  const sd = (x) => Math.sqrt(Math.max(G[0][0] + 2 * x * G[0][1] + x * x * G[1][1], 0) + sigma2);
  const all = [0, length / 2, length].flatMap((x) => [-1, 1].flatMap((side) =>
    [0, effect * x].map((mean) => START + mean + side * WIDE * sd(x))));
  return [Math.min(...all), Math.max(...all)];
}

/** Two strokes a group: what was seen, and faint what was not. */
function drawPeople(p, ctx, { people, visits: n, t }, { y, seen }) {
  const c = p.context;
  c.save();
  p.clip(c);
  c.lineJoin = "round";
  for (const [arm, colour] of ARMS.entries()) {
    for (const after of [true, false]) {
      c.beginPath();
      for (let i = arm; i < people; i += 2) {
        const [from, to] = after ? [seen[i] - 1, n - 1] : [0, seen[i] - 1];
        for (let j = from; j <= to; j++) (j === from ? c.moveTo : c.lineTo).call(c, p.x(t[j]), p.y(y[i * n + j]));
      }
      c.strokeStyle = ctx.colour(colour);
      hairline(c, ctx, after ? 0.14 : 0.5);
      c.stroke();
    }
    c.fillStyle = ctx.colour(colour);
    for (let i = arm; i < people; i += 2) {
      for (let j = 0; j < seen[i]; j++) dotAt(c, p.x(t[j]), p.y(y[i * n + j]), 1.4);
    }
  }
  c.restore();
}

/** The true means dashed, the estimated ones in their groups' colours. */
function drawLines(p, ctx, { effect, length }, fits) {
  const c = p.context;
  const straight = (a, b, colour, width, dash) => {
    c.setLineDash(dash);
    c.strokeStyle = ctx.colour(colour);
    c.lineWidth = width;
    lineThrough(c, [0, length].map((x) => [p.x(x), p.y(a + b * x)]));
  };
  c.save();
  p.clip(c);
  const beta = fits && fits.REML.beta;
  ARMS.forEach((colour, arm) => {
    if (beta) straight(beta[0] + arm * beta[1], beta[2] + arm * beta[3], colour, 3.5, []);
    straight(START, arm * effect, "ink", 1.8, [6, 4]);
  });
  c.restore();
}

function tell(told, p, design, { seen, fits }, k) {
  const came = seen.reduce((sum, m) => sum + m, 0);
  const all = seen.length * design.visits;
  const left = design.share > 0 ? ` ${LEAVES[design.mechanism]} ${came} of ${all} readings were seen.` : "";
  const words = fits
    ? `estimated effect ${three(fits.REML.beta[3])}, SE ${three(fits.REML.se[3])}; truth ${fixed(design.effect, 2)}`
    : "it could not be fitted";
  setText(told, `Study ${k + 1}: ${words}.${left}`);
  set(p.canvas, { "aria-label": `${design.people} people at ${design.visits} visits. ${told.textContent}` });
}
