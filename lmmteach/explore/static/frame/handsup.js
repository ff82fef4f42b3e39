// The show of hands in the Projector: beside each answer while the room is asked, beside the verdict afterwards.
import { h } from "../kit/dom.js";
import { createHands, handsFor, letterOf, sharesOf } from "../kit/hands.js";

/** { up(), down() }: the question stands among the panels with the room's hands, and goes back to its place. */
export function raiseHands(root, ctx) {
  const { prompt } = ctx.data.view;
  const play = root.querySelector(".lmmx-play");
  if (!prompt || !play) return { up() {}, down() {} };
  const hands = createHands(prompt);
  const tally = tallyOf(prompt);
  ctx.atEnd(hands.stop);
  ctx.atEnd(tally.stop);
  const place = document.createComment("");
  const foot = h("div", { class: "lmmx-handsfoot" }, hands.told, hands.clear);
  return {
    up() {
      play.querySelectorAll(".lmmx-answer").forEach((answer, k) => answer.after(hands.rows[k]));
      play.querySelector(".lmmx-answers").append(foot);
      play.append(tally.node);
      play.before(place);
      root.querySelector(".lmmx-panels").prepend(play);
    },
    down() {
      for (const node of [...hands.rows, foot, tally.node]) node.remove();
      if (place.isConnected) place.replaceWith(play);
    },
  };
}

/** The counts as a small chart; nothing where no hand was raised. */
function tallyOf({ question, answers }) {
  const room = handsFor(question, answers.length);
  const node = h("ul", { class: "lmmx-tally", "aria-label": "The room\u2019s hands" });
  function update() {
    const shares = sharesOf(room.counts);
    node.hidden = shares.every((share) => share === 0);
    node.replaceChildren(...answers.map(({ right }, k) => h("li", { "data-right": String(right) },
      h("b", {}, letterOf(k)),
      h("span", { class: "lmmx-handrail" },
        h("span", { class: "lmmx-handbar", style: `transform:scaleX(${shares[k].toFixed(4)})` })),
      h("span", { class: "lmmx-num" }, String(room.counts[k])))));
  }
  const stop = room.watch(update);
  update();
  return { node, stop };
}
