// Numbers as people type them.
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

  return { number, unit };
})();
