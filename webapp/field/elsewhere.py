"""平台抽取: a list that another platform drew becomes inspections, on the steps of every import; and is taken back.

The list says who was drawn, and often by whom they are inspected. Good rows wait for no bad ones; where a list names
nobody, the pair is drawn here (`draw.given`) or chosen by hand.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import db, now, parts, today
from webapp.draw import asking, elsewhere_rules, terms
from webapp.draw.asking import Ask, named
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.elsewhere_rules import World
from webapp.draw.models import Draw, inspectors_of
from webapp.draw.names import Names
from webapp.draw.pairs import Roster
from webapp.errors import Problem
from webapp.field import drawn, relief, rules
from webapp.field.merges import Merge
from webapp.field.models import Inspection, InspectionForm, InspectionItem, Member
from webapp.forms.models import Form
from webapp.registry.item_rules import KEY
from webapp.registry.items import Item
from webapp.registry.list_imports import ListImport, StagedRow
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject
from webapp.registry.table_rules import ListRow

# What can still be called off without anything being lost.
UNBEGUN = ("assigned", "cancelled")
UNDONE = "平台抽取名单已撤销"


class DrawnImport(ListImport):
    """The table of a list that another platform drew. A staged row's `does` is `agreed` once somebody confirmed it."""

    __mapper_args__ = {"polymorphic_identity": "draws"}
    NAMES, NEEDED = elsewhere_rules.NAMES, elsewhere_rules.NEEDED
    REMOVES = False

    @property
    def given(self) -> DrawnList:
        """Whose draw it was, and for which task."""
        return db.session.get_one(DrawnList, self.id)

    def judge(self, rows: list[ListRow]) -> None:
        """By the libraries as they stand."""
        elsewhere_rules.judge(rows, world(self.given, _meant(self.bureau_id, rows)))

    def take(self) -> None:
        """Make what the good rows say, all or none. Where the libraries changed meanwhile, it is shown anew first."""
        self.lock("taking")
        rows, staged = self._judged(), self._by_line()
        if self._seen() != [_seen(row.line, row.state, row.values) for row in rows]:
            self._stage(rows)
            self.state, self.problem = "read", "library_changed"
            return db.session.commit()
        good = [row for row in rows if staged[row.line].does in ("new", "agreed")]
        Draw.check_amount(self.given.plan_version, self.given.task, len(good))
        author = db.session.get_one(User, self.author_id)
        for row in good:
            why = staged[row.line].before.get("why")
            db.session.add(DrawnRow(list_id=self.id, subject_id=row.key, line=row.line, why=why))
        db.session.flush()
        pairs = {str(row.key): row.values["people"] for row in good if row.values["people"]}
        inspect(author, self.given, pairs, today())
        self.state, self.taken_at = "taken", now()
        db.session.commit()

    def undo(self, author: User) -> None:
        """Call off what came of it, as long as nobody began; all or none. Raises `list_begun`, `list_paired`."""
        self.lock("undoing")
        check_undo(self.given)
        for row in self.given.rows:
            inspection = Inspection.locked(row.inspection_id) if row.inspection_id else None
            if inspection and inspection.state not in UNBEGUN:
                raise Problem("list_begun")
            if inspection and inspection.state == "assigned":
                relief.call_off(author, inspection, UNDONE)
        self.state, self.undone_at, self.undone_by = "undone", now(), author.id
        db.session.commit()

    def _seen(self) -> list[Any]:
        rows = self._by_line().values()
        return [_seen(row.line, "ask" if row.does == "agreed" else row.does, row.values) for row in rows]

    def agree(self, line: int, why: str) -> bool:
        """Somebody says that a row is right; a limit that is passed wants the reason. False where it is still missing."""
        row = db.session.get(StagedRow, (self.id, line))
        if row is None or row.does not in ("ask", "agreed"):
            return True
        if not why and set(row.values["asks"]) & set(elsewhere_rules.LIMITS):
            return False
        row.does, row.before = "agreed", {"why": why or None}
        self._count_anew()
        return True

    def disagree(self, line: int) -> None:
        """It is not right after all."""
        row = db.session.get(StagedRow, (self.id, line))
        if row is not None and row.does == "agreed":
            row.does, row.before = "ask", {}
            self._count_anew()

    def _count_anew(self) -> None:
        states = [row.does for row in self._by_line().values()]
        self.counts = {state: states.count(state) for state in set(states)}


def check_undo(given: DrawnList) -> None:
    """Raises `list_begun` where a pair began, `list_merged` where a visit serves something else as well, `list_paired`
    where pairs were drawn that stand."""
    draws = select(Draw.id).where(Draw.list_id == given.id, Draw.state != "cancelled")
    if db.session.scalars(draws).first():
        raise Problem("list_paired")
    ids = [row.inspection_id for row in given.rows if row.inspection_id]
    if Merge.of(ids):
        raise Problem("list_merged")
    for part in parts(ids):
        begun = select(Inspection.id).where(Inspection.id.in_(part), Inspection.state.notin_(UNBEGUN))
        if db.session.scalars(begun).first():
            raise Problem("list_begun")


