"""What a bureau's list of checklists shows: by item what is used, what comes and what waits; and its versions, paged."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from webapp.db import db
from webapp.forms import release_rules
from webapp.forms.models import Release
from webapp.forms.release_rules import BASE, DRAFT, PUBLISHED, SUBMITTED
from webapp.registry.items import Item

PAGE = 50


@dataclass
class Line:
    """One item with its checklist, the base form without one: what is used today, what will be, what is not published yet.

    `own` is false where the superior's is used; `listed` is false where the item went off the list.
    """

    code: str
    name: str
    listed: bool = True
    used: Release | None = None
    own: bool = False
    coming: list[Release] = field(default_factory=list)
    waiting: list[Release] = field(default_factory=list)

    def says(self, text: str) -> bool:
        """Whether a search finds it."""
        words = [self.code, self.name, *(f"{one.words} {one.version}" for one in self.shown())]
        return text.lower() in " ".join(words).lower()

    def shown(self) -> list[Release]:
        """The versions that stand in the line."""
        return [*([self.used] if self.used else []), *self.coming, *self.waiting]


def lines(bureau_id: str, day: date) -> list[Line]:
    """The base form and every item of the list; then items off it of which something is left."""
    found = {BASE: Line(BASE, "")} | {one.code: Line(one.code, one.name) for one in Item.listed(bureau_id)}
    published = Release.standing(bureau_id)
    coming = [one.id for one in release_rules.coming(published, day)]
    waiting = Release.of_bureau(bureau_id, DRAFT, SUBMITTED)
    left = {one.item for one in [*published, *waiting]} - found.keys()
    off = {one.code: one.name for one in Item.taken_off(bureau_id)}
    found |= {code: Line(code, off.get(code, ""), listed=False) for code in sorted(left)}
    used = Release.used(bureau_id, found, day)
    versions = Release.by_ids([*used.values(), *coming])
    for code, release_id in used.items():
        found[code].used, found[code].own = versions[release_id], versions[release_id].bureau_id == bureau_id
    for release_id in coming:
        found[versions[release_id].item].coming.append(versions[release_id])
    for one in waiting:
        found[one.item].waiting.append(one)
    return list(found.values())


def versions(
    bureau_id: str, *, states: Collection[str] = (), item: str | None = None, q: str = "", after: str = ""
) -> list[Release]:
    """A page of versions and one more, the newest first, after the one whose id is `after`."""
    rows = select(Release).where(Release.bureau_id == bureau_id)
    if states:
        rows = rows.where(Release.state.in_(states))
    if item is not None:
        rows = rows.where(Release.item == item)
    if q:
        named = select(Item.code).where(Item.bureau_id == bureau_id, Item.name.icontains(q, autoescape=True))
        columns = (Release.words, Release.version, Release.item)
        rows = rows.where(
            or_(Release.item.in_(named), *(one.icontains(q, autoescape=True) for one in columns))
        )
    if after:
        rows = rows.where(Release.id < after)
    return list(db.session.scalars(rows.order_by(Release.id.desc()).limit(PAGE + 1)))


def counts(bureau_id: str) -> dict[str, int]:
    """How many versions are in each state."""
    rows = select(Release.state, func.count()).where(Release.bureau_id == bureau_id).group_by(Release.state)
    return {state: count for state, count in db.session.execute(rows)}


def phases(bureau_id: str, releases: Iterable[Release], day: date) -> dict[str, str]:
    """Of each published version whether it is `used`, `coming`, or `past`: another took its place."""
    shown = [one for one in releases if one.state == PUBLISHED]
    published = Release.standing(bureau_id, {one.item for one in shown})
    used = set(release_rules.in_use(published, day).values())
    coming = {one.id for one in release_rules.coming(published, day)}
    return {one.id: "used" if one.id in used else "coming" if one.id in coming else "past" for one in shown}


def stands(release: Release, day: date) -> dict[str, Any]:
    """What a decision about a version changes: `now` is what its item is inspected by today, `next` what comes already,
    `without` what would be used today if it were withdrawn.
    """
    published = [one for one in Release.standing(release.bureau_id, [release.item]) if one.id != release.id]
    now = Release.used(release.bureau_id, [release.item], day).get(release.item)
    own = release_rules.in_use(published, day).get(release.item)
    superior = release.bureau.parent_id
    upper = Release.used(superior, [release.item], day).get(release.item) if superior and not own else None
    coming = [one.id for one in release_rules.coming(published, day)]
    ids = {"now": now, "without": own or upper, "next": coming[0] if coming else None}
    known = Release.by_ids([one for one in ids.values() if one])
    return {name: known.get(one or "") for name, one in ids.items()}
