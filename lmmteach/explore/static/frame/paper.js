// For paper: where the explorer stands, in words, with a link to it; and its pictures in the light colours.
import { h, setText } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";
import { settingOf } from "./setting.js";

/** The line that only paper shows. */
export function createPaper(ctx) {
  const setting = h("span", {});
  const link = h("span", {});
  const node = h("p", { class: "lmmx-paper" }, setting, link);
  const media = typeof matchMedia === "undefined" ? null : matchMedia("print");

  function begin() {
    ctx.onPaper(true);
    ctx.settle();
    const [d] = ctx.painted;
    const likelihood = ctx.data.view.readouts.includes("likelihood") && Number.isFinite(d.deviance)
      ? `; \u22122 log L ${fixed(d.deviance, 2)} (${d.method})` : "";
    setText(setting, `${settingOf(ctx)}${likelihood}. `);
    setText(link, ctx.address ? `To be moved at ${ctx.address.link()}` : "");
  }
  const end = () => ctx.onPaper(false);
  const turned = () => (media.matches ? begin : end)();
  const listeners = [["beforeprint", begin], ["afterprint", end]];
  for (const [event, call] of listeners) addEventListener(event, call);
  if (media) media.addEventListener("change", turned);
  ctx.atEnd(() => {
    for (const [event, call] of listeners) removeEventListener(event, call);
    if (media) media.removeEventListener("change", turned);
  });
  return node;
}
