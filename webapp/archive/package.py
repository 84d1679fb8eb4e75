"""The archive of one inspection (一次一档): its log in, one package out. Pure (design 2.5, mission 3)."""

import base64
import csv
import io
import re
from collections.abc import Callable
from typing import Any

from webapp.archive.after_sections import after_files, empty_after
from webapp.archive.answers_filled import photo_name
from webapp.archive.bag import pack
from webapp.archive.document import document, pdf_document
from webapp.archive.paper_sections import empty_parts, paper_files
from webapp.archive.readme import readme
from webapp.archive.record_pdf import record_pdf
from webapp.archive.rules import device_pem
from webapp.archive.strokes import svg
from webapp.archive.wording import moment, text
from webapp.canonical import canonical, digest, sha256
from webapp.field.fold import Event, Record, fold, in_order
from webapp.sheets import FORMULA

Json = dict[str, Any]
Files = dict[str, bytes]

FORMAT = "yidang-archive-1"
TITLES = {
    "00-cover.json": "封面",
    "02-plan.json": "抽查计划摘录及规则版本",
    "03-draw": "抽取文件",
    "03-draw.json": "抽取证明",
    "04-approval.json": "检查审批（数据）",
    "04-approval.pdf": "行政检查审批表",
    "04-assignment.json": "检查任务分派",
    "05-notice.json": "检查通知书及送达（数据）",
    "05-notice.pdf": "行政检查通知书",
    "06-credentials.json": "检查人员及到达现场记录",
    "07-forms": "检查表",
    "08-record.pdf": "现场检查记录",
    "09-photos": "现场照片",
    "10-signatures": "签字、盖章与封存",
    "11-feedback": "告知检查对象的材料",
    "11-feedback.json": "告知检查对象（数据）",
    "12-result": "结果审批的材料",
    "12-result.json": "检查结果的确定和审批（数据）",
    "13-publication": "公示和录入平台的材料",
    "13-publication.json": "公示和录入平台（数据）",
    "14-objection": "异议和复查复核的材料",
    "14-objection.json": "异议和复查复核（数据）",
    "15-follow-up": "责令改正、抄告、移送、处罚的材料",
    "15-follow-up.json": "责令改正、抄告、移送、处罚、联合惩戒（数据）",
    "16-return-visit": "回访的材料",
    "16-return-visit.json": "回访（数据）",
    "18-notes.json": "备考表",
    "README.txt": "核对方法",
    "events.jsonl": "事件日志",
    "record.json": "检查记录（数据）",
}
# What a spreadsheet takes for the beginning of a formula, in full width too.
EXTENSIONS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}


def build(
    events: list[Event],
    forms: list[Json],
    blobs: dict[str, bytes],
    sign: Callable[[bytes], bytes],
    public_pem: str,
    draw_files: dict[str, bytes] | None = None,
) -> bytes:
    """The package that the log's last `archive` event closed: the same log gives the same bytes.

    That event's payload carries what stands outside the visit: `{seal, version, previous, assignment, names,
    retention, device_key, pictures, papers}`; `pictures` names those that were at the bureau. `forms`: bodies in the
    order of the visit; `blobs`: pictures, and `draw_files`: what `papers` keep of draws, by their SHA-256.
    """
    log = in_order(events)
    closing = [event for event in log if event["type"] == "archive"][-1]
    payload, record = closing["payload"], fold(log)
    blobs = {name: blobs[name] for name in payload["pictures"]}
    words = document(record, forms, payload["assignment"], names=payload["names"], events=log)
    pdf = record_pdf(pdf_document(words), blobs)
    inspection = payload["assignment"] | {"closing": closing}
    files = contents(inspection, record, log, forms, blobs, words, pdf)
    # A file that was closed before papers were kept stays as it was.
    if "papers" in payload:
        files |= paper_files(payload["papers"], payload["assignment"], draw_files or {})
    files |= {"01-catalogue.csv": _catalogue(files)}
    return pack(files, _tags(closing, words), sign, public_pem, folder=_folder(words, closing))


def contents(
    inspection: Json,
    record: Record,
    events: list[Event],
    forms: list[Json],
    blobs: dict[str, bytes],
    words: Json,
    pdf: bytes,
) -> Files:
    """The files of the visit by their paths: parts 00 and 06 to 18 as far as there is something, record and log.

    `inspection` is the assignment with its `closing` event; `words` are `document(...)`.
    """
    closing = inspection["closing"]["payload"]
    files = {
        "00-cover.json": canonical(_cover(inspection, record, words)),
        "04-assignment.json": canonical({k: v for k, v in inspection.items() if k != "closing"}),
        "06-credentials.json": canonical({"pair": words["pair"], "arrivals": words["arrivals"]}),
        "08-record.pdf": pdf,
        "18-notes.json": canonical(_notes(inspection, record, words, blobs)),
        "README.txt": readme(closing.get("papers", {}).get("addresses", {}).get("key", "")).encode(),
        "events.jsonl": b"".join(canonical(event) + b"\n" for event in events),
        "record.json": canonical(record),
        **{f"07-forms/{digest(form)}.json": canonical(form) for form in forms},
        **_photos(record, words, blobs),
        **_signatures(record, blobs),
        **after_files(record, blobs),
        **_seal(record, events, closing["device_key"]),
    }
    return files


