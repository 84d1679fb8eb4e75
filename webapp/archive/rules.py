"""What a complete file asks for, by name, and how long it is kept. Pure (CA-2.2d, RZ-14, RZ-16)."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.accounts.phone_key import phone_key, phone_signed
from webapp.archive.sections import labels
from webapp.archive.wording import N_, Say, Wording, objects, text, texts
from webapp.field.fold import Event, ends, fold, in_order
from webapp.forms.rules import asked_rows, is_left, lacks_answer, questions_of, without_checklist

Json = dict[str, Any]

WORDS = {
    "not_sealed": N_("检查记录还没有封存"),
    "reopened": N_("检查记录重新打开后还没有再次封存"),
    "no_arrival": N_("没有到达现场的记录"),
    "no_scan": N_("没有扫检查对象的码，也没有写明扫不了的原因"),
    "no_approval": N_("没有批准的检查审批"),
    "no_service": N_("没有通知书送达的记录"),
    "recusal_unasked": N_("没有问检查对象是否申请回避（《行政处罚法》第四十三条）"),
    "visit_differs": N_("现场记录的编号、对象、事项、检查表或检查组与分派的不一致"),
    "form_missing": N_("机关没有这次检查用的检查表：{detail}"),
    "conflict": N_("两名检查人员的内容不一致，还没有处理：{detail}"),
    "unanswered": N_("必答的检查内容没有填写：{detail}"),
    "invalid": N_("检查内容的填写不合要求：{detail}"),
    "photo_missing": N_("应当拍照的检查内容没有照片：{detail}"),
    "photo_absent": N_("照片原件还没有传到机关：{detail}"),
    "no_result": N_("没有检查结果"),
    "no_ending": N_("没有检查对象的签字，也没有拒签、不在场或纸质签字的记录"),
    "no_signing_photo": N_("没有检查对象签字时的照片"),
    "inspector_sign_missing": N_("检查人员没有签字：{detail}"),
    "seal_signature": N_("封存的手机签名不符"),
}
FAULTS = {
    "incomplete": N_("封存所依据的内容还没有全部传到机关"),
    "covers": N_("封存所列的内容与其校验值不符"),
    "content": N_("封存的记录校验值与内容不符"),
    "conflict": N_("封存时两名检查人员的内容还不一致"),
    "inspectors": N_("封存时两名检查人员没有都签字"),
    "subject": N_("封存时没有检查对象的签字、拒签、不在场或纸质签字的记录"),
    "pair": N_("封存的手机还不知道检查组已经更换"),
}
FAULT = N_("有一次封存无效：{why}")
RESULT, PHOTO, STAMP = N_("检查结果"), N_("第 {index} 张照片"), N_("盖章或纸质扫描")


# Settings of the bureau's law that ask for one thing more in each file.
WANTED_BY_LAW = ("scan_needed", "signing_photo")


@dataclass(frozen=True)
class Missing:
    """One thing that a complete file lacks; `question` is its address, where it is about one."""

    code: str
    words: str
    question: str | None = None


def missing(
    record: Json,
    forms: list[Json],
    held: set[str],
    *,
    seal_signature_ok: bool,
    visit_matches: bool,
    wanted: Set[str] = frozenset(),
    lang: str = "zh",
    say: Say = str,
) -> list[Missing]:
    """What keeps the file from being complete, in words; nothing where it may be archived (CA-2.2d).

    `forms`: bodies in the order of the visit. `held`: names of the blobs that are whole at the bureau.
    `wanted`: the settings of `WANTED_BY_LAW` that the bureau's law said yes to on the day of the visit.
    """
    wording = Wording(lang, _pair(record), say)
    found = [
        *_missing_seal(record, seal_signature_ok),
        *_missing_visit(record, forms, visit_matches),
        *_missing_at_the_door(record, wanted),
        *_missing_content(record, forms, wording),
        *_missing_photos(record, held, wording),
        *_missing_signatures(record, wording, wanted),
    ]
    told = [
        Missing(code, say(WORDS[code]).format(detail=detail), question) for code, detail, question in found
    ]
    return told if record["seal"] else told + seal_faults(record, say)


def as_signed(events: list[Event], record_hash: str) -> list[Event] | None:
    """The events that the seal of this record stands on, and the seal; None where no seal that holds has the hash."""
    for seal in events:
        if seal["type"] == "seal" and seal["payload"].get("record_hash") == record_hash:
            covered = set(texts(seal["payload"].get("events")))
            signed = [event for event in events if event["id"] in covered]
            held = fold([*signed, seal])["seal"]
            if held and held["event"] == seal["id"]:
                return [*signed, seal]
    return None


def sent_back(events: list[Event]) -> Json | None:
    """The record that the office last sent back, as it was sealed; None where it sent none back."""
    backs = [event["payload"].get("seal") for event in in_order(events) if event["type"] == "return"]
    for seal in events:
        if backs and seal["id"] == backs[-1] and seal["type"] == "seal":
            covered = set(texts(seal["payload"].get("events")))
            return fold([*(event for event in events if event["id"] in covered), seal])
    return None


def seal_faults(record: Json, say: Say = str) -> list[Missing]:
    """The seals that do not hold, each with its reason; beside one that holds they are history."""
    return [
        Missing("seal_fault", say(FAULT).format(why=say(FAULTS[fault["code"]]))) for fault in record["faults"]
    ]


def matches(visit: Json | None, assignment: Json) -> bool:
    """Whether a visit's head says what was assigned: number, bureau, subject, items, forms, pair (RZ-4a).

    `assignment`: `{number, bureau: {id}, subject: {id, code}, items: [{code}], forms: [hash], pair: [{id}]}`.
    Names and credentials may have changed in the libraries since; the visit keeps those of its day.
    """
    return visit is not None and _head(visit) == _head(assignment)


def check_seal_signature(public_key_jwk: Json, record_hash: str, covers: str, signature_b64_der: str) -> bool:
    """Whether a phone's key signed: ECDSA P-256 with SHA-256 over `record_hash`, LF, `covers`."""
    return phone_signed(public_key_jwk, f"{record_hash}\n{covers}".encode(), signature_b64_der)


