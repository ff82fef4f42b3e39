// From a slider's move to a drawing: state -> derived -> panels, at most once a frame; the way back; Python.
import { deriver } from "../maths/derive.js";
import { moved, readState, TRAITS, withTraits } from "./state.js";

const QUIET = 700; // ms without a move end a gesture: one entry to undo, one sentence to speak
const DEEP = 100;

/**
 * `paint(derived, state)` draws; `speak(parameter, before, now)` says what a gesture did. Returns what the page may
 * do (`act`), `read()` the present state, `schedule()` a painting, and `stop()`.
 */
export function createLoop(model, data, { paint, speak }) {
  const derive = deriver(data);
  const past = [];
  let [state, derived, frame] = [readState(model), null, 0];
  let [unsent, gesture, resting] = [false, null, 0];

  function schedule() {
    if (!frame) frame = requestAnimationFrame(draw);
  }
  function draw() {
    frame = 0;
    derived = derive(state);
    paint(derived, { ...state, canUndo: past.length > 0 });
    const send = unsent;
    unsent = false;
    if (send) python.send(state);
  }
  function show(next) {
    state = next;
    schedule();
  }
  function become(next, parameter = null, remember = true) {
    if (remember && (!gesture || gesture.parameter !== parameter)) {
      past.push(state);
      if (past.length > DEEP) past.shift();
    }
    if (!gesture || gesture.parameter !== parameter) gesture = { parameter, from: gesture ? gesture.from : derived };
    unsent = true;
    show(next);
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (derived && gesture) speak(gesture.parameter, gesture.from, derived);
      gesture = null;
    }, QUIET);
  }
  function undo() {
    const before = past.pop();
    if (!before) return;
    gesture = null;
    become({ ...before, prediction: state.prediction, active: null }, null, false);
  }
  const read = () => state;
  const python = exchange(model, read, show);
  return {
    act: { ...actsOf(data, read, become, show), undo }, schedule, draw, read,
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(resting);
      python.stop();
    },
  };
}

/** What the page may do: each says what becomes of the state, and whether that is a step to undo. */
function actsOf(data, read, become, show) {
  const merged = ({ G, sigma2, dials, seed, method, hold }) => Object.fromEntries(Object.entries({
    G, sigma2, seed, method, hold, dials: dials && { ...read().dials, ...dials },
  }).filter(([, value]) => value !== undefined));
  return {
    move: (parameter, value) => become(moved(read(), parameter, value), parameter),
    /** A person the pointer passes: looked at, not moved, so nothing to undo. */
    follow: (subject) => become(moved(read(), "subject", subject), null, false),
    activate: (parameter) => show({ ...read(), active: parameter === "rho" ? "G12" : parameter }),
    hold: (hold) => become({ ...read(), hold }),
    method: (method) => become({ ...read(), method }),
    /** Several traits at once; `as` names the gesture, so that a dragged handle is one step back. */
    goTo: (setting, as = null) => become(withTraits(read(), merged(setting)), as),
    newDraws: () => become({ ...read(), seed: (read().seed + 1) % 2147483647 }),
    reset: () => become(withTraits(read(), { ...data.start, prediction: read().prediction })),
    predict: (prediction) => become({ ...read(), prediction }, null, false),
    showFit: (showFit) => show({ ...read(), showFit }),
  };
}

/** The exchange with Python: `send(state)` sets all traits, `take(state)` gets one in which Python changed a trait. */
function exchange(model, read, take) {
  let sending = false;
  // Only the trait that changed is taken over: another one may hold a move that has not been sent yet.
  const listeners = TRAITS.map((name) => [`change:${name}`, () => {
    const value = model.get(name);
    const state = read();
    if (sending || JSON.stringify(value) === JSON.stringify(state[name])) return;
    take(readState({ get: (other) => (other === name ? value : state[other]) }, state));
  }]);
  for (const [event, call] of listeners) model.on(event, call);
  return {
    send(state) {
      // Each set tells its listeners at once, while the other traits still hold the old values.
      sending = true;
      for (const name of TRAITS) model.set(name, state[name]);
      sending = false;
      model.save_changes();
    },
    stop() {
      for (const [event, call] of listeners) model.off(event, call);
    },
  };
}