def world(given: DrawnList, subjects: Iterable[Subject]) -> World:
    """The libraries as they stand, as the rows of a list are compared with them."""
    found, bureau, task = list(subjects), given.bureau, given.task
    law, listed = bureau.law(today()), {item.code: item for item in Item.listed(bureau.id)}
    key_items = all(code in listed and listed[code].category == KEY for code in task["items"])
    said = Ask(given.begins, given.ends, [], asking.local_by(law))
    asked = terms.complete(asking.rules_of(task, said, law, bureau.name, "", now(), key_items))
    known = drawn.known(bureau.id, given.begins.year, given.plan_version, task)
    visits = {one.id: len(known.visits.get(one.id, ())) for one in found}
    cap = None if key_items else asked["eligible"]["cap"]
    return World(
        [_subject(one) for one in found], staff(given, found), asked, task["districts"], cap, visits,
        given.batch_mates(), known.taken,
    )  # fmt: skip


def staff(given: DrawnList, subjects: Iterable[Subject]) -> list[dict[str, Any]]:
    """Who may inspect, as a draw takes them, with name and credential."""
    names, law = Names(False), given.bureau.law(today())
    names.ids = {subject.id: subject.id for subject in subjects}
    lines = [f"{subject.id}\t{named(subject.district)}\t-\t1" for subject in subjects]
    known = drawn.known(given.bureau_id, given.begins.year)
    rows = inspectors_of(given.bureau, given.begins, given.ends, law, known, lines, names)
    held = select(Inspector).where(Inspector.user_id.in_([row["id"] for row in rows]))
    people = {one.user_id: one for one in db.session.scalars(held)}
    return [
        {
            "id": row["id"],
            "name": people[row["id"]].user.name,
            "credential": people[row["id"]].credential,
            "row": row,
        }
        for row in rows
    ]


def choose(author: User, given: DrawnList, subject_id: str, people: list[str]) -> Inspection:
    """A pair for one subject of the list, chosen by hand. The list's import row must be locked.

    Raises `list_row` where it needs none, `pair_too_small`, `list_pair` where somebody may not inspect there.
    """
    row = db.session.get(DrawnRow, (given.id, subject_id))
    if row is None or row.inspection_id or given.source.state != "taken":
        raise Problem("list_row")
    able = world(given, [row.subject])
    roster = Roster([person["row"] for person in able.staff], "I", "", able.rules)
    if len(set(people)) < able.rules["team"]["size"]:
        raise Problem("pair_too_small")
    region = named(row.subject.district)
    if not set(people) <= roster.people.keys():
        raise Problem("list_pair")
    unfit = any(elsewhere_rules.unfit(roster, one, region, subject_id) for one in people)
    if unfit or elsewhere_rules.lacks(roster, people, region):
        raise Problem("list_pair")
    return inspect(author, given, {subject_id: people}, today())[0]


def inspect(author: User, given: DrawnList, pairs: dict[str, list[str]], day: date) -> list[Inspection]:
    """An inspection for each subject of the list with its pair, the leader first. Raises `item_off_list`."""
    listed, codes = {item.code: item for item in Item.listed(given.bureau_id)}, given.task["items"]
    if not set(codes) <= listed.keys():
        raise Problem("item_off_list")
    forms = Form.in_use(given.bureau_id, codes, day)
    rows = {row.subject_id: row for row in given.rows if row.subject_id in pairs}
    made = []
    for number, (subject_id, people) in zip(
        Inspection.numbers(given.bureau, day.year, len(pairs)), pairs.items(), strict=True
    ):
        inspection = Inspection(
            id=str(uuid7()), bureau_id=given.bureau_id, number=number, due=given.ends, assigned_by=author.id,
            subject=rows[subject_id].subject, reason=rules.ELSEWHERE, reason_text=_why(given, rows[subject_id]),
            members=[Member(user_id=name, place=place) for place, name in enumerate(people)],
            listed=[InspectionItem(item=listed[code], place=place) for place, code in enumerate(codes)],
            forms=[InspectionForm(form_hash=form.hash, place=place) for place, form in enumerate(forms)],
        )  # fmt: skip
        db.session.add(inspection)
        made.append(inspection)
    db.session.flush()
    for inspection in made:
        rows[inspection.subject_id].inspection_id = inspection.id
    db.session.flush()
    return made


def _why(given: DrawnList, row: DrawnRow) -> str:
    more = f"；{row.why}" if row.why else ""
    return f"{given.task['name']}：由{given.said}{more}"


def _meant(bureau_id: str, rows: list[ListRow]) -> list[Subject]:
    """The subjects of the library that rows may mean: by their code, or by their name."""
    codes = sorted({row.cells.get("code", "").replace(" ", "").upper() for row in rows} - {""})
    names = sorted({row.cells.get("name", "") for row in rows} - {""})
    found: dict[str, Subject] = {}
    for column, words in ((Subject.code, codes), (Subject.name, names)):
        for part in parts(words):
            rows_of = (Subject.bureau_id == bureau_id, column.in_(part))
            found |= {one.id: one for one in db.session.scalars(select(Subject).where(*rows_of))}
    return list(found.values())


def _subject(one: Subject) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "name", "code", "kinds", "district", "state")}


def _seen(line: int, does: str, values: dict[str, Any]) -> Any:
    return [line, does, values]
