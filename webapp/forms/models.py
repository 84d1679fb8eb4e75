"""Published forms: canonical JSON, named by its SHA-256, that never changes."""

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.accounts.models import Bureau
from webapp.canonical import canonical, parse, sha256
from webapp.db import UTCDateTime, db, now
from webapp.forms import rules


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
    def body(self) -> dict[str, Any]:
        """The form itself."""
        return parse(self.text)  # type: ignore[no-any-return]

    @classmethod
    def publish(cls, body: dict[str, Any], bureau_id: str) -> "Form":
        """Keep `body` for good, and let the bureau use it for its item from now on. Raises `ValueError`."""
        rules.check(body)
        text = canonical(body)
        form = db.session.get(cls, sha256(text))
        if form is None:
            form = cls(hash=sha256(text), name=body["name"], version=body["version"], item=body["item"])
            form.text = text.decode()
            db.session.add(form)
        slot = db.session.get(FormInUse, (bureau_id, body["item"] or ""))
        if slot is None:
            slot = FormInUse(bureau_id=bureau_id, item=body["item"] or "")
            db.session.add(slot)
        slot.form_hash = form.hash
        db.session.flush()
        return form

    @classmethod
    def in_use(cls, bureau_id: str, items: list[str]) -> list["Form"]:
        """The base form and those of the items, as the bureau uses them now; the superior's where it has none of its own
        (an item that was claimed, CA-2.1a, is inspected by the form of whom it was claimed from; PD-2.3)."""
        wanted = ["", *items]
        superior = db.session.get_one(Bureau, bureau_id).parent_id
        rows = select(FormInUse, cls).join(cls, cls.hash == FormInUse.form_hash)
        rows = rows.where(FormInUse.bureau_id.in_([bureau_id, superior]), FormInUse.item.in_(wanted))
        own_last = rows.order_by(FormInUse.bureau_id == bureau_id)
        found = {slot.item: form for slot, form in db.session.execute(own_last)}
        return [found[item] for item in wanted if item in found]

    @classmethod
    def bodies(cls, hashes: list[str]) -> dict[str, dict[str, Any]]:
        """Forms by their hashes."""
        rows = db.session.scalars(
            select(cls).where(cls.hash.in_({name for name in hashes if len(name) == 64}))
        )
        return {form.hash: form.body for form in rows}


class FormInUse(db.Model):
    """Which version a bureau uses for an item ("" for the base form); an inspection keeps the one it began with."""

    __tablename__ = "form_in_use"
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(32), primary_key=True)
    form_hash: Mapped[str] = mapped_column(ForeignKey("form.hash"))
