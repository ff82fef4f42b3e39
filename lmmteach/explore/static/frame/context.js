// What panels may ask of their surroundings, kept until the page changes.
import { groundOf, watchTheme } from "./theme.js";

const SHORTEST = 90; // pixels of a drawing
// Read before panels write: a colour asked for later lays the page out once more.
const PALETTE = "ground ink muted rule data ghost line G11 G11-text G12 G22 rho sigma2 fluct "
  + "shade-V shade-plus shade-minus cat1 cat2 cat3 cat4 cat5";
const atLeast = (size, least) => Math.max(Math.round(size), least);

/** Without a ResizeObserver the panels keep the widths they begin with. */
const observer = (seen) =>
  (typeof ResizeObserver === "undefined" ? { observe() {}, disconnect() {} } : new ResizeObserver(seen));

/** A colour that the reader's system names is what it stands for here: a canvas knows it otherwise. */
function resolved(root, colour) {
  if (!/^([A-Z]|color-mix)/.test(colour)) return colour;
  const probe = document.createElement("span");
  probe.style.color = colour;
  root.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

export function createContext(root, data, again) {
  let [colours, family] = [{}, null];
  const [widths, heights] = [new Map(), new Map()];
  const sizes = observer((entries) => {
    for (const { target, contentRect } of entries) {
      widths.set(target, atLeast(contentRect.width, 160));
      heights.set(target, atLeast(contentRect.height, SHORTEST));
    }
    again();
  });
  let paper = false;
  const retheme = () => {
    const ground = paper ? { colour: "#ffffff", dark: false } : groundOf(root.parentElement || document.body);
    root.dataset.mode = ground.dark ? "dark" : "light";
    root.style.setProperty("--ground", ground.colour);
    [colours, family] = [{}, null];
    PALETTE.split(" ").forEach(ctx.colour);
    again();
  };
  const stop = watchTheme(retheme);
  // What a canvas says is drawn in the font there is: anew when the page's own has come.
  let arrivals = 0;
  const lettered = () => { arrivals += 1; again(); };
  document.fonts?.addEventListener?.("loadingdone", lettered);
  const first = requestAnimationFrame(retheme); // a notebook puts the explorer into its page after it was made
  const ends = [
    stop,
    () => document.fonts?.removeEventListener?.("loadingdone", lettered),
    () => sizes.disconnect(),
    () => cancelAnimationFrame(first),
  ];
  const ctx = {
    data, again, root,
    /** The numbers of a panel, as rows to save: what is set under its element returns them; else its tables are. */
    numbers: new Map(),
    /** More than 1 while a picture is taken. */
    sharpness: 1,
    /** Code to run when the explorer goes. */
    atEnd: (end) => ends.push(end),
    /** An explorer that stands in its page as it is made has the page's colours at once. */
    placed() {
      if (!root.isConnected) return;
      cancelAnimationFrame(first);
      retheme();
    },
    /** On paper the ground is white, whatever it is on the screen. */
    onPaper(on) {
      paper = on;
      retheme();
    },
    theme: () => root.dataset.mode || "light",
    colour: (name) => (colours[name] ??= resolved(root, getComputedStyle(root).getPropertyValue(`--${name}`).trim())),
    font: (size) => `${size}px ${family ??= getComputedStyle(root).fontFamily}`,
    /** How often fonts have arrived. */
    arrivals: () => arrivals,
    /** How many device pixels a canvas needs for one of the page's, full screen magnification included. */
    density() {
      return Math.min((window.devicePixelRatio || 1) * (Number(root.dataset.zoom) || 1) * this.sharpness, 3);
    },
    width(el) {
      if (!widths.has(el)) {
        widths.set(el, atLeast(el.clientWidth, 160));
        sizes.observe(el);
      }
      return widths.get(el);
    },
    /** How high a drawing is: as it was made, but in the hall as high as the room it is given. */
    height(el, natural) {
      if (!root.classList.contains("lmmx-hall")) return natural;
      if (!heights.has(el)) {
        heights.set(el, atLeast(el.clientHeight, SHORTEST));
        sizes.observe(el);
      }
      return heights.get(el);
    },
    /** The explorer stands in another room now. */
    remeasure() {
      widths.clear();
      heights.clear();
      again();
    },
  };
  return { ctx, dispose: () => ends.forEach((end) => end()) };
}
