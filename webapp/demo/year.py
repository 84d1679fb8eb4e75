"""The demo's year: each plan written, approved by another, published, and one task of it drawn, by the pages' own verbs."""

from datetime import date

from sqlalchemy import select

from webapp.accounts.models import User
from webapp.canonical import sha256
from webapp.db import db
from webapp.demo import world
from webapp.demo.library import Row
from webapp.draw import asking
from webapp.draw.models import Draw, prepare
from webapp.field import drawn
from webapp.plan.models import Plan, PlanVersion


def load_year(day: date) -> int:
    """Load the plans that are not there yet, and count the inspections that their draws made."""
    made = 0
    for plan in world.plans(day):
        there = select(Plan.id).where(Plan.bureau_id == plan["bureau"], Plan.year == plan["year"])
        if db.session.scalar(there) is None:
            made += _draw(_publish(plan), plan["draw"], day)
            db.session.commit()
    return made


def _publish(plan: Row) -> PlanVersion:
    planner, supervisor = who(plan["bureau"], "planner"), who(plan["bureau"], "supervisor")
    version = Plan.begin(planner, plan["year"]).latest
    for task in plan["tasks"]:
        version.put(planner, task)
    version.approve(supervisor, plan["approval"])
    version.publish()
    version.made_at = version.approved_at = plan["approved"]
    version.published_at = plan["published"]
    return version


def _draw(version: PlanVersion, act: Row, day: date) -> int:
    planner, bureau, task = version.author, version.plan.bureau, version.task(act["task"])
    asked = asking.ask(act["form"], bureau.law(day), day, act["frozen"])
    known = drawn.known(bureau.id, version.plan.year)
    frozen = prepare(version, task, asked, known, act["frozen"], salt=_salt)
    draw = Draw.freeze(planner, version, task, frozen, draw_id=act["id"])
    draw.draw(planner, asking.opened(act["numbers"], draw.file()["rules"]["sources"]), act["drawn"])
    for file, moment in zip(draw.versions, (act["frozen"], act["drawn"]), strict=True):
        file.made_at = moment
    return len(drawn.make(planner, draw, day))


def _salt(subject_id: str) -> str:
    """Anyone can work it out: the demo's names are no secret, and each day's demo is the same."""
    return sha256(f"demo {subject_id}".encode())


def who(bureau_id: str, role: str) -> User:
    """Who has only this role in a bureau."""
    people = db.session.scalars(select(User).where(User.bureau_id == bureau_id).order_by(User.username))
    return next(user for user in people if user.roles == [role])
