// A question to the room, as large as a slide: its answers, a show of hands, and afterwards which was right and why.
import { dialNamed } from "../kit/dials.js";
import { h, setText } from "../kit/dom.js";
import { createHands, letterOf } from "../kit/hands.js";

/** Shows the view's own prompt; its dial "told" says whether the answer is out. */
export function createAsk(el, ctx) {
  const { prompt } = ctx.data.view;
  const dial = dialNamed(ctx, "told");
  if (!prompt || !dial) {
    el.append(h("p", { class: "lmmx-note" }, "This panel needs a prompt, and a dial called told."));
    return () => {};
  }
  const hands = createHands(prompt);
  ctx.atEnd(hands.stop);
  const items = prompt.answers.map((answer, k) => itemOf(answer, k, hands.rows[k]));
  const show = h("button", {
    type: "button", class: "lmmx-button lmmx-primary", "data-action": "tell",
    onclick: () => ctx.act.move("told", ctx.now().dials.told === "yes" ? "no" : "yes"),
  });
  const list = h("ol", { class: "lmmx-asked", "aria-label": "Answers" }, items.map((item) => item.node));
  const { note } = ctx.data.view.panels.find(({ panel }) => panel === "ask");
  el.append(h("div", {}, h("p", { class: "lmmx-question" }, prompt.question),
    note ? h("p", { class: "lmmx-asksymbol" }, note) : null), list,
    h("div", { class: "lmmx-askfoot" }, hands.told, hands.clear, show));
  return (_, { dials: { told } }) => {
    const out = told === "yes";
    list.dataset.told = told;
    setText(show, out ? "Hide the answer" : "Show the answer");
    items.forEach((item) => item.tell(out));
  };
}

function itemOf({ text, why, right }, k, hand) {
  const mark = h("span", { class: "lmmx-askmark" }, letterOf(k));
  const verdict = h("b", { class: "lmmx-askright" }, "Right. ");
  const because = h("p", { class: "lmmx-askwhy" }, right ? verdict : null, why);
  const node = h("li", { "data-right": String(right) }, mark,
    h("div", {}, h("p", { class: "lmmx-asktext" }, text), because), hand);
  return {
    node,
    tell(out) {
      because.hidden = !out;
      setText(mark, out && right ? "\u2713" : letterOf(k));
    },
  };
}
