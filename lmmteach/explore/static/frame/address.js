// The state in the page's address, which is a link to it and outlives a reload: #lmm.name=G:800,0,0,6;sigma2:700
import { refusal, typed } from "../kit/typed.js";
import { waiting } from "../kit/waiting.js";
import { TRAITS } from "./state.js";

const KEPT = TRAITS.filter((name) => name !== "dials" && name !== "prediction");
const REST = 200; // ms without a move: a browser takes no more than some hundred addresses a minute
const key = (name) => `lmm.${name}`;

/**
 * Read the address once, then write each state that rests into it. Returns { update(derived, state), link() }: the
 * whole address with the present state in it.
 */
export function keepAddress(ctx, name) {
  let [written, coming] = [null, null]; // what stands in the address, and what will
  let resting = 0;
  let held = false;
  // A link's setting may be the answer to the question, so that it waits for the prediction like every other way to
  // move something: it is not dropped, but restored once the prediction is locked or declined.
  const restore = () => {
    const text = new URLSearchParams(location.hash.slice(1)).get(key(name));
    held = text !== null && text !== written && waiting(ctx, ctx.now());
    if (text === null || text === written || held) return;
    written = text;
    ctx.act.goTo(parse(text, ctx.data));
  };
  const withState = (text) => `#${joined(location.hash.slice(1), key(name), text)}`;
  addEventListener("hashchange", restore);
  ctx.atEnd(() => { removeEventListener("hashchange", restore); clearTimeout(resting); });
  requestAnimationFrame(restore);
  if (document.readyState === "complete") seek();
  else addEventListener("load", () => requestAnimationFrame(seek), { once: true }); // the section may lie further down
  return {
    update(_, state) {
      if (held && !waiting(ctx, state)) return restore();
      const text = spell(state, ctx.data.start);
      if (text === coming) return; // a panel may paint for seconds, and the setting rests
      clearTimeout(resting);
      coming = null;
      if (held || text === written || (written === null && text === "")) return;
      coming = text;
      resting = setTimeout(() => {
        coming = null;
        written = text;
        try {
          history.replaceState(history.state, "", withState(text));
        } catch { /* some browsers refuse: the link can still be copied */ }
      }, REST);
    },
    link() {
      const state = held ? location.hash : withState(spell(ctx.now(), ctx.data.start));
      return new URL(state, location.href).href.replace(/#$/, "");
    },
  };
}

/** What stands in the address with this state in it; the rest, an anchor or another explorer's, stays as it is. */
export function joined(hash, name, text) {
  const others = hash.split("&").filter((part) => part !== "" && !part.startsWith(`${name}=`));
  const spelt = encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";");
  return [...others, ...(text === "" ? [] : [`${name}=${spelt}`])].join("&");
}

/** An anchor with a state behind it is no element's name any more to the browser: the page is led there by hand. */
function seek() {
  const [anchor, ...states] = location.hash.slice(1).split("&");
  const section = states.length && !anchor.includes("=") ? document.getElementById(plainly(anchor)) : null;
  if (section) section.scrollIntoView();
}

/** A text without its % signs; as it stands where they are no code. */
function plainly(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What differs from the start, as text. */
export function spell(state, start) {
  const parts = KEPT.filter((name) => JSON.stringify(state[name]) !== JSON.stringify(start[name]))
    .map((name) => `${name}:${[state[name]].flat(2).join(",")}`);
  const dials = Object.entries(state.dials)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(start.dials[name]))
    .map(([name, value]) => `${name}:${encodeURIComponent([value].flat().join(","))}`);
  return [...parts, ...dials].join(";");
}

/** Text -> a setting; whatever could not stand is left out, as if it had not been said. */
export function parse(text, { start, view }) {
  const setting = { ...start, dials: { ...start.dials } };
  for (const part of text.split(";")) {
    const [name, ...rest] = part.split(":");
    const said = rest.join(":");
    const numbers = said.split(",").map(typed);
    const single = numbers.length === 1 ? numbers[0] : NaN;
    const dial = view.dials.find((one) => one.name === name);
    if (name === "G") setting.G = squareOf(numbers, start.G.length) || setting.G;
    else if (name === "sigma2" && refusal(name, single) === "") setting.sigma2 = single;
    else if (name === "seed" && Number.isInteger(single) && single >= 0 && single < 2 ** 31) setting.seed = single;
    else if (name === "hold" && ["covariance", "rho"].includes(said)) setting.hold = said;
    else if (name === "method" && ["REML", "ML"].includes(said)) setting.method = said;
    else if (dial) {
      const value = dialValue(dial, said, single);
      if (value !== undefined) setting.dials[name] = value;
    }
  }
  return setting;
}

/** The symmetric q x q matrix of these numbers, or null where they are none. */
function squareOf(numbers, q) {
  if (numbers.length !== q * q || numbers.some((x) => refusal("G", x) !== "")) return null;
  const G = Array.from({ length: q }, (_, a) => numbers.slice(a * q, a * q + q));
  return G.every((row, a) => row.every((x, b) => x === G[b][a])) ? G : null;
}

function dialValue(dial, said, single) {
  if (dial.kind === "slider") return refusal(dial.name, single, dial) === "" ? single : undefined;
  const words = plainly(said);
  if (dial.kind === "pick") return (dial.options.find(([value]) => String(value) === words) || [])[0];
  const asked = words === "" ? [] : words.split(",");
  return dial.options.filter((value) => asked.includes(String(value)));
}
