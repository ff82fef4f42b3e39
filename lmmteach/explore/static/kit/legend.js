// What a panel's marks mean, in one line under it: a small picture of each mark, and a word or two.
import { h, setText } from "./dom.js";

/**
 * legend(...items) -> { node, say(k, text, colour), show(k, on) }. An item is [mark, text]: `mark` names a drawing of
 * style/legend.css, a "number:1640" is shown as the small grey number it stands for.
 */
export function legend(...items) {
  const parts = items.map(([mark, text]) => {
    const [kind, sample = ""] = mark.split(":");
    const picture = kind ? h("span", { class: `lmmx-keysign lmmx-keysign-${kind}`, "aria-hidden": "true" }, sample) : null;
    const said = h("span", {}, text);
    return { said, node: h("span", { class: "lmmx-legenditem" }, picture, said) };
  });
  return {
    node: h("p", { class: "lmmx-key" }, parts.map((part) => part.node)),
    say(k, text, colour = "") {
      setText(parts[k].said, text);
      const tone = colour ? `var(--${colour})` : "";
      if (parts[k].tone !== tone) parts[k].node.style.setProperty("--tone", parts[k].tone = tone);
    },
    show(k, on) { if (parts[k].node.hidden === on) parts[k].node.hidden = !on; },
  };
}
