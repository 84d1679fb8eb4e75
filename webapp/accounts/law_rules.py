"""A bureau's law as it is written in a form: which settings there are, which values each may have, what changed.

A law is `{name: {value, clause, note}}`; a value of None means that the bureau's own document says nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Law = Mapping[str, Mapping[str, Any]]
VALIDITY = ("valid_from", "valid_until", "validity_years")
CLAUSE_MAXIMUM, NOTE_MAXIMUM, TEXT_MAXIMUM = 100, 500, 200
MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
PERCENT = re.compile(r"\d{1,3}(\.\d{1,2})?")
LEAP_YEAR = 2000


@dataclass(frozen=True)
class Setting:
    """One setting. `kind`: whole, percent (kept in basis points), choice, yes_no, date, month_day, text."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    needed: bool = False


DAY_KINDS = ("working", "calendar")
GROUPS: dict[str, tuple[Setting, ...]] = {
    "publication": (
        Setting("publication_days", "whole", minimum=1, maximum=365),
        Setting("publication_day_kind", "choice", DAY_KINDS),
        Setting("publication_start", "choice", ("inspection_end", "task_end")),
        Setting("publication_exception", "yes_no", needed=True),
        Setting("publicity_days", "whole", minimum=1, maximum=365),
        Setting("publicity_day_kind", "choice", DAY_KINDS),
    ),
    "feedback": (
        Setting("feedback_days", "whole", minimum=1, maximum=365),
        Setting("feedback_day_kind", "choice", DAY_KINDS),
        Setting("feedback_start", "choice", ("inspection_end", "task_end")),
        Setting("feedback_before_publish", "yes_no", needed=True),
    ),
    "objection": (
        Setting("objection_days", "whole", minimum=1, maximum=365),
        Setting("objection_day_kind", "choice", DAY_KINDS),
        Setting("objection_start", "choice", ("told", "published")),
        Setting("withdrawal_days", "whole", minimum=1, maximum=365),
        Setting("withdrawal_day_kind", "choice", DAY_KINDS),
        Setting("soon_days", "whole", minimum=1, maximum=60),
    ),
    "plan": (
        Setting("plan_due", "month_day"),
        Setting("minimum_ratio_bp", "percent", maximum=10_000),
        Setting("minimum_ratio_base", "choice", ("item_subjects", "market_subjects", "enterprises")),
        Setting("yearly_cap", "whole", minimum=1, maximum=366),
        Setting("risk_scale", "choice", ("credit", "labour")),
        Setting("risk_share_bp", "percent", maximum=10_000),
    ),
    "draw": (
        Setting("pair_minimum", "whole", minimum=2, maximum=20, needed=True),
        Setting("lent_inspectors", "yes_no", needed=True),
        Setting("draw_witnesses", "yes_no", needed=True),
        Setting("names_before_visit", "yes_no"),
        Setting("platform", "text"),
    ),
    "history": (
        Setting("tickets", "whole", minimum=1, maximum=99),
        Setting("tickets_complaints", "whole", maximum=99),
        Setting("tickets_abnormal", "whole", maximum=99),
        Setting("tickets_dishonest", "whole", maximum=99),
        Setting("tickets_penalties", "whole", maximum=99),
        Setting("tickets_grade_c", "whole", maximum=99),
        Setting("tickets_found", "whole", maximum=99),
        Setting("tickets_clean", "whole", maximum=98),
        Setting("tickets_grade_a", "whole", maximum=98),
        Setting("clean_cap", "whole", minimum=1, maximum=366),
        Setting("cap_lifted_by_complaint", "yes_no"),
    ),
    "visit": (
        Setting("approval_needed", "yes_no"),
        Setting("unannounced_checks", "yes_no"),
        Setting("scan_needed", "yes_no"),
        Setting("signing_photo", "yes_no"),
        Setting("training_needed", "yes_no"),
        Setting("training_months", "whole", minimum=1, maximum=60),
    ),
    "signs": (
        Setting("sign_far_metres", "whole", maximum=100_000),
        Setting("sign_answer_seconds", "whole", maximum=3600),
        Setting("sign_run_answers", "whole", maximum=1000),
        Setting("sign_run_seconds", "whole", maximum=60),
        Setting("sign_same_answers", "whole", maximum=1000),
        Setting("sign_late_hours", "whole", maximum=8760),
        Setting("sign_photo_likeness", "whole", maximum=100),
        Setting("sign_photos_placeless", "whole", maximum=1000),
        Setting("sign_overlap_minutes", "whole", maximum=1440),
    ),
    "keeping": (
        Setting("retention_years", "whole", minimum=1, maximum=100),
        Setting("photo.max_edge", "whole", minimum=1024, maximum=8192, needed=True),
        Setting("photo.quality", "whole", minimum=50, maximum=100, needed=True),
        Setting("photo.max_bytes", "whole", minimum=500_000, maximum=20_000_000, needed=True),
    ),
    "validity": (
        Setting("valid_from", "date"),
        Setting("valid_until", "date"),
        Setting("validity_years", "whole", minimum=1, maximum=50),
    ),
}
SETTINGS = {setting.name: setting for group in GROUPS.values() for setting in group}
# Where the first is said, the second has to be said too, or the first means nothing.
PARTNERS = {
    "publication_days": ("publication_day_kind", "publication_start"),
    "publicity_days": ("publicity_day_kind",),
    "feedback_days": ("feedback_day_kind",),
    "objection_days": ("objection_day_kind", "objection_start"),
    "withdrawal_days": ("withdrawal_day_kind",),
    "minimum_ratio_bp": ("minimum_ratio_base",),
    "risk_share_bp": ("risk_scale",),
}


