"""What the figures of oversight are counted from: groups made by the database, never a row for each inspection.

What ended is counted from `Found` alone; what did not end yet, of which there is never much, from the inspections.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.orm import aliased

from webapp.accounts.models import Bureau, User
from webapp.db import db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.field.drawn import CANCELLED
from webapp.field.models import Inspection, InspectionDraw, InspectionItem, Member
from webapp.field.rules import BY_DRAW
from webapp.field.yearly import serves
from webapp.followup.models import Watch
from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_rules import Period, Tally
from webapp.oversight.found import BETWEEN, Found, FoundItem
from webapp.plan import rules as plan_rules
from webapp.plan.models import Plan, PlanVersion, census
from webapp.registry.item_rules import KEY
from webapp.registry.items import Item
from webapp.registry.models import Inspector

Json = dict[str, Any]
MOST_PEOPLE = 30
RANDOM = or_(Inspection.reason.in_(BY_DRAW), serves())
# What did not end is in one of these, or was opened again.
NOT_ENDED = ("assigned", "open")


@dataclass(frozen=True)
class Scope:
    """What is counted: the inspections of some bureaus in a period, by draw and by hand; those of one unit (that of who
    leads the pair), with one item (its code)."""

    bureaus: tuple[str, ...]
    period: Period
    unit: str = ""
    item: str = ""

    def whole_year(self) -> "Scope":
        """The same of the whole year."""
        return replace(self, period=Period(self.period.year))

    def ended(self, *columns: Any) -> Select[Any]:
        """A statement over those that ended in the period."""
        rows = select(*columns).select_from(Found).where(Found.bureau_id.in_(self.bureaus))
        rows = rows.where(Found.ended.between(self.period.begins, self.period.ends))
        rows = rows.where(Found.unit == self.unit) if self.unit else rows
        if self.item:
            listed = select(FoundItem.inspection_id).where(FoundItem.item == self.item)
            rows = rows.where(Found.inspection_id.in_(listed))
        return rows

    def left(self, *columns: Any) -> Select[Any]:
        """A statement over those that are due in the period and did not end yet."""
        over = select(Found.inspection_id).where(Found.inspection_id == Inspection.id).exists()
        rows = select(*columns).select_from(Inspection).where(Inspection.bureau_id.in_(self.bureaus), ~over)
        rows = rows.where(Inspection.state.in_(NOT_ENDED))
        rows = rows.where(Inspection.due.between(self.period.begins, self.period.ends))
        lead = aliased(Member)
        if self.unit:
            rows = rows.join(lead, and_(lead.inspection_id == Inspection.id, lead.place == 0))
            rows = rows.join(Inspector, Inspector.user_id == lead.user_id).where(Inspector.unit == self.unit)
        if self.item:
            listed = select(InspectionItem.inspection_id).join(Item, Item.id == InspectionItem.item_id)
            rows = rows.where(Inspection.id.in_(listed.where(Item.code == self.item)))
        return rows


@dataclass(frozen=True)
class Board:
    """The figures of bureaus: counted once, read by page, table and paper. `watches`: law, calendar and today of each."""

    scope: Scope
    watches: Mapping[str, Watch]
    today: date

    @cached_property
    def cube(self) -> list[Json]:
        """Inspections by all that tells them apart here: `{bureau, month, unit, ended, problem, follow, withheld, told,
        published, count}`."""
        slots = Slots(self)
        parts = [
            Found.bureau_id.label("bureau"),
            _month(Found.ended).label("month"),
            Found.unit.label("unit"),
            Found.problem.label("problem"),
            Found.follow.label("follow"),
            Found.withheld.label("withheld"),
            *(slots.standing(name).label(name) for name in ("told", "published")),
        ]
        one = slots.joined(self.scope.ended(*parts)).subquery()
        ended = select(*one.c, func.count().label("count")).group_by(*one.c)
        left = self.scope.left(Inspection.bureau_id, _month(Inspection.due).label("month")).subquery()
        rows = db.session.execute(select(*left.c, func.count()).group_by(*left.c))
        return [
            *({"ended": True, **row._mapping} for row in db.session.execute(ended)),
            *(
                {"ended": False, "bureau": row[0], "month": row[1], "unit": "", "count": row[2]}
                for row in rows
            ),
        ]

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        """What was counted of each bureau."""
        found = {bureau: Tally() for bureau in self.scope.bureaus}
        for row in self.cube:
            found[row["bureau"]].add(row)
        self._subjects(found)
        self._items(found)
        if not (self.scope.unit or self.scope.item):
            self._risk(found)
        for row in self.people:
            found[row["bureau"]].people += 1
            found[row["bureau"]].seats += row["ended"] + row["left"]
        return found

    def law(self, bureau: str) -> Mapping[str, Mapping[str, Any]]:
        """The law of a bureau at the end of the period, as far as that is not to come."""
        return self.watches[bureau].law(min(self.scope.period.ends, self.today))

    def base_of(self, bureau: str) -> str | None:
        """What the least share is a share of, by the law of a bureau."""
        return self.law(bureau).get("minimum_ratio_base", {}).get("value")

    def in_base(self) -> ColumnElement[bool]:
        """Whether the base of the bureau's law counts the subject of an ended inspection (mission 1, disagreement 3)."""
        only = [bureau for bureau in self.scope.bureaus if self.base_of(bureau) == "enterprises"]
        return or_(Found.bureau_id.not_in(only), Found.kinds.contains(quoted(plan_rules.ENTERPRISE)))

    def visits(self) -> Any:
        """Visits by draw of the whole year, those to come too: `bureau, subject, seen`, `seen` where it ended within the
        period or before and counts for the base."""
        year, last = self.scope.whole_year(), self.scope.period.ends
        seen = case((and_(self.in_base(), Found.ended <= last), 1), else_=0)
        ended = year.ended(
            Found.bureau_id.label("bureau"), Found.subject_id.label("subject"), seen.label("seen")
        )
        left = year.left(Inspection.bureau_id, Inspection.subject_id, literal(0)).where(RANDOM)
        return union_all(ended.where(Found.random), left).subquery()

    def _subjects(self, found: dict[str, Tally]) -> None:
        """Different subjects visited by draw from the year's first day on, and those that come too often (TJ-10c)."""
        visits = self.visits()
        one = select(visits.c.bureau, func.count().label("times"), func.max(visits.c.seen).label("seen"))
        one = one.group_by(visits.c.bureau, visits.c.subject).subquery()
        for bureau, times, seen, count in db.session.execute(select(*one.c, func.count()).group_by(*one.c)):
            cap = self.law(bureau).get("yearly_cap", {}).get("value")
            tally = found[bureau]
            tally.visited += count
            tally.subjects += count * seen
            tally.over_cap += count * (cap is not None and times > cap)
        for bureau, plan in self.plans.items():
            figures = plan.figures or {}
            found[bureau].base = (
                figures.get("bases", {}).get(self.scope.item) if self.scope.item else figures.get("base")
            )

    @cached_property
    def plans(self) -> dict[str, PlanVersion]:
        """The plan of the year that is published, by bureau: its base is that of the time of the plan (RZ-11)."""
        mine = (Plan.bureau_id.in_(self.scope.bureaus), Plan.year == self.scope.period.year)
        rows = select(Plan.bureau_id, PlanVersion).join(PlanVersion, PlanVersion.plan_id == Plan.id)
        found = db.session.execute(rows.where(*mine, PlanVersion.state == "published"))
        return {bureau: version for bureau, version in found}

    @cached_property
    def items(self) -> dict[str, list[Json]]:
        """The items on the list of each bureau: `{code, name, base, ratio_bp, minimum, key, visits, subjects, found}`.

        `visits` of the period and `found` of them with problems in it; different `subjects` by draw since the year began;
        `base` as the plan counted it, None without one.
        """
        visits = self._item_visits()
        rows = select(Item).where(Item.bureau_id.in_(self.scope.bureaus), Item.active)
        rows = rows.where(Item.code == self.scope.item) if self.scope.item else rows
        found: dict[str, list[Json]] = defaultdict(list)
        for item in db.session.scalars(rows.order_by(Item.bureau_id, Item.serial, Item.code)):
            plan = self.plans.get(item.bureau_id)
            found[item.bureau_id].append(
                {
                    "code": item.code,
                    "name": item.name,
                    "base": ((plan.figures or {}).get("bases", {}) if plan else {}).get(item.code),
                    "ratio_bp": item.ratio_bp,
                    "minimum": item.minimum,
                    "key": item.category == KEY,
                    **visits.get((item.bureau_id, item.code), {"visits": 0, "subjects": 0, "found": 0}),
                }
            )
        return found

    def _item_visits(self) -> dict[tuple[str, str], Json]:
        period = self.scope.period
        within = Found.ended >= period.begins
        rows = replace(self.scope, period=Period(period.year)).ended(
            Found.bureau_id,
            FoundItem.item,
            func.sum(case((within, 1), else_=0)).label("visits"),
            func.count(distinct(case((Found.random, Found.subject_id)))).label("subjects"),
            func.sum(case((and_(within, FoundItem.findings > 0), 1), else_=0)).label("found"),
        )
        rows = rows.where(Found.ended <= period.ends)
        rows = rows.join(FoundItem, FoundItem.inspection_id == Found.inspection_id)
        rows = rows.where(FoundItem.item == self.scope.item) if self.scope.item else rows
        return {
            (row[0], row[1]): {name: row._mapping[name] for name in ("visits", "subjects", "found")}
            for row in db.session.execute(rows.group_by(Found.bureau_id, FoundItem.item))
        }

    def _items(self, found: dict[str, Tally]) -> None:
        for bureau, listed in self.items.items():
            found[bureau].items = len(listed)
            found[bureau].items_visited = sum(item["subjects"] > 0 for item in listed)
            known = [item for item in listed if item["base"] is not None]
            if known and self.base_of(bureau) == "item_subjects":
                least = self.law(bureau).get("minimum_ratio_bp", {}).get("value") or 0
                found[bureau].items_reached = rules.reached(known, least)

    def drawn(self) -> Iterator[tuple[Any, bool]]:
        """The draws, here and by other platforms, whose visits begin in the period, each with whether its task tells risk
        levels apart (CA-2.3b). What pairs were drawn for here came with a list, and is counted there."""
        for model in (Draw, DrawnList):
            rows = select(model).where(model.bureau_id.in_(self.scope.bureaus))
            rows = rows.where(model.begins.between(self.scope.period.begins, self.scope.period.ends))
            for one in db.session.scalars(rows):
                if not (model is Draw and one.list_id):
                    yield one, plan_rules.risk_based(one.task)

    def _risk(self, found: dict[str, Tally]) -> None:
        drawn = list(self.drawn())
        for model, link, key in (
            (Draw, InspectionDraw, InspectionDraw.draw_id),
            (DrawnList, DrawnRow, DrawnRow.list_id),
        ):
            named = {one.id: (one.bureau_id, by_risk) for one, by_risk in drawn if isinstance(one, model)}
            rows = select(key, func.count()).join(Inspection, Inspection.id == link.inspection_id)
            rows = rows.where(key.in_(named), Inspection.state != CANCELLED).group_by(key)
            for name, count in db.session.execute(rows):
                bureau, by_risk = named[name]
                found[bureau].by_draw += count
                found[bureau].by_risk += count * by_risk

    @cached_property
    def people(self) -> list[Json]:
        """Who went or is to go, who has most to do first: `{bureau, id, ended, left}`."""
        ended = self.scope.ended(Found.bureau_id, Member.user_id, func.count())
        ended = ended.join(Member, Member.inspection_id == Found.inspection_id)
        left = self.scope.left(Inspection.bureau_id, Member.user_id, func.count())
        left = left.join(Member, Member.inspection_id == Inspection.id)
        found: dict[tuple[str, str], Json] = {}
        for name, rows, bureau in (("ended", ended, Found.bureau_id), ("left", left, Inspection.bureau_id)):
            for of, user, count in db.session.execute(rows.group_by(bureau, Member.user_id)):
                one = found.setdefault((of, user), {"bureau": of, "id": user, "ended": 0, "left": 0})
                one[name] = count
        return sorted(found.values(), key=lambda one: (-one["ended"] - one["left"], one["id"]))

    @cached_property
    def load(self) -> list[Json]:
        """The first `MOST_PEOPLE` of them, with `name` and `unit`."""
        first = self.people[:MOST_PEOPLE]
        rows = select(User.id, User.name, Inspector.unit).join(Inspector, Inspector.user_id == User.id)
        found = db.session.execute(rows.where(User.id.in_([one["id"] for one in first])))
        named = {user: {"name": name, "unit": unit} for user, name, unit in found}
        return [one | named[one["id"]] for one in first]

    @cached_property
    def groups(self) -> list[Json]:
        """Ended inspections by what the library said of the subject: `{district, kinds, credit_risk, labour_grade,
        problem, count}`."""
        names = ("district", "kinds", "credit_risk", "labour_grade", "problem")
        columns = [getattr(Found, name) for name in names]
        rows = self.scope.ended(*columns, func.count().label("count")).group_by(*columns)
        return [dict(row._mapping) for row in db.session.execute(rows)]

    def split(self, name: str) -> list[Json]:
        """The same by one of them: `{name, ended, found}`, most problems first; a subject of two kinds counts in both."""
        found: dict[str, Json] = {}
        for row in self.groups:
            for one in row[name].strip(BETWEEN).split(BETWEEN) if name == "kinds" else (row[name],):
                known = found.setdefault(one, {"name": one, "ended": 0, "found": 0})
                known["ended"] += row["count"]
                known["found"] += row["count"] * row["problem"]
        return sorted(found.values(), key=lambda row: (-row["found"], -row["ended"], row["name"]))

    def by(self, name: str) -> dict[str, Tally]:
        """The cube by `month` or `unit`."""
        found: dict[str, Tally] = {}
        for row in self.cube:
            found.setdefault(row[name], Tally()).add(row)
        return found


