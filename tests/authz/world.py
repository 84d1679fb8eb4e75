"""Two bureaus with canaries in what is theirs, one of everything that has an address, and who asks for it.

Every word of a bureau's own ends with the bureau's canary: where an answer carries the canary, it tells something.
"""

from __future__ import annotations

import functools
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import String, Table, select

from tests.conftest import KEYS, SETTINGS
from tests.field.test_amend import ask
from tests.field.test_approvals import request as approval
from tests.field.test_elsewhere import HEAD, begun, firms, table
from tests.field.test_hall import NUMBERS, SALT, frozen, published, said
from tests.followup.mine import Held
from tests.handset import Handset
from webapp import create_app
from webapp.accounts.models import AccountLog, Enrolment, Law, Quarantined, User
from webapp.accounts.views import limiter
from webapp.archive.models import Archive
from webapp.archive.search import SavedSearch
from webapp.db import db, now, today
from webapp.demo import library, load
from webapp.demo.library import identity
from webapp.demo.year import who
from webapp.draw.amendments import Amendment
from webapp.draw.elsewhere import DrawnList
from webapp.draw.gatherings import Gathering, Witness
from webapp.draw.models import Draw
from webapp.draw.seed import seal
from webapp.field import hall
from webapp.field.approvals import Approval
from webapp.field.merges import Merge
from webapp.field.models import Event, Inspection, InspectionDraw
from webapp.followup import acts
from webapp.followup.models import CalendarFeed
from webapp.followup.ratings import Rating
from webapp.forms.models import Release
from webapp.oversight.appraisals import Appraisal
from webapp.oversight.reports import Report
from webapp.oversight.returns import ReturnDraw
from webapp.oversight.signs import Sign
from webapp.plan.models import Plan
from webapp.publish.platform import Platform, PlatformList
from webapp.registry import import_views, imports
from webapp.registry.items import Item
from webapp.registry.models import Expert, Interest, Lending
from webapp.registry.subjects import Subject

Ids = dict[str, str]
FIRST, OTHER = "pd", "tj"
# What the public reads anyway: a canary there would sing everywhere.
PLANTED = {
    "subjects.tsv": ("name", "address", "representative"),
    "people.tsv": ("name",),
    "experts.tsv": ("name",),
}
PLANTED |= {"assignments.tsv": ("reason",)}
# Words that something else is computed from, or that name a thing: changed, they would not be that thing any more.
ENCODED = {
    "audit_line", "bureau", "blob", "form", "event", "draw_version", "return_file", "staged_row",
    "ended_session", "user.username", "user.password_hash", "archive.path", "publication.document",
    "publication.search", "publication.tokens", "publication.subject_key", "publication_stage.entered",
    "release.text", "release.sketch", "release.words", "quarantined.text", "witness.salt",
    "push_subscription.endpoint", "push_subscription.p256dh", "saved_search.query", "subject.latitude",
    "subject.longitude", "subject_past.latitude", "subject_past.longitude", "inspector.credential",
    "draw_subject.id", "draw_subject.salt", "draw_subject.stratum", "found.kinds", "amendment.subject",
    "amendment.out", "subject.district", "inspector.district", "expert.district", "subject_past.district",
    "found.district", "found.unit", "found.slot", "archive_index.district", "archive_index.item_codes",
    "publication.region", "report.target", "item.frequency", "item.level", "item.subject_kind",
    "item.category", "item.name", "inspection.number", "archive_index.number", "inspection.reason_text",
    "drawn_list.evidence",
}  # fmt: skip
# Who asks, by the column of the table; the bureau's own people, unless the name says otherwise.
PHONES = {"pair member 1": "inspector1", "pair member 2": "inspector2", "inspector": "inspector3"}
PHONES |= {"other inspector": "inspector1.tj", "revoked device": "inspector1"}
DESKS = {
    "supervisor": "supervisor", "other supervisor": "supervisor.tj", "publisher": "archivist",
    "system admin": "admin", "security admin": "security", "audit admin": "auditor", "planner": "planner",
    "disabled user": "disabled",
}  # fmt: skip
# The rest of the other bureau: they have no column, and must find nothing.
STRANGERS = {
    f"other {name}": f"{user}.{OTHER}"
    for name, user in DESKS.items()
    if name not in ("supervisor", "disabled user")
}
STRANGERS = {name: user for name, user in STRANGERS.items() if not name.startswith("other other")}
PRINCIPALS = [
    "anonymous", "link holder", "pair member 1", "pair member 2", "inspector", "other inspector", "supervisor",
    "other supervisor", "publisher", "system admin", "security admin", "audit admin", "revoked device", "disabled user",
    "planner",
]  # fmt: skip
# A merge that brought nothing, so that nothing stands against undoing it.
ADDED = {"items": [], "forms": [], "draws": [], "lists": [], "due": "2026-12-01", "reason_text": "x"}
EVERY_ROLE = ["admin", "planner", "inspector", "archivist", "supervisor", "auditor"]


