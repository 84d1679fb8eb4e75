"""The address of this site, as its browsers know it."""

from flask import current_app, request


def origin() -> str:
    """`https://host[:port]`: as the setting says, else as the request came in (a proxy in front may speak HTTPS)."""
    scheme = "https" if current_app.config["HTTPS"] else request.scheme
    return str(current_app.config.get("ADDRESS") or f"{scheme}://{request.host}").rstrip("/")
