"""Asks the application one thing after another, each time of the same world, and says what came of it."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from tests.authz.guards import Guards
from tests.authz.world import FIRST, OTHER, Ids, World, canary, owners
from webapp.accounts.rules import ANYONE
from webapp.accounts.views import limiter
from webapp.canonical import sha256
from webapp.db import db
from webapp.demo.library import identity

ALLOW, DENY, NOT_FOUND = "allow", "deny", "not found"
# Who may see the page, and may not do this because of what the person did before: the page says so.
OWN_WORK = "own work"
WRONG = {"record_hash": "b" * 64, "token": "x" * 22, "key": "c" * 32, "code": "ZZZZZZZZ"}
BIRDS = {key: canary(key).encode() for key in ("pd", "tj", "rz", "ca")}
# What is written where somebody is refused: who was sent away is remembered.
REMEMBERED = {"audit_line", "quarantined"}
# When a session was last used is no secret and no deed; that it was left is set back with the rest.
PASSING = REMEMBERED | {"sign_in"}


@dataclass(frozen=True)
class Ask:
    """One request of one person."""

    who: str
    method: str
    rule: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    json: Any = field(default=None, hash=False, compare=False)


@dataclass(frozen=True)
class Told:
    """What came of it: the verdict, the birds that sang in the answer, and the rows that were written."""

    verdict: str
    status: int
    birds: frozenset[str]
    touched: frozenset[tuple[str, int, str]]
    said: str = ""


class Read(ImmutableMultiDict[str, str]):
    """What a request brought, that remembers what was looked for in it."""

    wanted: set[str] = set()

    def __getitem__(self, key: str) -> str:
        Read.wanted.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        Read.wanted.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, *more: Any, **options: Any) -> Any:
        Read.wanted.add(key)
        return super().get(key, *more, **options)

    def getlist(self, key: str, *more: Any, **options: Any) -> Any:
        Read.wanted.add(key)
        return super().getlist(key, *more, **options)


class Reader(Request):
    """A request whose fields are `Read`."""

    parameter_storage_class = Read


class Court:
    """One app, and its database set back after each request that wrote."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app
        self.app.request_class = Reader
        self.browser = self.app.test_client(use_cookies=False)
        path = world.folder / "yidang.db"
        _watched(path)
        self.live = sqlite3.connect(path, isolation_level=None)
        self.first = sqlite3.connect(":memory:")
        self.live.backup(self.first)
        self.owners = owners(self.app)
        with self.app.app_context():
            db.session.remove()
        self.guards = Guards()
        views = self.app.view_functions
        self.public = {
            rule.rule
            for rule in self.app.url_map.iter_rules()
            if ANYONE in views[rule.endpoint].audience  # type: ignore[attr-defined]
        }

    def ask(self, one: Ask, *, keep: bool = False) -> Told:
        """Ask, and set the database back (unless the answer is looked at first, `keep`)."""
        Read.wanted.clear()
        body: dict[str, Any] = {"json": one.json} if one.json is not None else {}
        if one.method != "GET" and not body:
            body = {"data": _multi(one.form)}
        headers = {"Cookie": self.world.cookies[one.who]} if self.world.cookies[one.who] else {}
        answer = self.browser.open(
            one.path, method=one.method, query_string=_multi(one.query), headers=headers, **body
        )
        data = answer.data
        answer.close()
        touched = frozenset(self.live.execute("SELECT tbl, row, act FROM touched"))
        birds = frozenset(key for key, bird in BIRDS.items() if bird in _open(data, self._own_name(one.who)))
        told = Told(
            verdict(answer, one.rule in self.public),
            answer.status_code,
            birds,
            touched - self._meant(touched),
            _said(data),
        )
        changed = {name for name, *_ in touched} - REMEMBERED
        if changed and not (keep and told.touched):
            self.set_back()
        elif touched and not changed:
            self.live.execute("DELETE FROM touched")
        return told

    @staticmethod
    def _meant(touched: frozenset[tuple[str, int, str]]) -> set[tuple[str, int, str]]:
        return {one for one in touched if one[0] in PASSING}

    def _own_name(self, who: str) -> bytes:
        return self.world.names.get(who, "").encode()

    def set_back(self) -> None:
        """The database as it was."""
        self.first.backup(self.live)

    def of_bureau(self, touched: frozenset[tuple[str, int, str]]) -> set[str]:
        """Whose rows were written; a new row is its parent's."""
        return {owner for name, row, _ in touched if (owner := self.owners.get((name, row)))}

    def close(self) -> None:
        """Let the files go, and let the limits count again."""
        limiter.enabled = True
        self.live.close()
        self.first.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def pointing(self, told: Told, ids: set[str]) -> set[str]:
        """Rows written anew that point at one of these ids. Asked before the database is set back: `ask(…, keep=True)`."""
        found = set()
        for name, row, act in told.touched:
            one = db.metadata.tables[name]
            columns = ", ".join(f'"{key.parent.name}"' for key in one.foreign_keys)
            # To whom a person was lent, may be anybody.
            if act != "DELETE" and columns and name != "lending":
                sql = f'SELECT {columns} FROM "{name}" WHERE rowid = ?'  # noqa: S608
                found |= {name for values in self.live.execute(sql, (row,)) if ids & set(values)}
        return found

    def dump(self) -> str:
        """The hash of every row of the database, but for what remembers who was sent away."""
        kept = (one.name for one in db.metadata.sorted_tables if one.name not in PASSING)
        rows = (self.live.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall() for name in kept)  # noqa: S608
        return sha256("\n".join(map(repr, rows)).encode())

    def files(self) -> list[str]:
        """Every file beside the database, but its own and the log of what was refused."""
        found = (path for path in self.world.folder.rglob("*") if path.is_file() and ".db" not in path.name)
        return sorted(f"{path.relative_to(self.world.folder)} {path.stat().st_size}" for path in found)


