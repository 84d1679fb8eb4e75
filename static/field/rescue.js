// A rescue file: what this phone had not sent, sealed for its bureau (docs/rescue.md). What its first line says, and how much
// goes into one. Pure.
import { base64 } from "./bytes.js";
import { canonical } from "./canonical.js";

const VERSION = "yidang-rescue-1";
// The name of a key that was made for the file itself.
export const OWN_KEY = "rescue";
// One request of a hand-over: the bureau takes 32 MB at once; a photo alone may be larger than this.
const PORTION_BYTES = 8 * 1024 * 1024;
const PORTION_PIECES = 200;

// What the phone signs. `given`: {bureau, device, made, keys: {name: Uint8Array}, pieces: [{kind, id, inspection, key, iv, size,
// signature}]}; a signature is null where this phone wrote the event.
export function lineOf({ bureau, device, made, keys, pieces }) {
  const named = Object.fromEntries(Object.entries(keys).map(([name, sealed]) => [name, base64(sealed)]));
  const written = pieces.map(({ signature, iv, ...piece }) => ({ ...piece, iv: base64(iv), ...(signature ? { signature } : {}) }));
  return canonical({ version: VERSION, bureau, device, made, keys: named, pieces: written });
}

export function infoOf(device) {
  return `yidang-rescue-key-1\n${device}`;
}

// Rows {kind, size} one after another in portions, events before photos: what was written goes before what was seen.
export function portions(rows, most = PORTION_BYTES, count = PORTION_PIECES) {
  const given = [];
  let bytes = 0;
  for (const row of [...rows.filter(isEvent), ...rows.filter((one) => !isEvent(one))]) {
    const last = given.at(-1);
    if (last && last.length < count && bytes + row.size <= most) {
      last.push(row);
      bytes += row.size;
    } else {
      given.push([row]);
      bytes = row.size;
    }
  }
  return given;
}

function isEvent({ kind }) {
  return kind === "event";
}
