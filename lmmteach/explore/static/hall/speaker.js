// The speaker's window: the notes of the slide on the screen, what comes next, and the clock against the plan.
import { h, set, setText } from "../kit/dom.js";
import { meaningOf } from "../kit/clicker.js";
import { singly } from "../kit/singly.js";
import { behind, clock, lengthsOf, scheduleOf, standing } from "./plan.js";
import { hear, tell } from "./talk.js";

const KEPT = "lmm.lecture clock";
const parts = JSON.parse(document.getElementById("plan").textContent);
const find = (name) => document.querySelector(`[data-out="${name}"]`);

/** The clock: { seconds(), running(), toggle(), reset() }; a reload of the window does not stop it. */
function createClock() {
  let state = { since: null, before: 0 }; // a running clock began at `since`, after `before` seconds
  try {
    const { since, before } = JSON.parse(sessionStorage.getItem(KEPT));
    if (Number.isFinite(before) && (since === null || Number.isFinite(since))) state = { since, before };
  } catch { /* a clock at zero */ }
  const become = (next) => {
    state = next;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(state));
    } catch { /* it lasts as long as the window */ }
  };
  const seconds = () => state.before + (state.since === null ? 0 : (Date.now() - state.since) / 1000);
  return {
    seconds,
    running: () => state.since !== null,
    toggle: () => become({ since: state.since === null ? Date.now() : null, before: seconds() }),
    reset: () => become({ since: state.since === null ? null : Date.now(), before: 0 }),
  };
}

function begin() {
  const time = createClock();
  let [length, part] = [lengthsOf(parts)[0], 0];
  const steps = h("ol", { class: "steps" });
  find("plan").append(steps);
  const lengths = find("lengths");
  lengths.append(...lengthsOf(parts).map((n) => h("option", { value: n }, `${n} minutes`)));
  lengths.addEventListener("change", () => {
    length = lengths.value;
    layOut();
  });
  function layOut() {
    const plan = scheduleOf(parts, length);
    steps.replaceChildren(...plan.map(({ title, from, to }) => h("li", { "data-off": String(to === from) },
      h("span", {}, title), h("span", { class: "min" }, to > from ? `${(to - from) / 60} min` : "left out"))));
    tick();
  }
  function tick() {
    const plan = scheduleOf(parts, length);
    const now = time.seconds();
    setText(find("clock"), clock(now));
    setText(find("toggle"), time.running() ? "Pause" : now > 0 ? "Go on" : "Start");
    const late = behind(plan, part, now);
    setText(find("standing"), now > 0 ? standing(late) : "");
    find("standing").dataset.late = String(late >= 30);
    const { from, to } = plan[part] || { from: 0, to: 0 };
    setText(find("step"), to > from ? `This step: minute ${from / 60} to ${to / 60}` : "This step is not in the plan");
    [...steps.children].forEach((step, k) => set(step, { "aria-current": k === part ? "step" : "false" }));
  }
  find("toggle").addEventListener("click", singly(() => { time.toggle(); tick(); }));
  find("reset").addEventListener("click", () => { time.reset(); tick(); });
  hear(({ at }) => {
    if (!Number.isInteger(at)) return;
    part = Math.max(parts.findLastIndex(({ slide }) => slide <= at), 0);
    show(at);
    tick();
  });
  talkToSlides();
  layOut();
  setInterval(tick, 500);
}

/** The notes of one slide, and the title of the next. */
function show(at) {
  const notes = [...document.querySelectorAll("[data-slide]")];
  notes.forEach((note, k) => { note.hidden = k !== at; });
  const next = notes[at + 1];
  setText(find("next"), next ? next.querySelector("h2").textContent : "The end");
  setText(find("count"), `${at + 1} of ${notes.length}`);
}

/** The keys and buttons that turn the slides from here. */
function talkToSlides() {
  const slides = window.opener;
  setText(find("alone"), slides ? "" : "Open this window from the slides: press s there.");
  if (!slides) return;
  const does = (what) => tell(slides, { does: what });
  for (const button of document.querySelectorAll("[data-does]")) {
    button.addEventListener("click", () => does(button.dataset.does));
  }
  addEventListener("keydown", (event) => {
    const meaning = meaningOf(event, document.activeElement || document.body);
    if (!["next", "previous", "blank"].includes(meaning)) return;
    event.preventDefault();
    does(meaning);
  }, true);
  does("hello");
  setInterval(() => does("hello"), 2000); // slides that were loaded anew find this window again
}

begin();
