"""What is a natural person's is found wherever it stands, and what is nobody's stays (TJ-7, PD-3.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.publish.rules import (
    HOUSEHOLD,
    PERSON,
    UNIT,
    Private,
    kind_of,
    mask,
    masked_name,
    pieces,
    plain,
    private_of,
)

NOBODY = Private(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13812345678", "电话138****78"),
        ("电话 138 1234 5678。", "电话 138****78。"),
        ("电话138-1234-5678", "电话138****78"),
        ("电话１３８１２３４５６７８", "电话138****78"),
        ("+86 13812345678", "138****78"),
        ("传真0375-2861234", "传真037****34"),
        ("身份证410482199001011234已核", "身份证***已核"),
        ("身份证 410482 19900101 123X", "身份证 ***"),
        ("身份证４１０４８２１９９００１０１１２３４", "身份证***"),
        ("信用代码92410482MA3X1Y2Z3B", "信用代码***"),
        ("车牌豫D12345停在门口", "车牌豫D*****停在门口"),
        ("豫D·A1B2C", "豫D*****"),
        ("新能源豫DD12345", "新能源豫D*****"),
        ("京A1234警", "京A*****"),
        ("邮箱wang.xiao-ming@example.com.cn", "邮箱***"),
        ("卡号6222021712345678901", "卡号***"),
        ("卡号6222 0217 1234 5678 901", "卡号***"),
        ("护照E12345678", "护照***"),
        ("微信号：wxid_abc123", "微信号：***"),
        ("家住王寨乡一组12号，未到场", "家住***，未到场"),
        ("零宽1381\u200b2345\u200b678", "零宽138****78"),
    ],
)
def test_numbers_of_a_person_are_masked_however_they_are_written(text: str, shown: str) -> None:
    assert mask(text, NOBODY) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("员工王晓明反映拖欠工资", "员工王**反映拖欠工资"),
        ("王晓明反映拖欠工资", "王**反映拖欠工资"),
        ("经询问，李娜表示已补签", "经询问，李*表示已补签"),
        ("法定代表人：欧阳明远（电话13812345678）", "法定代表人：欧阳**（电话138****78）"),
        ("赵六女士在场", "赵*女士在场"),
        ("由张三、李四、王小五等3人签字", "由张*、李*、王**等3人签字"),
        ("员工张三、李四和王小五。", "员工张*、李*和王**。"),
        ("联系人阿布都·热合曼到场", None),
        ("刘强（男，32岁）入职", "刘*（男，32岁）入职"),
    ],
)
def test_names_are_found_by_what_stands_beside_them(text: str, shown: str | None) -> None:
    found = mask(text, NOBODY)
    assert found == shown if shown else "热合曼" not in found


@pytest.mark.parametrize(
    "text",
    [
        "未按规定公示收费标准，台账缺2026年9月。",
        "许可证91410422XN0000055E有效至2027-01-31",
        "平人社检〔2026〕00009号，责令15日内改正。",
        "抽查32份劳动合同，其中3份未写明工作地点。",
        "《人力资源市场暂行条例》（国务院令第700号）第三十五条",
        "涉及金额12,500.00元，支付宝收款码已张贴。",
        "高温津贴已发放，方案已备案，应当在五日内公示。",
        "a3f0138123456789bc",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert mask(text, NOBODY) == text


def test_whoever_the_file_knows_is_masked_in_any_place() -> None:
    known = Private(frozenset({"甄士", "甄士隐"}), frozenset({"王寨乡一组12号"}))
    assert mask("今日甄士隐出示了材料，甄士没有", known) == "今日甄**出示了材料，甄*没有"
    assert mask("送到王寨乡一组12号", known) == "送到***"


def test_what_a_person_opened_stays_and_nothing_else() -> None:
    assert mask("员工王晓明，电话13812345678", NOBODY, {"王晓明"}) == "员工王晓明，电话138****78"


def test_the_file_knows_pair_present_signers_witnesses_and_who_is_the_subject() -> None:
    record = {
        "content": {
            "visit": {"subject": {"name": "周正", "code": "11010519491231002X", "address": "王寨乡一组12号"}},
            "present": [{"name": "吴用、阮小二", "phone": "0375-2861234"}],
        },
        "signatures": [{"name": "宋江", "phone": "13812345678", "witness": "鲁达"}],
    }
    assignment = {
        "pair": [{"name": "林冲", "phone": "1", "credential": "豫D-00001"}],
        "assigned_by": "卢俊义",
    }
    found = private_of(record, assignment)
    assert found.names == {"周正", "吴用", "阮小二", "宋江", "鲁达", "林冲", "卢俊义"}
    assert {
        "11010519491231002X",
        "王寨乡一组12号",
        "0375-2861234",
        "13812345678",
        "豫D-00001",
    } == found.others


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("11010519491231002X", PERSON),
        ("92410482MA3X1Y2Z3B", HOUSEHOLD),
        ("91410482MA3X1Y2Z3B", UNIT),
        ("", UNIT),
    ],
)
def test_a_subject_is_a_person_a_persons_shop_or_neither(code: str, kind: str) -> None:
    assert kind_of({"code": code}) == kind


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王五", "王*"), ("王小五", "王**"), ("欧阳锋", "欧阳*"), ("欧阳", "欧*"), ("", ""), ("李", "李*")],
)
def test_of_a_name_the_surname_stays(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.text(max_size=200))
def test_pieces_never_overlap_and_masking_twice_is_masking_once(text: str) -> None:
    found = pieces(plain(text), NOBODY)
    assert all(one.ends <= two.begins for one, two in zip(found, found[1:], strict=False))
    assert all(plain(text)[one.begins : one.ends] == one.text for one in found)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["，", "电话", "x ", "（", "\n", ""])
)
def test_no_phone_passes(phone: str, before: str) -> None:
    assert phone not in mask(f"{before}{phone}。", NOBODY)
