"""Opening, keeping and moving a room through its actions: who may, what is written, what is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.kit.clock import ZONE
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Content, Entry
from shangliang.places import actions
from shangliang.places.actions import Sign
from shangliang.places.models import Area, Room, Sector
from shangliang.places.states import Family, RoomState
from shangliang.places.tests.factories import (
    CITY,
    COUNTY,
    NEXT_COUNTY,
    TOWN,
    VILLAGE,
    make_room,
    staff,
    tree,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 23, 30, tzinfo=ZONE)
DISTRICT = staff(Role.DISTRICT_OFFICE, area_path=COUNTY)
CLERK = staff(Role.CLERK, room_no="100001")
SIGN = Sign(
    "桃园协商议事室", "欢迎来坐坐", "桃园路 9 号", "周一至周五", "0511-0000 1234", "图书室", True, False, True
)


@pytest.fixture
def areas() -> dict[str, Area]:
    return tree()


@pytest.fixture
def room(areas: dict[str, Area]) -> Room:
    return make_room("100001", areas[VILLAGE])


def opened(area: Area, actor: Actor = DISTRICT, *, no: str = "321102-001", sign: Sign = SIGN) -> Room:
    sector = Sector.objects.get_or_create(code="12", name="教育界")[0]
    return actions.open_room(
        no=no, area=area, family=Family.SECTOR, sector=sector, sign=sign, actor=actor, at=NOW
    )


def facts() -> list[tuple[str, str, str, str]]:
    """Event, office, thing and facts of each row of the ledger."""
    bodies = dict(Content.objects.values_list("entry_id", "body"))
    return [
        (row.event, row.office, f"{row.subject_kind} {row.subject_no}", bodies[row.pk])
        for row in Entry.objects.order_by("pk")
    ]


def test_a_new_room_is_all_that_was_said_of_it(areas: dict[str, Area]) -> None:
    made = Room.objects.get(pk=opened(areas[VILLAGE], no=" 321102-001 ").pk)
    assert (made.no, made.area, made.area_path) == ("321102-001", areas[VILLAGE], VILLAGE)
    assert (made.family, made.state, made.opened_on) == ("sector", RoomState.RUNNING, date(2026, 3, 2))
    assert made.sector is not None
    assert made.sector.name == "教育界"
    assert actions.sign_of(made) == SIGN
    assert facts() == [
        ("room.opened", "district_office@321102-001", "room 321102-001", '{"family":"sector"}')
    ]


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (DISTRICT, True),
        (staff(Role.CITY_OFFICE, area_path=CITY), True),
        (staff(Role.DISTRICT_OFFICE, area_path=NEXT_COUNTY), False),
        (staff(Role.TOWN_OFFICE, area_path=TOWN), False),
        (CLERK, False),
        (ANONYMOUS, False),
    ],
)
def test_a_room_is_opened_by_the_offices_above_it(areas: dict[str, Area], actor: Actor, may: bool) -> None:
    if may:
        opened(areas[VILLAGE], actor)
    else:
        with pytest.raises(Denied, match="管理这个议事室的权限"):
            opened(areas[VILLAGE], actor)
    assert Room.objects.exists() is may


def test_the_system_opens_rooms_in_no_role(areas: dict[str, Area]) -> None:
    opened(areas[VILLAGE], SYSTEM)
    assert Entry.objects.get().office == "system"


@pytest.mark.parametrize(
    ("no", "is_one"),
    [
        ("1001", True),
        ("321102-018", True),
        ("12345678901234567890", True),
        ("123456789012345678901", False),
        ("101", False),
        ("-1001", False),
        ("1001-", False),
        ("10 01", False),
        ("三号楼", False),
        ("", False),
    ],
)
def test_a_number_can_be_read_out_on_the_telephone(areas: dict[str, Area], no: str, is_one: bool) -> None:
    if is_one:
        assert opened(areas[VILLAGE], no=no).no == no
    else:
        with pytest.raises(Blocked) as blocked:
            opened(areas[VILLAGE], no=no)
        assert [(each.code, each.mend) for each in blocked.value.unmet] == [("number_wrong", "no")]


def test_all_that_is_wrong_is_said_at_once(areas: dict[str, Area], room: Room) -> None:
    with pytest.raises(Blocked) as blocked:
        opened(areas[VILLAGE], no=room.no, sign=Sign(" "))
    assert [(each.code, each.params, each.mend) for each in blocked.value.unmet] == [
        ("number_taken", {"no": "100001"}, "no"),
        ("name_missing", {}, "name"),
    ]
    assert not Entry.objects.exists()


def test_the_next_number_follows_the_highest_of_the_district(areas: dict[str, Area]) -> None:
    assert actions.next_number(areas[VILLAGE]) == "321102-001"
    for no in ("321102-007", "321102-x", "321102-003", "321111-050", "3211029", "100001"):
        make_room(no, areas[VILLAGE])
    assert actions.next_number(areas[VILLAGE]) == actions.next_number(areas[COUNTY]) == "321102-008"
    make_room("321102-999", areas[VILLAGE])
    assert actions.next_number(areas[VILLAGE]) == "321102-1000"
    assert actions.next_number(areas[NEXT_COUNTY]) == "321111-051"


def test_what_stands_on_the_door_is_changed_and_only_what_changed_is_told(room: Room) -> None:
    new = Sign(room.name, hours="周六", has_large_type=True)
    actions.change_room(room=room, sign=new, actor=CLERK, at=NOW)
    actions.change_room(room=room, sign=new, actor=CLERK, at=NOW)  # the same again: no act
    room.refresh_from_db()
    assert actions.sign_of(room) == new
    assert (room.no, room.area_path, room.family) == ("100001", VILLAGE, "community")
    changed = '{"changed":"has_large_type,hours"}'
    assert facts() == [("room.changed", "clerk@100001", "room 100001", changed)]


def test_a_door_promises_nothing_that_nobody_said() -> None:
    sign = Sign("桃园")
    assert not [name for name in Sign.__dataclass_fields__ if name.startswith("has_") and getattr(sign, name)]


def test_a_room_keeps_a_name(room: Room) -> None:
    with pytest.raises(Blocked) as blocked:
        actions.change_room(room=room, sign=Sign(""), actor=CLERK, at=NOW)
    assert [each.code for each in blocked.value.unmet] == ["name_missing"]


@pytest.mark.parametrize("role", [Role.FIRST_CONVENER, Role.SECOND_CONVENER, Role.MEMBER])
def test_only_its_clerk_keeps_it(room: Room, role: Role) -> None:
    for actor in (staff(role, room_no="100001"), staff(Role.CLERK, room_no="100002"), DISTRICT, ANONYMOUS):
        with pytest.raises(Denied):
            actions.change_room(room=room, sign=SIGN, actor=actor, at=NOW)
        with pytest.raises(Denied):
            actions.move_room(room=room, name="pause", actor=actor, at=NOW)
    assert not Entry.objects.exists()


def test_it_rests_and_comes_back_and_one_day_ends(room: Room) -> None:
    moves = [("pause", CLERK), ("resume", CLERK), ("pause", CLERK), ("close", DISTRICT)]
    states = []
    for name, actor in moves:
        actions.move_room(room=room, name=name, actor=actor, at=NOW)
        room.refresh_from_db()
        states.append(room.state)
    assert states == ["paused", "running", "paused", "closed"]
    assert facts()[-1] == ("room.changed", "district_office@100001", "room 100001", '{"state":"closed"}')
    for name, actor in [("pause", CLERK), ("resume", CLERK), ("close", DISTRICT)]:
        with pytest.raises(IllegalMove):
            actions.move_room(room=room, name=name, actor=actor, at=NOW)
    with pytest.raises(IllegalMove):
        actions.change_room(room=room, sign=SIGN, actor=CLERK, at=NOW)
    assert Entry.objects.count() == len(moves)


def test_the_district_alone_closes_it(room: Room) -> None:
    for actor in (
        CLERK,
        staff(Role.TOWN_OFFICE, area_path=TOWN),
        staff(Role.DISTRICT_OFFICE, area_path=NEXT_COUNTY),
    ):
        with pytest.raises(Denied):
            actions.move_room(room=room, name="close", actor=actor, at=NOW)
    actions.move_room(room=room, name="close", actor=staff(Role.CITY_OFFICE, area_path=CITY), at=NOW)
