// Match the fit by hand: the fit goes out of sight, the live gap in -2 log L is the score.
import { h, setText } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";
import { singly } from "../kit/singly.js";

const CLOSE = 1;
const INVITES = "Match the fit by hand";

export function createMatch(el, ctx) {
  const { residual } = ctx;
  const looks = { type: "button", class: "lmmx-button", "data-action": "match" };
  const start = h("button", { ...looks, onclick: singly(begin) }, INVITES);
  const score = h("p", { class: "lmmx-score", "data-out": "score", role: "status" });
  el.append(h("div", { class: "lmmx-match" }, start, score));
  let game = null;

  function begin() {
    if (game && !game.done) return end("");
    game = { moves: 0, best: Infinity, key: "", done: false };
    ctx.act.showFit(false, false);
    ctx.act.goTo(ctx.data.farStart || ctx.data.start);
    setText(start, "Give up");
  }
  function end(words) {
    game = words ? { ...game, done: true } : null;
    setText(start, words ? "Play again" : INVITES);
    setText(score, words);
    ctx.act.showFit(true, false);
  }
  return (d, state) => {
    if (!game || game.done || state.moving) return; // what a button sets is no find on its way
    const ofR = residual && residual.dials.map(({ name }) => state.dials[name]);
    const key = JSON.stringify([state.G, state.sigma2, ofR]);
    if (key === game.key) return;
    if (game.key !== "") game.moves += 1;
    game.key = key;
    if (d.gap < game.best) game.best = d.gap;
    if (game.moves > 0 && d.gap <= CLOSE) {
      const won = game;
      requestAnimationFrame(() => won === game && end(`Matched within ${fixed(Math.max(d.gap, 0), 2)} of the fit.`));
    } else setText(score, `Best so far: ${fixed(game.best, 1)} above the fit. Reach ${CLOSE}.`);
  };
}
