"""Two draws at sessions that are announced: one still takes names, of the other the worker makes the panels."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from shangliang.access.actor import Actor
from shangliang.deliberations.actions import seating
from shangliang.deliberations.models import Deliberation
from shangliang.demo.corpus import persons
from shangliang.demo.corpus.persons import AgeBand, Gender
from shangliang.kit.clock import local_day
from shangliang.sortition import queries, rules
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.actions.volunteering import Entry
from shangliang.sortition.models import Draw

AGES = ("18到34岁", "35到59岁", "60岁以上")
BANDS = (AgeBand.YOUNG, AgeBand.MIDDLE, AgeBand.OLD)
SEXES = {Gender.MAN: "男", Gender.WOMAN: "女"}
CATEGORIES = (
    "性别：男 1180、女 1235\n年龄：18到34岁 560、35到59岁 1030、60岁以上 825\n住房：业主 1710、租户 705"
)
# Who comes forward is never like the place: older, and owners.
AGE_WEIGHTS, TENANTS = (4, 11, 19), 0.18
SEATS, PEOPLE = 12, 58


def call(
    deliberation: Deliberation, clerk: Actor, rng: Random, at: datetime, *, days: int | None = 6
) -> Draw:
    """An open call that is going on; for so many days, or without a last one."""
    draw = seating.draw_for(deliberation=deliberation, actor=clerk, at=at)
    draws.set_up(draw=draw, size=SEATS, features=rules.read_categories(CATEGORIES), actor=clerk, at=at)
    until = None if days is None else local_day(at) + timedelta(days=days)
    draws.call(draw=draw, is_open=True, until=until, actor=clerk, at=at)
    for _ in range(PEOPLE):
        entry, comes_to_the_desk = _person(rng)
        if comes_to_the_desk:
            volunteering.enter(draw=draw, entry=entry, actor=clerk, at=at)
        else:
            volunteering.volunteer(draw=draw, entry=entry, at=at)
    # An invented name may be an office holder's: the clerk says that it is somebody else.
    offices = queries.office_names(draw, local_day(at))
    for volunteer in draw.volunteers.order_by("number"):
        if volunteer.name in offices:
            volunteering.confirm(volunteer=volunteer, actor=clerk, at=at)
    return draw


def ask(deliberation: Deliberation, clerk: Actor, rng: Random, at: datetime) -> Draw:
    """The pool is closed; the worker makes the panels as soon as it runs."""
    draw = call(deliberation, clerk, rng, at, days=None)
    drawing.fix(draw=draw, actor=clerk, at=at)
    return draw


def _person(rng: Random) -> tuple[Entry, bool]:
    """Somebody who comes forward, and whether it is the clerk who writes them down."""
    home = f"{rng.randint(1, 19)}幢{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
    band = rng.choices(BANDS, AGE_WEIGHTS)[0]
    who = persons.person(rng, band)
    values = {
        "性别": SEXES[who.gender],
        "年龄": AGES[BANDS.index(band)],
        "住房": "租户" if rng.random() < TENANTS else "业主",
    }
    comes_to_the_desk = band is AgeBand.OLD and rng.random() < 0.4
    return Entry(who.name, values, home=home, may_ask_again=rng.random() < 0.5), comes_to_the_desk
