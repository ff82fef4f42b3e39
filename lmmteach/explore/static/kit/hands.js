// A show of hands: how many in the room chose each answer, typed or counted one by one, and a bar for each.
import { h, set, setText } from "./dom.js";

const MOST = 9999;
const rooms = new Map(); // by question: the slide that asks and the slide that answers show the same hands

/** The hands for a question, kept in this tab and sent nowhere: { counts, put(k, n), clear(), watch }. */
export function handsFor(question, n) {
  if (!rooms.has(question)) rooms.set(question, roomOf(`lmm.hands ${question}`, n));
  return rooms.get(question);
}

function roomOf(key, n) {
  const watchers = new Set();
  const room = {
    counts: recalled(key, n),
    put(k, count) {
      room.counts[k] = Math.min(Math.max(count, 0), MOST);
      kept(key, room.counts);
      watchers.forEach((watch) => watch());
    },
    clear() {
      room.counts.forEach((_, k) => room.put(k, 0));
    },
    /** Call `watch` at every change; returns what ends it. */
    watch(watch) {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
  };
  return room;
}

const counted = (n) => Number.isInteger(n) && n >= 0 && n <= MOST;

/** What a reload of the page should not lose; a page in a sandbox may keep nothing. */
function recalled(key, n) {
  try {
    const found = JSON.parse(sessionStorage.getItem(key));
    if (Array.isArray(found) && found.length === n && found.every(counted)) return found;
  } catch { /* nothing to recall */ }
  return new Array(n).fill(0);
}

function kept(key, counts) {
  try {
    sessionStorage.setItem(key, JSON.stringify(counts));
  } catch { /* it lasts as long as the page */ }
}

/** "A", "B", ... */
export const letterOf = (k) => String.fromCharCode(65 + k);

/** The share of each count among all; all 0 where nobody has raised a hand. */
export function sharesOf(counts) {
  const all = counts.reduce((sum, n) => sum + n, 0);
  return counts.map((n) => (all ? n / all : 0));
}

/**
 * { rows, told, clear, stop }: for each answer a box to type its hands in, a button that adds one and a bar; a line
 * that says how many there are; a button that takes all back. `stop()` ends the watch.
 */
export function createHands({ question, answers }) {
  const room = handsFor(question, answers.length);
  const made = answers.map((_, k) => rowOf(room, k));
  const told = h("p", { class: "lmmx-handstold", role: "status", "data-out": "hands" });
  const clear = h("button", {
    type: "button", class: "lmmx-button", "data-action": "clear-hands", onclick: room.clear,
  }, "Clear the hands");
  function update() {
    const shares = sharesOf(room.counts);
    made.forEach((row, k) => row.update(room.counts[k], shares[k]));
    const all = room.counts.reduce((sum, n) => sum + n, 0);
    setText(told, all === 0 ? "Hands up: type them, or press\u00a0+." : `${all} ${all === 1 ? "hand" : "hands"}`);
    clear.disabled = all === 0;
  }
  const stop = room.watch(update);
  update();
  return { rows: made.map((row) => row.node), told, clear, stop };
}

function rowOf(room, k) {
  const letter = letterOf(k);
  const box = h("input", {
    type: "text", inputmode: "numeric", autocomplete: "off", class: "lmmx-box lmmx-count", "data-hands": k,
    "aria-label": `Hands for ${letter}`, oninput: read, onblur: () => update(room.counts[k], NaN),
  });
  const plus = h("button", {
    type: "button", class: "lmmx-button lmmx-more", "aria-label": `One more hand for ${letter}`,
    onclick: () => room.put(k, room.counts[k] + 1),
  }, "+");
  const bar = h("span", { class: "lmmx-handbar" });
  const share = h("span", { class: "lmmx-handshare lmmx-num" });
  const node = h("span", { class: "lmmx-hand" }, h("span", { class: "lmmx-handrail" }, bar, share), box, plus);

  function read() {
    const said = box.value.trim();
    const fine = /^\d{0,4}$/.test(said);
    set(box, { "aria-invalid": String(!fine) });
    if (fine) room.put(k, Number(said));
  }
  function update(count, part) {
    if (Number.isFinite(part)) {
      bar.style.transform = `scaleX(${part.toFixed(4)})`;
      setText(share, part > 0 ? `${Math.round(100 * part)} %` : "");
    }
    if (box.getRootNode().activeElement === box && Number(box.value) === count) return;
    box.value = count === 0 ? "" : String(count);
    box.removeAttribute("aria-invalid");
  }
  return { node, update };
}