def canary(bureau: str) -> str:
    """The canary of a bureau, by its key. ASCII: the one font of the papers has no other bird."""
    return f"Canary{bureau.upper()}"


@contextmanager
def planted() -> Iterator[None]:
    """The demo's tables, with a canary behind the words of each bureau."""
    real = library.table

    def sung(name: str) -> list[dict[str, str]]:
        rows = real(name)
        for row in rows:
            for column in PLANTED.get(name, ()):
                if row[column]:
                    row[column] += canary(row["bureau"])
        return rows

    with patch.object(library, "table", sung):
        _forget()
        yield
    _forget()


def _forget() -> None:
    """What the demo's functions remember of their tables."""
    for name, module in list(sys.modules.items()):
        if name.startswith("webapp.demo"):
            for held in vars(module).values():
                if isinstance(held, functools._lru_cache_wrapper):
                    held.cache_clear()


class World:
    """The folder of the data as it is before each request, the ids of both bureaus, and the cookies of who asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = app_on(folder)
        self.ids: Ids = {}
        self.others: Ids = {}
        self.cookies: dict[str, str] = {"anonymous": "", "link holder": ""}
        self.names: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        with self.app.app_context():
            upgrade()
        with planted():
            self._fill()
        plant(self.app)
        self._come_in()

    def desk(self, username: str) -> FlaskClient:
        """That person's browser, logged in."""
        browser = self.app.test_client()
        answer = browser.post("/login", data={"username": username, "password": load.PASSWORD})
        assert answer.status_code == 302, (username, answer.text)
        return browser

    def _fill(self) -> None:
        day = today()
        with self.app.app_context():
            load.load(KEYS | {"pd-15", "pd-16", "pd-18", "pd-25", "tj-08", "tj-09"})
            _people()
        with patch.object(imports, "start", _at_once), patch.object(import_views, "start", _at_once):
            self._draw()
        with self.app.app_context():
            load.load_ratings()
            load.load_publications()
            load.load_follow()
            load.load_signs(day)
            load.load_returns(day)
            load.load_results(day)
            load.load_reports(day)
            db.session.commit()
        self.ids |= self._followed()
        with self.app.app_context():
            self.ids |= self._rows(FIRST)
            self.others |= self._rows(OTHER)
            db.session.commit()

    def _draw(self) -> None:
        """A plan, a gathering with a witness, a list drawn elsewhere, a draw and its visits, an amendment, an approval."""
        for suffix, ids in (("", self.ids), (f".{OTHER}", self.others)):
            planner = self.desk(f"planner{suffix}")
            task = published(self.desk, suffix, by="all", bp="40", times="3")
            given = task | said(witnesses="")
            ids["gathering_id"] = (
                planner.post("/office/gatherings", data=given).location.partition("?")[0].rpartition("/")[2]
            )
            with self.app.app_context():
                ids["code"] = str(db.session.get_one(Gathering, ids["gathering_id"]).code)
            ids["key"] = uuid4().hex
            joining = {
                "name": f"周敏{canary(OTHER if suffix else FIRST)}",
                "capacity": "deputy",
                "sealed": seal("583921./", SALT),
                "key": ids["key"],
            }
            assert (
                planner.post(f"/api/v1/gatherings/{ids['code']}/witnesses", json=joining).status_code == 200
            )
            ids["draw_id"] = frozen(planner, task, local="any")
            with patch.object(hall, "now", lambda: now() + _hours(2)):
                assert (
                    planner.post(f"/office/draws/{ids['draw_id']}/numbers", data=NUMBERS).status_code == 302
                )
            ids["task_id"] = task["task"]
            with self.app.app_context():
                pool_id = next(iter(db.session.get_one(Draw, ids["draw_id"]).file()["pairs"]))["subject"]
                ids["drawn"] = next(iter(InspectionDraw.of_draw(ids["draw_id"]).values())).id
            ask(planner, ids["draw_id"], pool_id)
            planner.post("/office/approvals/ask", data=approval(chosen=ids["drawn"]))
            if not suffix:
                with self.app.app_context():
                    data = table([firms(1)[0].name, firms(1)[0].code, "", ""], head=HEAD)
                begun(planner, task, data)
            ids |= self._imports(planner)

    def _imports(self, planner: FlaskClient) -> Ids:
        """One table that was read of each kind, by the kind."""
        tables = {
            "subjects": "名称,统一社会信用代码\n某店,91410400MA3X00000A\n", "items": "抽查事项,检查依据\n某项,某条\n",
            "inspectors": "姓名,执法证号\n某人,41040099999\n", "experts": "姓名,单位\n某人,某院\n",
        }  # fmt: skip
        made = {}
        for kind, text in tables.items():
            file = {"file": (io.BytesIO(text.encode()), f"{kind}.csv")}
            answer = planner.post(f"/office/{kind}/import", data=file)
            assert answer.status_code == 302, (kind, answer.text)
            made[f"import_id {kind}"] = answer.location.rpartition("/")[2]
        return made

    def _followed(self) -> Ids:
        """What the subject of one visit was told, ordered and sent."""
        held = Held(self.app, name=identity("assignment", "pd-14"))
        paper = [("告知书.pdf", b"%PDF-1.4\ntold\n%%EOF\n")]
        ids = {
            "inspection_id": held.id,
            "record_hash": held.hash,
            "notice": held.notice(paper),
            "order": held.order(),
        }
        with self.app.app_context():
            steps = acts.after(_visit(held.id))
            newest = Archive.latest(_visit(held.id))
            said = {
                "package": newest.sha256,
                "version": newest.version,
                "receipt": "",
                "to": "市公安局",
                "kind": "justice",
            }
            ids["transfer"] = acts.write(
                self._user("archivist"), _visit(held.id), "transfer", said | {"reason": "移送"}
            )
            told = [
                event for event in _events() if event["type"] == "notice" and event["payload"].get("check")
            ]
            ids |= {"noticed": told[0]["inspection"], "check": told[0]["payload"]["check"]}
            ids["published"] = identity("assignment", "pd-16")
            watching = select(Witness.id).where(Witness.gathering_id == self.ids["gathering_id"])
            photos = [
                event for event in _events() if event["type"] == "photo" and event["inspection"] == held.id
            ]
            ids |= {
                "photo": photos[0]["payload"]["sha256"],
                "witness": str(db.session.scalars(watching).first()),
            }
            ids["sha256"] = steps.get(ids["notice"]).payload["files"][0]["sha256"]
            db.session.commit()
        return ids

    def _rows(self, key: str) -> Ids:
        """One id of each kind that a bureau has."""
        bureau, suffix = identity("bureau", key), "" if key == FIRST else f".{key}"
        author, inspector = who(bureau, "planner"), User.by_username(f"inspector1{suffix}")
        assert inspector
        models = (
            Amendment,
            Approval,
            DrawnList,
            Plan,
            Item,
            Subject,
            Expert,
            Appraisal,
            Report,
            Sign,
            Rating,
            ReturnDraw,
        )
        ids = {"bureau_id": bureau, "user_id": inspector.id, "planner": author.id}
        for model in models:
            found = db.session.scalars(
                select(model.id).where(model.bureau_id == bureau).order_by(model.id)
            ).first()
            ids[model.__tablename__] = str(found or "")
        released = db.session.scalars(
            select(Release).where(Release.bureau_id == bureau, Release.state == "published")
        ).first()
        draft = Release.start(author, "")
        draft.source, draft.source_name, draft.source_hash = b"PK", f"{canary(key)}.xlsx", "0" * 64
        ids |= {"release": draft.id, "released": released.id if released else draft.id}
        visits = db.session.scalars(
            select(Inspection).where(Inspection.bureau_id == bureau).order_by(Inspection.id)
        ).all()
        ids["inspection"] = next((one.id for one in visits if Archive.latest(one)), visits[0].id)
        merge = Merge(
            id=str(uuid4()),
            stays_id=visits[0].id,
            gone_id=visits[1].id,
            reason="x",
            added=ADDED,
            author_id=author.id,
        )
        search = SavedSearch(user_id=who(bureau, "archivist").id, name="x", query="q=x")
        interest = Interest(user_id=inspector.id, subject_id=ids["subject"], reason="x", author_id=author.id)
        rz = identity("bureau", "rz")
        lending = Lending(
            user_id=inspector.id,
            bureau_id=rz,
            document="x",
            begins=today(),
            ends=today(),
            author_id=author.id,
        )
        columns = [{"title": "编号", "field": "number", "text": ""}]
        platform = Platform.keep(who(bureau, "archivist"), None, "某平台", columns)
        db.session.flush()
        listed = PlatformList(
            id=str(uuid4()), platform_id=platform.id, name="某清单", author_id=author.id, count=0
        )
        db.session.add_all([listed, merge, search, interest, lending])
        db.session.flush()
        ids |= {
            "merge": merge.id,
            "search": str(search.id),
            "interest": str(interest.id),
            "lending": str(lending.id),
        }
        ids |= {"platform": platform.id, "token": CalendarFeed.make(inspector), "law": str(_law(bureau))}
        AccountLog.write(author, inspector, "changed", name=["x", canary(key)])
        return ids

    def _come_in(self) -> None:
        for name, username in (DESKS | STRANGERS).items():
            self._keep(name, username, self.desk(username))
        for name, username in PHONES.items():
            phone = Handset(self.app)
            assert phone.login(username).status_code == 200
            self._keep(name, username, phone.client)
            self.ids |= {f"device of {name}": phone.device}
        draft = self.desk("planner").get(f"/api/v1/forms/{self.ids['release']}").json
        self.sheet = {"seen": draft["seen"], "sheet": draft["sheet"]}
        with self.app.app_context():
            lost = self.ids["device of revoked device"]
            for enrolment in Enrolment.of_device(lost):
                enrolment.revoked_at, enrolment.revoke_reason = now(), canary(FIRST)
            Quarantined.keep(lost, self.ids["user_id"], [{"id": str(uuid4()), "said": canary(FIRST)}])
            db.session.flush()
            self.ids["quarantined"] = str(db.session.scalars(select(Quarantined.id)).first())
            self._user("disabled").active = False
            db.session.commit()

    def _keep(self, name: str, username: str, browser: FlaskClient) -> None:
        cookie = next(one for one in browser._cookies.values() if "session" in one.key)
        self.cookies[name] = f"{cookie.key}={cookie.value}"
        with self.app.app_context():
            self.names[name] = self._user(username).name

    @staticmethod
    def _user(username: str) -> User:
        user = User.by_username(username)
        assert user
        return user


