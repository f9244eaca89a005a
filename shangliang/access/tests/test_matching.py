"""From a scope to the filter: only the columns that are named, only what is held."""

from __future__ import annotations

import pytest

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant, Scope
from shangliang.access.matching import NOTHING, held, within
from shangliang.access.roles import Permission, Role

TOWN = "32/3211/321102/321102001/"
SCOPE = Scope(area_paths=(TOWN, "33/"), room_nos=("1",), unit_codes=("u",))
pytestmark = pytest.mark.django_db


def row(path: str = "x/", room: str = "x", unit: str = "x") -> dict[str, object]:
    return {"pk": 1, "path": path, "room": room, "unit": unit}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (row(TOWN), True),
        (row(f"{TOWN}321102001001/"), True),
        (row("33/3301/"), True),
        (row("32/3211/321102/"), False),
        (row(f"99/{TOWN}"), False),
        (row(room="1"), True),
        (row(room="11"), False),
        (row(unit="u"), True),
        (row(unit="uu"), False),
        (row(), False),
    ],
)
def test_any_of_the_places_is_enough(values: dict[str, object], found: bool) -> None:
    assert within(SCOPE, area="path", room="room", unit="unit").check(values) is found


def test_a_column_that_is_left_out_is_never_matched() -> None:
    everywhere = row(TOWN, "1", "u")
    assert within(SCOPE, area="path").check(everywhere)
    assert not within(SCOPE, area="path").check(row(room="1", unit="u"))
    assert not within(SCOPE, room="room").check(row(TOWN, unit="u"))
    assert not within(SCOPE, unit="unit").check(row(TOWN, room="1"))
    assert not within(SCOPE).check(everywhere)


def test_an_empty_scope_finds_nothing() -> None:
    assert not within(Scope(), area="path", room="room", unit="unit").check(row(TOWN, "1", "u"))
    assert not NOTHING.check(row())


def test_only_where_the_permission_is_held() -> None:
    actor = Actor(
        ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="1"), Grant(Role.SECOND_CONVENER, room_no="2"))
    )
    screens = held(actor, Permission.SUBMISSION_SCREEN, area="path", room="room")
    reads = held(actor, Permission.SUBMISSION_READ, area="path", room="room")
    assert [screens.check(row(room=no)) for no in "123"] == [True, False, False]
    assert [reads.check(row(room=no)) for no in "123"] == [True, True, False]
    assert not held(ANONYMOUS, Permission.SUBMISSION_READ, area="path", room="room").check(row(room="1"))
    doer = Actor(ActorKind.STAFF, grants=(Grant(Role.DOER, unit_code="u"),))
    assert held(doer, Permission.COMMITMENT_HANDLE, unit="unit").check(row(unit="u"))
