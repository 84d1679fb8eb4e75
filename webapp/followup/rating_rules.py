"""评价: what a subject is asked of the visit (RZ-18, TJ-15), and what several answers of one visit say together. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.archive.wording import N_

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS = {YES: N_("是"), NO: N_("否"), UNSURE: N_("说不清")}
GOOD, BAD = "good", "bad"
STANDINGS = (GOOD, BAD, UNSURE)


class Question:
    """One question: its words, its words in a list's head, and the answer that is as it should be."""

    def __init__(self, text: str, short: str, good: str) -> None:
        self.text, self.short, self.good = text, short, good


QUESTIONS = {
    "shown": Question(N_("检查人员有没有出示执法证或者检查码，让您核对？"), N_("亮证亮码"), YES),
    "two": Question(N_("到场的检查人员有没有两人以上？"), N_("两人以上"), YES),
    "asked": Question(N_("有没有人索要或者收受财物、收费、要求吃请，或者谋取别的好处？"), N_("索取财物"), NO),
    "disturbed": Question(N_("有没有妨碍您正常的生产经营？"), N_("妨碍经营"), NO),
}
NAMES = tuple(QUESTIONS)
# What a question is answered with; in other words than yes and no, so that nobody has to think which is which.
CHOICES = {YES: N_("有"), NO: N_("没有"), UNSURE: N_("说不清")}
TEXT_LENGTH, PHONE_LENGTH = 1000, 40


def answers_of(form: Mapping[str, Any]) -> dict[str, str]:
    """The answers that a form gives; what was left out is `unsure`."""
    return {name: form[name] if form.get(name) in ANSWERS else UNSURE for name in NAMES}


def standing(question: str, answer: str) -> str:
    """Whether an answer says that all was as it should be."""
    return UNSURE if answer == UNSURE else GOOD if answer == QUESTIONS[question].good else BAD


def together(standings: Iterable[str]) -> str:
    """What several answers of one visit say: who has the code can answer again, so that no later one buries a bad one."""
    given = set(standings)
    return BAD if BAD in given else GOOD if GOOD in given else UNSURE
