// The show of hands in the Projector: beside each answer while the room is asked, beside the verdict afterwards.
import { h } from "../kit/dom.js";
import { createHands, handsFor, letterOf, sharesOf } from "../kit/hands.js";

/** { up(), down() }: the question stands among the panels with the room's hands, and goes back to its place. */
export function raiseHands(root, ctx) {
  const { prompt } = ctx.data.view;
  const play = root.querySelector(".lmmx-play");
  if (!prompt || !play) return { up() {}, down() {} };
  const hands = createHands(prompt);
  const tally = tallyOf(prompt, ctx.came);
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

/** The counts as a small chart, marked as the verdict has it; nothing where no hand was raised. */
function tallyOf({ question, answers }, came) {
  const room = handsFor(question, answers.length);
  const list = h("ul", { class: "lmmx-tally", "aria-label": "The room\u2019s hands" });
  const later = h("p", { class: "lmmx-tallynote" }, "\u2713 comes after you have looked.");
  const node = h("div", { class: "lmmx-tallied" }, list, later);
  function update() {
    const shares = sharesOf(room.counts);
    const right = came.right();
    node.hidden = shares.every((share) => share === 0);
    later.classList.toggle("lmmx-unseen", right !== null);
    const holds = (k) => right !== null && right.includes(k);
    list.replaceChildren(...answers.map((_, k) => h("li", { "data-right": String(holds(k)) },
      h("b", {}, holds(k) ? `${letterOf(k)}\u00a0\u2713` : letterOf(k)),
      h("span", { class: "lmmx-handrail" },
        h("span", { class: "lmmx-handbar", style: `transform:scaleX(${shares[k].toFixed(4)})` })),
      h("span", { class: "lmmx-num" }, String(room.counts[k])))));
  }
  const stop = room.watch(update);
  came.watch(update);
  update();
  return { node, stop };
}
