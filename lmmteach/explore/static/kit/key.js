// What a panel's marks mean, in one line under it: a small picture of each mark, and a word or two.
import { h, setText } from "./dom.js";

/**
 * markKey(...items) -> { node, say(k, text, colour), show(k, on) }. An item is [mark, text]: `mark` names a drawing of
 * style/hands.css, a "line:G12" is one in a parameter's colour, a "number:123" the small grey number it stands for.
 */
export function markKey(...items) {
  const parts = items.map(([mark, text]) => {
    const [kind, more = ""] = mark.split(":");
    const sample = kind === "number" ? more : "";
    const picture = kind && h("span", { class: `lmmx-keysign lmmx-keysign-${kind}`, "aria-hidden": "true" }, sample);
    const said = h("span", {}, text);
    const style = more && !sample ? `--tone:var(--${more})` : null;
    return { said, tone: "", node: h("span", { class: "lmmx-legenditem", style }, picture, said) };
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
