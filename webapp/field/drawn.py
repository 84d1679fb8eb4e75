"""From a draw to inspections on the phones of its pairs; and what a new draw has to know of the inspections there are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, func, or_, select

from webapp.accounts.models import Bureau, User
from webapp.db import db, parts, today
from webapp.draw import names
from webapp.draw.asking import Known
from webapp.draw.elsewhere import DrawnList, DrawnRow, of_plan
from webapp.draw.layout import DrawFile
from webapp.draw.models import STREAMED, Draw, Frozen
from webapp.draw.names import DrawSubject
from webapp.draw.swaps import standing
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.models import Inspection, InspectionDraw, InspectionForm, InspectionItem, Member
from webapp.forms.models import Form
from webapp.plan.models import PlanVersion
from webapp.plan.rules import Task
from webapp.registry.imports import Import
from webapp.registry.items import Item
from webapp.registry.models import Expert

# Results that hold nothing against a subject (RZ-20); any other counts for it in the next year's draws.
NOTHING_FOUND = ("no_problem", "no_activity")
# The state of one that was called off: nobody goes.
CANCELLED = "cancelled"


def known(bureau_id: str, year: int, version: PlanVersion | None = None, task: Task | None = None) -> Known:
    """Open inspections by inspector, and by subject a day in the year of each visit that counts against the cap (TJ-10c):
    what is drawn, one joint visit once; what is inspected for another reason is counted apart (RZ-5).

    A window over New Year counts in both years. Of `task`: who was drawn by it as often as the plan of `version` says.
    """
    mine = Inspection.bureau_id == bureau_id
    busy = select(Member.user_id).join(Inspection).where(mine, Inspection.state.in_(rules.UNFINISHED))
    visits: dict[str, list[str]] = {}
    windows = [*_windows(bureau_id, date(year, 1, 1)), *_waiting(bureau_id)]
    for subject_id, begins, due in windows:
        days = [day for day in (due, begins) if day and day.year == year]
        if days:
            visits.setdefault(subject_id, []).append(days[0].isoformat())
    taken = _taken(version, task) if version and task else frozenset()
    return Known(Counter(db.session.scalars(busy)), visits, taken, _found(bureau_id, year - 1))


def check_pending(bureau_id: str, frozen: Frozen, visits: Mapping[str, list[str]]) -> None:
    """Raises `draw_pending` where a draw that is frozen and not drawn yet could take somebody over the cap as well:
    which of the two it would be, nobody may choose. `frozen`: what is to be frozen; `visits`: as of `known`.
    """
    eligible, year = frozen.rules["eligible"], int(frozen.rules["window"]["from"][:4])
    cap, others = (
        eligible["cap"],
        [one for one in Draw.pending(bureau_id) if year in (one.begins.year, one.ends.year)],
    )
    if cap is None or eligible["key"] or not others:
        return
    if len(others) + 1 + max(map(len, visits.values()), default=0) <= cap:
        return
    rows = select(DrawSubject.subject_id).where(DrawSubject.draw_id.in_([one.id for one in others]))
    found = db.session.scalars(rows.execution_options(yield_per=STREAMED))
    waiting = Counter(name for name in found if name in frozen.names.ids)
    over = sum(waiting[name] + len(visits.get(name, ())) + 1 > cap for name in waiting)
    if over:
        raise Problem("draw_pending", subjects=over, draws=[one.task["name"] for one in others])


def at_cap(bureau: Bureau, subject_id: str, draws: list[str], lists: list[str], year: int) -> bool:
    """Whether one visit more of a subject in a year, by these draws or lists, would go over the cap, or could with a draw
    that waits. Key items know no cap (PD-2.1b)."""
    eligible = [db.session.get_one(Draw, name).act.head["rules"]["eligible"] for name in draws]
    caps = [one["cap"] for one in eligible if one["cap"] is not None and not one["key"]]
    law = bureau.law(today()).get("yearly_cap")
    if lists and law is not None:
        caps.append(law)
    if not caps:
        return False
    pending = [one.id for one in Draw.pending(bureau.id)]
    rows = select(func.count()).where(DrawSubject.draw_id.in_(pending), DrawSubject.subject_id == subject_id)
    count = len(known(bureau.id, year).visits.get(subject_id, ())) + (db.session.scalar(rows) or 0)
    return count + 1 > min(caps)


def inspection_id(draw: Draw, subject_id: str) -> str:
    """The same for the same draw and subject, so that what is made twice is made once."""
    return str(uuid5(UUID(draw.id), subject_id))


def make(author: User, draw: Draw, today: date) -> list[Inspection]:
    """An inspection for each pair of the draw that has none yet, in the order of the draw. Raises `item_off_list`."""
    pairs = {inspection_id(draw, pair["subject"]): pair for pair in pairs_of(draw.file())}
    there = {row for part in parts(pairs) for row in db.session.scalars(_ids(part))}
    # Who went out of the library since the freeze cannot be inspected; the place waits for a swap.
    subjects = names.subjects(draw.id, [pair["subject"] for pair in pairs.values()])
    missing = {key: pair for key, pair in pairs.items() if key not in there and pair["subject"] in subjects}
    held = names.DrawSubject.of(draw.id, subjects)
    listed = {item.code: item for item in Item.listed(draw.bureau_id)}
    codes = draw.task["items"]
    if not set(codes) <= listed.keys():
        raise Problem("item_off_list")
    forms = Form.in_use(draw.bureau_id, codes, today)
    numbers = Inspection.numbers(draw.bureau, today.year, len(missing))
    made, reason = [], rules.ELSEWHERE if draw.given else rules.DRAWN
    for number, (key, pair) in zip(numbers, missing.items(), strict=True):
        batch = held[pair["subject"]].batch
        inspection = Inspection(
            id=key, bureau_id=draw.bureau_id, number=number, due=draw.window(batch)[1], assigned_by=author.id,
            subject=subjects[pair["subject"]], reason=reason, reason_text=why(draw, pair, batch),
            members=[Member(user_id=name, place=place) for place, name in enumerate(_leader_first(pair))],
            listed=[InspectionItem(item=listed[code], place=place) for place, code in enumerate(codes)],
            forms=[InspectionForm(form_hash=form.hash, place=place) for place, form in enumerate(forms)],
        )  # fmt: skip
        db.session.add(inspection)
        made.append(inspection)
    db.session.flush()
    db.session.add_all(
        InspectionDraw(draw_id=draw.id, subject_id=one.subject.id, inspection_id=one.id) for one in made
    )
    for row in draw.given.rows if draw.given else ():
        row.inspection_id = {one.subject.id: one.id for one in made}.get(row.subject_id, row.inspection_id)
    db.session.flush()
    return made


def pairs_of(file: DrawFile) -> list[dict[str, Any]]:
    """The pairs as they stand now, in the order in which they were drawn or stepped in."""
    now = standing(file).pairs
    order = [*(pair["subject"] for pair in file["pairs"]), *(swap["in"] for swap in file["swaps"])]
    return [pair for subject in dict.fromkeys(order) if (pair := now.get(subject))]


def _found(bureau_id: str, year: int) -> frozenset[str]:
    """The subjects at whom the bureau's own checks of a year found something (TJ-13)."""
    rows = select(Inspection.subject_id).where(
        Inspection.bureau_id == bureau_id, Inspection.state.in_(("accepted", "archived")),
        Inspection.result.notin_(NOTHING_FOUND), Inspection.due.between(date(year, 1, 1), date(year, 12, 31)),
    )  # fmt: skip
    return frozenset(db.session.scalars(rows))


