"""A mark of the program that makes the public pages."""

import hashlib
from functools import cache

from webapp.config import ROOT


@cache
def layout() -> str:
    """The SHA-256 of templates, words and code of the public pages: others make other pages."""
    digest = hashlib.sha256()
    for place in ("templates/publish/*.html", "webapp/publish/*.py", "translations/*/LC_MESSAGES/*.po"):
        for path in sorted(ROOT.glob(place)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
