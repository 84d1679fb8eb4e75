"""Checklists: published forms, canonical JSON named by its SHA-256, and a bureau's versions of them (CA-2.1c).

A version is a draft, is submitted, and published by another person from a day on, or refused; withdrawn, it is used for
no new inspection. What was published never changes; a change is a new version. Every act is kept.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, event, select
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship, selectinload
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.canonical import canonical, parse, sha256
from webapp.db import UTCDateTime, db, now, rows_by_id, today
from webapp.errors import Problem
from webapp.forms import rules
from webapp.forms.release_rules import (
    BASE,
    DRAFT,
    PUBLISHED,
    REFUSED,
    SUBMITTED,
    WITHDRAWN,
    Standing,
    in_use,
    inherited,
    next_version,
)
from webapp.forms.xlsform import count
from webapp.registry.items import Item

Json = dict[str, Any]
LONGEST = 500
FAR = 366 * 2


class Form(db.Model):
    """检查表. A bureau shares a form by its hash, so two that publish the same bytes hold one form."""

    __tablename__ = "form"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    item: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @cached_property
    def body(self) -> Json:
        """The form itself."""
        return parse(self.text)  # type: ignore[no-any-return]

    @classmethod
    def keep(cls, body: Json) -> "Form":
        """Keep `body` for good, once."""
        text = canonical(body)
        form = db.session.get(cls, sha256(text))
        if form is None:
            form = cls(hash=sha256(text), name=body["name"], version=body["version"], item=body["item"])
            form.text = text.decode()
            db.session.add(form)
            db.session.flush()
        return form

    @classmethod
    def publish(cls, body: Json, bureau_id: str, day: date | None = None) -> "Form":
        """Let a bureau use `body` for its item from `day` on, today without one, without the way over a draft: it came with
        the bureau. Published twice it is the same version. Raises `Problem`.
        """
        return Release.brought(bureau_id, body, day or today())

    @classmethod
    def in_use(cls, bureau_id: str, items: list[str], day: date) -> list["Form"]:
        """The base form and those of the items, as the bureau uses them on `day`; the superior's where it has none of
        its own (an item that was claimed, CA-2.1a, is inspected by the form of whom it was claimed from; PD-2.3)."""
        wanted = [BASE, *items]
        used = Release.used(bureau_id, wanted, day)
        rows = select(Release.item, cls).join(cls, cls.hash == Release.form_hash)
        found = {item: form for item, form in db.session.execute(rows.where(Release.id.in_(used.values())))}
        return [found[item] for item in wanted if item in found]

    @classmethod
    def bodies(cls, hashes: list[str]) -> dict[str, Json]:
        """Forms by their hashes."""
        rows = db.session.scalars(
            select(cls).where(cls.hash.in_({name for name in hashes if len(name) == 64}))
        )
        return {form.hash: form.body for form in rows}


class Release(db.Model):
    """One version of a checklist of a bureau; `item` is the code of its item, "" of the base form.

    `words` are its titles and its name, to be searched. `source` is the file that was uploaded, as it came; none where it
    was written in the browser. `notes` are what was left out of it, as `[row, name]`. `writers` changed its draft: none of
    them publishes it. `why` says what is new in it. `sketch` is what stands in the editor as JSON, no form yet.
    """

    __tablename__ = "release"
    __table_args__ = (Index("ix_release_in_use", "bureau_id", "state", "item"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    item: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    questions: Mapped[int]
    text: Mapped[str] = deferred(mapped_column(Text))
    text_hash: Mapped[str] = mapped_column(String(64))
    form_hash: Mapped[str | None] = mapped_column(ForeignKey("form.hash"))
    source: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    source_name: Mapped[str | None] = mapped_column(String(200))
    source_hash: Mapped[str | None] = mapped_column(String(64))
    notes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    sketch: Mapped[str | None] = deferred(mapped_column(Text))
    state: Mapped[str] = mapped_column(String(16), default=DRAFT)
    why: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    writers: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    from_day: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    author: Mapped[User | None] = relationship(foreign_keys=[author_id], lazy="joined")
    bureau: Mapped[Bureau] = relationship()
    acts: Mapped[list["ReleaseAct"]] = relationship(
        order_by="ReleaseAct.id.desc()", cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def begin(
        cls,
        author: User,
        item: str,
        body: Json,
        source: tuple[str, bytes] | None = None,
        notes: Iterable[Any] = (),
    ) -> "Release":
        """A draft of a form for an item of the list or, with "", for all; `source` is its file's name and bytes.

        Raises `item_off_list`, `form_wrong`, `form_same` with the version that says the same, `form_version_taken`,
        `form_name_taken`.
        """
        _lock(author.bureau_id)
        if item != BASE and item not in {one.code for one in Item.listed(author.bureau_id)}:
            raise Problem("item_off_list")
        made = cls(
            id=str(uuid7()), bureau_id=author.bureau_id, item=item, author_id=author.id, writers=[author.id], state=DRAFT,
            notes=[list(note) for note in notes],
        )  # fmt: skip
        if source:
            made.source_name, made.source = source[0][-200:], source[1]
            made.source_hash = sha256(source[1])
        made._say(body)
        made._check_new(source is not None)
        db.session.add(made)
        made._note(author, "made", source[0][-200:] if source else "")
        db.session.flush()
        return made

    @classmethod
    def brought(cls, bureau_id: str, body: Json, day: date) -> Form:
        """A version that came with the bureau, used from `day` on; see `Form.publish`."""
        made = cls(
            id=str(uuid7()), bureau_id=bureau_id, item=body["item"] or BASE, state=PUBLISHED, from_day=day,
            published_at=now(), writers=[], notes=[],
        )  # fmt: skip
        made._say(body)
        form = Form.keep(body)
        mine = (cls.bureau_id == bureau_id, cls.item == made.item, cls.state == PUBLISHED)
        if not db.session.scalar(select(cls.id).where(*mine, cls.form_hash == form.hash).limit(1)):
            made.form_hash = form.hash
            db.session.add(made)
            db.session.flush()
        return form

    @classmethod
    def locked(cls, release_id: str, bureau_id: str) -> "Release":
        """It for one who changes it: nobody else does until the commit. Raises `not_found`."""
        rows = select(cls).where(cls.id == release_id, cls.bureau_id == bureau_id).with_for_update(of=cls)
        found = db.session.scalar(rows.execution_options(populate_existing=True))
        if found is None:
            raise Problem("not_found")
        return found

    @classmethod
    def of_bureau(cls, bureau_id: str, *states: str) -> list["Release"]:
        """The versions of a bureau in these states, the newest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.state.in_(states))
        return list(db.session.scalars(rows.order_by(cls.id.desc()).options(selectinload(cls.acts))))

    @classmethod
    def standing(cls, bureau_id: str, items: Iterable[str] | None = None) -> list[Standing]:
        """The published versions of a bureau, of some items or of all."""
        rows = select(cls.id, cls.item, cls.from_day, cls.published_at)
        rows = rows.where(cls.bureau_id == bureau_id, cls.state == PUBLISHED)
        if items is not None:
            rows = rows.where(cls.item.in_(list(items)))
        return [Standing(*row) for row in db.session.execute(rows)]

    @classmethod
    def used(cls, bureau_id: str, items: Iterable[str], day: date) -> dict[str, str]:
        """The ids of the versions that a bureau uses on `day`, by item; its superior's where it has none."""
        wanted = list(items)
        found: dict[str, str] = {}
        for one in (bureau_id, *above(bureau_id)):
            found = inherited(found, in_use(cls.standing(one, wanted), day))
        return found

    @classmethod
    def by_ids(cls, ids: Iterable[str]) -> dict[str, "Release"]:
        """Versions by their ids."""
        return {one.id: one for one in rows_by_id(cls, sorted(set(ids)))}

    def is_of(self, user: User) -> bool:
        """Whether the person wrote it, and so may not publish it."""
        return user.id in (self.author_id, *self.writers)

    def body_of(self) -> Json:
        """The form itself."""
        return parse(self.text)  # type: ignore[no-any-return]

    @property
    def seen(self) -> str:
        """The hash of what the draft says now: who changes it names what was on screen."""
        return sha256(self.sketch.encode()) if self.sketch else self.text_hash

    def write(self, writer: User, body: Json, seen: str) -> None:
        """Put another body into the draft; `seen` as above, of what the writer had on screen. It must be locked.

        Raises `form_state`, `form_changed` with who changed it, `form_wrong`.
        """
        self._must_be(DRAFT)
        self._must_be_seen(seen)
        self._say(body)
        self.sketch = None
        self._written_by(writer)

    def keep_sketch(self, writer: User, sketch: str, seen: str) -> None:
        """Keep what is no form yet; the draft cannot be submitted until it is. It must be locked.

        Raises `form_state`, `form_changed` with who changed it.
        """
        self._must_be(DRAFT)
        self._must_be_seen(seen)
        self.sketch = sketch
        self._written_by(writer)

    def submit(self, author: User, why: str, seen: str) -> None:
        """Ask for it to be published, with what is new in it. It must be locked.

        Raises `form_state`, `form_changed`, `form_unfinished`, `form_empty`, `form_why`, `item_off_list`,
        `form_version_taken`, `form_name_taken`.
        """
        self._must_be(DRAFT)
        if self.sketch:
            raise Problem("form_unfinished")
        self._must_be_seen(seen)
        self._must_be_listed()
        if not self.questions:
            raise Problem("form_empty")
        self.why = _typed(why, "form_why")
        self._check_version()
        self.state = SUBMITTED
        self._note(author, "submitted", self.why)

    def take_back(self, author: User) -> None:
        """Make a draft of what waits for approval. It must be locked. Raises `form_state`."""
        self._must_be(SUBMITTED)
        self.state = DRAFT
        self._note(author, "taken_back")

    def approve(self, approver: User, day: date, seen: str) -> None:
        """Publish it, to be used from `day` on, by somebody who did not write it. It must be locked.

        Raises `form_state`, `form_own`, `form_changed`, `form_day`, and what `submit` raises of list, version and name.
        """
        _lock(self.bureau_id)
        self._must_be(SUBMITTED)
        self._must_be_of_others(approver)
        self._must_be_seen(seen)
        self._must_be_listed()
        if not 0 <= (day - today()).days <= FAR:
            raise Problem("form_day")
        self._check_version()
        self._publish(day)
        self._note(approver, "published", day.isoformat())

    def refuse(self, approver: User, reason: str) -> None:
        """Refuse it, with a reason that is kept. It must be locked. Raises `form_state`, `form_own`, `reason_needed`."""
        self._must_be(SUBMITTED)
        self._must_be_of_others(approver)
        said = _typed(reason)
        self.state = REFUSED
        self._note(approver, "refused", said)

    def withdraw(self, author: User, reason: str) -> None:
        """Use it for no new inspection any more, with a reason. It must be locked. Raises `form_state`, `reason_needed`."""
        self._must_be(PUBLISHED)
        said = _typed(reason)
        self.state = WITHDRAWN
        self._note(author, "withdrawn", said)

    def drop(self) -> None:
        """Throw a draft away, with its file. It must be locked. Raises `form_state`."""
        self._must_be(DRAFT)
        db.session.delete(self)

    @classmethod
    def start(cls, author: User, item: str, before: "Release | None" = None) -> "Release":
        """A draft to be written in the browser: what `before` says, as the next version, or nothing; from another item's
        it takes the questions alone. Its version follows the one in use. Raises what `begin` raises.
        """
        listed = Item.by_code(author.bureau_id, item) if item else None
        title = (
            {"zh-Hans": f"{listed.name.removesuffix('检查')}检查表"[:100]}
            if listed
            else {"zh-Hans": "基础检查表", "en": "Base form"}
        )
        follows = db.session.get(cls, cls.used(author.bureau_id, [item], today()).get(item, ""))
        version = follows.version if follows else "1"
        body: Json = {"name": _form_name(item), "version": version, "title": title, "questions": []}
        if before:
            body = (
                before.body_of()
                if before.item == item
                else body | {"questions": before.body_of()["questions"]}
            )
        # A draft takes no name yet: who begins twice is shown the first.
        mine = (cls.bureau_id == author.bureau_id, cls.name == body["name"], cls.state != DRAFT)
        taken = {
            *db.session.scalars(select(cls.version).where(*mine)),
            *(one.version for one in (before, follows) if one),
        }
        return cls.begin(author, item, body | {"version": next_version(body["version"], taken)})

    # ---- how

    def _say(self, body: Json) -> None:
        body = body | {"item": self.item or None}
        try:
            rules.check(body)
            text = canonical(body)
        except ValueError as error:
            raise Problem("form_wrong", said=str(error)[:300]) from error
        self.name, self.version, self.title = body["name"], body["version"], body["title"]
        self.words = " ".join([*body["title"].values(), body["name"]])
        self.text, self.text_hash, self.questions = text.decode(), sha256(text), count(body)

    def _publish(self, day: date) -> None:
        self.form_hash = Form.keep(self.body_of()).hash
        self.state, self.from_day, self.published_at = PUBLISHED, day, now()

    def _check_new(self, uploaded: bool) -> None:
        """Raise `form_same` where the same stands already, else what `_check_version` raises."""
        mine = (Release.bureau_id == self.bureau_id, Release.item == self.item, Release.id != self.id)
        same = Release.text_hash == self.text_hash
        if uploaded:
            same = same | (Release.source_hash == self.source_hash)
        rows = select(Release).where(*mine, Release.state.in_((DRAFT, SUBMITTED, PUBLISHED)), same)
        if found := db.session.scalars(rows.order_by(Release.id.desc())).first():
            raise Problem("form_same", release=found.id, version=found.version)
        self._check_version()

    def _check_version(self) -> None:
        """Raise `form_version_taken` where another form was published under the same name and version here, and
        `form_name_taken` where the name belongs to another item's form: their answers would fall together.
        """
        published = Release.state.in_((PUBLISHED, WITHDRAWN))
        rows = select(Release).where(Release.name == self.name, published, Release.id != self.id)
        own = rows.where(Release.bureau_id == self.bureau_id)
        if db.session.scalar(
            own.where(Release.version == self.version, Release.text_hash != self.text_hash).limit(1)
        ):
            raise Problem("form_version_taken", name=self.name, version=self.version)
        family = [self.bureau_id, *above(self.bureau_id), *below(self.bureau_id)]
        other = rows.where(Release.bureau_id.in_(family), Release.item != self.item)
        if db.session.scalar(other.limit(1)):
            raise Problem("form_name_taken", name=self.name)

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise Problem("form_state")

    def _must_be_seen(self, seen: str) -> None:
        if seen != self.seen:
            last = self.acts[0].author.name if self.acts else ""
            raise Problem("form_changed", seen=self.seen, by=last)

    def _must_be_listed(self) -> None:
        if self.item != BASE and self.item not in {one.code for one in Item.listed(self.bureau_id)}:
            raise Problem("item_off_list")

    def _must_be_of_others(self, approver: User) -> None:
        if self.is_of(approver):
            raise Problem("form_own")

    def _written_by(self, writer: User) -> None:
        """Who writes on is told of once, not at every pause."""
        self.writers = [*self.writers, writer.id] if writer.id not in self.writers else self.writers
        if not (self.acts and self.acts[0].act == "written" and self.acts[0].author_id == writer.id):
            self._note(writer, "written")

    def _note(self, author: User, act: str, said: str = "") -> None:
        self.acts.insert(0, ReleaseAct(release_id=self.id, author_id=author.id, act=act, said=said))
        db.session.flush()