def law_of(given: Mapping[str, str], base: Law) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The law that a form says, and the fault of each field by its name. What the form does not know stays as in `base`.

    Fields are `<name>`, `<name>.clause`, `<name>.note`; what stands before a point is one setting with several values.
    """
    law: dict[str, dict[str, Any]] = {name: dict(setting) for name, setting in base.items()}
    faults: dict[str, str] = {}
    for setting in SETTINGS.values():
        value, fault = value_of(setting, given.get(setting.name, ""))
        if fault:
            faults[setting.name] = fault
        _put(law, setting.name, value)
    for name in stems():
        for part, maximum in (("clause", CLAUSE_MAXIMUM), ("note", NOTE_MAXIMUM)):
            text = tidy(given.get(f"{name}.{part}", ""))
            if len(text) > maximum:
                faults[f"{name}.{part}"] = "long"
            law[name][part] = text or None
    return law, _together(law, base, faults)


def stems() -> list[str]:
    """The settings that have a clause of their own, in the order of the form."""
    return list(dict.fromkeys(name.partition(".")[0] for name in SETTINGS))


def value_of(setting: Setting, given: str) -> tuple[Any, str | None]:
    """The value that was typed, or why it is none. Empty is None: the document does not say."""
    text = tidy(given)
    if not text:
        return None, "needed" if setting.needed else None
    # Only what is no text may be rewritten: a name keeps its full-width brackets.
    plain = text if setting.kind == "text" else unicodedata.normalize("NFKC", text)
    value = READERS[setting.kind](setting, plain)
    return (text, setting.kind) if value is None else (value, None)


def typed(setting: Setting, law: Law) -> str:
    """A setting's value as it stands in its field; `value_of` reads it back."""
    value = held(law, setting.name)
    if value is None:
        return ""
    if setting.kind == "percent" and isinstance(value, int):
        return f"{(Decimal(value) / 100).normalize():f}"
    if setting.kind == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def held(law: Law, name: str) -> Any:
    """The value of a setting, or of a part of one."""
    stem, _, part = name.partition(".")
    value = law.get(stem, {}).get("value")
    return value.get(part) if part and isinstance(value, dict) else None if part else value


