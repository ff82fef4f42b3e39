// The lecture hall: an explorer that fills a slide or the screen, magnified until the last row can read it.

/** What an explorer in the hall is laid out for, in its own pixels; what a screen has beyond that is shared out. */
const STAGE = [960, 540];
/** A window smaller than that is no hall: the explorer stays as it is in the book, and scrolls. */
const LEAST = 0.75;

/** How often the stage fits into a window of this size. */
export const magnification = (width, height) => Math.min(width / STAGE[0], height / STAGE[1]);

/** What is one line high: it leaves the height to what stands below it. */
const FLAT = ["lmmx-panel-equation", "lmmx-panel-icc"];

/** One panel alone takes all the room, of three the first is as high as the other two. */
export function arrange(root) {
  const all = root.querySelector(".lmmx-panels");
  const panels = [...all.children].filter((node) => node.classList.contains("lmmx-panel"));
  const shown = panels.filter((panel) => !panel.hidden);
  const flat = shown.length > 1 ? shown.filter((panel) => FLAT.some((name) => panel.classList.contains(name))) : [];
  const narrow = shown.filter((panel) => !panel.classList.contains("lmmx-wide"));
  all.classList.toggle("lmmx-alone", shown.length === 1);
  all.classList.toggle("lmmx-three", narrow.length === 3);
  for (const panel of panels) {
    panel.classList.toggle("lmmx-first", panel === narrow[0]);
    panel.classList.toggle("lmmx-flat", flat.includes(panel));
  }
  all.classList.toggle("lmmx-lined", flat.length > 0);
  all.style.setProperty("--flat", flat.length);
  all.style.setProperty("--shown", shown.length);
  tighten(root);
}

/** Where the console is higher than the room, each of its sliders takes one line. */
function tighten(root) {
  const console = root.querySelector(".lmmx-console");
  root.classList.remove("lmmx-tight");
  if (root.classList.contains("lmmx-hall")) {
    root.classList.toggle("lmmx-tight", console.scrollHeight > console.clientHeight + 1);
  }
}

/** { enter(), leave() }: in the hall, and out of it; while in it the explorer follows the size of the window. */
export function createHall(root, ctx) {
  let [inside, watching] = [false, false];
  function fit() {
    const times = magnification(innerWidth, innerHeight);
    const hall = inside && times >= LEAST;
    const zoom = hall ? times.toFixed(4) : "";
    if (root.dataset.zoom === zoom) return;
    root.classList.toggle("lmmx-hall", hall);
    root.style.zoom = root.dataset.zoom = zoom;
    arrange(root);
    ctx.remeasure();
  }
  /** The console comes when the question is answered: only then its height is known. */
  function watchConsole() {
    if (watching || typeof ResizeObserver === "undefined") return;
    watching = true;
    const seen = new ResizeObserver(() => tighten(root));
    seen.observe(root.querySelector(".lmmx-console"));
    ctx.atEnd(() => seen.disconnect());
  }
  addEventListener("resize", fit);
  ctx.atEnd(() => removeEventListener("resize", fit));
  return {
    enter() {
      inside = true;
      watchConsole();
      fit();
    },
    leave() {
      inside = false;
      fit();
    },
  };
}

/** An explorer whose host stands in an element of class lmmx-room fills that room. */
export function fillRoom(root, ctx) {
  if (!root.closest(".lmmx-room")) return;
  createHall(root, ctx).enter();
  ctx.arrange(); // the room is another one than was measured
}
