"""What an expression of a form gives, as the ODK XForms specification says; the same as `static/field/evaluate.js`. Pure.

A value is a text, a number, a truth, or the texts of a question's answers (`list`). Dates are texts in ISO 8601; where a
number is asked of one it is the days since 1970-01-01 in China's time.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import reduce
from typing import Any

from webapp.forms.expressions import CHAINED, Tree
from webapp.forms.patterns import matches

Value = str | float | bool | list[str]

CHINA = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SPACE = " \t\n\r"
# Characters that are put together from others, or held against a pattern, at most.
TEXT = 20_000

_number = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_day = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_short_day = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_time = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3})[0-9]*)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    `values(key, around)`: the texts of a question's answers that can be seen from here, one an instance, of at most
    `around` repeats only in the instance around; `place(key)`: the place (from 1) in the repeat around; `own`: the
    question's own answer; `column(name)`: a column of the choice that is looked at, nothing where its cell is empty;
    `indexed(key, places)`: the answers in the instances at these places (from 1) of their repeats; `now`: ISO 8601.
    """

    values: Callable[..., list[str]]
    now: str
    own: str = ""
    place: Callable[[str], int] = lambda key: 1
    column: Callable[[str], Value] = lambda name: ""
    indexed: Callable[[str, dict[str, float]], list[str]] | None = None


def evaluate(tree: Tree, scope: Scope) -> Value:
    """The value of a tree that `expressions.compiled` made."""
    head = tree[0]
    if head in _LEAVES:
        return _LEAVES[head](tree, scope)
    if head in _LAZY:
        return _LAZY[head](tree, scope)
    values = [evaluate(part, scope) for part in tree[1:]]
    return reduce(_EAGER[head], values) if head in CHAINED else _EAGER[head](*values)


def answer(value: Value) -> str:
    """A value as an answer is kept: a number that is none is no answer."""
    if isinstance(value, float) and math.isnan(value):
        return ""
    return text(value)


def typed(value: Value, kind: str) -> str:
    """What is computed, as an answer of its kind: of an integer the whole part, of a date the day."""
    if kind == "date":
        return _date(value)
    if kind in ("integer", "decimal"):
        found = number(value)
        return answer(_whole(found, math.trunc) if kind == "integer" else found)
    return answer(value)


def text(value: Value) -> str:
    """XPath's string(): of several answers the first, numbers without an exponent."""
    if isinstance(value, list):
        return value[0] if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _written(value) if isinstance(value, float) else value


def number(value: Value) -> float:
    """XPath's number(); a date counts its days."""
    if isinstance(value, float | bool):
        return float(value)
    said = text(value).strip(SPACE)
    if _number.fullmatch(said):
        return float(said)
    moment = _moment(said)
    return math.nan if moment is None else _days(moment + CHINA.utcoffset(None))


def truth(value: Value) -> bool:
    """XPath's boolean(): of a question, whether it is there at all."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _written(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    digits, _, power = repr(abs(value)).partition("e")
    whole, _, part = digits.partition(".")
    part = "" if part == "0" else part
    shift = int(power or 0)
    if shift > 0:
        part = part.ljust(shift, "0")
        whole, part = whole + part[:shift], part[shift:]
    elif shift < 0:
        whole = whole.rjust(1 - shift, "0")
        whole, part = whole[:shift], whole[shift:] + part
    whole = whole.lstrip("0") or "0"
    return ("-" if value < 0 else "") + whole + (f".{part}" if part else "")


def _moment(said: str) -> datetime | None:
    """A day or a day with a time, without a zone in China's; `None` where it is neither."""
    day, mark, hours = said.partition("T")
    found = _day.fullmatch(day)
    clock = _clock(hours) if mark else (timedelta(), None)
    if not found or clock is None:
        return None
    try:
        start = datetime.combine(date(int(found[1]), int(found[2]), int(found[3])), datetime.min.time(), UTC)
        moment = start + clock[0] - (CHINA.utcoffset(None) if clock[1] is None else clock[1])
        # The first and the last hours are a day in one zone and out of the calendar in the other.
        moment.astimezone(CHINA)
        return moment
    except (ValueError, OverflowError):
        return None


def _clock(said: str) -> tuple[timedelta, timedelta | None] | None:
    """The time since midnight and the offset of its zone."""
    found = _time.fullmatch(said)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    since = timedelta(
        hours=hour, minutes=minute, seconds=second, milliseconds=int((found[4] or "0").ljust(3, "0"))
    )
    zone = found[5]
    if zone is None:
        return since, None
    offset = timedelta() if zone == "Z" else timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return since, -offset if zone.startswith("-") else offset


