// What the checker says of an answer, from the table that the book's build has made: this program only compares.
globalThis.lmmteachAnswers = (() => {
  // ---- SHA-256, which a page opened from a disk has not everywhere ----

  const root = (x, power) => Math.floor((x ** (1 / power) % 1) * 2 ** 32);
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const K = primes.map((p) => root(p, 3));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  /** The 32 bytes of a text's or of bytes' hash. */
  function sha256(content) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    const h = primes.slice(0, 8).map((p) => root(p, 2));
    const w = new Int32Array(64);
    for (let start = 0; start < padded.length; start += 64) {
      for (let t = 0; t < 64; t++) {
        if (t < 16) w[t] = view.getInt32(start + 4 * t);
        else {
          const [a, b] = [w[t - 15], w[t - 2]];
          const [low, high] = [turn(a, 7) ^ turn(a, 18) ^ (a >>> 3), turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)];
          w[t] = w[t - 16] + low + w[t - 7] + high;
        }
      }
      let [a, b, c, d, e, f, g, i] = h;
      for (let t = 0; t < 64; t++) {
        const mix = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g));
        const first = (i + mix + K[t] + w[t]) | 0;
        const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, i] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, i].forEach((part, k) => (h[k] = (h[k] + part) | 0));
    }
    const out = new DataView(new ArrayBuffer(32));
    h.forEach((part, k) => out.setInt32(4 * k, part));
    return new Uint8Array(out.buffer);
  }

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const SIGNS = Array.from({ length: 94 }, (_, k) => String.fromCharCode(33 + k))
    .filter((one) => !"\"&'<>\\".includes(one));

  /** The table that the build mixed up (lmmteach/check/page.py): each sign stands for another one. */
  function tableOf(letters, id) {
    const keys = [0, 1, 2].flatMap((block) => [...sha256(`lmmteach ${id} ${block}`)]);
    const mixed = [...SIGNS];
    for (let k = mixed.length - 1; k > 0; k--) {
      const other = keys[k] % (k + 1);
      [mixed[k], mixed[other]] = [mixed[other], mixed[k]];
    }
    const meant = new Map(mixed.map((sign, k) => [sign, SIGNS[k]]));
    return JSON.parse([...letters].map((sign) => meant.get(sign) ?? sign).join(""));
  }

  // ---- the verdict ----

  const within = (ranges) => (number, k) => ranges[k].some(([low, high]) => low <= number && number <= high);
  const told = (table, found) => ({ passed: found.name === "right", name: found.name, says: table.texts[found.says] });

  /** The number of a choice of words, as the build has counted them. */
  function choice(table, words) {
    const places = words.map((word) => table.options.indexOf(word));
    if (table.kind === "set") return places.reduce((sum, place) => sum + 2 ** place, 0);
    return places.reduce((sum, place) => sum * table.options.length + place, 0);
  }

  /** What the checker says: whether it is right, the name of the diagnosis, the sentence. */
  function judge(table, given) {
    if (table.kind === "set" || table.kind === "order") {
      return told(table, table.verdicts[table.said[choice(table, given)]]);
    }
    const listed = table.listed.find((slip) => given.every(within(slip.ranges)));
    if (listed) return told(table, listed);
    let start = 0;
    const parts = table.parts.map((part) => {
      const numbers = given.slice(start, (start += part.size));
      const right = numbers.map(within(part.right));
      return { ...part, numbers, right, passed: right.every(Boolean) };
    });
    const off = parts.find((part) => !part.passed);
    if (!off) return { passed: true, name: "right", says: table.rightSays };
    const slip = off.slips.find(({ some, ranges }) => off.numbers[some ? "some" : "every"](within(ranges)));
    const which = off.right.reduce((sum, is, k) => sum + (is ? 2 ** k : 0), 0);
    const found = slip ? told(table, slip) : { passed: false, name: "not-yet", says: off.else[which] };
    if (!table.several.length) return found;
    const right = parts.filter((part) => part.passed).length;
    const says = table.several[right].replace("{label}", () => off.label).replace("{says}", () => found.says);
    return { ...found, says };
  }

  /** An answer as a report holds it (lmmteach/check/recorded.py). */
  function formOf(table, given) {
    const words = () => given.map((word) => word.toLowerCase());
    if (table.kind === "set") return { set: words() };
    if (table.kind === "order") return { parts: words() };
    if (table.kind === "named") {
      return { named: Object.fromEntries(table.parts.map((part, k) => [part.key, given[k]])) };
    }
    if (table.kind === "parts") return { parts: [...given] };
    if (table.kind === "array") return { array: [...given], shape: table.parts[0].shape };
    return given[0];
  }

  // ---- the report ----

  const escaped = (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const ascii = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, escaped);

  /** A number as Python writes it. */
  function digits(number) {
    if (Number.isInteger(number) && Math.abs(number) < 1e16) return String(number);
    const [, sign, whole, , rest = "", power] = /^(-?)(\d)(\.(\d+))?e([+-]\d+)$/.exec(number.toExponential());
    const exponent = Number(power);
    if (exponent >= -4 && exponent < 16) return String(number);
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${whole}${rest ? `.${rest}` : ""}e${exponent < 0 ? "-" : "+"}${size}`;
  }

  /** JSON in the one form that a hash is taken of: keys sorted, no spaces, ASCII. */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (typeof value === "number") return digits(value);
    if (value === null || typeof value !== "object") return typeof value === "string" ? ascii(value) : String(value);
    const entries = Object.keys(value).sort().map((key) => `${ascii(key)}:${canonical(value[key])}`);
    return `{${entries.join(",")}}`;
  }

  /** A report as `lmmteach grade` reads it: the content with its hash. */
  function report(student, exercises, version, now) {
    const written = `${now.toISOString().slice(0, 19)}+00:00`;
    const content = { "lmmteach report": 1, student, written, version, exercises };
    const sealed = hex(sha256(`lmmteach report 1\n${canonical(content)}`));
    return `${canonical({ ...content, sha256: sealed })}\n`;
  }

  /** The name of the file, as `lmmteach.report()` would call it. */
  function fileName(student) {
    const normal = student.normalize("NFC").split(/\s+/).filter(Boolean).join(" ").toLowerCase().normalize("NFC");
    const plain = normal.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").replace(/[^a-z0-9]+/g, "-");
    return `lmmteach-${plain.replace(/^-+|-+$/g, "") || hex(sha256(normal)).slice(0, 8)}.json`;
  }

  return { sha256, hex, tableOf, judge, formOf, canonical, report, fileName };
})();
