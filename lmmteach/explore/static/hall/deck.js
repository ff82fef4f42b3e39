// The slides in the hall: a clicker's keys, a pen, and a second window with the speaker's notes.
import { h, setText } from "../kit/dom.js";
import { createPen } from "../kit/pen.js";
import { meaningOf } from "../kit/clicker.js";
import { hear, tell } from "./talk.js";

const { Reveal } = globalThis;

function begin() {
  const pen = createPen({ changed: (on) => document.body.classList.toggle("lmmx-penned", on) });
  const speaker = createSpeaker();
  const doing = {
    next: () => turn(() => Reveal.next()),
    previous: () => turn(() => Reveal.prev()),
    blank: () => Reveal.togglePause(),
    pen: () => pen.turn(!pen.on()),
    notes: speaker.open,
    screen: fullScreen,
    overview: () => (pen.on() ? pen.turn(false) : Reveal.toggleOverview()),
  };
  document.body.append(pen.glass, barOf(doing, pen));
  // First of all listeners: an explorer keeps its keys from the page, and some of these are not its own.
  addEventListener("keydown", (event) => {
    const meaning = meaningOf(event, document.activeElement || document.body);
    if (!(meaning in doing)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    doing[meaning]();
  }, true);
  // A number that was typed is taken: the keys belong to the slides again.
  addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target.matches(".lmmx-box")) target.blur();
  }, true);
  const shown = () => {
    pen.turn(false);
    pen.show(String(Reveal.getIndices().h));
    speaker.say();
  };
  Reveal.on("slidechanged", shown);
  hear((said, from) => {
    if (said.does === "hello") speaker.found(from);
    else if (said.does in doing) doing[said.does]();
  });
  shown();
}

/** Turning a slide lights a screen that was blanked. */
function turn(go) {
  if (Reveal.isPaused()) Reveal.togglePause(false);
  go();
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

/** The bar at the foot of every slide. */
function barOf(doing, pen) {
  const tool = (name, key, text, label = text) => h("button", {
    type: "button", class: "lmmx-tool", "data-action": name, "aria-keyshortcuts": key, "aria-label": label,
    title: `${label} (${key})`, onclick: doing[name],
  }, text);
  pen.button.title = "Pen (d)";
  return h("div", { class: "lmmx-deckbar", role: "toolbar", "aria-label": "Slides" },
    tool("previous", "PageUp", "\u2039", "Previous slide"), tool("next", "PageDown", "\u203a", "Next slide"),
    pen.button, pen.tools, tool("notes", "s", "Notes"), tool("blank", "b", "Blank"));
}

/** The speaker's window: opened here, told of each slide. */
function createSpeaker() {
  let other = null;
  function say() {
    if (other && !other.closed) tell(other, { at: Reveal.getIndices().h });
  }
  const told = h("p", { class: "lmmx-sr", role: "status" });
  document.body.append(told);
  return {
    say,
    found(from) {
      other = from;
      say();
    },
    open() {
      const opened = window.open("speaker.html", "lmmteach-speaker", "popup,width=1100,height=760");
      setText(told, opened ? "The notes stand in a window of their own."
        : "The browser keeps the notes\u2019 window shut: allow it to open.");
      if (opened) opened.focus();
    },
  };
}

if (Reveal.isReady?.()) begin();
else Reveal.on("ready", begin);
