"""抽取 as an act (RZ-13): frozen, drawn, changed, cancelled. Every file that was published stays as it was."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship, selectinload
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.canonical import sha256
from webapp.db import UTCDateTime, db, now
from webapp.draw import asking, batches, layout, strata, swaps, terms
from webapp.draw import rules as drawing
from webapp.draw.asking import Ask, Known, NotAsked
from webapp.draw.elsewhere import DrawnList
from webapp.draw.freeze import eligible, freeze
from webapp.draw.names import DrawSubject, Names, random_salt
from webapp.errors import Problem
from webapp.plan import chances
from webapp.plan.models import PlanVersion
from webapp.plan.rules import Task
from webapp.registry.item_rules import KEY
from webapp.registry.items import Item
from webapp.registry.models import Expert, Inspector, Interest, Lending
from webapp.registry.subjects import Subject

SUBJECT = (
    "id", "name", "code", "kinds", "district", "credit_risk", "labour_grade", "state",
    "complaints", "penalties", "abnormal", "dishonest",
)  # fmt: skip
STREAMED = 1000


@dataclass(frozen=True)
class Frozen:
    """What a freeze holds fast: the lines of the pool, the rules, who may inspect, and who each id of the pool is."""

    pool: list[str]
    rules: terms.Rules
    inspectors: list[dict[str, Any]]
    experts: list[dict[str, Any]]
    names: Names
    # The plan's strata in which nobody is, and whether the planner said that they may stay empty.
    empty: list[str] = field(default_factory=list)
    empty_said: bool = False
    # The window of each batch, where there are several (PD-2.1b).
    windows: list[batches.Window] = field(default_factory=list)

    @property
    def strata(self) -> list[tuple[str, int, int]]:
        """Name, subjects, how many are drawn. Where a total is spread, ties fall by the key, which nobody knows yet."""
        sizes = Counter(self._stratum(line) for line in self.pool)
        quotas = strata.quotas(dict(sizes), self.rules, "")
        return [(name, sizes[name], quotas[name]) for name in sorted(sizes)]

    @property
    def amount(self) -> int:
        """How many are drawn in all."""
        return sum(quota for _, _, quota in self.strata)

    @property
    def batch_sizes(self) -> list[int]:
        """How many are in each batch; none where there is one."""
        count = len(self.windows)
        return batches.sizes((quota for *_, quota in self.strata), count) if count else []

    @property
    def shortages(self) -> dict[str, Any]:
        """Where no team could be made, by region, and why."""
        return drawing.shortages(self.pool, self.rules, self.inspectors, self.experts)

    def _stratum(self, line: str) -> str:
        _, region, risk, _ = line.split("\t")
        return strata.NAMED[self.rules["by"]](region, risk)


class Draw(db.Model):
    """One draw of a task. `state` is what its last file says: frozen, drawn, cancelled."""

    __tablename__ = "draw"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    plan_version_id: Mapped[str] = mapped_column(ForeignKey("plan_version.id"), index=True)
    task_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(16))
    begins: Mapped[date]
    ends: Mapped[date]
    windows: Mapped[list[batches.Window]] = mapped_column(JSON, default=list)
    frozen_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # The list of another platform whose subjects get their pairs by this draw; most draws have none (RZ-9).
    list_id: Mapped[str | None] = mapped_column(ForeignKey("drawn_list.id"), index=True)
    bureau: Mapped[Bureau] = relationship()
    given: Mapped[DrawnList | None] = relationship()
    plan_version: Mapped[PlanVersion] = relationship()
    versions: Mapped[list["DrawVersion"]] = relationship(order_by="DrawVersion.number")

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Draw"]:
        """The draws of a bureau, the latest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id)
        return list(db.session.scalars(rows.order_by(cls.frozen_at.desc(), cls.id.desc())))

    @classmethod
    def locked(cls, draw_id: str, bureau_id: str) -> "Draw":
        """The draw under its row lock: of two who draw at once the second finds it drawn. Raises `not_found`."""
        rows = select(cls).where(cls.id == draw_id, cls.bureau_id == bureau_id).with_for_update()
        draw = db.session.scalar(rows.execution_options(populate_existing=True))
        if draw is None:
            raise Problem("not_found")
        return draw

    @classmethod
    def freeze(
        cls,
        author: User,
        version: PlanVersion,
        task: Task,
        frozen: Frozen,
        draw_id: str | None = None,
        given: DrawnList | None = None,
    ) -> "Draw":
        """Freeze and announce (design 2.6 step 1). Never more than the plan promises for the year (PD-3.2); who was
        `given` by another platform's list counts already.

        Raises `draw_plan`, `draw_times`, `draw_over` with how many are `left`, `draw_empty_stratum`, `draw_team`,
        `draw_refused`.
        """
        db.session.execute(select(PlanVersion.id).where(PlanVersion.id == version.id).with_for_update())
        if version.state != "published":
            raise Problem("draw_plan")
        if given is None:
            cls.check_amount(version, task, frozen.amount)
        if frozen.empty and not frozen.empty_said:
            raise Problem("draw_empty_stratum", strata=frozen.empty)
        if len(frozen.shortages) == len({line.split("\t")[1] for line in frozen.pool}):
            raise Problem("draw_team")
        window = frozen.rules["window"]
        draw = cls(
            id=draw_id or str(uuid7()), bureau_id=author.bureau_id, plan_version_id=version.id, task_id=task["id"],
            state="frozen", begins=date.fromisoformat(window["from"]), ends=date.fromisoformat(window["until"]),
            windows=frozen.windows, frozen_at=datetime.fromisoformat(frozen.rules["frozen"]),
            list_id=given.id if given else None,
        )  # fmt: skip
        try:
            file = drawing.announce(draw.id, frozen.pool, frozen.rules, frozen.inspectors, frozen.experts)
        except drawing.NotDrawn as error:
            raise Problem("draw_refused", faults=error.faults) from error
        db.session.add(draw)
        draw.keep(author, "frozen", file)
        DrawSubject.keep(draw.id, frozen.names)
        return draw

    @classmethod
    def check_amount(cls, version: PlanVersion, task: Task, more: int) -> None:
        """Whether the plan promises so many more. Raises `draw_times`, `draw_over` with how many are `left`."""
        left = version.promised(task) - cls.amount(version, task)
        if left <= 0:
            raise Problem("draw_times")
        if more > left:
            raise Problem("draw_over", left=left, amount=more)

    @classmethod
    def amounts(cls, version: PlanVersion) -> Counter[str]:
        """How many subjects each task of a plan drew or is about to draw, in any version of it, or lists of other
        platforms brought, by the task's id.

        Cancelled draws do not count; a swap puts one subject in the place of another and adds none.
        """
        of_plan = select(PlanVersion.id).where(PlanVersion.plan_id == version.plan_id)
        rows = select(cls).where(cls.plan_version_id.in_(of_plan), cls.state != "cancelled")
        found = DrawnList.amounts(version)
        for draw in db.session.scalars(rows.where(cls.list_id.is_(None)).options(selectinload(cls.versions))):
            found[draw.task_id] += int(draw.act.head["counts"]["drawn"])
        return found

    @classmethod
    def amount(cls, version: PlanVersion, task: Task) -> int:
        """How many subjects one task drew or is about to draw."""
        return cls.amounts(version)[task["id"]]

    @classmethod
    def pending(cls, bureau_id: str) -> list["Draw"]:
        """Those that are frozen and not drawn yet; the subjects of a list are known already."""
        mine = (cls.bureau_id == bureau_id, cls.state == "frozen", cls.list_id.is_(None))
        return list(db.session.scalars(select(cls).where(*mine)))

    @property
    def task(self) -> Task:
        """The task, as the plan said when it was frozen."""
        return self.plan_version.task(self.task_id)

    @property
    def act(self) -> "DrawVersion":
        """The last file."""
        return self.versions[-1]

    def window(self, batch: int | None) -> tuple[date, date]:
        """First and last day of the visits of a batch; of all where there is one."""
        if not batch or not self.windows:
            return self.begins, self.ends
        days = self.windows[batch - 1]
        return date.fromisoformat(days["from"]), date.fromisoformat(days["until"])

    def file(self) -> layout.DrawFile:
        """What the last file says."""
        return layout.read(self.act.text.encode())  # type: ignore[no-any-return]

    def draw(self, author: User, sources: list[dict[str, str]], moment: datetime) -> layout.DrawFile:
        """Draw, once the numbers are known (design 2.6 steps 2 to 4). The row must be locked.

        Raises `draw_state`, `draw_early` before the public numbers can be known, `draw_numbers`, `draw_sealed`.
        """
        if self.state != "frozen":
            raise Problem("draw_state")
        announced = self.file()
        if any(
            source["when"] and source["when"] > asking.at(moment) for source in announced["rules"]["sources"]
        ):
            raise Problem("draw_early")
        try:
            file = drawing.draw_file(announced, sources)
        except drawing.NotDrawn as error:
            sealed = error.faults[0]["code"] == "sealed"
            names = [fault["at"] for fault in error.faults if fault["at"]]
            raise Problem("draw_sealed" if sealed else "draw_numbers", sources=names) from error
        self.keep(author, "drawn", file)
        return file

    def reveal(self, author: User, rows: list[DrawSubject]) -> None:
        """Open the names of those whose visits are over (design 2.6 step 6). The row must be locked.

        Raises `draw_state` where nothing was drawn, `draw_nothing_to_open`.
        """
        file = self.file()
        opened = {row.id: (row.said, row.salt) for row in rows if row.salt and not row.opened}
        if not file["key"]:
            raise Problem("draw_state")
        if not opened:
            raise Problem("draw_nothing_to_open")
        self.keep(author, "opened", swaps.reveal(file, opened))

    def keep(self, author: User, act: str, file: layout.DrawFile) -> None:
        """Publish one file more. `act` says what was done; the row must be locked."""
        text = layout.write(file).decode()
        self.state = "cancelled" if file["cancelled"] else "drawn" if file["key"] else "frozen"
        self.versions.append(
            DrawVersion(
                number=len(self.versions) + 1, state=act, text=text, sha256=sha256(text.encode()),
                author_id=author.id, head=_head(file),
            )
        )  # fmt: skip
        db.session.flush()
        DrawSubject.index(file)


