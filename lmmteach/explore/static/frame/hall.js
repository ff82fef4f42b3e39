// The lecture hall: an explorer that fills a slide or the screen, magnified until the last row can read it.

/** What an explorer in the hall is laid out for, in its own pixels; the rest of a wider or higher screen is shared out. */
const STAGE = [960, 540];
/** A window smaller than that is no hall: the explorer stays as it is in the book, and scrolls. */
const LEAST = 0.75;

/** How often the stage fits into a window of this size. */
export const magnification = (width, height) => Math.min(width / STAGE[0], height / STAGE[1]);

/** One panel alone takes all the room, of three the first is as high as the other two. */
export function arrange(root) {
  const all = root.querySelector(".lmmx-panels");
  const shown = [...all.children].filter((panel) => !panel.hidden);
  const narrow = shown.filter((panel) => !panel.classList.contains("lmmx-wide"));
  all.classList.toggle("lmmx-alone", shown.length === 1);
  all.classList.toggle("lmmx-three", narrow.length === 3);
  for (const panel of all.children) panel.classList.toggle("lmmx-first", panel === narrow[0]);
}

/** { enter(), leave() }: in the hall, and out of it; while in it the explorer follows the size of the window. */
export function createHall(root, ctx) {
  let inside = false;
  function fit() {
    const times = magnification(innerWidth, innerHeight);
    const hall = inside && times >= LEAST;
    const zoom = hall ? times.toFixed(4) : "";
    if (root.dataset.zoom === zoom) return;
    root.classList.toggle("lmmx-hall", hall);
    arrange(root);
    root.style.zoom = root.dataset.zoom = zoom;
    ctx.remeasure();
  }
  const turn = (on) => () => {
    inside = on;
    fit();
  };
  addEventListener("resize", fit);
  ctx.atEnd(() => removeEventListener("resize", fit));
  return { enter: turn(true), leave: turn(false) };
}

/** An explorer whose host stands in an element of class lmmx-room fills that room. */
export function fillRoom(root, ctx) {
  if (root.closest(".lmmx-room")) createHall(root, ctx).enter();
}
