"""The library's search index: what each subject can be found by, kept by the database itself in the same transaction.

Chinese is not written in words, so a text is cut into `grams`; with what filters ask for they are a subject's tokens.
SQLite holds them in a full-text table that triggers fill, PostgreSQL in a GIN index over a function. Either only says who
may be meant: the conditions on the subject's own columns decide (`subjects.Library.where`). What is in the index was made
of the library and can be made anew, so no migration carries it: `keep` does, after each.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, column, event, func, inspect, select, table
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from webapp.db import db
from webapp.grams import ASCII, TIDY, grams, token
from webapp.registry.subject_rules import GONE

# What is said of a subject, in the order in which `subject_tokens` takes it.
SAID = (
    "bureau_id", "name", "code", "address", "district", "state", "credit_risk", "labour_grade", "kinds", "tags",
    "complaints", "penalties", "abnormal", "dishonest",
)  # fmt: skip
# Another way of making tokens needs another name: what is in the index is only taken out by the tokens it was put in by.
NAME = "subject_search"
# So many subjects are a sample, so many of it are many, and so many grams narrow a search enough.
SAMPLE, MANY, TELLING = 128, 2, 4


def tokens_of(*values: Any) -> str:
    """All that the subject with these values (of `SAID`) is found by, parted by blanks."""
    said = dict(zip(SAID, values, strict=True))
    found = grams(f"{said['name']} {said['code']} {said['address']}")
    found |= {token(name, said[name] or "") for name in ("bureau_id", "district", "state")}
    found |= {token(name, said[name] or "") for name in ("credit_risk", "labour_grade")}
    found |= {token(name, entry) for name in ("kinds", "tags") for entry in _listed(said[name])}
    found |= {token(name, "1") for name in ("complaints", "penalties", "abnormal", "dishonest") if said[name]}
    if said["state"] not in GONE:
        found.add(token("there", "1"))
    return " ".join(sorted(found))


def _listed(entries: str | list[str]) -> list[str]:
    return json.loads(entries) if isinstance(entries, str) else entries


def narrowed(
    rows: Select[Any], subject: Any, bureau_id: str, words: Iterable[str], tokens: Iterable[str]
) -> Select[Any]:
    """The statement, over only those subjects whom the index knows by the words' grams and by all tokens.

    In the order of their numbers. There may be a few others, even of another bureau: the statement's own conditions say.
    """
    sample = _sample(subject)
    wanted = {*tokens, *_telling(sample, bureau_id, words)}
    if db.engine.dialect.name == "sqlite" and wanted:
        index = table(NAME, column("rowid"), column(NAME))
        match = index.c[NAME].op("MATCH")(" ".join(f'"{one}"' for one in sorted(wanted)))
        return rows.join(index, index.c.rowid == subject.number).where(match).order_by(index.c.rowid)
    # PostgreSQL reads all that its index finds before the first fifty: where many are meant, the subjects in their order
    # are sooner read.
    if sum(wanted <= set(tokens_of(*row).split()) for row in sample) < MANY:
        held = func.subject_tokens(*(getattr(subject, name) for name in SAID), type_=ARRAY(TEXT))
        rows = rows.where(held.contains(sorted(wanted)))
    return rows.order_by(subject.number)


def _sample(subject: Any) -> Sequence[Any]:
    """Some subjects from all over the library."""
    last = db.session.scalar(select(func.max(subject.number))) or 0
    places = [last * part // SAMPLE for part in range(1, SAMPLE + 1)]
    columns = [getattr(subject, name) for name in SAID]
    return db.session.execute(select(*columns).where(subject.number.in_(places))).all()


def _telling(sample: Sequence[Any], bureau_id: str, words: Iterable[str]) -> set[str]:
    """The few grams that tell most, and the bureau where it is one of several: what most have is long to read."""
    wanted = {gram for word in words for gram in grams(word)}
    have = Counter(gram for row in sample for gram in grams(_text(row)) & wanted)
    telling = set(sorted(wanted, key=lambda gram: (have[gram], gram))[:TELLING])
    mine = sum(row.bureau_id == bureau_id for row in sample)
    return telling if 2 * mine > len(sample) else {*telling, token("bureau_id", bureau_id)}


def _text(row: Any) -> str:
    return f"{row.name} {row.code} {row.address}"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("subject_tokens", len(SAID), tokens_of, deterministic=True)


def keep(connection: Connection) -> None:
    """Make the index where there is none, and fill it; drop it where the library is gone."""
    there = inspect(connection).has_table("subject")
    if connection.dialect.name == "sqlite":
        statements = (
            _sqlite(inspect(connection).has_table(NAME)) if there else [f"DROP TABLE IF EXISTS {NAME}"]
        )
    else:
        statements = POSTGRESQL if there else [f"DROP FUNCTION IF EXISTS {', '.join(FUNCTIONS)}"]
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite(filled: bool) -> list[str]:
    new, old = (f"subject_tokens({', '.join(f'{row}.{name}' for name in SAID)})" for row in ("new", "old"))
    put = f"INSERT INTO {NAME} (rowid, tokens) VALUES (new.number, {new});"  # noqa: S608 - names of this module
    take = f"INSERT INTO {NAME} ({NAME}, rowid, tokens) VALUES ('delete', old.number, {old});"  # noqa: S608
    differs = " OR ".join(f"new.{name} IS NOT old.{name}" for name in SAID)
    after = f"UPDATE OF {', '.join(SAID)} ON subject WHEN {differs}"
    statements = [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {NAME} USING fts5(tokens, content='', columnsize=0, detail=none, "
        "tokenize=\"ascii tokenchars '_='\")",
        f"CREATE TRIGGER IF NOT EXISTS {NAME}_put AFTER INSERT ON subject BEGIN {put} END",
        f"CREATE TRIGGER IF NOT EXISTS {NAME}_take AFTER DELETE ON subject BEGIN {take} END",
        f"CREATE TRIGGER IF NOT EXISTS {NAME}_change AFTER {after} BEGIN {take} {put} END",
    ]
    fill = f"INSERT INTO {NAME} (rowid, tokens) SELECT number, {new} FROM subject AS new"  # noqa: S608
    return statements if filled else [*statements, fill]


_FROM, _TO = (
    "".join(f"\\x{ord(sign):02x}" for sign in signs) for signs in (ASCII, map(TIDY.get, map(ord, ASCII)))
)
_GONE = ", ".join(f"'{state}'" for state in GONE)
FUNCTIONS = ("subject_tokens", "subject_grams", "subject_tidy")
# The same as `tokens_of`, a test holds them equal. Their bodies are bound to each other when they are made: what a dump
# puts back finds no function by its bare name.
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION subject_tidy(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(said, E'{_FROM}', E'{_TO}')""",
    """CREATE OR REPLACE FUNCTION subject_grams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 500
    BEGIN ATOMIC
        SELECT coalesce(array_agg(a || b) FILTER (WHERE octet_length(a || b) > 2), '{}')
            || coalesce(array_agg(a || b || c) FILTER (
                WHERE c IS NOT NULL AND (octet_length(a) = 1 OR octet_length(b) = 1)
            ), '{}')
        FROM (SELECT string_to_array(subject_tidy(said), NULL) AS signs) AS whole,
            unnest(signs, signs[2:], signs[3:]) AS each (a, b, c)
        WHERE b IS NOT NULL;
    END""",
    f"""CREATE OR REPLACE FUNCTION subject_tokens(
        bureau_id text, name text, code text, address text, district text, state text, credit_risk text,
        labour_grade text, kinds json, tags json, complaints int, penalties int, abnormal bool, dishonest bool
    ) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
    BEGIN ATOMIC
        SELECT subject_grams(name || ' ' || code || ' ' || address)
            || ARRAY(SELECT 'kinds=' || subject_tidy(entry) FROM json_array_elements_text(kinds) AS entry)
            || ARRAY(SELECT 'tags=' || subject_tidy(entry) FROM json_array_elements_text(tags) AS entry)
            || array_remove(ARRAY[
                'bureau_id=' || subject_tidy(bureau_id),
                'district=' || subject_tidy(district),
                'state=' || subject_tidy(state),
                'credit_risk=' || subject_tidy(coalesce(credit_risk, '')),
                'labour_grade=' || subject_tidy(coalesce(labour_grade, '')),
                CASE WHEN state NOT IN ({_GONE}) THEN 'there=1' END,
                CASE WHEN complaints > 0 THEN 'complaints=1' END,
                CASE WHEN penalties > 0 THEN 'penalties=1' END,
                CASE WHEN abnormal THEN 'abnormal=1' END,
                CASE WHEN dishonest THEN 'dishonest=1' END
            ], NULL);
    END""",  # noqa: S608 - names of this module
    f"CREATE INDEX IF NOT EXISTS ix_{NAME} ON subject USING gin (subject_tokens({', '.join(SAID)}))",
)
