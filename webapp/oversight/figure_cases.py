"""The list of inspections behind a number: every figure can be counted again by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from webapp.db import db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.field.models import Inspection, InspectionDraw, Member
from webapp.followup.models import Timeline
from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_rules import Period
from webapp.oversight.figures import DAY, ENDED, RANDOM, Board, Slots, quoted
from webapp.oversight.found import BETWEEN, Found, FoundItem
from webapp.plan import rules as plan_rules
from webapp.registry.models import Inspector

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
    """One line: the inspection, the day that it counts for, the unit of who leads, the days of telling and publishing."""

    inspection: Inspection
    day: date
    unit: str
    told: date | None
    published: date | None
    result: str

    @property
    def key(self) -> str:
        """What asks for those behind it."""
        return f"{self.day}|{self.inspection.id}"


def cases(board: Board, asked: Asked, after: str = "", limit: int = PAGE) -> list[Case]:
    """The inspections behind a number, the latest first; one more than `limit` says that there are more."""
    rows = _rows(board, asked)
    day, _bar, last = after.partition("|")
    if last and rules.is_day(day):
        before = date.fromisoformat(day)
        rows = rows.where(or_(DAY < before, and_(DAY == before, Inspection.id < last)))
    found = db.session.execute(rows.order_by(DAY.desc(), Inspection.id.desc()).limit(limit + 1))
    return [Case(*row) for row in found]


def count(board: Board, asked: Asked) -> int:
    """How many they are."""
    return (
        db.session.scalar(select(func.count()).select_from(_rows(board, asked, Inspection.id).subquery()))
        or 0
    )


def _rows(board: Board, asked: Asked, *columns: Any) -> Select[Any]:
    scope = board.scope
    columns = columns or (
        Inspection, DAY, func.coalesce(Inspector.unit, ""), Timeline.told, Timeline.completed,
        func.coalesce(Found.result, ""),
    )  # fmt: skip
    if asked.figure == "coverage":
        # A share of the year: counted from its first day on.
        scope = replace(scope, period=Period(scope.period.year))
    if asked.figure == "over_cap":
        scope = scope.whole_year()
    rows = scope.rows(*columns)
    rows = rows if scope.unit else scope.by_unit(rows)
    if asked.clock:
        slots = Slots(board)
        rows = slots.joined(rows).where(slots.standing(asked.clock) == asked.standing)
        if asked.clock == "published":
            rows = rows.where(Timeline.withheld.is_(None))
    else:
        rows = rows.where(_of_figure(board, asked))
    return rows.where(_of_group(asked)) if asked.by else rows


def _of_figure(board: Board, asked: Asked) -> ColumnElement[bool]:
    lacks = asked.side == 1
    if asked.figure == "coverage":
        within = DAY <= board.scope.period.ends
        return and_(within, RANDOM, ~ENDED) if lacks else and_(within, RANDOM, ENDED, _counts(board))
    if asked.figure == "risk":
        named = _by_risk(board, not lacks)
        drawn = select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id.in_(named[Draw]))
        brought = select(DrawnRow.inspection_id).where(DrawnRow.list_id.in_(named[DrawnList]))
        return or_(
            Inspection.id.in_(drawn), Inspection.id.in_(brought.where(DrawnRow.inspection_id.is_not(None)))
        )
    if asked.figure == "over_cap":
        return and_(RANDOM, _too_often(board))
    if asked.figure == "item_found":
        item = FoundItem.item == board.scope.item
        return and_(ENDED, Inspection.id.in_(select(FoundItem.inspection_id).where(item)))
    problem = and_(ENDED, func.coalesce(Found.problem, False))
    return {
        "published": and_(
            ENDED, Timeline.withheld.is_(None), Timeline.completed.is_(None) if lacks else Timeline.completed.is_not(None)
        ),
        "followup": and_(problem, Found.follow == (rules.OPEN if lacks else rules.SETTLED)),
        "done": ~ENDED if lacks else ENDED,
        "problems": and_(ENDED, ~func.coalesce(Found.problem, False)) if lacks else problem,
    }[asked.figure]  # fmt: skip


def _counts(board: Board) -> ColumnElement[bool]:
    """Whether the law's base counts the subject (mission 1, disagreement 3)."""
    only = [bureau for bureau in board.scope.bureaus if board.base_of(bureau) == "enterprises"]
    return or_(Inspection.bureau_id.not_in(only), Found.kinds.contains(quoted(plan_rules.ENTERPRISE)))


def _by_risk(board: Board, wanted: bool) -> dict[Any, list[str]]:
    """The draws and lists of the bureaus that do, or do not, tell risk levels apart."""
    found: dict[Any, list[str]] = {}
    for model in (Draw, DrawnList):
        rows = db.session.scalars(select(model).where(model.bureau_id.in_(board.scope.bureaus)))
        found[model] = [one.id for one in rows if plan_rules.risk_based(one.task) == wanted]
    return found


def _too_often(board: Board) -> ColumnElement[bool]:
    """Of a subject that comes more often in the year than its bureau allows."""
    of_one = board.scope.whole_year().rows(Inspection.subject_id).where(RANDOM)
    found = []
    for bureau in board.scope.bureaus:
        cap = board.law(bureau).get("yearly_cap", {}).get("value")
        if cap is not None:
            mine = of_one.where(Inspection.bureau_id == bureau).group_by(Inspection.subject_id)
            often = mine.having(func.count() > cap)
            found.append(and_(Inspection.bureau_id == bureau, Inspection.subject_id.in_(often)))
    return or_(*found) if found else Inspection.id.is_(None)


def _of_group(asked: Asked) -> ColumnElement[bool]:
    if asked.by == "person":
        mine = select(Member.inspection_id).where(Member.user_id == asked.of)
        return Inspection.id.in_(mine)
    if asked.by == "kinds":
        return Found.kinds.contains(quoted(asked.of), autoescape=True) if asked.of else Found.kinds == BETWEEN
    return getattr(Found, asked.by) == asked.of  # type: ignore[no-any-return]
