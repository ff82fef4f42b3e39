// What would be cut off at its sheet's right edge, for a window that is as wide as the text of a sheet.
(() => {
  const wide = (one) => (one.tagName === "PRE" ? one.scrollWidth > one.clientWidth + 8 // spaces may hang over
    : one.getBoundingClientRect().right > innerWidth + 1);
  return [...document.querySelectorAll(".chapter-of-book *")]
    .filter((one) => !one.closest("svg *, math *, pre *, .visually-hidden, .lmmx-sr") && wide(one))
    .map((one) => [one.closest(".chapter-of-book").id, one.tagName.toLowerCase(),
      one.textContent.replace(/\s+/g, " ").trim().slice(0, 50)].join(": "));
})();
