/* What has to be settled before there is anything to lay out: light or dark, and the letters. The theme's own program
   says "light" or "dark" when all is drawn already, and then all is drawn once more. */
if (document.documentElement.dataset.theme === "auto") {
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
/* The fonts that the style sheet before this script carries are read at once: a page that is laid out before they are
   there is laid out again, twice with its explorer.  A font in a file is not asked for before a page needs it. */
for (const face of document.fonts ?? []) {
  const file = face.family.includes("Sans") && face.style === "italic";
  if (/^"?(Book|Source)/.test(face.family) && !file) face.load().catch(() => {}); // a site may forbid it
}
