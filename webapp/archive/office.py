"""What the office does with an inspection: comments, sends back, accepts, closes; one, or several one by one."""

from collections.abc import Iterable

from webapp.accounts.models import User
from webapp.archive import comments
from webapp.archive.models import Archive, File
from webapp.archive.review import acts
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import Inspection


def act(author: User, inspection: Inspection, kind: str, seen: str | None, reason: str | None = None) -> None:
    """One act on an inspection that is locked, on the seal that was `seen` on screen; the caller commits.

    Raises `wrong_state`, `reason_needed`, and what `Archive.seal` raises.
    """
    file = File(inspection)
    seal = file.record["seal"]
    # A record that was reopened and sealed again meanwhile is another one.
    if seal is None or seal["event"] != seen or kind not in acts(file.record["state"], file.events):
        raise Problem("wrong_state")
    if reason == "":
        raise Problem("reason_needed")
    if kind == "archive":
        Archive.seal(inspection, author)
    else:
        said = {} if reason is None else {"reason": reason}
        inspection.append_office(author, kind, said | {"seal": seal["event"]})


def comment(author: User, inspection: Inspection, said: str, question: str) -> None:
    """Say something to the pair at a question, or in general where `question` is empty; the caller commits.

    The row is locked. Raises `wrong_state`, `comment_needed`, `comment_long`, `comments_full`, `question_unknown`.
    """
    file = File(inspection)
    if file.record["state"] not in comments.STATES:
        raise Problem("wrong_state")
    said = said.replace("\r\n", "\n").strip()
    if not said:
        raise Problem("comment_needed")
    if len(said) > comments.LONGEST:
        raise Problem("comment_long")
    if len(file.comments) >= comments.MOST:
        raise Problem("comments_full")
    if question and question not in file.labels:
        raise Problem("question_unknown")
    inspection.append_office(author, "comment", {"text": said, "question": question or None})


def reason_of(file: File, written: str) -> str:
    """Why an inspection is sent back: what was written, and the comments that nobody answered yet."""
    return comments.as_reason(written, [said for said in file.comments if said["open"]], file.wording)


def ready(inspections: Iterable[Inspection]) -> dict[str, str]:
    """The seals of those that are sealed and lack nothing, by inspection: what may be accepted unread."""
    files = [File(inspection) for inspection in inspections if inspection.state == "sealed"]
    return {file.inspection.id: file.record["seal"]["event"] for file in files if not file.missing}


def accept_each(
    author: User, chosen: Iterable[tuple[str, str]]
) -> tuple[list[Inspection], list[tuple[Inspection, Problem]]]:
    """Accept each (inspection id, seal seen) in a transaction of its own: those accepted, and those not, with why.

    An inspection of another bureau is as one that does not exist: it is passed over.
    """
    accepted, refused = [], []
    for inspection_id, seen in chosen:
        inspection = Inspection.locked(inspection_id)
        if inspection is None or inspection.bureau_id != author.bureau_id:
            db.session.rollback()
            continue
        try:
            lacks = File(inspection).missing
            if lacks and inspection.state == "sealed":
                raise Problem("not_complete", missing=[vars(lack) for lack in lacks])
            act(author, inspection, "accept", seen)
            db.session.commit()
            accepted.append(inspection)
        except Problem as problem:
            db.session.rollback()
            refused.append((inspection, problem))
    return accepted, refused
