// A signature given on the partner's own phone, as it goes to the other one by codes: packed small, and looked at
// before it is kept. Pure.
import { canonical } from "./canonical.js";
import { wellFormed } from "./envelope.js";

// How far above what was told the seq may lie; as far as the bureau lets it.
const SEQ_ROOM = 10000;

// The bytes that one phone shows to the other.
export function pack(event, signature) {
  return new TextEncoder().encode(canonical({ cosigned: event, signature }));
}

// {event, signature}, or null for bytes that are something else.
export function unpack(bytes) {
  try {
    const { cosigned: event, signature } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return event && typeof event === "object" && typeof signature === "string" ? { event, signature } : null;
  } catch {
    return null;
  }
}

// Why a signature is not the one that was asked for; null where it is. `wanted`: {inspection, hash, seq, pair: [id], own:
// device, me}. Whose key it is only the bureau knows.
export function objection({ event, signature }, { inspection, hash, seq, pair, own, me }) {
  if (!isSign(event) || !/^[A-Za-z0-9+/]{80,104}={0,2}$/.test(signature)) return "malformed";
  if (event.inspection !== inspection) return "other_inspection";
  if (event.device === own) return "own_phone";
  if (!pair.includes(event.author) || event.author === me) return "other_person";
  if (event.payload.record_hash !== hash) return "other_content";
  if (event.seq > seq + SEQ_ROOM) return "malformed";
  return null;
}

// The last signature of a person for something that this phone does not hold yet: events are missing before it. Null where
// there is none.
export function signedAhead(events, author) {
  const here = new Set(events.map((event) => event.seq));
  const last = events.filter((event) => event.type === "sign" && event.author === author && event.payload.role === "inspector").at(-1);
  return last && last.seq > 1 && !here.has(last.seq - 1) ? last : null;
}

function isSign(event) {
  return wellFormed(event) && event.type === "sign" && event.payload.role === "inspector" && event.payload.strokes?.length > 0
    && event.payload.strokes.every((points) => points.length > 0);
}

// ---- fewer points, the same hand

// Strokes with about `most` points in all, by Ramer, Douglas and Peucker: those whose lack would be seen least are left out.
export function thin(strokes, most) {
  for (let slack = 0.5; ; slack *= 1.3) {
    const thinner = strokes.map((points) => simplified(points, slack));
    const count = thinner.reduce((sum, points) => sum + points.length, 0);
    if (count <= Math.max(most, 2 * strokes.length)) return thinner;
  }
}

function simplified(points, slack) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let [farthest, place] = [0, 0];
  for (let at = 1; at < points.length - 1; at += 1) {
    const away = distance(points[at], first, last);
    if (away > farthest) [farthest, place] = [away, at];
  }
  if (farthest <= slack) return [first, last];
  return [...simplified(points.slice(0, place + 1), slack).slice(0, -1), ...simplified(points.slice(place), slack)];
}

// From a point to the piece of a line between two others.
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
