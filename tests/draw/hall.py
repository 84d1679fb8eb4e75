"""A hall in which a draw is held: subjects, inspectors, experts and rules with names, to be changed at will."""

from typing import Any

from webapp.draw import rules
from webapp.draw.freeze import line
from webapp.draw.layout import DrawFile
from webapp.draw.seed import Source, seal, text_of

FROZEN = "2026-11-21T16:00:00+08:00"
SALT = "3d1f0c9a7b5e2468ace013579bdf0246"
LOTTERY = ["3", "8", "14", "21", "27", "30", "7"]
DEPUTY, MEMBER, PUBLIC = "人大代表 周敏", "政协委员 韩雪", "双色球 2026134 期"


def pool(**strata: int) -> list[str]:
    """`pool(C_新华区=40)`: so many subjects of a risk level in a region, a ticket each."""
    lines = []
    for place, (stratum, size) in enumerate(strata.items()):
        risk, region = stratum.split("_")
        lines += [line(f"9141040{place}MA{number:04d}", region, risk) for number in range(size)]
    return sorted(lines)


def inspector(name: str, **more: Any) -> dict[str, Any]:
    """One who may inspect everything everywhere, unless `more` says otherwise."""
    return {
        "id": name,
        "unit": "劳动保障监察支队",
        "regions": ["*"],
        "lent": [],
        "active": True,
        "valid_from": "2024-01-01",
        "valid_until": "2028-12-31",
        "scope": ["PD-5"],
        "specialties": [],
        "leader": False,
        "recused": [],
        "load": 0,
    } | more


def inspectors(count: int, **more: Any) -> list[dict[str, Any]]:
    return [inspector(f"1604{number:04d}", **more) for number in range(1, count + 1)]


def expert(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "unit": "平顶山学院",
        "regions": ["*"],
        "active": True,
        "specialties": ["审计"],
        "recused": [],
        "load": 0,
    } | more


def asked(**more: Any) -> dict[str, Any]:
    """Rules as a planner asks for them: one public source, a tenth of each stratum, two of the whole city."""
    return {
        "bureau": "平顶山市人力资源和社会保障局",
        "items": ["PD-5"],
        "frozen": FROZEN,
        "window": {"from": "2026-12-01", "until": "2026-12-31"},
        "sources": [public()],
        "quota": {"bp": 1000},
        "team": {"local": "any"},
    } | more


def public(name: str = PUBLIC, when: str = "2026-11-22T21:15:00+08:00") -> dict[str, Any]:
    return {"name": name, "kind": "public", "when": when, "sealed": None}


def witness(name: str, number: str, salt: str = SALT) -> dict[str, Any]:
    return {"name": name, "kind": "witness", "when": None, "sealed": seal(text_of([number]), salt)}


def opened(name: str = PUBLIC, numbers: list[str] | None = None, salt: str = "") -> Source:
    """A source with its numbers; nothing where a witness did not open."""
    return {"name": name, "text": text_of(LOTTERY if numbers is None else numbers), "salt": salt}


class Hall:
    """One draw from the freeze to its file."""

    def __init__(
        self,
        lines: list[str] | None = None,
        people: list[dict[str, Any]] | None = None,
        experts: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> None:
        self.id = "2026-PD-003"
        self.pool = pool(A_新华区=30, C_新华区=12, C_卫东区=7) if lines is None else lines
        self.people = inspectors(6) if people is None else people
        self.experts = experts or []
        self.rules = rules.bind(asked(**more), self.people, self.experts)

    def draw(self, seed: str = "3.7.8.14.21.27.30./") -> rules.Result:
        return rules.draw(self.id, self.pool, self.rules, seed, self.people, self.experts)

    def announce(self) -> DrawFile:
        return rules.announce(self.id, self.pool, self.rules, self.people, self.experts)

    def file(self, *sources: Source) -> DrawFile:
        return rules.draw_file(self.announce(), list(sources) or [opened()])

    def given(self, seed: str = "3.7.8.14.21.27.30./") -> dict[str, Any]:
        """What both languages are handed."""
        return {
            "id": self.id,
            "pool": self.pool,
            "rules": self.rules,
            "seed": seed,
            "inspectors": self.people,
            "experts": self.experts,
        }
