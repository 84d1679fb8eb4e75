"""`python -m tests.authz`: the rows that `tests/authz.csv` has not, as the application answers now, for a person to judge.

With `--write` they are written into the table, and what has no route any more is taken out.
"""

import sys
import tempfile
from pathlib import Path

from tests.authz import table
from tests.authz.court import DENY, OWN_WORK, Court, Places, Told
from tests.authz.world import PRINCIPALS, World


def main(write: bool) -> None:
    """Ask at each route that has no row, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="authz-") as folder:
        court = Court(World(Path(folder) / "data"))
        places, known = Places(court), table.read() if table.PATH.exists() else {}
        rows = {}
        for rule, method in places.rules():
            row = known.get((method, rule.rule))
            rows[method, rule.rule] = row or {
                who: cell(court.ask(places.asking(rule, method, who, court.world.ids))) for who in PRINCIPALS
            }
            if row is None:
                print(method, rule.rule, *(f"{who}={told}" for who, told in rows[method, rule.rule].items()))
        print("without a route:", *sorted(known.keys() - rows.keys()))
        court.close()
    if write:
        table.write(rows)


def cell(told: Told) -> str:
    """What the table would say of it."""
    return OWN_WORK if told.verdict == DENY and told.birds else told.verdict


if __name__ == "__main__":
    main("--write" in sys.argv)
