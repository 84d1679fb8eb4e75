"""What every answer says to the browser: load nothing from elsewhere, keep nothing private in a shared cache."""

from flask import Flask, Response, request
from flask_talisman import Talisman

HTMX_CDN = "https://cdn.jsdelivr.net"
POLICY = {
    "default-src": "'self'",
    "script-src": ["'self'", HTMX_CDN],
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
        content_security_policy=POLICY,
        permissions_policy={"camera": "(self)", "geolocation": "(self)", "microphone": "()"},
        referrer_policy="same-origin",
    )
    app.after_request(_private)


def _private(response: Response) -> Response:
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
