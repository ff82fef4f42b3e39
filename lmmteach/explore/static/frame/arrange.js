// What stands where: on a desk the console beside the panels and the question beside the panel it asks about; in a
// hand one line of controls, that panel right under it, the rest below. The order in the page is always the one seen.
import { h } from "../kit/dom.js";
import { fillRows } from "./filling.js";

/** Put `nodes` into `parent` in this order, unless they stand there already; what has the focus keeps it. */
function order(parent, nodes) {
  const wanted = nodes.filter(Boolean);
  if (wanted.length === parent.children.length && wanted.every((node, k) => parent.children[k] === node)) return;
  const focused = parent.getRootNode().activeElement;
  parent.replaceChildren(...wanted);
  if (focused && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/**
 * `parts`: { root, lay, header, grid, console, bar, status, read, likelihood, why, presets, more, play, panels, asked,
 * changed(hand) }. `grid` says in --columns and --hand what the style sheet made of the room. Returns
 * { update(derived, state), show(), measure() }; `measure` is also called once the explorer stands in its page.
 */
export function createArrangement(parts, ctx) {
  const { root, lay, grid, play, panels, asked } = parts;
  const others = panels.filter((panel) => panel !== asked);
  // The model in one line leads, where it was declared first and there is room beside it.
  const lead = panels[0] !== asked && panels[0].dataset.panel === "equation" ? 1 : 0;
  let [hand, columns, asking, looking] = [null, 2, false, false];

  function measure() {
    const style = getComputedStyle(grid);
    const now = style.getPropertyValue("--hand").trim() === "1";
    ctx.begin?.(); // asked while it is empty, as the width is
    columns = Number(style.getPropertyValue("--columns")) || 2;
    if (now !== hand) {
      hand = now;
      root.classList.toggle("lmmx-inhand", hand);
      (hand ? inHand : onDesk)(parts);
      parts.changed(hand);
    }
    place();
  }
  function place() {
    const above = !asking && (hand || narrow()) ? [asked, play] : [play, asked];
    if (hand || columns === 1) order(grid, [...above, hand ? parts.more : null, ...others]);
    else order(grid, [...others.slice(0, lead), ...above, ...others.slice(lead)]);
    fillRows(grid, looking ? null : play, hand ? 1 : columns);
  }
  /** Does the panel take the whole row, so that the question cannot stand beside it? */
  const narrow = () => columns === 1 || (columns === 2 && asked.classList.contains("lmmx-wide"));

  // Now, and not when a watch on its width says so: by then it has been seen once.
  if (root.isConnected) measure();
  else {
    onDesk(parts);
    place();
  }
  if (typeof ResizeObserver !== "undefined") {
    // Only a width is watched, of something that has no height: what `measure` moves would resize the explorer itself
    // once more in the same frame, and a browser calls that an error.
    const ruler = h("div", { class: "lmmx-ruler", "aria-hidden": "true" });
    root.append(ruler);
    const seen = new ResizeObserver(measure);
    seen.observe(ruler);
    ctx.atEnd(() => seen.disconnect());
  }
  return {
    measure,
    update(_, state) {
      const waits = Boolean(play) && state.prediction === null;
      const looks = state.prediction !== null && state.prediction < 0;
      if (waits === asking && looks === looking) return;
      [asking, looking] = [waits, looks];
      place();
    },
    /** Bring the panel that is asked about and what moves it into sight together, moving no more than that takes. */
    show() {
      const top = hand ? parts.bar : parts.console;
      const over = hand || root.classList.contains("lmmx-choices") ? top.offsetHeight + 8 : 0; // it covers the panels
      if (hand) bringIn(lay, topOf(top), true);
      for (const part of [play, asked]) bringIn(part, topOf(top) + over);
    },
  };
}

/** Where something sticky sticks: so far from the top of what scrolls. */
const topOf = (node) => Number.parseFloat(getComputedStyle(node).top) || 0;

/** Scroll until `node` lies below `above` and, if it is not too high, whole on the screen; `start`: at the very top. */
function bringIn(node, above, start = false) {
  let scroller = node.parentElement;
  while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
  const page = document.scrollingElement;
  if (!scroller || scroller === page || scroller === document.body) scroller = page;
  const view = scroller === page ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const box = node.getBoundingClientRect();
  const [first, last] = [view.top + above, view.bottom - 12];
  const whole = box.height <= last - first;
  const by = start || !whole || box.top < first ? box.top - first : Math.max(box.bottom - last, 0);
  if (by) scroller.scrollBy({ top: by, behavior: "instant" });
}

function onDesk({ header, console, bar, status, read, likelihood, why, presets, more }) {
  more.remove();
  if (header && presets) header.append(presets);
  if (likelihood) read.firstChild.prepend(likelihood);
  if (why) status.append(why);
  console.replaceChildren(bar, status);
}

function inHand({ console, bar, status, likelihood, why, presets, more }) {
  more.replaceChildren(...[presets, likelihood, status].filter(Boolean));
  if (why) bar.append(why);
  console.replaceChildren(bar);
}
