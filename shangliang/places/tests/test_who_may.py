"""Who may do what to a room: every role tries every act, and these alone succeed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shangliang.access.roles import Role
from shangliang.accounts.tests.who_may import everybody, who_may
from shangliang.places import actions
from shangliang.places.models import Area, Room
from shangliang.places.states import Family
from shangliang.places.tests.factories import VILLAGE, make_room, tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
R = Role
KEEPS = {R.CLERK}
APPOINTS = {R.DISTRICT_OFFICE, R.CITY_OFFICE}


@pytest.fixture
def room() -> Room:
    return make_room("100001", tree()[VILLAGE])


def test_on_a_room_that_works(room: Room) -> None:
    sign = replace(actions.sign_of(room), hours="周一到周五")
    all_of_them = everybody(room.no, VILLAGE)
    may = {
        "change": who_may(
            lambda who: actions.change_room(room=room, sign=sign, actor=who, at=NOW), all_of_them
        ),
        "pause": who_may(
            lambda who: actions.move_room(room=room, name="pause", actor=who, at=NOW), all_of_them
        ),
        "close": who_may(
            lambda who: actions.move_room(room=room, name="close", actor=who, at=NOW), all_of_them
        ),
    }
    assert may == {"change": KEEPS, "pause": KEEPS, "close": APPOINTS}


def test_on_one_that_stands_still(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(state="paused")
    assert (
        who_may(
            lambda who: actions.move_room(room=room, name="resume", actor=who, at=NOW),
            everybody(room.no, VILLAGE),
        )
        == KEEPS
    )


def test_on_one_that_is_to_be_opened(room: Room) -> None:
    area = Area.objects.get(path=VILLAGE)
    sign = actions.sign_of(room)
    assert (
        who_may(
            lambda who: actions.open_room(
                no="100002",
                area=area,
                family=Family.COMMUNITY,
                sector=None,
                sign=sign,
                actor=who,
                at=NOW,
            ),
            everybody(room.no, VILLAGE),
        )
        == APPOINTS
    )
