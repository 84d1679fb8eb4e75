"""Whether every archive that was ever logged is still there, whole, and linked to the one before (design 2.5)."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from webapp.archive import merkle, transparency
from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.models import Archive
from webapp.archive.transparency import ArchiveLeaf
from webapp.archive.unpack import BROKEN, tag_manifest
from webapp.archive.wording import N_, Say
from webapp.canonical import sha256
from webapp.db import db, parts
from webapp.field.models import Inspection

Fault = tuple[str, dict[str, Any]]

# What is wrong, in plain words; the values are named as `faults` gives them.
WORDS = {
    "log_gap": N_("归档日志缺第 {position} 条"),
    "log_nodes": N_("归档日志的中间校验值与 {size} 条记录不符"),
    "log_short": N_("{day} 公布的归档日志有 {size} 条，现在只有 {now} 条"),
    "log_root": N_("{day} 公布的 {size} 条的根校验值，现在算不出来：以前的档案被改动或删除"),
    "row_lost": N_("归档日志第 {position} 条所指的档案不在数据库里"),
    "not_logged": N_("{number} 第 {version} 版没有记入归档日志"),
    "leaf_differs": N_("{number} 第 {version} 版与归档日志里的校验值不符"),
    "file_lost": N_("{number} 第 {version} 版的文件不见了：{path}"),
    "file_differs": N_("{number} 第 {version} 版的文件与登记的校验值不符：{path}"),
    "link_broken": N_("{number} 第 {version} 版没有连着前一版"),
    "stray": N_("档案文件夹里有没有登记的文件：{path}"),
}
STEP = 200


def said(fault: Fault, say: Say = str) -> str:
    """A fault in plain words."""
    code, values = fault
    return say(WORDS[code]).format(**values)


def faults(published: Iterable[transparency.Root] = ()) -> Iterator[Fault]:
    """Everything that is wrong with log, database and store; `published` are roots that others kept.

    Each part is read in a transaction of its own: the office goes on working meanwhile.
    """
    yield from transparency.log_faults(published)
    yield from _lost_rows()
    folder = Path(current_app.config["DATA"]) / "archives"
    # What is archived meanwhile is no stray.
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for part in parts(list(db.session.scalars(select(Archive.id).order_by(Archive.id))), STEP):
        rows = list(db.session.scalars(select(Archive).where(Archive.id.in_(part)).order_by(Archive.id)))
        yield from _part_faults(rows)
        there -= {row.path for row in rows}
        db.session.rollback()
    for path in sorted(there):
        yield "stray", {"path": path}


def _lost_rows() -> Iterator[Fault]:
    rows = select(ArchiveLeaf.position).outerjoin(Archive, Archive.id == ArchiveLeaf.archive_id)
    for position in db.session.scalars(rows.where(Archive.id.is_(None)).order_by(ArchiveLeaf.position)):
        yield "row_lost", {"position": position}


def _part_faults(rows: list[Archive]) -> Iterator[Fault]:
    ids = [row.id for row in rows]
    found = select(ArchiveLeaf.archive_id, ArchiveLeaf.hash).where(ArchiveLeaf.archive_id.in_(ids))
    logged = {archive_id: made for archive_id, made in db.session.execute(found)}
    inspections = {row.inspection_id for row in rows}
    numbers = select(Inspection.id, Inspection.number).where(Inspection.id.in_(inspections))
    numbered = {inspection_id: number for inspection_id, number in db.session.execute(numbers)}
    standing = Disposal.standing(inspections)
    gone = {inspection_id for inspection_id, one in standing.items() if one.state == APPROVED}
    tags = _tags(inspections)
    for row in rows:
        named = {"number": numbered[row.inspection_id], "version": row.version}
        if row.previous != tags.get((row.inspection_id, row.version - 1)):
            yield "link_broken", named
        if row.id not in logged:
            yield "not_logged", named
        if row.inspection_id not in gone:
            yield from _file_faults(row, logged.get(row.id), named)


def _tags(inspections: set[str]) -> dict[tuple[str, int], str]:
    """The tag hash of each version of these inspections."""
    rows = select(Archive.inspection_id, Archive.version, Archive.tag_hash)
    found = db.session.execute(rows.where(Archive.inspection_id.in_(inspections)))
    return {(inspection_id, version): tag_hash for inspection_id, version, tag_hash in found}


def _file_faults(row: Archive, leaf: str | None, named: dict[str, Any]) -> Iterator[Fault]:
    named = named | {"path": row.path}
    try:
        data = row.file.read_bytes()
    except OSError:
        yield "file_lost", named
        return
    if sha256(data) != row.sha256:
        yield "file_differs", named
        return
    try:
        listed = tag_manifest(data)
    except (*BROKEN, StopIteration):
        yield "file_differs", named
        return
    if sha256(listed) != row.tag_hash or leaf not in (None, merkle.leaf_hash(listed)):
        yield "leaf_differs", named
