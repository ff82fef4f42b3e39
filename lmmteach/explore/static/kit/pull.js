// Pulling at something with a pointer: how far it went, in the page's pixels, until it is let go.

const SLACK = 3; // pixels that are still a press and no pull

/**
 * pull(node, { begin(event), drag(start, dx, dy), tap(start, event) }): `begin` returns what `drag` has to know of the
 * start, or null where there is nothing to pull. A pointer that hardly moves taps.
 */
export function pull(node, { begin, drag, tap }) {
  let [held, last] = [null, null];
  node.addEventListener("pointerdown", (event) => {
    last = null;
    if (event.button > 0) return;
    const start = begin(event);
    if (start === null) return;
    node.setPointerCapture(event.pointerId);
    // Full screen magnifies: a pointer tells screen pixels.
    const page = node.closest("div");
    const zoom = page.getBoundingClientRect().width / page.offsetWidth || 1;
    held = { start, x: event.clientX, y: event.clientY, zoom, far: false };
  });
  node.addEventListener("pointermove", (event) => {
    if (!held || !node.hasPointerCapture(event.pointerId)) return;
    const [dx, dy] = [(event.clientX - held.x) / held.zoom, (event.clientY - held.y) / held.zoom];
    held.far = held.far || Math.hypot(dx, dy) > SLACK;
    if (held.far) drag(held.start, dx, dy);
  });
  node.addEventListener("lostpointercapture", () => { [held, last] = [null, held]; });
  node.addEventListener("click", (event) => {
    if (!last) return;
    event.lmmxKept = true; // neither a pull nor a tap here is a tap beside the selection
    if (!last.far && tap) tap(last.start, event);
    last = null;
  });
}