def _watched(path: Any) -> None:
    """Every table tells of each row that is written: what is rolled back, tells nothing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE touched (tbl TEXT, row INTEGER, act TEXT)")
        for one in db.metadata.sorted_tables:
            for act, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                connection.execute(
                    f'CREATE TRIGGER "touched_{one.name}_{act}" AFTER {act} ON "{one.name}" BEGIN'  # noqa: S608
                    f" INSERT INTO touched VALUES ('{one.name}', {row}.rowid, '{act}'); END"
                )
        connection.commit()


def _multi(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _open(data: bytes, own: bytes) -> bytes:
    """What an answer says, unpacked, without the name of who asked."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b"\n".join(parts.read(name) for name in parts.namelist())
    return data.replace(own, b"") if own else data


def _said(data: bytes) -> str:
    found = re.search(rb'"code":\s*"(\w+)"|<h1[^>]*>(.*?)</h1>', data, re.S)
    return next((part.decode("utf-8", "replace") for part in found.groups() if part), "") if found else ""


def verdict(answer: Any, public: bool) -> str:
    """Allowed, denied or not found; anything else by its status."""
    if answer.status_code == 404:
        return NOT_FOUND
    away = answer.status_code == 302 and not public
    to_the_door = away and urlsplit(answer.location).path == "/login"
    if answer.status_code in (401, 403) or to_the_door:
        return DENY
    bad = answer.status_code >= 500 or answer.status_code in (405, 429)
    return str(answer.status_code) if bad else ALLOW


