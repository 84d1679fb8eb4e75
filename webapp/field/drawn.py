"""From a draw to inspections on the phones of its pairs; and what a new draw has to know of the inspections there are."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from webapp.accounts.models import User
from webapp.db import db
from webapp.draw import names
from webapp.draw.asking import Known
from webapp.draw.layout import DrawFile
from webapp.draw.models import Draw
from webapp.draw.swaps import standing
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.models import Inspection, InspectionForm, InspectionItem, Member
from webapp.forms.models import Form
from webapp.registry.items import Item
from webapp.registry.models import Expert

# States of an inspection that still takes its pair's time.
OPEN = ("assigned", "open", "returned")


def known(bureau_id: str, year: int) -> Known:
    """Open inspections by inspector, and by subject the days of those drawn for the year: only they count against the
    cap (TJ-10c), what is inspected for another reason is counted apart (RZ-5)."""
    mine = Inspection.bureau_id == bureau_id
    busy = select(Member.user_id).join(Inspection).where(mine, Inspection.state.in_(OPEN))
    days = select(Inspection.subject_id, Inspection.due).where(
        mine, Inspection.reason == rules.DRAWN, Inspection.due.between(date(year, 1, 1), date(year, 12, 31))
    )
    visits: dict[str, list[str]] = {}
    for subject_id, due in db.session.execute(days):
        visits.setdefault(subject_id, []).append(due.isoformat())
    return Known(Counter(db.session.scalars(busy)), visits)


def inspection_id(draw: Draw, subject_id: str) -> str:
    """The same for the same draw and subject, so that what is made twice is made once."""
    return str(uuid5(UUID(draw.id), subject_id))


def make(author: User, draw: Draw, today: date) -> list[Inspection]:
    """An inspection for each pair of the draw that has none yet, in the order of the draw. Raises `item_off_list`."""
    pairs = {inspection_id(draw, pair["subject"]): pair for pair in pairs_of(draw.file())}
    there = {row for part in _parts(list(pairs)) for row in db.session.scalars(_ids(part))}
    # Who went out of the library since the freeze cannot be inspected; the place waits for a swap.
    subjects = names.subjects(draw.id, [pair["subject"] for pair in pairs.values()])
    missing = {key: pair for key, pair in pairs.items() if key not in there and pair["subject"] in subjects}
    listed = {item.code: item for item in Item.listed(draw.bureau_id)}
    codes = draw.task["items"]
    if not set(codes) <= listed.keys():
        raise Problem("item_off_list")
    forms = Form.in_use(draw.bureau_id, codes)
    numbers = Inspection.numbers(draw.bureau, today.year, len(missing))
    made = []
    for number, (key, pair) in zip(numbers, missing.items(), strict=True):
        inspection = Inspection(
            id=key, bureau_id=draw.bureau_id, number=number, due=draw.ends, assigned_by=author.id,
            subject=subjects[pair["subject"]], reason=rules.DRAWN, reason_text=_why(draw, pair),
            members=[Member(user_id=name, place=place) for place, name in enumerate(_leader_first(pair))],
            listed=[InspectionItem(item=listed[code], place=place) for place, code in enumerate(codes)],
            forms=[InspectionForm(form_hash=form.hash, place=place) for place, form in enumerate(forms)],
        )  # fmt: skip
        db.session.add(inspection)
        made.append(inspection)
    db.session.flush()
    return made


def pairs_of(file: DrawFile) -> list[dict[str, Any]]:
    """The pairs as they stand now, in the order in which they were drawn or stepped in."""
    now = standing(file).pairs
    order = [*(pair["subject"] for pair in file["pairs"]), *(swap["in"] for swap in file["swaps"])]
    return [pair for subject in dict.fromkeys(order) if (pair := now.get(subject))]


def _ids(part: list[str]) -> Any:
    return select(Inspection.id).where(Inspection.id.in_(part))


def _parts(ids: list[str], size: int = 500) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _leader_first(pair: dict[str, Any]) -> list[str]:
    drawn = [member["id"] for member in pair["inspectors"]]
    return [pair["leader"], *(name for name in drawn if name != pair["leader"])]


def _why(draw: Draw, pair: dict[str, Any]) -> str:
    experts = [db.session.get_one(Expert, member["id"]) for member in pair["experts"]]
    more = f"；随同专家：{'、'.join(expert.name for expert in experts)}" if experts else ""
    return f"双随机抽取 {draw.id}：{draw.task['name']}{more}"
