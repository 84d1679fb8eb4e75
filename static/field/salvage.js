// What only this phone has, sealed for the bureau: as a file that a person carries, and handed over by the phone itself once
// it was revoked. Nothing is opened for it: it works while the phone is locked, with the key that signs and nothing else.
import { canonical } from "./canonical.js";
import * as db from "./db.js";
import { device, signText } from "./keys.js";
import { timestamp } from "./log.js";
import { infoOf, lineOf, OWN_KEY, portions } from "./rescue.js";
import { alone, sendRescue } from "./sync.js";
import * as vault from "./vault.js";

const encoder = new TextEncoder();
const PLACES = { event: "event", photo: "bytes" };

// Everything that the bureau has not confirmed, in a file for each bureau (nearly always one):
// [{blob, events, photos, left}]; `left` of it cannot be sealed for the bureau while the phone is locked.
export async function rescueFiles(step = () => {}) {
  const { rows, keys } = await gather();
  const boxes = await bureausOf(rows, keys);
  const files = [];
  for (const [bureau, own] of boxes) files.push(await fileOf(bureau, own, keys, step));
  return files;
}

// Whether the bureau says that it takes nothing from this phone any more; null where it does not say.
export async function isRevoked() {
  const box = await db.boxKey();
  if (!box) return null;
  const { blob } = await fileOf(box.kid, [], new Map());
  return sendRescue(blob).then((answer) => answer.revoked === true, (error) => (error.code === "device_active" ? false : null));
}

// The phone was revoked: from now on nobody reads anything here. What the bureau lacks stays, sealed for it, until it took it.
// The keys in memory go with the page, which has to be opened anew.
export function shut() {
  return alone(() => db.shut());
}

// Hand over what is left, portion by portion: only what the bureau names goes from here. Gives {events, photos} that stay;
// throws where the bureau is not reached.
export function handOver(step = () => {}) {
  return alone(async () => {
    const { rows, keys } = await gather();
    for (const [bureau, own] of await bureausOf(rows, keys)) {
      for (const some of portions(own)) {
        const { blob } = await fileOf(bureau, some, keys);
        const sent = new Set(some.map(({ id }) => id));
        const answer = await sendRescue(blob);
        await db.dropHeld(answer.events.filter((id) => sent.has(id)), answer.photos.filter((name) => sent.has(name)));
        step(await db.countUnsent());
      }
    }
    return db.countUnsent();
  });
}

async function gather() {
  const { events, photos, keys } = await db.unsentAsKept();
  const rows = [...events.map((row) => ({ kind: "event", ...row })), ...photos.map((row) => ({ kind: "photo", ...row }))];
  return { rows, keys: new Map(keys.map((key) => [key.id, key])) };
}

// Whose key opens what: [[bureau, rows]].
async function bureausOf(rows, keys) {
  const box = await db.boxKey();
  const found = new Map();
  for (const row of rows) {
    const bureau = keys.get(row.inspection)?.bureau ?? box?.kid;
    if (bureau) found.set(bureau, [...(found.get(bureau) ?? []), row]);
  }
  return [...found];
}

async function fileOf(bureau, rows, keys, step = () => {}) {
  const { id } = await device();
  const maker = { id, keys, box: await db.boxKey(), own: null };
  const [pieces, parts, used] = [[], [], {}];
  for (const row of rows) {
    const kept = await sealed(row, maker);
    step(pieces.length, rows.length);
    if (!kept) continue;
    used[kept.key] ??= kept.key === OWN_KEY ? maker.own.sealed : keys.get(kept.key).sealed;
    pieces.push({ kind: row.kind, id: row.id, inspection: kept.inspection, key: kept.key, iv: kept.iv, size: kept.data.byteLength, signature: row.signature ?? null });
    // As a Blob the browser may keep it outside the memory.
    parts.push(new Blob([kept.data]));
  }
  const made = timestamp(Date.now(), -new Date().getTimezoneOffset());
  const line = lineOf({ bureau, device: id, made, keys: used, pieces });
  const blob = new Blob([line, "\n", await signText(line), "\n", ...parts]);
  return { blob, events: count(pieces, "event"), photos: count(pieces, "photo"), left: rows.length - pieces.length };
}

function count(pieces, kind) {
  return pieces.filter((piece) => piece.kind === kind).length;
}

// {inspection, key, iv, data} as it is kept, or sealed now where it stood open; null where neither can be.
async function sealed(row, maker) {
  const kept = row.kind === "event" ? { inspection: row.inspection, ...(row.box ?? {}) } : await photoAsKept(row);
  if (kept?.data) return maker.keys.has(kept.inspection) ? { ...kept, key: kept.inspection } : null;
  const plain = row.kind === "event" ? encoder.encode(canonical(row.event)) : kept;
  if (!plain || !maker.box) return null;
  maker.own ??= await ownKey(maker);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = encoder.encode(`${PLACES[row.kind]} ${row.id}`);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, maker.own.key, plain);
  return { inspection: row.inspection, key: OWN_KEY, iv, data };
}

async function photoAsKept({ id, inspection }) {
  const kept = await db.bytesAsKept(id);
  return kept?.data ? { ...kept, inspection: kept.inspection ?? inspection } : kept;
}

async function ownKey({ id, box }) {
  const secret = vault.newSecret();
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt"]);
  return { key, sealed: (await vault.toBureau(secret, box, infoOf(id))).sealed };
}