class Slots:
    """Until when inspections have to be told and published: one line for all that ended alike, joined by their `slot`.

    A due day stands nowhere, as laws and calendars change; there are as many as days, not as inspections.
    """

    NOT_ASKED = "-"

    def __init__(self, board: Board) -> None:
        self.today = board.today.isoformat()
        alike = board.scope.ended(Found.bureau_id, Found.slot).distinct()
        lines = [
            self._line(board.watches[bureau], bureau, slot) for bureau, slot in db.session.execute(alike)
        ]
        names = ("bureau", "slot", "told", "published")
        named = (column(name, String) for name in names)
        given = (
            values(*named, name="given", literal_binds=True).data(lines or [("", "", "", "")]).cte("given")
        )
        # Said to be texts and made once, SQLite looks each up by an index; else it reads all lines for each inspection.
        lines_of = select(*(cast(given.c[name], String).label(name) for name in names))
        self.table = lines_of.cte("slots").prefix_with("MATERIALIZED")

    def _line(self, watch: Watch, bureau: str, slot: str) -> tuple[str, str, str, str]:
        happened, dues = rules.of_slot(slot), []
        for name in ("told", "published"):
            clock = watch.clock(name, happened)
            asked = self.NOT_ASKED if clock.state == "not_asked" else ""
            dues.append(clock.due.isoformat() if clock.due else asked)
        return bureau, slot, dues[0], dues[1]

    def joined(self, rows: Select[Any]) -> Select[Any]:
        """A statement of what ended, with the days beside each."""
        same = and_(self.table.c.bureau == Found.bureau_id, self.table.c.slot == Found.slot)
        return rows.outerjoin(self.table, same)

    def standing(self, name: str) -> ColumnElement[str]:
        """How the clock of a name stands."""
        done = cast(Found.told if name == "told" else Found.completed, String)
        due = getattr(self.table.c, name)
        undated = or_(due == "", due == self.NOT_ASKED)
        return case(
            (and_(done.is_not(None), or_(undated, done <= due)), rules.ON_TIME),
            (done.is_not(None), rules.LATE),
            (due == self.NOT_ASKED, rules.NOT_ASKED),
            (and_(due != "", due < self.today), rules.OVERDUE),
            else_=literal(rules.RUNNING),
        )