class ReleaseAct(db.Model):
    """What somebody did with a version: made, written, submitted, taken_back, published, refused, withdrawn."""

    __tablename__ = "release_act"
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    time: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    act: Mapped[str] = mapped_column(String(16))
    said: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[User] = relationship(lazy="joined")


@event.listens_for(ReleaseAct, "before_update")
def _refuse_change(*_given: Any) -> None:
    raise RuntimeError("what was done with a form is only added to")


def above(bureau_id: str) -> list[str]:
    """The superior of a bureau, that one's, and so on."""
    found: list[str] = []
    one = db.session.get_one(Bureau, bureau_id).parent_id
    while one and one not in found:
        found.append(one)
        one = db.session.get_one(Bureau, one).parent_id
    return found


def below(bureau_id: str) -> list[str]:
    """The bureaus under a bureau, however deep."""
    found: list[str] = []
    level = [bureau_id]
    while level:
        level = list(db.session.scalars(select(Bureau.id).where(Bureau.parent_id.in_(level))))
        found += level
    return found


def _typed(text: str, missing: str = "reason_needed") -> str:
    said = " ".join(text.split())[:LONGEST]
    if not said:
        raise Problem(missing)
    return said


def _form_name(item: str) -> str:
    plain = re.sub(r"[^a-z0-9_-]+", "_", item.lower()).strip("_-")[:50]
    return plain if plain[:1].isalpha() else f"form_{plain}".rstrip("_") if item else "base"


def _lock(bureau_id: str) -> None:
    """Nobody else begins or publishes a version of this bureau until the commit."""
    db.session.execute(select(Bureau.id).where(Bureau.id == bureau_id).with_for_update())
