"""Words on screen: Chinese in the source, English from the catalogue, chosen by the person."""

import os
from collections.abc import Iterable
from typing import Any

import click
from babel import Locale
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.public import is_public

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
babel = Babel()

__all__ = ["LANGUAGES", "_", "_l", "babel", "catalogue", "in_words", "language", "locale", "months"]


def language() -> str:
    """`zh` or `en`: what this person chose, else what the browser asks for, else Chinese.

    On a public page what was chosen stands in its address alone.
    """
    chosen = request.args.get("lang") or (None if is_public() else session.get("lang"))
    if chosen in LANGUAGES:
        return str(chosen)
    return "en" if (request.accept_languages.best or "zh").startswith("en") else "zh"


def locale() -> str:
    """The locale of `language()` for Babel."""
    return LANGUAGES[language()]


def _caller() -> str:
    """English where the shell asks for it, else Chinese."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if asked.startswith("en") else "zh"


# What every command takes that speaks in sentences.
in_words = click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=_caller, help="Default: as LANG says."
)


def catalogue() -> dict[str, str]:
    """Every translated text of the current language, for the phone app; empty for Chinese, which is the source."""
    texts = getattr(get_translations(), "_catalog", {})
    return {key: text for key, text in texts.items() if isinstance(key, str) and key and text}


def months(numbers: Iterable[int]) -> str:
    """Months of the year in words: `3月、4月`, `Mar, Apr`."""
    names = Locale.parse(locale()).months["format"]["abbreviated"]
    return str(_("、")).join(names[number] for number in numbers)


def remember_language() -> None:
    """`?lang=en` holds for the session; public pages have none."""
    if request.args.get("lang") in LANGUAGES and not is_public():
        session["lang"] = request.args["lang"]


def _carry_language(endpoint: str, values: dict[str, Any]) -> None:
    """From a public page the links go on in the language of its address."""
    if (
        has_request_context()
        and is_public()
        and endpoint != "static"
        and request.args.get("lang") in LANGUAGES
    ):
        values.setdefault("lang", request.args["lang"])


def init_app(app: Flask) -> None:
    """Join Babel to the app and its templates."""
    babel.init_app(app, locale_selector=locale)
    app.before_request(remember_language)
    app.url_defaults(_carry_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.context_processor(lambda: {"language": language()})
    app.add_template_filter(months)
