// Z_i, G and sigma2 I put together for one subject: choose an entry of V_i and see which rows of Z_i make it.
import { entryOf } from "../maths/ideas/build.js";
import { h, setRuns, setText } from "../kit/dom.js";
import { graspOf } from "../kit/grasp.js";
import { markKey } from "../kit/key.js";
import { lights, placesOf } from "../kit/lit.js";
import { brief, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { scrub } from "../kit/scrub.js";
import { arrowed, caption } from "../kit/tables.js";

export function createBuild(el, ctx) {
  const { people, labels, fit } = ctx.data;
  const whose = h("p", { class: "lmmx-note2" });
  const place = h("div", { class: "lmmx-build" });
  const made = h("p", { class: "lmmx-made", "data-out": "made", "data-room": room(132) });
  const key = markKey(["feeds", "the row of Z and the column of Z\u2032 that make the entry"],
    ["sigma2", "with \u03c3\u00b2 on top"], ["pull", "drag a number of G"]);
  el.append(whose, place, key.node, made);
  const fullest = fullestOf(people);
  let [built, chosen] = [null, [0, 0]];

  function build(kind) {
    const { Z, t } = people.visits[kind];
    const n = Z.length;
    chosen = built ? chosen.map((x) => Math.min(x, n - 1)) : [Math.min(1, n - 1), n - 1];
    const onkeydown = (event) => {
      const next = arrowed(event, chosen, n);
      if (next) choose(...next);
    };
    built = { kind, Z, t, marked: [], ...factorsOf(Z, fit.G.length, ctx, { onkeydown, onfocus: look, onblur: leave }) };
    lights(built.entries, ctx, ({ target }) => {
      const cell = target.closest("td");
      return cell ? { pair: cell.lmmxAt.map((at) => t[at]) } : null;
    });
    place.replaceChildren(...built.nodes);
  }
  const look = () => ctx.act.select({ pair: chosen.map((at) => built.t[at]) });
  const leave = () => ctx.act.select(null);
  function choose(j, k) {
    chosen = [j, k];
    look();
  }
  function light(d, state) {
    const at = placesOf(built.t, state.selection.pair, chosen);
    if (at) chosen = at;
    mark(built, ...chosen);
    built.v.forEach((row, j) => row.forEach((cell, k) =>
      cell.classList.toggle("lmmx-lit", at !== null && j === chosen[0] && k === chosen[1])));
    setRuns(made, told(d, built, ...chosen));
  }
  function update(d, state) {
    const subject = (d.dials && d.dials.subject) || "";
    const k = Math.max(subject === "" ? fullest : people.label.indexOf(subject), 0);
    if (!built || built.kind !== people.visitOf[k]) build(people.visitOf[k]);
    const { t } = built;
    const visits = t.length === 1 ? "one visit" : `${t.length} visits`;
    setText(whose, `Subject ${people.label[k]}: ${visits}, ${labels.timeShort} ${t.map(brief).join(", ")}.`);
    print(built, d, state);
    light(d, state);
  }
  return Object.assign(update, { light });
}

/** Whom to show where nobody is followed: someone with as many visits as anyone. */
function fullestOf(people) {
  const visits = (k) => people.visits[people.visitOf[k]].Z.length;
  return people.visitOf.reduce((best, _, k) => (visits(k) > visits(best) ? k : best), 0);
}

/** The factors Z, G, Z' and sigma2 I, and the entries of V: their cells, and the nodes to show them in. */
function factorsOf(Z, q, ctx, listeners) {
  const n = Z.length;
  const name = (a, b) => (a !== b ? "G12" : a ? "G22" : "G11");
  const each = Array.from({ length: q }, (_, a) => a);
  const zs = Z.map((row) => row.map((x) => h("td", {}, brief(x))));
  const zt = each.map((a) => Z.map((row) => h("td", {}, brief(row[a]))));
  const g = each.map((a) => each.map((b) => h("td", { class: `lmmx-p lmmx-num lmmx-${name(a, b)}` })));
  const v = Z.map((_, j) => Z.map((__, k) => h("td", {
    "data-cell": `Vi-${j}-${k}`, class: j === k ? "lmmx-diagonal" : "",
  })));
  v.forEach((row, j) => row.forEach((cell, k) => { cell.lmmxAt = [j, k]; }));
  const sigma = h("span", { class: "lmmx-p lmmx-num lmmx-sigma2" });
  const sign = (...text) => h("span", { class: "lmmx-sign" }, ...text);
  const entries = h("div", {
    class: "lmmx-entries", tabindex: 0, role: "group", "aria-label": "V: arrow keys choose an entry", ...listeners,
  }, matrix("V of this subject", v, "lmmx-mat-V", [named("V"), ` ${n} \u00d7 ${n}`]));
  const factors = h("div", { class: "lmmx-factors" },
    matrix("Z of this subject", zs, "", [named("Z"), ` ${n} \u00d7 ${q}`]),
    matrix("G", g, "", [named("G"), ` ${q} \u00d7 ${q}`]),
    matrix("Z transposed", zt, "lmmx-mat-wide", [named("Z", "\u2032"), ` ${q} \u00d7 ${n}`]),
    sign("+"), sign(sigma, h("i", {}, " I"), h("sub", {}, n)));
  const product = h("div", { class: "lmmx-product" }, sign("="), entries);
  // The numbers to scrub; the keyboard has the model's own.
  const live = [...g.flatMap((row, a) => row.map((cell, b) => [cell, name(a, b)])), [sigma, "sigma2"]];
  live.forEach(([cell, parameter]) => scrub(cell, ctx, graspOf(ctx, parameter), null));
  return { zs, zt, g, v, sigma, live, entries, nodes: [factors, product] };
}

const matrix = (name, rows, classes, under) => h("figure", { class: `lmmx-mat ${classes}` },
  h("table", {}, caption(name), h("tbody", {}, rows.map((row) => h("tr", {}, row)))), h("figcaption", {}, under));

/** A matrix's letter, with i where it is one subject's. */
const named = (letter, prime = "") => [h("i", {}, letter), letter === "G" ? null : h("sub", {}, "i"), prime];

function print({ Z, g, v, sigma, live }, d, { moving }) {
  live.forEach(([cell, name]) => cell.classList.toggle("lmmx-stirs", Boolean(moving && moving.changed.includes(name))));
  g.forEach((row, a) => row.forEach((cell, b) => setText(cell, brief(d.G[a][b]))));
  setText(sigma, brief(d.sigma2));
  v.forEach((row, i) => row.forEach((cell, j) => setText(cell, three(entryOf(Z, d.G, d.sigma2, i, j).value))));
}

/** Entry (i, j) of V, row i of Z and column j of Z'. */
function mark(built, i, j) {
  const { zs, zt, v } = built;
  for (const cell of built.marked) cell.classList.remove("lmmx-chosen", "lmmx-feeds");
  const feeds = [...zs[i], ...zt.map((row) => row[j])];
  feeds.forEach((cell) => cell.classList.add("lmmx-feeds"));
  v[i][j].classList.add("lmmx-chosen");
  built.marked = [...feeds, v[i][j]];
}

/** "row 2 of Z, (1 2), times G = (a b); times column 6 of Z', (1 10): a + 10 b" with live numbers. */
function told(d, { Z }, i, j) {
  const { row, before, value } = entryOf(Z, d.G, d.sigma2, i, j);
  const head = (text) => ["lmmx-madehead", text];
  const list = (x) => `(${x.map(brief).join("  ")})`;
  const out = [
    head(`Row ${i + 1} of Z, `), ["lmmx-num lmmx-feeds", list(Z[i])],
    head(", times G is "), ["lmmx-num", list(row.map((x) => Number(x.toPrecision(4))))],
    head(`. Times column ${j + 1} of Z\u2032, `), ["lmmx-num lmmx-feeds", list(Z[j])],
    head(": "), ["lmmx-num", three(before)],
  ];
  if (i !== j) return [...out, head(". Off the diagonal no \u03c3\u00b2 is added.")];
  const added = ["lmmx-p lmmx-num lmmx-sigma2", brief(d.sigma2)];
  return [...out, head(". On the diagonal "), added, head(" comes on top: "), ["lmmx-num", three(value)]];
}
