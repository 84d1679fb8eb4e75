"""换人: who steps in for whom in one inspection, what is called off, what was decided on a wish for recusal.

行政处罚法 43, RZ-10b, TJ-10b: a wish stops nothing until it is decided; from the decision on the new pair writes. Every
act is an event of the office, under the inspection's row lock; the caller commits.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import CHINA, UTCDateTime, db, now, parts
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.models import Event, Inspection, Member
from webapp.registry.models import Inspector, Interest

Json = dict[str, Any]

TOLD = timedelta(days=60)
MOST = 50


class Relieved(db.Model):
    """An inspector who was in the pair and is not any more; what such a one sends later is kept apart (`batch`)."""

    __tablename__ = "relieved"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("inspector.user_id"), primary_key=True, index=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    inspection: Mapped[Inspection] = relationship()
    inspector: Mapped[Inspector] = relationship(lazy="joined")

    @classmethod
    def among(cls, people: list[str], ids: Iterable[str]) -> set[str]:
        """Those of `ids` in whose pair one of `people` was."""
        rows = select(cls.inspection_id).where(cls.user_id.in_(people))
        asked = (rows.where(cls.inspection_id.in_(part)) for part in parts(sorted(ids)))
        return {name for each in asked for name in db.session.scalars(each)}

    @classmethod
    def is_one(cls, inspection_id: str, user_id: str) -> bool:
        """Whether this person was in the pair before."""
        return db.session.get(cls, (inspection_id, user_id)) is not None


def relieve(
    author: User, inspection: Inspection, out: str, into: Inspector, reason: str, leader: str | None = None
) -> None:
    """Put `into` in the place of `out`. The row must be locked.

    `leader` goes first where it is said. Raises `relief_state` where nobody works on it, `relief_pair` where `out` is
    not in the pair or `into` is.
    """
    if inspection.state not in rules.UNFINISHED:
        raise Problem("relief_state")
    if out not in inspection.pair or into.user_id in inspection.pair:
        raise Problem("relief_pair")
    pair = [into.user_id if name == out else name for name in inspection.pair]
    pair.sort(key=lambda name: name != leader)
    left = next(member.inspector for member in inspection.members if member.user_id == out)
    for member in inspection.members:
        db.session.delete(member)
    db.session.flush()
    for place, name in enumerate(pair):
        db.session.add(Member(inspection_id=inspection.id, user_id=name, place=place))
    before = db.session.get(Relieved, (inspection.id, into.user_id))
    if before:
        db.session.delete(before)
    db.session.merge(Relieved(inspection_id=inspection.id, user_id=out, reason=reason, at=now()))
    db.session.flush()
    db.session.expire(inspection, ["members"])
    said = {"pair": [_named(member.inspector) for member in inspection.members], "out": [_named(left)]}
    inspection.append_office(author, "pair", said | {"reason": reason})


def decide(author: User, inspection: Inspection, wish: str, granted: bool, reason: str) -> Json:
    """Decide on a wish for recusal; gives the wish. The row must be locked.

    Raises `recusal_decided` where it is none that waits, `recusal_own` for who asked or is asked to step aside,
    `reason_needed`.
    """
    found = next((one for one in rules.open_wishes(inspection.record()) if one["event"] == wish), None)
    if found is None:
        raise Problem("recusal_decided")
    if author.id == found["author"] or author.id in inspection.pair:
        raise Problem("recusal_own")
    if not reason:
        raise Problem("reason_needed")
    inspection.append_office(author, "recusal", {"wish": wish, "granted": granted, "reason": reason})
    return found


def who_asks(inspection: Inspection, wish: str) -> str:
    """Who of the pair asked to step aside by this event; empty where it was the subject, or the wish does not wait."""
    waiting = rules.open_wishes(inspection.record()) if wish else []
    found = next((one for one in waiting if one["event"] == wish), None)
    own = found is not None and found["asked"] != "subject" and found["author"] in inspection.pair
    return str(found["author"]) if found and own else ""


def step_aside(author: User, inspection: Inspection, user_id: str, reason: str) -> None:
    """Remember, for every draw to come, that this inspector has to step aside for the subject (RZ-10b)."""
    if inspection.subject_id not in Interest.standing([user_id])[user_id]:
        row = Interest(
            user_id=user_id, subject_id=inspection.subject_id, reason=reason[:200], author_id=author.id
        )
        db.session.add(row)
        db.session.flush()


def call_off(author: User, inspection: Inspection, reason: str) -> None:
    """取消检查. What was written in it stays. The row must be locked. Raises `relief_state`, `reason_needed`."""
    if inspection.state not in rules.UNFINISHED:
        raise Problem("relief_state")
    if not reason:
        raise Problem("reason_needed")
    inspection.append_office(author, "cancel", {"reason": reason})


def proceed(author: User, inspection: Inspection, reason: str) -> None:
    """The inspection goes on, although its draw changed, or it was called off. The row must be locked.

    Raises `relief_state`, `reason_needed`.
    """
    if inspection.state not in (*rules.UNFINISHED, "cancelled"):
        raise Problem("relief_state")
    if not reason:
        raise Problem("reason_needed")
    inspection.append_office(author, "proceed", {"reason": reason})


def going_on(ids: list[str]) -> set[str]:
    """Those of these inspections of which the office said that they go on."""
    return set(_last_of("proceed", ids))


def earlier_of(ids: list[str]) -> dict[str, list[Json]]:
    """Who was in the pairs of these inspections before, `{id, name, credential}` each."""
    found: dict[str, list[Json]] = {}
    for part in parts(ids):
        rows = select(Relieved).where(Relieved.inspection_id.in_(part))
        for row in db.session.scalars(rows.order_by(Relieved.at)):
            found.setdefault(row.inspection_id, []).append(_named(row.inspector))
    return found


def gone(people: list[str]) -> list[Json]:
    """What went from the people's lists lately, and why, for their phones: `{id, person, number, subject, kind, reason,
    at}`, the latest first. `kind`: `relieved` or `cancelled`.
    """
    found = [*_relieved(people), *_cancelled(people)]
    return sorted(found, key=lambda row: str(row["at"]), reverse=True)[:MOST]


def _relieved(people: list[str]) -> Iterator[Json]:
    rows = select(Relieved).where(Relieved.user_id.in_(people), Relieved.at > now() - TOLD)
    for row in db.session.scalars(rows.order_by(Relieved.at.desc()).limit(MOST)):
        yield _told(row.inspection, row.user_id, "relieved", row.reason, row.at)


def _cancelled(people: list[str]) -> Iterator[Json]:
    rows = (
        select(Inspection, Member.user_id)
        .join(Member, Member.inspection_id == Inspection.id)
        .where(
            Member.user_id.in_(people),
            Inspection.state == "cancelled",
            Inspection.changed_at > now() - TOLD,
        )
    )
    found = db.session.execute(rows.order_by(Inspection.changed_at.desc()).limit(MOST)).all()
    said = _last_of("cancel", [inspection.id for inspection, _ in found])
    for inspection, person in found:
        event = said[inspection.id]
        at = datetime.fromisoformat(event["time"])
        yield _told(inspection, person, "cancelled", event["payload"]["reason"], at)


def _told(inspection: Inspection, person: str, kind: str, reason: str, at: datetime) -> Json:
    return {
        "id": inspection.id,
        "person": person,
        "number": inspection.number,
        "subject": inspection.subject.name,
        "kind": kind,
        "reason": reason,
        "at": at.astimezone(CHINA).isoformat(timespec="seconds"),
    }


def _last_of(kind: str, ids: list[str]) -> dict[str, Json]:
    """The last event of a kind of the office, by inspection."""
    found: dict[str, Json] = {}
    # An event is kept as canonical JSON, so its type stands in its text; whether it is the type is seen below.
    named = Event.text.contains(f'"type":"{kind}"')
    for part in parts(ids):
        rows = select(Event).where(Event.inspection_id.in_(part), named)
        for row in db.session.scalars(rows.order_by(Event.position)):
            if row.body["type"] == kind:
                found[row.inspection_id] = row.body
    return found


def _named(inspector: Inspector) -> Json:
    """One of a pair, as the head of a record says it (`log.js arrive`)."""
    said = inspector.as_json()
    return {name: said[name] for name in ("id", "name", "credential")}
