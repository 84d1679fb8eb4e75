"""What is done from the shell: `flask serve`, `flask demo …`, `flask archive …`, `flask draw …`, `flask form …`."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import click
import qrcode
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo, with_appcontext
from flask_babel import force_locale, gettext
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from waitress import serve as waitress_serve

from webapp.accounts.first_accounts import accounts_group
from webapp.accounts.models import Bureau, User
from webapp.archive.models import known_keys
from webapp.archive.reindex import reindex
from webapp.archive.verify import examine
from webapp.db import db, today
from webapp.demo.load import PASSWORD, load
from webapp.demo.world import people
from webapp.draw.layout import read
from webapp.draw.proof import against, check
from webapp.draw.wording import said
from webapp.evidence.audit_cli import audit_group
from webapp.field.opening import OPENERS, open_due
from webapp.field.reminders import remind
from webapp.followup.matters import settle_due
from webapp.forms import xlsform
from webapp.forms.wording import words
from webapp.forms.workbook import BYTES
from webapp.oversight.signs_views import signs_group
from webapp.publish.export import Export
from webapp.publish.rebuild import publish_group
from webapp.registry.imports import work
from webapp.upkeep.commands import ARCHIVE_COMMANDS, COMMANDS
from webapp.words import LANGUAGES, _, in_words

demo_group = AppGroup("demo", help="The demo bureaus.")
archive_group = AppGroup("archive", help="Archives.")
registry_group = AppGroup("registry", help="The libraries.")
draw_group = AppGroup("draw", help="Draws.")
form_group = AppGroup("form", help="Forms.")
site_group = AppGroup("site", help="The public site.")


# The largest that is asked for is a table of a million subjects; a server keeps a body on its disk before the app sees it.
MAX_BODY = 260 * 1024 * 1024


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo_group)
    app.cli.add_command(accounts_group)
    app.cli.add_command(archive_group)
    app.cli.add_command(audit_group)
    app.cli.add_command(registry_group)
    app.cli.add_command(draw_group)
    app.cli.add_command(form_group)
    app.cli.add_command(signs_group)
    app.cli.add_command(site_group)
    app.cli.add_command(publish_group)
    app.cli.add_command(serve)
    for command in ARCHIVE_COMMANDS:
        archive_group.add_command(command)
    for command in COMMANDS:
        app.cli.add_command(command)
    app.cli.add_command(remind_due)


@demo_group.command("load")
@with_appcontext
def load_demo() -> None:
    """Load the demo bureaus; what is there already stays."""
    _must_be_migrated()
    if current_app.config["PRODUCTION"] or db.session.query(Bureau).filter_by(demo=False).first():
        raise click.ClickException("this is a production system: the demo is not loaded here")
    click.echo(f"demo: {load()} inspections added")


@registry_group.command("work", hidden=True)
@click.argument("import_id")
@click.argument("author_id")
@with_appcontext
def work_on_import(import_id: str, author_id: str) -> None:
    """Do the next part of an import's work; the server starts this beside itself."""
    work(import_id, author_id)


@archive_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_words
def verify_archive(file: Path, lang: str) -> None:
    """Say whether an archive is whole, and if not, what is not."""
    with force_locale(LANGUAGES[lang]):
        report = examine(file.read_bytes(), _keys(), gettext)
        for fault in report.faults:
            click.echo(_("不完整：%(fault)s", fault=fault))
        if report.faults:
            sys.exit(1)
        click.echo(_("完整：%(name)s", name=file.name))
        facts = {name: report.facts[name] for name in ("bureau", "fingerprint")}
        if report.facts["registered"]:
            click.echo(_("%(bureau)s 签名，公钥指纹 %(fingerprint)s，与本机登记的一致。", **facts))
        else:
            click.echo(
                _("%(bureau)s 签名，公钥指纹 %(fingerprint)s，本机没有登记，请与机构公布的核对。", **facts)
            )


@draw_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--announced",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file that was published at the freeze: is it the same draw?",
)
@in_words
def verify_draw(file: Path, announced: Path | None, lang: str) -> None:
    """Make a draw again from its file alone, and say in a line whether it comes out the same."""
    faults = check(file.read_bytes())
    if announced and not faults:
        faults = check(announced.read_bytes()) or against(announced.read_bytes(), file.read_bytes())
    with force_locale(LANGUAGES[lang]):
        if faults:
            more = f" (+{len(faults) - 3})" if len(faults) > 3 else ""
            told = "; ".join(said(fault, gettext) for fault in faults[:3])
            click.echo(f"{file.name}: {_('与抽取时不一致')}: {told}{more}")
            sys.exit(1)
        click.echo(f"{file.name}: {_drawn(read(file.read_bytes()))}")


@draw_group.command("open")
@click.argument("username")
@with_appcontext
def open_names(username: str) -> None:
    """Open, in the name of USERNAME, the names of all drawn subjects of the bureau whose visits are over; once a day."""
    author = User.by_username(username)
    if author is None or not author.active or not OPENERS & set(author.roles):
        raise click.ClickException(f"{username} is no planner or archivist here")
    opened = open_due(author)
    for task, count in opened:
        click.echo(f"{count} names opened: {task}")
    if not opened:
        click.echo("nothing to open")


def _drawn(file: dict[str, Any]) -> str:
    size, drawn = len(file["pool"]), sum(stratum["quota"] for stratum in file["strata"])
    if not file["sources"]:
        return f"{_('已冻结，尚未抽取')}; {_('%(n)s 个对象', n=size)}"
    pairs, swaps = len(file["pairs"]), len(file["swaps"])
    counts = _(
        "%(n)s 个对象，抽取 %(drawn)s 个，检查组 %(pairs)s 个，替换 %(swaps)s 次",
        n=size, drawn=drawn, pairs=pairs, swaps=swaps,
    )  # fmt: skip
    return "; ".join([_("与抽取时一致"), *([_("已取消")] if file["cancelled"] else []), counts])


