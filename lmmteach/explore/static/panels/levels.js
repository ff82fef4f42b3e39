// Dots in classes in schools: every pupil's score, the level of each class and of each school.
import { niceTop } from "../maths/axes.js";
import { CLASSES, PUPILS, SCHOOLS, scores } from "../maths/ideas/hierarchy.js";
import { chart } from "../kit/chart.js";
import { s, set, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { three } from "../kit/numbers.js";

const CELLS = SCHOOLS * CLASSES;

export function createLevels(el, ctx) {
  const c = chart(el, ctx, { height: 300, pad: { left: 34, bottom: 40 }, xTicks: [] });
  const dots = s("path", { class: "lmmx-bdots" });
  const classes = s("path", { class: "lmmx-level lmmx-fluct" });
  const schools = s("path", { class: "lmmx-level lmmx-G11" });
  const word = () => s("text", { class: "lmmx-tick", "text-anchor": "middle" });
  const words = Array.from({ length: CELLS + SCHOOLS }, word);
  c.marks.append(dots, schools, classes);
  c.over.append(...words);
  const key = markKey(["dot", "a pupil"], ["thick:G11", "level of a school"],
    ["thick:fluct", "level of a class in it"]);
  el.append(key.node);

  ctx.numbers.set(el, (_, { dials, seed }) => {
    const { school, cell, y } = scores(seed, dials);
    const inner = dials.design === "crossed" ? "district" : "class";
    const heads = ["school", inner, "pupil", "level of the school", `level of the ${inner} in it`, "score"];
    return [heads, ...y.map((v, i) => {
      const [k, at] = [Math.floor(i / PUPILS), Math.floor(i / PUPILS / CLASSES)];
      return ["ABC"[at], (dials.design === "crossed" ? k % CLASSES : k) + 1, (i % PUPILS) + 1, school[at], cell[k], v];
    })];
  });

  return (_, { dials, seed }) => {
    const { school, cell, y } = scores(seed, dials);
    const top = niceTop(Math.max(...y.map(Math.abs)));
    c.frame([-0.6, CELLS - 0.4], [-top, top]);
    const place = (i) => Math.floor(i / PUPILS) + (((i % PUPILS) - (PUPILS - 1) / 2) / PUPILS) * 0.7;
    const flat = (from, to, v) => `M${c.x(from).toFixed(1)},${c.y(v).toFixed(1)}H${c.x(to).toFixed(1)}`;
    set(dots, { d: y.map((v, i) => c.dot(place(i), v)).join("") });
    set(classes, { d: cell.map((v, k) => flat(k - 0.38, k + 0.38, v)).join("") });
    set(schools, { d: school.map((v, k) => flat(k * CLASSES - 0.46, (k + 1) * CLASSES - 0.54, v)).join("") });
    key.say(2, dials.design === "crossed" ? "level of a district in it" : "level of a class in it", "fluct");
    words.forEach((node, k) => label(c, node, k, dials.design === "crossed"));
    const list = (levels) => levels.map((v) => three(v)).join(", ");
    c.spoken(`Scores of ${y.length} pupils. School levels ${list(school)}; levels within them ${list(cell)}.`);
  };
}

/** The name under a class, a number alone where there is no room; below them the schools'. */
function label(c, node, k, crossed) {
  const isClass = k < CELLS;
  const at = isClass ? k : (k - CELLS) * CLASSES + (CLASSES - 1) / 2;
  set(node, { x: c.x(at), y: c.bottom + (isClass ? 16 : 36) });
  if (!isClass) return setText(node, `school ${"ABC"[k - CELLS]}`);
  const number = crossed ? (k % CLASSES) + 1 : k + 1;
  setText(node, c.width < 520 ? String(number) : `${crossed ? "district" : "class"} ${number}`);
}
