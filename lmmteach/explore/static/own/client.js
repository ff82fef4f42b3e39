// The page's side of the engine: small tables are worked on at once, large ones in a worker, which can be stopped.
import { createEngine } from "./engine.js";

const MANY = 1000; // lines from which a worker is taken

/**
 * { open, fit, view, stop }: promises of the engine's answers. `source` is the text of a script that answers as a
 * worker; without one all is done in the page. `told(share, what)` hears how far it is.
 */
export function createClient(source, told) {
  const own = createEngine();
  let [worker, waiting, next, file] = [null, new Map(), 0, null];

  function begin() {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data: { id, answer, refused, told: how } }) => {
      if (how) return told(...how);
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      return refused ? reject(Object.assign(new Error(refused.message), refused)) : resolve(answer);
    };
    worker.onerror = () => end(Object.assign(new Error("The work beside the page broke off."), { fix: "Try again." }));
  }
  function end(error) {
    worker?.terminate();
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting = new Map();
  }
  const ask = (name, given) => new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ask: name, given });
  });
  /** Beside the page where the table is large; there all is done again up to where the last work was stopped. */
  async function answered(name, given) {
    if (!file.large) return own[name](given, told);
    if (!worker) {
      begin();
      if (name !== "open") await ask("open", file.given);
      if (name === "view") await ask("fit", file.fitted);
    }
    return ask(name, given);
  }
  return {
    async open(bytes, options = {}) {
      end(stopped());
      let lines = 0;
      for (const byte of bytes) if (byte === 10 || byte === 13) lines += 1;
      const before = file;
      file = { given: { bytes, options }, large: Boolean(source) && typeof Worker === "function" && lines > MANY };
      try {
        return await answered("open", file.given);
      } catch (error) {
        end(stopped());
        file = before; // a table that cannot be read, or was stopped, does not take the place of the one that is open
        throw error;
      }
    },
    async fit(given) {
      const answer = await answered("fit", given);
      file.fitted = given;
      return answer;
    },
    view: (view) => answered("view", { view }),
    stop: () => end(stopped()),
    dispose: () => end(stopped()),
    get beside() { return file?.large ?? false; },
  };
}

const stopped = () => Object.assign(new Error("Stopped."), { name: "Stopped" });