def app_on(folder: Path) -> Flask:
    """The app on a folder; its tokens and limits have tests of their own."""
    app = create_app(SETTINGS | {"DATA": folder, "WTF_CSRF_ENABLED": False})
    limiter.enabled = False
    return app


def _visit(inspection_id: str) -> Inspection:
    return db.session.get_one(Inspection, inspection_id)


def _events() -> list[dict[str, Any]]:
    """Every event of the first bureau."""
    mine = select(Inspection.id).where(Inspection.bureau_id == identity("bureau", FIRST))
    rows = select(Event).where(Event.inspection_id.in_(mine)).order_by(Event.inspection_id, Event.position)
    return [row.body for row in db.session.scalars(rows)]


def _at_once(import_id: str, author: User) -> None:
    imports.work(import_id, author.id)


def _hours(count: int) -> Any:
    return timedelta(hours=count)


def _law(bureau: str) -> int:
    return Law.versions(bureau)[0].id


def _people() -> None:
    """Who the demo has not: the security administrators, and one who could do everything until the account was closed."""
    like = User.by_username("admin")
    other = User.by_username(f"admin.{OTHER}")
    assert like and other
    for username, roles, bureau in (
        ("security", ["security"], like.bureau_id),
        (f"security.{OTHER}", ["security"], other.bureau_id),
        ("disabled", EVERY_ROLE, like.bureau_id),
    ):
        if User.by_username(username) is None:
            user = User(id=str(uuid4()), username=username, name=username, roles=roles, bureau_id=bureau)
            user.password_hash = like.password_hash
            db.session.add(user)
    db.session.commit()


