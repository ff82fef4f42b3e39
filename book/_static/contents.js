/* The page's own contents say where the reader is; a button leads back to the top while one scrolls upwards. */
"use strict";

/** Marks the entry of the last heading that was passed. */
function markPlace(links) {
  const passed = links.filter(({ target }) => target.getBoundingClientRect().top < innerHeight * 0.4);
  const here = (passed.at(-1) ?? links[0])?.link;
  for (const { link } of links) {
    link.classList.toggle("active", link === here);
    if (link === here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

addEventListener("load", () => {
  const links = [...document.querySelectorAll("nav.page-toc a[href^='#']")]
    .map((link) => ({ link, target: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter(({ target }) => target);
  const button = document.getElementById("pst-back-to-top");
  button?.addEventListener("click", () => scrollTo({ top: 0 }));
  let [last, waiting] = [0, false];
  const look = () => {
    waiting = false;
    markPlace(links);
    if (button) button.style.display = scrollY < last && scrollY > innerHeight ? "block" : "none";
    last = scrollY;
  };
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(look);
    waiting = true;
  }, { passive: true });
  look();
});
