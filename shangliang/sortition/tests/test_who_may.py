"""Who may keep a draw: every role tries every act on a draw, its lotteries and volunteers, and these alone succeed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.desk import OnDesk
from shangliang.access.roles import Role
from shangliang.accounts.tests.who_may import everybody, who_may
from shangliang.sortition import rules
from shangliang.sortition.actions import calling, drawing, draws, volunteering
from shangliang.sortition.models import Draw, Volunteer
from shangliang.sortition.states import CallResult, OutReason, SeedWay, VolunteerState
from shangliang.sortition.tests.draws import (
    CATEGORIES,
    NOW,
    PATH,
    ROOM_NO,
    SEED,
    entry,
    fill,
    fixed,
    make_draw,
    pick,
)

pytestmark = pytest.mark.django_db
R = Role
Acts = dict[str, Callable[[Actor], object]]
KEEP = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
SEES_PHONES = {R.CLERK, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
QUIET = {"ask_check", "confirm", "keep_home"}  # the ledger has no row of them


def tried(acts: Acts) -> dict[str, set[Role]]:
    return {
        name: who_may(act, everybody(ROOM_NO, PATH), leaves_a_row=name not in QUIET)
        for name, act in acts.items()
    }


@pytest.fixture
def draw() -> Draw:
    made = make_draw()
    fill(made)
    made.refresh_from_db()
    return made


def test_while_volunteers_come(draw: Draw) -> None:
    desk = cast(OnDesk, SimpleNamespace(desk_path=PATH, desk_room_no=ROOM_NO, is_embargoed=False))
    row = Volunteer.objects.filter(draw=draw).exclude(home_hash="").order_by("pk")[0]
    values = {"性别": "男", "年龄": "60岁以上"}
    features = rules.read_categories(CATEGORIES)
    acts: Acts = {
        "prepare": lambda who: draws.prepare(
            desk=desk, room=draw.room, title="x", origin="/", actor=who, at=NOW
        ),
        "set_up": lambda who: draws.set_up(draw=draw, size=7, features=features, actor=who, at=NOW),
        "call": lambda who: draws.call(draw=draw, is_open=True, until=date(2026, 12, 1), actor=who, at=NOW),
        "ask_check": lambda who: draws.ask_check(draw=draw, actor=who, at=NOW),
        "enter": lambda who: volunteering.enter(draw=draw, entry=entry(30), actor=who, at=NOW),
        "fix": lambda who: drawing.fix(draw=draw, actor=who, at=NOW),
        "cancel": lambda who: draws.cancel(draw=draw, reason="x", actor=who, at=NOW),
        "change": lambda who: volunteering.change(volunteer=row, values=values, actor=who, at=NOW),
        "confirm": lambda who: volunteering.confirm(volunteer=row, actor=who, at=NOW),
        "untie": lambda who: volunteering.untie(volunteer=row, actor=who, at=NOW),
        "keep_home": lambda who: volunteering.keep_home(volunteer=row, actor=who, at=NOW),
        "put_out": lambda who: volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=who, at=NOW),
        "reveal": lambda who: volunteering.reveal(volunteer=row, actor=who, at=NOW),
    }
    may = tried(acts)
    assert may.pop("reveal") == SEES_PHONES
    assert may == dict.fromkeys(may, KEEP)


def test_on_one_who_is_out(draw: Draw) -> None:
    row = Volunteer.objects.filter(draw=draw).order_by("pk")[0]
    volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=SYSTEM, at=NOW)
    acts: Acts = {"bring_back": lambda who: volunteering.bring_back(volunteer=row, actor=who, at=NOW)}
    assert tried(acts) == {"bring_back": KEEP}


def test_while_lots_are_fixed_and_once_a_panel_is_drawn(draw: Draw) -> None:
    lottery = fixed(draw)
    acts: Acts = {
        "take_back": lambda who: drawing.take_back(lottery=lottery, reason="x", actor=who, at=NOW),
        "pick": lambda who: drawing.pick(lottery=lottery, seed=SEED, way=SeedWay.DICE, actor=who, at=NOW),
    }
    assert tried(acts) == {"take_back": KEEP, "pick": KEEP}
    pick(lottery)
    drawn = list(Volunteer.objects.filter(draw=draw, state=VolunteerState.DRAWN.value).order_by("pk"))
    acts = {
        "note_call": lambda who: calling.note_call(
            volunteer=drawn[0], result=CallResult.MISSED, actor=who, at=NOW
        ),
        "note_letter": lambda who: calling.note_letter(volunteer=drawn[0], actor=who, at=NOW),
        "accept_for": lambda who: drawing.reply(volunteer=drawn[0], comes=True, actor=who, at=NOW),
        "decline_for": lambda who: drawing.reply(volunteer=drawn[0], comes=False, actor=who, at=NOW),
    }
    assert tried(acts) == {"note_call": KEEP, "note_letter": KEEP, "accept_for": KEEP, "decline_for": KEEP}
    for each in drawn:
        drawing.reply(volunteer=each, comes=True, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    if draw.state == "drawn":
        assert tried({"settle": lambda who: draws.settle(draw=draw, actor=who, at=NOW)}) == {"settle": KEEP}
