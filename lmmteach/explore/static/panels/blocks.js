// The blocks of V that schools and classes, or schools and districts, make: what any two pupils share.
import { CLASSES, covariances, relation, SCHOOLS } from "../maths/ideas/hierarchy.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { fixed, three } from "../kit/numbers.js";
import { caption } from "../kit/tables.js";

const EACH = 2; // pupils of a class in the picture of V
const CELLS = SCHOOLS * CLASSES;
const N = CELLS * EACH;
const SIZE = 16;
const KINDS = ["self", "cell", "school", "district", "none"];
const [G1, G2, SIGMA2] = [
  ["lmmx-p lmmx-G11", "G\u2081"], ["lmmx-p lmmx-fluct", "G\u2082"], ["lmmx-p lmmx-sigma2", "\u03c3\u00b2"],
];
const MADE = { self: [G1, " + ", G2, " + ", SIGMA2], cell: [G1, " + ", G2], school: [G1], district: [G2], none: [] };
const cellOf = (i) => Math.floor(i / EACH);
const eachKind = (make) => Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));

export function createBlocks(el, ctx) {
  const paths = eachKind(() => s("path", { class: "lmmx-block" }));
  const rims = s("path", { class: "lmmx-blockrim" });
  const square = { class: "lmmx-blocks", viewBox: `0 0 ${N * SIZE} ${N * SIZE}`, role: "img" };
  const svg = s("svg", square, KINDS.map((kind) => paths[kind]), rims);
  const rows = eachKind(rowOf);
  const told = h("p", { class: "lmmx-made", "data-out": "blocks" });
  el.append(h("div", { class: "lmmx-beside lmmx-blockpair" }, svg, h("div", {}, tableOf(rows), told)));
  let drawn = "";

  return (_, { dials }) => {
    if (drawn !== dials.design) {
      drawn = dials.design;
      drawBlocks(paths, rims, drawn);
      nameRows(rows, drawn === "crossed");
    }
    const cov = covariances(dials);
    KINDS.forEach((kind) => shade(paths[kind], rows[kind], kind, cov));
    setText(told, shares(dials, cov.self));
    const said = KINDS.filter((kind) => kind !== "district" || drawn === "crossed")
      .map((kind) => `${rows[kind].who.textContent} ${three(cov[kind])}`);
    set(svg, { "aria-label": `V of ${N} pupils in blocks: ${said.join(", ")}` });
  };
}

function rowOf(kind) {
  const who = h("th", { scope: "row" });
  const key = h("span", { class: "lmmx-blockkey", "aria-hidden": "true" });
  const cell = (what) => h("td", { class: "lmmx-num", "data-cell": `${what}-${kind}` });
  const [made, cov, corr] = ["made", "cov", "corr"].map(cell);
  return { who, key, made, cov, corr, node: h("tr", {}, who, made, cov, corr) };
}

function tableOf(rows) {
  const head = ["covariance", "correlation"].map((text) => h("th", { scope: "col" }, text));
  return h("table", { class: "lmmx-facts" }, caption("Covariance and correlation of two pupils"),
    h("thead", {}, h("tr", {}, h("td", {}), h("td", {}, ""), head)),
    h("tbody", {}, KINDS.map((kind) => rows[kind].node)));
}

/** A path for each relation, and a rim around each class and each school. */
function drawBlocks(paths, rims, design) {
  const square = (j, i, side) => `M${j * SIZE},${i * SIZE}h${side * SIZE}v${side * SIZE}h-${side * SIZE}z`;
  const d = eachKind(() => "");
  for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) d[relation(i, j, cellOf, design)] += square(j, i, 1);
  KINDS.forEach((kind) => set(paths[kind], { d: d[kind] }));
  const rim = (count, side) => Array.from({ length: count }, (_, k) => square(k * side, k * side, side)).join("");
  set(rims, { d: rim(SCHOOLS, CLASSES * EACH) + rim(CELLS, EACH) });
}

function nameRows(rows, crossed) {
  const said = {
    self: "a pupil (variance)",
    cell: crossed ? "same school, same district" : "same class",
    school: crossed ? "same school only" : "same school, other class",
    district: "same district only",
    none: crossed ? "neither" : "other school",
  };
  KINDS.forEach((kind) => {
    rows[kind].who.replaceChildren(rows[kind].key, said[kind]);
    setRuns(rows[kind].made, MADE[kind]);
  });
  rows.district.node.hidden = !crossed;
}

/** The darker, the larger the covariance beside the variance. */
function shade(path, row, kind, cov) {
  const share = cov[kind] / cov.self;
  const opacity = (0.04 + 0.86 * share).toFixed(3);
  set(path, { "fill-opacity": opacity });
  row.key.style.opacity = opacity;
  setText(row.cov, three(cov[kind]));
  setText(row.corr, kind === "self" ? "1" : fixed(share, 2));
}

/** How the variance splits among schools, what lies within them, and pupils. */
function shares({ school, classroom, pupil, design }, total) {
  const within = design === "crossed" ? "districts" : "classes";
  const parts = [["schools", school], [within, classroom], ["pupils", pupil]];
  const most = parts.reduce((a, b) => (b[1] > a[1] ? b : a));
  const list = parts.map(([who, v]) => `${fixed((100 * v) / total, 0)}\u00a0% lies between ${who}`);
  return `Of the variance, ${list.join(", ")}. Most: ${most[0]}.`;
}
