"""What a revoked phone sends to stop the office from reading it."""

from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Enrolment, Quarantined
from webapp.db import db, now
from webapp.field.fold import SHAPES

ODD = [
    {}, {"question": {"a": 1}, "value": [1], "note": 7, "code": [1], "kind": {}, "text": None, "sha256": {}, "name": []},
    {"question": 7, "code": {"a": 1}, "kind": [], "value": {"a": 1}, "reason": "<script>alert(1)</script>"},
]  # fmt: skip


@both_databases
def test_whatever_a_revoked_phone_sent_can_be_read_and_judged(
    app: Flask, phone: Callable[[str], Handset], desk: Callable[[str], FlaskClient]
) -> None:
    one = phone("inspector1")
    inspection = one.row()["id"]
    with app.app_context():
        db.session.query(Enrolment).filter_by(device_id=one.device).update({"revoked_at": now()})
        db.session.commit()
    good = one.write(inspection, "note", text="x")
    odd = [{name: "\0" * 36} for name in ("id", "author", "inspection", "time", "type")]
    odd += [{"id": "x" * 5000}, {"time": "2026"}, {"seq": 10**15}, {"payload": 7}, {"type": "comment"}]
    sent = [good | one for one in odd] + [7, "x", None, [], {}]
    kinds = [*SHAPES, "hologram"]
    sent += [good | {"id": str(uuid4()), "type": kind, "payload": given} for kind in kinds for given in ODD]
    assert one.send(sent, {}).status_code == 403
    office = desk("archivist")
    page = office.get("/office/quarantine")
    assert page.status_code == 200 and "<script>alert" not in page.text
    with app.app_context():
        ids = [str(row) for (row,) in db.session.query(Quarantined.id)]
    taken = office.post("/office/quarantine", data={"id": ids, "reason": "x", "decision": "taken"})
    assert taken.status_code < 400
    for place in ("/office/quarantine?show=judged", f"/office/inspections/{inspection}"):
        assert office.get(place).status_code == 200
    # A second time, nothing of what was judged is judged again.
    judged = office.post("/office/quarantine", data={"id": ids, "reason": "x", "decision": "refused"})
    assert judged.status_code < 500
    with app.app_context():
        assert {row.taken for row in db.session.query(Quarantined) if row.taken is not None} <= {True, False}
