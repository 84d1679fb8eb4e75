"""考核: criteria that a bureau sets, and appraisals by them, of its own units or of the bureaus below it (RZ-24, PD-4.4).
Every version of both stays; what one person scored another fixes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.field.models import Inspection, Member
from webapp.followup.models import Watch
from webapp.oversight import appraisal_rules as rules
from webapp.oversight import figure_rules
from webapp.oversight.appraisal_rules import COUNTY, UNIT
from webapp.oversight.figure_rules import Period
from webapp.oversight.figures import Board, Scope, below
from webapp.registry.models import Inspector

Json = dict[str, Any]
DRAFT, FIXED = "draft", "fixed"
WHY_LONGEST = 500


class Criteria(db.Model):
    """One version of the criteria of a bureau, for its units or for the bureaus below it; the newest counts."""

    __tablename__ = "criteria"
    __table_args__ = (UniqueConstraint("bureau_id", "kind", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    rows: Mapped[list[Json]] = mapped_column(JSON)
    why: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def versions(cls, bureau_id: str, kind: str) -> list["Criteria"]:
        """All of a bureau, the newest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.kind == kind)
        return list(db.session.scalars(rows.order_by(cls.number.desc())))

    @classmethod
    def in_force(cls, bureau_id: str, kind: str) -> list[Json]:
        """The criteria that count now; those that come with the program where the bureau set none."""
        found = cls.versions(bureau_id, kind)[:1]
        return found[0].rows if found else rules.supplied(kind)

    @classmethod
    def set(cls, author: User, kind: str, rows: list[Json], why: str) -> None:
        """A new version. Raises `criteria_none`, `criteria_total` with what they add up to, `reason_needed`."""
        if not rows:
            raise Problem("criteria_none")
        if (total := rules.total(rows)) != rules.FULL:
            raise Problem("criteria_total", total=total)
        if not why.strip():
            raise Problem("reason_needed")
        known = cls.versions(author.bureau_id, kind)
        number = known[0].number + 1 if known else 1
        said = {"rows": rows, "why": why.strip()[:WHY_LONGEST], "author_id": author.id}
        db.session.add(cls(bureau_id=author.bureau_id, kind=kind, number=number, **said))


