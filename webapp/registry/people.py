"""People from a table: what the rows are compared with, and their writing into accounts and credentials, all or nothing."""

from datetime import date
from typing import Any

from sqlalchemy import select
from uuid6 import uuid7

from webapp.accounts.models import ROLES, AccountLog, Bureau, User
from webapp.accounts.roles import ROLE_NAMES
from webapp.db import db
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.people_rules import OF_INSPECTOR, Row, World

IMPORTED = "从表格导入"
LISTS_EMPTY: dict[str, Any] = {"specialties": [], "items": [], "district": "", "phone": ""}


def world(bureau: Bureau, usernames: set[str], today: date) -> World:
    """What a table of a bureau's people is compared with; `usernames` are those in the table."""
    people = db.session.scalars(select(User).where(User.bureau_id == bureau.id))
    others = select(User.username).where(User.username.in_(usernames), User.bureau_id != bureau.id)
    inspectors = {
        inspector.user_id: inspector
        for inspector in db.session.scalars(select(Inspector).where(Inspector.bureau_id == bureau.id))
    }
    accounts = {user.username: _plain(user, inspectors.get(user.id)) for user in people}
    return World(
        today=today,
        roles=ROLE_NAMES,
        accounts=accounts,
        taken=set(db.session.scalars(others)),
        districts=bureau.districts,
        items=[item.code for item in Item.listed(bureau.id)],
        credentials={
            account["credential"]: username
            for username, account in accounts.items()
            if account.get("credential")
        },
    )


def store(author: User, rows: list[Row], fresh: list[User]) -> list[User]:
    """Write the good rows; gives the new people. `fresh` are accounts with a first password and nothing else yet."""
    made = []
    for row in rows:
        if row.state == "new":
            user = fresh.pop()
            user.id, user.username, user.bureau_id = str(uuid7()), row.values["username"], author.bureau_id
            made.append(user)
        elif row.state == "changed":
            user = db.session.scalars(select(User).where(User.username == row.values["username"])).one()
        else:
            continue
        _write(author, user, row)
    db.session.flush()
    return made


def _write(author: User, user: User, row: Row) -> None:
    user.name = row.values["name"]
    wanted = [role for role in ROLES if role in row.values["roles"]]
    # Roles are given by the security administrator alone; the table proposes.
    user.roles, user.wanted = user.roles or [], wanted if wanted != user.roles else None
    db.session.add(user)
    db.session.flush()
    if "inspector" in wanted:
        inspector = db.session.get(Inspector, user.id)
        said = {column: row.values[column] for column in OF_INSPECTOR if column in row.values}
        if inspector is None:
            values = LISTS_EMPTY | said
            inspector = Inspector(
                user_id=user.id, bureau_id=user.bureau_id, author_id=author.id, reason=IMPORTED, **values
            )
            db.session.add(inspector)
        else:
            inspector.change(author, said, IMPORTED)
    AccountLog.write(author, user, "imported", roles=wanted, changed=row.changes)


def _plain(user: User, inspector: Inspector | None) -> dict[str, Any]:
    account = {
        "username": user.username,
        "name": user.name,
        "roles": sorted(user.roles if user.wanted is None else user.wanted),
        "active": user.active,
    }
    return account | ({column: getattr(inspector, column) for column in OF_INSPECTOR} if inspector else {})
