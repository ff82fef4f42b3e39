// The ground an explorer stands on: its colour, and when that changes.

/** The ground behind `node` as the page draws it, whatever its host's theme. */
export function groundOf(node) {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    if (colour.startsWith("rgb") && (parts.length < 4 || parts[3] > 0.5)) {
      return { colour, dark: 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110 };
    }
  }
  const follows = getComputedStyle(document.documentElement).colorScheme.includes("dark");
  const dark = follows && matchMedia("(prefers-color-scheme: dark)").matches;
  return { colour: dark ? "#121212" : "#ffffff", dark };
}

const SAYS_THEME = ["class", "style", "data-theme", "data-mode", "data-jp-theme-light"];

/** Call `changed` whenever the page's theme may have; returns the function that stops it. */
export function watchTheme(changed) {
  const observer = new MutationObserver(() => { changed(); setTimeout(changed, 300); });
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: SAYS_THEME });
  }
  const medias = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const media of medias) media.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    for (const media of medias) media.removeEventListener("change", changed);
  };
}
