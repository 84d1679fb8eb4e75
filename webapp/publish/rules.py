"""What of a record nobody reads in public: names, numbers and addresses of natural persons, masked. Pure (TJ-7, PD-3.5).

Two nets lie over each other: what the file itself knows to be a person's (`Private`), and what looks like it wherever it
stands (`SIGHT`). Neither is sure to find a name that stands alone in free text, so free text is out until a person read it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from webapp.registry.subject_rules import is_person

Json = dict[str, Any]

# What a subject is: a natural person, a shop that is one person's (个体工商户, its credit code begins with 92), any other.
PERSON, HOUSEHOLD, UNIT = "person", "household", "unit"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温庞殷章葛管甄"
)
TWO_SIGNED = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|东方|轩辕"
# A resident's number before 1999, which an old registration of a firm may look like.
OLD_NUMBER = re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
# After these words, and before those, stands somebody's name.
BEFORE_NAME = (
    "姓名|法定代表人|代表人|负责人|经营者|联系人|投诉人|举报人|申请人|当事人|在场人|签字人|见证人|员工|职工|劳动者|工人|学员|"
    "求职者|经理|店长|会计|出纳|主管|主任|老板|保安|前台|人事|股东|监护人|家属|业主|房东|身份证|本人"
)
AFTER_NAME = (
    "先生|女士|小姐|经理|主任|老板|师傅|老师|同志|店长|会计|主管|总监|本人|夫妇|等人|等[0-9一二两三四五六七八九十]+[人名]|"
    "[（(，,]?(?:身份证|电话|手机|男|女)|[（(]?1[3-9][0-9]{9}|[（(][0-9]{17}"
)
# What a person does, where the name begins the clause.
DOES = (
    "反映|投诉|举报|陈述|表示|称|签订|签字|签名|领取|入职|离职|辞职|到场|在场|驾驶|补签|未签|未领|被拖欠|"
    "的工资|的合同|的社保"
)
CLAUSE = r"(?:^|(?<=[，。；：、！？,;:\s（(“”和与由给对找据经问]))"
# A name ends where a word begins that is none of it.
NO_NAME = (
    "反映|投诉|举报|提出|表示|陈述|未|没|已|在|于|的|和|与|及|说|称|到|经|系|是|有|为|被|将|由|向|处|办|签|自|因|持|等|先|女|"
    "本|该|此|以|从|工|提|交|要|共|其|则|领|驾|补|入职|离职|辞职|反|电话|手机|身份|男"
)
_SIGN = r"[\u4e00-\u9fff\U00020000-\U0003ffff]"
NAME = rf"(?:{TWO_SIGNED}|[{SURNAMES}])(?:(?!{NO_NAME}){_SIGN}){{1,2}}"
NAMES = (
    re.compile(rf"(?:{BEFORE_NAME})(?:[为是叫：:、（(]|\s)*({NAME})"),
    re.compile(rf"({NAME}?)(?={AFTER_NAME})"),
    re.compile(rf"{CLAUSE}({NAME}?)(?={DOES})"),
    # 阿布都·热合曼
    re.compile(rf"({_SIGN}{{2,8}}[·•]{_SIGN}{{2,8}}(?:[·•]{_SIGN}{{2,8}})?)"),
)
# Names in a row: where one of them is known, the others are too.
NEXT = re.compile(rf"(?:、|和|与|及)({NAME})(?=[、和与及等，。；,;\s（()）]|$)")
ROW = re.compile(rf"((?:{NAME}、)+{NAME})(?=等)")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# In the order in which they are looked for: the longer before what stands in it. Figures may be parted as people part them.
SIGHT: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"[A-Za-z0-9._%+-]+\s?[@＠]\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    "code": re.compile(r"(?<![0-9A-Za-z])92[0-9A-Z]{16}(?![0-9A-Za-z])"),
    "resident": re.compile(
        r"(?<![0-9A-Za-z])\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[0-9Xx](?![0-9A-Za-z])"
    ),
    "plate": re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][ ·•.-]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳领]"),
    "phone": re.compile(
        r"(?<![0-9A-Za-z])(?:(?:\+|00)86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])"
        r"|(?<![0-9A-Za-z])[(（]?0\d{2,3}[)）]?[ -]?\d{7,8}(?![0-9A-Za-z])"
    ),
    "address": re.compile(
        r"(?:家住|现住|住在|住址|户籍地?|家庭住址|居住[在于地])[址为是在于：:]*\s*([^，。；、,;\n（(]{4,40})"
    ),
    "account": re.compile(r"(?:微信|QQ|qq|支付宝)(?:号|账号)?[为是：:]*\s*([A-Za-z0-9_-]{5,20})"),
    "number": re.compile(
        r"(?<![0-9A-Za-z-])(?:[A-Z]{1,2}\d{7,8}|\d{15,19}|\d{4}(?: \d{4}){3}(?: \d{1,3})?)(?![0-9A-Za-z-])"
    ),
}


@dataclass(frozen=True)
class Private:
    """What the file itself knows to be a natural person's; `names` are masked, `others` are taken away."""

    names: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True)
class Piece:
    """Something of a person's in a text: what it is (`name`, `known`, or of `SIGHT`), where, and how it is masked."""

    kind: str
    begins: int
    ends: int
    text: str
    shown: str


