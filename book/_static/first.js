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
   what follows (`is-later`: book/_ext/lean_scripts.py), and explorers far below (frame/sight.js), when there is time */
{
  const [opened] = performance.getEntriesByType("navigation");
  const rest = () => { delete document.documentElement.dataset.opens; };
  if (globalThis.requestIdleCallback && opened?.type === "navigate" && !opened.name.includes("#")) {
    document.documentElement.dataset.opens = "";
    addEventListener("DOMContentLoaded", () => requestIdleCallback(rest));
    addEventListener("load", rest);
    addEventListener("click", rest, { capture: true, once: true }); // it may lead to what follows
  }
}

{
  /** Fetch the programs that a page names for later by this attribute, one after the other; into its head, and the
      names stay: what comes or goes in its body makes a browser work out the style of all that stands there. */
  const bring = (attribute) => {
    for (const named of document.querySelectorAll(`script[${attribute}]`)) {
      const script = document.createElement("script");
      script.src = named.getAttribute(attribute);
      script.async = false;
      named.removeAttribute(attribute);
      document.head.append(script);
    }
  };
  /** A lesson's explorer often bears the lesson's name: shown once is enough. */
  const hideRepeatedTitles = () => {
    const named = (node) => node?.firstChild?.textContent.trim().toLowerCase();
    const title = named(document.querySelector("h1"));
    for (const heading of document.querySelectorAll(".lmmx-heading h2")) {
      heading.classList.toggle("is-repeated", named(heading) === title);
    }
  };
  // The explorers stand by now. What else a page needs is fetched after them; it still belongs to the page's loading.
  addEventListener("DOMContentLoaded", () => {
    hideRepeatedTitles();
    bring("data-after-src");
  });
  // What copies code is brought by the first pointer or key on the page: to read needs none.
  const copying = () => bring("data-src");
  for (const sign of ["pointerover", "pointerdown", "keydown"]) addEventListener(sign, copying, { once: true });
}
