"""`flask audit verify`: whether the audit log is as it was written."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from webapp.accounts.audit import chain_faults, chains, head
from webapp.evidence.audit_lines import file_faults

audit_group = AppGroup("audit", help="The audit log.")


@audit_group.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify(file: Path | None) -> None:
    """Check every line of every bureau's audit log, or of an exported FILE, and FILE against the database.

    A file that was exported earlier and kept elsewhere also shows whether the end of the log was cut since. Ends with 1
    where something is wrong.
    """
    found = _of_file(file) if file else _of_database()
    for fault in found:
        click.echo(fault, err=True)
    if found:
        sys.exit(1)


def _of_file(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="\n") as lines:
        found = [f"{file.name}: {fault}" for fault in file_faults(line.rstrip("\n") for line in lines)]
    if not found:
        click.echo(f"{file.name}: whole")
    return found


def _of_database() -> list[str]:
    found = []
    for chain in chains():
        wrong = [f"{chain}: {fault}" for fault in chain_faults(chain)]
        number, last = head(chain)
        click.echo(f"{chain}: {number} lines, {f'{len(wrong)} faults' if wrong else 'whole'}, head {last}")
        found += wrong
    return found
