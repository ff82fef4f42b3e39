// The blocks of V that schools and classes, or schools and districts, make: what any two pupils share.
import { CLASSES, covariances, relation, SCHOOLS } from "../maths/ideas/hierarchy.js";
import { dialNamed } from "../kit/dials.js";
import { h, s, set, setRuns, setText } from "../kit/dom.js";
import { graspOf } from "../kit/grasp.js";
import { markKey } from "../kit/key.js";
import { lights } from "../kit/lit.js";
import { fixed, three } from "../kit/numbers.js";
import { pull } from "../kit/pull.js";
import { room } from "../kit/room.js";
import { scrub } from "../kit/scrub.js";
import { caption } from "../kit/tables.js";

const EACH = 2; // pupils of a class in the picture of V
const CELLS = SCHOOLS * CLASSES;
const N = CELLS * EACH;
const SIZE = 16;
const KINDS = ["self", "cell", "school", "district", "none"];
const [SCHOOL, CLASS, PUPIL] = [
  ["lmmx-p lmmx-G11", "\u03c3\u1d64\u00b2"],
  ["lmmx-p lmmx-fluct", "\u03c3\u1d65\u00b2"],
  ["lmmx-p lmmx-sigma2", "\u03c3\u00b2"],
];
const MADE = {
  self: [SCHOOL, " + ", CLASS, " + ", PUPIL],
  cell: [SCHOOL, " + ", CLASS], school: [SCHOOL], district: [CLASS], none: [],
};
// What a block has beyond the block around it: a hand on it moves that variance.
const OWN = { self: "pupil", cell: "classroom", school: "school", district: "classroom" };
const PIXELS = 2; // of a pull for one unit
const cellOf = (i) => Math.floor(i / EACH);
const eachKind = (make) => Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));

export function createBlocks(el, ctx) {
  const paths = eachKind(() => s("path", { class: "lmmx-block" }));
  const rims = s("path", { class: "lmmx-blockrim" });
  const square = { class: "lmmx-blocks", viewBox: `0 0 ${N * SIZE} ${N * SIZE}`, role: "img" };
  const svg = s("svg", square, KINDS.map((kind) => paths[kind]), rims);
  const grasps = eachKind((kind) => OWN[kind] && graspOf(ctx, OWN[kind], dialNamed(ctx, OWN[kind])));
  const rows = eachKind((kind) => rowOf(kind, ctx, grasps[kind]));
  KINDS.forEach((kind) => takeable(paths[kind], ctx, grasps[kind]));
  const told = h("p", { class: "lmmx-made", "data-out": "blocks", "data-room": room(118) });
  const key = markKey(["shade", "the darker, the more in common"],
    ["pull", "drag a block up or down, a number sideways"]);
  el.append(h("div", { class: "lmmx-beside lmmx-blockpair" }, svg, h("div", {}, tableOf(rows), told)), key.node);
  let drawn = "";

  const light = (_, { selection: { parameter } }) => KINDS.forEach((kind) => {
    const lit = OWN[kind] !== undefined && OWN[kind] === parameter;
    paths[kind].classList.toggle("lmmx-litblock", lit);
    rows[kind].node.classList.toggle("lmmx-litrow", lit);
  });
  const update = (d, state) => {
    const { dials } = state;
    for (const kind of KINDS) rows[kind].follow(state);
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
    light(d, state);
  };
  return Object.assign(update, { light });
}

/** A block pulled up or down moves what is its own; a finger scrolls over the picture and has the numbers. */
function takeable(path, ctx, grasp) {
  if (!grasp) return;
  path.classList.add("lmmx-grab");
  path.append(s("title", {}, `Drag up or down: moves ${grasp.symbol}`));
  lights(path, ctx, () => ({ parameter: grasp.name }));
  pull(path, {
    begin: ({ pointerType }) => (pointerType === "touch" || grasp.waits(ctx.now()) ? null : { value: grasp.now() }),
    drag: ({ value }, dx, dy) => grasp.to(value - dy / PIXELS),
  });
}

function rowOf(kind, ctx, grasp) {
  const who = h("th", { scope: "row" });
  const key = h("span", { class: "lmmx-blockkey", "aria-hidden": "true" });
  const cell = (what) => h("td", { class: "lmmx-num", "data-cell": `${what}-${kind}` });
  const [made, cov, corr] = ["made", "cov", "corr"].map(cell);
  const number = h("span", {});
  cov.append(number);
  // Crossed, a class is a district: its number is on the page once.
  const follow = grasp ? scrub(number, ctx, grasp, kind === "district" ? null : "in V") : () => {};
  return { who, key, made, number, corr, follow, node: h("tr", {}, who, made, cov, corr) };
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
  setText(row.number, three(cov[kind]));
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
