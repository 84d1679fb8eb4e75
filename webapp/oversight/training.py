"""Who practised, when, and what came of it (CA-2.5); what was written in practice never comes here."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Bureau, User
from webapp.api import Contract
from webapp.db import CHINA, UTCDateTime, db, now
from webapp.errors import Problem
from webapp.field.rules import Time
from webapp.forms.models import Form
from webapp.ids import Uuid
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.words import _l

LESSONS = {
    "plain": _l("一切正常"),
    "found": _l("查出问题"),
    "refused": _l("拒绝签字"),
    "nobody": _l("找不到人"),
}
POINTS = {
    "arrived": _l("记录到达"),
    "scan": _l("扫码或写明原因"),
    "recusal": _l("问过回避"),
    "present": _l("记下在场人员"),
    "place": _l("拍了现场"),
    "found": _l("查出不合格的项"),
    "evidence": _l("不合格的项有照片和备注"),
    "clean": _l("逐项填完，没有误判"),
    "result": _l("结果与情况一致"),
    "told": _l("当场告知"),
    "end": _l("签字、拒签或不在场的记录"),
    "witness": _l("写明见证人"),
    "sealed": _l("两人签字，封存"),
}
# How many checklists who has no inspection yet gets to practise with, and how much of the past a phone keeps.
FEW, SHOWN = 3, 10
Lesson = Literal["plain", "found", "refused", "nobody"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{1,20}(?!\n)$")]


class Point(msgspec.Struct, frozen=True):
    """Whether one thing was done in a lesson."""

    name: Name
    met: bool


class Outcome(msgspec.Struct, frozen=True):
    """What a phone tells of a practice."""

    id: Uuid
    person: Uuid
    lesson: Lesson
    form: Annotated[str, msgspec.Meta(max_length=200)]
    begun: Time
    ended: Time
    points: Annotated[list[Point], msgspec.Meta(min_length=1, max_length=30)]


class Told(msgspec.Struct, frozen=True):
    """`accepted` is the outcome that the bureau now holds; nothing else is a success."""

    accepted: str


class Training(msgspec.Struct, frozen=True):
    """What the phone keeps for training: texts, whether practice is asked for and since when it counts, what was done,
    and for who has no inspection yet some checklists."""

    texts: list[dict[str, Any]]
    needed: bool
    since: str | None
    done: list[dict[str, Any]]
    checklists: list[dict[str, Any]]
    forms: list[dict[str, Any]]


GIVEN = Contract("Texts and checklists for training, and what was practised", answer=Training)
TAKEN = Contract(
    "Tell the outcome of a practice", Outcome, Told, problems=("device_needed", "practice_whose")
)


class Practice(db.Model):
    """练习: that a person did a lesson. `points` is a list of `{name, met}`; the name of the checklist is as it was."""

    __tablename__ = "practice"
    __table_args__ = (Index("ix_practice_person", "user_id", "ended"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    lesson: Mapped[str] = mapped_column(String(16))
    form: Mapped[str]
    begun: Mapped[datetime] = mapped_column(UTCDateTime)
    ended: Mapped[datetime] = mapped_column(UTCDateTime)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    met: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def keep(cls, told: Outcome) -> None:
        """Keep an outcome; the same one twice is kept once, whatever the second says. Raises `malformed` for no moment."""
        if db.session.get(cls, told.id):
            return
        points = msgspec.to_builtins(told.points)
        try:
            begun, ended = (datetime.fromisoformat(at).astimezone(UTC) for at in (told.begun, told.ended))
        except (ValueError, OverflowError):
            raise Problem("malformed", wrong="begun, ended") from None
        met = sum(point.met for point in told.points)
        row = cls(id=told.id, user_id=told.person, lesson=told.lesson, form=told.form, points=points, met=met)
        row.ended = min(ended, now())
        row.begun = min(begun, row.ended)
        db.session.add(row)

    @classmethod
    def of(cls, people: list[str], limit: int = SHOWN) -> list["Practice"]:
        """What these people practised, the newest first."""
        rows = select(cls).where(cls.user_id.in_(people)).order_by(cls.ended.desc(), cls.id).limit(limit)
        return list(db.session.scalars(rows))

    @property
    def missed(self) -> list[str]:
        """What was forgotten, in words."""
        return [str(POINTS.get(one["name"], one["name"])) for one in self.points if not one["met"]]

    def as_json(self) -> dict[str, Any]:
        """As a phone shows it."""
        ended = self.ended.astimezone(CHINA).isoformat()
        return {
            "id": self.id, "person": self.user_id, "lesson": self.lesson, "form": self.form, "ended": ended,
            "points": self.points,
        }  # fmt: skip


def counts_from(bureau: Bureau, day: date) -> date | None:
    """The day since which a practice counts; None where the bureau sets no time."""
    months = bureau.law(day).get("training_months")
    return day - timedelta(days=int(months) * 30) if months else None


class Trainee(msgspec.Struct, frozen=True):
    """An inspector with the last practice, how many lessons of the four were done, and whether that is enough."""

    inspector: Inspector
    last: Practice | None
    times: int
    lessons: int
    valid: bool


def trainees(bureau: Bureau, day: date) -> list[Trainee]:
    """Every inspector of the bureau; who has practised nothing that counts first."""
    since = counts_from(bureau, day)
    mine = select(Inspector.user_id).where(Inspector.bureau_id == bureau.id)
    told = {person: (times, lessons) for person, times, lessons in db.session.execute(_counted(mine, since))}
    last = {row.user_id: row for row in db.session.scalars(_newest(mine))}
    people = select(Inspector).join(User, User.id == Inspector.user_id).order_by(User.name, User.id)
    people = people.where(Inspector.bureau_id == bureau.id, User.active)
    found = [
        Trainee(one, last.get(one.user_id), *told.get(one.user_id, (0, 0)), one.user_id in told)
        for one in db.session.scalars(people)
    ]
    return sorted(found, key=lambda one: one.valid)


def _counted(mine: Any, since: date | None) -> Any:
    counts = func.count(), func.count(Practice.lesson.distinct())
    rows = select(Practice.user_id, *counts).where(Practice.user_id.in_(mine)).group_by(Practice.user_id)
    if since is None:
        return rows
    return rows.where(Practice.ended >= datetime(since.year, since.month, since.day, tzinfo=CHINA))


def _newest(mine: Any) -> Any:
    newest = select(Practice.user_id, func.max(Practice.ended).label("ended")).where(
        Practice.user_id.in_(mine)
    )
    last = newest.group_by(Practice.user_id).subquery()
    return select(Practice).join(
        last, (last.c.user_id == Practice.user_id) & (last.c.ended == Practice.ended)
    )


def few_checklists(bureau_id: str, day: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Some items with the hashes of their checklists in use, and those checklists."""
    rows = select(Item).where(Item.bureau_id == bureau_id, Item.active).order_by(Item.code).limit(FEW)
    lists, forms = [], {}
    for item in db.session.scalars(rows):
        used = Form.in_use(bureau_id, [item.code], day)
        forms |= {form.hash: form.body for form in used}
        said = {name: getattr(item, name) for name in ("id", "code", "name", "bases", "guideline")}
        lists.append({"item": said, "hashes": [form.hash for form in used]})
    return [one for one in lists if one["hashes"]], [
        {"hash": name, "form": body} for name, body in forms.items()
    ]