def count_base(board: Board, bureau: Bureau) -> None:
    """Where no plan says what the least share is a share of, count the library as it stands."""
    tally, law = board.tallies[bureau.id], board.law(bureau.id)
    if bureau.id in board.plans or not law.get("minimum_ratio_base", {}).get("value"):
        return
    counted = census(bureau.id)
    tally.base = plan_rules.base(counted, {name: said["value"] for name, said in law.items()})
    if tally.base is None:
        for item in board.items[bureau.id]:
            kinds = next(one.kinds for one in Item.listed(bureau.id) if one.code == item["code"])
            item["base"] = plan_rules.of_item({"kinds": kinds}, counted)
        board._items({bureau.id: tally})


def below(bureau: Bureau) -> list[Bureau]:
    """The bureaus below a bureau in the tree, at any depth, each after the one that it stands under (PD-4.4)."""
    tree = select(Bureau.id).where(Bureau.parent_id == bureau.id).cte("tree", recursive=True)
    tree = tree.union_all(select(Bureau.id).join(tree, Bureau.parent_id == tree.c.id))
    rows = db.session.scalars(select(Bureau).join(tree, Bureau.id == tree.c.id))
    children: dict[str | None, list[Bureau]] = defaultdict(list)
    for one in sorted(rows, key=lambda one: (one.region, one.name)):
        children[one.parent_id].append(one)
    return list(_under(bureau.id, children))


def _under(parent: str, children: Mapping[str | None, list[Bureau]]) -> Iterator[Bureau]:
    for one in children.get(parent, []):
        yield one
        yield from _under(one.id, children)


def quoted(kind: str) -> str:
    """A kind as it stands in `Found.kinds`."""
    return f"{BETWEEN}{kind}{BETWEEN}"


def _month(day: Any) -> ColumnElement[str]:
    """The month of a day as text, alike on SQLite and PostgreSQL."""
    return func.substr(cast(day, String), 1, 7)
