"""Where anyone repeats a draw: the page loads a draw file and checks it by itself, in the browser."""

from flask import Blueprint, render_template

from webapp.accounts.access import allow
from webapp.draw.by_hand import STEPS
from webapp.draw.wording import words_of_page
from webapp.words import _

blueprint = Blueprint("draw_verify", __name__)


@blueprint.get("/verify/draw")
@allow("anyone")
def page() -> str:
    """The page; nothing is sent to the server. `?file=` names a draw file of this site (`/public/draws/….json`)."""
    return render_template("draw/verify.html", words=words_of_page(_), by_hand=STEPS)
