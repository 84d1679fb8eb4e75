// The bytes of a draw file; the same as webapp/draw/layout.py.
import { canonical, sha256 } from "../field/canonical.js";
import { compare } from "./shape.js";

const encoder = new TextEncoder();

export function write(file) {
  const members = Object.keys(file).sort(compare).map((name) => member(name, file[name]));
  return encoder.encode(`{\n${members.join(",\n")}\n}\n`);
}

export function hashed(file) {
  const { hash, ...rest } = file;
  return { ...rest, hash: sha256(write(rest)) };
}

// Throws where the bytes are no UTF-8 or no JSON.
export function read(bytes) {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
}

function member(name, value) {
  const label = `${canonical(name)}:`;
  if (!Array.isArray(value)) return label + canonical(value);
  return label + (value.length ? `[\n${value.map(canonical).join(",\n")}\n]` : "[]");
}
