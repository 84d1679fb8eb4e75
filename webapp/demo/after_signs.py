"""Visits of the demo that a person should ask about: far away, all in one run, two places at once, one photo twice."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image

from webapp.accounts.models import User
from webapp.canonical import sha256
from webapp.db import CHINA, db
from webapp.demo import world
from webapp.demo.library import identity
from webapp.demo.phone import Json, Phone
from webapp.demo.year import who
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection
from webapp.forms.models import Form
from webapp.forms.rules import every
from webapp.oversight.signs import signs_of
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

# The fourth decimal of a degree of latitude is eleven metres.
NEAR, FAR = 0.0002, 0.0412
ITEMS, PAIR = ("PD7", "PD9"), ("inspector9", "inspector10")


@dataclass(frozen=True)
class Case:
    """One visit: days ago and at what time, how far north of the address, seconds from answer to answer; `photos`: a seed,
    and what fraction of its size the picture has."""

    key: str
    subject: str
    ago: int
    hour: int
    minute: int
    north: float = NEAR
    pace: int = 45
    photos: tuple[tuple[str, int], ...] = ()
    talk: tuple[tuple[str, str, str, str | None], ...] = field(default=())


CASES = (
    Case(
        "signs-1", "pd-emp-1", 9, 9, 30, north=FAR, pace=2,
        talk=(
            ("far", "ask", "到场时您在哪里？为什么离登记的地址这么远？", None),
            ("far", "answer", "单位今年三月搬到了新厂区，登记的还是老地址。现场有门牌照片。", None),
        ),
    ),
    Case("signs-2", "pd-emp-7", 8, 14, 0, pace=90, photos=(("signs photo", 1), ("signs wall", 1))),
    Case("signs-3", "pd-emp-11", 8, 14, 12, photos=(("signs photo", 2),)),
    Case(
        "signs-4", "pd-emp-13", 6, 10, 0, pace=4,
        talk=(("short", "ask", "这次检查是怎么做的？为什么这么快就答完了？", None),),
    ),
)  # fmt: skip


def load_signs(day: date) -> int:
    """Load the visits that are not there yet, and count them."""
    missing = [case for case in CASES if db.session.get(Inspection, identity("inspection", case.key)) is None]
    for case in missing:
        inspection = _visit(case, day)
        for kind, act, text, outcome in case.talk:
            sign = next(sign for sign in signs_of(inspection.id) if sign.kind == kind)
            speaker = who(inspection.bureau_id, "supervisor") if act != "answer" else _people()[0]
            sign.write(speaker, act, text, outcome)
        db.session.commit()
    return len(missing)


def _visit(case: Case, day: date) -> Inspection:
    people = [db.session.get_one(Inspector, user.id) for user in _people()]
    went = day - timedelta(days=case.ago)
    bureau_id = people[0].bureau_id
    inspection = Inspection.assign(
        author=who(bureau_id, "planner"), subject=db.session.get_one(Subject, identity("subject", case.subject)),
        items=[db.session.query(Item).filter_by(bureau_id=bureau_id, code=code).one() for code in ITEMS], pair=people,
        due=went + timedelta(days=5), today=went - timedelta(days=3), reason="assigned", text="市局交办：用工情况核查",
        inspection_id=identity("inspection", case.key),
    )  # fmt: skip
    start = datetime(went.year, went.month, went.day, case.hour, case.minute, tzinfo=CHINA)
    inspection.assigned_at = start - timedelta(days=3)
    phone = Phone(inspection, start)
    _write(phone, case)
    phone.send()
    for event in phone.events:
        if event["type"] == "photo":
            BlobName.receive(event["payload"]["sha256"], [inspection.id])
    seal = {"seal": inspection.record()["seal"]["event"]}
    inspection.append_office(who(bureau_id, "archivist"), "accept", seal, start + timedelta(days=1))
    return inspection


def _write(phone: Phone, case: Case) -> None:
    position = _position(phone.inspection.subject, case.north)
    phone.write(0, 0, "arrive", position=position, visit=phone.visit())
    phone.write(0, 1, "scan", text=phone.inspection.subject.code, matches=True, reason=None)
    person = {"name": "甘为霖", "role": "人事经理", "phone": None}
    phone.write(0, 1, "present", **person)
    minute, questions = 0.5, _questions(phone.inspection)
    for question in questions:
        reply = {"question": question, "value": "pass", "note": None}
        phone.write(0, minute, "answer", **reply, replaces=[])
        minute += case.pace / 60
    for question, (seed, part) in zip(questions, case.photos, strict=False):
        phone.write(1, minute, "photo", question=question, position=position, **_kept(seed, part))
    phone.write(0, minute + 2, "result", code="no_problem", told=True, note=None, replaces=[])
    record_hash = phone.record()["record_hash"]
    signing: dict[str, Any] = {"title": "人事经理", "phone": None, "record_hash": record_hash}
    phone.write(0, minute + 4, "sign", role="subject", name="甘为霖", **signing, **world.signature("甘为霖"))
    for place, member in enumerate(phone.inspection.members):
        inspector = member.inspector
        facts = {"name": inspector.user.name, "title": inspector.title, "phone": inspector.phone}
        phone.write(
            place, minute + 5, "sign", role="inspector", **facts, **world.signature(inspector.user.name),
            record_hash=record_hash,
        )  # fmt: skip
    phone.seal(minute + 6)


def _questions(inspection: Inspection) -> list[str]:
    """Every question that is answered with a verdict and is asked of everybody."""
    bodies = Form.bodies(inspection.form_hashes)
    return [
        f"{name}/{asked['name']}"
        for form in (bodies[hash_] for hash_ in inspection.form_hashes)
        for name in [form["name"]]
        for asked in every(form)
        if asked["type"] == "verdict"
    ]


def _kept(seed: str, part: int) -> Json:
    """A photo, kept as a phone would send it; made smaller, as one that came from somebody else's phone."""
    data = world.photo(["用工台账"], seed)
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.width // part, picture.height // part
        if part > 1:
            out = io.BytesIO()
            picture.resize((width, height)).save(out, "JPEG", quality=70)
            data = out.getvalue()
    blob = Blob.keep(sha256(data), data)
    return {"sha256": blob.sha256, "size": blob.size, "mime": blob.mime, "width": width, "height": height}


def _position(subject: Subject, north: float) -> Json:
    latitude = f"{float(subject.latitude or 0) + north:.6f}"
    return {"latitude": latitude, "longitude": subject.longitude, "accuracy": "18"}


def _people() -> list[User]:
    return [db.session.query(User).filter_by(username=name).one() for name in PAIR]
