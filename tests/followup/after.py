"""An inspection of the demo world in a state, people of its bureau, and what they write after the visit."""

import io
from collections.abc import Iterable
from typing import Any

from PIL import Image
from sqlalchemy import select

from webapp.accounts.models import User
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup import acts


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


PNG = _picture()
# What the subject writes on its own page.
OBJECTED = {"text": "不属实", "name": "赵总", "phone": "", "way": "page", "at": today().isoformat()}


def person(username: str) -> User:
    """A person of the demo world by the name at the door."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def inspection_in(state: str, of: str = "archivist") -> Inspection:
    """The first inspection in a state, of the bureau of the person `of`."""
    rows = select(Inspection).where(Inspection.bureau_id == person(of).bureau_id, Inspection.state == state)
    return db.session.scalars(rows.order_by(Inspection.number)).first() or _none(state)


def wrote(
    author: User | str,
    inspection: Inspection,
    kind: str,
    /,
    files: Iterable[tuple[str, bytes]] = (),
    **payload: Any,
) -> str:
    """Write an event after the visit by the door that all use; its id. Not committed."""
    return acts.write(author, inspection, kind, payload, files)


def _none(state: str) -> Inspection:
    raise LookupError(f"the demo world has no inspection in the state {state}")
