"""Finding places and rooms: who sees which, in which order."""

from __future__ import annotations

import pytest

from shangliang.access.actor import ANONYMOUS
from shangliang.access.roles import Permission, Role
from shangliang.places import queries
from shangliang.places.models import Area, Room
from shangliang.places.states import RoomState
from shangliang.places.tests.factories import (
    CITY,
    COUNTY,
    NEXT_COUNTY,
    NEXT_VILLAGE,
    TOWN,
    VILLAGE,
    make_room,
    staff,
    tree,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas() -> dict[str, Area]:
    return tree()


@pytest.fixture
def rooms(areas: dict[str, Area]) -> list[Room]:
    """One of the county, one of the town, two in the first village, one beside it, one in the next county."""
    return [
        make_room("100005", areas[COUNTY]),
        make_room("100004", areas[TOWN]),
        make_room("100002", areas[VILLAGE]),
        make_room("100001", areas[VILLAGE]),
        make_room("100003", areas[NEXT_VILLAGE]),
        make_room("200001", areas[NEXT_COUNTY]),
    ]


def numbers(rows: object) -> list[str]:
    return [room.no for room in rows]  # type: ignore[attr-defined]  # a query or a list


def test_an_area_is_found_by_its_code_or_at_the_end_of_its_path(areas: dict[str, Area]) -> None:
    assert queries.area_by_code("321102001") == areas[TOWN] == queries.area_at(TOWN)
    assert queries.area_by_code("") is queries.area_by_code("999") is queries.area_at("99/") is None


def test_the_tree_is_read_from_the_top(areas: dict[str, Area]) -> None:
    assert [area.path for area in queries.tree(TOWN)] == ["32/", CITY, COUNTY, TOWN]
    assert [area.path for area in queries.children(areas[TOWN])] == [VILLAGE, NEXT_VILLAGE]
    assert [area.path for area in queries.counties()] == [COUNTY, NEXT_COUNTY]


def test_a_closed_room_is_there_for_staff_alone(rooms: list[Room]) -> None:
    Room.objects.filter(no="100001").update(state=RoomState.CLOSED.value)
    Room.objects.filter(no="100002").update(state=RoomState.PAUSED.value)
    clerk = staff(Role.CLERK, room_no="100003")
    assert queries.room_by_no(ANONYMOUS, "100001") is None
    assert queries.room_by_no(clerk, "100001") is not None
    assert queries.room_by_no(ANONYMOUS, "100002") is not None
    assert queries.room_by_no(ANONYMOUS, "1") is None
    assert numbers(queries.rooms_below(ANONYMOUS, VILLAGE)) == ["100002"]
    assert numbers(queries.rooms_below(clerk, VILLAGE)) == ["100001", "100002"]


def test_rooms_below_a_place_are_those_in_it_in_the_order_of_places(rooms: list[Room]) -> None:
    below = numbers(queries.rooms_below(ANONYMOUS, COUNTY))
    assert below == ["100005", "100004", "100001", "100002", "100003"]


def test_the_rooms_of_somebody_are_where_they_hold_the_permission(rooms: list[Room]) -> None:
    def mine(role: Role, permission: Permission, **place: str) -> list[str]:
        return numbers(queries.rooms_of(staff(role, **place), permission))

    assert mine(Role.CLERK, Permission.ROOM_KEEP, room_no="100002") == ["100002"]
    assert mine(Role.MEMBER, Permission.ROOM_KEEP, room_no="100002") == []
    assert mine(Role.TOWN_OFFICE, Permission.TOPIC_READ, area_path=TOWN) == [
        "100004",
        "100001",
        "100002",
        "100003",
    ]
    Room.objects.filter(no="100002").update(state=RoomState.CLOSED.value)
    assert mine(Role.CLERK, Permission.ROOM_KEEP, room_no="100002") == []
    assert numbers(queries.rooms_of(ANONYMOUS, Permission.ROOM_KEEP)) == []
