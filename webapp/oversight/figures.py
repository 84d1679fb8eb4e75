"""What the figures of oversight are counted from: groups made by the database, never a row for each inspection."""

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
from webapp.followup.happened import Happened
from webapp.followup.models import Timeline, Watch
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
ENDED = Timeline.ended.is_not(None)
DAY = func.coalesce(Timeline.ended, Inspection.due)
RANDOM = or_(Inspection.reason.in_(BY_DRAW), serves())
LEAD = aliased(Member)


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

    def rows(self, *columns: Any) -> Select[Any]:
        """A statement over the inspections that count, with what is known of each beside it."""
        rows = select(*columns).select_from(Inspection)
        rows = rows.outerjoin(Timeline, Timeline.inspection_id == Inspection.id)
        rows = rows.outerjoin(Found, Found.inspection_id == Inspection.id)
        rows = rows.where(Inspection.bureau_id.in_(self.bureaus), Inspection.state != CANCELLED)
        rows = rows.where(DAY.between(self.period.begins, self.period.ends))
        if self.unit:
            rows = self.by_unit(rows).where(Inspector.unit == self.unit)
        if self.item:
            listed = select(InspectionItem.inspection_id).join(Item, Item.id == InspectionItem.item_id)
            rows = rows.where(Inspection.id.in_(listed.where(Item.code == self.item)))
        return rows

    def by_unit(self, rows: Select[Any]) -> Select[Any]:
        """The same with the unit of who leads."""
        rows = rows.outerjoin(LEAD, and_(LEAD.inspection_id == Inspection.id, LEAD.place == 0))
        return rows.outerjoin(Inspector, Inspector.user_id == LEAD.user_id)