def device_pem(public_key_jwk: Json) -> str:
    """A phone's public key as PEM, for `openssl`. Raises `ValueError` where it is no P-256 key."""
    return phone_key(public_key_jwk).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def retention(law: Json, closed: date) -> Json:
    """How long the archive is kept: `{years, until}`; both null where the bureau's law sets no term."""
    years = law.get("retention_years")
    if not isinstance(years, int):
        return {"years": None, "until": None}
    # A term counts from the first day of the year after, so it ends with a year.
    return {"years": years, "until": date(closed.year + years, 12, 31).isoformat()}


def may_be_disposed(retention: Json, today: date) -> bool:
    """Whether an archive's term is over: its last day has passed. Without a term it is kept for ever."""
    until = retention.get("until")
    return isinstance(until, str) and date.fromisoformat(until) < today


def papers_missing(approvals: list[Json], say: Say = str) -> list[Missing]:
    """What the approvals of an inspection, the last one first, lack where the bureau's law asks for approval."""
    last = approvals[0] if approvals else None
    if last is None or last["state"] != "approved":
        return [Missing("no_approval", say(WORDS["no_approval"]))]
    return [] if last["served"] else [Missing("no_service", say(WORDS["no_service"]))]


def _missing_seal(record: Json, seal_signature_ok: bool) -> Iterator[tuple[str, str, str | None]]:
    if record["seal"] is None:
        yield "reopened" if record["content"]["reopened"] else "not_sealed", "", None
    elif not seal_signature_ok:
        yield "seal_signature", "", None


