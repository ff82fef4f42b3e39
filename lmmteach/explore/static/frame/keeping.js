// Freeze and compare: one setting is kept as a ghost, the live one is moved against it, and the two change places.
import { h, setText } from "../kit/dom.js";
import { brief, SYMBOL } from "../kit/numbers.js";
import { valueOf } from "../maths/setting.js";
import { withTraits } from "./state.js";

const NAMES = ["A", "B"];
const other = (name) => NAMES[1 - NAMES.indexOf(name)];
const settingOf = ({ G, sigma2, hold, seed, method, dials, rho }) => ({ G, sigma2, hold, seed, method, dials, rho });

/** What may be done with a setting that is kept; each is a step to undo. Of a setting on its way the end counts. */
export function keepingActs(read, travel) {
  return {
    /** The present setting becomes the ghost, A; the one that is moved from here on is B. */
    keep() {
      const state = read();
      travel({ ...state, kept: { ...settingOf(state), name: "A" } });
    },
    /** Ghost and live setting change places. */
    swap() {
      const state = read();
      if (!state.kept) return; // let go of in this very moment
      const { name, ...setting } = state.kept;
      travel({ ...withTraits(state, setting), kept: { ...settingOf(state), name: other(name) } });
    },
    letGo: () => travel({ ...read(), kept: null }),
  };
}

/** The buttons for it, below those of the console. */
export function createKeeping(ctx, updates) {
  const place = ctx.root.querySelector(".lmmx-status > .lmmx-buttons");
  if (!place || ctx.data.view.panels.every(({ panel }) => panel === "ask")) return;
  const button = (name, text, click) =>
    h("button", { type: "button", class: "lmmx-button", "data-action": name, onclick: click }, text);
  const keep = button("keep", "Keep this setting", () => said(ctx.act.keep, "Kept"));
  const swap = button("swap", "Swap A and B", () => said(ctx.act.swap, "Swapped"));
  const letGo = button("let-go", "Let go", () => { ctx.act.letGo(); setText(live, "Let go."); keep.focus(); });
  const letter = h("b", {});
  const words = h("span", { class: "lmmx-num" });
  const dashes = ctx.data.fit && h("span", { class: "lmmx-ghostkey" });
  const told = h("p", { class: "lmmx-kept", "data-out": "kept" }, dashes, letter, words);
  const live = h("p", { class: "lmmx-sr", role: "status" });
  const held = h("div", { class: "lmmx-keptrow" }, swap, letGo);
  place.after(h("div", { class: "lmmx-keep", role: "group", "aria-label": "Compare two settings" },
    keep, told, held, live));

  function said(act, what) {
    act();
    const { kept } = ctx.now();
    if (!kept) return;
    const as = ctx.data.fit ? "is drawn as a ghost" : "stays";
    setText(live, `${what}: ${kept.name} ${as}, ${inWords(ctx, kept)}; you move ${other(kept.name)}.`);
    if (what === "Kept") requestAnimationFrame(() => swap.focus());
  }
  updates.push((_, { kept }) => {
    keep.hidden = Boolean(kept);
    told.hidden = held.hidden = !kept;
    if (!kept) return;
    setText(letter, `${kept.name} `);
    setText(words, inWords(ctx, kept));
  });
}

/** "G11 1400, G12 -60": what may be moved here, and the dials that differ from the start. */
function inWords({ data: { view, start, fit } }, kept) {
  const moved = [...view.free, ...(view.moves || [])];
  const free = ["G11", "G12", "G22", "sigma2"].filter((name) => fit && moved.includes(name));
  const dials = view.dials.filter((dial) => dial.kind === "slider" || (dial.kind === "pick"
    && kept.dials[dial.name] !== start.dials[dial.name]));
  const chosen = (dial) => (dial.options.find(([value]) => value === kept.dials[dial.name]) || ["", ""])[1];
  return [
    ...free.map((name) => `${SYMBOL[name]} ${brief(valueOf(kept, name))}`),
    ...dials.map((dial) => (dial.kind === "slider" ? `${dial.symbol} ${brief(kept.dials[dial.name])}` : chosen(dial))),
  ].join(", ") || "as it was at the start";
}
