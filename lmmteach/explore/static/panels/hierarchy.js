// Dots in classes in schools, and the blocks of V that come of it.
import { niceTop } from "../maths/axes.js";
import { CLASSES, covariances, PUPILS, relation, SCHOOLS, scores } from "../maths/ideas/hierarchy.js";
import { chart } from "../kit/chart.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { fixed, three } from "../kit/numbers.js";

const CELLS = SCHOOLS * CLASSES;
const name = (k, design) => (design === "crossed" ? `district ${(k % CLASSES) + 1}` : `class ${k + 1}`);

export function createLevels(el, ctx) {
  const c = chart(el, ctx, { height: 300, pad: { left: 34, bottom: 40 }, xTicks: [] });
  const dots = s("path", { class: "lmmx-bdots" });
  const classes = s("path", { class: "lmmx-level lmmx-fluct" });
  const schools = s("path", { class: "lmmx-level lmmx-G11" });
  const words = Array.from({ length: CELLS + SCHOOLS }, () => s("text", { class: "lmmx-tick", "text-anchor": "middle" }));
  c.marks.append(dots, schools, classes);
  c.over.append(...words);

  return (_, { dials, seed }) => {
    const { school, cell, y } = scores(seed, dials);
    const top = niceTop(Math.max(...y.map(Math.abs)));
    c.frame([-0.6, CELLS - 0.4], [-top, top]);
    const place = (k, j) => k + ((j - (PUPILS - 1) / 2) / PUPILS) * 0.7;
    const flat = (from, to, v) => `M${c.x(from).toFixed(1)},${c.y(v).toFixed(1)}H${c.x(to).toFixed(1)}`;
    set(dots, { d: y.map((v, i) => `M${c.x(place(Math.floor(i / PUPILS), i % PUPILS)).toFixed(1)},${c.y(v).toFixed(1)}h0`).join("") });
    set(classes, { d: cell.map((v, k) => flat(k - 0.38, k + 0.38, v)).join("") });
    set(schools, { d: school.map((v, k) => flat(k * CLASSES - 0.46, (k + 1) * CLASSES - 0.54, v)).join("") });
    const narrow = c.width < 520;
    words.forEach((word, k) => {
      const isClass = k < CELLS;
      const at = isClass ? k : (k - CELLS) * CLASSES + (CLASSES - 1) / 2;
      set(word, { x: c.x(at), y: c.bottom + (isClass ? 16 : 36) });
      setText(word, isClass ? (narrow ? String(dials.design === "crossed" ? (k % CLASSES) + 1 : k + 1) : name(k, dials.design)) : `school ${"ABC"[k - CELLS]}`);
    });
    c.spoken(`Scores of ${y.length} pupils. School levels ${school.map((v) => three(v)).join(", ")}; levels within them ${cell.map((v) => three(v)).join(", ")}.`);
  };
}

const EACH = 2; // pupils of a class in the picture of V
const N = CELLS * EACH;
const KINDS = ["self", "cell", "school", "district", "none"];
const [G1, G2, SIGMA2] = [["lmmx-p lmmx-G11", "G\u2081"], ["lmmx-p lmmx-fluct", "G\u2082"], ["lmmx-p lmmx-sigma2", "\u03c3\u00b2"]];
const cellOf = (i) => Math.floor(i / EACH);

export function createBlocks(el, ctx) {
  const size = 16;
  const paths = Object.fromEntries(KINDS.map((kind) => [kind, s("path", { class: "lmmx-block" })]));
  const rims = s("path", { class: "lmmx-blockrim" });
  const svg = s("svg", { class: "lmmx-blocks", viewBox: `0 0 ${N * size} ${N * size}`, role: "img" }, KINDS.map((kind) => paths[kind]), rims);
  const rows = Object.fromEntries(KINDS.map((kind) => [kind, { who: h("th", { scope: "row" }), key: h("span", { class: "lmmx-blockkey", "aria-hidden": "true" }), ...Object.fromEntries(["made", "cov", "corr"].map((what) => [what, h("td", { class: "lmmx-num", "data-cell": `${what}-${kind}` })])) }]));
  const table = h("table", { class: "lmmx-facts" }, h("caption", { class: "lmmx-sr" }, "Covariance and correlation of two pupils"),
    h("thead", {}, h("tr", {}, h("td", {}), h("td", {}, ""), ["covariance", "correlation"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, KINDS.map((kind) => (rows[kind].node = h("tr", {}, rows[kind].who, rows[kind].made, rows[kind].cov, rows[kind].corr)))));
  const told = h("p", { class: "lmmx-made", "data-out": "blocks" });
  el.append(h("div", { class: "lmmx-beside lmmx-blockpair" }, svg, h("div", {}, table, told)));
  let drawn = "";

  return (_, { dials }) => {
    const { design } = dials;
    const crossed = design === "crossed";
    if (drawn !== design) {
      drawn = design;
      const d = Object.fromEntries(KINDS.map((kind) => [kind, ""]));
      for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) d[relation(i, j, cellOf, design)] += `M${j * size},${i * size}h${size}v${size}h-${size}z`;
      KINDS.forEach((kind) => set(paths[kind], { d: d[kind] }));
      const square = (k, each) => `M${k * each * size},${k * each * size}h${each * size}v${each * size}h-${each * size}z`;
      set(rims, { d: Array.from({ length: SCHOOLS }, (__, k) => square(k, CLASSES * EACH)).join("") + Array.from({ length: CELLS }, (__, k) => square(k, EACH)).join("") });
      const said = { self: "a pupil (variance)", cell: crossed ? "same school, same district" : "same class", school: crossed ? "same school only" : "same school, other class", district: "same district only", none: crossed ? "neither" : "other school" };
      KINDS.forEach((kind) => {
        rows[kind].who.replaceChildren(rows[kind].key, said[kind]);
        setRuns(rows[kind].made, { self: [G1, " + ", G2, " + ", SIGMA2], cell: [G1, " + ", G2], school: [G1], district: [G2], none: [] }[kind]);
      });
      rows.district.node.hidden = !crossed;
    }
    const cov = covariances(dials);
    KINDS.forEach((kind) => {
      const share = cov[kind] / cov.self;
      const opacity = (0.04 + 0.86 * share).toFixed(3);
      set(paths[kind], { "fill-opacity": opacity });
      rows[kind].key.style.opacity = opacity;
      setText(rows[kind].cov, three(cov[kind]));
      setText(rows[kind].corr, kind === "self" ? "1" : fixed(share, 2));
    });
    const parts = [["schools", dials.school], [crossed ? "districts" : "classes", dials.classroom], ["pupils", dials.pupil]];
    const most = parts.reduce((a, b) => (b[1] > a[1] ? b : a));
    setText(told, `Of the variance, ${parts.map(([who, v]) => `${fixed((100 * v) / cov.self, 0)}\u00a0% lies between ${who}`).join(", ")}. Most: ${most[0]}.`);
    set(svg, { "aria-label": `V of ${N} pupils in blocks: ${KINDS.filter((kind) => kind !== "district" || crossed).map((kind) => `${rows[kind].who.textContent} ${three(cov[kind])}`).join(", ")}` });
  };
}
