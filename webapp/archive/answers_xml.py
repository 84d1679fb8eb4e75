"""The answers of one form of one record as an OpenRosa instance, as ODK's tools write what was filled in. Pure.

Only what is relevant stands in it. The root is `data`, as pyxform calls it where an XLSForm names none.
"""

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from webapp.archive.answers_filled import Filled, instance_id
from webapp.archive.answers_xlsx import UNSAYABLE
from webapp.archive.wording import text
from webapp.forms.live import Model, Node, Place

Json = dict[str, Any]

CLOCK = re.compile(r"([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3})[0-9]*)?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
CHINA = "+08:00"


def instance(form: Json, record: Json, inspection: str) -> bytes:
    """The instance of `form` in a record; `inspection` is its id. Raises `ValueError` where two answers differ.

    Above it a comment says the number, the state and the hash of the record.
    """
    visit = record["content"]["visit"] or {}
    about = " ".join([text(visit.get("number")), record["state"], "sha256", record["record_hash"]])
    named = " ".join(
        f"{name}={quoteattr(_plain(form[of]))}" for name, of in (("id", "name"), ("version", "version"))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {re.sub('-+', '-', _plain(about))} -->\n"
        f"<data {named}>\n{_Writer(form, record).nodes(None, (), '  ')}"
        f"  <meta>\n    <instanceID>{instance_id(inspection, form)}</instanceID>\n  </meta>\n</data>\n"
    ).encode()


class _Writer:
    """Writes what is relevant, in the order of the form."""

    def __init__(self, form: Json, record: Json) -> None:
        self.filled = Filled(Model(form), record)
        self.under: dict[str | None, list[Node]] = {}
        for node in self.filled.model.nodes.values():
            self.under.setdefault(node.parent.key if node.parent else None, []).append(node)

    def nodes(self, above: str | None, place: Place, indent: str) -> str:
        """What stands in a group or an instance."""
        found = (node for node in self.under.get(above, []) if self.filled.relevant(node, place))
        return "".join(self._node(node, place, indent) for node in found)

    def _node(self, node: Node, place: Place, indent: str) -> str:
        if node.asked["type"] == "repeat":
            instances = self.filled.live.places[node.key, place]
            return "".join(self._around(node, (*place, one), indent) for one in instances)
        if node.asked["type"] == "group":
            return self._around(node, place, indent)
        if self.filled.differs(node, place):
            raise ValueError(self.filled.live.address(node.key, place))
        return _element(node, _value(node, self.filled.value(node, place)), indent)

    def _around(self, node: Node, place: Place, indent: str) -> str:
        inner = self.nodes(node.key, place, indent + "  ")
        return _element(node, f"\n{inner}{indent}" if inner else "", indent)


def _element(node: Node, inner: str, indent: str) -> str:
    name = node.asked["name"]
    return f"{indent}<{name}>{inner}</{name}>\n" if inner else f"{indent}<{name}/>\n"


def _value(node: Node, value: str) -> str:
    """An answer as ODK's tools write it: times to the millisecond, with their zone."""
    if node.asked["type"] == "time":
        value = _clock(value)
    if node.asked["type"] == "datetime":
        day, mark, hours = value.partition("T")
        value = f"{day}T{_clock(hours)}" if mark else value
    return escape(_plain(value))


def _clock(value: str) -> str:
    found = CLOCK.fullmatch(value)
    if not found:
        return value
    minute, second, part, zone = found.groups()
    return f"{minute}:{second or '00'}.{(part or '0').ljust(3, '0')}{zone or CHINA}"


def _plain(value: str) -> str:
    return UNSAYABLE.sub("\ufffd", value)
