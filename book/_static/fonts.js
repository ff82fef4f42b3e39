/* The fonts that the style sheet before this script carries are read at once: a page that is laid out before they are
   there is laid out again, twice with its explorer.  A font in a file is not asked for before a page needs it. */
for (const face of document.fonts ?? []) {
  const file = face.family.includes("Sans") && face.style === "italic";
  if (/^"?(Book|Source)/.test(face.family) && !file) face.load();
}
