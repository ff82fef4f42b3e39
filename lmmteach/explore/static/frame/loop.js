// From a slider's move to a drawing: state -> derived -> panels, at most once a frame; the way back; Python.
import { deriver } from "../maths/derive.js";
import { keepingActs } from "./keeping.js";
import { createMotion } from "./motion.js";
import { moved, NOTHING, readState, sameSelection, sameSetting, TRAITS, withTraits } from "./state.js";

const QUIET = 700; // ms without a move end a gesture: one entry to undo, one sentence to speak
const DEEP = 100;
const OUTSIDE = "outside";

/**
 * `residual` is what `deriver` calls R. `paint(derived, state, all)` draws, or where `all` is false only lights what is
 * selected; `speak(parameter, before, now)` says what a gesture did. Returns what the page may do (`act`), `read()` the
 * present state, `schedule()` a painting, `settle()` the end of every motion, painted at once, and `stop()`.
 */
export function createLoop(model, data, residual, { paint, speak }) {
  const derive = deriver(data, residual);
  const motion = createMotion(data);
  const past = [];
  let [state, derived, frame] = [readState(model), null, 0];
  let [shown, selection, stale] = [state, NOTHING, true]; // `shown` is painted: behind the state while it moves
  let [unsent, gesture, resting, pressed] = [false, null, 0, false];

  function ask() {
    if (!frame) frame = requestAnimationFrame(draw);
  }
  function schedule() {
    stale = true;
    ask();
  }
  function draw() {
    frame = 0;
    const all = stale || motion.going();
    stale = false;
    if (all) {
      shown = motion.shown(state, performance.now());
      derived = derive(shown);
    }
    paint(derived, { ...shown, selection, canUndo: past.length > 0 }, all);
    if (motion.going()) ask();
    const send = unsent;
    unsent = false;
    if (send) python.send(state);
  }
  function show(next) {
    state = next;
    schedule();
  }
  /** What holds from now on, the way back included. */
  function always(values) {
    past.forEach((one, k) => { past[k] = { ...one, ...values }; });
    show({ ...state, ...values });
  }
  function remember() {
    past.push(state);
    if (past.length > DEEP) past.shift();
  }
  /** `parameter` names a gesture, of which more may come; without a name, and where `whole`, it is a step by itself. */
  function become(next, parameter = null, step = true, whole = parameter === null) {
    const same = gesture && !whole && gesture.parameter === parameter;
    if (!same) gesture = { parameter, from: gesture ? gesture.from : derived, noted: false };
    if (step && !gesture.noted && !sameSetting(state, next)) { // pressed twice, a button has done one thing
      remember();
      gesture.noted = true;
    }
    unsent = true;
    show(next);
    clearTimeout(resting);
    if (!pressed) resting = setTimeout(rest, QUIET);
  }
  /** The gesture is over. */
  function rest() {
    clearTimeout(resting);
    if (derived && gesture) speak(gesture.parameter, gesture.from, derived);
    gesture = null;
  }
  /** Become the next state in a motion that can be followed. */
  function travel(next, step = true) {
    gesture = null;
    motion.begin(shown, next);
    become(next, null, step);
  }
  /** A hand that takes hold while something moves goes on from where that stands. */
  function halt() {
    state = motion.stands(state);
    motion.stop();
    return state;
  }
  /** All that is on its way is there, and painted: a picture is of one setting. */
  function settle() {
    motion.stop();
    cancelAnimationFrame(frame);
    stale = true;
    draw();
  }
  /** What Python, or a button beside the explorer, set: one step, and in a motion unless more and more of it comes. */
  function take(next, name) {
    if (name !== "prediction") {
      if (!gesture || gesture.parameter !== OUTSIDE) {
        remember();
        gesture = { parameter: OUTSIDE, from: derived, fresh: true };
        const begun = gesture;
        setTimeout(() => { begun.fresh = false; }); // traits that were set together arrive one by one
      }
      if (gesture.fresh) motion.begin(shown, next);
      else motion.stop();
      clearTimeout(resting);
      if (!pressed) resting = setTimeout(rest, QUIET);
    }
    show(next);
  }
  function undo() {
    const before = past.pop();
    if (!before) return;
    travel({ ...before, prediction: state.prediction, active: null }, false);
  }
  const read = () => state;
  const python = exchange(model, read, take);
  return {
    act: {
      ...actsOf(data, { read, halt, become, travel, show, always }), undo,
      /** A pointer is down: until it is up all it does is one gesture, however long it rests. */
      press(on) {
        if (on) rest();
        pressed = on;
        if (!on && gesture) resting = setTimeout(rest, QUIET);
      },
      halt: () => { if (motion.going()) { unsent = true; show(halt()); } },
      /** What is looked at, in every panel: { pair: [s, t], subject, parameter }, or null for nothing. */
      select(part) {
        const next = part ? { ...NOTHING, ...part } : NOTHING;
        if (sameSelection(selection, next)) return;
        selection = next;
        ask();
      },
    },
    schedule, draw, settle, read,
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(resting);
      python.stop();
    },
  };
}

/** What the page may do: each says what becomes of the state, and whether that is a step to undo. */
function actsOf(data, { read, halt, become, travel, show, always }) {
  const merged = ({ G, sigma2, dials, seed, method, hold }) => Object.fromEntries(Object.entries({
    G, sigma2, seed, method, hold, dials: dials && { ...read().dials, ...dials },
  }).filter(([, value]) => value !== undefined));
  const chosen = new Set(data.view.dials.filter(({ kind }) => kind !== "slider").map(({ name }) => name));
  return {
    move: (parameter, value) => become(moved(halt(), parameter, value), parameter, true, chosen.has(parameter)),
    /** A person the pointer passes: looked at, not moved, so nothing to undo. */
    follow: (subject) => become(moved(read(), "subject", subject), null, false),
    activate: (parameter) => show({ ...read(), active: parameter === "rho" ? "G12" : parameter }),
    hold: (hold) => become({ ...read(), hold }),
    method: (method) => become({ ...read(), method }),
    /** Several traits at once, in a motion; `as` names a gesture: no motion, and a dragged handle is one step back. */
    goTo(setting, as = null) {
      if (as === null) travel(withTraits(read(), merged(setting)));
      else become(withTraits(halt(), merged(setting)), as);
    },
    /** A reading, by its name, as if it had been higher by so much; no name: all as they were read. */
    nudge: (name, by) => become({ ...halt(), nudged: name ? { ...read().nudged, [name]: by } : {} }, `nudge ${name}`),
    newDraws: () => become({ ...read(), seed: (read().seed + 1) % 2147483647 }),
    reset: () => travel({ ...withTraits(read(), { ...data.start, prediction: read().prediction }), nudged: {} }),
    predict: (prediction) => become({ ...read(), prediction }, null, false),
    /** Unless a game hides it, that is a step to undo. */
    showFit: (showFit, step = true) => (step ? become({ ...read(), showFit }) : always({ showFit })),
    ...keepingActs(read, travel),
  };
}

/** The exchange with Python: `send(state)` sets all, `take(state, name)` a state in which Python changed `name`. */
function exchange(model, read, take) {
  let sending = false;
  // Only the trait that changed is taken over: another one may hold a move that has not been sent yet.
  const listeners = TRAITS.map((name) => [`change:${name}`, () => {
    const value = model.get(name);
    const state = read();
    if (sending || JSON.stringify(value) === JSON.stringify(state[name])) return;
    take(readState({ get: (other) => (other === name ? value : state[other]) }, state), name);
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
