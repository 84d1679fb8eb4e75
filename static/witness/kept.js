// What this phone keeps of a witness: number and salt by the key of the own page, and the key by the short address.
// Where a browser keeps nothing, they travel behind the address of the page, which is never sent.

const ONE = "yidang-witness:";
const AT = "yidang-witness-at:";

export function keep(code, key, kept) {
  try {
    localStorage.setItem(ONE + key, JSON.stringify(kept));
    localStorage.setItem(AT + code, key);
    return localStorage.getItem(ONE + key) !== null;
  } catch {
    return false;
  }
}

export function keptOf(key) {
  const behind = new URLSearchParams(location.hash.slice(1));
  if (behind.get("number")) return Object.fromEntries(behind);
  try {
    return JSON.parse(localStorage.getItem(ONE + key));
  } catch {
    return null;
  }
}

export function keyAt(code) {
  try {
    return localStorage.getItem(AT + code);
  } catch {
    return null;
  }
}

export function forget(code) {
  try {
    localStorage.removeItem(AT + code);
  } catch {
    // It never kept anything.
  }
}

export const addressOf = (key, kept = null) =>
  `/witness/${key}${kept ? `#${new URLSearchParams({ number: kept.number, salt: kept.salt })}` : ""}`;
