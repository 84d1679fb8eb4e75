"""A draw as an act in a hall (RZ-13): who watches and what they sealed, until the freeze; who opened, until the numbers."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.canonical import digest, sha256
from webapp.db import UTCDateTime, db, now
from webapp.draw import asking
from webapp.draw import witness_rules as rules
from webapp.draw.models import Draw, Frozen
from webapp.errors import Problem
from webapp.plan.models import PlanVersion
from webapp.plan.rules import Task

MOST_SAID, LONGEST_SAID = 60, 4000


class Gathering(db.Model):
    """Those who watch one draw. `said` is what the planner typed; `numbers` what was typed of the public numbers, to
    be looked at a second time before the draw."""

    __tablename__ = "gathering"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    plan_version_id: Mapped[str] = mapped_column(ForeignKey("plan_version.id"))
    task_id: Mapped[str] = mapped_column(String(36))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    said: Mapped[dict[str, str]] = mapped_column(JSON)
    numbers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    draw_id: Mapped[str | None] = mapped_column(ForeignKey("draw.id"), unique=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    plan_version: Mapped[PlanVersion] = relationship()
    draw: Mapped[Draw | None] = relationship()
    witnesses: Mapped[list["Witness"]] = relationship(order_by="Witness.id")

    @classmethod
    def gather(cls, author: User, version: PlanVersion, task: Task, said: dict[str, str]) -> "Gathering":
        """Open the hall for a task; where it is open already, with what is said now. Raises what a draw of it would."""
        db.session.execute(select(PlanVersion.id).where(PlanVersion.id == version.id).with_for_update())
        if version.state != "published":
            raise Problem("draw_plan")
        if Draw.amount(version, task) >= version.promised(task):
            raise Problem("draw_times")
        open_one = select(cls).where(
            cls.bureau_id == author.bureau_id,
            cls.task_id == task["id"],
            cls.draw_id.is_(None),
            cls.closed_at.is_(None),
        )
        found = db.session.scalar(open_one.with_for_update())
        if found is None:
            found = cls(
                id=str(uuid7()), bureau_id=author.bureau_id, task_id=task["id"], author_id=author.id,
                code=rules.new_code(secrets.choice), said={}, witnesses=[],
            )  # fmt: skip
            db.session.add(found)
        found.plan_version_id = version.id
        found._say(said)
        db.session.flush()
        return found

    @classmethod
    def open_ones(cls, bureau_id: str) -> list["Gathering"]:
        """Those of a bureau that wait for their freeze, the latest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.draw_id.is_(None), cls.closed_at.is_(None))
        return list(db.session.scalars(rows.order_by(cls.id.desc())))

    @classmethod
    def of_draw(cls, draw_id: str) -> "Gathering | None":
        """The gathering before which a draw was frozen."""
        return db.session.scalar(select(cls).where(cls.draw_id == draw_id))

    @classmethod
    def locked(cls, gathering_id: str, bureau_id: str) -> "Gathering":
        """The gathering under its row lock: seals, freeze, openings and draw come one after another. Raises `not_found`."""
        found = cls._one(cls.id == gathering_id, cls.bureau_id == bureau_id, lock=True)
        if found is None:
            raise Problem("not_found")
        return found

    @classmethod
    def by_code(cls, typed: str, lock: bool = False) -> "Gathering":
        """The gathering to join at this short address. Raises `gathering_closed`: it ends with the freeze."""
        code = rules.tidy_code(typed)
        found = cls._one(cls.code == code, cls.draw_id.is_(None), cls.closed_at.is_(None), lock=lock)
        if found is None:
            raise Problem("gathering_closed")
        return found

    @classmethod
    def _one(cls, *where: Any, lock: bool) -> "Gathering | None":
        rows = select(cls).where(*where).execution_options(populate_existing=True)
        return db.session.scalar(rows.with_for_update() if lock else rows)

    @property
    def task(self) -> Task:
        """The task, as the plan said when the hall was opened."""
        return self.plan_version.task(self.task_id)

    @property
    def state(self) -> str:
        """open, closed, and from the freeze on what the draw is: frozen, drawn, cancelled."""
        return self.draw.state if self.draw else "closed" if self.closed_at else "open"

    @property
    def standing(self) -> list["Witness"]:
        """Who sealed and was not struck out, in the order in which they count."""
        return [one for one in self.witnesses if one.struck_at is None]

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The same, as the rules name them."""
        return [rules.source(one.source_name, one.sealed) for one in self.standing]

    @property
    def opened(self) -> dict[str, tuple[str, str]]:
        """Text and salt of those who opened, by their name among the sources."""
        return {one.source_name: (one.text, one.salt or "") for one in self.standing if one.text}

    @property
    def settles(self) -> str:
        """Until when a witness may open: the moment from which the public numbers can be known."""
        return rules.settled_at(self._named)

    @property
    def settled(self) -> bool:
        """Whether that moment has come."""
        return bool(self.draw) and rules.is_settled(self._named, now())

    @property
    def numbers_hash(self) -> str:
        """What was typed of the public numbers, as the second look confirms it."""
        return digest(self.numbers)

    @property
    def named_public(self) -> list[tuple[int, str]]:
        """The public sources, each with its place among all."""
        named = enumerate(self._named)
        return [(place, source["name"]) for place, source in named if source["kind"] == "public"]

    @property
    def _named(self) -> list[dict[str, Any]]:
        return self.draw.act.head["rules"]["sources"] if self.draw else []

    def renew(self) -> None:
        """Another short address, where a stranger has the old one; who has sealed stays. The row is locked."""
        self._must_be("open")
        self.code = rules.new_code(secrets.choice)

    def close(self) -> None:
        """Give the hall up before the freeze. The row is locked."""
        self._must_be("open")
        self.closed_at = now()

    def strike(self, author: User, which: str) -> None:
        """Strike out the one with this id, or `all`, before the freeze; the rows stay. The row is locked."""
        self._must_be("open")
        struck = [one for one in self.standing if which in ("all", str(one.id))]
        if not struck:
            raise Problem("not_found")
        for one in struck:
            one.struck_at, one.struck_by = now(), author.id

    def join(self, name: str, capacity: str, sealed: str, key: str | None) -> "Witness":
        """Take a witness in with the seal; the same once more is the same. The row is locked.

        Raises `gathering_closed`, `witness_name`, `witness_capacity`, `witness_seal`, `witness_twice`, `witness_full`.
        """
        if self.state != "open":
            raise Problem("gathering_closed")
        name, key_hash = rules.tidy_name(name), key and sha256(key.encode())
        again = next((one for one in self.witnesses if key_hash and one.key_hash == key_hash), None)
        if again and (again.sealed, again.name) == (sealed, name):
            return again
        fault = rules.join_fault(name, capacity, sealed, {one.source_name for one in self.standing})
        if not fault and (again or any(one.sealed == sealed for one in self.witnesses)):
            fault = "witness_seal"
        if not fault and len(self.witnesses) >= rules.MOST_ROWS:
            fault = "witness_full"
        if fault:
            raise Problem(fault)
        return self._take(name, capacity, sealed, key_hash)

    def change(self, typed: dict[str, str]) -> None:
        """Other days or another lottery, before the freeze. The row is locked."""
        self._must_be("open")
        self.said = self.said | {name: text[:LONGEST_SAID] for name, text in typed.items()}

    def freeze(self, author: User, seen: str, prepared: Callable[[], Frozen]) -> Draw:
        """Freeze with those who sealed; from now on the short address leads nowhere. The row is locked.

        Raises `gathering_state`, `gathering_changed` where others sealed than the planner saw, and as `Draw.freeze`.
        """
        self._must_be("open")
        if seen != rules.list_hash(self.sources):
            raise Problem("gathering_changed")
        self.draw = Draw.freeze(author, self.plan_version, self.task, prepared())
        return self.draw

    def say_numbers(self, typed: dict[str, str]) -> None:
        """Keep the public numbers in the order in which they were typed, to be looked at once more. The row is locked.

        Raises `gathering_state`, `draw_early`, `draw_numbers`.
        """
        self._must_be("frozen")
        if not self.settled:
            raise Problem("draw_early")
        numbers = {name: asking.numbers_in(text) for name, text in typed.items()}
        if not all(one and rules.are_numbers(one) for one in numbers.values()):
            raise Problem("draw_numbers")
        self.numbers = {name: " ".join(one) for name, one in numbers.items()}

    def checked_numbers(self, checked: str) -> dict[str, str]:
        """The public numbers that a planner looked at a second time; `checked` is the hash of what was on the screen.

        Raises `gathering_state`, `numbers_changed`.
        """
        self._must_be("frozen")
        if self.numbers is None or checked != self.numbers_hash:
            raise Problem("numbers_changed")
        return self.numbers

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise Problem("gathering_state")

    def _say(self, said: dict[str, str]) -> None:
        """Keep the form; the witnesses whose seals the planner typed stand among the others, in the place of a line."""
        standing = {one.source_name for one in self.standing}
        try:
            typed = asking.typed_witnesses(said)
        except asking.NotAsked as error:
            raise Problem(error.code) from error
        for one in typed:
            if one["name"] in standing or len(one["name"]) > 100:
                raise Problem("draw_witness")
            standing.add(one["name"])
            self._take(one["name"], None, one["sealed"], None)
        if len(standing) > rules.MOST_WITNESSES:
            raise Problem("witness_full")
        kept = {name: text[:LONGEST_SAID] for name, text in list(said.items())[:MOST_SAID]}
        self.said = {name: text for name, text in kept.items() if name != "witnesses"}

    def _take(self, name: str, capacity: str | None, sealed: str, key_hash: str | None) -> "Witness":
        witness = Witness(name=name, capacity=capacity, sealed=sealed, key_hash=key_hash)
        self.witnesses.append(witness)
        db.session.flush()
        return witness


class Witness(db.Model):
    """见证人: name, capacity, the seal of a number, and number and salt once they were opened. Nothing else is kept."""

    __tablename__ = "witness"
    __table_args__ = (UniqueConstraint("gathering_id", "sealed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[str] = mapped_column(ForeignKey("gathering.id"))
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    capacity: Mapped[str | None] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str | None] = mapped_column(String(40))
    salt: Mapped[str | None] = mapped_column(String(rules.LONGEST_SALT))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    gathering: Mapped[Gathering] = relationship(back_populates="witnesses")

    @classmethod
    def by_key(cls, key: str) -> "Witness":
        """The witness whose phone made this key. Raises `not_found`."""
        found = db.session.scalar(select(cls).where(cls.key_hash == sha256(key.encode())))
        if found is None:
            raise Problem("not_found")
        return found

    @property
    def source_name(self) -> str:
        """What the witness is called among the sources."""
        return rules.source_name(self.name, self.capacity)

    @property
    def number(self) -> str:
        """The number that was opened, without the full stop and the stroke of the file."""
        return (self.text or "").strip("./")

    def open(self, text: str, salt: str) -> None:
        """Open number and salt; the same once more is the same. The gathering's row is locked.

        Raises `opening_early`, `witness_struck`, `opening_late`, `opening_wrong`.
        """
        if self.struck_at:
            raise Problem("witness_struck")
        if self.gathering.draw is None:
            raise Problem("opening_early")
        if not rules.opens(self.sealed, text, salt):
            raise Problem("opening_wrong")
        if self.text:
            return
        if self.gathering.state != "frozen" or self.gathering.settled:
            raise Problem("opening_late")
        self.text, self.salt, self.opened_at = text, salt, now()