def owners(app: Flask) -> dict[tuple[str, int], str]:
    """Which bureau each row is of, by table and rowid: its own `bureau_id`, or that of what it points to."""
    found: dict[tuple[str, int], str] = {}
    keyed: dict[str, dict[Any, str]] = {}
    with app.app_context(), db.engine.connect() as connection:
        for one in db.metadata.sorted_tables:
            keyed[one.name] = {}
            for row in connection.exec_driver_sql(
                f'SELECT rowid AS "_rowid", * FROM "{one.name}"'  # noqa: S608
            ).mappings():
                owner = _owner(one, row, keyed)
                if owner:
                    found[(one.name, row["_rowid"])] = owner
                    for column in one.primary_key:
                        keyed[one.name].setdefault(row[column.name], owner)
    return found


def _owner(one: Table, row: Any, keyed: dict[str, dict[Any, str]]) -> str | None:
    if one.name == "bureau":
        return str(row["id"])
    # A person who was lent to another bureau stays of the own.
    if "bureau_id" in row and one.name != "lending":
        return str(row["bureau_id"])
    # A row of a visit is the visit's, whoever wrote it.
    keys = [key for key in one.foreign_keys if key.column.table.name != "bureau"]
    keys.sort(key=lambda key: (key.column.table.name == "user", key.parent.name))
    owners = (keyed[key.column.table.name].get(row[key.parent.name]) for key in keys)
    return next((owner for owner in owners if owner), None)