class Appraisal(db.Model):
    """One appraisal over a year or a quarter. Its criteria are those of the day on which it began."""

    __tablename__ = "appraisal"
    __table_args__ = (UniqueConstraint("bureau_id", "kind", "period"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(8))
    period: Mapped[str] = mapped_column(String(8))
    criteria: Mapped[list[Json]] = mapped_column(JSON)
    bureau: Mapped[Bureau] = relationship()
    versions: Mapped[list["AppraisalVersion"]] = relationship(
        order_by="AppraisalVersion.number.desc()", back_populates="appraisal", lazy="selectin"
    )

    @classmethod
    def of_bureau(cls, bureau_id: str, limit: int = 50) -> list["Appraisal"]:
        """A bureau's appraisals, the latest period first."""
        rows = select(cls).where(cls.bureau_id == bureau_id).order_by(cls.period.desc(), cls.kind.desc())
        return list(db.session.scalars(rows.limit(limit)))

    @classmethod
    def begin(cls, author: User, kind: str, period: Period, today: date) -> "Appraisal":
        """Begin one, or give the one that there is. Raises `appraisal_nobody` where nobody is to be appraised."""
        there = select(cls).where(
            cls.bureau_id == author.bureau_id, cls.kind == kind, cls.period == period.key
        )
        if found := db.session.scalar(there):
            return found
        criteria = Criteria.in_force(author.bureau_id, kind)
        made = cls(
            id=str(uuid7()), bureau_id=author.bureau_id, kind=kind, period=period.key, criteria=criteria
        )
        counted = count(author.bureau, kind, period, today)
        if not counted:
            raise Problem("appraisal_nobody")
        db.session.add(made)
        made._add(author, {name: rules.renewed(criteria, {}, shares) for name, shares in counted.items()}, "")
        return made

    @property
    def latest(self) -> "AppraisalVersion":
        """The version that is worked on."""
        return self.versions[0]

    def version(self, number: int | None) -> "AppraisalVersion":
        """One version, the latest without a number. Raises `not_found`."""
        found = next((one for one in self.versions if number in (None, one.number)), None)
        if found is None:
            raise Problem("not_found")
        return found

    def renew(self, author: User, seen: int, why: str, today: date) -> bool:
        """A version by the figures of now; False where nothing is another. Raises what `_open` raises."""
        self._open(seen, why)
        period = figure_rules.period(self.period, today)
        old = self.latest.scores
        scores = {
            name: rules.renewed(self.criteria, old.get(name, {}), shares)
            for name, shares in count(self.bureau, self.kind, period, today).items()
        }
        if scores == old:
            return False
        self._add(author, scores, why)
        return True

    def score(
        self, author: User, seen: int, why: str, target: str, given: dict[str, tuple[str, str]]
    ) -> bool:
        """A version with what a person gives to one target: by criterion the points and the reason.

        Raises what `_open` raises, `not_found`, and `appraisal_points` with the faults by criterion.
        """
        self._open(seen, why)
        own = self.latest.scores.get(target)
        if own is None:
            raise Problem("not_found")
        scores, faults = dict(own), {}
        for one in self.criteria:
            points, reason = given.get(one["name"], ("", ""))
            if is_counted(own.get(one["name"])) or not (points.strip() or reason.strip()):
                continue
            scores[one["name"]], fault = rules.by_hand(one, points, reason)
            if fault:
                faults[one["name"]] = fault
        if faults:
            raise Problem("appraisal_points", faults=faults)
        if scores == own:
            return False
        self._add(author, self.latest.scores | {target: scores}, why)
        return True

    def fix(self, person: User, seen: int) -> None:
        """Make the latest version the one that counts. Raises `appraisal_changed`, `appraisal_open`, `appraisal_own`."""
        version = self.latest
        if seen != version.number or version.state != DRAFT:
            raise Problem("appraisal_changed")
        if any(rules.standing(self.criteria, scores)["open"] for scores in version.scores.values()):
            raise Problem("appraisal_open")
        if person.id in self.writers:
            raise Problem("appraisal_own")
        version.state, version.fixed_by, version.fixed_at = FIXED, person.id, now()

    @property
    def writers(self) -> set[str]:
        """Who scored since it was fixed last: none of them fixes it."""
        found: set[str] = set()
        for version in self.versions:
            if version.state == FIXED:
                break
            found.add(version.author_id)
        return found

    def _open(self, seen: int, why: str) -> None:
        """Raises `appraisal_changed` where somebody wrote since, `reason_needed` after it was fixed."""
        if seen != self.latest.number:
            raise Problem("appraisal_changed")
        if self.latest.state == FIXED and not why.strip():
            raise Problem("reason_needed")

    def _add(self, author: User, scores: dict[str, Json], why: str) -> None:
        number = len(self.versions) + 1
        said = {"author_id": author.id, "why": why.strip()[:WHY_LONGEST]}
        made = AppraisalVersion(number=number, state=DRAFT, scores=scores, **said)
        self.versions.insert(0, made)
        db.session.flush()


class AppraisalVersion(db.Model):
    """One version: by target (a unit's name, a bureau's id) and criterion `{tenths, by, part, whole, reason}`, or None
    where nobody scored it yet."""

    __tablename__ = "appraisal_version"
    __table_args__ = (UniqueConstraint("appraisal_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    appraisal_id: Mapped[str] = mapped_column(ForeignKey("appraisal.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    scores: Mapped[dict[str, Json]] = mapped_column(JSON)
    why: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    fixed_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    fixed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    appraisal: Mapped[Appraisal] = relationship(back_populates="versions")
    author: Mapped[User] = relationship(foreign_keys=[author_id], lazy="joined")
    fixer: Mapped[User | None] = relationship(foreign_keys=[fixed_by])


def is_counted(score: Json | None) -> bool:
    """Whether a score came from a figure: nobody writes over it."""
    return score is not None and score["by"] != rules.HAND


def count(bureau: Bureau, kind: str, period: Period, today: date) -> dict[str, Json]:
    """What can be counted of each target, by source; nothing of a target is counted twice."""
    return _units(bureau, period, today) if kind == UNIT else _bureaus(bureau, period, today)


def _units(bureau: Bureau, period: Period, today: date) -> dict[str, Json]:
    board = Board(Scope((bureau.id,), period), {bureau.id: Watch(bureau, today)}, today)
    found, left = board.by("unit"), _left_by_unit(board.scope)
    names = {*Inspector.units(bureau.id), *found, *left} - {""}
    for name in names:
        found.setdefault(name, figure_rules.Tally()).inspections += left.get(name, 0)
    return {name: rules.shares(found[name]) for name in sorted(names)}


def _left_by_unit(scope: Scope) -> dict[str, int]:
    """How many did not end yet, by the unit of who leads."""
    lead = aliased(Member)
    rows = scope.left(Inspector.unit, func.count()).join(
        lead, (lead.inspection_id == Inspection.id) & (lead.place == 0)
    )
    rows = rows.join(Inspector, Inspector.user_id == lead.user_id).group_by(Inspector.unit)
    return dict(db.session.execute(rows).all())


def _bureaus(bureau: Bureau, period: Period, today: date) -> dict[str, Json]:
    under = below(bureau)
    if not under:
        return {}
    watches = {one.id: Watch(one, today) for one in under}
    board = Board(Scope(tuple(watches), period), watches, today)
    return {
        one.id: rules.shares(tally, figure_rules.figures(tally, board.law(one.id)))
        for one in under
        for tally in [board.tallies[one.id]]
    }


def names_of(appraisal: Appraisal) -> dict[str, str]:
    """What the targets are called."""
    if appraisal.kind != COUNTY:
        return {}
    return {one.id: one.short_name for one in below(appraisal.bureau)}
