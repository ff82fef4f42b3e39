/* A formula is copied as the TeX it was written in: what is selected goes into plain text as $...$. */
"use strict";

/** The formula that a place in the page belongs to. */
const formulaAt = (node) => (node instanceof Element ? node : node.parentElement)?.closest("math[data-tex]");

/** The selected piece of the page, formulas whole. */
function selectedWhole(range) {
  const whole = range.cloneRange();
  const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
  if (first) whole.setStartBefore(first);
  if (last) whole.setEndAfter(last);
  return whole.cloneContents();
}

addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || !event.clipboardData) return;
  const piece = selectedWhole(selection.getRangeAt(0));
  const formulas = piece.querySelectorAll("math[data-tex]");
  if (!formulas.length) return;
  const box = document.createElement("div");
  box.append(piece);
  event.clipboardData.setData("text/html", box.innerHTML);
  for (const one of formulas) {
    const mark = one.getAttribute("display") === "block" ? "$$" : "$";
    one.replaceWith(mark + one.dataset.tex + mark);
  }
  // only what is laid out has lines
  box.style.cssText = "position: fixed; left: -9999px; white-space: normal";
  document.body.append(box);
  event.clipboardData.setData("text/plain", box.innerText);
  box.remove();
  event.preventDefault();
});