def words_of(one: Table) -> list[str]:
    """The columns of a table that hold a person's words: no key, no hash, no code."""
    return [
        column.name
        for column in one.columns
        if isinstance(column.type, String)
        and (column.type.length is None or column.type.length > 36)
        and not column.primary_key
        and not column.foreign_keys
        and not re.search(r"(^|_)(hash|sha256|key|token|id)$|^sealed$", column.name)
        and f"{one.name}.{column.name}" not in ENCODED
        and one.name not in ENCODED
    ]


def plant(app: Flask) -> None:
    """Put the bureau's canary behind every word of its own that is in the database."""
    keys = {identity("bureau", key): key for key in ("pd", "tj", "rz", "ca")}
    rows: dict[tuple[str, str], list[int]] = {}
    for (name, rowid), owner in owners(app).items():
        rows.setdefault((name, owner), []).append(rowid)
    with app.app_context(), db.engine.begin() as connection:
        for one in db.metadata.sorted_tables:
            for column in words_of(one):
                for owner, key in keys.items():
                    held = [(rowid,) for rowid in rows.get((one.name, owner), ())]
                    bird = canary(key)
                    sung = (
                        f'UPDATE "{one.name}" SET "{column}" = "{column}" || \'{bird}\''  # noqa: S608
                        f" WHERE rowid = ? AND \"{column}\" <> '' AND instr(\"{column}\", '{bird}') = 0"
                    )
                    if held:
                        connection.exec_driver_sql(sung, held)
