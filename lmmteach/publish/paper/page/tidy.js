// Small tools for a page that is made ready for paper: elements, names, and what a screen alone has a use for.

const make = (tag, className, ...content) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== null && part !== undefined));
  return element;
};
const each = (root, selector, what) => root.querySelectorAll(selector).forEach(what);
const inside = (element, ...drop) => {
  const copy = element.cloneNode(true);
  for (const selector of drop) each(copy, selector, (found) => found.remove());
  return [...copy.childNodes];
};

// What a screen does not show in print is not printed; what waits inside a fold has no box, yet is not hidden.
function markHidden(article) {
  for (const element of article.querySelectorAll("*")) {
    if (element instanceof HTMLElement && getComputedStyle(element).display === "none") element.dataset.unprinted = "";
  }
}

// A reader that knows no variables would draw these black.
function resolveColours(article) {
  each(article, "svg [style*='var(']", (element) => {
    const computed = getComputedStyle(element);
    for (const property of ["fill", "stroke", "color"]) {
      if (element.style[property].includes("var(")) element.style[property] = computed[property];
    }
  });
}

const NAMES = ["href", "xlink:href", "clip-path", "mask", "fill", "stroke", "style", "marker-end", "marker-start",
  "aria-labelledby", "aria-describedby"];

// Ids and all that points to them inside `root`, under names of its own.
function renameIds(root, prefix) {
  const ids = new Set([...root.querySelectorAll("[id]")].map((element) => element.id).filter(Boolean));
  if (!ids.size) return;
  const renamed = (id) => (ids.has(id) ? `${prefix}${id}` : id);
  for (const element of root.querySelectorAll("*")) {
    if (element.id) element.id = renamed(element.id);
    for (const name of NAMES) {
      const value = element.getAttribute(name);
      if (!value) continue;
      const changed = name.startsWith("aria")
        ? value.split(/\s+/).map(renamed).join(" ")
        : value.replace(/url\(["']?#([^"')]+)["']?\)/g, (_, id) => `url(#${renamed(id)})`)
          .replace(/^#(.+)$/, (_, id) => `#${renamed(id)}`);
      if (changed !== value) element.setAttribute(name, changed);
    }
  }
}

// Two pictures of one page may name their parts alike; a name that still stands twice is kept once.
function uniqueIds(root) {
  root.querySelectorAll("svg").forEach((svg, k) => renameIds(svg, `p${k}-`));
  const seen = new Set();
  each(root, "[id]", (element) => {
    if (!element.id || seen.has(element.id) || /\s/.test(element.id)) element.removeAttribute("id");
    else seen.add(element.id);
  });
}

const SCREEN = /^(data-|on|aria-(?!label$|hidden$)|(tabindex|role|hidden|target|rel|download|scoped|border|title)$)/;

// Attributes that nothing on paper reads; a picture keeps its name.
function plainAttributes(root) {
  for (const element of root.querySelectorAll("*")) {
    if (element.closest("svg")) {
      for (const { name } of [...element.attributes]) if (name.startsWith("data-")) element.removeAttribute(name);
      continue;
    }
    for (const { name } of [...element.attributes]) {
      const named = name === "aria-label" && element.getAttribute("role") === "img";
      if (SCREEN.test(name) || (name === "aria-label" && !named)) {
        if (!(name === "role" && named)) element.removeAttribute(name);
      }
    }
  }
}
