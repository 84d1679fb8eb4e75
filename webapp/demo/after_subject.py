"""What the demo's subjects said of the visits, by the code that they were shown."""

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from webapp.accounts.models import User
from webapp.db import CHINA, db
from webapp.demo import world
from webapp.field.models import Inspection
from webapp.followup.ratings import Rating

# By the visit: days later, what was said of the code, of two who came, of gifts, of the shop's peace; words, and what
# the supervisor did about it.
SAID = [
    ("pd-14", 0, "yes yes no no", "两位同志讲得很清楚，知道怎么改了。", ""),
    ("pd-15", 1, "yes yes no no", "", ""),
    ("pd-16", 2, "unsure yes no no", "没留意有没有亮证。", ""),
    (
        "pd-23",
        1,
        "yes yes no yes",
        "正赶上中午上客，占了收银台一个多小时。",
        "打电话问过，属实；已提醒避开用餐时段。",
    ),
    ("pd-18", 0, "no yes no no", "进门没有出示执法证，也没有让我扫码，检查完才拿出来。", ""),
    ("pd-28", 3, "yes yes no no", "", ""),
    ("tj-09", 1, "yes yes no no", "", ""),
    ("rz-09", 0, "yes yes no no", "检查得很快，没有影响做生意。", ""),
]


def load_ratings() -> int:
    """Load what is not there yet, and count the ratings added. The caller commits."""
    ids = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
    return sum(_given(ids[key], *said) for key, *said in SAID)


def _given(inspection_id: str, days: int, answers: str, text: str, dealt: str) -> bool:
    name, visit = (
        str(uuid5(NAMESPACE_URL, f"rating/{inspection_id}")),
        db.session.get(Inspection, inspection_id),
    )
    if visit is None or visit.visited is None or db.session.get(Rating, name):
        return False
    at = datetime.combine(visit.visited + timedelta(days=days), time(19, 20), CHINA)
    columns = dict(zip(("shown", "two", "asked", "disturbed"), answers.split(), strict=True))
    row = Rating(id=name, inspection_id=visit.id, bureau_id=visit.bureau_id, made_at=at, text=text, **columns)
    db.session.add(row)
    if dealt:
        rows = db.session.query(User).filter_by(bureau_id=visit.bureau_id)
        row.deal(next(person for person in rows if "supervisor" in person.roles), dealt)
        row.dealt_at = at + timedelta(days=1)
    return True