@dataclass(frozen=True)
class Board:
    """The figures of bureaus: counted once, read by page, table and paper. `watches`: law, calendar and today of each."""

    scope: Scope
    watches: Mapping[str, Watch]
    today: date

    @cached_property
    def cube(self) -> list[Json]:
        """Inspections by all that tells them apart here: `{bureau, month, unit, ended, random, problem, follow, withheld,
        told, published, count}`."""
        slots = Slots(self)
        unit = func.coalesce(Inspector.unit, "").label("unit")
        parts = [
            Inspection.bureau_id.label("bureau"),
            func.substr(_text(DAY), 1, 7).label("month"),
            unit,
            ENDED.label("ended"),
            RANDOM.label("random"),
            func.coalesce(Found.problem, False).label("problem"),
            func.coalesce(Found.follow, "").label("follow"),
            Timeline.withheld.is_not(None).label("withheld"),
            *(slots.standing(name).label(name) for name in ("told", "published")),
        ]
        rows = self.scope.rows(*parts)
        rows = rows if self.scope.unit else self.scope.by_unit(rows)
        one = slots.joined(rows).subquery()
        found = db.session.execute(select(*one.c, func.count().label("count")).group_by(*one.c))
        return [dict(row._mapping) for row in found]

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        """What was counted of each bureau."""
        found = {bureau: Tally() for bureau in self.scope.bureaus}
        for row in self.cube:
            found[row["bureau"]].add(row)
        self._subjects(found)
        self._items(found)
        self._risk(found)
        for bureau, people, seats in db.session.execute(self._people_of(Inspection.bureau_id)):
            found[bureau].people, found[bureau].seats = people, seats
        return found

    def law(self, bureau: str) -> Mapping[str, Mapping[str, Any]]:
        """The law of a bureau at the end of the period, as far as that is not to come."""
        return self.watches[bureau].law(min(self.scope.period.ends, self.today))

    def _subjects(self, found: dict[str, Tally]) -> None:
        """Different subjects visited by draw from the year's first day on, and those that come too often (TJ-10c)."""
        enterprises = [bureau for bureau in found if self.base_of(bureau) == "enterprises"]
        counts = or_(
            Inspection.bureau_id.not_in(enterprises), Found.kinds.contains(quoted(plan_rules.ENTERPRISE))
        )
        seen = case((and_(ENDED, counts, DAY <= self.scope.period.ends), 1), else_=0)
        of_one = self.scope.whole_year().rows(
            Inspection.bureau_id.label("bureau"), func.count().label("times"), func.max(seen).label("seen")
        )
        one = of_one.where(RANDOM).group_by(Inspection.bureau_id, Inspection.subject_id).subquery()
        rows = select(*one.c, func.count()).group_by(*one.c)
        for bureau, times, was_seen, count in db.session.execute(rows):
            cap = self.law(bureau).get("yearly_cap", {}).get("value")
            tally = found[bureau]
            tally.visited += count
            tally.subjects += count * was_seen
            tally.over_cap += count * (cap is not None and times > cap)
        for bureau, plan in self.plans.items():
            found[bureau].base = (plan.figures or {}).get("base")

    def base_of(self, bureau: str) -> str | None:
        """What the least share is a share of, by the law of a bureau."""
        return self.law(bureau).get("minimum_ratio_base", {}).get("value")

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
        within = and_(ENDED, DAY >= period.begins)
        since = replace(self.scope, period=Period(period.year))
        rows = since.rows(
            Inspection.bureau_id,
            Item.code,
            func.sum(case((within, 1), else_=0)).label("visits"),
            func.count(distinct(case((and_(ENDED, RANDOM), Inspection.subject_id)))).label("subjects"),
            func.sum(case((and_(within, FoundItem.findings > 0), 1), else_=0)).label("found"),
        ).where(DAY <= period.ends)
        rows = rows.join(InspectionItem, InspectionItem.inspection_id == Inspection.id)
        rows = rows.join(Item, Item.id == InspectionItem.item_id)
        same = and_(FoundItem.inspection_id == Inspection.id, FoundItem.item == Item.code)
        rows = rows.outerjoin(FoundItem, same).group_by(Inspection.bureau_id, Item.code)
        return {
            (row[0], row[1]): {name: row._mapping[name] for name in ("visits", "subjects", "found")}
            for row in db.session.execute(rows)
        }

    def _items(self, found: dict[str, Tally]) -> None:
        for bureau, listed in self.items.items():
            found[bureau].items = len(listed)
            found[bureau].items_visited = sum(item["subjects"] > 0 for item in listed)
            known = [item for item in listed if item["base"] is not None]
            if known and self.base_of(bureau) == "item_subjects":
                least = self.law(bureau).get("minimum_ratio_bp", {}).get("value") or 0
                found[bureau].items_reached = rules.reached(known, least)

    def _risk(self, found: dict[str, Tally]) -> None:
        """Subjects drawn, and those by tasks that tell risk levels apart (CA-2.3b), here and by other platforms."""
        draws = self.scope.rows(InspectionDraw.draw_id, func.count())
        draws = draws.join(InspectionDraw, InspectionDraw.inspection_id == Inspection.id)
        lists = self.scope.rows(DrawnRow.list_id, func.count())
        lists = lists.join(DrawnRow, DrawnRow.inspection_id == Inspection.id)
        counts = {
            Draw: dict(db.session.execute(draws.group_by(InspectionDraw.draw_id)).all()),
            DrawnList: dict(db.session.execute(lists.group_by(DrawnRow.list_id)).all()),
        }
        for drawn, task in _tasks(counts):
            count = counts[type(drawn)][drawn.id]
            found[drawn.bureau_id].by_draw += count
            found[drawn.bureau_id].by_risk += count * plan_rules.risk_based(task)

    def _people_of(self, bureau: Any) -> Select[Any]:
        """How many people went or are to go in each bureau, and how many times together."""
        rows = self.scope.rows(bureau, func.count(distinct(Member.user_id)), func.count())
        return rows.join(Member, Member.inspection_id == Inspection.id).group_by(bureau)

    @cached_property
    def load(self) -> list[Json]:
        """Who has most to do, the first `MOST_PEOPLE`: `{id, name, unit, ended, left}`."""
        theirs = aliased(Inspector)
        ended = func.sum(case((ENDED, 1), else_=0))
        rows = self.scope.rows(Member.user_id, User.name, theirs.unit, ended, func.count())
        rows = rows.join(Member, Member.inspection_id == Inspection.id)
        rows = rows.join(User, User.id == Member.user_id).join(theirs, theirs.user_id == Member.user_id)
        rows = rows.group_by(Member.user_id, User.name, theirs.unit)
        rows = rows.order_by(func.count().desc(), Member.user_id).limit(MOST_PEOPLE)
        return [
            {"id": user, "name": name, "unit": unit, "ended": done, "left": count - done}
            for user, name, unit, done, count in db.session.execute(rows)
        ]

    @cached_property
    def groups(self) -> list[Json]:
        """Ended inspections by what the library said of the subject: `{district, kinds, credit_risk, labour_grade,
        problem, count}`."""
        names = ("district", "kinds", "credit_risk", "labour_grade", "problem")
        columns = [getattr(Found, name) for name in names]
        rows = self.scope.rows(*columns, func.count().label("count")).where(
            ENDED, Found.district.is_not(None)
        )
        return [dict(row._mapping) for row in db.session.execute(rows.group_by(*columns))]

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
    """Until when inspections have to be told and published: one line for all that ended alike, joined by a text.

    A due day stands nowhere, as laws and calendars change; there are as many as days, not as inspections.
    """

    NOT_ASKED = "-"

    def __init__(self, board: Board) -> None:
        self.today = board.today.isoformat()
        first = [bureau for bureau, watch in board.watches.items() if publishes_first(watch)]
        shown = case((Inspection.bureau_id.in_(first), Timeline.published))
        held = case((Inspection.bureau_id.in_(first), Timeline.withheld))
        days = (Timeline.ended, Timeline.task_ends, Timeline.ruled, shown, held)
        self.key = Inspection.bureau_id
        for day in days:
            self.key = self.key.concat("|").concat(func.coalesce(_text(day), ""))
        rows = board.scope.rows(Inspection.bureau_id, *days).where(ENDED).distinct()
        lines = [self._line(board.watches[row[0]], *row) for row in db.session.execute(rows)]
        named = (column("key", String), column("told", String), column("published", String))
        lines = lines or [("", "", "")]
        self.table = values(*named, name="slot", literal_binds=True).data(lines).cte("slot")

    def _line(self, watch: Watch, bureau: str, *days: date | None) -> tuple[str, str, str]:
        ended, task_ends, ruled, published, withheld = days
        happened = Happened(
            ended=ended, task_ends=task_ends, ruled=ruled, published=published, withheld=withheld
        )
        dues = []
        for name in ("told", "published"):
            clock = watch.clock(name, happened)
            asked = self.NOT_ASKED if clock.state == "not_asked" else ""
            dues.append(clock.due.isoformat() if clock.due else asked)
        return "|".join([bureau, *(day.isoformat() if day else "" for day in days)]), dues[0], dues[1]

    def joined(self, rows: Select[Any]) -> Select[Any]:
        """A statement of the scope with the days beside each."""
        return rows.outerjoin(self.table, self.table.c.key == self.key)

    def standing(self, name: str) -> ColumnElement[str]:
        """How the clock of a name stands; empty for what did not end."""
        done = _text(Timeline.told if name == "told" else Timeline.completed)
        due = getattr(self.table.c, name)
        undated = or_(due == "", due == self.NOT_ASKED)
        return case(
            (Timeline.ended.is_(None), ""),
            (and_(done.is_not(None), or_(undated, done <= due)), rules.ON_TIME),
            (done.is_not(None), rules.LATE),
            (due == self.NOT_ASKED, rules.NOT_ASKED),
            (and_(due != "", due < self.today), rules.OVERDUE),
            else_=literal(rules.RUNNING),
        )


def publishes_first(watch: Watch) -> bool:
    """Whether any version of the law that a bureau's watch read lets it publish first (TJ-14c)."""
    return any(
        law.settings.get("feedback_before_publish", {}).get("value") is False
        for _bureau, laws in watch.laws.shelves
        for law in laws
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


def _tasks(counts: Mapping[Any, Mapping[str, int]]) -> Iterator[tuple[Any, Json]]:
    """The draws and lists that are counted, each with its task as its plan said it. What pairs were drawn for here came
    with a list, and is counted there."""
    for model in (Draw, DrawnList):
        rows = select(model).where(model.id.in_(counts[model]))
        for drawn in db.session.scalars(rows):
            if not (model is Draw and drawn.list_id):
                yield drawn, drawn.task


def quoted(kind: str) -> str:
    """A kind as it stands in `Found.kinds`."""
    return f"{BETWEEN}{kind}{BETWEEN}"


def _text(day: Any) -> ColumnElement[str]:
    """A day as text, alike on SQLite and PostgreSQL."""
    return cast(day, String)