def _cover(inspection: Json, record: Record, words: Json) -> Json:
    closing = inspection["closing"]
    return {
        "format": FORMAT,
        "inspection": inspection["id"],
        "number": words["number"],
        "bureau": inspection["bureau"],
        "subject": words["subject"],
        "items": words["items"],
        "result": [given["code"] for given in record["content"]["result"]],
        "visited": words["date"],
        "sealed": record["seal"]["time"],
        "archived": closing["time"],
        "record_hash": record["record_hash"],
        "retention": closing["payload"]["retention"],
        "version": closing["payload"]["version"],
        "previous": closing["payload"]["previous"],
    }


def _notes(inspection: Json, record: Record, words: Json, blobs: dict[str, bytes]) -> Json:
    late = [event["payload"].get("sha256") for event in record["addenda"]]
    return {
        "archived_by": inspection["closing"]["payload"]["names"].get(inspection["closing"]["author"]),
        "counts": words["counts"],
        "office": words["office"],
        "addenda": words["addenda"],
        "seal_faults": record["faults"],
        "pictures_of_addenda_not_received": sorted(
            {text(name) for name in late if name and name not in blobs}
        ),
        **({"hidden": words["hidden"]} if words["hidden"] else {}),
        **_elsewhere(inspection, empty_after(record)),
    }


def _elsewhere(inspection: Json, later: list[str]) -> Json:
    """Which parts are not here, and of those before the visit why. `later`: parts after the visit in which nothing lies."""
    closing = inspection["closing"]["payload"]
    if "papers" not in closing:
        return {"not_kept_here": ["02", "03", "05", *later]}
    return {"not_kept_here": later, "empty": empty_parts(closing["papers"], closing["assignment"])}


def _photos(record: Record, words: Json, blobs: dict[str, bytes]) -> Files:
    names = ("index", "sha256", "size", "mime", "width", "height", "caption", "question", "question_label")
    names += ("time", "clock", "position", "author")
    if not words["photos"]:
        return _late_pictures(record, blobs)
    rows = [[photo[name] for name in names] for photo in words["photos"]]
    files = {"09-photos/photos.csv": _csv([list(names), *rows])}
    for photo in words["photos"]:
        name = photo_name(photo["index"], photo["sha256"])
        files |= _picture(f"09-photos/{name}", photo["sha256"], blobs)
    return files | _late_pictures(record, blobs)


def _late_pictures(record: Record, blobs: dict[str, bytes]) -> Files:
    late = [event["payload"]["sha256"] for event in record["addenda"] if event["type"] in ("photo", "stamp")]
    files: Files = {}
    for name in late:
        files |= _picture(f"09-photos/addenda/{name}", name, blobs)
    return files


def _picture(path: str, name: str, blobs: dict[str, bytes]) -> Files:
    data = blobs.get(name)
    if data is None:
        return {}
    extension = "heic" if data[4:8] == b"ftyp" else "bin"
    extension = next((ending for magic, ending in EXTENSIONS.items() if data.startswith(magic)), extension)
    return {f"{path}.{extension}": data}


def _signatures(record: Record, blobs: dict[str, bytes]) -> Files:
    files: Files = {}
    for place, signature in enumerate(record["signatures"], start=1):
        role = signature["role"] if signature["role"] in ("subject", "inspector") else ""
        path = "-".join(part for part in (f"10-signatures/{place:02}", signature["type"], role) if part)
        files[f"{path}.json"] = canonical(signature)
        drawn = svg(signature["strokes"], signature["canvas"])
        if drawn:
            files[f"{path}.svg"] = drawn
        files |= _picture(path, signature["sha256"], blobs)
    return files


def _seal(record: Record, events: list[Event], device_key: Json) -> Files:
    """What `sha256sum` and `openssl dgst` need to check the seal by themselves."""
    seal = record["seal"]
    covered = next(event["payload"]["events"] for event in events if event["id"] == seal["event"])
    return {
        "10-signatures/seal/content.json": canonical(record["content"]),
        "10-signatures/seal/covered-events.txt": "\n".join(sorted(covered)).encode(),
        "10-signatures/seal/signed.txt": f"{seal['record_hash']}\n{seal['covers']}".encode(),
        "10-signatures/seal/signature.der": base64.b64decode(seal["signature"]),
        "10-signatures/seal/device-key.pem": device_pem(device_key).encode(),
    }


def _catalogue(files: Files) -> bytes:
    rows = [
        [str(number), TITLES[path.split("/")[0]], path, str(len(files[path])), sha256(files[path])]
        for number, path in enumerate(sorted(files), start=1)
    ]
    return _csv([["序号", "题名", "文件", "字节数", "SHA-256"], *rows])


def _csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    # Spreadsheet programs take a CSV without this mark for a local encoding.
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    words = text(value)
    # A spreadsheet would run what begins like a formula.
    return f"'{words}" if words.startswith(FORMULA) else words


def _tags(closing: Event, words: Json) -> dict[str, str]:
    payload = closing["payload"]
    tags = {
        "Source-Organization": words["bureau"],
        "External-Identifier": words["number"],
        "External-Description": f"{words['title']} {words['subject'].get('name', '')}",
        "Bagging-Date": moment(closing["time"])[:10],
        "Yidang-Format": FORMAT,
        "Yidang-Bureau": payload["assignment"]["bureau"]["id"],
        "Yidang-Inspection": payload["assignment"]["id"],
        "Yidang-Record-Hash": words["record_hash"],
        "Yidang-Version": str(payload["version"]),
    }
    return tags | ({"Yidang-Previous": payload["previous"]} if payload["previous"] else {})


def _folder(words: Json, closing: Event) -> str:
    number = re.sub(r"[^0-9A-Za-z]+", "-", words["number"]).strip("-")
    return f"{number or words['id']}-v{closing['payload']['version']}"
