"""Puts the demo world into the database, every inspection by the same events that a pair's phones would write."""

from datetime import date, datetime, timedelta
from typing import Any

from webapp.accounts.models import Bureau, Law, User
from webapp.archive.models import Archive
from webapp.canonical import sha256
from webapp.db import CHINA, db, now, today
from webapp.demo import world
from webapp.demo.after_follow import load_follow
from webapp.demo.after_publish import load_publications
from webapp.demo.after_reports import load_reports
from webapp.demo.after_result import load_results
from webapp.demo.after_returns import load_returns
from webapp.demo.after_signs import load_signs
from webapp.demo.after_subject import load_ratings
from webapp.demo.phone import Phone
from webapp.demo.world import PASSWORD
from webapp.demo.year import load_year, who
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection
from webapp.forms.models import Form
from webapp.registry.items import Item
from webapp.registry.models import Expert, Inspector
from webapp.registry.subjects import Subject

SEALED = {"sealed", "sealed_refused", "sealed_absent", "returned", "accepted", "archived"}

__all__ = ["PASSWORD", "load"]


def load(keys: set[str] | None = None) -> int:
    """Load what is not there yet, and count the inspections added.

    `keys` chooses among the world's inspections; then the year is empty, without a plan and a draw.
    """
    day = today()
    _bureaus()
    _people()
    _libraries(date(day.year - 1, 1, 1))
    wanted = [one for one in world.assignments() if keys is None or one["key"] in keys]
    added = [one for one in wanted if db.session.get(Inspection, one["id"]) is None]
    for assignment in added:
        _inspection(assignment, day)
        db.session.commit()
    if keys is not None:
        return len(added)
    load_ratings()
    load_publications()
    load_follow()
    db.session.commit()
    made = load_year(day) + load_signs(day)
    load_returns(day)
    if added:
        load_results(day)
    load_reports(day)
    db.session.commit()
    return len(added) + made


def _bureaus() -> None:
    for bureau in world.bureaus():
        if db.session.get(Bureau, bureau["id"]):
            continue
        names = ("id", "name", "short_name", "number_prefix", "region", "parent_id")
        districts = [district["name"] for district in bureau["districts"]]
        db.session.add(Bureau(**{name: bureau[name] for name in names}, districts=districts, demo=True))
        db.session.flush()
        law = bureau["law"]
        valid_from = date.fromisoformat(str((law.get("valid_from") or {}).get("value") or "2020-01-01"))
        until = (law.get("valid_until") or {}).get("value")
        until = date.fromisoformat(until) if until else None
        db.session.add(Law(bureau_id=bureau["id"], valid_from=valid_from, valid_until=until, settings=law))
    db.session.commit()


def _people() -> None:
    hashed = User()
    hashed.set_password(PASSWORD)
    for person in world.people():
        if db.session.get(User, person["id"]):
            continue
        names = ("id", "username", "name", "roles", "bureau_id")
        known = {name: person[name] for name in names}
        db.session.add(User(**known, password_hash=hashed.password_hash, login_at=now()))
        if "inspector" in person["roles"]:
            names = ("bureau_id", "credential", "title", "unit", "specialties", "items", "district", "phone")
            valid_until = date.fromisoformat(person["valid_until"])
            facts = {name: person[name] for name in names} | {"leader": "主任" in person["title"]}
            db.session.add(Inspector(user_id=person["id"], valid_until=valid_until, **facts))
    db.session.commit()


def _libraries(forms_from: date) -> None:
    columns = set(Item.__table__.columns.keys()) - {"active"}
    for bureau in world.bureaus():
        for item in world.items(bureau["key"]):
            if not db.session.get(Item, item["id"]):
                db.session.add(Item(**{name: item[name] for name in columns & item.keys()}))
        claimed = {item["code"] for item in world.items(bureau["key"])}
        for form in world.forms():
            if form["item"] is None or form["item"] in claimed:
                Form.publish(form, bureau["id"], forms_from)
    columns = set(Subject.__table__.columns.keys())
    for subject in world.subjects():
        if not db.session.get(Subject, subject["id"]):
            db.session.add(Subject(**{name: subject[name] for name in columns & subject.keys()}))
    for expert in world.experts():
        if not db.session.get(Expert, expert["id"]):
            db.session.add(Expert(**expert))
    db.session.commit()


