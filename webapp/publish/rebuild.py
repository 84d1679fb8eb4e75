"""What is public, made anew from the sealed packages: `flask publish rebuild`."""

import sys

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from webapp.archive.disposal import Disposal
from webapp.archive.models import Archive
from webapp.archive.unpack import Unpacked, unzipped
from webapp.canonical import NotCanonical, parse, sha256
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.fold import fold
from webapp.field.models import Inspection
from webapp.followup.models import Timeline
from webapp.followup.steps import read
from webapp.publish.document import SHOWN, Standing, standing
from webapp.publish.models import Publication

publish_group = AppGroup("publish", help="What is public.")

LOG, PICTURES = "data/events.jsonl", "data/13-publication/"
# In the log alone: its file was not closed anew since; in the package: made from it; damaged: not whole, or gone.
SEALED, OPEN, DAMAGED = "sealed", "open", "damaged"


@publish_group.command("rebuild")
@with_appcontext
def rebuild_publications() -> None:
    """Make every publication anew: from its sealed package, and from the log what came since it was sealed."""
    counts, damaged = rebuild()
    click.echo(f"{counts[SEALED]} publications from sealed packages, {counts[OPEN]} from the log since")
    for number in damaged:
        click.echo(f"the file is damaged or gone: {number}", err=True)
    if damaged:
        sys.exit(1)


def rebuild() -> tuple[dict[str, int], list[str]]:
    """Write every row anew; how many came from where, and the numbers whose package is not whole: those come from the log.

    Commits each by itself, so that the office can go on working meanwhile.
    """
    counts = {SEALED: 0, OPEN: 0}
    damaged = []
    # Lists go by the place of a row: what was lost comes back in the order in which it was published.
    files = select(Archive.inspection_id).union(select(Publication.inspection_id)).subquery()
    ids = select(files.c.inspection_id).outerjoin(Timeline, Timeline.inspection_id == files.c.inspection_id)
    for inspection_id in list(db.session.scalars(ids.order_by(Timeline.published, files.c.inspection_id))):
        inspection = Inspection.locked(inspection_id)
        if inspection is None:
            continue
        where, found = _found(inspection)
        if where == DAMAGED:
            damaged.append(inspection.number)
        Publication.renew(inspection.id, inspection.bureau_id, inspection.subject_id, found)
        counts[SEALED if where == SEALED else OPEN] += found is not None
        db.session.commit()
    return counts, damaged


def _found(inspection: Inspection) -> tuple[str, Standing | None]:
    """What is public of an inspection, and where that was read."""
    archive = Archive.latest(inspection)
    if archive and archive.position >= inspection.position and not Disposal.approved(inspection.id):
        try:
            return SEALED, of_package(archive.read())
        except (Problem, NotCanonical, KeyError, ValueError):
            return DAMAGED, standing(read(inspection.record()["after"]))
    return OPEN, standing(read(inspection.record()["after"]))


def of_package(data: bytes) -> Standing | None:
    """What a sealed package says is public, its pictures kept where they are not here. Raises `archive_damaged`."""
    package = Unpacked()
    if list(unzipped(data, package)):
        raise Problem("archive_damaged")
    found = standing(read(fold(map(parse, package.files[LOG].splitlines()))["after"]))
    if found and found.state == SHOWN:
        wanted = {one["sha256"] for one in found.document["pictures"]}
        for path, picture in package.files.items():
            if path.startswith(PICTURES) and sha256(picture) in wanted:
                Blob.keep_document(picture)
    return found
