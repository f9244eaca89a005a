"""Giving and taking roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.accounts import actions
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import (
    DAY,
    DISTRICT,
    NOON,
    ROOM,
    TOWN,
    acting,
    give,
    make_clerk,
    make_user,
)
from shangliang.events.models import Event
from shangliang.ledger.models import Content, Entry

pytestmark = pytest.mark.django_db

OTHER_DISTRICT = "32/3211/321111/"


@pytest.fixture
def office() -> Actor:
    user = make_user("district")
    give(user, Role.DISTRICT_OFFICE, area_path=DISTRICT)
    return acting(user)


@pytest.fixture
def city() -> Actor:
    user = make_user("city")
    give(user, Role.CITY_OFFICE, area_path="32/3211/")
    return acting(user)


def test_the_district_gives_a_room_its_clerk(office: Actor) -> None:
    user = make_user("new")
    actions.grant(actor=office, user=user, role=Role.CLERK, within=TOWN, room_no=ROOM, at=NOON)
    assert acting(user).can(Permission.SUBMISSION_SCREEN, room_no=ROOM)


def test_each_act_leaves_one_row_in_the_ledger_and_one_event(office: Actor) -> None:
    user = make_user("new")
    row = actions.grant(actor=office, user=user, role=Role.CLERK, within=TOWN, room_no=ROOM, at=NOON)
    actions.revoke(actor=office, grant_id=row.pk, within=TOWN, at=NOON)
    assert list(Entry.objects.order_by("pk").values_list("event", flat=True)) == [
        "account.granted",
        "account.revoked",
    ]
    assert Event.objects.count() == 2
    assert Entry.objects.order_by("pk")[0].office == f"district_office@{TOWN}"
    assert '"role":"clerk"' in Content.objects.order_by("pk")[0].body


def test_the_name_of_a_person_never_enters_the_ledger(office: Actor) -> None:
    user = make_user("new", display_name="王五")
    actions.grant(actor=office, user=user, role=Role.CLERK, within=TOWN, room_no=ROOM, at=NOON)
    assert "王五" not in Content.objects.get().body
    assert Entry.objects.get().subject_no == str(user.pk)


def test_a_role_that_was_taken_holds_no_more_from_that_moment(office: Actor) -> None:
    user = make_user("new")
    row = actions.grant(actor=office, user=user, role=Role.CLERK, within=TOWN, room_no=ROOM, at=NOON)
    actions.revoke(actor=office, grant_id=row.pk, within=TOWN, at=NOON)
    assert acting(user).grants == ()
    row.refresh_from_db()
    assert row.until_on == DAY - timedelta(days=1)


def test_it_may_be_given_for_a_term(office: Actor) -> None:
    user = make_user("new")
    actions.grant(
        actor=office,
        user=user,
        role=Role.FIRST_CONVENER,
        within=TOWN,
        room_no=ROOM,
        from_on=date(2026, 4, 1),
        until_on=date(2029, 3, 31),
        at=NOON,
    )
    assert acting(user, DAY).grants == ()
    assert [grant.role for grant in acting(user, date(2026, 4, 1)).grants] == [Role.FIRST_CONVENER]
    assert acting(user, date(2029, 4, 1)).grants == ()


def test_a_district_does_not_reach_into_another(office: Actor) -> None:
    with pytest.raises(Denied, match="职责范围"):
        actions.grant(
            actor=office, user=make_user("new"), role=Role.CLERK, within=OTHER_DISTRICT, room_no="1", at=NOON
        )


def test_the_area_that_is_given_counts_and_not_the_one_that_is_claimed(office: Actor) -> None:
    with pytest.raises(Denied):
        actions.grant(
            actor=office,
            user=make_user("new"),
            role=Role.TOWN_OFFICE,
            within=DISTRICT,
            area_path=OTHER_DISTRICT,
            at=NOON,
        )


def test_a_district_does_not_make_district_offices(office: Actor, city: Actor) -> None:
    user = make_user("new")
    with pytest.raises(Denied, match="市级推进办任免"):
        actions.grant(
            actor=office, user=user, role=Role.DISTRICT_OFFICE, within=DISTRICT, area_path=DISTRICT, at=NOON
        )
    actions.grant(
        actor=city, user=user, role=Role.DISTRICT_OFFICE, within=DISTRICT, area_path=DISTRICT, at=NOON
    )


@pytest.mark.parametrize("role", [Role.SYSTEM_KEEPER, Role.AUDITOR])
def test_who_keeps_and_who_audits_is_named_at_the_machine_alone(city: Actor, role: Role) -> None:
    user = make_user("new")
    with pytest.raises(Denied, match="服务器"):
        actions.grant(actor=city, user=user, role=role, within="32/3211/", area_path="32/3211/", at=NOON)
    actions.grant(actor=SYSTEM, user=user, role=role, within="32/3211/", area_path="32/3211/", at=NOON)


def test_a_clerk_and_a_stranger_give_nothing() -> None:
    user = make_clerk()
    for actor in (acting(user), ANONYMOUS):
        with pytest.raises(Denied):
            actions.grant(actor=actor, user=user, role=Role.CLERK, within=TOWN, room_no=ROOM, at=NOON)
    assert not Entry.objects.exists()


def test_nobody_takes_a_role_outside_their_reach(office: Actor) -> None:
    row = give(make_user("new"), Role.CLERK, room_no="1")
    with pytest.raises(Denied):
        actions.revoke(actor=office, grant_id=row.pk, within=OTHER_DISTRICT, at=NOON)


def test_a_new_account_has_a_first_password_that_is_stored_nowhere(office: Actor) -> None:
    user, first = actions.open_account(
        actor=office, username="new", display_name="王五", within=TOWN, at=NOON
    )
    assert User.objects.get(username="new").check_password(first)
    assert first not in str(User.objects.filter(pk=user.pk).values())
    assert Entry.objects.get().event == "account.opened"


def test_a_clerk_opens_no_accounts() -> None:
    clerk = acting(make_clerk())
    with pytest.raises(Denied):
        actions.open_account(actor=clerk, username="new", display_name="王五", within=TOWN, at=NOON)