def _inspection(assignment: dict[str, Any], today: date) -> None:
    due = today + timedelta(days=assignment["due"])
    visited = None if assignment["visit"] is None else today + timedelta(days=assignment["visit"])
    began = min(due, visited or today) - timedelta(days=3)
    inspection = Inspection.assign(
        author=who(assignment["bureau_id"], "planner"),
        subject=db.session.get_one(Subject, assignment["subject"]),
        items=[_item(assignment["bureau_id"], code) for code in assignment["items"]],
        pair=[db.session.get_one(Inspector, user_id) for user_id in assignment["pair"]],
        due=due,
        today=began,
        reason=assignment["reason"]["kind"],
        text=assignment["reason"]["text"],
        inspection_id=assignment["id"],
    )
    inspection.assigned_at = datetime(began.year, began.month, began.day, 9, tzinfo=CHINA)
    if visited is None:
        return
    hour, minute = map(int, assignment["time"].split(":"))
    start = datetime(visited.year, visited.month, visited.day, hour, minute, tzinfo=CHINA)
    phone = Phone(inspection, start)
    _visit(phone, assignment)
    if assignment["state"] in SEALED:
        _end(phone, assignment)
    phone.send()
    for event in phone.events:
        if event["type"] == "photo":
            BlobName.receive(event["payload"]["sha256"], [inspection.id])
    _office(inspection, assignment, start)


def _visit(phone: Phone, assignment: dict[str, Any]) -> None:
    outcome = world.outcome(assignment)
    phone.write(0, 0, "arrive", position=outcome["arrive"]["position"], visit=phone.visit())
    phone.write(0, 1, "scan", **outcome["scan"])
    for author, asked in outcome["asked"]:
        phone.write(author, 2, "recuse", asked=asked, wanted=False, reason="")
    for person in outcome["present"]:
        phone.write(0, 2, "present", name=person["name"], role=person["role"], phone=person["phone"])
    done = [(reply["minute"], 0, reply) for reply in world.answers(assignment)]
    done += [(photo["minute"], 1, photo) for photo in world.photos(assignment)]
    for _, is_photo, what in sorted(done, key=lambda entry: entry[:2]):
        if is_photo:
            _photo(phone, what, outcome["arrive"]["position"])
        else:
            phone.answer(what["author"], what["minute"], what)
    conflict = world.conflict(assignment)
    if conflict:
        seq = phone.seq
        for reply in conflict["answers"]:
            phone.answer(
                reply["author"], reply["minute"], {**reply, "question": conflict["question"]}, seq=seq
            )
    if outcome["result"]:
        phone.write(0, outcome["minute"], "result", **outcome["result"], replaces=[])


def _photo(phone: Phone, photo: dict[str, Any], position: dict[str, str]) -> None:
    data = world.photo(photo["lines"], photo["seed"])
    blob = Blob.keep(sha256(data), data)
    size = {"size": blob.size, "mime": blob.mime, "width": 1280, "height": 960}
    event = phone.write(
        photo["author"],
        photo["minute"],
        "photo",
        question=photo["question"],
        sha256=blob.sha256,
        position=position,
        **size,
    )
    phone.write(photo["author"], photo["minute"], "caption", photo=event, text=photo["caption"])
    if photo["marks"]:
        phone.write(photo["author"], photo["minute"], "mark", photo=event, shapes=photo["marks"])


def _end(phone: Phone, assignment: dict[str, Any]) -> None:
    outcome = world.outcome(assignment)
    record_hash = phone.record()["record_hash"]
    for kind in ("refuse", "absent"):
        if outcome[kind]:
            phone.write(0, outcome["minute"] + 2, kind, **outcome[kind], record_hash=record_hash)
    if outcome["sign"]:
        drawn = world.signature(outcome["sign"]["name"])
        phone.write(
            0,
            outcome["minute"] + 2,
            "sign",
            role="subject",
            **outcome["sign"],
            **drawn,
            record_hash=record_hash,
        )
    for place, member in enumerate(phone.inspection.members):
        inspector = member.inspector
        facts = {"name": inspector.user.name, "title": inspector.title, "phone": inspector.phone}
        drawn = world.signature(inspector.user.name)
        phone.write(
            place,
            outcome["minute"] + 3 + place,
            "sign",
            role="inspector",
            **facts,
            **drawn,
            record_hash=record_hash,
        )
    phone.seal(outcome["minute"] + 6)


def _office(inspection: Inspection, assignment: dict[str, Any], start: datetime) -> None:
    state = assignment["state"]
    if state not in ("returned", "accepted", "archived"):
        return
    archivist = who(assignment["bureau_id"], "archivist")
    seal = {"seal": inspection.record()["seal"]["event"]}
    later = start + timedelta(days=1)
    if state == "returned":
        reason = world.outcome(assignment)["return_reason"]
        inspection.append_office(archivist, "return", {**seal, "reason": reason}, later)
        return
    inspection.append_office(archivist, "accept", seal, later)
    if state == "archived":
        Archive.seal(inspection, archivist, later + timedelta(hours=1))


def _item(bureau_id: str, code: str) -> Item:
    return db.session.query(Item).filter_by(bureau_id=bureau_id, code=code).one()
