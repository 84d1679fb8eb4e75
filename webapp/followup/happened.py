"""What happened when in an inspection, as far as a deadline begins or ends by it: read out of the log, nowhere else. Pure.

A ruling that takes the result out of force begins the telling and the publishing anew: what was told and published before
was another result.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from webapp.field.fold import Event, Record
from webapp.followup import steps as after
from webapp.followup.steps import NO_DAY, OVERTURNED, Step, Steps, day_of

Law = Mapping[str, Mapping[str, Any]]

# The notices by which a result is told: its own, or the answer to who objected.
TELLING = ("result", "answer")
# What may follow an order that was not obeyed; with it the order's own deadline is over.
GOES_ON = ("penalty", "transfer", "case", "order")


@dataclass(frozen=True)
class Order:
    """One order to rectify: its event, its number, its day, until when it has to be done, when it was settled."""

    event: str
    number: str
    ordered: date
    rectify_by: date
    rectified: date | None = None


@dataclass(frozen=True)
class Happened:
    """The days on which something happened in an inspection; None where it has not.

    `ended`: the day of the first seal; being sent back gives nobody more time. `task_ends`: the last day of the task that
    it was drawn for. `ruled`: that of the ruling by which the result before it went out of force. `decided`, `told`,
    `published` are of the result in force; `completed`: published and, where the law names a platform, entered there; or
    lawfully `withheld`. `reversed`: the day from which something published has to be taken back, `withdrawn`: when it was.
    """

    ended: date | None = None
    task_ends: date | None = None
    ruled: date | None = None
    decided: date | None = None
    told: date | None = None
    published: date | None = None
    completed: date | None = None
    withheld: date | None = None
    objected: date | None = None
    reversed: date | None = None
    withdrawn: date | None = None
    orders: tuple[Order, ...] = field(default=())


def read(
    log: Iterable[tuple[Event, date]], record: Record, assigned: date, law_on: Callable[[date], Law]
) -> Happened:
    """What the log says so far. `log`: events, each with the day on which the bureau got it; no task's end is in it.
    `law_on`: the law of a day.

    A phone's clock may be wrong: nothing ends before it was assigned, nor after the bureau has it.
    """
    ended = _ended(list(log), record, assigned)
    if ended is None:
        return Happened()
    law, steps = law_on(ended), after.read(record["after"])
    ruling = overturning(steps)
    since = later(steps, ruling) if ruling else steps
    shown = publication(since)
    published, withheld = shown.day if shown else None, _first(since.standing("withhold"))
    result = steps.result
    return Happened(
        ended=ended, ruled=ruling.settled if ruling else None, decided=result.settled if result else None,
        told=_told(since, result, record, ended, law), published=published, withheld=withheld,
        completed=withheld or (_entered(since, published) if value(law, "platform") else published),
        objected=_first(since.of("object")), orders=tuple(_order(steps, step) for step in steps.of("order")),
        **_taken_back(steps, ruling),
    )  # fmt: skip


def publishes_first(law: Law) -> bool:
    """Whether the result is published before the subject is told (TJ-14c), or the subject told first (RZ-17)."""
    return value(law, "feedback_before_publish") is False


def overturning(steps: Steps) -> Step | None:
    """The last ruling by which a result went out of force; None where every result stands."""
    rulings = [step for step in steps.standing("rule") if step.payload["outcome"] in OVERTURNED]
    return max(rulings, key=lambda step: step.approved_at or "", default=None)


def later(steps: Steps, ruling: Step) -> Steps:
    """What was written after a ruling was approved."""
    rest = steps.all[steps.all.index(ruling) + 1 :]
    return Steps(tuple(step for step in rest if step.time >= (ruling.approved_at or "")))


def publication(steps: Steps) -> Step | None:
    """The event since which the result stands in public; None where it does not, or was taken down."""
    gone = {step.payload["publication"] for step in steps.of("take_down")}
    return next((step for step in steps.of("publish", "correct") if shown_by(step) not in gone), None)


def shown_by(step: Step) -> str:
    """The publication that a step made or corrected."""
    return step.event if step.type == "publish" else str(step.payload.get("publication"))


def result_notices(steps: Steps, result: Step | None) -> list[Step]:
    """The notices by which a result is told, the first one first."""
    given = [step for step in steps.of("notice") if step.payload["kind"] in TELLING]
    return [step for step in given if result and step.payload.get("about") == result.event]


def told_on_the_spot(record: Record, result: Step | None) -> bool:
    """Whether the pair told the subject at the place what is the result in force."""
    said = [one["code"] for one in record["content"]["result"] if one["told"] is True]
    return bool(said) and (result is None or (result.type == "decide" and result.payload["code"] in said))


def value(law: Law, name: str) -> Any:
    """What the law says of a setting; None where nothing."""
    return law.get(name, {}).get("value")


def _told(since: Steps, result: Step | None, record: Record, ended: date, law: Law) -> date | None:
    """The first day on which the subject knew the result in force: from the pair, or from a notice that reached it."""
    named = {one.event for one in result_notices(since, result)}
    days = [_at(step) for step in since.of("serve", "receive") if step.payload.get("notice") in named]
    # Who publishes first feeds back after it: what was said on the spot is not that feedback (TJ-14c).
    if not publishes_first(law) and told_on_the_spot(record, result):
        days.append(ended)
    return min(days, default=None)


def _entered(since: Steps, published: date | None) -> date | None:
    entered = min((_at(step) for step in since.of("enter")), default=None)
    return max(entered, published) if entered and published else None


def _taken_back(steps: Steps, ruling: Step | None) -> dict[str, date | None]:
    """Since when something published has to be taken back because of a ruling, and when it was."""
    before = Steps(steps.all[: steps.all.index(ruling)]) if ruling else Steps()
    if ruling is None or publication(before) is None:
        return {"reversed": None, "withdrawn": None}
    return {"reversed": ruling.settled, "withdrawn": _first(later(steps, ruling).of("take_down", "correct"))}


def _order(steps: Steps, order: Step) -> Order:
    longer = [step.payload["deadline"] for step in steps.about("order", order.event, "extend")]
    deadline = [order.payload["deadline"], *longer][-1]
    judged = steps.about("order", order.event, "rectify")
    return Order(order.event, order.payload["number"], order.day, day_of(deadline), _settled(steps, judged))


def _settled(steps: Steps, judged: list[Step]) -> date | None:
    """When an order was done with: rectified, or judged not to be and something else follows."""
    done = [_at(step) for step in judged if step.payload["outcome"] == "done"]
    if done or not judged:
        return min(done, default=None)
    rest = steps.all[steps.all.index(judged[0]) :]
    return next((step.day for step in rest if step.type in GOES_ON and step.voided is None), None)


def _ended(events: list[tuple[Event, date]], record: Record, assigned: date) -> date | None:
    named = [event["payload"].get("seal") for event, _got in events if event["type"] == "reopen"]
    named += [record["seal"]["event"]] if record["seal"] else []
    seals = [
        max(assigned, min(_day(event["time"], got), got))
        for event, got in events
        if event["type"] == "seal" and event["id"] in named
    ]
    return None if record["state"] == "cancelled" else min(seals, default=None)


def _first(steps: list[Step]) -> date | None:
    return min((step.settled for step in steps), default=None)


def _at(step: Step) -> date:
    """The day that a step says of itself, never after the one on which it was written."""
    return min(_day(step.payload.get("at"), step.day), step.day)


def _day(time: Any, otherwise: date) -> date:
    day = day_of(time)
    return otherwise if day == NO_DAY else day