def _days(moment: datetime) -> float:
    return (moment - EPOCH) // timedelta(milliseconds=1) / 86_400_000


def _date(value: Value) -> str:
    """A day from a text or from a number of days; what is neither is no answer."""
    if isinstance(value, float):
        if math.isnan(value) or math.isinf(value) or abs(value) > 2_900_000:
            return ""
        try:
            return (EPOCH + timedelta(days=math.floor(value))).date().isoformat()
        except OverflowError:
            return ""
    said = text(value).strip(SPACE)
    if _number.fullmatch(said):
        return _date(float(said))
    short = _short_day.fullmatch(said)
    moment = _moment(f"{short[1]}-{short[2]:0>2}-{short[3]:0>2}" if short else said)
    return "" if moment is None else moment.astimezone(CHINA).date().isoformat()


def _date_time(value: Value) -> str:
    said = text(value).strip(SPACE) if not isinstance(value, float) else _date(value)
    return said if _moment(said) else ""


def _decimal_time(value: Value) -> float:
    clock = _clock(text(value).strip(SPACE))
    return math.nan if clock is None else clock[0] // timedelta(milliseconds=1) / 86_400_000


def _decimal_date_time(value: Value) -> float:
    moment = _moment(text(value).strip(SPACE))
    return math.nan if moment is None else _days(moment)


