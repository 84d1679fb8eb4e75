"""Parts 02 to 05 of an archive: plan and law, the draw's proof, approval, notice with its service (mission 3). Pure."""

from collections.abc import Iterator
from typing import Any

from webapp.archive.wording import N_
from webapp.canonical import canonical
from webapp.evidence.picture_rules import FILE_ENDINGS
from webapp.field.notices import NOTICE_KIND, REASONS, approval_sheet, notice_sheet, number
from webapp.typesetting.sheet import sheet_pdf

Json = dict[str, Any]
Files = dict[str, bytes]

BY_DRAW = ("drawn", "elsewhere")
BY_HAND = N_("这次检查不经抽取：{reason}。")
NO_DRAW = N_("这次检查写明是抽取的，本系统里没有它的抽取记录。")
NO_APPROVAL = N_("没有申请检查审批。")
NO_NOTICE = N_("没有批准的检查审批，所以没有通知书。")


def paper_data(papers: Json, assignment: Json) -> dict[str, Json]:
    """The data of parts 02 to 05 by path. Where there is nothing, `empty` says why."""
    why = _why_no_draw(papers, assignment)
    approved = _approved(papers)
    return {
        "02-plan.json": {"plans": papers["plans"], "law": papers["law"], "empty": why},
        "03-draw.json": {"draws": papers["draws"], "elsewhere": papers["lists"], "empty": why},
        "04-approval.json": {
            "approvals": papers["approvals"],
            "empty": None if papers["approvals"] else NO_APPROVAL,
        },
        "05-notice.json": {
            "number": number(approved, NOTICE_KIND) if approved else None,
            "address": papers["addresses"]["notice"],
            "served": approved["served"] if approved else [],
            "empty": None if approved else NO_NOTICE,
        },
    }


def paper_files(papers: Json, assignment: Json, draw_files: dict[str, bytes]) -> Files:
    """Every file of parts 02 to 05: data, the draw files to the byte, approval form and notice for people."""
    files = {path: canonical(data) for path, data in paper_data(papers, assignment).items()}
    files |= {path: draw_files[name] for path, name in kept(papers)}
    if papers["approvals"]:
        last = papers["approvals"][0]
        files["04-approval.pdf"] = sheet_pdf(approval_sheet(last, papers["addresses"]["approval"]))
    approved = _approved(papers)
    if approved:
        files["05-notice.pdf"] = sheet_pdf(notice_sheet(approved, papers["addresses"]["notice"]))
    return files


def kept(papers: Json) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of each draw file, and of other platforms' evidence, that lies in the package."""
    for given in papers["lists"]:
        if given["evidence"]["kept"]:
            ending = FILE_ENDINGS.get(given["evidence"]["mime"], "bin")
            yield f"03-draw/{given['id']}/evidence.{ending}", given["evidence"]["sha256"]
    for draw in papers["draws"]:
        for file in draw["files"]:
            if file["kept"]:
                yield f"03-draw/{draw['id']}/{file['number']}-{file['state']}.json", file["sha256"]


def empty_parts(papers: Json, assignment: Json) -> dict[str, str]:
    """The parts with nothing in them and why, by number."""
    data = paper_data(papers, assignment)
    return {path[:2]: part["empty"] for path, part in data.items() if part["empty"]}


def _approved(papers: Json) -> Json | None:
    """The approval that stands, as far as it was given."""
    last = papers["approvals"][0] if papers["approvals"] else None
    return last if last and last["state"] == "approved" else None


def _why_no_draw(papers: Json, assignment: Json) -> str | None:
    if papers["draws"] or papers["lists"]:
        return None
    reason = assignment["reason"]
    if reason["kind"] in BY_DRAW:
        return NO_DRAW
    said = "，".join(part for part in (REASONS.get(reason["kind"], reason["kind"]), reason["text"]) if part)
    return BY_HAND.format(reason=said)
