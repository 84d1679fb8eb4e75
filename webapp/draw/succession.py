"""Who steps in, one after the other, until one can really go. Pure.

The order is fixed by the draw's file; but a library goes on after the freeze, and who comes next may have left it, lost
the credential or declared an interest since. Then the one after steps in, by a row of its own that says why, so that
anyone still gets the same from the file (RZ-10b, TJ-10b).
"""

from collections.abc import Callable

from webapp.draw.layout import DrawFile
from webapp.draw.swaps import Ask, Swap, swap

# Why one who would step in cannot, in words for the public; None where nothing is against it.
# (kind, the subject's id in the pool, the id of who would step in)
Unfit = Callable[[str, str, str], str | None]

NEXT = "接替的{what}不能去（{why}），由下一顺位接替"
WHAT = {"subject": "对象", "inspector": "检查人员", "expert": "专家"}


def succeed(file: DrawFile, ask: Ask, unfit: Unfit) -> DrawFile:
    """The file with the swap and as many more as it takes. Raises `NotSwapped` where nobody is left."""
    file = swap(file, ask)
    while (again := _again(file["swaps"][-1], ask, unfit)) is not None:
        file = swap(file, again)
    return file


def _again(last: Swap, ask: Ask, unfit: Unfit) -> Ask | None:
    """What has to be asked next, as somebody who stepped in by `last` cannot go."""
    if last["kind"] == "subject":
        why = unfit("subject", last["in"], last["in"])
        if why:
            return _next(ask, "subject", last["in"], last["in"], why)
    subject = last["in"] if last["kind"] == "subject" else last["subject"]
    for kind, name in _came(last, ask):
        why = unfit(kind, subject, name)
        if why:
            return _next(ask, kind, subject, name, why)
    return None


def _came(last: Swap, ask: Ask) -> list[tuple[str, str]]:
    """Who came by this act: with a new subject the whole team, else the one who stepped in."""
    if ask["kind"] != "subject":
        return [(last["kind"], last["in"])]
    pair = last["pair"]
    parts = ("inspector", "expert") if pair else ()
    return [(kind, member["id"]) for kind in parts for member in pair[f"{kind}s"]]


def _next(ask: Ask, kind: str, subject: str, out: str, why: str) -> Ask:
    reason = NEXT.format(what=WHAT[kind], why=why)
    return ask | {"kind": kind, "subject": subject, "out": out, "reason": reason}
