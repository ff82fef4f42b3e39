// A link to the present setting, to be kept or sent on.
import { h, setText } from "../kit/dom.js";

const SAID = 2500; // ms

/** The button that copies it; where a browser does not let it, the link itself, chosen to be copied by hand. */
export function createLink(ctx) {
  const looks = { type: "button", class: "lmmx-button", "data-action": "link" };
  const button = h("button", { ...looks, onclick: copy }, "Copy link");
  const box = h("input", {
    type: "text", class: "lmmx-linkbox", readonly: true, hidden: true, "aria-label": "Link to this setting",
    onblur: () => { box.hidden = true; },
    onkeydown: ({ key }) => { if (key === "Escape") button.focus(); },
  });
  const said = h("span", { class: "lmmx-sr", role: "status" });
  let resting = 0;
  ctx.atEnd(() => clearTimeout(resting));

  async function copy() {
    const link = ctx.address.link();
    try {
      await navigator.clipboard.writeText(link);
      tell("Copied", "The link to this setting is copied.");
    } catch {
      box.hidden = false;
      box.value = link;
      box.focus();
      box.select();
      tell("Copy link", "The link to this setting: copy it with the keyboard.");
    }
  }
  function tell(short, long) {
    setText(button, short);
    setText(said, long);
    clearTimeout(resting);
    resting = setTimeout(() => { setText(button, "Copy link"); setText(said, ""); }, SAID);
  }
  return h("span", { class: "lmmx-link" }, button, box, said);
}
