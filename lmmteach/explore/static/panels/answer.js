// The average course for chosen covariates with its 95 % band, a new person's readings, and the contrasts in words.
import { choiceOf, courseOf, minus, slopeOf } from "../maths/ideas/answer.js";
import { contrast, gls, Z95 } from "../maths/ideas/gls.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { brief, fixed, plain, significant } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { columns } from "../kit/rows.js";

const LONGER = 14; // letters that the numbers of a sentence may grow by

export function createAnswer(el, ctx) {
  const { extra, likelihood, people } = ctx.data;
  const { answer } = extra;
  const { levels } = answer.who.factor;
  const picture = pictureOf(el, ctx, levels.length ? levels : [""]);
  const words = [0, 1, 2, 3].map(() => h("li", { "data-most": 0 }));
  const key = markKey(["line", "average"], ["wash2:line", "where it may lie (95 %)"],
    ["wash:line", "where 95 % of new people\u2019s readings fall"]);
  el.append(key.node, h("ul", { class: "lmmx-findings" }, words));

  ctx.numbers.set(el, (_, state) => {
    const fitted = gls(likelihood, extra.beta.parts.all, state.G, state.sigma2);
    if (!fitted) return [];
    const { level, place } = choiceOf(answer, state.dials);
    const { mean, se, spread } = courseOf(fitted, answer.X[level][place], answer.Z, state);
    return columns([ctx.data.labels.time, "average", "its SE", "SD of a new reading"], answer.t, mean, se, spread);
  });

  return (d, state) => {
    const fitted = gls(likelihood, extra.beta.parts.all, state.G, state.sigma2);
    picture.c.frame([answer.t[0], answer.t[answer.t.length - 1]], people.range.y);
    for (const node of picture.nodes) node.style.display = fitted ? "" : "none";
    if (!fitted) return words.forEach((node) => setText(node, ""));
    const choice = choiceOf(answer, state.dials);
    const course = courseOf(fitted, answer.X[choice.level][choice.place], answer.Z, state);
    const beside = answer.X[choice.next][choice.place].map((row) => contrast(fitted, row).value);
    draw(picture, answer.t, course, beside, choice);
    findings(ctx.data, fitted, choice, course).forEach((runs, k) => setRuns(words[k], runs));
    words.forEach((node) => {
      const { length } = node.textContent;
      node.hidden = length === 0;
      if (length > node.dataset.most) set(node, { "data-most": length + LONGER, "data-room": room(length + LONGER) });
    });
    picture.c.spoken(spoken(answer, choice, course.mean));
  };
}

/** The chart with its bands and lines: the course, the other level's, and their names at the right. */
function pictureOf(el, ctx, names) {
  const { labels } = ctx.data;
  const c = chart(el, ctx, { height: 300, xLabel: labels.time, yLabel: labels.unit, pad: { right: 64 } });
  const kinds = ["lmmx-person", "lmmx-band", "lmmx-otherline", "lmmx-line"];
  const [person, band, other, line] = kinds.map((kind) => s("path", { class: kind }));
  const tags = names.slice(0, 2).map((name) => s("text", { class: "lmmx-marklabel" }, name));
  c.marks.append(person, band, other, line);
  c.over.append(...tags);
  return { c, names, person, band, other, line, tags, nodes: [person, band, other, line, ...tags] };
}

function draw({ c, names, person, band, other, line, tags }, t, { mean, se, spread }, beside, { level, next }) {
  const around = (sd) => c.band(t, mean.map((m, k) => m + Z95 * sd[k]), mean.map((m, k) => m - Z95 * sd[k]));
  set(line, { d: c.path(t, mean) });
  set(band, { d: around(se) });
  set(person, { d: around(spread) });
  set(other, { d: names.length > 1 ? c.path(t, beside) : "" });
  if (names.length < 2) return setText(tags[0], "");
  const ends = [mean, beside].map((course) => course[t.length - 1]);
  const clear = Math.abs(c.y(ends[0]) - c.y(ends[1])) < 15 ? (ends[0] >= ends[1] ? -8 : 8) : 0;
  [level, next].forEach((k, which) => {
    const y = c.y(ends[which]) + 4 + (which ? -clear : clear);
    setText(tags[which], names[k]);
    set(tags[which], { x: c.right + 6, y, class: `lmmx-marklabel ${which ? "lmmx-othertag" : ""}` });
  });
}

/** Who the course is of: "female, age 45". */
function named({ who: { factor, number } }, { level, place }) {
  const value = number.name ? `${number.name} ${plain(number.low + place * number.step, 4)}` : "";
  return [factor.levels[level], value].filter(Boolean).join(", ") || "On average";
}

/** Four sentences, as runs; an empty one where there is nothing to say. */
function findings({ extra: { answer }, labels, facts }, fitted, choice, { mean, spread }) {
  const { who: { factor, number }, t, X } = answer;
  const { level, next, place, from, to } = choice;
  const once = (facts.time_unit || labels.timeShort).replace(/s$/, "");
  const per = `${labels.unit ? `${labels.unit} ` : ""}per ${once}`;
  const rate = (group, at) => slopeOf(X[group][at], t);
  const told = (row) => interval(contrast(fitted, row), per);
  const last = t.length - 1;
  const [low, high] = [-1, 1].map((side) => fixed(mean[last] + side * Z95 * spread[last], 0));
  const higher = `${number.name} ${plain((to - from) * number.step, 3)} higher at the start: a slope that differs by `;
  return [
    [`${named(answer, choice)}: per ${once} the average changes by `, ...told(rate(level, place))],
    factor.levels.length > 1
      ? [`${factor.levels[level]} against ${factor.levels[next]}: a slope that differs by `,
        ...told(minus(rate(level, place), rate(next, place)))]
      : [""],
    number.step ? [higher, ...told(minus(rate(level, to), rate(level, from)))] : [""],
    [`A new person\u2019s reading at ${labels.timeShort} ${brief(t[last])}: 95 % between `,
      ["lmmx-p lmmx-line", `${low} and ${high}`], ` ${labels.unit}`],
  ];
}

function interval({ value, se }, unit) {
  const signed = (v) => `${v > 0 ? "+" : ""}${significant(v, 3)}`;
  const ends = `${signed(value - Z95 * se)} to ${signed(value + Z95 * se)}`;
  return [["lmmx-p lmmx-line", `${signed(value)}`], ` ${unit} (95 %: ${ends})`];
}

function spoken(answer, choice, mean) {
  const at = (k) => `${significant(mean[k], 3)} at ${significant(answer.t[k], 3)}`;
  return `Average course for ${named(answer, choice)}: ${at(0)}, ${at(mean.length - 1)}`;
}
