"""What is typed of an inspector or an expert, and what is wrong with it. Pure."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from webapp.registry.people_rules import PHONE, SEPARATORS, day_of
from webapp.typed import Given

LONGEST = {"name": 50, "unit": 100, "title": 50, "credential": 64, "document": 100, "reason": 200}
MOST = 20


def inspector(form: Mapping[str, str], items: Collection[str], districts: Collection[str]) -> Given:
    """An inspector's credential and scope. Who has no credential cannot be one (国办发〔2024〕54号)."""
    given = _person(form, items, districts)
    _texts(given, form, ("credential",), needed=("credential",))
    for name in ("valid_from", "valid_until"):
        given.values[name] = _day(given, form, name)
    if given.values["valid_until"] is None:
        given.faults.setdefault("valid_until", "missing")
    if (
        given.values["valid_from"]
        and given.values["valid_until"]
        and given.values["valid_from"] > given.values["valid_until"]
    ):
        given.faults["valid_until"] = "order"
    given.values["leader"] = form.get("leader") == "yes"
    return given


def expert(form: Mapping[str, str], items: Collection[str], districts: Collection[str]) -> Given:
    """An expert's name and knowledge."""
    given = _person(form, items, districts)
    _texts(given, form, ("name",), needed=("name",))
    if not given.values["specialties"]:
        given.faults["specialties"] = "missing"
    return given


def lending(form: Mapping[str, str], today: date) -> Given:
    """The document by which somebody is lent, and for how long."""
    given = Given()
    _texts(given, form, ("document",), needed=("document",))
    for name in ("begins", "ends"):
        given.values[name] = _day(given, form, name)
        if given.values[name] is None:
            given.faults.setdefault(name, "missing")
    begins, ends = given.values["begins"], given.values["ends"]
    if begins and ends and (ends < begins or ends < today):
        given.faults["ends"] = "order"
    return given


def _person(form: Mapping[str, str], items: Collection[str], districts: Collection[str]) -> Given:
    given = Given()
    _texts(given, form, ("unit", "title"), needed=("unit",))
    for name in ("specialties", "items"):
        given.values[name] = list(
            dict.fromkeys(part for part in SEPARATORS.split(form.get(name, "")) if part)
        )
    if len(given.values["specialties"]) > MOST or any(len(one) > 50 for one in given.values["specialties"]):
        given.faults["specialties"] = "long"
    if not set(given.values["items"]) <= set(items):
        given.faults["items"] = "item_unknown"
    given.values["district"] = form.get("district", "").strip()
    if given.values["district"] and given.values["district"] not in districts:
        given.faults["district"] = "district_unknown"
    phone = unicodedata.normalize("NFKC", form.get("phone", "")).replace(" ", "")
    given.values["phone"] = phone
    if phone and not PHONE.fullmatch(phone):
        given.faults["phone"] = "phone_wrong"
    return given


def _texts(given: Given, form: Mapping[str, str], names: tuple[str, ...], needed: tuple[str, ...]) -> None:
    for name in names:
        given.values[name] = " ".join(form.get(name, "").split())
        if name in needed and not given.values[name]:
            given.faults[name] = "missing"
        elif len(given.values[name]) > LONGEST[name]:
            given.faults[name] = "long"


def _day(given: Given, form: Mapping[str, str], name: str) -> date | None:
    typed = unicodedata.normalize("NFKC", form.get(name, "")).strip()
    day = day_of(typed) if typed else None
    if typed and day is None:
        given.faults[name] = "day_wrong"
    return day