def kind_of(subject: Json) -> str:
    """Whether a subject is a natural person, a shop of one, or anything else (PD-A item 8)."""
    code, name = str(subject.get("code") or ""), str(subject.get("name") or "")
    if is_person(code) or (OLD_NUMBER.fullmatch(code) and len(name) <= 4):
        return PERSON
    return HOUSEHOLD if code.startswith("92") and len(code) == 18 else UNIT


def masked_name(name: str) -> str:
    """王**: the surname, where it is known to be of two signs both."""
    name = name.strip()
    kept = 2 if len(name) > 2 and re.match(TWO_SIGNED, name) else 1
    return name[:kept] + "*" * max(len(name) - kept, 1) if name else ""


def private_of(record: Json, assignment: Json) -> Private:
    """Whoever the record names: the pair, those present, who signed or witnessed, and a subject that is a person."""
    content = record["content"]
    visit = content["visit"] or {}
    subject = {**(assignment.get("subject") or {}), **(visit.get("subject") or {})}
    people = [
        *_objects(visit.get("pair")),
        *_objects(assignment.get("pair")),
        *content["present"],
        *record["signatures"],
    ]
    people += [{"name": one["witness"]} for one in record["signatures"]]
    people += [{"name": subject.get("representative"), "phone": subject.get("phone")}]
    people += [{"name": assignment.get("assigned_by")}]
    names = {text for one in people for text in people_in(one.get("name"))}
    others = {one.get(part) for one in people for part in ("phone", "credential")}
    if kind_of(subject) == PERSON:
        names |= set(people_in(subject.get("name")))
    if kind_of(subject) in (PERSON, HOUSEHOLD):
        others |= {subject.get("code"), subject.get("address")}
    long_enough = {text.strip() for text in others if isinstance(text, str) and len(text.strip()) >= 5}
    return Private(frozenset(names), frozenset(long_enough))


def pieces(text: str, private: Private) -> list[Piece]:
    """All that is a person's in a text, in its order, none over another; the text is read as `plain` gives it."""
    found: list[Piece] = []
    for kind, begins, ends in _sights(text, private):
        if not any(begins < one.ends and one.begins < ends for one in found):
            said = text[begins:ends]
            found.append(Piece(kind, begins, ends, said, _SHOWN.get(kind, _stars)(said)))
    return sorted(found, key=lambda one: one.begins)


def mask(text: str, private: Private, opened: Iterable[str] = ()) -> str:
    """The text with all that is a person's masked, but for what a person decided to open."""
    text, shown = plain(text), set(opened)
    for piece in reversed(pieces(text, private)):
        if piece.text not in shown:
            text = text[: piece.begins] + piece.shown + text[piece.ends :]
    return text


def plain(text: str) -> str:
    """A text with figures and letters of the ordinary width and nothing unseen in it, so that no number hides."""
    ordinary = "".join(_ordinary(sign) for sign in text)
    return "".join(
        sign for sign in ordinary if unicodedata.category(sign) not in ("Cf", "Cc") or sign == "\n"
    ).strip()


def _ordinary(sign: str) -> str:
    # Signs of Chinese writing stay as they are; only figures and letters of another width become the ordinary ones.
    other = unicodedata.normalize("NFKC", sign)
    return other if other.isascii() and other.isalnum() else sign


def _sights(text: str, private: Private) -> Iterable[tuple[str, int, int]]:
    for known in sorted(private.others, key=len, reverse=True):
        yield from (("known", at.start(), at.end()) for at in re.finditer(re.escape(plain(known)), text))
    for kind, pattern in SIGHT.items():
        yield from ((kind, *at.span(pattern.groups)) for at in pattern.finditer(text))
    for name in sorted(private.names, key=len, reverse=True):
        for at in re.finditer(re.escape(plain(name)), text):
            yield from _and_next(text, at.span())
    for row in ROW.finditer(text):
        yield from (
            ("name", row.start() + at.start(), row.start() + at.end()) for at in re.finditer(NAME, row[1])
        )
    for pattern in NAMES:
        for at in pattern.finditer(text):
            yield from _and_next(text, at.span(1))


def _and_next(text: str, found: tuple[int, int]) -> Iterable[tuple[str, int, int]]:
    """A name, and those that stand in a row with it."""
    yield "name", *found
    at = NEXT.match(text, found[1])
    while at:
        yield "name", *at.span(1)
        at = NEXT.match(text, at.end(1))


def people_in(name: Any) -> list[str]:
    """The names in a field that may hold several, each of two signs or more."""
    parts = re.split(r"[、,，;；/\s]+", name.strip()) if isinstance(name, str) else []
    return [part for part in parts if len(part) >= 2]


def _objects(value: Any) -> list[Json]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _stars(text: str) -> str:
    return "***"


def _phone(text: str) -> str:
    figures = re.sub(r"^0?0?86", "", re.sub(r"\D", "", text))
    return f"{figures[:3]}****{figures[-2:]}"


def _plate(text: str) -> str:
    return f"{text[:2]}*****"


_SHOWN: dict[str, Callable[[str], str]] = {"name": masked_name, "phone": _phone, "plate": _plate}
