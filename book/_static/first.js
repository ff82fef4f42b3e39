/* What has to be settled before there is anything to lay out: light or dark, and the letters. The theme's own program
   says "light" or "dark" when all is drawn already, and then all is drawn once more. */
if (document.documentElement.dataset.theme === "auto") {
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
/* The fonts that the style sheet before this script carries are read at once: a page that is laid out before they are
   there is laid out again, twice with its explorer.  A font in a file is not asked for before a page needs it. */
for (const face of document.fonts ?? []) {
  const file = face.family.includes("Sans") && face.style === "italic";
  if (/^"?(Book|Source|Font Awesome 6)/.test(face.family) && !file) face.load().catch(() => {}); // a site may forbid it
}
/* Until a page's programs are there, what it says to those who have none is not seen: the answers stand in it. */
document.documentElement.dataset.loading = "";
addEventListener("load", () => { delete document.documentElement.dataset.loading; });
/* A page that is opened at its top (not at a place in it, not once more) is laid out down to its last explorer first;
   what follows (`is-later`: book/_ext/lean_scripts.py), and explorers far below (frame/sight.js), when there is time:
   a tenth of a second after the explorers stand belongs to the hand that moves a slider, then the rest comes. */
{
  const [opened] = performance.getEntriesByType("navigation");
  const rest = () => { delete document.documentElement.dataset.opens; };
  if (globalThis.requestIdleCallback && opened?.type === "navigate" && !opened.name.includes("#")) {
    document.documentElement.dataset.opens = "";
    addEventListener("DOMContentLoaded", () => setTimeout(() => requestIdleCallback(rest, { timeout: 1000 }), 100));
    addEventListener("load", rest); // the programs that measure what stands on the page are called after this
    addEventListener("click", ({ target }) => { if (target.closest?.("a")) rest(); }, true); // it may lead there
  }
}

{
  const named = (attribute) => document.querySelectorAll(`script[${attribute}]`);
  /** Fetch a program that the page names for later by this attribute; into its head, and the name stays: what comes
      or goes in its body makes a browser work out the style of all that stands there. */
  const fetched = (name, attribute) => {
    const script = document.createElement("script");
    script.src = name.getAttribute(attribute);
    script.async = false; // they are run in their order
    name.removeAttribute(attribute);
    document.head.append(script);
    return script;
  };
  const bring = (attribute) => { for (const name of named(attribute)) fetched(name, attribute); };
  /** A lesson's explorer often bears the lesson's name: shown once is enough. */
  const hideRepeatedTitles = () => {
    const words = (node) => node?.firstChild?.textContent.trim().toLowerCase();
    const title = words(document.querySelector("h1"));
    for (const heading of document.querySelectorAll(".lmmx-heading h2")) {
      heading.classList.toggle("is-repeated", words(heading) === title);
    }
  };
  // The explorers stand by now. What else a page needs is fetched after them; it still belongs to the page's loading.
  // The first alone holds that up: twelve asked for at once would take a processor from an explorer's first frame.
  addEventListener("DOMContentLoaded", () => {
    hideRepeatedTitles();
    const [first] = named("data-after-src");
    if (first) {
      const script = fetched(first, "data-after-src");
      for (const end of ["load", "error"]) script.addEventListener(end, () => bring("data-after-src"));
    }
  });
  // What copies code is brought by the first pointer or key on the page: to read needs none.
  const copying = () => bring("data-src");
  for (const sign of ["pointerover", "pointerdown", "keydown"]) addEventListener(sign, copying, { once: true });
}
