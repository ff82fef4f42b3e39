// Z_i, G and sigma2 I put together for one subject: choose an entry of V_i and see which rows of Z_i make it.
import { entryOf } from "../maths/ideas/build.js";
import { h, setRuns, setText } from "../kit/dom.js";
import { brief, three } from "../kit/numbers.js";

const STEP = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const num = (kind, x) => [`lmmx-p lmmx-num lmmx-${kind}`, brief(x)];

export function createBuild(el, ctx) {
  const { people, labels } = ctx.data;
  const q = ctx.data.fit.G.length;
  const whose = h("p", { class: "lmmx-note2" });
  const place = h("div", { class: "lmmx-build" });
  const made = h("p", { class: "lmmx-made", "data-out": "made" });
  el.append(whose, place, made);
  // Whom to show where nobody is followed: someone with as many visits as anyone.
  const fullest = people.visitOf.reduce((best, kind, k) => (people.visits[kind].Z.length > people.visits[people.visitOf[best]].Z.length ? k : best), 0);
  let [built, chosen, latest] = [null, [0, 0], null];

  function build(kind) {
    const { Z, t } = people.visits[kind];
    const n = Z.length;
    const table = (name, rows, classes, attributes = {}) => h("figure", { class: `lmmx-mat ${classes}` },
      h("table", {}, h("caption", { class: "lmmx-sr" }, name), h("tbody", {}, rows.map((row) => h("tr", {}, row)))), attributes.under ? h("figcaption", {}, attributes.under) : null);
    const zs = Z.map((row) => row.map((x) => h("td", {}, brief(x))));
    const zt = Z[0].map((_, a) => Z.map((row) => h("td", {}, brief(row[a]))));
    const name = (a, b) => (a !== b ? "G12" : a ? "G22" : "G11");
    const g = Array.from({ length: q }, (_, a) => Array.from({ length: q }, (__, b) => h("td", { class: `lmmx-p lmmx-num lmmx-${name(a, b)}` })));
    const v = Z.map((_, j) => Z.map((__, k) => h("td", { "data-cell": `Vi-${j}-${k}`, class: j === k ? "lmmx-diagonal" : "", onclick: () => choose(j, k), onpointerenter: () => choose(j, k) })));
    const sign = (text) => h("span", { class: "lmmx-sign" }, text);
    const sub = (letter, prime = "") => [h("i", {}, letter), letter === "G" ? null : h("sub", {}, "i"), prime];
    const V = h("div", { class: "lmmx-entries", tabindex: 0, role: "group", "aria-label": "V: arrow keys choose an entry", onkeydown: (event) => {
      const by = STEP[event.key];
      if (!by) return;
      event.preventDefault();
      choose(...chosen.map((x, a) => Math.min(n - 1, Math.max(0, x + by[a]))));
    } }, table("V of this subject", v, "lmmx-mat-V", { under: [sub("V"), ` ${n} \u00d7 ${n}`] }));
    const sigma = h("span", { class: "lmmx-p lmmx-num lmmx-sigma2" });
    place.replaceChildren(
      h("div", { class: "lmmx-factors" },
        table("Z of this subject", zs, "", { under: [sub("Z"), ` ${n} \u00d7 ${q}`] }), table("G", g, "", { under: [sub("G"), ` ${q} \u00d7 ${q}`] }),
        table("Z transposed", zt, "lmmx-mat-wide", { under: [sub("Z", "\u2032"), ` ${q} \u00d7 ${n}`] }), sign("+"), h("span", { class: "lmmx-sign" }, sigma, h("i", {}, " I"), h("sub", {}, n))),
      h("div", { class: "lmmx-product" }, sign("="), V));
    chosen = chosen.map((x) => Math.min(x, n - 1));
    if (!built) chosen = [Math.min(1, n - 1), n - 1];
    built = { kind, Z, t, zs, zt, g, v, sigma, marked: [] };
  }
  function choose(j, k) {
    chosen = [j, k];
    if (latest) update(latest);
  }
  function update(d) {
    latest = d;
    const subject = (d.dials && d.dials.subject) || "";
    const k = Math.max(subject === "" ? fullest : people.label.indexOf(subject), 0);
    if (!built || built.kind !== people.visitOf[k]) build(people.visitOf[k]);
    const { Z, t, zs, zt, g, v, sigma } = built;
    setText(whose, `Subject ${people.label[k]}: ${t.length === 1 ? "one visit" : `${t.length} visits`}, ${labels.timeShort} ${t.map(brief).join(", ")}.`);
    g.forEach((row, a) => row.forEach((cell, b) => setText(cell, brief(d.G[a][b]))));
    setText(sigma, brief(d.sigma2));
    v.forEach((row, i) => row.forEach((cell, j) => setText(cell, three(entryOf(Z, d.G, d.sigma2, i, j).value))));
    const [i, j] = chosen;
    for (const cell of built.marked) cell.classList.remove("lmmx-chosen", "lmmx-feeds");
    built.marked = [...zs[i], ...zt.map((row) => row[j])];
    built.marked.forEach((cell) => cell.classList.add("lmmx-feeds"));
    v[i][j].classList.add("lmmx-chosen");
    built.marked.push(v[i][j]);
    setRuns(made, told(d, built, i, j));
  }
  return update;
}

/** "row 2 of Z, (1 2), times G = (a b); times column 6 of Z', (1 10): a + 10 b" with live numbers. */
function told(d, { Z }, i, j) {
  const { row, before, value } = entryOf(Z, d.G, d.sigma2, i, j);
  const list = (x) => `(${x.map(brief).join("  ")})`;
  const out = [
    ["lmmx-madehead", `Row ${i + 1} of Z, `], ["lmmx-num lmmx-feeds", list(Z[i])], ["lmmx-madehead", ", times G is "], ["lmmx-num", list(row.map((x) => Number(x.toPrecision(4))))],
    ["lmmx-madehead", `. Times column ${j + 1} of Z\u2032, `], ["lmmx-num lmmx-feeds", list(Z[j])], ["lmmx-madehead", ": "], ["lmmx-num", three(before)],
  ];
  if (i !== j) return [...out, ["lmmx-madehead", ". Off the diagonal no \u03c3\u00b2 is added."]];
  return [...out, ["lmmx-madehead", ". On the diagonal "], num("sigma2", d.sigma2), ["lmmx-madehead", " comes on top: "], ["lmmx-num", three(value)]];
}