class Places:
    """The address of each route with the ids of one bureau."""

    def __init__(self, court: Court) -> None:
        self.app, self.world = court.app, court.world

    def rules(self) -> Iterator[tuple[Rule, str]]:
        """Every route with each of its methods; HEAD where it has no GET."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda one: one.rule):
            methods = (rule.methods or set()) - {"OPTIONS"}
            for method in sorted(methods - {"HEAD"} if "GET" in methods or len(methods) > 1 else methods):
                yield rule, method

    def path(self, rule: Rule, ids: Ids, *, link: bool) -> str:
        """Where it is. `link`: with the keys that addresses have, which nobody guesses."""
        given = {name: self._value(rule, name, ids, link) for name in rule.arguments}
        _, built = rule.build((rule.defaults or {}) | given, append_unknown=False) or ("", rule.rule)
        return built

    def asking(self, rule: Rule, method: str, who: str, ids: Ids) -> Ask:
        """The question of one person about the things of one bureau."""
        said = tuple((name, ids.get(known, known)) for name, known in SAID.get(rule.endpoint, {}).items())
        path = self.path(rule, ids, link=who == "link holder")
        json = self._body(rule.endpoint, who) if method != "GET" else None
        return Ask(who, method, rule.rule, path, *((said, ()) if method == "GET" else ((), said)), json)

    def _body(self, endpoint: str, who: str) -> Any:
        """What a program sends, so that it is read at all."""
        if endpoint == "field.sync":
            device = self.world.ids.get(f"device of {who}", self.world.ids["device of pair member 1"])
            return {"device": device, "cursors": {}, "events": []}
        return self.world.sheet if endpoint == "form_editor.written" else None

    def _value(self, rule: Rule, name: str, ids: Ids, link: bool) -> Any:
        if not link and name in WRONG and not (name == "key" and rule.rule.startswith("/public/")):
            return WRONG[name]
        choices = re.search(rf"<any\(([^)]*)\):{name}>", rule.rule)
        if choices:
            return choices[1].split(",")[0].strip()
        known = AT.get(rule.endpoint, {}).get(name) or ARGUMENTS.get(name, name)
        if name == "import_id":
            known = f"import_id {rule.rule.split('/')[2]}"
        found = ids.get(known, known)
        return "1" if f"<int:{name}>" in rule.rule and not found.isdigit() else found


# The part of an address -> the name of an id in `World.ids`, or a value.
ARGUMENTS = {
    "amendment_id": "amendment", "appraisal_id": "appraisal", "approval_id": "approval",
    "device_id": "device of pair member 1", "event": "order", "event_id": "notice", "expert_id": "expert",
    "filename": "base.css", "form": "base", "interest_id": "interest", "item_id": "item", "lang": "en",
    "law_id": "law", "lending_id": "lending", "line": "1", "list_id": "drawn_list", "merge_id": "merge",
    "number": "1", "other_id": "released", "person": "user_id", "plan_id": "plan",
    "platform_id": "platform", "rating_id": "rating", "release_id": "release", "report_id": "report",
    "row_id": "quarantined", "search_id": "search", "sign_id": "sign", "subject_id": "subject", "year": "2026",
}  # fmt: skip
AT: dict[str, dict[str, str]] = {
    "mine.proving": {"event_id": "order"},
    "mine.prove": {"event_id": "order"},
    "results.check": {"inspection_id": "noticed", "token": "check"},
    "follow.act": {"kind": "extend"},
    "follow.package": {"event": "transfer"},
    "training.text": {"kind": "flow"},
    "training.write": {"kind": "flow"},
    "returns.draw": {"draw_id": "return_draw"},
    "returns.file": {"draw_id": "return_draw"},
    "returns.numbers": {"draw_id": "return_draw"},
}
AT |= {
    f"public_results.{name}": {"inspection_id": "published"} for name in ("one", "document", "pdf", "code")
}
AT |= {f"publishing.{name}": {"sha256": "photo"} for name in ("marking", "marked", "photo", "covered_photo")}
# What a form or a query has to name for the question to be about something: the field -> the name of an id, or a value.
SAID: dict[str, dict[str, str]] = {
    "hall.new": {"plan": "plan", "task": "task_id"},
    "hall.freeze": {"plan": "plan", "task": "task_id"},
    "elsewhere.new": {"plan": "plan", "task": "task_id"},
    "elsewhere.begin": {"plan": "plan", "task": "task_id"},
    "screen.gather": {"plan": "plan", "task": "task_id"},
    "screen.opening": {"witness": "witness"},
    "screen.strike": {"witness": "witness"},
    "amend.begun": {"inspection": "drawn"},
}


def foreign(who: str) -> set[str]:
    """The birds that this person must not hear."""
    return {"pd", "rz", "ca"} if who.startswith("other") else {OTHER}


def bureau_of(who: str) -> str:
    """The id of this person's bureau."""
    return identity("bureau", OTHER if who.startswith("other") else FIRST)
