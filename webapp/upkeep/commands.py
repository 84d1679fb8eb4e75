"""What an operator does from the shell: `flask backup`, `restore`, `doctor`; `flask archive stamp`, `roots`, `audit`."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from flask_migrate import upgrade

from webapp.accounts import audit
from webapp.archive import inventory, transparency
from webapp.archive.timestamp import authority, stamp_due
from webapp.archive.wording import N_
from webapp.canonical import NotCanonical, parse
from webapp.db import db, today
from webapp.upkeep import doctor
from webapp.upkeep.backup import back_up
from webapp.upkeep.locked_keys import SHORTEST, WrongPassphrase
from webapp.upkeep.restore import NotRestored, restore
from webapp.upkeep.snapshot import NotMade
from webapp.words import LANGUAGES, _, in_words

FILE = click.Path(exists=True, path_type=Path)


@click.command("stamp")
@in_words
@with_appcontext
def stamp(lang: str) -> None:
    """Ask the timestamp authority (YIDANG_TSA_URL) for each archive that has none yet; for cron, every few minutes."""
    with force_locale(LANGUAGES[lang]):
        asked = authority()
        if asked is None:
            raise click.ClickException(_("没有设时间戳机构（YIDANG_TSA_URL 和 YIDANG_TSA_CERTIFICATES）"))
        counts = stamp_due(*asked)
        words = _("取得时间戳 %(stamped)s 个，被拒 %(refused)s 个，还等 %(waiting)s 个", **_counted(counts))
        click.echo(words)
        if counts["unreachable"]:
            raise click.ClickException(_("时间戳机构连不上，下次再试"))


def _counted(counts: Any) -> dict[str, int]:
    return {name: counts[name] for name in ("stamped", "refused", "waiting")}


@click.command("roots")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write all roots here as JSON.")
@with_appcontext
def roots(out: Path | None) -> None:
    """Fix the root of the log of archives for the last day that is over; for cron, daily after midnight in China."""
    transparency.publish(today())
    db.session.commit()
    rows = [transparency.told(row) for row in transparency.roots(limit=1_000_000)]
    text = json.dumps({"data": rows}, indent=1) + "\n"
    if out:
        part = out.with_name(f"{out.name}.part")
        part.write_text(text)
        part.replace(out)
    click.echo(f"{rows[-1]['day']} {rows[-1]['size']} {rows[-1]['root']}" if rows else "0")


@click.command("audit")
@click.option(
    "--published", multiple=True, type=FILE, help="roots.json as somebody kept it; may be given again."
)
@in_words
@with_appcontext
def compare(published: tuple[Path, ...], lang: str) -> None:
    """Compare log, database and store of the archives with each other, and with roots that were published."""
    kept = [row for path in published for row in _rows(path)]
    with force_locale(LANGUAGES[lang]):
        count = 0
        for fault in inventory.faults(kept):
            count += 1
            click.echo(inventory.said(fault, _))
        if count:
            sys.exit(1)
        click.echo(
            _(
                "归档日志 %(size)s 条，与数据库、文件和 %(roots)s 个公布的根校验值相符",
                size=transparency.size(),
                roots=len(kept),
            )
        )


def _rows(path: Path) -> list[transparency.Root]:
    try:
        rows = parse(path.read_bytes())["data"]
        return [{"day": str(row["day"]), "size": int(row["size"]), "root": str(row["root"])} for row in rows]
    except (NotCanonical, LookupError, TypeError, ValueError) as error:
        raise click.ClickException(f"{path}: {error!r}") from error


@click.command("backup")
@click.argument("where", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave the private keys out; keep them elsewhere.")
@in_words
@with_appcontext
def backup(where: Path, without_keys: bool, lang: str) -> None:
    """Copy database, blobs, archives and keys into the folder WHERE, or one file WHERE.tar, while people work.

    The keys are locked by YIDANG_BACKUP_PASSPHRASE.
    """
    with force_locale(LANGUAGES[lang]):
        passphrase = None if without_keys else _passphrase()
        if not without_keys and not passphrase:
            raise click.ClickException(
                _("请设 YIDANG_BACKUP_PASSPHRASE（至少 %(n)s 个字符），私钥用它加密", n=SHORTEST)
            )
        try:
            report = back_up(where, passphrase)
        except NotMade as error:
            raise click.ClickException(_("数据库没有备份成：%(detail)s", detail=error)) from error
        # Who has the file has everything: that it was made is on record.
        audit.write("backup", target=where.name, files=report.files, keys=bool(passphrase))
        db.session.commit()
        for name in report.lost:
            click.echo(_("不见了：%(name)s", name=name))
        for name in report.damaged:
            click.echo(_("与登记的校验值不符：%(name)s", name=name))
        click.echo(_("已备份 %(n)s 个文件，%(size)s MB", n=report.files, size=f"{report.size / 1e6:.1f}"))
        if report.lost or report.damaged:
            sys.exit(1)


def _passphrase() -> str | None:
    given = current_app.config.get("BACKUP_PASSPHRASE")
    # The environment gives numbers as numbers.
    return str(given) if given is not None and len(str(given)) >= SHORTEST else None


@click.command("restore")
@click.argument("where", type=FILE)
@in_words
@with_appcontext
def restore_backup(where: Path, lang: str) -> None:
    """Put back the backup WHERE into an installation that is empty, check all of it, and bring the tables up to date."""
    with force_locale(LANGUAGES[lang]):
        try:
            about = restore(where, _passphrase())
        except NotRestored as error:
            raise click.ClickException(_(WHY_NOT[error.code], detail=error.detail)) from error
        except WrongPassphrase as error:
            raise click.ClickException(
                _("YIDANG_BACKUP_PASSPHRASE 打不开备份里的私钥，没有恢复任何东西")
            ) from error
        except NotMade as error:
            raise click.ClickException(_("数据库没有恢复成：%(detail)s", detail=error)) from error
        upgrade()
        audit.write("restore", target=where.name, made=about["made"])
        db.session.commit()
        click.echo(_("已恢复 %(made)s 的备份", made=about["made"]))
        _look()


WHY_NOT = {
    "not_empty": N_("这里已有数据：只能恢复到空的数据库和数据文件夹（YIDANG_DATA、YIDANG_DATABASE_URL）"),
    "not_backup": N_("不是本程序的备份，或者不完整：%(detail)s"),
    "damaged": N_("备份里的文件不见了或被改动，没有恢复任何东西：%(detail)s"),
    "other_database": N_("备份来自另一种数据库（%(detail)s）：请先把 YIDANG_DATABASE_URL 设成同一种"),
    "passphrase": N_("备份里有加密的私钥：请设 YIDANG_BACKUP_PASSPHRASE"),
}


@click.command("doctor")
@in_words
@with_appcontext
def examine(lang: str) -> None:
    """Look for missing blobs, broken chains, wrong hashes, lost keys, old tables, little room, a wrong clock.

    One line each; ends with 1 where something is wrong.
    """
    with force_locale(LANGUAGES[lang]):
        _look()


def _look() -> None:
    wrong = 0
    for line in doctor.examine():
        wrong += line.level == doctor.FAULT
        click.echo(f"{SIGNS[line.level]}  {line.words}")
    if wrong:
        sys.exit(1)


SIGNS = {doctor.OK: "ok     ", doctor.WARNING: "warning", doctor.FAULT: "FAULT  "}

ARCHIVE_COMMANDS = (stamp, roots, compare)
COMMANDS = (backup, restore_backup, examine)
