"""What checklists ask of planner and supervisor on their first page."""

from datetime import timedelta
from typing import Any

from flask import url_for

from webapp.accounts.models import User
from webapp.db import CHINA, now
from webapp.forms.models import Release
from webapp.forms.release_rules import REFUSED, SUBMITTED
from webapp.words import _, language

Line = dict[str, Any]

# So long a refusal stands on the page of who wrote the version.
LATELY = timedelta(days=14)


def for_approver(user: User) -> list[Line]:
    """A line `{name, href, what, state, mark, more, todo, at}` for each version that others submitted, the oldest first."""
    waiting = [one for one in Release.of_bureau(user.bureau_id, SUBMITTED) if not one.is_of(user)]
    return [_line(one, _("等批准"), "waiting", _("看一遍，批准或不予批准"), one.why) for one in waiting[::-1]]


def for_writer(user: User) -> list[Line]:
    """The versions that one wrote and that were refused lately."""
    refused = [one for one in Release.of_bureau(user.bureau_id, REFUSED) if one.is_of(user)]
    lately = [one for one in refused if one.acts[0].time > now() - LATELY]
    return [_line(one, _("未获批准"), "returned", _("看原因，改好再交"), one.acts[0].said) for one in lately]


def _line(release: Release, state: str, mark: str, todo: str, more: str) -> Line:
    titles = release.title
    title = titles.get("en" if language() == "en" else "zh-Hans") or next(iter(titles.values()))
    return {
        "name": f"{title} {release.version}",
        "href": url_for("forms.one", release_id=release.id),
        "what": _("检查表 %(item)s", item=release.item) if release.item else _("基础表"),
        "state": state,
        "mark": mark,
        "more": more,
        "todo": todo,
        "at": f"{release.acts[0].time.astimezone(CHINA):%Y-%m-%d}",
    }
