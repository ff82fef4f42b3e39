// Numbers as people type them, and buttons as they press them.
globalThis.lmmteachTyped = (() => {
  /** "12,5", "−3", "1,234.5" and "1e3" are numbers; NaN for what is none. */
  function number(text) {
    let plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/[\s\u00a0\u202f']/g, "");
    plain = plain.includes(".") ? plain.replace(/,(?=\d{3}(\D|$))/g, "") : plain.replace(",", ".");
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  }

  /** The unit of the last digit that was meant: 0.01 for "1.25", 10 for "430", 1 for "430.". */
  function unit(text) {
    const digits = text.trim().replace(",", ".").replace(/e.*$/i, "");
    if (digits.includes(".")) return 10 ** -(digits.length - 1 - digits.indexOf("."));
    return 10 ** /0*$/.exec(digits)[0].length;
  }

  /**
   * `act()` when a form's button is pressed, or Enter in one of its fields; a double click is one press. A frame may
   * keep forms from being sent, and then says nothing of it: the press itself is heard.
   */
  function pressed(form, act) {
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.type === "submit" || event.detail > 1) event.preventDefault();
      if (event.detail > 1) event.stopPropagation();
      else if (button.type === "submit") act();
    }, true);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
  }

  /** Whether the page stands in a frame without an origin of its own, where much may be forbidden without a word. */
  const framed = () => self.origin === "null" && self !== parent;

  return { number, unit, pressed, framed };
})();
