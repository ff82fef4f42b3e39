"""How large what is written on the screen is: text of the page, of SVG drawings and of canvases, in screen pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: keeps, for each canvas, what was written on it since it was last cleared, with its size in pixels of the canvas
WATCH_CANVASES = r"""(() => {
  const written = window.writtenOnCanvases = new Map();
  const proto = CanvasRenderingContext2D.prototype;
  const { fillText, clearRect } = proto;
  proto.clearRect = function (x, y, ...size) {
    if (x === 0 && y === 0) written.delete(this.canvas);
    return clearRect.call(this, x, y, ...size);
  };
  proto.fillText = function (text, ...place) {
    const size = parseFloat(/([\d.]+)px/.exec(this.font)[1]) * this.getTransform().d;
    written.set(this.canvas, [...written.get(this.canvas) || [], [size, String(text)]]);
    return fillText.call(this, text, ...place);
  };
})()"""

#: [size, text, class] of all that is written inside an element and can be seen
WRITTEN = """(root) => {
  const out = [];
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(node).visibility === 'visible'
      && !node.closest('.lmmx-sr, [hidden]');
  };
  const zoom = (node) => (node ? (parseFloat(getComputedStyle(node).zoom) || 1) * zoom(node.parentElement) : 1);
  const add = (node, text, times) => {
    const kind = String(node.className.baseVal ?? node.className);
    out.push([parseFloat(getComputedStyle(node).fontSize) * times, text.trim(), kind]);
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || /^(SCRIPT|STYLE|OPTION)$/.test(parent.tagName) || !seen(parent)) continue;
    const svg = parent.closest('svg');
    add(parent, node.data, svg ? svg.getScreenCTM().d : zoom(parent));
  }
  for (const field of root.querySelectorAll('input[type=text], select')) {
    if (seen(field)) add(field, field.value, zoom(field));
  }
  for (const [canvas, texts] of window.writtenOnCanvases) {
    if (!root.contains(canvas) || !seen(canvas)) continue;
    const times = canvas.getBoundingClientRect().height / canvas.height;
    for (const [size, text] of texts) out.push([size * times, text, 'canvas']);
  }
  return out;
}"""

#: what the last row has to read without effort: entries of V, symbols, the sliders' names and values
IMPORTANT = {"lmmx-value", "lmmx-symbol", "lmmx-what", "lmmx-box"}


@dataclass(frozen=True)
class Letters:
    """What is written somewhere: (size, text, class) each."""

    all: list[tuple[float, str, str]]

    def below(self, size: float) -> list[str]:
        """What is smaller than `size` pixels."""
        return [f"{text!r} {px:.1f} px ({kind})" for px, text, kind in self.all if px < size - 0.05]

    @property
    def important(self) -> Letters:
        return Letters([one for one in self.all if IMPORTANT & set(one[2].split())])


def letters(element: Any) -> Letters:
    """All that is written inside an element of a page that began with :data:`WATCH_CANVASES`."""
    return Letters([tuple(one) for one in element.evaluate(WRITTEN)])
