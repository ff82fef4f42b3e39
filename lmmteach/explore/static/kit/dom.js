// Elements made and written to: HTML and SVG, each touched only where something changed.
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

/**
 * Set text only when it changed: an unchanged cell costs no layout. Where a text stands already its node stays, too: a
 * new one would be taken out of the page's layout and put in again, each number of each frame.
 */
export function setText(node, text) {
  const inside = node.firstChild;
  const alone = inside !== null && inside === node.lastChild && inside.nodeType === Node.TEXT_NODE;
  if (!alone || text === "" || inside.data === "") {
    if (node.textContent !== text) node.textContent = text;
  } else if (inside.data !== text) inside.data = text;
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

/** Set attributes of an SVG or HTML node, each only where it changed: the same value again is drawn again, too. */
export function set(node, attributes) {
  for (const name in attributes) {
    const value = String(attributes[name]);
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}
