// Where there is room for one control at a time: a button that names it, and under it the list of all of them.
import { h, set, setText } from "../kit/dom.js";

let serial = 0;

/**
 * `rows` are { name, symbol, what, colour, node, said(state) }; `more` is shown below the list. Returns { node,
 * choose(name), update(state) }: the chosen row alone carries the class lmmx-selected.
 */
export function createChooser(rows, more) {
  const id = `lmmx-list-${++serial}`;
  const values = rows.map(() => h("span", { class: "lmmx-num" }));
  const chips = rows.map((row, k) => h("button", {
    type: "button", class: `lmmx-chip lmmx-${row.colour}`, "data-chip": row.name,
    onclick: () => { choose(row.name); open(false); head.focus({ preventScroll: true }); },
  }, h("span", { class: "lmmx-p" }, row.symbol), h("span", { class: "lmmx-what" }, row.what), values[k]));
  const symbol = h("span", { class: "lmmx-p" });
  const head = h("button", {
    type: "button", class: "lmmx-chooser", "aria-expanded": "false", "aria-controls": id,
    onclick: () => open(head.getAttribute("aria-expanded") !== "true"),
  }, symbol);
  const group = { class: "lmmx-chips", id, role: "group", "aria-label": "Choose what to move", hidden: true };
  const list = h("div", group, chips, more);
  const node = h("div", { class: "lmmx-choose" }, head, list);

  function open(on) {
    list.hidden = !on;
    set(head, { "aria-expanded": String(on) });
  }
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    open(false);
    head.focus();
    event.stopPropagation();
  });
  node.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !node.contains(relatedTarget)) open(false);
  });
  // A tap beside the list closes it; one that moves a slider does that as well.
  const beside = ({ target }) => { if (!list.hidden && !node.contains(target)) open(false); };

  function choose(name) {
    if (!rows.some((row) => row.name === name)) return; // it stands in a panel: here all stays
    rows.forEach((row, k) => {
      const on = row.name === name;
      row.node.classList.toggle("lmmx-selected", on);
      set(chips[k], { "aria-pressed": String(on) });
      if (!on) return;
      setText(symbol, row.symbol);
      head.className = `lmmx-chooser lmmx-${row.colour}`;
      set(head, { "aria-label": `Now: ${row.symbol}, ${row.what}. Choose another`, "data-chosen": name });
    });
  }
  return {
    node, choose, beside,
    update: (state) => rows.forEach((row, k) => setText(values[k], row.said(state))),
  };
}
