"""The demo world's lists as plain data: bureaus, items, subjects, people, the visits to be made.

Read from the files beside this one; every id comes from a readable name, so two loads give the same rows.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

Row = dict[str, Any]

HERE = Path(__file__).parent
NAMESPACE = UUID("6f1c4d0e-2d6b-5c4a-9a57-79696461006e")
PASSWORD = "yidang-demo"  # noqa: S105 -- the demo accounts' password is printed by `make run`

# What a type of subject is in the table's words, and what it does.
TYPES: dict[str, tuple[list[str], str]] = {
    "hr": (["人力资源服务机构"], "职业中介、人力资源招聘、人力资源培训服务"),
    "school": (["技工院校"], "中级、高级技能人才学制教育与职业培训"),
    "assessor": (["职业技能鉴定机构"], "职业技能鉴定与等级认定考务"),
    "training": (["民办培训机构"], "初级、中级职业技能培训"),
    "dispatch": (["劳务派遣单位"], "劳务派遣、人力资源服务外包"),
    "user": (["用工单位"], "按登记的经营范围开展生产经营，使用劳务派遣人员"),
    "employer": ([], "按登记的经营范围开展生产经营"),
    "pensioner": (["享受养老保险待遇人员"], "领取养老保险待遇"),
}
# The first two digits of a unified social credit code say who registered what: an enterprise, a sole trader.
BUSINESS_REGISTERS = ("91", "92")
USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identity(*name: str) -> str:
    """The id of a thing in the demo world, the same for ever: `identity("subject", "pd-hr-1")`."""
    return str(uuid5(NAMESPACE, "/".join(name)))


def lot(low: int, high: int, *name: str) -> int:
    """A whole number from `low` to `high`, both included, that follows from `name` alone."""
    drawn = hashlib.sha256("/".join(name).encode()).digest()
    return low + int.from_bytes(drawn[:8], "big") % (high - low + 1)


def table(name: str) -> list[dict[str, str]]:
    """The rows of a tab-separated file of this folder, by the names in its header."""
    header, *lines = (line.split("\t") for line in _text(name).splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]


def bureaus() -> list[Row]:
    """The four bureaus, a parent before its children, each with `id`, `parent_id`, and its `law`.

    `law` is `{name: {value, clause, note?}}`; `clause` names the rule (`RZ-17`), null where the bureau's
    document says nothing and the value is the demo's. `districts` are `{name, region, latitude, longitude}`.
    """
    found: list[Row] = json.loads(_text("bureaus.json"))
    for bureau in found:
        bureau["id"] = identity("bureau", bureau["key"])
        bureau["parent_id"] = bureau["parent"] and identity("bureau", bureau["parent"])
    return found


def items(bureau: str = "pd") -> list[Row]:
    """The items that a bureau (by key) has claimed (CA-2.1a), in the table's order; for `pd` all nine (PD-A).

    The eleven columns as printed, the ratio once more as `ratio_bp` (basis points) or `minimum` (persons),
    and `kinds`: the kinds of subjects it is for.
    """
    (claiming,) = (each for each in bureaus() if each["key"] == bureau)
    claimed = [item for item in json.loads(_text("items.json")) if item["code"] in claiming["claims"]]
    superior = claiming["parent"]
    return [
        item
        | {
            "id": identity("item", bureau, item["code"]),
            "bureau_id": claiming["id"],
            "times": int(item["frequency"][-4]) if item["frequency"][-4:-3].isdigit() else None,
            "guideline": _guideline(item),
            "claimed_id": superior and identity("item", superior, item["code"]),
        }
        for item in claimed
    ]


def subjects() -> list[Row]:
    """Everyone who can be inspected, with valid codes, `items` naming the codes of what applies to each.

    Positions are decimal strings; `founded` is a date or null; a natural person's `code` is a masked number.
    """
    offices = {bureau["key"]: bureau for bureau in bureaus()}
    claimed = {key: items(key) for key in offices}
    rows = enumerate(table("subjects.tsv"), start=1)
    return [_subject(row, serial, offices[row["bureau"]], claimed[row["bureau"]]) for serial, row in rows]


def people() -> list[Row]:
    """All accounts; `credential`, `valid_until`, `items` (scope), `district` are an inspector's alone."""
    offices = {bureau["key"]: bureau for bureau in bureaus()}
    return [
        _person(row, serial, offices[row["bureau"]])
        for serial, row in enumerate(table("people.tsv"), start=1)
    ]


def experts() -> list[Row]:
    """Who goes along where the knowledge is needed."""
    offices = {bureau["key"]: bureau for bureau in bureaus()}
    lists = ("specialties", "items")
    return [
        {
            name: row[name].split("、") if name in lists else row[name]
            for name in row
            if name not in ("key", "bureau")
        }
        | {
            "id": identity("expert", row["key"]),
            "bureau_id": offices[row["bureau"]]["id"],
            "phone": phone(9000 + serial),
        }
        for serial, row in enumerate(table("experts.tsv"), start=1)
    ]


def assignments() -> list[Row]:
    """The visits to be loaded, in every state.

    `due` and `visit` are days counted from the day of loading (`visit` null where nobody went yet), `time` is
    the local time of arrival; `subject` and `pair` hold ids, `usernames` the pair's names. `state` is one of
    `assigned`, `open`, `conflict`, `sealed`, `sealed_refused`, `sealed_absent`, `returned`, `accepted`,
    `archived`.
    """
    offices = {bureau["key"]: bureau for bureau in bureaus()}
    return [_assignment(row, offices[row["bureau"]]) for row in table("assignments.tsv")]


