"""The log of all archives: a Merkle tree (RFC 6962) that is only added to, with a root for each day, published.

An entry is the tag manifest of an archive's package, the very bytes that the bureau signed: whoever has the package makes
its leaf by `(printf '\\000'; cat tagmanifest-sha256.txt) | sha256sum`. A whole inspection that vanishes is missed, because
the roots that others kept cannot be made any more without it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.archive import merkle
from webapp.db import UTCDateTime, china_day, db, now, today
from webapp.ids import is_sha256

NAME = "yidang-archive-log-1"
STEP = 1000
Root = dict[str, Any]


class ArchiveLeaf(db.Model):
    """One archive in the log, at its position from 0. `hash` stays when the archive itself is disposed of."""

    __tablename__ = "archive_leaf"
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64), index=True)
    archive_id: Mapped[str] = mapped_column(ForeignKey("archive.id"), unique=True)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ArchiveNode(db.Model):
    """A full subtree of 2**level leaves: so a proof reads a few rows, whatever the log's length."""

    __tablename__ = "archive_node"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class ArchiveRoot(db.Model):
    """The log's root at the end of a day (in China) on which something was archived."""

    __tablename__ = "archive_root"
    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


def enter(archive_id: str, tag_manifest: bytes) -> int:
    """Add an archive; gives its position. In the transaction that keeps the archive: both stand, or neither."""
    if db.session.connection().dialect.name == "postgresql":
        # Until the commit nobody else adds; SQLite has one writer anyway.
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(NAME))))
    publish(today())
    position, leaf = size(), merkle.leaf_hash(tag_manifest)
    db.session.add(ArchiveLeaf(position=position, hash=leaf, archive_id=archive_id))
    for level, place, made in merkle.grown(position, leaf, _node):
        db.session.add(ArchiveNode(level=level, place=place, hash=made))
    db.session.flush()
    return position


def publish(before: date) -> ArchiveRoot | None:
    """Fix the root of the last day that is over, where it has none yet; the caller commits."""
    last = db.session.scalar(select(ArchiveLeaf).order_by(ArchiveLeaf.position.desc()).limit(1))
    if last is None or china_day(last.logged_at) >= before:
        return None
    newest = db.session.scalar(select(func.max(ArchiveRoot.day)))
    # A clock that was put back must not change what was said of a day.
    if newest is not None and newest >= china_day(last.logged_at):
        return None
    row = ArchiveRoot(day=china_day(last.logged_at), size=last.position + 1, root=root(last.position + 1))
    db.session.add(row)
    db.session.flush()
    return row


def size() -> int:
    """How many archives the log holds."""
    last = db.session.scalar(select(func.max(ArchiveLeaf.position)))
    return 0 if last is None else last + 1


def root(length: int) -> str:
    """The root over the first `length`."""
    return merkle.root(length, _node)


def roots(after: str = "", limit: int = 500) -> list[ArchiveRoot]:
    """The published roots, the oldest first, beyond the day `after`."""
    rows = select(ArchiveRoot).order_by(ArchiveRoot.day).limit(limit)
    return list(
        db.session.scalars(rows.where(ArchiveRoot.day > date.fromisoformat(after)) if after else rows)
    )


def newest(limit: int) -> list[ArchiveRoot]:
    """The published roots, the newest first."""
    return list(db.session.scalars(select(ArchiveRoot).order_by(ArchiveRoot.day.desc()).limit(limit)))


def told(row: ArchiveRoot) -> Root:
    """A published root as open data."""
    return {"day": row.day.isoformat(), "size": row.size, "root": row.root}


def inclusion(leaf: str, length: int) -> dict[str, Any] | None:
    """That the archive with this leaf is among the first `length`; None where it is not."""
    rows = select(ArchiveLeaf.position).where(ArchiveLeaf.hash == leaf, ArchiveLeaf.position < length)
    position = db.session.scalar(rows.order_by(ArchiveLeaf.position).limit(1))
    if position is None:
        return None
    path = merkle.inclusion(position, length, _node)
    return {"leaf": leaf, "position": position, "size": length, "root": root(length), "path": path}


def consistency(first: int, second: int) -> dict[str, Any]:
    """That the log of `second` begins with that of `first`."""
    proof = merkle.consistency(first, second, _node)
    ends = {"first_root": root(first), "second_root": root(second)}
    return {"first": first, "second": second, "proof": proof} | ends


def leaves() -> Iterator[tuple[int, str]]:
    """Position and hash of every leaf, a part at a time."""
    last = -1
    rows = select(ArchiveLeaf.position, ArchiveLeaf.hash).order_by(ArchiveLeaf.position).limit(STEP)
    while part := db.session.execute(rows.where(ArchiveLeaf.position > last)).all():
        yield from ((position, made) for position, made in part)
        last = part[-1].position


def log_faults(published: Iterable[Root] = ()) -> Iterator[tuple[str, Root]]:
    """What the log itself shows to be wrong: (code, values). `published`: roots that others kept, beside our own rows.

    `log_gap {position}`, `log_nodes {size}`, `log_short {day, size, now}`, `log_root {day, size}`.
    """
    said = [*map(told, db.session.scalars(select(ArchiveRoot))), *published]
    sizes = {row["size"] for row in said}
    tree, made = merkle.Growing(), {0: merkle.EMPTY}
    for position, leaf in leaves():
        if position != tree.size or not is_sha256(leaf):
            yield "log_gap", {"position": tree.size}
            break
        tree.add(leaf)
        if tree.size in sizes:
            made[tree.size] = tree.root()
    if tree.root() != _kept_root(tree.size):
        yield "log_nodes", {"size": tree.size}
    for row in said:
        if row["size"] not in made:
            yield "log_short", {"day": row["day"], "size": row["size"], "now": tree.size}
        elif made[row["size"]] != row["root"]:
            yield "log_root", {"day": row["day"], "size": row["size"]}


def _kept_root(length: int) -> str | None:
    """The root by the subtrees that are kept; None where one is gone or no hash."""
    try:
        return root(length)
    except (LookupError, ValueError):
        return None


def _node(level: int, place: int) -> str:
    if level == 0:
        found = db.session.scalar(select(ArchiveLeaf.hash).where(ArchiveLeaf.position == place))
    else:
        found = db.session.scalar(
            select(ArchiveNode.hash).where(ArchiveNode.level == level, ArchiveNode.place == place)
        )
    if found is None:
        raise LookupError(f"the log has no subtree {level}/{place}")
    return str(found)


# What the database itself keeps from change.
TABLES = [ArchiveLeaf, ArchiveNode, ArchiveRoot]