def changed(old: Law, new: Law) -> list[str]:
    """The names of the settings that differ in value, clause or note."""
    return [name for name in dict.fromkeys([*old, *new]) if _plain(old.get(name)) != _plain(new.get(name))]


def inherited(own: Law, superior: Law) -> dict[str, Mapping[str, Any]]:
    """What the own document does not say, the superior's says (PD-2.3); how long a document is valid is said by itself
    alone."""
    said = {name for name, setting in superior.items() if setting["value"] is not None} - {*VALIDITY}
    return dict(own) | {name: superior[name] for name in said if own.get(name, {}).get("value") is None}


def expires(law: Law) -> date | None:
    """The day after which a document is valid no more (TJ-16): as it says, or counted in years from its first day."""
    begin, end, years = (held(law, name) for name in ("valid_from", "valid_until", "validity_years"))
    if end or not begin or not years:
        return date.fromisoformat(end) if end else None
    first = date.fromisoformat(begin)
    month, day = (first.month, first.day) if (first.month, first.day) != (2, 29) else (3, 1)
    return date(first.year + int(years), month, day) - timedelta(days=1)


def day_fault(day: date | None, today: date, latest: date | None) -> str | None:
    """What is wrong with the day from which a version is to be valid; `latest`: that of the newest version."""
    if day is None:
        return "law_day"
    if day < today:
        return "law_past"
    return "law_order" if latest is not None and day < latest else None


def tidy(text: str) -> str:
    """One line without blanks around it and without what cannot be seen."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def _together(law: Law, base: Law, faults: dict[str, str]) -> dict[str, str]:
    for name, partners in PARTNERS.items():
        for partner in partners:
            if held(law, name) is not None and held(law, partner) is None:
                faults.setdefault(partner, "partner")
    begin, end = held(law, "valid_from"), held(law, "valid_until")
    if begin and end and not {"valid_from", "valid_until"} & faults.keys() and end < begin:
        faults["valid_until"] = "order"
    for name in stems():
        setting = law[name]
        new = setting["value"] is not None and setting["value"] != base.get(name, {}).get("value")
        if new and not (setting["clause"] or setting["note"]):
            faults.setdefault(f"{name}.clause", "unfounded")
    return faults


def _put(law: dict[str, dict[str, Any]], name: str, value: Any) -> None:
    stem, _, part = name.partition(".")
    setting = law.setdefault(stem, {"value": None, "clause": None})
    if part:
        setting["value"] = {**(setting["value"] or {}), part: value}
    else:
        setting["value"] = value


def _plain(setting: Mapping[str, Any] | None) -> tuple[Any, Any, Any]:
    setting = setting or {}
    return setting.get("value"), setting.get("clause") or None, setting.get("note") or None


def _whole(setting: Setting, text: str) -> int | None:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return None
    return int(text) if setting.minimum <= int(text) <= setting.maximum else None


def _percent(setting: Setting, text: str) -> int | None:
    text = text.removesuffix("%").strip()
    if not re.fullmatch(PERCENT.pattern, text, re.ASCII):
        return None
    points = int(Decimal(text) * 100)
    return points if setting.minimum <= points <= setting.maximum else None


def _choice(setting: Setting, text: str) -> str | None:
    return text if text in setting.choices else None


def _yes_no(_setting: Setting, text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)


def _date(_setting: Setting, text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _month_day(_setting: Setting, text: str) -> str | None:
    found = MONTH_DAY.fullmatch(text)
    try:
        # 29 February comes every fourth year only; a yearly date has to come every year.
        day = date(LEAP_YEAR + 1, int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None
    return f"{day:%m-%d}" if day else None


def _text(_setting: Setting, text: str) -> str | None:
    return text if len(text) <= TEXT_MAXIMUM else None


READERS = {
    "whole": _whole,
    "percent": _percent,
    "choice": _choice,
    "yes_no": _yes_no,
    "date": _date,
    "month_day": _month_day,
    "text": _text,
}
