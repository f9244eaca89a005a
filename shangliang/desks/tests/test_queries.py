"""On whose desk a matter lies, and which office stands at which tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.accounts.tests.factories import NOON, give, make_clerk, make_user
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.desks import queries
from shangliang.desks.queries import Desk, desk_above, desk_of
from shangliang.events.kinds import Subject
from shangliang.people.models import Appointment, Person, Unit
from shangliang.people.states import Office, UnitKind
from shangliang.places.models import Room
from shangliang.places.states import AreaLevel, RoomState
from shangliang.places.tests.factories import CITY, COUNTY, TOWN, VILLAGE, make_room, tree

PROVINCE = "32/"


@dataclass
class Thing:
    """Anything that lies on a desk."""

    desk_path: str
    desk_room_no: str = ""
    is_embargoed: bool = False


def room(state: RoomState = RoomState.RUNNING, path: str = VILLAGE) -> Room:
    return Room(no="100001", area_path=path, state=state.value)


def test_a_matter_lies_with_the_room_that_it_was_brought_to() -> None:
    assert desk_of(room(), about_cadres=False) == Desk(VILLAGE, "100001", is_embargoed=False)


@pytest.mark.parametrize("state", RoomState)
def test_what_concerns_its_own_cadres_goes_past_the_room(state: RoomState) -> None:
    assert desk_of(room(state), about_cadres=True) == Desk(TOWN, "", is_embargoed=True)


@pytest.mark.parametrize("state", [RoomState.PAUSED, RoomState.CLOSED])
def test_while_a_room_rests_the_tier_above_has_its_matters(state: RoomState) -> None:
    assert desk_of(room(state), about_cadres=False) == Desk(TOWN, "", is_embargoed=False)


def test_passed_up_it_lies_one_tier_higher_and_stays_closed_where_it_was() -> None:
    assert desk_above(Thing(VILLAGE, "100001")) == Desk(TOWN, "", is_embargoed=False)
    assert desk_above(Thing(TOWN, is_embargoed=True)) == Desk(COUNTY, "", is_embargoed=True)
    assert desk_above(Thing(CITY)).desk_path == CITY


def test_a_desk_is_three_columns() -> None:
    columns = {"desk_path": TOWN, "desk_room_no": "1", "is_embargoed": True}
    assert Desk(TOWN, "1", is_embargoed=True).columns() == columns


@pytest.mark.parametrize(
    ("path", "office"),
    [
        (VILLAGE, Holder(Role.TOWN_OFFICE, area_path=TOWN)),
        (TOWN, Holder(Role.TOWN_OFFICE, area_path=TOWN)),
        (COUNTY, Holder(Role.DISTRICT_OFFICE, area_path=COUNTY)),
        (CITY, Holder(Role.CITY_OFFICE, area_path=CITY)),
        (PROVINCE, Holder(Role.CITY_OFFICE, area_path=PROVINCE)),
    ],
)
def test_each_tier_has_its_office(path: str, office: Holder) -> None:
    assert queries.tier_office(Thing(path)) == office
    assert queries.holder(Thing(path)) == office
    assert set(queries.OFFICES) == set(AreaLevel)


def test_on_a_rooms_desk_its_clerk_acts_or_who_is_named() -> None:
    thing = Thing(VILLAGE, "100001")
    assert queries.holder(thing) == Holder(Role.CLERK, room_no="100001")
    assert queries.holder(thing, Role.SECOND_CONVENER) == Holder(Role.SECOND_CONVENER, room_no="100001")
    assert queries.holder(Thing(VILLAGE), Role.SECOND_CONVENER) == Holder(Role.TOWN_OFFICE, area_path=TOWN)


def test_the_districts_offices_stand_over_all_that_lies_in_it() -> None:
    for path in (VILLAGE, TOWN, COUNTY):
        assert queries.district_office(Thing(path)) == Holder(Role.DISTRICT_OFFICE, area_path=COUNTY)
        assert queries.assigning_office(Thing(path)) == Holder(Role.ASSIGNING_OFFICE, area_path=COUNTY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("thing", "place", "name"),
    [
        (Thing(VILLAGE, "100001"), "100001", "桃园议事室"),
        (Thing(VILLAGE), "321102001001", "正东路街道政协工委"),
        (Thing(TOWN), "321102001", "正东路街道政协工委"),
        (Thing(COUNTY), "321102", "京口区推进办"),
        (Thing(CITY), "3211", "镇江市推进办"),
    ],
)
def test_a_place_has_a_number_for_the_ledger_and_a_name_for_people(
    thing: Thing, place: str, name: str
) -> None:
    tree()
    assert queries.place_of(thing) == place
    with translation.override("zh-hans"):
        assert queries.office_name(thing, "桃园议事室") == name


# -- who reviews ----------------------------------------------------------------------------------------------


def held(role: Role, account: int, **place: str) -> tuple[Grant, int]:
    return Grant(role, **place), account


@pytest.mark.parametrize(
    ("there", "office"),
    [
        ([], Holder(Role.TOWN_OFFICE, area_path=TOWN)),
        ([held(Role.TOWN_OFFICE, 2, area_path=TOWN)], Holder(Role.TOWN_OFFICE, area_path=TOWN)),
        (
            [held(Role.TOWN_OFFICE, 2, area_path=TOWN), held(Role.REVIEWER, 3, area_path=COUNTY)],
            Holder(Role.REVIEWER, area_path=COUNTY),
        ),
        (
            [held(Role.REVIEWER, 3, area_path=COUNTY), held(Role.REVIEWER, 4, area_path=TOWN)],
            Holder(Role.REVIEWER, area_path=TOWN),
        ),
        (
            [held(Role.REVIEWER, 4, area_path=TOWN), held(Role.REVIEWER, 5, room_no="100001")],
            Holder(Role.REVIEWER, room_no="100001"),
        ),
        # who has sent it looks at it never
        ([held(Role.REVIEWER, 1, area_path=TOWN)], Holder(Role.TOWN_OFFICE, area_path=TOWN)),
    ],
)
def test_the_nearest_reviewer_looks_at_it_else_the_office(
    there: list[tuple[Grant, int]], office: Holder
) -> None:
    clerk = Actor(ActorKind.STAFF, "account:1", account_id=1)
    assert queries.reviewer_of(Thing(VILLAGE, "100001"), there, clerk) == office


def test_what_an_office_has_sent_itself_waits_at_the_next_one() -> None:
    town = Actor(
        ActorKind.STAFF, "account:1", account_id=1, grants=(Grant(Role.TOWN_OFFICE, area_path=TOWN),)
    )
    above = Holder(Role.DISTRICT_OFFICE, area_path=COUNTY)
    assert queries.reviewer_of(Thing(TOWN), [held(Role.TOWN_OFFICE, 1, area_path=TOWN)], town) == above
    colleague = [held(Role.TOWN_OFFICE, 2, area_path=TOWN)]
    assert queries.reviewer_of(Thing(TOWN), colleague, town) == Holder(Role.TOWN_OFFICE, area_path=TOWN)


# -- desks that nobody holds ----------------------------------------------------------------------------------

ROWS = [
    ("topics.ack_days", "submission", Role.CLERK),
    ("topics.research_days", "topic", Role.FIRST_CONVENER),
    ("outcomes.simple_days", "commitment", Role.CLERK),
]


@pytest.mark.django_db
def test_what_waits_for_an_office_that_nobody_holds_lies_with_the_office_of_the_tier() -> None:
    number = make_room("100001", tree()[VILLAGE]).no
    for rule, kind, role in ROWS:
        clocks.start(rule, Subject(kind, rule), holder=Holder(role, room_no=number), at=NOON)
    office, other = make_user("office"), make_user("other")
    give(office, Role.TOWN_OFFICE, area_path=TOWN)
    give(other, Role.DISTRICT_OFFICE, area_path=COUNTY)
    day = NOON.date()

    def lies_with(user: User) -> set[str]:
        return set(queries.due_to(actor_for(user, day), day).values_list("rule", flat=True))

    own = {"topics.ack_days", "outcomes.simple_days"}  # of the clerk
    assert lies_with(office) == {*own, "topics.research_days"}
    assert lies_with(other) == set()
    clerk = make_clerk("clerk", number)
    assert lies_with(office) == {"topics.research_days"}
    assert lies_with(clerk) == own
    clerk.is_active = False
    clerk.save()
    assert lies_with(office) == {*own, "topics.research_days"}


@pytest.mark.django_db
def test_what_waits_for_a_unit_that_nobody_signs_in_for_lies_with_whoever_stands_behind() -> None:
    number = make_room("100001", tree()[VILLAGE]).no
    for rule, behind in (
        ("outcomes.accept_days", Holder(Role.TOWN_OFFICE, area_path=TOWN)),
        ("outcomes.simple_days", Holder(Role.CLERK, room_no=number)),
    ):
        unit = Holder(Role.DOER, unit_code="u-1")
        clocks.start(rule, Subject("commitment", rule), holder=unit, behind=behind, at=NOON)
    office, other = make_user("office"), make_user("other")
    give(office, Role.TOWN_OFFICE, area_path=TOWN)
    give(other, Role.DISTRICT_OFFICE, area_path=COUNTY)
    day = NOON.date()

    def lies_with(user: User) -> set[str]:
        return set(queries.due_to(actor_for(user, day), day).values_list("rule", flat=True))

    assert lies_with(office) == {"outcomes.accept_days", "outcomes.simple_days"}, "there is no clerk either"
    assert lies_with(other) == set()
    clerk = make_clerk("clerk", number)
    assert (lies_with(office), lies_with(clerk)) == ({"outcomes.accept_days"}, {"outcomes.simple_days"})
    doer = make_user("doer")
    give(doer, Role.DOER, unit_code="u-1")
    assert (lies_with(office), lies_with(clerk)) == (set(), set())
    assert lies_with(doer) == {"outcomes.accept_days", "outcomes.simple_days"}


# -- what they are called -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_reads_units_and_offices_by_their_names_and_staff_read_people_too() -> None:
    room = make_room("100001", tree()[VILLAGE])
    Unit.objects.create(code="p-1", name="桃园物业公司", kind=UnitKind.PROPERTY.value)
    person = Person.objects.create(name="张金保")
    second = Holder(Role.SECOND_CONVENER, room_no=room.no)
    Appointment.objects.create(
        person=person, room=room, office=Office.SECOND_CONVENER.value, from_on=date(2026, 1, 1)
    )
    wanted = {
        Holder(Role.DOER, unit_code="p-1"): "桃园物业公司",
        Holder(Role.TOWN_OFFICE, area_path=TOWN): "正东路街道政协工委",
        Holder(Role.ASSIGNING_OFFICE, area_path=COUNTY): "京口区交办单位",
        second: "第二召集人",
        Holder(Role.FIRST_CONVENER, room_no=room.no): "第一召集人",
        Holder(None): "",
    }
    with translation.override("zh-hans"):
        assert queries.called(wanted) == wanted
        for_staff = queries.called(wanted, day=NOON.date())
        assert for_staff == {**wanted, second: "第二召集人 张金保"}
        assert queries.called([second], day=date(2025, 1, 1)) == {second: "第二召集人"}, "not yet in office"


@pytest.mark.django_db
def test_of_several_clerks_all_are_named_each_once() -> None:
    room = make_room("100001", tree()[VILLAGE])
    clerk, day = Holder(Role.CLERK, room_no=room.no), NOON.date()
    account = make_clerk("liyamin", room_no=room.no)
    account.display_name = "李亚敏"
    account.save()
    assert queries.called([clerk], day=day) == {clerk: "联络员 李亚敏"}
    for name, login in (("王磊", None), ("李雅敏", account)):
        person = Person.objects.create(name=name, account=login)
        Appointment.objects.create(
            person=person, room=room, office=Office.CLERK.value, from_on=date(2026, 1, 1)
        )
    with CaptureQueriesContext(connection) as asked:
        assert queries.called([clerk], day=day) == {clerk: "联络员 王磊、李雅敏"}
    assert len(asked) == 1
    User.objects.update(is_active=False)
    Appointment.objects.update(until_on=date(2026, 2, 1))
    assert queries.called([clerk], day=day) == {clerk: "联络员"}


@pytest.mark.django_db
def test_what_a_page_has_read_already_is_not_asked_for_again() -> None:
    towns, unit = tree(), Unit(code="p-1", name="桃园物业公司")
    wanted = [Holder(Role.DOER, unit_code="p-1"), Holder(Role.TOWN_OFFICE, area_path=TOWN)]
    with CaptureQueriesContext(connection) as asked:
        queries.called(wanted, known=[unit, towns[TOWN], None], day=NOON.date())
    assert len(asked) == 0
