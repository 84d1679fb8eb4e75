"""The address of this site, as its browsers know it."""

from flask import current_app, request


def origin() -> str:
    """`https://host[:port]`: as the setting says, else as the request came in."""
    return str(current_app.config.get("ADDRESS") or request.host_url).rstrip("/")
