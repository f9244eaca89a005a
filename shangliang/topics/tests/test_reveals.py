"""Looking at telephone numbers: each look is counted, and whoever looks too often is asked by the tier above."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.events.tasks import react
from shangliang.inbox import queries as inbox
from shangliang.inbox.models import Message
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.rulebook import book
from shangliang.topics.actions import contact
from shangliang.topics.models import Reveal, Submission
from shangliang.topics.tests.factories import COUNTY, NOW, ROOM_NO, TOWN, Places, raised, signed_in

TOO_OFTEN = "有人一天里查看电话的次数偏多，请了解一下。"


@pytest.fixture
def given(village: Places) -> Submission:
    return raised(village.room, phone="13900001234").submission


@pytest.fixture
def most(village: Places) -> int:
    return book().at(NOW.date()).integer("topics.reveals_day_count", village.room.area_path)


def signed(role: Role, **place: str) -> tuple[User, Actor]:
    user = signed_in(Client(), role, **place)
    return user, actor_for(user, NOW.date())


def look(given: Submission, actor: Actor, times: int, *, days: int = 0) -> None:
    for n in range(times):
        at = NOW + timedelta(days=days, minutes=n)
        contact.reveal(submission=given, reason="check", actor=actor, at=at)


def asked() -> list[str]:
    """Who was told that somebody looks too often."""
    while react(NOW + timedelta(days=2)):
        pass
    rows = Message.objects.filter(kind="contact.revealed").select_related("recipient").order_by("pk")
    assert {inbox.words(row)[0] for row in rows} <= {TOO_OFTEN}
    return [row.recipient.ref for row in rows]


def test_as_many_looks_as_the_rulebook_allows_are_nobodys_business(given: Submission, most: int) -> None:
    signed(Role.TOWN_OFFICE, area_path=TOWN)
    _, clerk = signed(Role.CLERK, room_no=ROOM_NO)
    look(given, clerk, most)
    assert asked() == []


def test_one_more_and_the_town_is_asked_to_find_out_why(given: Submission, most: int) -> None:
    town, _ = signed(Role.TOWN_OFFICE, area_path=TOWN)
    signed(Role.TOWN_OFFICE, area_path="32/3211/321102/321102002/")
    signed(Role.DISTRICT_OFFICE, area_path=COUNTY)
    _, clerk = signed(Role.CLERK, room_no=ROOM_NO)
    look(given, clerk, most + 1)
    assert asked() == [f"account:{town.pk}"]
    client = Client()
    client.force_login(town)
    assert TOO_OFTEN in client.get("/desk/inbox").content.decode()


def test_each_person_and_each_day_is_counted_apart(given: Submission, most: int) -> None:
    signed(Role.TOWN_OFFICE, area_path=TOWN)
    _, clerk = signed(Role.CLERK, room_no=ROOM_NO)
    _, other = signed(Role.CLERK, room_no=ROOM_NO)
    look(given, clerk, most)
    look(given, other, most)
    look(given, clerk, most, days=1)
    assert asked() == []


def test_the_towns_own_looks_are_asked_after_by_the_district(village: Places, most: int) -> None:
    given = raised(village.room, about_cadres=True, phone="13900001234").submission
    district, _ = signed(Role.DISTRICT_OFFICE, area_path=COUNTY)
    _, town = signed(Role.TOWN_OFFICE, area_path=TOWN)
    look(given, town, most + 1)
    assert asked() == [f"account:{district.pk}"]


def test_a_look_is_kept_with_its_reason_and_its_office(given: Submission) -> None:
    user, clerk = signed(Role.CLERK, room_no=ROOM_NO)
    look(given, clerk, 1)
    row = given.reveals.get()
    assert (row.office, row.account_id, row.reason, row.at) == ("clerk", user.pk, "check", NOW)


def test_without_a_number_there_is_nothing_to_look_at(village: Places) -> None:
    _, clerk = signed(Role.CLERK, room_no=ROOM_NO)
    with pytest.raises((Blocked, IllegalMove)):
        look(raised(village.room).submission, clerk, 1)
    assert not Reveal.objects.exists()
