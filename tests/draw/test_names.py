"""Under which id a subject stands in a pool, with its name known before the visit and without."""

from webapp.draw.asking import told
from webapp.draw.freeze import blind
from webapp.draw.names import Names
from webapp.draw.shape import is_name

PERSON = "11010519491231002X"


def test_a_blind_id_is_the_hash_of_salt_and_name_and_no_two_salts_are_the_same() -> None:
    names = Names(hidden=True)
    for subject in ("u1", "u2"):
        names.enter(subject, "华鑫人力资源有限公司", "91410400MA0001")
    assert len(set(names.ids.values())) == 2, "the same name tells nothing by its hash"
    for key, subject, said, salt in names.rows:
        assert said == "华鑫人力资源有限公司 91410400MA0001"
        assert salt and len(salt) == 64 and blind(said, salt) == key == names.ids[subject]


def test_a_name_that_is_shown_is_the_id_itself() -> None:
    names = Names(hidden=False)
    assert names.enter("u1", "华鑫（汝州）/人力", "91410400MA0001") == "华鑫（汝州） 人力 91410400MA0001"
    assert names.rows == [
        ("华鑫（汝州） 人力 91410400MA0001", "u1", "华鑫（汝州） 人力 91410400MA0001", None)
    ]


def test_TJ_7_of_a_natural_person_neither_name_nor_number_is_told_whole() -> None:
    assert told("张小明", PERSON) == "张** 110105********002X"
    assert told("张小明", "110105********002X") == "张** 110105********002X"
    assert told("华鑫", "91410400MA0001") == "华鑫 91410400MA0001"


def test_two_natural_persons_who_are_told_alike_are_two_subjects() -> None:
    names = Names(hidden=False)
    one, other = (names.enter(key, "张小明", PERSON) for key in ("u1", "u2"))
    assert one != other and is_name(one) and is_name(other)
