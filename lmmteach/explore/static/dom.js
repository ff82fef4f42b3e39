// Small helpers for the page: elements, numbers as text, colours of the surroundings.
// Text from data enters as text nodes and attributes only; nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** h("p", { class: "x" }, "text", child): an element. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Set text only when it changed: an unchanged cell costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A line of runs, each a text or [class, text]. Runs of the same classes as before only get new text: a line
 * of numbers changes every frame, and new nodes would cost a second layout.
 */
export function setRuns(node, runs) {
  const made = runs.map((run) => (typeof run === "string" ? ["", run] : run));
  const shape = made.map(([kind]) => kind).join("|");
  if (node.lmmxShape !== shape) {
    node.lmmxShape = shape;
    node.replaceChildren(...made.map(([kind, text]) => h("span", { class: kind || null }, text)));
    return;
  }
  made.forEach(([, text], k) => setText(node.childNodes[k], text));
}

/** Set attributes of an SVG or HTML node. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

const minus = (text) => text.replace("-", "\u2212");

/** Three significant digits without an exponent where a reader needs none: 1390, 12.3, -0.0456. */
export function three(x) {
  return significant(x, 3);
}

export function significant(x, digits) {
  if (!Number.isFinite(x)) return "\u2013";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e7 || size < 1e-4) return minus(x.toExponential(digits - 1).replace("e+", "e"));
  const rounded = Number(x.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)) + 1e-12));
  return minus(rounded.toFixed(decimals));
}

/** A fixed number of decimals, and never a minus before zero. */
export function fixed(x, decimals) {
  if (!Number.isFinite(x)) return "\u2013";
  const text = x.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : minus(text);
}

/** A correlation, three decimals; a plain 1 on the diagonal. */
export function asCorrelation(x) {
  return x === 1 ? "1" : fixed(x, 3);
}

/** A number as an input box and Python read it: so many significant digits at most, plain minus, no padding. */
export function plain(x, digits = 6) {
  return Number.isFinite(x) ? String(Number(x.toPrecision(digits))) : "";
}

/** The same for reading, three digits and a proper minus: 60, not 60.0. */
export function brief(x) {
  return Number.isFinite(x) ? minus(plain(x, 3)) : "\u2013";
}

/** Round steps (1, 2, 5 times a power of ten) covering [low, high] with about `count` of them. */
export function ticks(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((f) => f * power).find((f) => f >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}

/** The ground behind `node`, asked of the page itself so that every host's theme is followed: colour and darkness. */
export function groundOf(node) {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    if (colour.startsWith("rgb") && (parts.length < 4 || parts[3] > 0.5)) {
      return { colour, dark: 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110 };
    }
  }
  const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
  return { colour: dark ? "#121212" : "#ffffff", dark };
}

/** Call `changed` whenever the page's theme may have; returns the function that stops it. */
export function watchTheme(changed) {
  const observer = new MutationObserver(() => { changed(); setTimeout(changed, 300); });
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-mode", "data-jp-theme-light"] });
  }
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", changed);
  return () => { observer.disconnect(); media.removeEventListener("change", changed); };
}
