"""What waits at the office: a bureau's inspections, counted, filtered, the most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from webapp.db import db
from webapp.field.models import Inspection
from webapp.field.rules import ENDED, UNFINISHED
from webapp.registry.subjects import Subject
from webapp.words import _l

STATES = {
    "sealed": _l("已封存"),
    "returned": _l("已退回"),
    "accepted": _l("已受理"),
    "archived": _l("已归档"),
    "open": _l("检查中"),
    "assigned": _l("未开始"),
    "cancelled": _l("已取消"),
}
SOON = timedelta(days=7)
PAGE = 50


@dataclass(frozen=True)
class Inbox:
    """A bureau's inspections. `show`: a state, `late`, `soon` or `all`; `words`: in number, name or code."""

    bureau_id: str
    today: date
    show: str = "all"
    words: str = ""
    page: int = 1

    def rows(self) -> list[Inspection]:
        """One page; one row more than a page has says that there is a next one."""
        return list(db.session.scalars(self._ordered().offset((self.page - 1) * PAGE).limit(PAGE + 1)))

    def counts(self) -> dict[str, int]:
        """How many of what was searched for are in each state, and in all."""
        rows = self._searched(select(Inspection.state, func.count()).group_by(Inspection.state))
        found = dict.fromkeys(STATES, 0) | dict(db.session.execute(rows).all())
        return found | {"all": sum(found.values())}

    def numbers(self) -> dict[str, int]:
        """The three numbers of the first page: to review, due within a week, late."""
        mine = select(func.count()).select_from(Inspection).where(Inspection.bureau_id == self.bureau_id)
        return {
            show: db.session.scalar(mine.where(*self._shown(show))) or 0
            for show in ("sealed", "soon", "late")
        }

    def _ordered(self) -> Select[Any]:
        rows = self._searched(select(Inspection)).where(*self._shown(self.show))
        if self.show == "archived":
            return rows.order_by(Inspection.changed_at.desc(), Inspection.number)
        done = case((Inspection.state.in_(ENDED), 1), else_=0)
        return rows.order_by(done, Inspection.due, Inspection.number)

    def _searched(self, rows: Select[Any]) -> Select[Any]:
        rows = rows.where(Inspection.bureau_id == self.bureau_id)
        if not self.words:
            return rows
        places = (Inspection.number, Subject.name, Subject.code)
        found = or_(*(place.contains(self.words, autoescape=True) for place in places))
        return rows.join(Subject, Subject.id == Inspection.subject_id).where(found)

    def _shown(self, show: str) -> Iterator[ColumnElement[bool]]:
        if show in STATES:
            yield Inspection.state == show
        if show in ("late", "soon"):
            yield Inspection.state.in_(UNFINISHED)
            yield Inspection.due < self.today if show == "late" else Inspection.due >= self.today
        if show == "soon":
            yield Inspection.due <= self.today + SOON
