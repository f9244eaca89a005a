"""Opening, keeping, pausing and closing a room, by whoever may, and by nobody else."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.deliberations.tests.factories import COUNTY, NEXT_NO, NO, World, acting, make_world
from shangliang.kit.clock import ZONE
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.places import actions
from shangliang.places.actions import Sign
from shangliang.places.models import Area, Room
from shangliang.places.states import Family, RoomState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=ZONE)


@pytest.fixture
def world() -> World:
    return make_world()


def area() -> Area:
    return Area.objects.get(code="321102001001")


def district_page(client: Client) -> Client:
    user = User.objects.create(username="district")
    Grant.objects.create(
        user=user, role=Role.DISTRICT_OFFICE.value, area_path=COUNTY, from_on=date(2020, 1, 1)
    )
    client.force_login(user)
    return client


def clerk_page(client: Client, world: World, no: str = NO) -> Client:
    client.force_login(world.users["clerk"] if no == NO else User.objects.get(username="outsider"))
    return client


FORM = {
    "no": "321102-007",
    "family": "community",
    "sector": "",
    "name": "花山湾第二协商议事室",
    "hours": "周一至周五",
}


def test_the_district_opens_a_room_with_the_next_number(client: Client, world: World) -> None:
    page = district_page(client).get("/desk/rooms/new?area=321102001001").content.decode()
    assert 'value="321102-001"' in page
    answer = client.post("/desk/rooms/new?area=321102001001", FORM)
    assert answer.headers["Location"] == "/desk/rooms/321102-007/offices"
    room = Room.objects.get(no="321102-007")
    assert (room.area_path, room.family, room.hours) == (area().path, Family.COMMUNITY, "周一至周五")
    assert Entry.objects.filter(event="room.opened", subject_no="321102-007").count() == 1
    assert actions.next_number(area()) == "321102-008"
    assert client.get("/r/321102-007").status_code == 200


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"no": NO}, "已经有议事室在用"),
        ({"no": "三号"}, "编号用数字和短横线"),
        ({"no": ""}, "编号用数字和短横线"),
        ({"no": "1/../2"}, "编号用数字和短横线"),
        ({"name": "  "}, "请写议事室的名称"),
        ({"name": "长" * 61}, "60"),
        ({"family": "palace"}, 'class="field wrong"'),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    client: Client, world: World, changed: dict[str, str], sentence: str
) -> None:
    before = Room.objects.count()
    answer = district_page(client).post("/desk/rooms/new?area=321102001001", FORM | changed)
    page = answer.content.decode()
    assert sentence in page
    assert 'value="周一至周五"' in page
    assert Room.objects.count() == before
    assert not Entry.objects.filter(event="room.opened").exists()


def test_the_clerk_keeps_what_stands_on_the_door(client: Client, world: World) -> None:
    clerk_page(client, world)
    typed = {"name": "桃园协商议事室", "address": "桃园路 9 号", "has_hearing_help": "on"}
    assert client.post(f"/desk/rooms/{NO}", typed).status_code == 302
    room = Room.objects.get(no=NO)
    assert (room.name, room.address, room.has_hearing_help) == ("桃园协商议事室", "桃园路 9 号", True)
    entry = Entry.objects.get(event="room.changed")
    assert entry.office == f"clerk@{NO}"
    client.post(f"/desk/rooms/{NO}", typed)  # nothing changed: nothing is written
    assert Entry.objects.filter(event="room.changed").count() == 1


def test_it_is_paused_resumed_and_closed_by_whoever_may(world: World) -> None:
    room, district = world.room, acting(Role.DISTRICT_OFFICE, area_path=COUNTY)
    actions.move_room(room=room, name="pause", actor=world.clerk, at=NOW)
    with pytest.raises(IllegalMove):
        actions.move_room(room=room, name="pause", actor=world.clerk, at=NOW)
    actions.move_room(room=room, name="resume", actor=world.clerk, at=NOW)
    with pytest.raises(Denied):
        actions.move_room(room=room, name="close", actor=world.clerk, at=NOW)
    actions.move_room(room=room, name="close", actor=district, at=NOW)
    room.refresh_from_db()
    assert room.state == RoomState.CLOSED
    with pytest.raises(IllegalMove):
        actions.move_room(room=room, name="close", actor=district, at=NOW)


def test_outsiders_meet_nothing_and_change_nothing(client: Client, world: World) -> None:
    clerk_page(client, world, NEXT_NO)
    assert client.get(f"/desk/rooms/{NO}").status_code == 404
    assert client.post(f"/desk/rooms/{NO}", {"name": "我的"}).status_code == 404
    assert client.post(f"/desk/rooms/{NO}/do/pause").status_code == 404
    assert client.get("/desk/rooms/new").status_code == 404
    for actor in (world.outsider, acting(Role.DISTRICT_OFFICE, area_path="32/3211/321111/")):
        with pytest.raises(Denied):
            actions.change_room(room=world.room, sign=Sign("我的"), actor=actor, at=NOW)
        with pytest.raises(Denied):
            actions.open_room(
                no="321102-009",
                area=area(),
                family=Family.COMMUNITY,
                sector=None,
                sign=Sign("我的"),
                actor=actor,
                at=NOW,
            )
    assert not Entry.objects.filter(subject_kind="room").exists()


def test_another_districts_area_is_not_offered(client: Client, world: World) -> None:
    other = Area.objects.create(
        code="321111",
        name="润州区",
        level="county",
        parent=Area.objects.get(code="3211"),
        path="32/3211/321111/",
        valid_from=date(2023, 6, 30),
    )
    page = district_page(client).get(f"/desk/rooms/new?area={other.code}").content.decode()
    assert "京口区" in page
    assert "润州区" not in page
    assert client.post(f"/desk/rooms/new?area={other.code}", FORM).status_code == 200
    assert not Room.objects.filter(no=FORM["no"]).exists()


def test_a_number_taken_in_the_same_moment_is_refused_in_words(world: World) -> None:
    with pytest.raises(Blocked) as blocked:
        actions.open_room(
            no=NO,
            area=area(),
            family=Family.COMMUNITY,
            sector=None,
            sign=Sign("重号"),
            actor=acting(Role.DISTRICT_OFFICE, area_path=COUNTY),
            at=NOW,
        )
    assert [item.code for item in blocked.value.unmet] == ["number_taken"]
