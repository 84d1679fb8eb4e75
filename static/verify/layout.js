// The bytes of a draw file; the same as webapp/draw/layout.py.
import { canonical, sha256 } from "../field/canonical.js";
import { compare } from "./shape.js";

const encoder = new TextEncoder();

// The bytes of `file`, and the `hash` that closes it: of the same bytes without its own line.
export function written(file) {
  const names = Object.keys(file).sort(compare);
  const members = new Map(names.map((name) => [name, member(name, file[name])]));
  const bytes = (parts) => encoder.encode(`{\n${parts.join(",\n")}\n}\n`);
  const all = bytes([...members.values()]);
  members.delete("hash");
  return { bytes: all, hash: sha256(bytes([...members.values()])) };
}

// Throws where the bytes are no UTF-8 or no JSON.
export function read(bytes) {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
}

function member(name, value) {
  const label = `${canonical(name)}:`;
  if (!Array.isArray(value)) return label + canonical(value);
  return label + (value.length ? `[\n${value.map(entry).join(",\n")}\n]` : "[]");
}

// The same as `canonical`, and faster: a pool has up to a million lines.
const entry = (value) => (typeof value === "string" ? JSON.stringify(value) : canonical(value));