def _windows(bureau_id: str, since: date) -> Iterable[Row[tuple[str, date | None, date]]]:
    """Subject, first day as far as a draw says one, and last day of each drawn inspection that ends `since` then."""
    rows = select(
        Inspection.subject_id, func.min(func.coalesce(Draw.begins, DrawnList.begins)), Inspection.due
    )
    rows = rows.outerjoin(InspectionDraw, InspectionDraw.inspection_id == Inspection.id)
    rows = rows.outerjoin(Draw, Draw.id == InspectionDraw.draw_id)
    rows = rows.outerjoin(DrawnRow, DrawnRow.inspection_id == Inspection.id)
    rows = rows.outerjoin(DrawnList, DrawnList.id == DrawnRow.list_id)
    # A visit that serves a draw counts, whatever else it serves.
    serves = or_(InspectionDraw.draw_id.is_not(None), DrawnRow.list_id.is_not(None))
    random = or_(Inspection.reason.in_(rules.BY_DRAW), serves)
    rows = rows.where(Inspection.bureau_id == bureau_id, Inspection.due >= since, random)
    rows = rows.where(Inspection.state != CANCELLED)
    return db.session.execute(rows.group_by(Inspection.id, Inspection.subject_id, Inspection.due))


def _waiting(bureau_id: str) -> Iterable[Row[tuple[str, date, date]]]:
    """The same of subjects that another platform drew and that have no pair yet."""
    rows = select(DrawnRow.subject_id, DrawnList.begins, DrawnList.ends)
    rows = rows.join(DrawnList, DrawnList.id == DrawnRow.list_id).join(Import)
    mine = (DrawnList.bureau_id == bureau_id, DrawnRow.inspection_id.is_(None), Import.state != "undone")
    return db.session.execute(rows.where(*mine))


