"""Pages that are the same for everybody: without a session and its cookie, so that any cache in front may serve them."""

from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

# What is withdrawn is gone from every cache after a minute; a page that many read is made once in that time.
SECONDS = 60
# Set by the export: a copy of the site stands at another address and has no server behind it.
EXPORTED = "yidang.exported"
PLACES = ("/public/", "/verify/draw", "/sitemap.xml", "/robots.txt")
# The key of these is on a paper that one subject has.
NOT_SHARED = ("/public/notices/",)
KEPT = (200, 304, 404, 410)


def is_public() -> bool:
    """Whether this request is for such a page: what it says depends on its address and the browser's language only."""
    return request.path.startswith(PLACES) and not request.path.startswith(NOT_SHARED)


class Sessions(SecureCookieSessionInterface):
    """Sessions as they are, but no public page sets a cookie or differs by one."""

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Keep it, where the page is not a public one."""
        if not is_public():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Every public page says how long it holds and by which ETag it is known."""
    app.session_interface = Sessions()
    app.after_request(_shared)


def _shared(response: Response) -> Response:
    if not is_public() or request.method not in ("GET", "HEAD") or response.status_code not in KEPT:
        return response
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}, must-revalidate"
    response.vary.add("Accept-Language")
    if response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response