def _format(value: Value, pattern: Value) -> str:
    moment = _moment(text(value).strip(SPACE))
    if moment is None:
        return ""
    here = moment.astimezone(CHINA)
    parts = {
        "Y": f"{here.year:04}", "y": f"{here.year % 100:02}", "m": f"{here.month:02}", "n": str(here.month),
        "b": MONTHS[here.month - 1], "d": f"{here.day:02}", "e": str(here.day), "H": f"{here.hour:02}",
        "h": str(here.hour), "M": f"{here.minute:02}", "S": f"{here.second:02}", "3": f"{here.microsecond // 1000:03}",
        "a": DAYS[here.weekday()], "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), text(pattern))


def _equal(left: Value, right: Value, same: bool = True) -> bool:
    """XPath 1.0, section 3.4: where questions are compared, whether any of their answers does it."""
    if isinstance(left, bool) or isinstance(right, bool):
        return (truth(left) == truth(right)) == same
    if isinstance(left, list):
        return any(_equal(one, right, same) for one in left)
    if isinstance(right, list):
        return any(_equal(left, one, same) for one in right)
    if isinstance(left, float) or isinstance(right, float):
        return (number(left) == number(right)) == same
    return (left == right) == same


def _compare(holds: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        lefts: list[Any] = left if isinstance(left, list) else [left]
        rights: list[Any] = right if isinstance(right, list) else [right]
        return any(holds(number(one), number(other)) for one in lefts for other in rights)

    return compare


def _div(left: Value, right: Value) -> float:
    above, below = number(left), number(right)
    if below:
        return above / below
    if above == 0 or math.isnan(above) or math.isnan(below):
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1, below)


def _mod(left: Value, right: Value) -> float:
    above, below = number(left), number(right)
    if below == 0 or math.isinf(above) or math.isnan(above) or math.isnan(below):
        return math.nan
    return math.fmod(above, below)


def _whole(value: float, by: Callable[[float], int]) -> float:
    return value if math.isnan(value) or math.isinf(value) else float(by(value))


def _round(value: Value, places: Value = 0.0) -> float:
    """Half goes away from nothing, as ODK does it, on the digits as they are written."""
    given, shift = number(value), number(places)
    if math.isnan(given) or math.isinf(given) or math.isnan(shift):
        return given if not math.isnan(shift) else math.nan
    by = math.trunc(max(-30, min(30, shift)))
    moved = float(f"{_written(abs(given))}e{by}")
    if math.isinf(moved):
        return given
    floor = math.floor(moved)
    nearest = float(f"{_written(float(floor + (moved - floor >= 0.5)))}e{-by}")
    return math.copysign(nearest, given) if nearest else 0.0


def _pow(value: Value, power: Value) -> float:
    """Whole powers by the same products in both languages; others as near as `_near` brings them."""
    base, by = number(value), number(power)
    if by == 0.5:
        return _sqrt(base)
    if math.isnan(base) or math.isnan(by) or (math.isinf(by) and base == 1):
        return math.nan
    if math.isinf(by) or by != math.trunc(by) or abs(by) > 1024:
        return _near(math.pow)(base, by) if base > 0 else math.nan
    found, left = 1.0, int(abs(by))
    while left:
        if left & 1:
            found *= base
        base *= base
        left >>= 1
    return _div(1.0, found) if by < 0 else found


def _sqrt(value: Value) -> float:
    given = number(value)
    return math.nan if given < 0 else math.sqrt(given)


def _near(of: Callable[..., float]) -> Callable[..., float]:
    """The mathematics of two languages differ in the last binary digit: twelve figures are the same in both."""

    def near(*given: Value) -> float:
        numbers = [number(one) for one in given]
        if any(math.isnan(one) for one in numbers):
            return math.nan
        try:
            return float(f"{of(*numbers):.12g}") + 0.0
        except OverflowError:
            return math.inf
        except ValueError:
            return -math.inf if numbers[0] == 0 else math.nan

    return near


def _texts(given: tuple[Value, ...]) -> list[str]:
    """All answers of questions, and all other values, one after another."""
    return [said for one in given for said in (one if isinstance(one, list) else [text(one)])]


def _together(by: str, given: list[str]) -> str:
    """Texts with `by` between them; doubled forty times, one letter would fill the memory."""
    found = ""
    for at, one in enumerate(given):
        if len(found) >= TEXT:
            break
        found += (by if at else "") + one
    return found[:TEXT]


def _numbers(given: tuple[Value, ...]) -> list[float]:
    return [number(said) for one in given for said in (one if isinstance(one, list) else [one])]


def _extreme(best: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*given: Value) -> float:
        numbers = _numbers(given)
        if not numbers or any(math.isnan(one) for one in numbers):
            return math.nan
        return best(numbers)

    return extreme


def _sum(value: Value) -> float:
    found = 0.0
    for one in _numbers((value,)):
        found += one
    return found


def names_of(value: Value) -> list[str]:
    """A text as what stands between its blanks: the names of what was chosen."""
    return [word for word in re.split(f"[{SPACE}]+", text(value)) if word]


def _selected(value: Value, wanted: Value) -> bool:
    sought = text(wanted).strip(SPACE)
    return sought in names_of(value) or (not sought and not names_of(value))


def _selected_at(value: Value, place: Value) -> str:
    words, at = names_of(value), number(place)
    return words[int(at)] if 0 <= at < len(words) else ""


def _substr(value: Value, start: Value, end: Value | None = None) -> str:
    """From `start` to before `end`, from 0; below 0 they count from the end (ODK XForms)."""
    said = text(value)
    first = _place(number(start), len(said), 0)
    last = len(said) if end is None else _place(number(end), len(said), 0)
    return said[first:last] if first < last else ""


def _place(at: float, length: int, none: int) -> int:
    if math.isnan(at):
        return none
    if math.isinf(at):
        return length if at > 0 else 0
    whole = math.trunc(at)
    return max(0, length + whole) if whole < 0 else min(whole, length)


def _substring(value: Value, start: Value, length: Value = math.inf) -> str:
    """XPath 1.0: places from 1, both rounded."""
    first, count = _xpath_round(number(start)), _xpath_round(number(length))
    return "".join(sign for at, sign in enumerate(text(value), 1) if first <= at < first + count)


def _xpath_round(value: float) -> float:
    return _whole(value, lambda finite: math.floor(finite + 0.5))


def _translate(value: Value, given: Value, put: Value) -> str:
    instead = text(put)
    by: dict[str, str] = {}
    for at, sign in enumerate(text(given)):
        by.setdefault(sign, instead[at : at + 1])
    return "".join(by.get(sign, sign) for sign in text(value))


def _checklist(least: Value, most: Value, *given: Value) -> bool:
    return _within(float(sum(truth(one) for one in given)), number(least), number(most))


def _weighted_checklist(least: Value, most: Value, *given: Value) -> bool:
    pairs = zip(given[::2], given[1::2], strict=False)
    return _within(sum((number(by) for one, by in pairs if truth(one)), 0.0), number(least), number(most))


def _within(found: float, least: float, most: float) -> bool:
    return (least == -1 or found >= least) and (most == -1 or found <= most)


def _indexed(tree: Tree, scope: Scope) -> list[str]:
    places = {one[1]: number(evaluate(at, scope)) for one, at in zip(tree[2::2], tree[3::2], strict=True)}
    if scope.indexed:
        return scope.indexed(tree[1][1], places)
    values, place = scope.values(*tree[1][1:]), next(iter(places.values()))
    return [values[int(place) - 1]] if place in range(1, len(values) + 1) else []


_LEAVES: dict[str, Callable[[Tree, Scope], Value]] = {
    "s": lambda tree, scope: tree[1],
    "n": lambda tree, scope: float(tree[1]),
    "q": lambda tree, scope: scope.values(*tree[1:]),
    "c": lambda tree, scope: scope.column(tree[1]),
    ".": lambda tree, scope: scope.own,
    "now": lambda tree, scope: scope.now,
    "today": lambda tree, scope: _date(scope.now),
    "true": lambda tree, scope: True,
    "false": lambda tree, scope: False,
    "pi": lambda tree, scope: math.pi,
    "position": lambda tree, scope: float(scope.place(tree[1][1])),
}
_LAZY: dict[str, Callable[[Tree, Scope], Value]] = {
    "or": lambda tree, scope: any(truth(evaluate(part, scope)) for part in tree[1:]),
    "and": lambda tree, scope: all(truth(evaluate(part, scope)) for part in tree[1:]),
    "if": lambda tree, scope: evaluate(tree[2 if truth(evaluate(tree[1], scope)) else 3], scope),
    "coalesce": lambda tree, scope: answer(evaluate(tree[1], scope)) or answer(evaluate(tree[2], scope)),
    "once": lambda tree, scope: scope.own or evaluate(tree[1], scope),
    "indexed-repeat": lambda tree, scope: _indexed(tree, scope),
}
_EAGER: dict[str, Callable[..., Value]] = {
    "=": _equal,
    "!=": lambda left, right: _equal(left, right, same=False),
    "<": _compare(lambda left, right: left < right),
    "<=": _compare(lambda left, right: left <= right),
    ">": _compare(lambda left, right: left > right),
    ">=": _compare(lambda left, right: left >= right),
    "+": lambda left, right: number(left) + number(right),
    "-": lambda left, right: number(left) - number(right),
    "*": lambda left, right: number(left) * number(right),
    "div": _div,
    "mod": _mod,
    "neg": lambda value: -number(value),
    "not": lambda value: not truth(value),
    "boolean": truth,
    "boolean-from-string": lambda value: text(value) in ("true", "1"),
    "string": text,
    "number": number,
    "int": lambda value: _whole(number(value), math.trunc),
    "round": _round,
    "floor": lambda value: _whole(number(value), math.floor),
    "ceiling": lambda value: _whole(number(value), math.ceil),
    "abs": lambda value: abs(number(value)),
    "pow": _pow,
    "sqrt": _sqrt,
    "sin": _near(math.sin),
    "cos": _near(math.cos),
    "tan": _near(math.tan),
    "asin": _near(math.asin),
    "acos": _near(math.acos),
    "atan": _near(math.atan),
    "atan2": _near(math.atan2),
    "exp": _near(math.exp),
    "exp10": _near(lambda power: math.pow(10, power)),
    "log": _near(math.log),
    "log10": _near(math.log10),
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "count": lambda values: float(len(values)),
    "count-non-empty": lambda values: float(sum(said != "" for said in values)),
    "checklist": _checklist,
    "weighted-checklist": _weighted_checklist,
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda value: float(len(names_of(value))),
    "concat": lambda *given: _together("", _texts(given)),
    "join": lambda by, *given: _together(text(by), _texts(given)),
    "regex": lambda value, pattern: len(text(value)) <= TEXT and matches(text(pattern), text(value)),
    "contains": lambda value, part: text(part) in text(value),
    "starts-with": lambda value, part: text(value).startswith(text(part)),
    "ends-with": lambda value, part: text(value).endswith(text(part)),
    "substr": _substr,
    "substring": _substring,
    "substring-before": lambda value, part: _around(text(value), text(part))[0],
    "substring-after": lambda value, part: _around(text(value), text(part))[1],
    "string-length": lambda value: float(len(text(value))),
    "normalize-space": lambda value: " ".join(names_of(value)),
    "translate": _translate,
    "date": _date,
    "date-time": _date_time,
    "decimal-date-time": _decimal_date_time,
    "decimal-time": _decimal_time,
    "format-date": _format,
    "format-date-time": _format,
}


def _around(said: str, part: str) -> tuple[str, str]:
    before, mark, after = said.partition(part) if part else ("", "", said)
    return (before, after) if mark or not part else ("", "")
