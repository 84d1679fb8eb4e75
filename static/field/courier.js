// Two phones give each other what each lacks, over one line and both ways at once. What is a text is said, what is bytes belongs
// to the parcel or photo that was last announced. The line may break anywhere: what came whole is kept, and the next time
// only the rest is asked for. Pure: the line and the store are given.
import { isObject, isWhole } from "./envelope.js";
import { isSha256 } from "./ids.js";
import { BadParcel, MAX_LINE } from "./parcel.js";

const CHUNK = 16 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

// `line`: {send(text or bytes), resolves when there is room for more}; what comes is given to `take`.
// `store`: {line: the own parcel's, bytes(sha256), keep(line) → the photos wanted [{sha256, size, …}], keepPhoto(photo, bytes)}.
// `changed()` is called when `given` or `got` changed: {photos, of, bytes, ofBytes}.
export class Courier {
  constructor(line, store, changed = () => {}) {
    Object.assign(this, { line, store, changed, given: nothing(), got: nothing(), coming: null, wanted: new Map(), inbox: Promise.resolve(), over: false });
    this.said = { want: promise(), kept: promise() };
    this.came = promise();
  }

  // Resolves when both phones hold everything; throws {code} where the parcel was refused here ("damaged"…), there
  // ("refused", with `why`), or the line broke ("broken").
  async run() {
    try {
      await Promise.all([this.give(), this.came.done]);
    } catch (error) {
      if (error instanceof BadParcel) await this.tell({ refused: error.code }).catch(() => {});
      throw error;
    } finally {
      this.over = true;
    }
  }

  // The line broke, or the other one left; what came before counts.
  end(code = "broken") {
    this.inbox = this.inbox.then(() => this.fail(Object.assign(new Error(`the line is ${code}`), { code })));
  }

  fail(error) {
    for (const one of [this.came, this.said.want, this.said.kept]) one.fail(error);
  }

  // What came over the line, one after another.
  take(data) {
    this.inbox = this.inbox.then(() => (this.over ? null : this.hear(data))).catch((error) => this.fail(error));
    return this.inbox;
  }

  // ---- what goes out

  async give() {
    const line = encoder.encode(this.store.line);
    await this.tell({ parcel: line.length });
    await this.push(line);
    const wanted = await this.said.want.done;
    Object.assign(this.given, { of: wanted.length, ofBytes: wanted.reduce((sum, photo) => sum + photo.size, 0) });
    for (const { sha256, size } of wanted) {
      const bytes = await this.store.bytes(sha256);
      if (bytes?.byteLength !== size) {
        await this.tell({ gone: sha256 });
        continue;
      }
      await this.tell({ photo: sha256 });
      await this.push(new Uint8Array(bytes), (sent) => { this.given.bytes += sent; });
      this.given.photos += 1;
      this.changed();
    }
    await this.tell({ end: true });
    await this.said.kept.done;
  }

  async push(bytes, count = () => {}) {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      if (this.over) throw Object.assign(new Error("the line is left"), { code: "broken" });
      const chunk = bytes.slice(at, at + CHUNK);
      await this.line.send(chunk);
      count(chunk.length);
      this.changed();
    }
  }

  tell(words) {
    return this.line.send(JSON.stringify(words));
  }

  // ---- what comes in

  async hear(data) {
    if (typeof data !== "string") return this.add(new Uint8Array(data));
    const words = wordsOf(data);
    if (isWhole(words.parcel) && !this.opened) return this.expectBytes(words.parcel, MAX_LINE, (bytes) => this.open(bytes));
    if (Array.isArray(words.want)) return this.said.want.keep(this.asked(words.want));
    if (isSha256(words.photo)) return this.announce(words.photo);
    if (isSha256(words.gone)) return this.drop(words.gone);
    if (words.end) return this.close();
    if (words.kept) return this.said.kept.keep();
    if (typeof words.refused === "string") throw Object.assign(new Error("refused there"), { code: "refused", why: words.refused });
    throw new BadParcel("damaged");
  }

  // The photos that the other phone asks for, as the own parcel names them; what it does not name is not given.
  asked(names) {
    const own = new Map(JSON.parse(this.store.line).photos.map((photo) => [photo.sha256, photo]));
    return [...new Set(names)].map((name) => own.get(name)).filter(Boolean);
  }

  expectBytes(size, most, whole) {
    if (this.coming || size < 1 || size > most) throw new BadParcel("damaged");
    this.coming = { parts: [], left: size, whole };
  }

  async add(bytes) {
    if (!this.coming || bytes.length > this.coming.left) throw new BadParcel("damaged");
    this.coming.parts.push(bytes);
    this.coming.left -= bytes.length;
    if (this.opened) this.got.bytes += bytes.length;
    this.changed();
    if (this.coming.left) return;
    const { parts, whole } = this.coming;
    this.coming = null;
    await whole(joined(parts));
  }

  async open(bytes) {
    this.opened = true;
    const wanted = await this.store.keep(textOf(bytes));
    this.wanted = new Map(wanted.map((photo) => [photo.sha256, photo]));
    Object.assign(this.got, { of: wanted.length, ofBytes: wanted.reduce((sum, photo) => sum + photo.size, 0) });
    this.changed();
    await this.tell({ want: [...this.wanted.keys()] });
  }

  announce(name) {
    const photo = this.wanted.get(name);
    if (!photo) throw new BadParcel("damaged");
    this.expectBytes(photo.size, photo.size, async (bytes) => {
      await this.store.keepPhoto(photo, bytes);
      this.wanted.delete(name);
      this.got.photos += 1;
      this.changed();
    });
  }

  // The other phone names a photo whose bytes it does not have after all.
  drop(name) {
    if (!this.wanted.delete(name)) throw new BadParcel("damaged");
    this.got.of -= 1;
  }

  async close() {
    if (this.coming || this.wanted.size || !this.opened) throw new BadParcel("damaged");
    await this.tell({ kept: true });
    this.came.keep();
  }
}

// `of` is null until it is known which photos are lacking.
function nothing() {
  return { photos: 0, of: null, bytes: 0, ofBytes: 0 };
}

function promise() {
  const given = {};
  given.done = new Promise((keep, fail) => Object.assign(given, { keep, fail }));
  given.done.catch(() => {});
  return given;
}

function wordsOf(text) {
  try {
    const words = JSON.parse(text);
    return isObject(words) ? words : {};
  } catch {
    return {};
  }
}

function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new BadParcel("damaged");
  }
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