def _taken(version: PlanVersion, task: Task) -> frozenset[str]:
    """The subjects that this task of the plan drew as often as it says, so that another batch takes others (PD-3.2)."""
    rows = select(DrawSubject.subject_id).join(Draw, Draw.id == DrawSubject.draw_id)
    rows = rows.join(PlanVersion, PlanVersion.id == Draw.plan_version_id)
    mine = (PlanVersion.plan_id == version.plan_id, Draw.task_id == task["id"], Draw.state == "drawn")
    rows = rows.where(*mine, DrawSubject.place.is_not(None), ~DrawSubject.gone, Draw.list_id.is_(None))
    brought = select(DrawnRow.subject_id).join(DrawnList, DrawnList.id == DrawnRow.list_id).join(Import)
    both = rows.union_all(brought.where(*of_plan(version), DrawnList.task_id == task["id"])).subquery()
    name = both.c.subject_id
    often = select(name).group_by(name).having(func.count() >= task["times"])
    return frozenset(db.session.scalars(often))


def _ids(part: list[str]) -> Any:
    return select(Inspection.id).where(Inspection.id.in_(part))


def _leader_first(pair: dict[str, Any]) -> list[str]:
    drawn = [member["id"] for member in pair["inspectors"]]
    return [pair["leader"], *(name for name in drawn if name != pair["leader"])]


def why(draw: Draw, pair: dict[str, Any], batch: int | None) -> str:
    """Why a drawn inspection is made, in which batch, and which experts go along."""
    experts = [db.session.get_one(Expert, member["id"]) for member in pair["experts"]]
    more = f"；随同专家：{'、'.join(expert.name for expert in experts)}" if experts else ""
    first, last = draw.window(batch)
    part = f"；第 {batch} 批，{first} 至 {last}" if draw.windows else ""
    joint = "、".join(one["department"] for one in draw.task["joint"])
    together = f"；联合：{joint}" if joint else ""
    if draw.given:
        given = f"由{draw.given.said}；检查组由本机构抽取 {draw.id}"
        return f"{draw.task['name']}：{given}{part}{together}{more}"
    return f"双随机抽取 {draw.id}：{draw.task['name']}{part}{together}{more}"
