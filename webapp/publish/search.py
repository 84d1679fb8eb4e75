"""By what public results are found: the pieces of their words and what filters ask for, kept by the database itself.

SQLite holds the tokens in a full-text table that triggers fill, PostgreSQL in a GIN index. Either only says who may be
meant: `listing` looks at the words themselves too. No migration carries the index: `keep` makes it, after each.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, column, func, inspect, select, table
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from webapp.db import db
from webapp.grams import INDEXES, grams, token
from webapp.publish.document import search_text

Json = dict[str, Any]
NAME = INDEXES[1]
# So many publications are a sample, so many of it are many, and so many pieces narrow a search enough.
SAMPLE, MANY, TELLING = 64, 2, 4


def tokens_of(document: Json) -> str:
    """All tokens of a public document, parted by blanks."""
    found = grams(search_text(document))
    found |= {token("item", item["code"]) for item in document["items"]}
    found.add(token("bureau", document["bureau"]["id"]))
    found.add(token("region", document["subject"]["region"]))
    found.add(token("result", document["result"]["code"]))
    found |= {token("year", document["inspected"][:4]), token("month", document["inspected"][:7])}
    return " ".join(sorted(found))


def narrowed(rows: Select[Any], row: Any, words: Iterable[str], tokens: set[str]) -> Select[Any]:
    """The statement over those publications alone that the index knows by all that is asked, the latest first."""
    pieces = {gram for word in words for gram in grams(word)}
    on_sqlite = db.engine.dialect.name == "sqlite"
    sample = [] if on_sqlite and len(pieces) <= TELLING else [set(text.split()) for text in _sample(row)]
    wanted = tokens | _telling(sample, pieces)
    if wanted and on_sqlite:
        index = table(NAME, column("rowid"), column(NAME))
        match = index.c[NAME].op("MATCH")(" ".join(f'"{one}"' for one in sorted(wanted)))
        return rows.join(index, index.c.rowid == row.place).where(match).order_by(index.c.rowid.desc())
    # PostgreSQL reads all that its index finds before the first fifty: where many are meant, the rows in their order
    # are sooner read.
    if wanted and sum(wanted <= have for have in sample) < MANY:
        rows = rows.where(func.string_to_array(row.tokens, " ", type_=ARRAY(TEXT)).contains(sorted(wanted)))
    return rows.order_by(row.place.desc())


def keep(connection: Connection) -> None:
    """Make the index where there is none, and fill it; drop it where its table is gone."""
    there = inspect(connection).has_table("publication")
    if connection.dialect.name != "sqlite":
        statements = [POSTGRESQL] if there else []
    elif there:
        filled = inspect(connection).has_table(NAME)
        statements = SQLITE if filled else [*SQLITE, FILL]
    else:
        statements = [f"DROP TABLE IF EXISTS {NAME}"]
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sample(row: Any) -> Iterable[str]:
    """The tokens of some publications from all over."""
    last = db.session.scalar(select(func.max(row.place))) or 0
    places = {last * part // SAMPLE for part in range(1, SAMPLE + 1)}
    return db.session.scalars(select(row.tokens).where(row.place.in_(places)))


def _telling(sample: list[set[str]], pieces: set[str]) -> set[str]:
    """The few pieces that tell most: what most have is long to read."""
    have = Counter(gram for tokens in sample for gram in tokens & pieces)
    return set(sorted(pieces, key=lambda gram: (have[gram], gram))[:TELLING])


_PUT = f"INSERT INTO {NAME} (rowid, tokens) VALUES (new.place, new.tokens);"  # noqa: S608 - names of this module
_TAKE = f"INSERT INTO {NAME} ({NAME}, rowid, tokens) VALUES ('delete', old.place, old.tokens);"  # noqa: S608
SQLITE = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {NAME} USING fts5(tokens, content='', columnsize=0, detail=none, "
    "tokenize=\"ascii tokenchars '_='\")",
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_put AFTER INSERT ON publication BEGIN {_PUT} END",
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_take AFTER DELETE ON publication BEGIN {_TAKE} END",
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_change AFTER UPDATE OF place, tokens ON publication "
    f"WHEN new.tokens IS NOT old.tokens OR new.place IS NOT old.place BEGIN {_TAKE} {_PUT} END",
]
FILL = f"INSERT INTO {NAME} (rowid, tokens) SELECT place, tokens FROM publication"  # noqa: S608
POSTGRESQL = f"CREATE INDEX IF NOT EXISTS ix_{NAME} ON publication USING gin (string_to_array(tokens, ' '))"
