// Page and data as one file: the parts of this page put together again, with what was brought and chosen.

/** The text of a page that opens as this one stands; `parts` are { data (all the page was given), scripts }. */
export function pageWith(parts, saved) {
  const data = inScript({ ...parts.data, saved });
  const script = (attributes, text) => `<script ${attributes}>${text}<\/script>`;
  const own = [
    '<div class="lmmx-own-host"></div>', script('type="application/json" class="lmmx-own-data"', data),
    ...parts.scripts.map((text) => script('class="lmmx-own-code"', text)),
  ];
  return parts.data.shell.replace("@own@", () => own.join("\n"));
}

/** JSON that cannot end the script element it stands in. */
const inScript = (data) => JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Offer a text as a file to keep. */
export function offer(text, name, type = "text/html") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Bytes as text, for JSON, and back. */
export function packed(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 32768) {
    text += String.fromCharCode(...bytes.subarray(start, start + 32768));
  }
  return btoa(text);
}

export const unpacked = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
