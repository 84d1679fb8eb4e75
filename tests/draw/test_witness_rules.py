"""Who watches a draw (RZ-13): names, seals, when it is settled who opened; and the phone's twin in JavaScript."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.accounts.rules import ALPHABET
from webapp.draw import asking, seed
from webapp.draw import witness_rules as rules

ROOT = Path(__file__).parents[2]
SALT = "3d1f0c9a7b5e2468ace013579bdf0246"
SEALED = seed.seal("583921./", SALT)
TWIN = """
import { numberOf, sealOf, textOf } from "./static/witness/sealing.js";
const typed = JSON.parse(process.argv[1]);
console.log(JSON.stringify(typed.map(([number, salt]) => {
  const whole = numberOf(number);
  return whole === null ? null : [textOf(whole), sealOf(whole, salt)];
})));
"""


def test_a_short_address_is_found_however_it_is_typed() -> None:
    letters = iter("3456789a")
    code = rules.new_code(lambda alphabet: next(letters) if alphabet == ALPHABET else "")
    assert code == "3456789a"
    assert {rules.tidy_code(typed) for typed in ("3456-789A", " 3456 789a ", "３４５６７８９ａ")} == {code}


def test_number_and_salt_open_their_own_seal_alone() -> None:
    assert rules.opens(SEALED, "583921./", SALT)
    for text, salt in [("583922./", SALT), ("583921./", SALT[:-1] + "7"), ("/", ""), ("583921/", SALT)]:
        assert not rules.opens(SEALED, text, salt)
    short = "s" * 31
    assert not rules.opens(seed.seal("1./", short), "1./", short)
    leading = seed.seal("01./", SALT)
    assert not rules.opens(leading, "01./", SALT)


def test_what_opens_is_what_the_draw_accepts() -> None:
    named = {"kind": "witness", "name": "周敏", "sealed": SEALED, "when": None}
    public = {"kind": "public", "name": "双色球", "sealed": None, "when": "2026-11-21T21:15:00+08:00"}
    opened = [
        {"name": "周敏", "text": "583921./", "salt": SALT},
        {"name": "双色球", "text": "7./", "salt": ""},
    ]
    assert rules.opens(SEALED, "583921./", SALT)
    assert list(seed.source_faults({"sources": [named, public]}, opened)) == []


def test_who_opens_after_the_first_public_numbers_can_be_known_is_too_late() -> None:
    sources = [rules.source("周敏", SEALED)] + [
        {"name": name, "kind": "public", "when": when, "sealed": None}
        for name, when in (("乙", "2026-11-21T21:30:00+08:00"), ("甲", "2026-11-21T21:15:00+08:00"))
    ]
    assert rules.settled_at(sources) == "2026-11-21T21:15:00+08:00"
    assert not rules.is_settled(sources, datetime(2026, 11, 21, 13, 14, 59, tzinfo=UTC))
    assert rules.is_settled(sources, datetime(2026, 11, 21, 13, 15, tzinfo=UTC))


@pytest.mark.parametrize("name", ["周敏", "阿卜杜拉·买买提", "Mary O'Neil", "𠮷田"])
def test_names_as_people_have_them_can_join(name: str) -> None:
    assert rules.join_fault(rules.tidy_name(name), "media", SEALED, []) is None


def test_a_hall_holds_so_many_and_each_name_with_its_capacity_once() -> None:
    standing = [rules.source_name("周敏", "media")]
    assert rules.join_fault("周敏", "media", SEALED, standing) == "witness_twice"
    assert rules.join_fault("周敏", "deputy", SEALED, standing) is None
    crowd = [f"人{n}" for n in range(rules.MOST_WITNESSES)]
    assert rules.join_fault("周敏", "media", SEALED, crowd) == "witness_full"


def test_the_planner_confirms_the_very_list_and_its_order() -> None:
    one, other = rules.source("周敏", "a" * 64), rules.source("韩雪", "b" * 64)
    hashes = {rules.list_hash(rows) for rows in ([one, other], [other, one], [one], [])}
    assert len(hashes) == 4


digits = st.text(st.sampled_from("0123456789０１９"), min_size=1, max_size=30)
salts = st.text(st.sampled_from("0123456789abcdef"), min_size=32, max_size=64)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(digits, salts), min_size=1, max_size=40))
def test_the_phone_computes_the_seal_that_the_draw_expects(typed: list[tuple[str, str]]) -> None:
    again = _twin(typed)
    for (number, salt), made in zip(typed, again, strict=True):
        text = asking.written(number)
        assert made == [text, seed.seal(text, salt)]
        assert rules.opens(made[1], text, salt)


def test_what_is_no_number_is_none_on_the_phone() -> None:
    assert _twin([(text, SALT) for text in ("", "-1", "1.5", "1e5", "十二", "1" * 31, "1 a")]) == [None] * 7
    assert _twin([(" 58 39 21 ", SALT)]) == [["583921./", SEALED]]


def _twin(typed: list[tuple[str, str]]) -> list[list[str] | None]:
    given_one = ["node", "--input-type=module", "-e", TWIN, json.dumps(typed)]
    done = subprocess.run(given_one, capture_output=True, check=True, cwd=ROOT, text=True)
    found: list[list[str] | None] = json.loads(done.stdout)
    return found
