"""Which form a bureau uses for an item, and what a version may become."""

from datetime import date, timedelta

import pytest
from flask import Flask

from webapp.accounts.models import User
from webapp.db import db, today
from webapp.demo import world
from webapp.errors import Problem
from webapp.forms.models import Form, Release, ReleaseAct
from webapp.registry.items import Item

BUREAUS = {one["key"]: one["id"] for one in world.bureaus()}


def body(item: str | None, **more: object) -> dict[str, object]:
    (found,) = (form for form in world.forms() if form["item"] == item)
    return found | more


def person(username: str) -> User:
    found = User.by_username(username)
    assert found
    return found


def submitted(version: str = "2027.1", **more: object) -> Release:
    """A version of PD6 that planner wrote and submitted."""
    author = person("planner")
    made = Release.begin(author, "PD6", body("PD6", version=version, **more))
    made.submit(author, "按新的办法改", made.text_hash)
    return made


def test_PD_2_3_an_item_is_inspected_by_the_superiors_form_until_there_is_an_own_one(app: Flask) -> None:
    own, above = BUREAUS["rz"], BUREAUS["pd"]
    with app.app_context():
        claimed = Form.in_use(own, ["PD6"], today())
        assert claimed == Form.in_use(above, ["PD6"], today()) and claimed[-1].item == "PD6"
        mine = Form.publish(body("PD6", version="2027.1"), own)
        assert (
            Form.in_use(own, ["PD6"], today())[-1] == mine
            and Form.in_use(above, ["PD6"], today())[-1] != mine
        )


def test_what_came_with_the_bureau_twice_is_one_version(app: Flask) -> None:
    with app.app_context():
        before = db.session.query(Release).count()
        Form.publish(body("PD6"), BUREAUS["pd"], date(2026, 1, 1))
        assert db.session.query(Release).count() == before


def test_a_version_is_used_from_its_day_on_and_its_bytes_are_the_forms(app: Flask) -> None:
    with app.app_context():
        made, later = submitted(), today() + timedelta(10)
        made.approve(person("supervisor"), later, made.text_hash)
        bureau = made.bureau_id
        assert Form.in_use(bureau, ["PD6"], later - timedelta(1))[-1].version == "2026.1"
        used = Form.in_use(bureau, ["PD6"], later)[-1]
        assert (used.version, used.hash, used.text) == ("2027.1", made.form_hash, made.text)
        assert used.body == made.body_of() and used.hash == made.text_hash


def test_nobody_publishes_what_one_wrote_even_a_little_of_it(app: Flask) -> None:
    with app.app_context():
        author, other = person("planner"), person("supervisor")
        made = Release.begin(author, "PD6", body("PD6", version="2027.1"))
        made.write(other, body("PD6", version="2027.2"), made.text_hash)
        made.submit(author, "改依据", made.text_hash)
        for own in (author, other):
            with pytest.raises(Problem, match="form_own"):
                made.approve(own, today(), made.text_hash)
            with pytest.raises(Problem, match="form_own"):
                made.refuse(own, "不行")


def test_a_version_goes_only_the_ways_that_there_are(app: Flask) -> None:
    with app.app_context():
        author, other = person("planner"), person("supervisor")
        made = submitted()
        acts = {
            "write": lambda: made.write(author, body("PD6"), made.text_hash),
            "submit": lambda: made.submit(author, "再来", made.text_hash),
            "take_back": lambda: made.take_back(author),
            "approve": lambda: made.approve(other, today(), made.text_hash),
            "refuse": lambda: made.refuse(other, "不行"),
            "withdraw": lambda: made.withdraw(other, "不用了"),
            "drop": made.drop,
        }
        ways = {
            "draft": {"write", "submit", "drop"},
            "submitted": {"take_back", "approve", "refuse"},
            "published": {"withdraw"},
            "refused": set(),
            "withdrawn": set(),
        }
        for state, allowed in ways.items():
            made.state = state
            for name in acts.keys() - allowed:
                with pytest.raises(Problem, match="form_state"):
                    acts[name]()
            assert made.state == state


def test_what_was_changed_since_it_was_seen_is_neither_written_over_nor_published(app: Flask) -> None:
    with app.app_context():
        author = person("planner")
        made = Release.begin(author, "PD6", body("PD6", version="2027.1"))
        seen = made.text_hash
        made.write(author, body("PD6", version="2027.2"), seen)
        for act in (
            lambda: made.write(author, body("PD6", version="2027.3"), seen),
            lambda: made.submit(author, "改", seen),
        ):
            with pytest.raises(Problem, match="form_changed"):
                act()
        made.submit(author, "改", made.text_hash)
        with pytest.raises(Problem, match="form_changed"):
            made.approve(person("supervisor"), today(), seen)


