// Room kept beforehand for a sentence that grows and shrinks as something moves, so that it pushes nothing below it:
// as much as the longest one takes, at whatever width.
const WORDS = "as many words as there may be here, and each about as long as these; ";

/** What `data-room` holds for a sentence of at most `most` characters. */
export const room = (most) => WORDS.repeat(Math.ceil(most / WORDS.length)).slice(0, most);
