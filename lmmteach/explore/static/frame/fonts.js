// The page's own fonts, to be carried by a picture: a picture asks for nothing, so that they go into it.

const known = new Map();

/** The style sheet of the fonts this picture's texts are set in; "" where the page has none, or gives none away. */
export async function carriedFonts(svg) {
  const families = new Set([...svg.querySelectorAll("[font-family]")]
    .flatMap((node) => node.getAttribute("font-family").split(",").map(plain)));
  const faces = await Promise.all(rules().filter((rule) => families.has(plain(rule.style.fontFamily || "")))
    .map((rule) => carried(rule).catch(() => "")));
  return faces.join("");
}

const plain = (family) => family.trim().replace(/^["']|["']$/g, "");

/** What the page's style sheets declare; one from elsewhere, and from disk every one, cannot be read. */
function rules() {
  return [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule) => rule.type === CSSRule.FONT_FACE_RULE);
    } catch {
      return [];
    }
  });
}

async function carried({ style, parentStyleSheet }) {
  const source = style.getPropertyValue("src");
  const [, address] = source.match(/url\(["']?([^"')]+)["']?\)/) || [];
  if (!address) return "";
  const whole = new URL(address, parentStyleSheet.href || document.baseURI).href;
  if (!known.has(whole)) known.set(whole, await encoded(whole));
  const told = ["font-family", "font-weight", "font-style", "unicode-range"]
    .map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value);
  return `@font-face{${told.map(([name, value]) => `${name}:${value};`).join("")}src:url("${known.get(whole)}")}\n`;
}

async function encoded(address) {
  if (address.startsWith("data:")) return address;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  const blob = await answer.blob();
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}
