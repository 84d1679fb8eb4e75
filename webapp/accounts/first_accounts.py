"""A bureau's beginning from the shell: its row, and the three administrators by whom everything else is made."""

import re

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from uuid6 import uuid7

from webapp.accounts.admin import make_first_password
from webapp.accounts.models import AccountLog, Bureau, User
from webapp.accounts.people import People
from webapp.accounts.rules import NEVER_WITHOUT, SEPARATE, name_fault, tidy_username, username_fault
from webapp.db import db

accounts_group = AppGroup("accounts", help="A bureau's first accounts.")


@accounts_group.command("first")
@click.argument("name")
@click.option("--short", required=True, help="The bureau's short name, as pages show it.")
@click.option("--prefix", required=True, help="What its documents' numbers begin with, such as 汝人社检.")
@click.option("--region", required=True, help="Its region's code of six figures (GB/T 2260).")
@click.option("--district", "districts", multiple=True, help="A district or street; may be given many times.")
@click.option("--parent", help="The superior bureau's name.")
@click.option("--admin", required=True, help="The system administrator: username=name.")
@click.option("--security", required=True, help="The security administrator: username=name.")
@click.option("--auditor", required=True, help="The audit administrator: username=name.")
@with_appcontext
def first(
    name: str,
    short: str,
    prefix: str,
    region: str,
    districts: tuple[str, ...],
    parent: str | None,
    **given: str,
) -> None:
    """Make the bureau NAME and its three administrators; their first passwords are shown this once.

    Where the bureau has an administrator already, nothing is done: from then on people are made on its pages.
    """
    people = {role: _person(role, given[role]) for role in SEPARATE}
    if len({username for username, _name in people.values()}) < len(SEPARATE):
        raise click.ClickException("the three administrators are three people (三员分立)")
    if not re.fullmatch(r"\d{6}", region):
        raise click.ClickException(f"a region's code has six figures: {region}")
    bureau = _bureau(name, short, prefix, region, districts, parent)
    if any(People.holders(bureau.id, role) for role in NEVER_WITHOUT):
        raise click.ClickException(f"{name} has its administrators: make people on its pages")
    slips = [_make(bureau, role, *people[role]) for role in SEPARATE]
    db.session.commit()
    for username, password in slips:
        click.echo(f"{username}\t{password}")


def _person(role: str, given: str) -> tuple[str, str]:
    username, _sign, name = given.partition("=")
    fault = username_fault(tidy_username(username)) or name_fault(name.strip())
    if fault or User.by_username(tidy_username(username)):
        raise click.ClickException(f"--{role} {given}: {fault or 'username_taken'} (username=name is wanted)")
    return tidy_username(username), name.strip()


def _bureau(
    name: str, short: str, prefix: str, region: str, districts: tuple[str, ...], parent: str | None
) -> Bureau:
    found = db.session.scalars(select(Bureau).where(Bureau.name == name)).first()
    if found:
        return found
    above = db.session.scalars(select(Bureau).where(Bureau.name == parent)).first() if parent else None
    if parent and above is None:
        raise click.ClickException(f"there is no bureau {parent}")
    bureau = Bureau(
        id=str(uuid7()),
        name=name,
        short_name=short,
        number_prefix=prefix,
        region=region,
        districts=list(districts),
        parent_id=above.id if above else None,
    )
    db.session.add(bureau)
    db.session.flush()
    return bureau


def _make(bureau: Bureau, role: str, username: str, name: str) -> tuple[str, str]:
    user = User(id=str(uuid7()), username=username, name=name, roles=[role], bureau_id=bureau.id)
    password = make_first_password(user)
    db.session.add(user)
    db.session.flush()
    AccountLog.write(user, user, "created", roles=[role])
    return username, password
