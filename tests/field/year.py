"""A published plan of this year in the small world, drawn batch by batch without the desk; nothing is committed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from webapp.accounts.models import Bureau, Law, User
from webapp.db import db, now, today
from webapp.draw import asking
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.field import drawn, hall
from webapp.field.models import Inspection
from webapp.plan.models import Plan, PlanVersion, figures


def task(key: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "name": f"任务{key}", "items": ["PD1"], "kinds": [], "districts": [], "directed": False,
        "by": "all", "bp": 2000, "strata": [], "total": None, "times": 1, "months": list(range(1, 13)),
        "methods": ["现场检查"], "joint": [], "team": {"size": 2, "specialty": None, "expert": False}, "note": "",
    } | more  # fmt: skip


class Year:
    """The year of a planner's bureau, Pingdingshan's unless said; `cap` is its yearly cap."""

    def __init__(self, *tasks: dict[str, Any], cap: int | None = None, planner: str = "planner") -> None:
        found = User.by_username(planner)
        assert found
        self.planner: User = found
        self.bureau = db.session.get_one(Bureau, found.bureau_id)
        law = Law.in_force(self.bureau.id, today())
        assert law
        own = {"yearly_cap": {"value": cap}, "draw_witnesses": {"value": False}}
        law.settings = law.settings | own
        plan = Plan.begin(self.planner, today().year)
        self.version: PlanVersion = plan.versions[0]
        self.version.tasks = list(tasks)
        self.version.figures = figures(self.version)
        self.version.state, self.version.published_at = "published", now()
        db.session.flush()

    def freeze(self, task_id: str, first: int = 0, days: int = 10, **typed: str) -> Draw:
        """Freeze a batch whose visits are from `first` days from now on. Raises what the desk raises."""
        begins = today() + timedelta(days=first)
        form = {
            "begins": begins.isoformat(),
            "ends": (begins + timedelta(days=days)).isoformat(),
            "local": "any",
            "public": "双色球 2026135 期",
            "when": asking.at(now() + timedelta(hours=1))[:16],
        }
        task = self.version.task(task_id)
        frozen = hall.prepared_of(self.version, task, form | typed)
        return Draw.freeze(self.planner, self.version, task, frozen)

    def draw(self, draw: Draw, numbers: str | None = None) -> list[Inspection]:
        """Draw what is frozen, and make its inspections."""
        text = (
            numbers or "".join(f"{int(digit) + 1}." for digit in sorted(uuid4().hex) if digit.isdigit()) + "/"
        )
        sources = [{"name": "双色球 2026135 期", "text": text, "salt": ""}]
        draw.draw(self.planner, sources, now() + timedelta(hours=2))
        return drawn.make(self.planner, draw, today())

    def drawn(self, task_id: str, numbers: str | None = None, **asked: Any) -> list[Inspection]:
        """Freeze and draw in one go."""
        return self.draw(self.freeze(task_id, **asked), numbers)

    def tried(self, task_id: str, **asked: Any) -> list[Inspection] | str:
        """What was drawn, or the code of the problem that it was refused with."""
        try:
            return self.drawn(task_id, **asked)
        except Problem as problem:
            return problem.code

    def visits(self) -> dict[str, list[str]]:
        """As a new draw would know them."""
        return {name: list(days) for name, days in drawn.known(self.bureau.id, today().year).visits.items()}


def day(offset: int) -> date:
    return today() + timedelta(days=offset)
