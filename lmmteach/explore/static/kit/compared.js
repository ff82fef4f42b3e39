// What is compared, as colours and as a list: two panels show the same choice.

/** The colour of the k-th of them, as CSS. */
export const colourOf = (k) => `var(--cat${(k % 5) + 1})`;

/** The chosen ones with `key` added at the end, or without it. */
export function toggled(chosen, key) {
  const others = chosen.filter((one) => one !== key);
  return others.length < chosen.length ? others : [...chosen, key];
}
