// What a code says that somebody scanned, told by its text and by what is on the worklist; and the code that asks the
// partner to sign. Pure.
import { SHA256, UUID, isSha256, isUuid } from "./ids.js";
import { pageOf } from "./pages.js";
import { isPart } from "./parts.js";
import { codeOf } from "./sdp.js";

// What the subject was shown: its own page, or the copy of its record.
const SHOWN = new RegExp(`/(?:mine|copy)/(${UUID})/(${SHA256})(?:[/?#]|$)`);
const SCREEN = new RegExp(`/field/?#/i/(${UUID})(?:/([a-z]*))?(?:\\?(.*))?$`);
const CREDENTIAL = new RegExp(`/credential/(${UUID})(?:[/?#]|$)`);
// A unified social credit code: GB 32100-2015.
const CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT = /(?<![0-9A-Z])[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Z])/g;
const SHORT_NAME = 8;

// {kind} and what belongs to it. Addresses count by what they name, not by their host: a bureau has one inside and one outside.
// part · cosign {inspection, hash, seq, asked, number, subject, place} · page {inspection, hash} · screen {inspection} ·
// handover {inspection, offer}: a phone that waits for this one · answer: to another phone's ·
// subject {code, rows} · elsewhere {inspection}: of no inspection here · stranger {code}: of no subject here ·
// credential · unknown
export function whatIs(text, rows) {
  if (isPart(text)) return { kind: "part" };
  const found = ofInspection(text) ?? ofSubject(text, rows) ?? { kind: CREDENTIAL.test(text) ? "credential" : "unknown" };
  const here = !found.inspection || rows.some((row) => row.id === found.inspection);
  return here ? found : { kind: "elsewhere", inspection: found.inspection };
}

function ofInspection(text) {
  const handover = codeOf(text);
  if (handover?.kind === "answer") return { kind: "answer" };
  if (handover) return { kind: "handover", inspection: handover.inspection, offer: handover };
  const page = pageOf(text);
  if (page) return { kind: "page", inspection: page.inspection, hash: page.recordHash };
  const shown = SHOWN.exec(text);
  return shown ? { kind: "page", inspection: shown[1], hash: shown[2] } : ofScreen(text);
}

function ofScreen(text) {
  const screen = SCREEN.exec(text);
  if (screen?.[2] === "cosign") {
    const asked = cosignOf(Object.fromEntries(new URLSearchParams(screen[3])), screen[1]);
    return asked ? { ...asked, place: `#/i/${screen[1]}/cosign?${screen[3]}` } : { kind: "unknown" };
  }
  return screen && { kind: "screen", inspection: screen[1] };
}

function ofSubject(text, rows) {
  const plain = text.normalize("NFKC").toUpperCase();
  const found = rows.filter((row) => row.subject.code && plain.includes(row.subject.code.toUpperCase()));
  if (found.length) return { kind: "subject", code: found[0].subject.code, rows: found.filter((row) => row.subject.code === found[0].subject.code) };
  const stranger = creditCodeIn(plain);
  return stranger && { kind: "stranger", code: stranger };
}

// The first unified social credit code in a text, its check letter right; null where there is none.
export function creditCodeIn(text) {
  return (text.toUpperCase().match(CREDIT) ?? []).find(isCreditCode) ?? null;
}

function isCreditCode(code) {
  const values = Array.from(code, (letter) => CREDIT_LETTERS.indexOf(letter));
  const sum = values.slice(0, 17).reduce((total, value, place) => total + value * (3 ** place % 31), 0);
  return values[17] === (31 - (sum % 31)) % 31;
}

// ---- "please sign this on your own phone"

// An address of the app, so that any scanner opens the right place: of which record, after which seq, who is asked.
export function cosignCode(origin, { row, record_hash: hash, seq, asked }) {
  const query = new URLSearchParams({ hash, seq, asked, number: row.number, subject: shortName(row.subject.name) });
  // A space written as + would stay one where the address is taken apart by other rules than a form's.
  return `${origin}/field/#/i/${row.id}/cosign?${String(query).replaceAll("+", "%20")}`;
}

// What such a code asks, from the query of its address; null where it is not whole.
export function cosignOf({ hash, seq, asked, number = "", subject = "" }, inspection) {
  const whole = isUuid(asked) && isSha256(hash) && /^[1-9]\d{0,5}$/.test(seq ?? "");
  return whole ? { kind: "cosign", inspection, hash, seq: Number(seq), asked, number, subject } : null;
}

function shortName(name) {
  const letters = Array.from(name);
  return letters.length > SHORT_NAME ? `${letters.slice(0, SHORT_NAME).join("")}…` : name;
}
