"""Made-up people, and inspections that are full of them wherever a phone or an office can write a person down."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests.followup.after import person
from tests.publish.office import decide_and_tell
from webapp.canonical import sha256
from webapp.db import CHINA, db, now, today
from webapp.demo.phone import Phone
from webapp.demo.world import signature
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection
from webapp.forms.models import Form
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subject_rules import is_resident
from webapp.registry.subjects import Subject

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "骞翊澍琬祺珩玥瑄璟芃昶菀霁頔翀"
SHORT = "毓彧瑾曦榕"
EACH = 20


@dataclass(frozen=True)
class Identity:
    name: str
    resident: str
    phone: str
    plate: str

    @property
    def all(self) -> tuple[str, ...]:
        return self.name, self.resident, self.phone, self.plate


def identity(place: int) -> Identity:
    """The person at a place; no two share anything."""
    if place % 5:
        first, second = divmod(place // 20, len(GIVEN))
        name = SURNAMES[place % 20] + GIVEN[first] + GIVEN[second]
    else:
        name = SURNAMES[place // 5 % 20] + SHORT[place // 100]
    born = (datetime(1960, 1, 1) + timedelta(days=37 * place)).strftime("%Y%m%d")
    body = f"410482{born}{place % 900 + 100}"
    check = next(figure for figure in "0123456789X" if is_resident(body + figure))
    return Identity(
        name, body + check, f"13{place % 10}{20_000_000 + place * 7919:08}", f"豫D{place + 10000:05}"
    )


def identities(count: int) -> list[Identity]:
    """So many people, with names, numbers, phones and plates of their own."""
    found = [identity(place) for place in range(count)]
    for part in ("name", "resident", "phone", "plate"):
        assert len({getattr(one, part) for one in found}) == count, part
    return found


def inspected(app: Flask, people: list[Identity]) -> list[str]:
    """Inspections that name all of them, `EACH` in one, decided and told; their ids."""
    with app.app_context():
        found = [
            _inspection(place, people[at : at + EACH]) for place, at in enumerate(range(0, len(people), EACH))
        ]
        db.session.commit()
        return found


def notes(people: list[Identity]) -> list[str]:
    """What of the people of one inspection stands in its free text, as it was written."""
    return [
        _said(people[6:12]),
        *(_told(at, one) for at, one in enumerate(people[12:17], start=3)),
        _said(people[18:19]),
    ]


def _inspection(place: int, people: list[Identity]) -> str:
    author = person("planner")
    items = list(db.session.scalars(select(Item).where(Item.bureau_id == author.bureau_id, Item.active)))
    pair = [person(name) for name in ("inspector1", "inspector2")]
    inspection = Inspection.assign(
        author=author, subject=_subject(author.bureau_id, place, people[0]), items=items[:1],
        pair=[db.session.get_one(Inspector, one.id) for one in pair], due=today() + timedelta(days=9), today=today(),
        reason="complaint", text=f"{people[1].name}（{people[1].phone}）投诉",
    )  # fmt: skip
    inspection.assigned_at = now() - timedelta(days=3)
    start = datetime(today().year, today().month, today().day, 9, tzinfo=CHINA) - timedelta(days=1)
    phone = Phone(inspection, start)
    photo = _visit(phone, people)
    phone.send()
    BlobName.receive(photo, [inspection.id])
    seal = {"seal": inspection.record()["seal"]["event"]}
    inspection.append_office(person("archivist"), "accept", seal, start + timedelta(hours=5))
    decide_and_tell(inspection, "pending")
    return inspection.id


def _subject(bureau_id: str, place: int, one: Identity) -> Subject:
    """A person, a shop of a person, or a firm, in turn."""
    kinds = [
        {"name": one.name, "code": one.resident, "address": f"王寨乡{one.name}家，{one.phone}"},
        {"name": f"叶县{one.name}面馆", "code": f"92410422MA3X1{place:05}", "address": f"昆阳镇{one.name}家"},
        {"name": f"叶县第{place}劳务有限公司", "code": f"91410422MA3X2{place:05}", "address": "昆阳大道1号"},
    ]
    said = {
        "district": "叶县",
        "representative": one.name,
        "phone": one.phone,
        "state": "active",
        "kinds": [],
    }
    return Subject.add(bureau_id, person("planner"), {**kinds[place % 3], **said}, "试")


def _visit(phone: Phone, people: list[Identity]) -> str:
    """Write people into every field that there is; gives the photo's name."""
    phone.write(0, 0, "arrive", position={"latitude": "33.6", "longitude": "113.3"}, visit=phone.visit())
    for one in people[2:6]:
        phone.write(0, 1, "present", name=one.name, role="员工", phone=one.phone)
    form = Form.bodies(phone.inspection.form_hashes)[phone.inspection.form_hashes[0]]
    question = next(q["name"] for q in form["questions"] if q["type"] == "verdict")
    phone.answer(
        0, 2, {"question": f"{form['name']}/{question}", "value": "fail", "note": _said(people[6:12])}
    )
    for minute, text in enumerate(notes(people)[1:-1], start=3):
        phone.write(1, minute, "note", question=None, text=text)
    data = _photo(people[17])
    Blob.keep(sha256(data), data)
    size = {"sha256": sha256(data), "size": len(data), "mime": "image/jpeg", "width": 640, "height": 480}
    photo = phone.write(0, 9, "photo", question=None, position=None, **size)
    phone.write(0, 9, "caption", photo=photo, text=f"{people[17].name}女士的车 {people[17].plate}")
    phone.write(0, 10, "result", code="pending", told=True, note=_said(people[18:19]), replaces=[])
    record_hash = phone.record()["record_hash"]
    one = people[19]
    signed = {"name": one.name, "title": "经理", "phone": one.phone, **signature(one.name)}
    phone.write(0, 11, "sign", role="subject", **signed, record_hash=record_hash)
    for place, member in enumerate(phone.inspection.members):
        name = member.inspector.user.name
        phone.write(
            place, 12, "sign", role="inspector", name=name, **signature(name), record_hash=record_hash
        )
    phone.seal(13)
    return sha256(data)


def _said(people: list[Identity]) -> str:
    """One sentence for each, with all that there is of a person."""
    ways = (
        "员工{name}（身份证{resident}，电话{phone}）反映拖欠工资。",
        "{name}称其车{plate}被扣。",
        "联系人：{name} {phone}；证号 {resident}，车 {plate}。",
        "经询问，{name}表示未签合同，身份证号为{resident}。",
        "{name}女士，{phone}，{plate}。",
        "当事人{name}，{resident}，家住王寨乡{name}家。",
    )
    return "".join(ways[at % 6].format(**vars(one)) for at, one in enumerate(people))


def _told(minute: int, one: Identity) -> str:
    figures = f"{one.phone[:3]} {one.phone[3:7]} {one.phone[7:]}" if minute % 2 else one.phone
    wide = (
        one.resident.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        if minute % 2
        else one.resident
    )
    return f"负责人{one.name}，手机{figures}，身份证{wide}，驾驶{one.plate[:2]}·{one.plate[2:]}到场。"


def _photo(one: Identity) -> bytes:
    """A photo whose own data is full of a person."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = one.phone, one.resident, one.plate
    exif[0x9C9D] = one.name.encode("utf-16-le")
    out = io.BytesIO()
    picture = Image.new("RGB", (640, 480), (200, 40 + int(one.phone[-2:]), 90))
    picture.save(out, "JPEG", exif=exif, comment=f"{one.name} {one.resident}".encode())
    return out.getvalue()
