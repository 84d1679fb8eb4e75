"""The list of inspections behind a number: every figure can be counted again by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all

from webapp.db import db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.field.drawn import CANCELLED
from webapp.field.models import Inspection, InspectionDraw, Member
from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_rules import Period
from webapp.oversight.figures import RANDOM, Board, Slots, quoted
from webapp.oversight.found import BETWEEN, Found, FoundItem

PAGE = 50
FIGURES = ("coverage", "published", "risk", "over_cap", "followup", "done", "problems", "item_found")
GROUPS = ("district", "kinds", "credit_risk", "labour_grade", "person")


@dataclass(frozen=True)
class Asked:
    """Which cases: of a figure those that make it (`side` 0) or that it lacks (1); or of a `clock` those of a `standing`;
    of these, those of a group (`by`, `of`)."""

    figure: str = ""
    side: int = 0
    clock: str = ""
    standing: str = ""
    by: str = ""
    of: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Asked":
        """What an address asks for; what makes no sense in it is left out."""
        clock, standing = given.get("clock", ""), given.get("standing", "")
        known = clock in ("told", "published") and standing in rules.STANDINGS
        figure = given.get("figure", "") if given.get("figure") in FIGURES else "done"
        by = given.get("by", "") if given.get("by") in GROUPS else ""
        side = int(given.get("side") == "1")
        of = given.get("of", "")[:200] if by else ""
        return cls(clock=clock, standing=standing, by=by, of=of) if known else cls(figure, side, by=by, of=of)

    @property
    def query(self) -> dict[str, Any]:
        """As an address says it."""
        said = {name: value for name, value in vars(self).items() if value}
        return said | ({"of": self.of} if self.by else {})


@dataclass(frozen=True)
class Case:
    """One line: the inspection, what was found where it ended, and the day that it counts for."""

    inspection: Inspection
    found: Found | None
    day: date

    @property
    def key(self) -> str:
        """What asks for those behind it."""
        return f"{self.day}|{self.inspection.id}"


def cases(board: Board, asked: Asked, after: str = "", limit: int = PAGE) -> list[Case]:
    """The inspections behind a number, the latest first; one more than `limit` says that there are more."""
    one = _rows(board, asked).subquery()
    rows = select(one.c.id, one.c.day)
    day, _bar, last = after.partition("|")
    if last and rules.is_day(day):
        before = date.fromisoformat(day)
        rows = rows.where(or_(one.c.day < before, and_(one.c.day == before, one.c.id < last)))
    page = db.session.execute(rows.order_by(one.c.day.desc(), one.c.id.desc()).limit(limit + 1)).all()
    names = [name for name, _day in page]
    held = {one.id: one for one in db.session.scalars(select(Inspection).where(Inspection.id.in_(names)))}
    found = {
        one.inspection_id: one
        for one in db.session.scalars(select(Found).where(Found.inspection_id.in_(names)))
    }
    return [Case(held[name], found.get(name), day) for name, day in page]


def count(board: Board, asked: Asked) -> int:
    """How many they are."""
    rows = _rows(board, asked).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _rows(board: Board, asked: Asked) -> Select[Any]:
    """Ids and days: of those that ended, or of those that did not, or of both."""
    if asked.figure == "risk":
        one = _by_risk(board, asked.side == 0).subquery()
        return select(one.c.id, one.c.day)
    parts = [part for part in (_ended(board, asked), _left(board, asked)) if part is not None]
    one = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return select(one.c.id, one.c.day)


def _ended(board: Board, asked: Asked) -> Select[Any] | None:
    scope, last = board.scope, board.scope.period.ends
    columns = (Found.inspection_id.label("id"), Found.ended.label("day"))
    if asked.figure in ("coverage", "done") and asked.side == 1:
        return None
    if asked.clock:
        slots = Slots(board)
        rows = slots.joined(scope.ended(*columns)).where(slots.standing(asked.clock) == asked.standing)
        rows = rows.where(~Found.withheld) if asked.clock == "published" else rows
    elif asked.figure == "coverage":
        # A share of the year: counted from its first day on.
        year = replace(scope, period=Period(scope.period.year))
        rows = year.ended(*columns).where(Found.ended <= last, Found.random, board.in_base())
    elif asked.figure == "over_cap":
        rows = scope.whole_year().ended(*columns).where(Found.random)
        rows = rows.where(_too_often(board, Found.bureau_id, Found.subject_id))
    else:
        rows = scope.ended(*columns).where(_of_figure(board, asked))
    return rows.where(_of_group(asked)) if asked.by else rows


def _left(board: Board, asked: Asked) -> Select[Any] | None:
    scope = board.scope
    columns = (Inspection.id.label("id"), Inspection.due.label("day"))
    if asked.figure == "over_cap":
        rows = scope.whole_year().left(*columns).where(RANDOM)
        rows = rows.where(_too_often(board, Inspection.bureau_id, Inspection.subject_id))
    elif asked.figure == "coverage" and asked.side == 1:
        year = replace(scope, period=Period(scope.period.year))
        rows = year.left(*columns).where(RANDOM, Inspection.due <= scope.period.ends)
    elif asked.figure == "done" and asked.side == 1:
        rows = scope.left(*columns)
    else:
        return None
    if asked.by == "person":
        rows = rows.where(_with(Inspection.id, asked.of))
    return rows


def _of_figure(board: Board, asked: Asked) -> ColumnElement[bool]:
    lacks = asked.side == 1
    having = select(FoundItem.inspection_id).where(FoundItem.item == board.scope.item, FoundItem.findings > 0)
    return {
        "published": and_(
            ~Found.withheld, Found.completed.is_(None) if lacks else Found.completed.is_not(None)
        ),
        "followup": and_(Found.problem, Found.follow == (rules.OPEN if lacks else rules.SETTLED)),
        "done": Found.ended.is_not(None),
        "problems": ~Found.problem if lacks else Found.problem,
        "item_found": Found.inspection_id.in_(having),
    }[asked.figure]


def _by_risk(board: Board, wanted: bool) -> Select[Any]:
    """What was drawn by tasks that do, or do not, tell risk levels apart, whenever it was done."""
    drawn = [one for one, by_risk in board.drawn() if by_risk == wanted]
    ids = {model: [one.id for one in drawn if isinstance(one, model)] for model in (Draw, DrawnList)}
    here = select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id.in_(ids[Draw]))
    brought = select(DrawnRow.inspection_id).where(DrawnRow.list_id.in_(ids[DrawnList]))
    brought = brought.where(DrawnRow.inspection_id.is_not(None))
    day = func.coalesce(Found.ended, Inspection.due).label("day")
    rows = select(Inspection.id.label("id"), day)
    rows = rows.outerjoin(Found, Found.inspection_id == Inspection.id).where(Inspection.state != CANCELLED)
    return rows.where(or_(Inspection.id.in_(here), Inspection.id.in_(brought)))


def _too_often(board: Board, bureau: Any, subject: Any) -> ColumnElement[bool]:
    """Of a subject that comes more often in the year than its bureau allows."""
    visits = board.visits()
    found = []
    for name in board.scope.bureaus:
        cap = board.law(name).get("yearly_cap", {}).get("value")
        if cap is not None:
            mine = select(visits.c.subject).where(visits.c.bureau == name).group_by(visits.c.subject)
            found.append(and_(bureau == name, subject.in_(mine.having(func.count() > cap))))
    return or_(*found) if found else bureau.is_(None)


def _of_group(asked: Asked) -> ColumnElement[bool]:
    if asked.by == "person":
        return _with(Found.inspection_id, asked.of)
    if asked.by == "kinds":
        kind = Found.kinds.contains(quoted(asked.of), autoescape=True)
        return kind if asked.of else Found.kinds == BETWEEN
    return getattr(Found, asked.by) == asked.of  # type: ignore[no-any-return]


def _with(inspection: Any, person: str) -> ColumnElement[bool]:
    return inspection.in_(select(Member.inspection_id).where(Member.user_id == person))  # type: ignore[no-any-return]
