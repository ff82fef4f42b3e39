// The state in the page's address, for those who ask for it: #lmm.name=G:800,0,0,6;sigma2:700;origin:5
import { refusal, TRAITS } from "./state.js";

const KEPT = TRAITS.filter((name) => name !== "dials" && name !== "prediction");
const key = (name) => `lmm.${name}`;

/** Read the address once, then write each state that rests into it; returns update(derived, state). */
export function keepAddress(ctx, name) {
  const restore = () => {
    const text = new URLSearchParams(location.hash.slice(1)).get(key(name));
    if (text !== null && text !== written) ctx.act.goTo(parse(text, ctx.data));
  };
  let written = null;
  let waiting = 0;
  addEventListener("hashchange", restore);
  ctx.atEnd(() => { removeEventListener("hashchange", restore); clearTimeout(waiting); });
  requestAnimationFrame(restore);
  return (_, state) => {
    const text = spell(state, ctx.data.start);
    if (text === written || (written === null && text === "")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      written = text;
      const all = new URLSearchParams(location.hash.slice(1));
      all.set(key(name), text);
      history.replaceState(history.state, "", `#${all.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";")}`);
    }, 400);
  };
}

/** What differs from the start, as text. */
export function spell(state, start) {
  const parts = KEPT.filter((name) => JSON.stringify(state[name]) !== JSON.stringify(start[name]))
    .map((name) => `${name}:${[state[name]].flat(2).join(",")}`);
  const dials = Object.entries(state.dials).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(start.dials[name]))
    .map(([name, value]) => `${name}:${encodeURIComponent([value].flat().join(","))}`);
  return [...parts, ...dials].join(";");
}

/** Text -> a setting; whatever could not stand is left out, as if it had not been said. */
export function parse(text, { start, view }) {
  const setting = { ...start, dials: { ...start.dials } };
  for (const part of text.split(";")) {
    const [name, ...rest] = part.split(":");
    const said = rest.join(":");
    const numbers = said.split(",").map(Number);
    const dial = view.dials.find((one) => one.name === name);
    if (name === "G") {
      const q = start.G.length;
      const G = numbers.length === q * q && numbers.every(Number.isFinite) ? Array.from({ length: q }, (_, a) => numbers.slice(a * q, a * q + q)) : null;
      if (G && G.every((row, a) => row.every((x, b) => x === G[b][a]))) setting.G = G;
    } else if (name === "sigma2" && said !== "" && refusal(name, numbers[0]) === "") setting.sigma2 = numbers[0];
    else if (name === "seed" && Number.isInteger(numbers[0]) && numbers[0] >= 0 && numbers[0] < 2 ** 31) setting.seed = numbers[0];
    else if (name === "hold" && ["covariance", "rho"].includes(said)) setting.hold = said;
    else if (name === "method" && ["REML", "ML"].includes(said)) setting.method = said;
    else if (dial) {
      const value = dialValue(dial, said, numbers);
      if (value !== undefined) setting.dials[name] = value;
    }
  }
  return setting;
}

function dialValue(dial, said, numbers) {
  if (dial.kind === "slider") return said !== "" && refusal(dial.name, numbers[0], dial) === "" ? numbers[0] : undefined;
  const words = decodeURIComponent(said);
  if (dial.kind === "pick") return (dial.options.find(([value]) => String(value) === words) || [])[0];
  const asked = words === "" ? [] : words.split(",");
  return dial.options.filter((value) => asked.includes(String(value)));
}
