// Arrow keys for what a hand moves: steps to the right and up.

const STEP = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [5, 5], PageDown: [-5, -5],
};

/** [steps right, steps up] of a key, five times as many with Shift, or null for any other; the page keeps still. */
export function stepsOf(event) {
  const by = STEP[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  return by.map((k) => k * (event.shiftKey ? 5 : 1));
}
