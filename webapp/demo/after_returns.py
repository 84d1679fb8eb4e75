"""The demo's return visits: drawn from the inspections done, one of them made by phone, the others still to be made."""

from datetime import date, datetime, timedelta

from webapp.accounts.models import User
from webapp.canonical import sha256
from webapp.db import CHINA, db
from webapp.demo.year import who
from webapp.draw import asking
from webapp.followup import acts
from webapp.oversight.returns import ReturnDraw, ReturnDue, Wish, form_hash, prepare, questions

ANSWERS = {
    "q1": "yes",
    "q2": 2,
    "q3": 45,
    "q4": "yes",
    "q5": "yes",
    "q6": "no",
    "q7": "no",
    "q8": "希望提前半天通知。",
}


def load_returns(day: date) -> None:
    """Draw once, and make the first of the visits, where no draw is there yet."""
    bureau_id = db.session.query(User).filter_by(username="supervisor").one().bureau_id
    if db.session.query(ReturnDraw.id).filter_by(bureau_id=bureau_id).first():
        return
    supervisor = who(bureau_id, "supervisor")
    frozen = datetime(day.year, day.month, day.day, 16, tzinfo=CHINA) - timedelta(days=2)
    drawn = frozen + timedelta(hours=6)
    ends = day + timedelta(days=20)
    typed = {
        "begins": frozen.date().isoformat(), "ends": ends.isoformat(), "public": "排列五（示范号码）",
        "when": (frozen + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    said = asking.ask(typed, {}, frozen.date(), frozen)
    wish = Wish(day - timedelta(days=90), day, "", total=4, weight=3)
    draw = ReturnDraw.freeze(supervisor, said, wish, prepare(supervisor.bureau, said, wish, frozen), frozen)
    numbers = " ".join(str(int(sha256(f"{day} {place}".encode())[:8], 16) % 10) for place in range(5))
    draw.draw(
        supervisor, asking.opened({"numbers-0": numbers}, draw.file["rules"]["sources"]), asking.at(drawn)
    )
    for file, moment in zip(draw.files, (frozen, drawn), strict=True):
        file.made_at = moment
    first = db.session.query(ReturnDue).filter_by(draw_id=draw.id).order_by(ReturnDue.place).first()
    if first:
        asked = questions(supervisor.bureau)
        payload = {
            "way": "phone", "at": (day - timedelta(days=1)).isoformat(), "by": supervisor.name, "answers": ANSWERS,
            "note": "", "draw": draw.id, "form": form_hash(asked), "questions": asked,
        }  # fmt: skip
        acts.write(supervisor, first.inspection, "return_visit", payload)
    db.session.commit()
