"""What a table of people says: each row new, changed, the same, or wrong with its reasons. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from webapp.accounts.rules import SEPARATE, name_fault, tidy_username, username_fault

# The columns by the names in a table's first row.
COLUMNS = {
    "用户名": "username",
    "姓名": "name",
    "角色": "roles",
    "单位": "unit",
    "职务": "title",
    "执法证号": "credential",
    "有效期": "valid_until",
    "所在区县": "district",
    "专业": "specialties",
    "可查事项": "items",
    "电话": "phone",
}
SAID = {code: name for name, code in COLUMNS.items()}
NEEDED = ("username", "name", "roles")
OF_INSPECTOR = ("unit", "title", "credential", "valid_until", "district", "specialties", "items", "phone")
NEEDED_OF_INSPECTOR = ("unit", "title", "credential", "valid_until")
LISTS = ("roles", "specialties", "items")
OTHER_NAMES = {
    "账号": "username",
    "登录名": "username",
    "执法证有效期": "valid_until",
    "有效期至": "valid_until",
}
OTHER_NAMES |= {
    "手机": "phone",
    "手机号": "phone",
    "联系电话": "phone",
    "区县": "district",
    "执法证": "credential",
}
SEPARATORS = re.compile(r"[、,，;；/\s]+")
PHONE = re.compile(r"\+?[0-9][0-9-]{4,19}")
DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
DIGITS_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
LONGEST = 100
YEARS = 40


@dataclass(frozen=True)
class World:
    """What the rows are compared with. `accounts` are those of the bureau by user name, as `plain` values;
    `taken` the user names of all other bureaus; `credentials` who of the bureau holds which."""

    today: date
    roles: Mapping[str, str]
    accounts: Mapping[str, Mapping[str, Any]]
    taken: Collection[str]
    districts: Collection[str]
    items: Collection[str]
    credentials: Mapping[str, str]


@dataclass
class Row:
    """One row: its line in the file, what was typed, what it means, and what it would do."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    state: str = "wrong"
    changes: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def as_seen(self) -> list[Any]:
        """What the person agreed to, for comparing with what it would be now."""
        return [self.line, self.state, self.changes, sorted(code for _, code in self.faults)]


def header(cells: list[str]) -> tuple[list[str | None], list[str]]:
    """Which column stands where (None: not known), and the needed ones that are missing, by their names in a table."""
    names = COLUMNS | OTHER_NAMES
    found = [names.get(cell.rstrip("*＊ ").replace(" ", "")) for cell in cells]
    twice = {code for code, count in Counter(found).items() if code and count > 1}
    missing = [SAID[code] for code in NEEDED if code not in found]
    return found, missing + [SAID[code] for code in sorted(twice)]


def rows(table: list[list[str]]) -> list[Row]:
    """The rows of a table whose header is whole; empty lines are no rows."""
    columns, _ = header(table[0])
    found = []
    for line, cells in enumerate(table[1:], start=2):
        pairs = zip(columns, cells, strict=False)
        named = {column: cell for column, cell in pairs if column is not None}
        if any(cells):
            found.append(Row(line, named))
    return found


def judge(found: list[Row], world: World) -> list[Row]:
    """Say of each row what it means and does. A blank cell of a known person leaves what was there."""
    names = Counter(tidy_username(row.cells.get("username", "")) for row in found)
    for row in found:
        username = tidy_username(row.cells.get("username", ""))
        _read(row, world, world.accounts.get(username))
        if username and names[username] > 1:
            row.faults.append(("username", "twice"))
    _credentials(found, world)
    for row in found:
        _say(row, world.accounts.get(row.values.get("username", "")))
    return found


def masked_phone(phone: str) -> str:
    """A phone number for who need not call it: 138****0001; short numbers keep their last two figures (TJ-7)."""
    digits = phone.strip()
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if digits else ""


