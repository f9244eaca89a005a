"""Two draws at sessions that are announced: one still takes names, of the other the worker makes the panels."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from shangliang.access.actor import Actor
from shangliang.deliberations.actions import seating
from shangliang.deliberations.models import Deliberation
from shangliang.demo.corpus import persons
from shangliang.demo.corpus.persons import AgeBand, Gender
from shangliang.kit import crypto, ids
from shangliang.kit.clock import local_day
from shangliang.sortition import rules
from shangliang.sortition.actions import drawing, keeping
from shangliang.sortition.models import HOME, NAME, PHONE, Draw, Volunteer, own_token, token_hash
from shangliang.sortition.states import Source

AGES = ("18到34岁", "35到59岁", "60岁以上")
BANDS = (AgeBand.YOUNG, AgeBand.MIDDLE, AgeBand.OLD)
SEXES = {Gender.MAN: "男", Gender.WOMAN: "女"}
CATEGORIES = (
    "性别：男 1180、女 1235\n年龄：18到34岁 560、35到59岁 1030、60岁以上 825\n住房：业主 1710、租户 705"
)
# Who comes forward is never like the place: older, and owners.
AGE_WEIGHTS, TENANTS = (4, 11, 19), 0.18
SEATS, PEOPLE = 12, 58


def call(deliberation: Deliberation, clerk: Actor, rng: Random, at: datetime) -> Draw:
    """An open call that is going on."""
    draw = seating.draw_for(deliberation=deliberation, actor=clerk, at=at)
    keeping.set_up(draw=draw, size=SEATS, features=rules.read_categories(CATEGORIES), actor=clerk, at=at)
    until = local_day(at) + timedelta(days=6)
    keeping.call(draw=draw, is_open=True, until=until, actor=clerk, at=at)
    Volunteer.objects.bulk_create([_volunteer(draw, number, rng, at) for number in range(1, PEOPLE + 1)])
    return draw


def ask(deliberation: Deliberation, clerk: Actor, rng: Random, at: datetime) -> Draw:
    """The pool is closed; the worker makes the panels as soon as it runs."""
    draw = call(deliberation, clerk, rng, at)
    drawing.fix(draw=draw, actor=clerk, at=at)
    return draw


def _volunteer(draw: Draw, number: int, rng: Random, at: datetime) -> Volunteer:
    home, nonce = f"{rng.randint(1, 19)}幢{rng.randint(1, 6)}0{rng.randint(1, 4)}室", ids.new_key()
    band = rng.choices(BANDS, AGE_WEIGHTS)[0]
    who = persons.person(rng, band)
    values = {
        "性别": SEXES[who.gender],
        "年龄": AGES[BANDS.index(band)],
        "住房": "租户" if rng.random() < TENANTS else "业主",
    }
    by_clerk = band is AgeBand.OLD and rng.random() < 0.4
    return Volunteer(
        draw=draw,
        number=number,
        source=(Source.CLERK if by_clerk else Source.CALL).value,
        values=values,
        name_sealed=crypto.seal(who.name, NAME),
        home_sealed=crypto.seal(home, HOME),
        home_hash=crypto.fingerprint(f"{draw.room_id}/{rules.plain_home(home)}", PHONE),
        may_ask_again=rng.random() < 0.5,
        was_checked=True,  # an invented name may be an office holder's
        nonce=nonce,
        token_hash=token_hash(own_token(nonce)),
        joined_at=at,
    )
