"""What the events after a visit leave of a publication, and what of a record the public reads."""

from typing import Any

from webapp.canonical import digest
from webapp.followup.steps import read
from webapp.publish import document as public
from webapp.publish.document import Standing, public_subject
from webapp.publish.rules import Private

Json = dict[str, Any]
NOBODY = Private(frozenset(), frozenset())
FIRM = {
    "name": "汝州市华鑫人力资源有限公司",
    "code": "91410482MA3X1Y2Z3B",
    "address": "钟楼街道 1 号",
    "district": "钟楼街道",
}
PERSON = {"name": "欧阳小明", "code": "11010519491231002X", "address": "王寨乡一组", "district": "王寨乡"}


def made(kind: str, at: int, /, **payload: Any) -> Json:
    return {
        "event": f"e{at}",
        "author": "u",
        "time": f"2026-11-{at:02}T09:00:00.000+08:00",
        "type": kind,
        "payload": payload,
    }


def standing(log: list[Json]) -> Standing | None:
    return public.standing(read(log))


def published(at: int, said: str, kind: str = "publish", **more: Any) -> Json:
    document = {"text": said}
    return made(kind, at, document=document, document_hash=digest(document), **more)


def test_a_document_that_its_event_does_not_name_was_never_published() -> None:
    forged = published(1, "一") | {}
    forged["payload"]["document"] = {"text": "二"}
    assert standing([forged]) is None


def test_a_correction_takes_the_place_and_says_when() -> None:
    found = standing([published(1, "一"), published(2, "二", "correct", publication="e1", reason="写错")])
    assert found and found.document == {"text": "二"} and found.state == "shown"
    assert found.corrected_at and found.corrected_at.day == 2 and found.published_at.day == 1


def test_what_was_taken_down_is_withdrawn_until_it_is_published_again() -> None:
    log = [published(1, "一"), made("take_down", 2, publication="e1", reason="复核撤销")]
    assert (found := standing(log)) and found.state == "withdrawn"
    assert (
        (again := standing([*log, published(3, "三")]))
        and again.state == "shown"
        and again.corrected_at is None
    )


def test_taking_down_another_publication_takes_nothing_down() -> None:
    found = standing([published(1, "一"), made("take_down", 2, publication="e9", reason="")])
    assert found and found.state == "shown"


def test_PD_3_5_what_is_withheld_goes_once_somebody_approved() -> None:
    log = [published(1, "一"), made("withhold", 2, kind="privacy", clause="PD-3.5", reason="个人隐私")]
    assert (asked := standing(log)) and asked.state == "shown"
    assert (
        no := standing([*log, made("approve", 3, target="e2", granted=False) | {"author": "v"}])
    ) and no.state == "shown"
    assert (
        yes := standing([*log, made("approve", 3, target="e2", granted=True) | {"author": "v"}])
    ) and yes.state == "withdrawn"


def test_a_publication_that_was_voided_is_withdrawn_and_a_voided_correction_never_was() -> None:
    log = [published(1, "一"), published(2, "二", "correct", reason="")]
    assert (first := standing([*log, made("void", 3, target="e2", reason="误")])) and first.document == {
        "text": "一"
    }
    assert (gone := standing([*log, made("void", 3, target="e1", reason="误")])) and gone.state == "withdrawn"


def test_PD_A_a_firm_is_shown_whole_and_a_person_by_surname_and_region() -> None:
    assert (
        public_subject(FIRM, NOBODY)["code"] == FIRM["code"]
        and public_subject(FIRM, NOBODY)["kind"] == "unit"
    )
    hidden = public_subject(PERSON, NOBODY)
    assert hidden == {"name": "欧阳**", "code": None, "kind": "person", "region": "王寨乡", "address": None}
    opened = public_subject(PERSON, NOBODY, ["subject.name"])
    assert opened["name"] == "欧阳小明" and opened["code"] is None


def test_of_a_shop_that_is_one_persons_the_owners_name_and_address_stay_out() -> None:
    shop = {
        "name": "汝州市王小明饭店",
        "code": "92410482MA3X1Y2Z3B",
        "address": "一组 3 号",
        "district": "王寨乡",
    }
    shown = public_subject(shop, Private(frozenset({"王小明"}), frozenset()))
    assert shown["name"] == "汝州市王**饭店" and shown["code"] is None and shown["address"] is None