def test_the_day_is_today_or_later_and_not_in_another_age(app: Flask) -> None:
    with app.app_context():
        made, other = submitted(), person("supervisor")
        for days in (-1, 3 * 366):
            with pytest.raises(Problem, match="form_day"):
                made.approve(other, today() + timedelta(days), made.text_hash)
        made.approve(other, today(), made.text_hash)


def test_a_published_name_and_version_never_stands_for_another_body(app: Flask) -> None:
    with app.app_context():
        author, other, taken = (
            person("planner"),
            person("supervisor"),
            body("PD6", title={"zh-Hans": "另一份"}),
        )
        with pytest.raises(Problem, match="form_version_taken"):
            Release.begin(author, "PD6", taken)
        one, two = submitted(), submitted(title={"zh-Hans": "同时写的另一份"})
        one.approve(other, today(), one.text_hash)
        with pytest.raises(Problem, match="form_version_taken"):
            two.approve(other, today(), two.text_hash)
        one.withdraw(other, "不用了")
        with pytest.raises(Problem, match="form_version_taken"):
            two.approve(other, today(), two.text_hash)


def test_two_items_never_share_a_forms_name_for_their_answers_would_fall_together(app: Flask) -> None:
    with app.app_context():
        for name in ("pd5", "base"):
            with pytest.raises(Problem, match="form_name_taken"):
                Release.begin(person("planner"), "PD6", body("PD6", version="2027.1", name=name))
        with pytest.raises(Problem, match="form_name_taken"):
            Release.begin(person("planner.rz"), "PD1", body("PD1", version="2027.1", name="pd8"))


def test_the_same_form_is_not_kept_twice_but_may_come_back_after_it_was_withdrawn(app: Flask) -> None:
    with app.app_context():
        author, other, made = person("planner"), person("supervisor"), submitted()
        with pytest.raises(Problem, match="form_same") as raised:
            Release.begin(author, "PD6", body("PD6", version="2027.1"))
        assert raised.value.details["release"] == made.id
        made.approve(other, today(), made.text_hash)
        made.withdraw(other, "太早")
        again = submitted()
        again.approve(other, today(), again.text_hash)
        assert again.form_hash == made.form_hash and again.id != made.id


def test_RZ_4a_what_is_off_the_list_gets_no_new_version(app: Flask) -> None:
    with app.app_context():
        author, made = person("planner"), submitted()
        item = Item.by_code(author.bureau_id, "PD6")
        assert item
        item.change(author, {"active": False}, "不再检查")
        with pytest.raises(Problem, match="item_off_list"):
            made.approve(person("supervisor"), today(), made.text_hash)
        made.take_back(author)
        with pytest.raises(Problem, match="item_off_list"):
            made.submit(author, "再来", made.text_hash)
        for code in ("PD6", "none", "PD6 ", "PD" * 40):
            with pytest.raises(Problem, match="item_off_list"):
                Release.begin(author, code, body("PD6", version="2027.9"))


def test_a_form_without_questions_stays_a_draft(app: Flask) -> None:
    with app.app_context():
        author = person("planner")
        made = Release.start(author, "PD6")
        assert (made.name, made.questions, made.source) == ("pd6", 0, None)
        assert made.version == "2026.2", "it follows the version in use"
        with pytest.raises(Problem, match="form_empty"):
            made.submit(author, "空的", made.text_hash)


def test_CA_2_1a_a_draft_begun_from_the_superiors_version_is_an_own_one(app: Flask) -> None:
    with app.app_context():
        author = person("planner.rz")
        claimed = next(item for item in Item.to_claim(author.bureau) if item.code == "PD6")
        Item.claim(author.bureau, author, [claimed.id])
        above = db.session.get_one(Release, Release.used(author.bureau_id, ["PD6"], today())["PD6"])
        assert above.bureau_id == BUREAUS["pd"]
        made = Release.start(author, "PD6", above)
        assert (made.bureau_id, made.version, made.state) == (BUREAUS["rz"], "2026.2", "draft")
        assert made.body_of()["questions"] == body("PD6")["questions"]


def test_what_was_done_is_kept_with_its_author_and_never_changed(app: Flask) -> None:
    with app.app_context():
        made, other = submitted(), person("supervisor")
        made.take_back(person("planner"))
        made.submit(person("planner"), "补了依据", made.text_hash)
        made.refuse(other, "第三题没有依据")
        db.session.commit()
        acts = [(act.act, act.author.username, act.said) for act in made.acts]
        assert acts[:2] == [("refused", "supervisor", "第三题没有依据"), ("submitted", "planner", "补了依据")]
        assert [name for name, _who, _said in acts] == [
            "refused",
            "submitted",
            "taken_back",
            "submitted",
            "made",
        ]
        db.session.get_one(ReleaseAct, made.acts[0].id).said = "别的"
        with pytest.raises(RuntimeError, match="only added to"):
            db.session.commit()
        db.session.rollback()
