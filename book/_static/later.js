/* What copies code is brought by the first pointer or key on the page: to read needs none. */
"use strict";

const bring = () => {
  for (const later of document.querySelectorAll("script[data-src]")) {
    const script = document.createElement("script");
    script.src = later.dataset.src;
    script.async = false; // one after the other
    later.replaceWith(script);
  }
};
for (const sign of ["pointerover", "pointerdown", "keydown"]) addEventListener(sign, bring, { once: true });