class DrawVersion(db.Model):
    """One file of a draw as it was published, byte for byte; never changed: what comes later is another.

    `head` is what the public page shows of it, so that nobody's visit reads a million lines.
    """

    __tablename__ = "draw_version"
    __table_args__ = (UniqueConstraint("draw_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    head: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # The last column: SQLite reads through a row of many megabytes to whatever stands behind them.
    text: Mapped[str] = deferred(mapped_column(Text))
    author: Mapped[User] = relationship()


def _head(file: layout.DrawFile) -> dict[str, Any]:
    strata_sizes = [{name: one[name] for name in ("name", "size", "quota")} for one in file["strata"]]
    counts = {"subjects": len(file["pool"]), "teams": len(file["pairs"]), "people": len(file["inspectors"])}
    frozen = Frozen(file["pool"], file["rules"], [], [], Names(False))
    counts["drawn"] = sum(one["quota"] for one in file["strata"]) if file["key"] else frozen.amount
    told = {name: file[name] for name in ("id", "pool_hash", "rules_hash", "rules", "sources", "cancelled")}
    swapped = [{name: one[name] for name in (*swaps.ASK, "in")} for one in file["swaps"]]
    return told | {"strata": strata_sizes, "counts": counts, "swaps": swapped}


def prepare(
    version: PlanVersion,
    task: Task,
    said: Ask,
    known: Known,
    moment: datetime,
    salt: Callable[[str], str] = random_salt,
) -> Frozen:
    """What a freeze would hold fast now, from the libraries as they stand (RZ-7a).

    Raises `item_off_list`, `draw_year`, `draw_strata`, `draw_empty`, `draw_batches`, `draw_batch_empty`,
    `draw_refused`.
    """
    bureau, year = version.plan.bureau, version.plan.year
    listed = {item.code: item for item in Item.listed(bureau.id)}
    if not set(task["items"]) <= listed.keys():
        raise Problem("item_off_list")
    if said.begins.year != year:
        raise Problem("draw_year")
    law, title = (
        bureau.law(moment.astimezone(asking.CHINA).date()),
        f"{year} 年计划第 {version.number} 版：{task['name']}",
    )
    key_items = all(listed[code].category == KEY for code in task["items"])
    rules = terms.complete(asking.rules_of(task, said, law, bureau.name, title, moment, key_items))
    names = Names(rules["blind"], salt)
    shares = asking.Shares(task)
    pool, rules["left_out"] = _pool(bureau, rules, law, known, names, shares)
    if not pool:
        raise Problem("draw_empty")
    rules["quota"] = terms.QUOTA_DEFAULTS | asking.quota_of(task, shares.by_stratum) | {"most": said.most}
    inspectors = inspectors_of(bureau, said.begins, said.ends, law, known, pool, names)
    experts = experts_of(bureau, task) if task["team"]["expert"] else []
    frozen = Frozen(pool, rules, inspectors, experts, names, shares.empty, said.empty)
    windows = _windows(frozen, said)
    rules |= {"batches": max(1, len(windows)), "task": rules["task"] + batches.said(windows)}
    return replace(frozen, rules=drawing.bind(rules, inspectors, experts), windows=windows)


def _windows(frozen: Frozen, said: Ask) -> list[batches.Window]:
    """The windows of the batches. Raises `draw_batches`, `draw_batch_empty`.

    Where everybody is drawn, strata would only make small batches uneven: all are one stratum, put in order by the draw.
    """
    try:
        windows = batches.windows(said.divided, frozen.amount, said.begins, said.ends)
    except batches.NoBatches as error:
        raise Problem("draw_batches") from error
    if windows and frozen.amount == len(frozen.pool):
        frozen.rules.update(by="all", quota=terms.QUOTA_DEFAULTS | {"bp": terms.WHOLE_BP})
    if windows and 0 in batches.sizes((quota for *_, quota in frozen.strata), len(windows)):
        raise Problem("draw_batch_empty")
    return windows


def _pool(
    bureau: Bureau,
    rules: terms.Rules,
    law: asking.Law,
    known: Known,
    names: Names,
    shares: asking.Shares,
) -> tuple[list[str], dict[str, int]]:
    """The lines, as a stream from the library; who is in no district of the task is left out as `district`."""
    task = shares.task
    mine = Subject.bureau_id == bureau.id
    elsewhere = Subject.district.notin_(task["districts"]) if task["districts"] else Subject.id.is_(None)
    columns = [getattr(Subject, name) for name in SUBJECT]
    found = db.session.execute(select(*columns).where(mine, ~elsewhere).execution_options(yield_per=STREAMED))
    scale, base = law.get("risk_scale"), chances.base(law)
    taken = Counter[str]()

    def rows() -> Iterator[dict[str, Any]]:
        for held in found:
            if held.id in known.taken:
                taken["task"] += 1
                continue
            past = known.visits.get(held.id, []), held.id in known.found
            row = asking.subject_row(held._mapping, task, scale, *past)
            if eligible(row, rules) is None:
                row["id"] = names.enter(held.id, held.name, held.code)
                shares.note(row["region"], row["risk"], row["group"])
                if base > 1:
                    rules["weights"]["risk"][row["risk"]] = base
            yield row

    try:
        lines, left_out = freeze(rows(), rules)
    except NotAsked as error:
        raise Problem(error.code) from error
    except ValueError as error:
        raise Problem("draw_refused", faults=[terms.fault("pool", "line", str(error))]) from error
    others = db.session.scalar(select(func.count()).select_from(Subject).where(mine, elsewhere))
    return lines, left_out | taken | ({"district": others} if others else {})


def inspectors_of(
    bureau: Bureau, begins: date, ends: date, law: asking.Law, known: Known, pool: list[str], names: Names
) -> list[dict[str, Any]]:
    """The own ones, and where the law allows it those lent by a document for all of the window (RZ-10a, TJ-10a).

    For whom they step aside is said by the ids of the pool, so that no name is known by it (RZ-10b).
    """
    own = Inspector.of_bureau(bureau.id)
    lendings: dict[str, list[Lending]] = {}
    for lending in Lending.to_bureau(bureau.id, begins, ends) if law.get("lent_inspectors") else []:
        if lending.inspector.user.active and lending.inspector not in own:
            lendings.setdefault(lending.user_id, []).append(lending)
    people = [*own, *(lent[0].inspector for lent in lendings.values())]
    recused = Interest.standing([one.user_id for one in people])
    regions = sorted({line.split("\t")[1] for line in pool})
    rows = []
    for one in people:
        lent = [
            loan
            for lending in lendings.get(one.user_id, [])
            for loan in asking.loans(lending.document, lending.begins, lending.ends, regions)
        ]
        held = one.held() | {"user_id": one.user_id, "active": one.user.active}
        aside = [names.ids[subject] for subject in recused[one.user_id] if subject in names.ids]
        rows.append(asking.inspector_row(held, aside, known.loads.get(one.user_id, 0), lent))
    return drawing.by_id(rows)


def experts_of(bureau: Bureau, task: Task) -> list[dict[str, Any]]:
    """Those in the library who know at least one of the items (CA-2.1b)."""
    items = set(task["items"])
    able = [
        one for one in Expert.of_bureau(bureau.id) if one.active and (not one.items or items & set(one.items))
    ]
    return drawing.by_id(asking.expert_row(one.held() | {"id": one.id}) for one in able)
