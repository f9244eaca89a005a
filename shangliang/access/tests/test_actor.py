"""Grants and what they reach: an area and all below it, exactly one room, exactly one unit; nothing else."""

from __future__ import annotations

import pytest

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, Scope, submitter
from shangliang.access.roles import Permission, Role

TOWN = "32/3211/321102/321102001/"
VILLAGE = "32/3211/321102/321102001/321102001001/"
NEXT_TOWN = "32/3211/321102/321102002/"


def staff(*grants: Grant) -> Actor:
    return Actor(ActorKind.STAFF, key="account:1", account_id=1, grants=grants)


@pytest.mark.parametrize(
    ("grant", "area_path", "room_no", "unit_code", "covered"),
    [
        (Grant(Role.CLERK, area_path=TOWN), TOWN, "", "", True),
        (Grant(Role.CLERK, area_path=TOWN), VILLAGE, "", "", True),
        (Grant(Role.CLERK, area_path=TOWN), NEXT_TOWN, "", "", False),
        (Grant(Role.CLERK, area_path=TOWN), "32/3211/321102/", "", "", False),
        (Grant(Role.CLERK, area_path=TOWN), "", "1", "u", False),
        (Grant(Role.CLERK, room_no="1"), VILLAGE, "1", "", True),
        (Grant(Role.CLERK, room_no="1"), VILLAGE, "2", "", False),
        (Grant(Role.CLERK, room_no="1"), VILLAGE, "", "1", False),
        (Grant(Role.DOER, unit_code="u"), VILLAGE, "", "u", True),
        (Grant(Role.DOER, unit_code="u"), VILLAGE, "u", "v", False),
        (Grant(Role.DOER, unit_code="u"), VILLAGE, "", "", False),
        (Grant(Role.DOER), VILLAGE, "", "", False),  # a grant without a place reaches nothing
        # An area grant speaks of its area alone, whatever else stands in the row.
        (Grant(Role.CLERK, area_path=TOWN, room_no="1"), NEXT_TOWN, "1", "", False),
        (Grant(Role.CLERK, room_no="1", unit_code="u"), VILLAGE, "2", "u", False),
    ],
)
def test_a_grant_covers_its_own_place(
    grant: Grant, area_path: str, room_no: str, unit_code: str, covered: bool
) -> None:
    assert grant.covers(area_path=area_path, room_no=room_no, unit_code=unit_code) is covered


def test_a_permission_is_held_where_a_role_that_has_it_is_held_and_nowhere_else() -> None:
    actor = staff(Grant(Role.SECOND_CONVENER, room_no="1"), Grant(Role.CLERK, room_no="2"))
    assert actor.role_for(Permission.SUBMISSION_SCREEN, room_no="2") == Role.CLERK
    assert actor.role_for(Permission.SUBMISSION_SCREEN, room_no="1") is None
    assert actor.role_for(Permission.SUBMISSION_READ, room_no="1") == Role.SECOND_CONVENER
    assert actor.can(Permission.TOPIC_SECOND, room_no="1")
    assert not actor.can(Permission.TOPIC_SECOND, room_no="2")
    assert not actor.can(Permission.TOPIC_SECOND)


def test_by_area_and_by_unit_it_is_the_same() -> None:
    actor = staff(Grant(Role.TOWN_OFFICE, area_path=TOWN), Grant(Role.DOER, unit_code="u"))
    assert actor.can(Permission.OUTCOME_FILE, area_path=VILLAGE)
    assert not actor.can(Permission.OUTCOME_FILE, area_path=NEXT_TOWN)
    assert actor.can(Permission.COMMITMENT_HANDLE, unit_code="u")
    assert not actor.can(Permission.COMMITMENT_HANDLE, area_path=VILLAGE, unit_code="v")


def test_somewhere_is_anywhere_at_all() -> None:
    actor = staff(Grant(Role.MEMBER, area_path=TOWN), Grant(Role.DOER, unit_code="u"))
    assert actor.can_somewhere(Permission.COMMITMENT_HANDLE)
    assert not actor.can_somewhere(Permission.SUBMISSION_SCREEN)
    assert not staff().can_somewhere(Permission.DESK_SEE)


def test_the_scope_names_each_place_once_and_only_those_with_the_permission() -> None:
    actor = staff(
        Grant(Role.CLERK, room_no="2"),
        Grant(Role.FIRST_CONVENER, room_no="1"),
        Grant(Role.CLERK, room_no="1"),
        Grant(Role.MEMBER, room_no="3"),
        Grant(Role.TOWN_OFFICE, area_path=TOWN),
        Grant(Role.DISTRICT_OFFICE, area_path=TOWN),
        Grant(Role.DOER, unit_code="u"),
    )
    assert actor.scope(Permission.COMMITMENT_READ) == Scope((TOWN,), ("1", "2"), ("u",))
    assert actor.scope(Permission.SUBMISSION_SCREEN) == Scope((TOWN,), ("1", "2"), ())
    assert actor.scope(Permission.OUTCOME_DECIDE) == Scope()


def test_the_scope_of_a_row_with_an_area_is_the_area() -> None:
    actor = staff(Grant(Role.CLERK, area_path=TOWN, room_no="1", unit_code="u"))
    assert actor.scope(Permission.SUBMISSION_READ) == Scope((TOWN,), (), ())


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), False),
        (Scope(area_paths=(TOWN,)), True),
        (Scope(room_nos=("1",)), True),
        (Scope(unit_codes=("u",)), True),
    ],
)
def test_an_empty_scope_is_false(scope: Scope, holds: bool) -> None:
    assert bool(scope) is holds


def test_only_staff_are_staff_and_nobody_else_holds_anything() -> None:
    assert staff().is_staff
    for other in (ANONYMOUS, SYSTEM, submitter("x")):
        assert not other.is_staff
        assert not any(other.can_somewhere(permission) for permission in Permission)
    assert (ANONYMOUS.key, SYSTEM.key, submitter("x").key) == ("", "system", "slip:x")
    assert [each.kind for each in (ANONYMOUS, SYSTEM, submitter("x"))] == [
        ActorKind.ANONYMOUS,
        ActorKind.SYSTEM,
        ActorKind.SUBMITTER,
    ]
