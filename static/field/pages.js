// The code on a printed page, and what it says of the page (webapp/archive/paper.py prints the same). Pure.
import { SHA256, UUID } from "./ids.js";

const ADDRESS = new RegExp(`^https?://[^/]+/page/(${UUID})(?:/(${SHA256}))?$`);

// The address that stands in the code: of a blank checklist, or of the record with this hash.
export function pageAddress(origin, inspection, recordHash = null) {
  return `${origin}/page/${inspection}${recordHash ? `/${recordHash}` : ""}`;
}

// {inspection, recordHash}, recordHash null for a blank checklist; null where a text is no page's code.
// The bureau may have several names: an inspection's id is the same under each.
export function pageOf(text) {
  const found = ADDRESS.exec(text ?? "");
  return found && { inspection: found[1], recordHash: found[2] ?? null };
}

// What a page is to an inspection whose record has this hash now: "none" (no code was found), "other", "blank", "same", "changed".
export function judge(page, inspection, recordHash) {
  if (!page) return "none";
  if (page.inspection !== inspection) return "other";
  if (page.recordHash === null) return "blank";
  return page.recordHash === recordHash ? "same" : "changed";
}
