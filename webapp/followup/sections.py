"""The page of what follows a visit, put together of sections that each topic hangs here."""

from collections.abc import Callable
from datetime import date

from markupsafe import Markup

from webapp.field.models import Inspection
from webapp.followup.steps import Steps

Section = Callable[[Inspection, Steps, date], Markup]
# By place on the page: 10 result, 20 notice and service, 30 publication, 40 platform, 50 objections, 60 orders,
# 70 copies, transfers, penalties, lists, 80 ratings, 90 return visits.
AFTER: list[tuple[int, Section]] = []


def hung(inspection: Inspection, steps: Steps, today: date) -> list[Markup]:
    """Every section that has something to say, in order."""
    pieces = (section(inspection, steps, today) for _place, section in sorted(AFTER, key=lambda one: one[0]))
    return [piece for piece in pieces if piece]
