// What cannot be done, said so that it helps: the culprit, and what to do about it.

/** An error to throw: what is wrong and where, what to do, and the lesson that explains it. */
export function refusal(what, fix = "", lesson = "") {
  const see = lesson ? `(Lesson: ${lesson})` : "";
  const error = new Error([what, fix, see].filter(Boolean).join(" "));
  return Object.assign(error, { name: "LmmError", what, fix, lesson });
}
