"""`flask doctor`: whether all that an installation keeps is there, whole and in order. Looks, and changes nothing."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from webapp.accounts import audit
from webapp.accounts.models import Bureau
from webapp.archive import inventory
from webapp.archive.models import Archive
from webapp.archive.stamps import Stamp
from webapp.archive.timestamp import authority
from webapp.archive.transparency import ArchiveLeaf, size
from webapp.canonical import file_sha256
from webapp.db import db, now, parts
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Event, Inspection
from webapp.upkeep.backup import LAST
from webapp.words import _

OK, WARNING, FAULT = "ok", "warning", "fault"
STEP = 500
GIGABYTE = 1024**3
ROOM, LITTLE_ROOM = GIGABYTE, 10 * GIGABYTE
AHEAD = timedelta(minutes=5)
STAMP_WAIT, BACKUP_AGE = timedelta(days=1), timedelta(days=2)
MOST = 20


class Line(NamedTuple):
    """One thing that was looked at, and what was found."""

    level: str
    words: str


def examine() -> Iterator[Line]:
    """Look at everything; the first lines come at once. In the current language."""
    for check in CHECKS:
        found = 0
        for line in check():
            found += line.level == FAULT
            if found <= MOST:
                yield line
        if found > MOST:
            yield Line(FAULT, _("还有 %(n)s 条同类问题", n=found - MOST))
        # Nobody waits for a long look.
        db.session.rollback()


def _migrations() -> Iterator[Line]:
    folder = current_app.extensions["migrate"].directory
    wanted = ScriptDirectory(str(folder)).get_current_head()
    with db.engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    if there == wanted:
        yield Line(OK, _("数据库结构是最新的（%(revision)s）", revision=there))
    else:
        yield Line(
            FAULT,
            _(
                "数据库结构是 %(there)s，程序要 %(wanted)s：请运行 flask db upgrade",
                there=there,
                wanted=wanted,
            ),
        )


def _database() -> Iterator[Line]:
    if db.engine.dialect.name != "sqlite":
        return
    sound = db.session.scalar(text("PRAGMA quick_check"))
    level = OK if sound == "ok" else FAULT
    yield Line(level, _("数据库文件完好") if sound == "ok" else _("数据库文件损坏：%(detail)s", detail=sound))


def _events() -> Iterator[Line]:
    """Every log has the positions 1, 2, 3 … up to what its inspection says."""
    counted = select(
        Event.inspection_id, func.count().label("n"), func.max(Event.position).label("last")
    ).group_by(Event.inspection_id)
    kept = counted.subquery()
    rows = (
        select(Inspection.number, Inspection.position, kept.c.n, kept.c.last)
        .outerjoin(kept, kept.c.inspection_id == Inspection.id)
        .where((Inspection.position != func.coalesce(kept.c.n, 0)) | (kept.c.n != kept.c.last))
        .order_by(Inspection.number)
    )
    whole = True
    for number, position, count, last in db.session.execute(rows):
        whole = False
        yield Line(
            FAULT,
            _(
                "%(number)s 的事件日志断了：应有 %(position)s 条，有 %(count)s 条，最后一条是第 %(last)s",
                number=number,
                position=position,
                count=count or 0,
                last=last or 0,
            ),  # fmt: skip
        )
    if whole:
        yield Line(OK, _("事件日志没有缺号（%(n)s 条）", n=db.session.query(Event).count()))


def _blobs() -> Iterator[Line]:
    folder, count, whole = Path(current_app.config["BLOBS"]), 0, True
    for part in parts(list(db.session.scalars(select(Blob.sha256).order_by(Blob.sha256))), STEP):
        for name in part:
            count += 1
            words = _blob_fault(folder / name[:2] / name, name)
            if words:
                whole = False
                yield Line(FAULT, words)
    lost = select(BlobName.sha256).outerjoin(Blob, Blob.sha256 == BlobName.sha256)
    for name in db.session.scalars(lost.where(BlobName.received, Blob.sha256.is_(None)).distinct()):
        whole = False
        yield Line(FAULT, _("照片登记为已收到，却没有保存：%(name)s", name=name))
    if whole:
        yield Line(OK, _("照片和附件都在，校验值相符（%(n)s 个）", n=count))


def _blob_fault(path: Path, name: str) -> str | None:
    try:
        made = file_sha256(path)
    except OSError:
        return str(_("照片或附件的文件不见了：%(name)s", name=name))
    return None if made == name else str(_("照片或附件的文件被改动：%(name)s", name=name))


def _archives() -> Iterator[Line]:
    whole = True
    for fault in inventory.faults():
        whole = False
        yield Line(WARNING if fault[0] == "stray" else FAULT, inventory.said(fault, _))
    if whole:
        count = db.session.query(Archive).count()
        yield Line(
            OK,
            _("档案都在，与登记的校验值和归档日志相符（%(n)s 份，日志 %(size)s 条）", n=count, size=size()),
        )


def _audit() -> Iterator[Line]:
    whole, count = True, 0
    for chain in audit.chains():
        count += audit.head(chain)[0]
        for fault in audit.chain_faults(chain):
            whole = False
            yield Line(FAULT, _("审计日志 %(chain)s 断了：%(detail)s", chain=chain, detail=fault))
    if whole:
        yield Line(OK, _("审计日志连续，没有改动（%(n)s 条）", n=count))


def _keys() -> Iterator[Line]:
    folder = Path(current_app.config["DATA"]) / "keys"
    used = select(Inspection.bureau_id).join(Archive, Archive.inspection_id == Inspection.id).distinct()
    whole = True
    for bureau in db.session.scalars(select(Bureau).where(Bureau.id.in_(used)).order_by(Bureau.id)):
        if not (folder / f"{bureau.id}.pem").is_file():
            whole = False
            yield Line(
                FAULT, _("%(bureau)s 的签名私钥不见了：请从备份恢复，不要让程序另造一把", bureau=bureau.name)
            )
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.stat().st_mode & 0o077:
            whole = False
            yield Line(FAULT, _("私钥文件别人也能读：%(path)s（请改为 600）", path=path.name))
    if whole:
        yield Line(OK, _("签名私钥都在，只有本程序能读"))


def _stamps() -> Iterator[Line]:
    try:
        asked = authority()
    except (RuntimeError, OSError, ValueError) as error:
        yield Line(FAULT, _("时间戳的设置不对：%(detail)s", detail=error))
        return
    if asked is None:
        yield Line(OK, _("没有设时间戳机构"))
        return
    waits = select(func.count(), func.min(Archive.archived_at)).join(Stamp, Stamp.archive_id == Archive.id)
    count, oldest = db.session.execute(waits.where(Stamp.due.is_not(None))).one()
    late = oldest and oldest < now() - STAMP_WAIT
    words = _("%(n)s 份档案还没有时间戳", n=count) if count else _("档案都有时间戳")
    yield Line(WARNING if late else OK, words)


def _backups() -> Iterator[Line]:
    path = Path(current_app.config["DATA"]) / LAST
    try:
        said = json.loads(path.read_text())
        made = datetime.fromisoformat(said["made"])
    except (OSError, ValueError, LookupError, TypeError):
        yield Line(WARNING, _("还没有做过备份：flask backup"))
        return
    old = made < now() - BACKUP_AGE or not said.get("whole")
    yield Line(WARNING if old else OK, _("上次备份：%(time)s", time=said["made"]))


def _disk() -> Iterator[Line]:
    for name in ("DATA", "BLOBS"):
        path = Path(current_app.config[name])
        free = shutil.disk_usage(path if path.exists() else path.parent).free
        level = FAULT if free < ROOM else WARNING if free < LITTLE_ROOM else OK
        yield Line(level, _("%(path)s 还剩 %(free)s GB", path=path, free=f"{free / GIGABYTE:.1f}"))


def _clock() -> Iterator[Line]:
    """What was written last cannot lie after now: a clock that fell back would give wrong times to everything."""
    newest = [
        db.session.scalar(select(func.max(column))) for column in (Event.received_at, ArchiveLeaf.logged_at)
    ]
    latest = max(filter(None, newest), default=None)
    if latest and latest > now() + AHEAD:
        yield Line(
            FAULT, _("本机时钟慢了：数据库里有 %(time)s 的记录", time=latest.isoformat(timespec="seconds"))
        )
    else:
        yield Line(OK, _("本机时钟不早于最近的记录"))


CHECKS: tuple[Callable[[], Iterator[Line]], ...] = (
    _migrations,
    _database,
    _events,
    _blobs,
    _archives,
    _audit,
    _keys,
    _stamps,
    _backups,
    _disk,
    _clock,
)
