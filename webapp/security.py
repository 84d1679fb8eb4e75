"""What every answer says to a browser, and who is answered: load nothing from elsewhere, keep nothing private."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for
from flask_talisman import Talisman
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.config import ROOT
from webapp.errors import Problem
from webapp.public import EXPORTED, is_public

# The one file: the rest of that host is a library of everybody's scripts.
HTMX_CDN = "https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/dist/htmx.min.js"
POLICY = {
    "default-src": "'self'",
    "img-src": ["'self'", "blob:", "data:"],
    "media-src": ["'self'", "blob:"],
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# lit-html blesses the literals of our own modules; `trusted.js`, `ours.js` and `preview.js` our own workers and the
# frame of the preview; there is no default policy.
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types lit-html yidang"
READING = ("GET", "HEAD", "OPTIONS")
# In a request's environment: what host was asked for; that the page runs htmx.
ASKED, HTMX = "yidang.host", "yidang.htmx"
# What asks for the server's health stands beside it.
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


def init_app(app: Flask) -> None:
    """Security headers on every answer, and the doors before every request."""
    app.before_request(_refuse_strange_host)
    app.before_request(_refuse_foreign_page)
    app.before_request(_refuse_nul)
    app.after_request(_private)
    # Before Talisman, as what is said first runs last: it adds to the policy that Talisman writes.
    app.after_request(_apart)
    Talisman(
        app,
        force_https=False,
        strict_transport_security=app.config["HTTPS"],
        session_cookie_secure=app.config["HTTPS"],
        session_cookie_samesite="Lax",
        content_security_policy=POLICY
        | {"script-src": ["'self'", *([HTMX_CDN] if app.config["HTMX_CDN"] else [])]},
        permissions_policy={"camera": "(self)", "geolocation": "(self)", "microphone": "()"},
        referrer_policy="same-origin",
    )
    app.jinja_env.globals.update(sheet=sheet, script=script, integrity=integrity, runs_htmx=_runs_htmx)
    if app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=int(app.config["PROXIES"]), x_proto=0, x_host=0)  # type: ignore[method-assign]
    if app.config["ADDRESS"]:
        app.wsgi_app = OwnAddress(app.wsgi_app, app.config["ADDRESS"])  # type: ignore[method-assign]


class OwnAddress:
    """Whatever host a request names: the app knows its own address only, and every link is made of that."""

    def __init__(self, inner: Any, address: str) -> None:
        self.inner, self.address = inner, urlsplit(address)

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        """Keep what was asked for, for the door to judge."""
        if EXPORTED in environ:
            return self.inner(environ, start)
        environ[ASKED] = environ.get("HTTP_HOST", "")
        environ["HTTP_HOST"] = self.address.netloc
        environ["wsgi.url_scheme"] = self.address.scheme
        return self.inner(environ, start)


def _refuse_strange_host() -> None:
    asked = request.environ.get(ASKED)
    # The page that says so has sheets: they are the same for everybody.
    if asked is None or request.endpoint == "static":
        return
    if asked.lower() != request.host and _name(asked) not in LOCAL:
        raise Problem("host_unknown")


def _name(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def _refuse_foreign_page() -> None:
    """A page of another site sends nothing here; beside the CSRF token, and where there is none to be had."""
    if request.method not in READING and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Problem("csrf")


def _refuse_nul() -> None:
    # No person types it, and PostgreSQL has no text with it.
    texts = [request.path, *(text for _, text in request.args.items(multi=True))]
    if request.mimetype == "application/x-www-form-urlencoded":
        texts += [text for _, text in request.form.items(multi=True)]
    if any("\0" in text for text in texts):
        raise Problem("malformed", wrong="U+0000")


def _private(response: Response) -> Response:
    # Files and pictures are no exception: what is private stays on no disk of a desk, and on a phone only encrypted.
    if request.endpoint != "static" and not (is_public() and "Cache-Control" in response.headers):
        response.headers["Cache-Control"] = "no-store"
    return response


def _apart(response: Response) -> Response:
    """No other site's page holds a window of ours, shows our pictures, or reads what its script cannot."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if HTMX not in request.environ:
        policy = response.headers["Content-Security-Policy"].replace(f" {HTMX_CDN}", "")
        response.headers["Content-Security-Policy"] = policy + TRUSTED_TYPES
    return response


# ---- files of our own, bound to their bytes


def sheet(name: str) -> Markup:
    """The tag of a sheet in `static/`."""
    tag = Markup('<link rel="stylesheet" href="{}" integrity="{}">')
    return tag.format(url_for("static", filename=name), integrity(name))


def script(name: str) -> Markup:
    """The tag of a module in `static/`."""
    tag = Markup('<script type="module" src="{}" integrity="{}"></script>')
    return tag.format(url_for("static", filename=name), integrity(name))


def integrity(name: str) -> str:
    """What the bytes of a file in `static/` must be, as a browser checks it (SRI)."""
    path = ROOT / "static" / name
    return _hash(path, path.stat().st_mtime_ns)


def integrity_of(data: bytes) -> str:
    """The same of bytes in hand."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


@cache
def _hash(path: Path, _changed: int) -> str:
    return integrity_of(path.read_bytes())


def _runs_htmx() -> str:
    """Said by a page that loads htmx, which makes HTML of text: its policy would have to let everything by."""
    request.environ[HTMX] = True
    return ""
