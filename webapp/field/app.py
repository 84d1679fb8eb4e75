"""The phone app's shell: the same bytes for everyone, so that the service worker can keep it whole."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, send_from_directory, url_for

from webapp.accounts.access import allow
from webapp.config import ROOT
from webapp.security import integrity, integrity_of
from webapp.words import LANGUAGES, catalogue

blueprint = Blueprint("app", __name__, url_prefix="/field")

# What the phone app is made of, besides its own folder.
SHARED = (
    "base.css",
    "vendor/lit-html",
    "vendor/idb",
    "vendor/signature_pad",
    "vendor/noble-hashes",
    "vendor/qr",
    "vendor/hpke",
)
SUFFIXES = {".js", ".css", ".svg", ".png"}
# What runs beside the page.
WORKERS = ("decoder", "picture")


@blueprint.get("/")
@allow("anyone")
def shell() -> str:
    """The page that the whole phone app lives in."""
    return render_template("field/app.html", version=version())


@blueprint.get("/practice")
@allow("anyone")
def practice() -> str:
    """The same page for practice (CA-2.5): by its address it has a store of its own and sends nothing."""
    return shell()


@blueprint.get("/sw.js")
@allow("anyone")
def service_worker() -> Response:
    """The service worker with the list of files that it keeps; another list is another version."""
    files = {url_for("static", filename=name): integrity(name) for name in shell_files()}
    # A server that is just being renewed gives some files of each version: the phone takes none of them.
    files |= dict.fromkeys([url_for("app.shell"), url_for("app.practice")], integrity_of(shell().encode()))
    files |= {url_for("app.worker", name=name): integrity(f"field/{name}_worker.js") for name in WORKERS}
    files |= dict.fromkeys(
        [url_for("app.manifest"), *(url_for("app.words", lang=lang) for lang in LANGUAGES)], ""
    )
    script = render_template("field/sw.js", files=files, version=version())
    return Response(script, mimetype="text/javascript")


@blueprint.get("/<any(decoder, picture):name>_worker.js")
@allow("anyone")
def worker(name: str) -> Response:
    """A script that runs beside the page. Without a network it starts only within the service worker's reach."""
    return send_from_directory(ROOT / "static" / "field", f"{name}_worker.js", mimetype="text/javascript")


@blueprint.get("/manifest.webmanifest")
@allow("anyone")
def manifest() -> Response:
    """What the phone shows when the app is installed."""
    icons = [
        {
            "src": url_for("static", filename=f"field/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
        }
        for size in (192, 512)
    ]
    response = jsonify(
        id="/field/",
        name="一档 · 现场检查",
        short_name="一档",
        lang="zh-Hans",
        start_url=url_for("app.shell"),
        scope=url_for("app.shell"),
        display="standalone",
        orientation="any",
        background_color="#f4f6f8",
        theme_color="#0b57a4",
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/words/<lang>.json")
@allow("anyone")
def words(lang: str) -> Response:
    """Every text of a language, keyed by the Chinese; empty for Chinese."""
    from flask_babel import force_locale

    with force_locale(LANGUAGES.get(lang, LANGUAGES["zh"])):
        return jsonify(catalogue())


def shell_files() -> list[str]:
    """The static files that the app needs, sorted."""
    static = ROOT / "static"
    folders = [static / "field", *(static / name for name in SHARED)]
    files = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))]
    return sorted(str(path.relative_to(static)) for path in files if path.suffix in SUFFIXES)


@blueprint.app_template_global("app_version")
def version() -> str:
    """The version that a phone gets now: another one for each change of a file."""
    return _hash_once() if not current_app.debug else _hash()


@cache
def _hash_once() -> str:
    return _hash()


def _hash() -> str:
    whole = hashlib.sha256(render_template("field/app.html", version="").encode())
    for path in [*(ROOT / "static" / name for name in shell_files()), Path(ROOT / "templates/field/sw.js")]:
        whole.update(path.read_bytes())
    for lang in sorted(LANGUAGES):
        whole.update(words(lang).get_data())
    return whole.hexdigest()[:16]
