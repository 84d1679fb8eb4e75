"""A draw of pairs alone, over subjects that another platform drew (RZ-9): all of them, in the order of our tickets."""

from collections.abc import Callable
from datetime import datetime

from webapp.draw import asking, terms
from webapp.draw import rules as drawing
from webapp.draw.asking import Ask, Known
from webapp.draw.elsewhere import DrawnList
from webapp.draw.freeze import line
from webapp.draw.models import Frozen, experts_of, inspectors_of
from webapp.draw.names import Names, random_salt
from webapp.errors import Problem
from webapp.registry.items import Item
from webapp.registry.subjects import Subject


def prepare(
    given: DrawnList,
    subjects: list[Subject],
    said: Ask,
    known: Known,
    moment: datetime,
    salt: Callable[[str], str] = random_salt,
) -> Frozen:
    """What a freeze would hold fast now. The title says whose the subjects are; each of them is taken, so the quota is
    as many as there are, and who could be drawn at all was not ours to ask.

    Raises `item_off_list`, `draw_empty`.
    """
    bureau, task = given.bureau, given.task
    if not set(task["items"]) <= {item.code for item in Item.listed(bureau.id)}:
        raise Problem("item_off_list")
    if not subjects:
        raise Problem("draw_empty")
    law = bureau.law(moment.astimezone(asking.CHINA).date())
    title = f"{task['name']}：检查对象由{given.said}，这里只抽检查组"
    rules = terms.complete(asking.rules_of(task, said, law, bureau.name, title, moment, True))
    names, scale = Names(rules["blind"], salt), law.get("risk_scale")
    pool = []
    for subject in subjects:
        row = asking.subject_row(subject.values() | {"id": subject.id}, task, scale, [])
        key = names.enter(subject.id, subject.name, subject.code)
        pool.append(line(key, row["region"], row["risk"]))
    rules |= {
        "eligible": terms.ELIGIBLE_DEFAULTS | {"states": [], "key": True},
        "weights": terms.WEIGHTS_DEFAULTS,
        "by": "all",
        "quota": terms.QUOTA_DEFAULTS | {"total": len(pool)},
    }
    people = inspectors_of(bureau, said.begins, said.ends, law, known, sorted(pool), names)
    experts = experts_of(bureau, task) if task["team"]["expert"] else []
    return Frozen(sorted(pool), drawing.bind(rules, people, experts), people, experts, names)
