"""What a page does in a frame, counted: layouts asked for, strokes and their length, what is written to the page."""

from __future__ import annotations

from typing import Any

# Put in before the page's own scripts.  `frame` says whether an explorer's own drawing is under way.
COUNT = """
(() => {
  const done = globalThis.done = { frames: 0, reads: {}, writes: 0, same: [], segments: 0, strokes: 0, wide: 0 };
  let frame = false;
  const ask = requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => ask((t) => {
    frame = true; done.frames += 1;
    try { call(t); } finally { frame = false; }
  });
  const read = (name) => { if (frame) done.reads[name] = (done.reads[name] || 0) + 1; };
  const watch = (owner, names, note) => names.forEach((name) => {
    const found = Object.getOwnPropertyDescriptor(owner, name);
    if (!found) throw new Error(`there is no ${name} to count`);
    if (found.get) {
      Object.defineProperty(owner, name, { ...found, get() { note(name, this); return found.get.call(this); } });
    } else {
      owner[name] = function (...given) { note(name, this, given); return found.value.apply(this, given); };
    }
  });
  watch(Element.prototype, ["getBoundingClientRect", "getClientRects", "clientWidth", "clientHeight", "clientTop",
    "clientLeft", "scrollWidth", "scrollHeight", "scrollTop", "scrollLeft", "scrollIntoView"], read);
  watch(HTMLElement.prototype, ["offsetWidth", "offsetHeight", "offsetTop", "offsetLeft", "offsetParent",
    "innerText"], read);
  watch(MouseEvent.prototype, ["offsetX", "offsetY"], read);
  watch(SVGGraphicsElement.prototype, ["getBBox", "getCTM", "getScreenCTM"], read);
  watch(SVGTextContentElement.prototype, ["getComputedTextLength"], read);
  watch(CanvasRenderingContext2D.prototype, ["measureText"], read);
  watch(window, ["getComputedStyle"], read);
  watch(Element.prototype, ["setAttribute"], (_, node, [name, value]) => {
    done.writes += 1;
    if (frame && node.getAttribute(name) === String(value)) done.same.push(`${node.tagName} ${name}=${value}`);
  });
  // A path's length so far, in pixels of the canvas.
  const at = new WeakMap();
  const scale = (c) => Math.hypot(c.getTransform().a, c.getTransform().b);
  watch(CanvasRenderingContext2D.prototype, ["beginPath"], (_, c) => at.set(c, { x: 0, y: 0, length: 0 }));
  watch(CanvasRenderingContext2D.prototype, ["moveTo"], (_, c, [x, y]) => Object.assign(at.get(c) || {}, { x, y }));
  watch(CanvasRenderingContext2D.prototype, ["lineTo"], (_, c, [x, y]) => {
    const path = at.get(c);
    if (frame) done.segments += 1;
    if (path) { path.length += Math.hypot(x - path.x, y - path.y); Object.assign(path, { x, y }); }
  });
  watch(CanvasRenderingContext2D.prototype, ["stroke"], (_, c) => {
    if (!frame) return;
    done.strokes += 1;
    if (c.lineWidth * scale(c) > 1.01) done.wide += (at.get(c) || { length: 0 }).length * scale(c);
  });
})();
"""
RESET = """() => Object.assign(globalThis.done, {
  frames: 0, reads: {}, writes: 0, same: [], segments: 0, strokes: 0, wide: 0 })"""


def watch_counts(page: Any) -> None:
    """Count from the next page on."""
    page.add_init_script(COUNT)


def reset_counts(page: Any) -> None:
    """From zero again."""
    page.evaluate(RESET)


def counts(page: Any) -> dict[str, Any]:
    """What was counted since."""
    found: dict[str, Any] = page.evaluate("globalThis.done")
    return found
