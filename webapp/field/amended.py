"""What an amended draw does to inspections: who steps in gets them, what nobody began is called off (design 2.6).

All under the draw's row lock, in the transaction that publishes the file: the file and the phones never disagree.
"""

from collections.abc import Mapping
from datetime import date

from webapp.accounts.models import User
from webapp.db import db
from webapp.draw.amendments import CANCEL, Amendment
from webapp.draw.elsewhere import DrawnRow
from webapp.draw.layout import DrawFile
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.swaps import standing
from webapp.errors import Problem
from webapp.field import drawn, relief, rules
from webapp.field.models import Inspection, InspectionDraw
from webapp.registry.models import Expert, Inspector

# What the office decides of an inspection that its pair began.
STOP, KEEP = "stop", "keep"


def approve(author: User, amendment: Amendment, begun: str, today: date) -> list[Inspection]:
    """Let an amendment take effect in the file and in the inspections; gives those that were made. It must be locked.

    `begun`: what becomes of the inspection of a swapped subject that was begun. Raises what `Amendment.approve` raises,
    `amendment_begun`, `amendment_done`.
    """
    draw, before = amendment.draw, _visit_of_others(author, amendment)
    file = amendment.approve(author, visits(draw))
    if amendment.kind == CANCEL:
        _cancel(author, draw, file)
        return []
    if amendment.kind == "subject":
        _let_go(author, draw, before, amendment.reason, begun)
    elif before:
        _replace(author, before, file, amendment)
    return drawn.make(author, draw, today)


def refuse(author: User, amendment: Amendment, reason: str) -> None:
    """Refuse an amendment. It must be locked. Raises what `Amendment.refuse` raises."""
    _visit_of_others(author, amendment)
    amendment.refuse(author, reason)


def _visit_of_others(author: User, amendment: Amendment) -> Inspection | None:
    """The inspection that it is about. Raises `amendment_own` for who is in its pair."""
    found = inspection_of(amendment.draw, amendment.subject) if amendment.subject else None
    if found and author.id in found.pair:
        raise Problem("amendment_own")
    return found


def visits(draw: Draw) -> Mapping[str, list[str]]:
    """The days of the year's visits that count against the cap, by subject (TJ-10c)."""
    return drawn.known(draw.bureau_id, draw.begins.year).visits


def inspection_of(draw: Draw, pool_id: str) -> Inspection | None:
    """What a subject of the draw's pool became."""
    row = DrawSubject.of(draw.id, [pool_id]).get(pool_id)
    found = db.session.get(InspectionDraw, (draw.id, row.subject_id)) if row else None
    return db.session.get(Inspection, found.inspection_id) if found else None


def begun_of(draw: Draw) -> list[tuple[Inspection, bool]]:
    """The inspections of a cancelled draw that were begun, and whether the office said that they go on."""
    found = [one for one in InspectionDraw.of_draw(draw.id).values() if one.state != drawn.CANCELLED]
    going = relief.going_on([one.id for one in found])
    return [(one, one.id in going) for one in sorted(found, key=lambda one: one.number)]


def _cancel(author: User, draw: Draw, file: DrawFile) -> None:
    # In the order in which phones lock them, so that nobody waits for each other for ever.
    for inspection_id in sorted(one.id for one in InspectionDraw.of_draw(draw.id).values()):
        inspection = _locked(inspection_id)
        if inspection.state == "assigned" and not _serves_others(draw, inspection):
            relief.call_off(author, inspection, f"抽取已取消：{file['cancelled']['reason']}")
            if draw.list_id:
                DrawnRow.release(draw.list_id, inspection.id)


def _let_go(author: User, draw: Draw, found: Inspection | None, reason: str, begun: str) -> None:
    """Of a subject that was swapped: called off where nothing was written, else as the office decides."""
    if found is None:
        return
    inspection = _locked(found.id)
    if inspection.state == drawn.CANCELLED or _serves_others(draw, inspection):
        return
    if inspection.state not in rules.UNFINISHED:
        raise Problem("amendment_done")
    if inspection.state != "assigned" and begun not in (STOP, KEEP):
        raise Problem("amendment_begun")
    if inspection.state != "assigned" and begun == KEEP:
        relief.proceed(author, inspection, f"对象已更换（{reason}），已经开始的检查由办公室决定照常做完")
    elif inspection.state != "assigned":
        relief.call_off(author, inspection, f"对象已更换（{reason}），已经开始的检查由办公室决定取消")
    else:
        relief.call_off(author, inspection, f"对象已更换：{reason}")


def _replace(author: User, found: Inspection, file: DrawFile, amendment: Amendment) -> None:
    """Who was swapped leaves the pair; an expert is only told of, as no expert writes."""
    inspection = _locked(found.id)
    if inspection.state not in rules.UNFINISHED:
        raise Problem("amendment_done")
    pair = standing(file).pairs[amendment.subject] or {}
    if amendment.kind == "expert":
        _rename(inspection, amendment.out, file["swaps"][-1]["in"])
        return
    into = db.session.get_one(Inspector, file["swaps"][-1]["in"])
    _check_scope(inspection, amendment.out, into)
    relief.relieve(author, inspection, amendment.out, into, amendment.reason, pair["leader"])
    if amendment.why == "recusal":
        relief.step_aside(author, inspection, amendment.out, amendment.reason)
        wishes = {wish["event"] for wish in rules.open_wishes(inspection.record())}
        if amendment.wish in wishes:
            said = {"wish": amendment.wish, "granted": True, "reason": amendment.reason}
            inspection.append_office(author, "recusal", said)


def _rename(inspection: Inspection, out: str, into: str) -> None:
    """Why the visit is made names its experts."""
    names = [db.session.get_one(Expert, name).name for name in (out, into)]
    inspection.reason_text = inspection.reason_text.replace(*names)


def _check_scope(inspection: Inspection, out: str, into: Inspector) -> None:
    """A joint visit has the items of other draws too; raises `amendment_joint` where nobody of the pair could check one."""
    stay = [member.inspector for member in inspection.members if member.user_id != out]
    scopes = [set(one.items) for one in (*stay, into)]
    items = {listed.item.code for listed in inspection.listed}
    if all(scopes) and not items <= set().union(*scopes):
        raise Problem("amendment_joint")


def _serves_others(draw: Draw, inspection: Inspection) -> bool:
    """Whether it is a joint visit that another draw still asks for (CA-2.3a)."""
    for row in InspectionDraw.of_inspection(inspection.id):
        others = DrawSubject.standing(row.draw_id, row.subject_id)
        if row.draw_id != draw.id and row.draw.state == "drawn" and others:
            return True
    return False


def _locked(inspection_id: str) -> Inspection:
    inspection = Inspection.locked(inspection_id)
    if inspection is None:
        raise Problem("not_found")
    return inspection
