// How an id and a hash are written, wherever one is read out of a text (the same as webapp/ids.py). Pure.
export const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
export const SHA256 = "[0-9a-f]{64}";

const WHOLE_UUID = new RegExp(`^${UUID}$`);
const WHOLE_SHA256 = new RegExp(`^${SHA256}$`);

export function isUuid(value) {
  return typeof value === "string" && WHOLE_UUID.test(value);
}

export function isSha256(value) {
  return typeof value === "string" && WHOLE_SHA256.test(value);
}
