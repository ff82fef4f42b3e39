// Predict, lock, move, observe, reveal, explain. What is said is read off the screen once a gesture has ended.
import { changedBetween } from "../maths/seen/said.js";
import { judged } from "../maths/seen/verdict.js";
import { h, set, setText } from "../kit/dom.js";
import { meaningIn } from "../kit/meaning.js";
import { brief, SYMBOL } from "../kit/numbers.js";
import { button } from "./console.js";
import { SEEN } from "./registry.js";
import { createRest } from "./rest.js";

let serial = 0;
const LONG = 110; // letters of an answer that takes a line more than others in the hall
const MOVED = { rho: "G12" };
const CAME = {
  true: "It came true. ", here: "On this screen it holds. ", elsewhere: "Not on this screen. ",
  false: "It did not come true. ",
};

/** The prompt's element and its update; nothing judged before `watch` moved, nothing moved before a lock. */
export function createPrompt(ctx) {
  const { prompt } = ctx.data.view;
  const ask = askOf(prompt, ctx.data.labels, { lock: (k) => ctx.act.predict(k), look: () => ctx.act.predict(-1) });
  const watch = watchOf(prompt, ctx, choose);
  const told = toldOf(prompt, { again, anew });
  const verdict = h("div", { class: "lmmx-verdict" }, watch.node, told.node);
  const long = prompt.answers.some(({ text }) => text.length > LONG);
  const node = h("div", { class: "lmmx-play", "data-long": long }, ask.node, verdict);
  ctx.came = createCame();
  const reads = prompt.reads || "";
  const at = { was: "", from: null, last: null, reading: null, chosen: null };

  // Once answered the hand goes where the question sends it, and both are in sight.
  const onward = () => {
    if (ctx.choose) ctx.choose(prompt.watch[0]);
    ctx.show();
    controlOf(ctx, prompt).focus({ preventScroll: true });
  };
  /** A gesture has ended: what can be seen now? */
  function rested(now) {
    if (now.prediction === null || now.prediction < 0 || !at.from) return;
    const moved = changedBetween(at.last, now);
    at.last = now;
    const asked = moved.some((name) => prompt.watch.some((one) => (MOVED[one] || one) === name));
    if (!asked) { // something else moved: what is asked about is seen against that
      if (!at.reading) at.from = now;
      return;
    }
    const read = reads ? SEEN[reads].read({ from: at.from, now, data: ctx.data }) : { seen: [], tell: [] };
    if (read.seen || !at.reading) at.reading = read.seen ? read : null;
    if (at.chosen === null) watch.say(read);
    else if (read.seen) tell(now.prediction, read);
  }
  function tell(prediction, reading) {
    ctx.came.say(told.say(prediction, at.chosen, reading));
  }
  function choose(k) {
    at.chosen = k;
    tell(ctx.now().prediction, at.reading);
    phase("told");
    // The sheet of a hand goes back to its place below the panel, which may be off the screen.
    if (ctx.root.classList.contains("lmmx-inhand")) node.scrollIntoView({ block: "nearest" });
    told.node.focus({ preventScroll: true });
  }
  function again() {
    ask.clear();
    ctx.act.predict(null);
    requestAnimationFrame(() => {
      node.scrollIntoView({ block: "nearest" });
      ask.first.focus({ preventScroll: true });
    });
  }
  /** Move again from here, and look again. */
  function anew() {
    Object.assign(at, { from: ctx.now(), last: ctx.now(), reading: null, chosen: null });
    watch.begin(ctx.now().prediction);
    phase("moving");
    onward();
  }
  function phase(name) {
    if (name !== "told") ctx.came.say(null);
    ask.node.hidden = name !== "asking";
    watch.node.hidden = name !== "moving";
    told.node.hidden = name !== "told";
    node.hidden = name === "looking";
    node.dataset.phase = name;
  }
  const resting = createRest(ctx, rested);
  function update(d, state) {
    resting(d, state);
    const key = String(ctx.now().prediction);
    if (key === at.was) return;
    const answered = at.was === "null" && node.contains(node.getRootNode().activeElement);
    at.was = key;
    const { prediction } = ctx.now();
    Object.assign(at, { from: prediction === null ? null : ctx.now(), last: ctx.now(), reading: null, chosen: null });
    if (prediction >= 0 && prediction !== null) watch.begin(prediction);
    phase(prediction === null ? "asking" : prediction < 0 ? "looking" : "moving");
    if (answered) onward();
  }
  return { node, update };
}

