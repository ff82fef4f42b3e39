// Between the slides and the speaker's window: messages of one kind, taken only from the slides' own site.

const KIND = "lmmteach-lecture";
const own = () => (location.protocol === "file:" ? "*" : location.origin);

/** Say something to the other window. */
export const tell = (other, what) => other.postMessage({ kind: KIND, ...what }, own());

/** Hear what is said; returns nothing, as both windows listen as long as they live. */
export function hear(call) {
  addEventListener("message", (event) => {
    // A page opened from disk has no origin that could be told from another's: there the message's kind must do.
    const fromUs = location.protocol === "file:" || event.origin === location.origin;
    if (fromUs && event.source && event.data && event.data.kind === KIND) call(event.data, event.source);
  });
}
