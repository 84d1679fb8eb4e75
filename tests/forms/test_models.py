"""Which form a bureau uses for an item."""

from flask import Flask

from webapp.db import today
from webapp.demo import world
from webapp.forms.models import Form


def test_PD_2_3_an_item_is_inspected_by_the_superiors_form_until_there_is_an_own_one(app: Flask) -> None:
    ids = {one["key"]: one["id"] for one in world.bureaus()}
    own, above = ids["rz"], ids["pd"]
    with app.app_context():
        claimed = Form.in_use(own, ["PD6"], today())
        assert claimed == Form.in_use(above, ["PD6"], today()) and claimed[-1].item == "PD6"
        (body,) = (form for form in world.forms() if form["item"] == "PD6")
        mine = Form.publish(body | {"version": "2027.1"}, own)
        assert (
            Form.in_use(own, ["PD6"], today())[-1] == mine
            and Form.in_use(above, ["PD6"], today())[-1] != mine
        )
