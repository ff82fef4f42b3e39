// One page of the built book as a chapter for paper: words, formulas and figures, and nothing to be pressed.

function unfold(root) {
  // the innermost first: what is taken out of a fold is a copy
  [...root.querySelectorAll("details")].reverse().forEach((folded) => {
    const summary = folded.querySelector(":scope > summary");
    const hidesCode = folded.classList.contains("hide") && !folded.classList.contains("above-output");
    if (hidesCode) return folded.remove();
    const title = [...(summary?.querySelectorAll(".sd-summary-text") ?? [])];
    const said = title.length ? inside(title[0]) : summary ? inside(summary, ".expanded", "svg") : [];
    const long = folded.querySelectorAll("tr").length > LONGEST;
    const rest = long ? [make("p", "left-out", "This long table stands in the book on a screen.")]
      : inside(folded, ":scope > summary");
    const head = folded.classList.contains("hide") ? null : make("p", "unfolded-title", ...said);
    const box = make("div", "unfolded", head, ...rest);
    if (folded.id) box.id = folded.id;
    return folded.replaceWith(box);
  });
  each(root, ".sd-tab-set", (tabs) => {
    each(tabs, ":scope > input", (input) => input.remove());
    each(tabs, ":scope > label", (label) => label.replaceWith(make("p", "tab-title", ...inside(label))));
  });
}
const LONGEST = 60; // rows of a folded table

// A link goes to a chapter, or to the world; what lies beside the pages is named without a link.
function relink(root, { form, name, chapters, site, root: folder }) {
  each(root, "a[href]", (link) => {
    const raw = link.getAttribute("href");
    if (raw.startsWith("#")) return;
    const address = new URL(raw, location.href);
    const [page, place] = [address.href.split("#")[0], address.hash.slice(1)];
    const local = address.href.startsWith(folder) ? decodeURI(page.slice(folder.length)) : null;
    const chapter = local === null ? null : chapters[local];
    if (chapter === name) link.setAttribute("href", `#${place}`);
    else if (chapter && form === "pages") link.setAttribute("href", `#${chapter}${place ? `--${place}` : ""}`);
    else if (chapter) link.setAttribute("href", `${chapter}.xhtml${place ? `#${place}` : ""}`);
    else if (local !== null && site) link.setAttribute("href", site + local + address.hash);
    else if (local !== null || !/^(https?|mailto):$/.test(address.protocol)) {
      link.replaceWith(make("span", "", ...link.childNodes));
    }
  });
}

const NOT_PRINTED = "script, .headerlink, .toctree-wrapper, .offline-copy, .paper-copy, .mend-page, .copybtn";

function strip(root) {
  each(root, "[data-unprinted]", (one) => one.remove());
  each(root, NOT_PRINTED, (one) => one.remove());
  each(root, "style", (sheet) => { if (!sheet.closest("svg")) sheet.remove(); });
  each(root, "button, input, select, textarea, label", (one) => {
    if (one.tagName === "LABEL") one.replaceWith(...one.childNodes);
    else one.remove();
  });
  each(root, "form", (form) => form.remove());
  each(root, "summary", (one) => one.remove());
  const comments = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  found.forEach((comment) => comment.remove());
  each(root, "div.cell:not(:has(img, svg, pre, table, p, div.explorer))", (cell) => cell.remove());
}

// In the MathML of readers only an element of its own says how large a formula is set.
function styled(element) {
  const style = document.createElementNS(element.namespaceURI, "mstyle");
  for (const name of ["displaystyle", "scriptlevel"]) {
    if (element.hasAttribute(name)) style.setAttribute(name, element.getAttribute(name));
    element.removeAttribute(name);
  }
  element.replaceWith(style);
  style.append(element);
}

// A formula that cannot be drawn is read as TeX.
function formulas(root) {
  each(root, "math", (math) => {
    const tex = math.getAttribute("data-tex");
    if (tex) math.setAttribute("alttext", tex);
    math.removeAttribute("data-tex");
    each(math, ":is([displaystyle], [scriptlevel]):not(mstyle)", styled);
  });
}

const SHEET = (article) => [...article.querySelectorAll("style")].filter((sheet) => !sheet.closest("svg"))
  .map((sheet) => sheet.textContent).join("\n");

// `settings`: the chapter's name, its form ("pages" to be printed, "book" for a reader), all chapters by page,
// the pictures, where the pages lie (`root`) and are published (`site`).
function chapter(settings) {
  const { form, name, pictures, site, page } = settings;
  const article = document.querySelector("article.bd-article");
  markHidden(article);
  resolveColours(article);
  const root = article.cloneNode(true);
  const styles = SHEET(article);
  const answers = [];
  const copies = hosts(root);
  hosts(article).forEach((host, k) => {
    const [id, address] = [`explorer-${k + 1}`, site ? `${site}${page}` : ""];
    const made = form === "book" ? asPictures(host, copies[k], id, pictures, address)
      : asDrawn(host, copies[k], id, address);
    if (made) answers.push(made);
  });
  answers.push(...printQuizzes(root));
  printExercises(root);
  unfold(root);
  strip(root);
  if (answers.length) {
    root.append(make("section", "answers", make("h2", "", "The answers"), ...answers));
  }
  relink(root, settings);
  formulas(root);
  uniqueIds(root);
  plainAttributes(root);
  const ids = [...root.querySelectorAll("[id]")].map((element) => element.id);
  if (form === "pages") renameIds(root, `${name}--`);
  const title = article.querySelector("h1");
  const sheets = [...document.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.href);
  const text = (node) => inside(node, ".headerlink").map((part) => part.textContent).join("").trim();
  const holder = make("div", "chapter", ...root.childNodes);
  const written = form === "book" ? new XMLSerializer().serializeToString(holder) : holder.outerHTML;
  return { title: title ? text(title) : name, text: written, ids, styles, sheets };
}
