// The table of b-hat: one subject's in numbers, then the spread of everybody's against G.
import { spreadOf } from "../maths/ideas/blup.js";
import { everybody, shrunk } from "../maths/ideas/shrinkage.js";
import { h, setText } from "../kit/dom.js";
import { markKey } from "../kit/key.js";
import { asCorrelation, three } from "../kit/numbers.js";
import { room } from "../kit/room.js";
import { scrolling } from "../kit/tables.js";
import { waiting } from "../kit/waiting.js";

export function createNumbers(el, ctx) {
  const known = everybody(ctx.data);
  const names = ["b\u2080", "b\u2081"].slice(0, known.q);
  const title = (text) => h("p", { class: "lmmx-what lmmx-tabletitle" }, text);
  const who = title("");
  const mine = tableOf(names, [
    ["own estimate", "own"], ["b\u0302", "b"], ["SE of b\u0302 \u2212 b", "se"], ["kept", "kept"],
  ]);
  const rest = tableOf(names, [["SD of the b\u0302", "sdb"], ["\u221aG", "sdg"], ["ratio", "ratio"]]);
  const words = h("p", { class: "lmmx-made", "data-out": "rho", "data-room": room(84) });
  el.append(who, mine.node, title(`All ${known.all.length} subjects`), rest.node,
    markKey(["", "kept: Var(b\u0302) / G; ratio: SD of the b\u0302 / \u221aG"]).node, words);

  return (d, state) => {
    const now = shrunk(ctx.data, d);
    const veiled = waiting(ctx, state); // the lower table is what the prompt asks about
    setText(who, `Subject ${ctx.data.people.label[now.at]}, ${now.kept.filter(Boolean).length} readings`);
    const { sd, rho } = spreadOf(now.all);
    names.forEach((_, a) => {
      const { given, kept } = now.mine;
      const root = Math.sqrt(d.G[a][a]);
      const own = now.own ? three(now.own[a]) : "\u2013";
      mine.print(a, [own, three(now.b[a]), three(Math.sqrt(given[a][a])), three(kept[a])]);
      const [sdb, ratio] = [sd[a], sd[a] / root].map((x) => (veiled ? "?" : three(x)));
      rest.print(a, [sdb, three(root), ratio]);
    });
    const held = "\u03b2 is held at the fit\u2019s estimate.";
    const shown = veiled ? "?" : asCorrelation(rho);
    setText(words, names.length < 2 ? held
      : `Correlation of the b\u0302: ${shown}; \u03c1 of G: ${asCorrelation(d.rho)}. ${held}`);
  };
}

/** A row an effect, `columns` as [heading, cell's name]: { node, print(row, texts) }. */
function tableOf(names, columns) {
  const rows = names.map((name, a) => {
    const cells = columns.map(([, key]) => h("td", { class: "lmmx-num", "data-cell": `${key}-${a}` }));
    const colour = `lmmx-G${a + 1}${a + 1}`;
    return { cells, node: h("tr", {}, h("th", { scope: "row", class: `lmmx-p ${colour}` }, name), cells) };
  });
  const head = h("tr", {}, h("td", {}), columns.map(([text]) => h("th", { scope: "col" }, text)));
  const body = h("tbody", {}, rows.map((row) => row.node));
  return {
    node: scrolling("In numbers", h("table", { class: "lmmx-parts lmmx-numbers" }, h("thead", {}, head), body)),
    print: (a, texts) => texts.forEach((text, k) => setText(rows[a].cells[k], text)),
  };
}