/** The question with its answers: { node, first, clear() }. */
function askOf({ question, answers, watch }, labels, { lock, look }) {
  const name = `lmmx-predict-${++serial}`;
  const note = h("p", { class: "lmmx-prompt-note", role: "status" });
  const say = (text) => setText(note, text);
  const inputs = answers.map((_, k) => h("input", { type: "radio", name, value: k, onchange: () => say("") }));
  const options = answers.map(({ text }, k) => h("label", { class: "lmmx-answer" }, inputs[k], h("span", {}, text)));
  function lockIt() {
    const chosen = inputs.findIndex((input) => input.checked);
    if (chosen < 0) say("Choose one of the answers first: a wrong guess teaches more than none.");
    else lock(chosen);
  }
  const meaning = meaningIn(watch[0], labels.what);
  const means = meaning ? h("p", { class: "lmmx-means" }, `${SYMBOL[watch[0]]}: ${meaning}`) : null;
  const feet = h("div", { class: "lmmx-buttons" }, button("lock", "Lock my prediction", lockIt, "lmmx-primary"),
    button("look", "Just look", look));
  const node = h("fieldset", { class: "lmmx-ask" }, h("legend", { class: "lmmx-prompt" }, question), means,
    h("div", { class: "lmmx-answers" }, options), feet, note);
  return { node, first: inputs[0], clear: () => inputs.forEach((input) => { input.checked = false; }) };
}

/** After the lock: what to move, and what was seen: { node, begin(prediction), say(reading) }. */
function watchOf({ question, answers, watch, task }, { data: { view: { dials }, labels } }, choose) {
  const dial = dials.find(({ name }) => name === watch[0]) || {};
  const symbol = SYMBOL[watch[0]] || dial.symbol;
  const meaning = meaningIn(watch[0], labels.what);
  const label = dial.symbol && dial.what ? `, \u201c${dial.what}\u201d` : "";
  const named = `${symbol}${meaning ? `, the ${meaning}` : label}`;
  const what = task || (symbol ? `move ${named}` : `change \u201c${dial.what || watch[0]}\u201d`);
  const next = h("p", { class: "lmmx-next", role: "status" });
  const saw = answers.map(({ text }, k) => {
    const mine = h("span", { class: "lmmx-mine" });
    const node = h("button", { type: "button", class: "lmmx-saw", "data-action": "saw", onclick: () => choose(k) },
      h("span", {}, text), mine);
    return { node, mine };
  });
  const ready = (on) => saw.forEach(({ node }) => { node.disabled = !on; });
  const node = h("div", { class: "lmmx-watch", hidden: true }, h("p", { class: "lmmx-prompt" }, question), next,
    h("p", { class: "lmmx-seehead" }, "What did you see?"),
    h("div", { class: "lmmx-answers", role: "group", "aria-label": "What did you see?" }, saw.map((one) => one.node)));
  return {
    node,
    begin(prediction) {
      setText(next, `Now find out: ${what}.`);
      set(next, { "data-tellable": "false" });
      saw.forEach(({ mine }, k) => setText(mine, k === prediction ? "your prediction" : ""));
      ready(false);
    },
    say({ seen, tell }) {
      ready(seen !== null);
      set(next, { "data-tellable": String(seen !== null) });
      setText(next, seen ? "It has moved. Choose below what you saw." : plainly(tell));
    },
  };
}

/** Which answers the verdict holds to be right, for whoever asks: { right(), say(right), watch(call) }; null before. */
function createCame() {
  let [now, watch] = [null, () => {}];
  return { right: () => now, say(right) { now = right; watch(); }, watch(call) { watch = call; } };
}

/** The verdict: { node, say(prediction, chosen, reading) }, which gives the right answers; it follows the screen. */
function toldOf({ question, answers }, { again, anew }) {
  const body = h("div", { class: "lmmx-toldbody" });
  const node = h("div", { class: "lmmx-told-verdict", tabindex: "-1", hidden: true, "data-out": "verdict" },
    h("p", { class: "lmmx-prompt" }, question), body,
    h("div", { class: "lmmx-buttons" },
      button("anew", "Move and look again", anew), button("again", "Predict again", again)));
  const because = (text, why) => h("p", {}, h("b", {}, text), why);
  return {
    node,
    say(prediction, chosen, reading) {
      const { right, saw, came } = judged(answers, prediction, chosen, reading);
      const screen = plainly(reading.tell);
      const plain = !reading.seen.length; // a question of somebody's own, which reads nothing
      const yours = answers[prediction];
      const verdict = plain ? (right.includes(prediction) ? "true" : "false") : came;
      body.replaceChildren(...[
        plain ? null : h("p", { class: "lmmx-screen", "data-saw": String(saw) },
          h("b", {}, saw ? "So it is on the screen. " : "Look again. "), screen),
        h("p", { class: "lmmx-said" }, h("span", {}, "Locked: "), yours.text, "."),
        h("p", { "data-came": verdict }, h("b", {}, CAME[verdict]), yours.why),
        ...right.filter((k) => k !== prediction).map((k) => because(`${answers[k].text}. `, answers[k].why)),
      ].filter(Boolean));
      return right;
    },
  };
}

/** A sentence whose numbers are printed as everywhere. */
const plainly = (tell) => tell.map((part) => (typeof part === "number" ? brief(part) : part)).join("");

/** What the question says to move: its slider or list, else the first thing to press in the panel it asks about. */
function controlOf({ root }, { watch, asks }) {
  const inPanel = [`[data-panel="${asks}"] :is(button, input, select, [tabindex="0"])`, ".lmmx-chooser"];
  return [...watch.flatMap((name) => [`[type="range"][data-param="${name}"]`, `[data-param="${name}"]`]), ...inPanel]
    .flatMap((selector) => [...root.querySelectorAll(selector)])
    .find((node) => node.getClientRects().length) || root;
}
