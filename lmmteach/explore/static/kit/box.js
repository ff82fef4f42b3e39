// A box to type a number in. No type="number": browsers drop there, without a word, what their language does not
// write, and 12,5 becomes 125. This one reads a comma as a point, and says what it cannot read.
import { h, set, setText } from "./dom.js";
import { plain } from "./numbers.js";
import { refusal, typed } from "./typed.js";

const ARROWS = { ArrowUp: 1, ArrowDown: -1 };
const LONG = 7; // characters that a box holds in its common type

/** What is left of a number too long for its box: -0.02056. */
const short = (value) => plain(value, 4);

/**
 * createBox({ name, parameter, dial, label, note, reach(), take(value), rest() }) -> { node, show(value, digits),
 * settle() }. `note` says why a text cannot stand, `take` gets every number that can, `rest` is called once the box is
 * left.
 */
export function createBox({ name, parameter, dial, label, note, reach, take, rest }) {
  // The digits a phone offers may come without a minus.
  const positive = dial ? dial.low >= 0 : parameter === "sigma2";
  const node = h("input", {
    type: "text", class: "lmmx-box", role: "spinbutton", inputmode: positive ? "decimal" : null,
    autocomplete: "off", spellcheck: "false",
    placeholder: "\u2013", "data-param": name, "aria-label": label, "aria-describedby": note.id,
    oninput: read, onkeydown: step, onblur: rest,
  });
  let standing = NaN;

  function read() {
    const value = typed(node.value);
    const problem = refusal(parameter, value, dial);
    set(node, { "aria-invalid": String(problem !== "") });
    setText(note, problem);
    if (!problem) take(value);
  }
  /** Arrows go up and down by 1 as in any number box, by less where 1 is much. */
  function step(event) {
    const by = ARROWS[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const size = dial && dial.step > 0 ? dial.step : Math.min(1, 10 ** Math.floor(Math.log10(reach() / 100)));
    const now = typed(node.value);
    node.value = plain((Number.isFinite(now) ? now : standing) + by * size, 12);
    read();
  }
  function write(text) {
    if (node.value !== text) node.value = text;
    node.classList.toggle("lmmx-boxlong", text.length === LONG);
    node.classList.toggle("lmmx-boxlonger", text.length > LONG);
  }
  function settle() {
    if (!node.hasAttribute("aria-invalid")) return;
    node.removeAttribute("aria-invalid");
    setText(note, "");
  }
  return {
    node, settle,
    /** A box being typed in keeps its text while that text says the same number, or none. */
    show(value, digits) {
      const text = plain(value, digits);
      if (value !== standing && text !== "") set(node, { "aria-valuenow": text });
      standing = value;
      const typing = node.getRootNode().activeElement === node;
      const stays = typed(node.value) === value || Number.isNaN(value) || node.getAttribute("aria-invalid") === "true";
      if (typing && stays) return;
      write(text.length > LONG ? short(value) : text);
      settle();
    },
  };
}
