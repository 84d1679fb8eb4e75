"""The year of a bureau in public figures, counted from what is published and from nothing else."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import inf
from time import monotonic
from typing import Any

from sqlalchemy import extract, func, select

from webapp.archive.wording import RESULTS
from webapp.db import db
from webapp.public import SECONDS
from webapp.publish.document import SHOWN
from webapp.publish.models import Publication

MOST = 500
# The results that say that nothing was found wrong, and that nothing could be looked at.
CLEAN, ASIDE = ("no_problem",), ("unreachable", "no_activity")


@dataclass(frozen=True)
class Year:
    """What was inspected in a year and is public: how many visits and subjects, by result, region and month."""

    year: int
    visits: int
    subjects: int
    results: dict[str, int]
    regions: dict[str, int]
    months: dict[int, int]

    @property
    def clean(self) -> int:
        """Visits that found nothing wrong."""
        return sum(self.results.get(code, 0) for code in CLEAN)

    @property
    def problems(self) -> int:
        """Visits that found something."""
        return self.visits - self.clean - sum(self.results.get(code, 0) for code in ASIDE)


def of_year(bureau_id: str, year: int) -> Year:
    """The figures of a year, read from one index."""
    mine = _mine(bureau_id, year)
    month = extract("month", Publication.inspected)
    columns = (Publication.result, Publication.region, month)
    counted = db.session.execute(select(*columns, func.count()).where(*mine).group_by(*columns)).all()
    results: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    months: Counter[int] = Counter()
    for result, region, number, count in counted:
        results[result] += count
        regions[region] += count
        months[int(number)] += count
    subjects = db.session.scalar(select(func.count(Publication.subject_key.distinct())).where(*mine)) or 0
    return Year(
        year, results.total(), subjects, {code: results[code] for code in RESULTS if results[code]},
        dict(sorted(regions.items(), key=lambda one: (-one[1], one[0]))), dict(months),
    )  # fmt: skip


def lately(bureau_id: str, year: int) -> Year:
    """The same, counted at most `SECONDS` ago, as long as any page may be kept: a front page counts no fifty thousand."""
    key = (str(db.engine.url), bureau_id, year)
    counted, found = _counted.get(key, (-inf, None))
    if found is None or monotonic() - counted > SECONDS:
        if len(_counted) > MOST:
            _counted.clear()
        found = of_year(bureau_id, year)
        _counted[key] = (monotonic(), found)
    return found


_counted: dict[tuple[str, str, int], tuple[float, Year]] = {}


def _mine(bureau_id: str, year: int) -> tuple[Any, ...]:
    inspected = Publication.inspected.between(date(year, 1, 1), date(year, 12, 31))
    return Publication.bureau_id == bureau_id, Publication.state == SHOWN, inspected