def _missing_visit(
    record: Json, forms: list[Json], visit_matches: bool
) -> Iterator[tuple[str, str, str | None]]:
    visit = record["content"]["visit"]
    if visit is None:
        yield "no_arrival", "", None
        return
    if not visit_matches:
        yield "visit_differs", "", None
    lacking = len(set(texts(visit.get("forms")))) - len(forms)
    if lacking > 0:
        yield "form_missing", str(lacking), None


def _missing_at_the_door(record: Json, wanted: Set[str]) -> Iterator[tuple[str, str, str | None]]:
    """The scan before the check (国办发〔2024〕54号), and the right to ask for recusal (RZ-10b, TJ-10b)."""
    content = record["content"]
    if content["visit"] is None:
        return
    late = any(event["type"] == "scan" for event in record["addenda"])
    if "scan_needed" in wanted and not content["scans"] and not late:
        yield "no_scan", "", None
    absent = any(given["type"] == "absent" and given["standing"] for given in record["signatures"])
    asked = any(said["asked"] == "subject" for said in content["recusals"])
    if not (asked or absent or without_checklist(content)):
        yield "recusal_unasked", "", None


def _missing_content(
    record: Json, forms: list[Json], wording: Wording
) -> Iterator[tuple[str, str, str | None]]:
    content = record["content"]
    known = labels(forms, wording, content) | {"result": wording.say(RESULT)}
    for conflict in record["conflicts"]:
        yield "conflict", known.get(conflict, conflict), conflict
    pictured = {question for photo in content["photos"] for question in questions_of(photo)}
    for row in (
        [] if without_checklist(content) else (row for form in forms for row in asked_rows(form, content))
    ):
        address: str = row["address"]
        label = known.get(address) or address
        if is_left(row, pictured):
            # Where an answer is there, or none is asked for, it is the photo that is lacking.
            yield "unanswered" if lacks_answer(row) else "photo_missing", label, address
        if not row["valid"]:
            said = wording.label(row["constraint_message"])
            yield "invalid", wording.said_of(label, said), address
    if not content["result"]:
        yield "no_result", "", None


def _missing_photos(record: Json, held: set[str], wording: Wording) -> Iterator[tuple[str, str, str | None]]:
    for index, photo in enumerate(record["content"]["photos"], start=1):
        if photo["sha256"] not in held:
            caption = text(photo["caption"])
            words = wording.say(PHOTO).format(index=index)
            yield "photo_absent", f"{words} {caption}".strip(), photo["question"]
    for signature in record["signatures"]:
        if signature["standing"] and signature["sha256"] and signature["sha256"] not in held:
            yield "photo_absent", wording.say(STAMP), None


def _missing_signatures(
    record: Json, wording: Wording, wanted: Set[str]
) -> Iterator[tuple[str, str, str | None]]:
    standing = [signature for signature in record["signatures"] if signature["standing"]]
    if not any(map(ends, standing)):
        yield "no_ending", "", None
    by_subject = any(given["type"] == "sign" and given["role"] == "subject" for given in standing)
    pictured = any(given["type"] == "stamp" and given["kind"] == "signing" for given in standing)
    if "signing_photo" in wanted and by_subject and not pictured:
        yield "no_signing_photo", "", None
    signed = {
        given["author"] for given in standing if given["type"] == "sign" and given["role"] == "inspector"
    }
    for person in _pair(record):
        if person not in signed:
            yield "inspector_sign_missing", wording.who(person), None


def _pair(record: Json) -> dict[str, str]:
    visit = record["content"]["visit"] or {}
    return {text(member.get("id")): text(member.get("name")) for member in objects(visit.get("pair"))}


def _head(visit: Json) -> list[Any]:
    def name(key: str, part: str) -> str:
        value = visit.get(key)
        return text(value.get(part)) if isinstance(value, dict) else ""

    return [
        text(visit.get("number")),
        name("bureau", "id"),
        name("subject", "id"),
        name("subject", "code"),
        [text(item.get("code")) for item in objects(visit.get("items"))],
        texts(visit.get("forms")),
        sorted(text(member.get("id")) for member in objects(visit.get("pair"))),
    ]
