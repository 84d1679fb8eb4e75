// The two scans of a signature on the partner's own phone: what is to be signed, and what was signed.
import { whatIs } from "../codes.js";
import { objection, unpack } from "../cosign.js";
import { worklist } from "../db.js";
import { nextSeq } from "../log.js";
import { _ } from "../words.js";
import { scanParts } from "./qr.js";
import { scan } from "./scan.js";
import { explain, tick } from "./trouble.js";

// Scans the code on the partner's phone and goes to where it is signed.
export async function scanPartner(go) {
  const rows = await worklist();
  const text = await scan({
    title: _("扫搭档手机上的码"),
    hint: _("对准搭档手机上“请您在本人手机上签字”的码。"),
    accept: (seen) => notAsked(whatIs(seen, rows).kind),
  });
  if (text !== null) go(whatIs(text, rows).place);
}

function notAsked(kind) {
  if (kind === "cosign") return null;
  if (kind === "elsewhere") return _("请您签字的检查不在这台手机上。请联网更新任务列表，或在搭档的手机上用您的 PIN 签字。");
  return _("这不是请您签字的码。请搭档打开“检查组签字”，在您的名字下面点扫码签字。");
}

// Scans what the partner's phone shows after signing, and keeps it. true when it is kept.
export async function receive(visit, name) {
  let kept = false;
  const bytes = await scanParts({
    title: _("扫{name}的签字", { name }),
    hint: _("对准{name}手机上轮流显示的码，直到读满。", { name }),
    check: async (given) => {
      const fault = await keep(visit, unpack(given), name);
      kept = !fault;
      return fault;
    },
  });
  return bytes !== null && kept;
}

// Keep a signature that came by codes: an objection in words, or nothing.
export async function keep(visit, given, name) {
  const wanted = {
    inspection: visit.row.id, hash: visit.record.record_hash, seq: nextSeq(visit.events), own: visit.deviceId, me: visit.me.id,
    pair: visit.row.pair.map((member) => member.id),
  };
  const wrong = given ? objection(given, wanted) : "malformed";
  if (wrong) return words(wrong, name);
  try {
    const { refused } = await visit.carry([given]);
    if (refused.length) return words("malformed", name);
  } catch (error) {
    return explain(error);
  }
  tick();
  return null;
}

function words(code, name) {
  return {
    malformed: _("这不是签字的码。请{name}在手机上重新显示签字的码，再扫一次。", { name }),
    other_inspection: _("这是对另一次检查的签字，没有收下。请{name}核对后重新显示。", { name }),
    other_content: _("这份签字不是对现在内容的：签字以后内容有改动。请{name}重新扫这台手机上的码，再签一次。", { name }),
    other_person: _("这不是搭档的签字，没有收下。"),
    own_phone: _("这是这台手机自己写下的签字，不用扫。"),
  }[code];
}
