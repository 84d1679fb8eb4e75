// What a witness's phone computes: a number, its salt, the seal; the same as webapp/draw/seed.py. Pure.
import { seal } from "../verify/seed.js";

const BYTES = 16;

// The number that somebody typed, as the draw file writes it; null where it is none of 1 to 30 digits.
export function numberOf(typed) {
  const digits = typed.normalize("NFKC").replace(/\s/g, "");
  return /^[0-9]{1,30}$/.test(digits) ? digits.replace(/^0+(?=[0-9])/, "") : null;
}

export const textOf = (number) => `${number}./`;

// 32 hexadecimal digits; `fill` is `crypto.getRandomValues`.
export function random(fill) {
  return Array.from(fill(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const sealOf = (number, salt) => seal(textOf(number), salt);

// Where the seal stands among the sources that the rules name, from 1; 0 where it does not.
export function placeOf(sources, name, sealed) {
  return sources.findIndex((source) => source.kind === "witness" && source.name === name && source.sealed === sealed) + 1;
}

// What a drawn file says of a witness: `opened` with the own number, `closed` without, `differs` with another.
export function countedOf(file, name, text) {
  const source = file.sources.find((one) => one.name === name);
  if (!source || source.text === "/") return "closed";
  return source.text === text ? "opened" : "differs";
}

// The slip of paper: lines of a label and its value.
export const slipOf = (rows) => rows.map(([label, value]) => `${label}: ${value}\n`).join("");
