// The lines of Python that reproduce the present setting, numbers in their parameters' colours.
import { copied } from "../kit/copied.js";
import { h, setRuns } from "../kit/dom.js";
import { plain } from "../kit/numbers.js";

const DIGITS = 12; // as Python's code() has it: with six, G12 at a correlation of 1 is more than it may be

const written = (value) => (typeof value === "number" ? plain(value, DIGITS) : JSON.stringify(value));
const comma = (groups) => groups.flatMap((runs, k) => (k ? [", ", ...runs] : runs));

export function createCode(el, ctx) {
  const { data } = ctx;
  const code = h("code", {});
  const said = h("span", { class: "lmmx-copied", role: "status" });
  const copy = h("button", { type: "button", class: "lmmx-button lmmx-copy", onclick: copyAll }, "Copy");
  el.append(h("div", { class: "lmmx-code" }, h("pre", { "data-room": roomFor(data) }, code),
    h("div", { class: "lmmx-codefoot" }, copy, said)));
  let [key, waiting, resting] = ["", 0, 0];
  ctx.atEnd(() => { clearTimeout(waiting); clearTimeout(resting); });

  async function copyAll() {
    ctx.settle(); // the lines may still be those of the setting before
    clearTimeout(resting);
    said.textContent = await copied(code.textContent, code) ? "Copied." : "Selected: copy with the keyboard.";
    resting = setTimeout(() => { said.textContent = ""; }, 2500);
  }
  function write(d) {
    const moved = Object.keys(d.nudged || {}).length > 0;
    const next = JSON.stringify([d.G, d.sigma2, d.hold, d.method, d.seed, d.dials, moved]);
    if (next === key) return;
    key = next;
    const told = [...fitRuns(data, d), ...otherRuns(data, d)];
    const lines = told.length ? [`${data.labels.code}\nexplorer.move(`, ...comma(told), ")"] : [data.labels.code];
    setRuns(code, moved ? [...lines, "\n# readings moved by hand stay behind: they are no setting"] : lines);
  }

  // Nobody reads code while a slider moves: it is written once the hand rests, and at once the first time.
  return (d) => {
    clearTimeout(waiting);
    if (key === "" || ctx.settling) return write(d);
    waiting = setTimeout(() => write(d), 120);
  };
}

/** What is told once the question's own parameter has moved, every number with all its digits: so much room is kept. */
function roomFor(data) {
  const { fit, view, labels } = data;
  const digits = "0".repeat(DIGITS + 1);
  const G = fit && view.free.length ? fit.G.map(() => `[${fit.G.map(() => digits).join(", ")}]`).join(", ") : "";
  const watched = view.dials.filter(({ name, kind }) => kind !== "flags" && view.prompt?.watch.includes(name));
  const longest = ({ options, kind }) => (kind === "slider" ? "0000"
    : `"${options.map(([value]) => String(value)).reduce((a, b) => (b.length > a.length ? b : a), "")}"`);
  const free = G ? [`G=[${G}], sigma2=${digits}`] : [];
  const told = [...free, ...watched.map((dial) => `${dial.name}=${longest(dial)}`)];
  return told.length ? `${labels.code}\nexplorer.move(${told.join(", ")})` : labels.code;
}

/** A view that lets nothing of G move says it only where it is not the fit's after all. */
function tellsG({ fit, view }, { G, sigma2 }) {
  if (fit === null) return false;
  return view.free.length > 0 || JSON.stringify([G, sigma2]) !== JSON.stringify([fit.G, fit.sigma2]);
}

function fitRuns(data, { G: g, sigma2 }) {
  if (!tellsG(data, { G: g, sigma2 })) return [];
  const num = (name, x) => [`lmmx-p lmmx-${name}`, plain(x, DIGITS)];
  const matrix = g.length < 2
    ? ["[[", num("G11", g.length ? g[0][0] : 0), "]]"]
    : ["[[", num("G11", g[0][0]), ", ", num("G12", g[0][1]), "], [",
      num("G12", g[1][0]), ", ", num("G22", g[1][1]), "]]"];
  return [...(g.length ? [["G=", ...matrix]] : []), ["sigma2=", num("sigma2", sigma2)]];
}

function otherRuns(data, d) {
  const { defaults: usual, view } = data;
  const dials = view.dials.filter(({ name }) => JSON.stringify(d.dials[name]) !== JSON.stringify(usual.dials[name]));
  return [
    ...(d.hold !== usual.hold ? [[`hold="${d.hold}"`]] : []),
    ...(d.method !== usual.method ? [[`method="${d.method}"`]] : []),
    ...(d.seed !== usual.seed ? [[`seed=${d.seed}`]] : []),
    ...dials.map(({ name, colour }) => [`${name}=`, [`lmmx-p lmmx-${colour || "line"}`, written(d.dials[name])]]),
    ...(tellsG(data, d) && !d.isPsd ? [["allow_not_psd=True"]] : []),
  ];
}
