"""The index of the shelves made anew from the logs and the files."""

from sqlalchemy import delete, select

from webapp.archive.disposal import Disposal
from webapp.archive.dispose import forget
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import Inspection


def reindex() -> tuple[int, list[str]]:
    """Write every row of the index again: how many, and the numbers whose file is damaged or gone.

    Commits each by itself, so that the office can go on working meanwhile.
    """
    kept = select(Archive.inspection_id)
    db.session.execute(delete(ArchiveIndex).where(ArchiveIndex.inspection_id.not_in(kept)))
    db.session.commit()
    damaged = []
    ids = list(db.session.scalars(kept.distinct().order_by(Archive.inspection_id)))
    for inspection_id in ids:
        inspection = Inspection.locked(inspection_id)
        if inspection and not _index(inspection):
            damaged.append(inspection.number)
        db.session.commit()
    return len(ids), damaged


def _index(inspection: Inspection) -> bool:
    """Write one row; False where the file that should be there is not whole."""
    archive = Archive.latest(inspection)
    if archive is None:
        return True
    if Disposal.approved(inspection.id):
        archive.index(None)
        forget(inspection.id)
        return True
    try:
        archive.index(archive.read())
    except Problem:
        archive.index(None)
        return False
    return True