@form_group.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_appcontext
def check_forms(paths: tuple[Path, ...]) -> None:
    """Read XLSForm files, and of a folder all below it; say in a line each whether it can become a form.

    Accepted, and with how many questions, or refused, with sheet, row and reason, in the language of LANG. Ends with 1
    where one is refused, missing or unreadable.
    """
    refused = 0
    chinese = _tongue().startswith("zh")
    with force_locale(LANGUAGES["zh" if chinese else "en"]):
        for file in _forms_of(paths):
            reading = _read(file)
            refused += reading is None or reading.form is None
            click.echo(f"{file}: {' '.join(_judged(reading, chinese).split())}")
    if refused:
        sys.exit(1)


def _tongue() -> str:
    """The language that the shell asks for, as POSIX looks for it."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def _forms_of(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files that are named, and those of the folders; what a spreadsheet program has open is none."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*.xls*")):
            if file.is_file() and not file.name.startswith(("~$", ".")):
                yield file


def _read(file: Path) -> xlsform.Reading | None:
    try:
        with file.open("rb") as opened:
            return xlsform.read(opened.read(BYTES + 1), file.stem)
    except OSError:
        return None


def _judged(reading: xlsform.Reading | None, chinese: bool) -> str:
    if reading is None:
        return "没有这个文件，或者读不了" if chinese else "missing, or not to be read"
    if reading.form:
        count = xlsform.count(reading.form)
        return f"可用，{count} 道题" if chinese else f"accepted, {count} question{'' if count == 1 else 's'}"
    faults = reading.faults
    more = f" (+{len(faults) - 10})" if len(faults) > 10 else ""
    said = " | ".join(words(fault, lambda text: str(_(text))) for fault in faults[:10])
    return f"{'不可用' if chinese else 'refused'}: {said}{more}"


@site_group.command("export", with_appcontext=False)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--address", required=True, help="Where the copy will be read: https://…, without what comes behind."
)
@click.option("--sheets/--no-sheets", default=True, help="Each result's PDF too (the slow part).")
@click.pass_context
def export_site(context: click.Context, folder: Path, address: str, sheets: bool) -> None:
    """Write the whole public site into FOLDER as plain files; run again, only what changed is made.

    A run that was cut is gone on with. What was withdrawn goes first.
    """
    app = context.ensure_object(ScriptInfo).load_app()
    began = monotonic()
    counts = Export(app, folder, address, sheets=sheets, tell=click.echo).go()
    made = counts["written"] + counts["same"]
    said = ", ".join(f"{counts[name]} {name}" for name in ("written", "same", "kept", "removed"))
    click.echo(f"{said}; {made / max(monotonic() - began, 0.001):.0f} pages a second")


@archive_group.command("reindex")
@with_appcontext
def reindex_archives() -> None:
    """Make the index of the archives anew, from the logs."""
    _must_be_migrated()
    count, damaged = reindex()
    click.echo(f"{count} archives indexed")
    for number in damaged:
        click.echo(f"the file is damaged or gone: {number}", err=True)
    if damaged:
        sys.exit(1)


def _must_be_migrated() -> None:
    if not inspect(db.engine).has_table("bureau"):
        where = current_app.config["DATA"]
        raise click.ClickException(
            f"there are no tables yet ({where}): run `flask serve` or `flask db upgrade` first"
        )


def _keys() -> dict[str, str]:
    try:
        return known_keys()
    except SQLAlchemyError:
        # Anyone may check an archive, where there is no database too.
        return {}


@click.command("remind")
@with_appcontext
def remind_due() -> None:
    """Send today's reminders of due visits; a second run on the same day sends nothing twice.

    Entries in lists that begin or end today are laid on their subjects, or lifted.
    """
    _must_be_migrated()
    settled = settle_due(today())
    db.session.commit()
    counts = {**remind(today()), "settled": settled}
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Migrate, load the demo where the database is empty, and serve (HOST, PORT)."""
    upgrade()
    if not current_app.config["PRODUCTION"] and db.session.query(Bureau).first() is None:
        click.echo("the database is empty: loading the demo bureaus")
        load()
    db.session.remove()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    _greet(host, port)
    waitress_serve(
        current_app._get_current_object(),
        host=host,
        port=port,
        threads=8,
        ident=None,
        max_request_body_size=MAX_BODY,
    )  # type: ignore[attr-defined]


def _greet(host: str, port: int) -> None:
    address = f"http://{_reachable(host)}:{port}"
    code = qrcode.QRCode(border=1)
    code.add_data(address)
    click.echo(f"\n  Yidang 一档   {address}\n")
    code.print_ascii(invert=True)
    if host in ("127.0.0.1", "localhost"):
        click.echo("  Only this machine can reach it; for a phone in the same network: HOST=0.0.0.0 make run")
    if not current_app.config["PRODUCTION"]:
        names = [person["username"] for person in people() if "." not in person["username"]]
        click.echo(
            f"  Demo accounts: {', '.join(names)}\n  (other bureaus: with .rz .ca .tj)   password: {PASSWORD}\n"
        )
    sys.stdout.flush()


def _reachable(host: str) -> str:
    if host != "0.0.0.0":  # noqa: S104 - compared with, not bound to
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # No packet is sent: the system only says from which address it would send one.
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