def day_of(text: str) -> date | None:
    """A day as people write it: 2027-6-30, 2027/06/30, 2027.6.30, 2027年6月30日, 20270630."""
    found = DAY.fullmatch(text) or DIGITS_DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _read(row: Row, world: World, known: Mapping[str, Any] | None) -> None:
    """Fill `values` with what the row says, over what is known of the person; note every fault."""
    username = tidy_username(row.cells.get("username", ""))
    given = {column: _value(row, column, cell, world) for column, cell in row.cells.items() if cell}
    row.values = {**(known or {}), **{column: value for column, value in given.items() if value is not None}}
    row.values["username"] = username
    if known and known.get("valid_until") == day_of(row.cells.get("valid_until", "")):
        row.values["valid_until"] = known.get("valid_until")
        row.faults = [fault for fault in row.faults if fault != ("valid_until", "day_past")]
    wrong = username_fault(username)
    if wrong or username in world.taken:
        row.faults.append(("username", wrong or "username_taken"))
    if known and not known["active"]:
        row.faults.append(("username", "disabled"))
    wrong = name_fault(row.values.get("name", ""))
    if wrong:
        row.faults.append(("name", wrong))
    if not row.values.get("roles") and "roles" not in {column for column, _ in row.faults}:
        row.faults.append(("roles", "roles_needed"))
    _roles(row, known)


def _roles(row: Row, known: Mapping[str, Any] | None) -> None:
    roles, before = row.values.get("roles") or [], (known or {}).get("roles", [])
    if set(SEPARATE).intersection(roles) != set(SEPARATE).intersection(before):
        row.faults.append(("roles", "admin_by_hand"))
    if "inspector" not in roles:
        return
    faulty = {column for column, _ in row.faults}
    row.faults += [
        (column, "missing")
        for column in NEEDED_OF_INSPECTOR
        if not row.values.get(column) and column not in faulty
    ]


def _value(row: Row, column: str, cell: str, world: World) -> Any:
    """What a filled cell means, or None with its fault."""
    reader = READERS.get(column)
    if reader is None:
        value, fault = (cell, None) if len(cell) <= LONGEST else (None, "long")
    else:
        value, fault = reader(cell, world)
    if fault:
        row.faults.append((column, fault))
    return value


def _read_roles(cell: str, world: World) -> tuple[Any, str | None]:
    words = _parts(cell)
    roles = {world.roles.get(word.lower()) for word in words}
    return (None, "roles_wrong") if None in roles else (sorted(role for role in roles if role), None)


def _read_items(cell: str, world: World) -> tuple[Any, str | None]:
    codes = _parts(cell)
    return (codes, None) if set(codes) <= set(world.items) else (None, "item_unknown")


def _read_specialties(cell: str, _world: World) -> tuple[Any, str | None]:
    return (_parts(cell), None) if len(cell) <= 2 * LONGEST else (None, "long")


def _read_district(cell: str, world: World) -> tuple[Any, str | None]:
    return (cell, None) if cell in world.districts else (None, "district_unknown")


def _read_day(cell: str, world: World) -> tuple[Any, str | None]:
    day = day_of(unicodedata.normalize("NFKC", cell).replace(" ", ""))
    if day is None:
        return None, "day_wrong"
    if day < world.today:
        return None, "day_past"
    return (day, None) if day <= world.today + timedelta(days=366 * YEARS) else (None, "day_wrong")


def _read_phone(cell: str, _world: World) -> tuple[Any, str | None]:
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", cell))
    return (number, None) if PHONE.fullmatch(number) else (None, "phone_wrong")


def _read_credential(cell: str, _world: World) -> tuple[Any, str | None]:
    number = unicodedata.normalize("NFKC", cell).replace(" ", "")
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", number):
        return None, "number_cut"
    return (number, None) if len(number) <= 64 else (None, "long")


READERS = {
    "roles": _read_roles,
    "items": _read_items,
    "specialties": _read_specialties,
    "district": _read_district,
    "valid_until": _read_day,
    "phone": _read_phone,
    "credential": _read_credential,
}


def _parts(cell: str) -> list[str]:
    return list(dict.fromkeys(part for part in SEPARATORS.split(cell) if part))


def _credentials(found: list[Row], world: World) -> None:
    """One credential is one person's: in the file and in the bureau."""
    given = Counter(row.values["credential"] for row in found if row.values.get("credential"))
    for row in found:
        number = row.values.get("credential")
        if not number:
            continue
        holder = world.credentials.get(number)
        if given[number] > 1 or (holder is not None and holder != row.values["username"]):
            row.faults.append(("credential", "credential_taken"))


def _say(row: Row, known: Mapping[str, Any] | None) -> None:
    if row.faults:
        row.state = "wrong"
    elif known is None:
        row.state = "new"
    else:
        columns = (*NEEDED, *OF_INSPECTOR) if "inspector" in row.values["roles"] else NEEDED
        row.changes = [column for column in columns if row.values.get(column) != known.get(column)]
        row.state = "changed" if row.changes else "same"
