"""Which page of a long list somebody asks for."""

from flask import request

# Far enough for any list; beyond it the database would only count in vain.
LAST = 100_000


def page_number() -> int:
    """The page that the address or the form names, from 1; the first where it names none."""
    return max(1, min(request.values.get("page", 1, type=int), LAST))
