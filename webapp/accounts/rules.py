"""Who is meant by an audience, which password will do, and what an administrator may not do to an account."""

import re
import unicodedata
from collections.abc import Callable, Collection
from ipaddress import IPv6Address, IPv6Network, ip_address

from zxcvbn import zxcvbn

ANYONE = "anyone"
SIGNED_IN = "signed_in"
HOME = {"inspector": "/field/", "archivist": "/office/", "supervisor": "/office/", "auditor": "/office/"}
HOME |= {"planner": "/office/", "admin": "/office/", "security": "/office/"}


def admits(audience: tuple[str, ...], roles: list[str] | None) -> bool:
    """Whether a person with `roles` (None: nobody is signed in) belongs to the audience of a route."""
    if ANYONE in audience:
        return True
    if roles is None:
        return False
    return SIGNED_IN in audience or not set(audience).isdisjoint(roles)


def held_at_the_door(audience: tuple[str, ...], owes: bool) -> bool:
    """Whether a person with a first password, or without the second factor, has to do that before this route."""
    return owes and ANYONE not in audience and SIGNED_IN not in audience


def home(roles: list[str]) -> str:
    """The first page of a person: the office before the phone for who has both."""
    first = next((path for role, path in HOME.items() if role in roles and role != "inspector"), None)
    return first or ("/field/" if "inspector" in roles else "/account")


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to after login, or None: never another site's address."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    return target if target.isprintable() else None


# 三员分立: who runs the system, who grants the rights, and who audits both are three people.
SEPARATE = ("admin", "security", "auditor")
# Without the first two a bureau cannot help itself any more; without the third nobody sees what they do.
NEVER_WITHOUT = SEPARATE
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
PASSWORD_MINIMUM, PASSWORD_MAXIMUM = 12, 256
# No 0 and o, 1 and l: it is read from paper and typed on a phone. 32 signs are 5 bits each.
ALPHABET = "3456789abcdefghijkmnpqrstuvwxyz2"
GROUPS, GROUP = 4, 4
FILLING = "0123456789!@#$%&*._-"
# Fewer than these a guesser needs for words, names, dates and keys in a row (zxcvbn looks at 72 signs at most).
GUESSES, GUESSED = 10**8, 72


def network_of(address: str | None) -> str:
    """Whom an address belongs to, as tries are counted: with IPv6 everybody has 2**64 of them, which are one (RFC 6177)."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return str(found)


def tidy_username(given: str) -> str:
    """A user name as it is kept: half-width, lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", given[:256]).strip().lower()


def name_fault(name: str) -> str | None:
    """What is wrong with a person's name."""
    if not name:
        return "name_needed"
    return None if len(name) <= 50 and name.isprintable() else "name_wrong"


def username_fault(username: str) -> str | None:
    """What is wrong with a user name, as `tidy_username` gives it."""
    if not username:
        return "username_needed"
    return None if USERNAME.fullmatch(username) else "username_wrong"


def roles_fault(roles: Collection[str], known: Collection[str]) -> str | None:
    """What is wrong with the roles of an account; an account without any is none's fault."""
    if not set(roles) <= set(known):
        return "roles_wrong"
    return "roles_separate" if len(set(SEPARATE).intersection(roles)) > 1 else None


def grant_fault(giver: str, receiver: str, roles: Collection[str], known: Collection[str]) -> str | None:
    """Why one person may not give another these roles."""
    return "roles_own" if giver == receiver else roles_fault(roles, known)


def password_fault(
    password: str, username: str, common: Collection[str], *, mixed: bool = False
) -> str | None:
    """What is wrong with a password of one's own; `common` are those that are tried first, in lower case.

    `mixed`: three kinds of signs are wanted (MLPS level 3, GB/T 22239-2019 8.1.4.1 a); ASVS 5.0 wants no such rule.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < PASSWORD_MINIMUM:
        return "password_short"
    if len(password) > PASSWORD_MAXIMUM:
        return "password_long"
    if username and username in plain and not plain.replace(username, "").strip(FILLING):
        return "password_is_name"
    if _is_common(plain, common):
        return "password_common"
    return "password_plain" if mixed and _kinds_of_signs(password) < 3 else None


def _kinds_of_signs(password: str) -> int:
    figures, small, large = (
        any(test(sign) for sign in password) for test in (str.isdigit, str.islower, str.isupper)
    )
    return figures + small + large + any(not sign.isalnum() for sign in password)


def _is_common(plain: str, common: Collection[str]) -> bool:
    # Figures and signs around a word, or the word twice, are the first things that a guesser adds.
    core = plain.strip(FILLING)
    half = core[: len(core) // 2]
    known = plain in common or core in common or (half * 2 == core and half in common)
    return known or len(set(plain)) < 5 or zxcvbn(plain[:GUESSED])["guesses"] < GUESSES


def first_password(pick: Callable[[str], str]) -> str:
    """A random password of 80 bits in groups of four; `pick` chooses one sign of an alphabet."""
    return "-".join("".join(pick(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def is_last(user_id: str, holders: Collection[str], stays: bool) -> bool:
    """Whether nobody active is left with a role, of which `holders` have it now, where this one does not stay."""
    return user_id in holders and not stays and not set(holders) - {user_id}


def recovery_code(pick: Callable[[str], str]) -> str:
    """A random code of 120 bits in six groups of four: too long for a code of an app, even if it is of figures alone."""
    return "-".join("".join(pick(ALPHABET) for _ in range(GROUP)) for _ in range(6))


def tidy_code(given: str) -> str:
    """What counts of a code, however it was typed: letters and figures, half-width, in lower case."""
    plain = unicodedata.normalize("NFKC", given[:64]).lower()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())
