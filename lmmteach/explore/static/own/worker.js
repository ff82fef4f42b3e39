// The engine beside the page: answers what it is asked, and says how far it is. The page waits without standing still.
import { createEngine } from "./engine.js";

/** Answer { id, ask, given } by { id, answer } or { id, refused }, and on the way by { id, told: [share, what] }. */
export function listen(scope) {
  const engine = createEngine();
  scope.onmessage = ({ data: { id, ask, given } }) => {
    try {
      scope.postMessage({ id, answer: engine[ask](given, (...told) => scope.postMessage({ id, told })) });
    } catch ({ name, message, what, fix, stray }) {
      scope.postMessage({ id, refused: { name, message, what, fix, stray } });
    }
  };
}
