// A text to be copied.

/** Copy `text`, or where a browser does not let it choose `node`, which shows it; whether it is copied. */
export async function copied(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return false;
  }
}
