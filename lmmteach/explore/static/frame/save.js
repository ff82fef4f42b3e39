// A panel to take away: as a picture, SVG or PNG, or its numbers as CSV. Made in the page, nothing is asked for.
import { csv, tablesIn } from "../kit/csv.js";
import { h, s, setText } from "../kit/dom.js";
import { framed, KEPT_BACK } from "../kit/framed.js";
import { carriedFonts } from "./fonts.js";
import { pictureOf } from "./picture.js";
import { settingOf } from "./setting.js";

const READ = 8000; // ms that a refusal stands
const SHARP = 2; // pixels of a PNG for one of the page's

/** The small menu of a panel; the numbers are what the panel said in `ctx.numbers`, else its tables as printed. */
export function createSave(panel, body, { title, panel: kind }, ctx) {
  const said = h("span", { class: "lmmx-sr", role: "status" });
  let fading = 0;
  const ways = [["SVG", saveSvg], ["PNG", savePng], ["CSV", saveCsv]];
  const choices = ways.map(([name, save]) => h("button", {
    type: "button", class: "lmmx-savechoice", "data-action": `save-${name.toLowerCase()}`, onclick: () => choose(save),
  }, h("b", {}, name), name === "CSV" ? " the numbers" : " a picture"));
  const group = { class: "lmmx-savelist", hidden: true, role: "group", "aria-label": `Save ${title} as` };
  const note = framed() ? h("p", { class: "lmmx-savenote" }, KEPT_BACK) : null;
  const list = h("div", group, choices, note);
  const opener = h("button", {
    type: "button", class: "lmmx-saveopen", "aria-expanded": "false", "aria-label": `Save as: ${title}`,
    title: "Save as", "data-action": "save", onclick: () => open(list.hidden),
  });
  const node = h("div", { class: "lmmx-save" }, opener, list, said);
  const outside = ({ target }) => { if (!node.contains(target)) open(false); };
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    opener.focus();
  });
  node.addEventListener("focusout", ({ relatedTarget: to }) => { if (to && !node.contains(to)) open(false); });
  ctx.atEnd(() => { removeEventListener("pointerdown", outside, true); clearTimeout(fading); });

  function open(on) {
    if (on === !list.hidden) return;
    tell("");
    list.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    (on ? addEventListener : removeEventListener)("pointerdown", outside, true);
    // A panel without numbers of its own has none to save.
    choices[2].hidden = numbers().length === 0;
    if (on) choices[0].focus();
  }
  async function choose(save) {
    open(false);
    opener.focus();
    try {
      await save();
      tell(framed() ? "Handed to the browser." : "Saved.");
    } catch (error) {
      tell(`It could not be saved: ${error.message}.`, false);
    }
  }
  /** For those who listen; what went wrong, for those who look as well. */
  function tell(words, well = true) {
    setText(said, words);
    said.className = well ? "lmmx-sr" : "lmmx-savesaid";
    clearTimeout(fading);
    if (!well) fading = setTimeout(tell, READ, "");
  }
  const name = (ending) => {
    const plain = `${ctx.data.view.name || "explorer"}-${kind}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    return `${plain.replace(/^-|-$/g, "")}.${ending}`;
  };
  const numbers = () => (ctx.numbers.has(body) ? ctx.numbers.get(body)(...ctx.painted) : tablesIn(body));
  const look = (more) => ({
    ground: ctx.colour("ground"), ink: getComputedStyle(panel).color, muted: ctx.colour("muted"), title,
    feet: [settingOf(ctx), ctx.data.labels.source], ...more,
  });

  async function saveSvg() {
    const { svg } = await sharply(() => pictureOf(panel, look()));
    const sheet = await carriedFonts(svg);
    if (sheet) svg.prepend(s("style", {}, sheet));
    download(new XMLSerializer().serializeToString(svg), "image/svg+xml", name("svg"));
  }
  async function savePng() {
    const canvas = document.createElement("canvas");
    const c = canvas.getContext("2d");
    const { svg } = await sharply(() => {
      const made = pictureOf(panel, look({ images: false }));
      Object.assign(canvas, { width: Math.round(made.width * SHARP), height: Math.round(made.height * SHARP) });
      c.scale(SHARP, SHARP);
      c.fillStyle = ctx.colour("ground");
      c.fillRect(0, 0, made.width, made.height);
      for (const [one, ...box] of made.canvases) if (one.width && one.height) c.drawImage(one, ...box);
      return made;
    });
    svg.querySelector("rect").remove(); // the ground lies under the canvases
    const sheet = await carriedFonts(svg);
    if (sheet) svg.prepend(s("style", {}, sheet));
    const image = new Image();
    await new Promise((done, failed) => {
      image.onload = done;
      image.onerror = () => failed(new Error("this site lets no picture be drawn; save it as SVG"));
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    });
    c.drawImage(image, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("the picture is too large");
    download(blob, "image/png", name("png"));
  }
  async function saveCsv() {
    await still();
    download(csv(numbers()), "text/csv;charset=utf-8", name("csv"));
  }
  /** What is saved is of one setting: motions have arrived, and what the panel works out in pieces is there. */
  async function still() {
    ctx.settle();
    while (panel.querySelector("[data-ready=false]")) {
      await frames(1);
      ctx.settle();
    }
  }
  /** Look while canvases are drawn as sharp as a picture is. */
  async function sharply(take) {
    try {
      ctx.sharpness = SHARP;
      ctx.again();
      await frames(3);
      await still();
      return take();
    } finally {
      ctx.sharpness = 1;
      ctx.again();
    }
  }
  return node;
}

const frames = (left) => new Promise((done) => {
  const next = (n) => (n ? requestAnimationFrame(() => next(n - 1)) : done());
  next(left);
});

function download(content, type, name) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
