"""Under which id each subject stands in a frozen pool, and what opens a blind one (design 2.6 steps 1 and 6).

Where names are known before the visit, the id is the name with the code. Where they are not, it is the SHA-256 of a
salt, LF and that text: the freeze binds the names, and nobody can read them. The salts lie in this table alone until
a subject's visit is over.
"""

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import db, parts, rows_by_id
from webapp.draw.asking import told
from webapp.draw.freeze import blind
from webapp.draw.layout import DrawFile
from webapp.registry.subjects import Subject

SALT_BYTES = 32


def random_salt(_subject_id: str) -> str:
    """A salt that nobody can guess."""
    return secrets.token_hex(SALT_BYTES)


@dataclass
class Names:
    """The ids of a pool while it is made: by subject, and with what opens each. `hidden`: the ids are blind.

    `salt`: the demo makes its own, so that it is the same each time.
    """

    hidden: bool
    salt: Callable[[str], str] = random_salt
    ids: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def enter(self, subject_id: str, name: str, code: str) -> str:
        """The id under which a subject stands in the pool."""
        said, salt = told(name, code), None
        if self.hidden:
            salt = self.salt(subject_id)
        elif said in self.said:
            # Two natural persons of one name, whose numbers are masked alike.
            said = f"{said} {subject_id}"
        else:
            self.said.add(said)
        key = blind(said, salt) if salt else said
        self.ids[subject_id] = key
        self.rows.append((key, subject_id, said, salt))
        return key


class DrawSubject(db.Model):
    """A subject of a frozen pool. `said` and `salt` make its id; `salt` is None where the id is `said` itself.

    `place` and what follows is an index over the last file, of those who were drawn: in which order, from which
    stratum, in which batch, by which ticket; `gone` was swapped, `opened` is known to everybody.
    """

    __tablename__ = "draw_subject"
    __table_args__ = (Index("ix_draw_subject_place", "draw_id", "place"),)
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(36))
    said: Mapped[str]
    salt: Mapped[str | None]
    place: Mapped[int | None]
    stratum: Mapped[str | None]
    batch: Mapped[int | None]
    ticket: Mapped[str | None] = mapped_column(String(64))
    gone: Mapped[bool] = mapped_column(default=False)
    opened: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def keep(cls, draw_id: str, names: Names) -> None:
        """Remember the ids of a pool that was frozen now."""
        columns = ("id", "subject_id", "said", "salt")
        for part in parts(names.rows):
            rows = [
                {"draw_id": draw_id, "opened": row[3] is None, "gone": False}
                | dict(zip(columns, row, strict=True))
                for row in part
            ]
            db.session.execute(insert(cls.__table__), rows)

    @classmethod
    def of(cls, draw_id: str, ids: Iterable[str]) -> dict[str, "DrawSubject"]:
        """The subjects of a pool by their ids in it."""
        found = (
            db.session.scalars(
                select(cls)
                .where(cls.draw_id == draw_id, cls.id.in_(part))
                .execution_options(populate_existing=True)
            )
            for part in parts(ids)
        )
        return {row.id: row for rows in found for row in rows}

    @classmethod
    def standing(cls, draw_id: str, subject_id: str) -> "DrawSubject | None":
        """A subject of the library as it was drawn, while it was not swapped."""
        mine = (cls.draw_id == draw_id, cls.subject_id == subject_id)
        return db.session.scalar(select(cls).where(*mine, cls.place.is_not(None), ~cls.gone))

    @classmethod
    def closed(cls, draw_id: str) -> list["DrawSubject"]:
        """Who was drawn and is not opened yet, in the order of the draw."""
        mine = (cls.draw_id == draw_id, cls.place.is_not(None), cls.opened.is_(False))
        return list(db.session.scalars(select(cls).where(*mine).order_by(cls.place)))

    @classmethod
    def named_in(cls, draw_id: str, text: str) -> bool:
        """Whether a text that everybody will read gives away one whose name is not opened yet, by name or code."""
        rows, plain = cls.closed(draw_id), _plain(text)
        known = subjects(draw_id, [row.id for row in rows])
        words = {row.said.rpartition(" ")[0] for row in rows}
        words |= {word for one in known.values() for word in (one.name, one.code)}
        return any(len(word) > 1 and word in plain for word in map(_plain, words))

    @classmethod
    def hidden(cls, draw_id: str) -> int:
        """How many were drawn whose names are not opened yet."""
        rows = select(func.count()).select_from(cls)
        mine = (cls.draw_id == draw_id, cls.place.is_not(None), cls.opened.is_(False))
        return db.session.scalar(rows.where(*mine)) or 0

    @classmethod
    def batches(cls, draw_id: str) -> dict[int, int]:
        """How many are in each batch now; who was swapped is in none."""
        mine = (cls.draw_id == draw_id, cls.place.is_not(None), cls.gone.is_(False))
        rows = select(cls.batch, func.count()).where(*mine).group_by(cls.batch).order_by(cls.batch)
        return {batch: count for batch, count in db.session.execute(rows) if batch}

    @classmethod
    def drawn(
        cls, draw_id: str, after: int | None, limit: int, batch: int | None = None
    ) -> list["DrawSubject"]:
        """Those who were drawn, and who stepped in, in this order, from the place behind `after` on; of one batch."""
        rows = select(cls).where(cls.draw_id == draw_id, cls.place > (-1 if after is None else after))
        rows = rows.where(cls.batch == batch) if batch else rows
        return list(db.session.scalars(rows.order_by(cls.place).limit(limit)))

    @classmethod
    def index(cls, file: DrawFile) -> None:
        """Bring the index up to the draw's last file."""
        for part in parts(_drawn(file)):
            db.session.execute(update(cls), [{"draw_id": file["id"]} | row for row in part])


def subjects(draw_id: str, ids: Iterable[str]) -> dict[str, Subject]:
    """The subjects of the library by their ids in the pool of a draw; who left the library since is not there."""
    names = {key: row.subject_id for key, row in DrawSubject.of(draw_id, ids).items()}
    library = {row.id: row for row in rows_by_id(Subject, names.values())}
    return {key: library[subject_id] for key, subject_id in names.items() if subject_id in library}


def _drawn(file: DrawFile) -> Iterator[dict[str, Any]]:
    """What the index says of everyone who was drawn, or stepped in."""
    opened = {opening["id"] for opening in file["openings"]}
    shown = not file["rules"]["blind"]
    rows = [{"stratum": one["name"], **row} for one in file["strata"] for row in one["drawn"]]
    rows.sort(key=lambda row: str(row["ticket"]))
    found = {row["id"]: row | {"place": place, "gone": False} for place, row in enumerate(rows)}
    for swap in file["swaps"]:
        if swap["kind"] == "subject" and swap["in"]:
            out = found[swap["out"]]
            found[swap["in"]] = out | {"id": swap["in"], "ticket": swap["ticket"], "place": len(found)}
            out["gone"] = True
    for key, row in found.items():
        yield row | {"opened": shown or key in opened}


def _plain(text: str) -> str:
    """Letters and figures alone, in one width and case: blanks and dots hide no name."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))
