from flask import Blueprint

from webapp.followup import models as models

blueprint = Blueprint("clocks", __name__)
