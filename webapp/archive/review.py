"""What the office may do with an inspection, and its log for people. Pure."""

from typing import Any

from webapp.archive.wording import CLOCKS, TYPES, Wording, moment

Json = dict[str, Any]

# From which states the office does what.
ACTS = {"return": ("sealed", "accepted"), "accept": ("sealed",), "archive": ("accepted",)}


def acts(state: str, events: list[Json]) -> list[str]:
    """What can be done now; what came after the archive makes a new version of it."""
    able = [act for act, states in ACTS.items() if state in states]
    # By position, not by seq: a phone that was offline may send what it wrote long before.
    came_after = state == "archived" and events[-1]["type"] != "archive"
    return ["archive"] if came_after else able


def lines(events: list[Json], wording: Wording) -> list[Json]:
    """One line an event, `{seq, time, clock, verified, author, about, id}`, in words."""
    return [
        {
            "seq": event["seq"],
            "time": moment(event["time"]),
            "clock": wording.one_of(CLOCKS, event["clock"]),
            "verified": event["clock"] == "verified",
            "author": wording.who(event["author"]),
            "about": wording.one_of(TYPES, event["type"]),
            "id": event["id"],
        }
        for event in events
    ]
