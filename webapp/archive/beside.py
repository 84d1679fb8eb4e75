"""What domains to the right show on the office's pages: each hangs its piece here, and nothing is imported from there."""

from collections.abc import Callable
from datetime import date
from typing import Any

from markupsafe import Markup

from webapp.accounts.models import User
from webapp.field.models import Inspection

# A part of the first page (`first.Part`), or None where nothing of it is this person's.
FIRST: list[Callable[[User, date], Any]] = []
# A section on the page of one inspection.
RECORD: list[Callable[[Inspection, date], Markup]] = []
# A line above the list of inspections.
INBOX: list[Callable[[User, date], Markup]] = []