def _subject(row: dict[str, str], serial: int, bureau: Row, claimed: list[Row]) -> Row:
    (district,) = (each for each in bureau["districts"] if each["name"] == row["district"])
    kinds = _kinds(row)
    person = row["type"] == "pensioner"
    return {
        "id": identity("subject", row["key"]),
        "key": row["key"],
        "bureau_id": bureau["id"],
        "bureau": bureau["key"],
        "name": row["name"],
        "code": masked_number(district["region"], serial)
        if person
        else credit_code(row["register"], district, serial),
        "type": row["type"],
        "kinds": kinds,
        "items": [item["code"] for item in claimed if not set(kinds).isdisjoint(item["kinds"])],
        "address": _place(bureau) + row["district"] + row["address"],
        "district": row["district"],
        "latitude": _shifted(district["latitude"], row["key"], "latitude"),
        "longitude": _shifted(district["longitude"], row["key"], "longitude"),
        "credit_risk": row["credit"] or None,
        "labour_grade": row["labour"] or None,
        "state": row["state"],
        "representative": row["representative"] or None,
        "phone": phone(1000 + serial),
        "staff": int(row["staff"]),
        "founded": None if person else _founded(row["key"]),
        "business": TYPES[row["type"]][1],
        "tags": [tag for tag in row["tags"].split("、") if tag],
    }


def _founded(key: str) -> str:
    return f"{lot(2008, 2023, key, 'y')}-{lot(1, 12, key, 'm'):02}-{lot(1, 28, key, 'd'):02}"


def _kinds(row: dict[str, str]) -> list[str]:
    if row["type"] == "pensioner":
        return TYPES["pensioner"][0]
    firm = ["企业", "参保企业"] if row["register"] in BUSINESS_REGISTERS else []
    return [*TYPES[row["type"]][0], *firm, "用人单位"]


def _person(row: dict[str, str], serial: int, bureau: Row) -> Row:
    person = {
        "id": identity("user", row["username"]),
        "username": row["username"],
        "name": row["name"],
        "roles": [row["roles"]],
        "bureau_id": bureau["id"],
        "bureau": bureau["key"],
        "title": row["title"],
        "unit": row["unit"],
        "phone": phone(serial),
    }
    inspects = row["roles"] == "inspector"
    return person | {
        # 99 stands where a real number names the issuing office.
        "credential": f"{bureau['region'][:4]}99{serial:05}" if inspects else None,
        "valid_until": row["valid_until"] or None,
        "specialties": [each for each in row["specialties"].split("、") if each],
        "items": [each for each in row["scope"].split("、") if each],
        "district": row["district"] or None,
    }


def _assignment(row: dict[str, str], bureau: Row) -> Row:
    usernames = [f"inspector{number}{bureau['suffix']}" for number in row["pair"].split("、")]
    return {
        "id": identity("assignment", row["key"]),
        "key": row["key"],
        "bureau_id": bureau["id"],
        "bureau": bureau["key"],
        "subject": identity("subject", row["subject"]),
        "items": row["items"].split("、"),
        "pair": [identity("user", username) for username in usernames],
        "usernames": usernames,
        "due": int(row["due"]),
        "visit": int(row["visit"]) if row["visit"] else None,
        "time": row["time"] or None,
        "reason": {"kind": row["kind"], "text": row["reason"]},
        "state": row["state"],
        "fails": [name for name in row["fails"].split("、") if name],
        "result": row["result"] or None,
        "conflict": row["conflict"] or None,
        "ending": row["ending"] or None,
        "witness": row["witness"] or None,
    }


def credit_code(register: str, district: Row, serial: int) -> str:
    """A unified social credit code that checks out (GB 32100) and is nobody's: no office gives out `XN`."""
    body = f"XN{serial:06}"
    organisation = sum(
        weight * ORGANISATION_DIGITS.index(digit)
        for weight, digit in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)
    )
    start = register + district["region"] + body + "0123456789X"[(11 - organisation % 11) % 11]
    total = sum(pow(3, place, 31) * USCC_DIGITS.index(digit) for place, digit in enumerate(start))
    return start + USCC_DIGITS[(31 - total % 31) % 31]


def masked_number(region: str, serial: int) -> str:
    """A resident number as it may be shown: its birthday hidden."""
    return f"{region}********{serial % 1000:03}X"


def phone(serial: int) -> str:
    """A mobile number that rings nowhere: 160 is given to no network."""
    return f"1600000{serial:04}"


def _place(bureau: Row) -> str:
    """What an address in the bureau's area begins with, before the district's name."""
    return {"pd": "河南省平顶山市", "rz": "河南省汝州市", "ca": "河北省石家庄市长安区", "tj": "天津市"}[
        bureau["key"]
    ]


def _shifted(centre: str, *name: str) -> str:
    """A decimal string up to 0.012 degrees from the centre of the district."""
    whole, _, fraction = centre.partition(".")
    millionths = int(whole) * 1_000_000 + int(fraction.ljust(6, "0")) + lot(-12_000, 12_000, *name)
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06}"


def _guideline(item: Row) -> str:
    """工作指引: how the demo's item is inspected, from its own columns."""
    checked = "\n".join(f"{number}. {content}" for number, content in enumerate(item["contents"], start=1))
    return (
        f"一、检查前\n核对名录库中的登记、许可和以往检查情况，准备执法证、通知书和检查表。\n\n"
        f"二、检查方式\n{'、'.join(item['methods'])}\n\n三、逐项检查\n{checked}\n\n"
        f"四、检查后\n当场告知结果的，请检查对象核对签字；发现问题的，固定证据，提出处理意见。"
    )


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
