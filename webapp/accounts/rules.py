"""Who is meant by an audience."""

ANYONE = "anyone"
SIGNED_IN = "signed_in"
HOME = {"inspector": "/field/", "archivist": "/office/", "supervisor": "/office/", "auditor": "/office/"}
HOME |= {"planner": "/office/", "admin": "/office/"}


def admits(audience: tuple[str, ...], roles: list[str] | None) -> bool:
    """Whether a person with `roles` (None: nobody is signed in) belongs to the audience of a route."""
    if ANYONE in audience:
        return True
    if roles is None:
        return False
    return SIGNED_IN in audience or not set(audience).isdisjoint(roles)


def home(roles: list[str]) -> str:
    """The first page of a person: the office before the phone for who has both."""
    return next((path for role, path in HOME.items() if role in roles and role != "inspector"), "/field/")


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to after login, or None: never another site's address."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    return target if target.isprintable() else None
