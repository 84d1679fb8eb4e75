"""The demo world, from the four bureaus' own documents: plain data and pure functions without a clock.

Lists: `bureaus`, `items`, `subjects`, `people`, `experts`, `forms`, `assignments`, `plans`. Of a visit, by assignment:
`answers`, `conflict`, `photos`, `outcome`. To show for it: `photo` (JPEG) and `signature` (strokes).
"""

from webapp.demo.checklists import forms
from webapp.demo.library import PASSWORD, assignments, bureaus, experts, identity, items, people, subjects
from webapp.demo.pictures import photo, signature
from webapp.demo.plans import plans
from webapp.demo.visits import answers, conflict, outcome, photos

__all__ = [
    "PASSWORD",
    "answers",
    "assignments",
    "bureaus",
    "conflict",
    "experts",
    "forms",
    "identity",
    "items",
    "outcome",
    "people",
    "photo",
    "photos",
    "plans",
    "signature",
    "subjects",
]
