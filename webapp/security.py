"""What every answer says to the browser: load nothing from elsewhere, keep nothing private in a shared cache."""

from flask import Flask, Response, request
from flask_talisman import Talisman

from webapp.errors import Problem

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


def init_app(app: Flask) -> None:
    """Security headers on every answer."""
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
    app.before_request(_refuse_nul)
    app.after_request(_private)


def _refuse_nul() -> None:
    # No person types it, and PostgreSQL has no text with it.
    texts = [request.path, *(text for _, text in request.args.items(multi=True))]
    if request.mimetype == "application/x-www-form-urlencoded":
        texts += [text for _, text in request.form.items(multi=True)]
    if any("\0" in text for text in texts):
        raise Problem("malformed", wrong="U+0000")


def _private(response: Response) -> Response:
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
