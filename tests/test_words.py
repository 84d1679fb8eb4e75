"""A missing translation fails: every sentence of Python, templates and the phone has its English (design 4)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from webapp.errors import CATALOGUE

ROOT = Path(__file__).parents[1]
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None}

CALL = re.compile(r"(?<![\w$.])_\(")
LITERAL = re.compile(r'_\(\s*("(?:[^"\\]|\\.)*")\s*[,)]')
DEFINITION = "export function _("
NAMED = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# What the record itself prints in Chinese is quoted as it is printed.
QUOTED = {"字库未收录的字符以〔U+编码〕印出。": "〔〕"}


def scripts() -> list[Path]:
    """The phone's and the desk's own modules."""
    return [path for path in sorted((ROOT / "static").rglob("*.js")) if "vendor" not in path.parts]


def said_by_scripts() -> set[str]:
    """The sentences in `_("...")` of every script, however deep in template literals."""
    return {json.loads(call[1]) for path in scripts() for call in LITERAL.finditer(path.read_text())}


def said_by_extraction() -> set[str]:
    """What `make messages` collects, by the mapping and the keywords that it is given."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_own)
    return {found_one[2] for found_one in found if isinstance(found_one[2], str)}


def _own(path: str) -> bool:
    return Path(path).name not in {".git", ".venv", "vendor", "tests", "node_modules", "instance"}


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue as it is in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_every_sentence_has_its_english(english: Catalog) -> None:
    said = said_by_extraction() | said_by_scripts()
    kept = {message.id for message in messages(english)}
    assert said - kept == set(), "new sentences: run make messages and translate them"
    assert kept - said == set(), "nobody says these any more: run make messages"
    assert [message.id for message in messages(english) if not str(message.string).strip(" ")] == []


def test_nothing_is_guessed_or_left_behind(english: Catalog) -> None:
    assert not english.obsolete
    assert [message.id for message in messages(english) if message.fuzzy] == []


def placeholders(text: str) -> set[str]:
    """`{name}` and `%(name)s` of one sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None} | set(NAMED.findall(text))


def test_both_languages_have_the_same_places_for_values(english: Catalog) -> None:
    differing = {
        message.id: message.string
        for message in messages(english)
        if placeholders(message.id) != placeholders(message.string)
    }
    assert differing == {}


def test_english_has_no_chinese_in_it(english: Catalog) -> None:
    left = {
        message.id: message.string
        for message in messages(english)
        if set(CHINESE.findall(message.string)) - set(QUOTED.get(message.id, ""))
    }
    assert left == {}


def test_english_ends_as_the_chinese_does(english: Catalog) -> None:
    """A sentence stays a sentence, a label stays a label, and what waits for more still opens it."""
    pairs = {"。": ".", "…": "…", "：": ":", "？": "?"}
    wrong = {
        message.id: message.string
        for message in messages(english)
        if pairs.get(message.id[-1], "") != _end(message.string) and len(message.id) > 1
    }
    assert wrong == {}


def _end(text: str) -> str:
    last = text.rstrip(" ”")[-1:]
    return last if last in (".", "…", ":", "?") else ""


@pytest.fixture
def compiled(app: Flask, english: Catalog, tmp_path: Path) -> None:
    """The catalogue as it is now, compiled for this app, whatever was compiled before."""
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, english)
    app.extensions["babel"].translation_directories = [str(folder.parents[1])]


@pytest.mark.usefixtures("compiled")
def test_the_phone_gets_its_english(client: FlaskClient) -> None:
    words = client.get("/field/words/en.json").get_json()
    assert words["已在机关"] == "Safe at the bureau"
    assert said_by_scripts() - words.keys() == set()


@pytest.mark.usefixtures("compiled")
def test_chinese_is_the_source_and_needs_no_words(client: FlaskClient) -> None:
    assert client.get("/field/words/zh.json").get_json() == {}


@pytest.mark.usefixtures("compiled")
def test_the_desk_speaks_english_where_asked(client: FlaskClient) -> None:
    page = client.get("/login?lang=en").text
    assert '<html lang="en">' in page
    assert "Username" in page and "用户名" not in page
    assert "用户名" in client.get("/login?lang=zh").text


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_scripts_say_plain_literals(path: Path) -> None:
    """The extraction reads a literal; it cannot read a variable, a sum or a template."""
    source = path.read_text().replace(DEFINITION, "")
    whole = [call.start() for call in LITERAL.finditer(source)]
    assert [
        source[at : at + 60] for at in (call.start() for call in CALL.finditer(source)) if at not in whole
    ] == []


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_error_says_what_happened_and_what_to_do(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for code, (_, message, hint) in CATALOGUE.items():
            for text in (str(message), str(hint)):
                assert text, code
                assert bool(CHINESE.search(text)) is (language != "en"), (code, text)
