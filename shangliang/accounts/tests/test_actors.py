"""From an account to an Actor."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from shangliang.access.roles import Permission, Role
from shangliang.accounts.models import Grant, Installation, User
from shangliang.accounts.queries import actor_for, holders, names
from shangliang.accounts.tests.factories import (
    DAY,
    DISTRICT,
    NEIGHBOUR,
    ROOM,
    TOWN,
    acting,
    give,
    make_clerk,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_a_role_reaches_its_own_room_and_no_other() -> None:
    clerk = acting(make_clerk())
    assert clerk.can(Permission.SUBMISSION_READ, room_no=ROOM)
    assert not clerk.can(Permission.SUBMISSION_READ, room_no=NEIGHBOUR)


def test_a_role_over_an_area_reaches_everything_below_it() -> None:
    user = make_user()
    give(user, Role.TOWN_OFFICE, area_path=TOWN)
    office = acting(user)
    assert office.can(Permission.OUTCOME_FILE, area_path=f"{TOWN}321102001001/")
    assert not office.can(Permission.OUTCOME_FILE, area_path=DISTRICT)


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (date(2026, 3, 2), None, True),
        (date(2026, 3, 3), None, False),
        (date(2026, 1, 1), date(2026, 3, 2), True),
        (date(2026, 1, 1), date(2026, 3, 1), False),
    ],
)
def test_a_role_holds_from_its_first_to_its_last_day(
    from_on: date, until_on: date | None, holds: bool
) -> None:
    user = make_user()
    give(user, Role.CLERK, room_no=ROOM, from_on=from_on, until_on=until_on)
    assert acting(user, DAY).can_somewhere(Permission.DESK_SEE) is holds
    assert (holders(Role.CLERK, DAY, room_no=ROOM) == [user.pk]) is holds


def test_many_roles_cost_one_statement(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    user = make_user()
    for number in range(20):
        give(user, Role.CLERK, room_no=str(number))
    with django_assert_max_num_queries(1):
        assert len(actor_for(user, DAY).grants) == 20


def test_a_role_without_a_place_or_with_two_is_refused() -> None:
    user = make_user()
    for place in ({}, {"area_path": TOWN, "room_no": ROOM}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(user=user, role=Role.CLERK.value, from_on=DAY, **place)


def test_somebody_who_left_gets_no_messages() -> None:
    user = make_clerk()
    user.is_active = False
    user.save()
    assert holders(Role.CLERK, DAY, room_no=ROOM) == []


def test_it_names_people_for_the_pages_of_staff() -> None:
    user = make_user(display_name="张三")
    nameless = make_user("li", display_name="")
    assert names([user.pk, nameless.pk, 999]) == {user.pk: "张三", nameless.pk: "li"}


def test_each_part_of_the_demo_is_played_by_one() -> None:
    make_user("one", cast="clerk")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("two", cast="clerk")
    assert User.objects.count() == 1


def test_there_is_one_installation() -> None:
    Installation.objects.create(pk=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.create(pk=2)
