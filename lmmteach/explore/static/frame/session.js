// One explorer's life: its state, the way back, the exchange with Python, at most one painting a frame.
import { deriver } from "../maths/derive.js";
import { moved, readState, TRAITS, withTraits } from "./state.js";

const QUIET = 700; // ms without a move end a gesture: one entry to undo, one sentence to speak
const DEEP = 100;

/**
 * `paint(derived, state)` draws; `speak(parameter, before, now)` says what a gesture did. Returns what the page may
 * do (`act`), `read()` the present state, `schedule()` a painting, and `stop()`.
 */
export function createSession(model, data, { paint, speak }) {
  const derive = deriver(data);
  let state = readState(model);
  let derived = null;
  let frame = 0;
  let [unsent, sending] = [false, false];
  let gesture = null;
  let resting = 0;
  const past = [];

  function schedule() {
    if (!frame) frame = requestAnimationFrame(draw);
  }
  function draw() {
    frame = 0;
    derived = derive(state);
    paint(derived, { ...state, canUndo: past.length > 0 });
    if (unsent) send();
  }
  function send() {
    unsent = false;
    // Each set tells its listeners at once, while the other traits still hold the old values.
    sending = true;
    for (const name of TRAITS) model.set(name, state[name]);
    sending = false;
    model.save_changes();
  }
  function become(next, parameter = null, remember = true) {
    if (remember && (!gesture || gesture.parameter !== parameter)) {
      past.push(state);
      if (past.length > DEEP) past.shift();
    }
    if (!gesture || gesture.parameter !== parameter) gesture = { parameter, from: gesture ? gesture.from : derived };
    state = next;
    unsent = true;
    schedule();
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (derived && gesture) speak(gesture.parameter, gesture.from, derived);
      gesture = null;
    }, QUIET);
  }

  const act = {
    move: (parameter, value) => become(moved(state, parameter, value), parameter),
    /** A person the pointer passes: looked at, not moved, so nothing to undo. */
    follow: (subject) => become(moved(state, "subject", subject), null, false),
    activate: (parameter) => { state = { ...state, active: parameter === "rho" ? "G12" : parameter }; schedule(); },
    hold: (hold) => become({ ...state, hold }),
    method: (method) => become({ ...state, method }),
    /** Several traits at once; `as` names the gesture, so that a dragged handle is one step back. */
    goTo: (setting, as = null) => become(withTraits(state, merged(setting)), as),
    newDraws: () => become({ ...state, seed: (state.seed + 1) % 2147483647 }),
    reset: () => become(withTraits(state, { ...data.start, prediction: state.prediction })),
    predict: (prediction) => become({ ...state, prediction }, null, false),
    showFit: (showFit) => { state = { ...state, showFit }; schedule(); },
    undo() {
      const before = past.pop();
      if (!before) return;
      gesture = null;
      become({ ...before, prediction: state.prediction, active: null }, null, false);
    },
  };
  const merged = ({ G, sigma2, dials, seed, method, hold }) => Object.fromEntries(Object.entries({
    G, sigma2, seed, method, hold, dials: dials && { ...state.dials, ...dials },
  }).filter(([, value]) => value !== undefined));

  // Only the trait that changed is taken over: another one may hold a move that has not been sent yet.
  const fromModel = TRAITS.map((name) => [`change:${name}`, () => {
    const value = model.get(name);
    if (sending || JSON.stringify(value) === JSON.stringify(state[name])) return;
    state = readState({ get: (other) => (other === name ? value : state[other]) }, state);
    schedule();
  }]);
  for (const [event, call] of fromModel) model.on(event, call);
  return {
    act, schedule, draw,
    read: () => state,
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(resting);
      for (const [event, call] of fromModel) model.off(event, call);
    },
  };
}
