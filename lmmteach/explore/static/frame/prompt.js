// Predict, lock, reveal, explain. The answer is judged once what the question asks about has been moved.
import { h, setText } from "../kit/dom.js";
import { SYMBOL } from "../kit/numbers.js";

let serial = 0;

/** The prompt's element and its update; nothing judged before `watch` moved, nothing moved before a lock. */
export function createPrompt(ctx) {
  const { prompt, dials } = ctx.data.view;
  const name = `lmmx-predict-${++serial}`;
  const inputs = prompt.answers.map((_, k) => h("input", { type: "radio", name, value: k, onchange: () => say("") }));
  const options = prompt.answers.map(({ text }, k) =>
    h("label", { class: "lmmx-answer" }, inputs[k], h("span", {}, text)));
  const note = h("p", { class: "lmmx-prompt-note", role: "status" });
  const lock = button("lock", "Lock my prediction", lockIt, "lmmx-button lmmx-primary");
  const look = button("look", "Just look", () => ctx.act.predict(-1));
  const feet = h("div", { class: "lmmx-buttons" }, lock, look);
  const asked = h("fieldset", { class: "lmmx-ask" }, h("legend", { class: "lmmx-prompt" }, prompt.question),
    h("div", { class: "lmmx-answers" }, options), feet, note);
  const verdict = h("div", { class: "lmmx-verdict", role: "status", "aria-live": "polite" });
  const node = h("div", { class: "lmmx-play" }, asked, verdict);
  const say = (text) => setText(note, text);
  const dialOf = (part) => dials.find((dial) => dial.name === part) || {};
  const what = prompt.watch.map((part) => SYMBOL[part] || dialOf(part).symbol || part);

  function lockIt() {
    const chosen = inputs.findIndex((input) => input.checked);
    if (chosen < 0) say("Choose one of the answers first: a wrong guess teaches more than none.");
    else ctx.act.predict(chosen);
  }

  // Once answered the hand goes where the question sends it, and both are in sight.
  const onward = () => { ctx.show(); controlOf(ctx, prompt).focus({ preventScroll: true }); };

  let was = "";
  let from = null;
  let moved = false;
  function update(_, state) {
    const { prediction } = state;
    const now = JSON.stringify(prompt.watch.map((part) => [part, read(state, part)]));
    if (prediction === null) { from = null; moved = false; } else if (from === null) from = now;
    moved = moved || (from !== null && now !== from);
    const phase = prediction === null ? "asking" : prediction < 0 ? "looking" : moved ? "judged" : "locked";
    const key = `${phase}${prediction}`;
    if (key === was) return;
    const answered = was.startsWith("asking") && node.contains(node.getRootNode().activeElement);
    was = key;
    asked.hidden = phase !== "asking";
    verdict.replaceChildren(...words(phase, prompt, prediction, what[0], again));
    verdict.dataset.right = phase === "judged" ? String(prompt.answers[prediction].right) : "";
    node.hidden = phase === "looking";
    if (answered) onward();
  }
  function again() {
    for (const input of inputs) input.checked = false;
    ctx.act.predict(null);
    requestAnimationFrame(() => inputs[0].focus());
  }
  return { node, update };
}

/** What the question says to move: its slider or list, else the first thing to press in the panel it asks about. */
function controlOf({ root }, { watch, asks }) {
  const inPanel = [`[data-panel="${asks}"] :is(button, input, select, [tabindex="0"])`, ".lmmx-chooser"];
  return [...watch.flatMap((name) => [`[type="range"][data-param="${name}"]`, `[data-param="${name}"]`]), ...inPanel]
    .flatMap((selector) => [...root.querySelectorAll(selector)])
    .find((node) => node.getClientRects().length) || root;
}

const button = (name, text, click, kind = "lmmx-button") =>
  h("button", { type: "button", class: kind, "data-action": name, onclick: click }, text);

function words(phase, { question, answers }, prediction, what, again) {
  if (phase === "asking" || phase === "looking") return [];
  const yours = answers[prediction];
  const said = h("p", { class: "lmmx-said" }, h("span", {}, "Locked: "), yours.text, ".");
  const asked = h("p", { class: "lmmx-prompt" }, question);
  if (phase === "locked") return [asked, said, h("p", { class: "lmmx-next" }, `Now find out: move ${what}.`)];
  const right = answers.find((answer) => answer.right);
  return [
    asked, said,
    h("p", {}, h("b", {}, yours.right ? "It came true. " : "It did not come true. "), yours.why),
    yours.right ? null : h("p", {}, h("b", {}, `${right.text}. `), right.why),
    button("again", "Predict again", again),
  ].filter(Boolean);
}

const read = (state, part) => {
  if (part in state.dials) return state.dials[part];
  if (part === "sigma2") return state.sigma2;
  const [a, b] = { G11: [0, 0], G12: [0, 1], rho: [0, 1], G22: [1, 1] }[part] || [0, 0];
  return state.G[a] && state.G[a][b];
};
