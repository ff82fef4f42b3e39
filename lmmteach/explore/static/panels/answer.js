// The average course for chosen covariates with its 95 % band, what a new person's readings may do, and the contrasts in words.
import { contrast, gls } from "../maths/ideas/gls.js";
import { bilinear } from "../maths/model.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { brief, fixed, plain, significant } from "../kit/numbers.js";

const Z = 1.959963984540054;

export function createAnswer(el, ctx) {
  const { extra, likelihood, labels, people, facts } = ctx.data;
  const once = (facts.time_unit || labels.timeShort).replace(/s$/, "");
  const { who: { factor, number }, t, X, Z: rows } = extra.answer;
  const part = ctx.data.extra.beta.parts.all;
  const c = chart(el, ctx, { height: 300, xLabel: labels.time, yLabel: labels.unit, pad: { right: 64 } });
  const [person, band, other, line] = ["lmmx-person", "lmmx-band", "lmmx-otherline", "lmmx-line"].map((kind) => s("path", { class: kind }));
  const names = factor.levels.length ? factor.levels : [""];
  const tags = names.slice(0, 2).map((name) => s("text", { class: "lmmx-marklabel" }, name));
  c.marks.append(person, band, other, line);
  c.over.append(...tags);
  const words = [0, 1, 2, 3].map(() => h("li", {}));
  el.append(h("p", { class: "lmmx-told" }, "line: average; dark band: where it may lie (95 %); light band: where 95 % of new people\u2019s readings fall"), h("ul", { class: "lmmx-findings" }, words));
  const last = t.length - 1;
  const rate = (x) => x[last].map((v, a) => (v - x[0][a]) / (t[last] - t[0]));
  const minus = (a, b) => a.map((v, k) => v - b[k]);
  const per = `${labels.unit ? `${labels.unit} ` : ""}per ${once}`;
  const signed = (v) => `${v > 0 ? "+" : ""}${significant(v, 3)}`;
  const told = ({ value, se }, unit) => [["lmmx-p lmmx-line", `${signed(value)}`], ` ${unit} (95 %: ${signed(value - Z * se)} to ${signed(value + Z * se)})`];

  return (d, state) => {
    const fitted = gls(likelihood, part, state.G, state.sigma2);
    c.frame([t[0], t[last]], people.range.y);
    const level = Math.max(factor.levels.indexOf(state.dials[factor.dial]), 0);
    const place = number.step ? Math.round((state.dials[number.dial] - number.low) / number.step) : 0;
    const next = level ? 0 : Math.min(1, names.length - 1);
    const x = X[level][place];
    for (const node of [person, band, other, line, ...tags]) node.style.display = fitted ? "" : "none";
    if (!fitted) return words.forEach((node) => setText(node, ""));
    const course = x.map((row) => contrast(fitted, row));
    const mean = course.map(({ value }) => value);
    const area = (half) => `${c.path(t, mean.map((m, k) => m + half[k]))}${c.path(t.slice().reverse(), mean.map((m, k) => m - half[k]).reverse()).replace("M", "L")}Z`;
    set(line, { d: c.path(t, mean) });
    set(band, { d: area(course.map(({ se }) => Z * se)) });
    const spread = course.map(({ se }, k) => Math.sqrt(Math.max(bilinear(rows[k], state.G, rows[k]), 0) + state.sigma2 + se * se));
    set(person, { d: area(spread.map((v) => Z * v)) });
    const beside = X[next][place].map((row) => contrast(fitted, row).value);
    set(other, { d: names.length > 1 ? c.path(t, beside) : "" });
    const ends = [mean[last], beside[last]];
    const clear = Math.abs(c.y(ends[0]) - c.y(ends[1])) < 15 ? (ends[0] >= ends[1] ? -8 : 8) : 0;
    if (names.length > 1) {
      [level, next].forEach((k, which) => {
        setText(tags[which], names[k]);
        set(tags[which], { x: c.right + 6, y: c.y(ends[which]) + 4 + (which ? -clear : clear), class: `lmmx-marklabel ${which ? "lmmx-othertag" : ""}` });
      });
    } else setText(tags[0], "");
    const one = [names[level], number.name ? `${number.name} ${plain(number.low + place * number.step, 4)}` : ""].filter(Boolean).join(", ") || "On average";
    setRuns(words[0], [`${one}: per ${once} the average changes by `, ...told(contrast(fitted, rate(x)), per)]);
    const sex = names.length > 1 && contrast(fitted, minus(rate(x), rate(X[next][place])));
    setRuns(words[1], sex ? [`${names[level]} against ${names[next]}: a slope that differs by `, ...told(sex, per)] : [""]);
    const far = number.step ? Math.min(place + Math.max(1, Math.round(10 / number.step)), X[0].length - 1) : 0;
    const from = far > place ? place : Math.max(place - Math.max(1, Math.round(10 / number.step)), 0);
    const age = number.step && contrast(fitted, minus(rate(X[level][far > place ? far : place]), rate(X[level][from])));
    setRuns(words[2], age ? [`${number.name} ${plain((Math.max(far, place) - from) * number.step, 3)} higher at the start: a slope that differs by `, ...told(age, per)] : [""]);
    setRuns(words[3], [`A new person\u2019s reading at ${labels.timeShort} ${brief(t[last])}: 95 % between `, ["lmmx-p lmmx-line", `${fixed(mean[last] - Z * spread[last], 0)} and ${fixed(mean[last] + Z * spread[last], 0)}`], ` ${labels.unit}`]);
    words.forEach((node) => { node.hidden = node.textContent === ""; });
    c.spoken(`Average course for ${one}: ${significant(mean[0], 3)} at ${significant(t[0], 3)}, ${significant(mean[last], 3)} at ${significant(t[last], 3)}`);
  };
}
