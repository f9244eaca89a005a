"""Appointing, ending, and the page for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts import models as accounts
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit import clock
from shangliang.kit.clock import ZONE
from shangliang.kit.guards import Blocked
from shangliang.ledger.models import Content, Entry
from shangliang.people import actions, queries
from shangliang.people.actions import Proposal
from shangliang.people.models import Appointment, Member, Person, Unit
from shangliang.people.states import MemberLevel, Office, UnitKind
from shangliang.places.models import Area, Room
from shangliang.places.states import AreaLevel, Family

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=ZONE)
TODAY = NOW.date()
COUNTY = "32/3211/321102/"
PATH = "32/3211/321102/321102001/321102001001/"
NO = "3211020010010001"


def staff(role: Role, **place: str) -> Actor:
    return Actor(ActorKind.STAFF, key=f"account:{role}", grants=(Grant(role, **place),))


DISTRICT = staff(Role.DISTRICT_OFFICE, area_path=COUNTY)


@pytest.fixture
def room() -> Room:
    area = Area.objects.create(
        code="321102001001",
        name="桃园社区",
        level=AreaLevel.VILLAGE.value,
        path=PATH,
        valid_from=date(2023, 6, 30),
    )
    return Room.objects.create(
        no=NO,
        name="桃园社区协商议事室",
        family=Family.COMMUNITY.value,
        area=area,
        area_path=PATH,
        opened_on=date(2021, 6, 20),
    )


def secretary() -> Person:
    return Person.objects.create(name="丁书记", is_party_head=True, account=make_user("ding"))


def member(until_on: date | None = None) -> Person:
    person = Person.objects.create(name="许委员", account=make_user("xu"))
    Member.objects.create(
        person=person, level=MemberLevel.COUNTY.value, from_on=date(2022, 1, 1), until_on=until_on
    )
    return person


def propose(office: Office, person: Person, until_on: date | None = None) -> Proposal:
    return Proposal(
        office=office, person=person, from_on=TODAY, until_on=until_on, document="京政协〔2026〕3 号"
    )


def codes(blocked: pytest.ExceptionInfo[Blocked]) -> set[str]:
    return {item.code for item in blocked.value.unmet}


def test_appointing_grants_the_role_and_ending_takes_it(room: Room) -> None:
    person = secretary()
    row = actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, person), actor=DISTRICT, at=NOW)
    assert row.until_on == date(2031, 3, 2)
    grant = accounts.Grant.objects.get()
    assert (grant.role, grant.room_no, grant.until_on) == ("first_convener", NO, row.until_on)
    assert queries.holder_of(room, Office.FIRST_CONVENER, TODAY) == person
    actions.end_appointment(appointment=row, actor=DISTRICT, at=NOW + timedelta(days=10))
    later = TODAY + timedelta(days=10)
    assert queries.holder_of(room, Office.FIRST_CONVENER, later) is None
    assert not accounts.Grant.objects.in_force(later).exists()
    assert list(Entry.objects.filter(subject_kind="room").order_by("pk").values_list("event", flat=True)) == [
        "office.appointed",
        "office.ended",
    ]
    told = Content.objects.get(entry_id=Entry.objects.get(event="office.appointed").pk).body
    assert f'"until":"{row.until_on}"' in told


def test_the_first_convener_heads_a_party_organisation(room: Room) -> None:
    person = Person.objects.create(name="某人")
    with pytest.raises(Blocked) as blocked:
        actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, person), actor=DISTRICT, at=NOW)
    assert codes(blocked) == {"not_party_head"}


@pytest.mark.parametrize("until_on", [None, date(2026, 3, 2)])
def test_the_second_convener_is_a_member_in_term(room: Room, until_on: date | None) -> None:
    actions.appoint(
        room=room, proposal=propose(Office.SECOND_CONVENER, member(until_on)), actor=DISTRICT, at=NOW
    )
    assert Appointment.objects.get().office == "second_convener"


@pytest.mark.parametrize("until_on", [date(2026, 3, 1)])
def test_a_former_member_is_refused(room: Room, until_on: date) -> None:
    with pytest.raises(Blocked) as blocked:
        actions.appoint(
            room=room, proposal=propose(Office.SECOND_CONVENER, member(until_on)), actor=DISTRICT, at=NOW
        )
    assert codes(blocked) == {"not_member"}


def test_elsewhere_eligibility_is_advice(room: Room) -> None:
    room.family = Family.ENTERPRISE.value
    room.save()
    person = Person.objects.create(name="厂长")
    actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, person), actor=DISTRICT, at=NOW)
    assert not queries.pattern(room, TODAY).second_is_needed


def test_an_office_has_one_holder_and_a_person_one_convenership(room: Room) -> None:
    person = secretary()
    Member.objects.create(person=person, level=MemberLevel.COUNTY.value, from_on=date(2022, 1, 1))
    actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, person), actor=DISTRICT, at=NOW)
    with pytest.raises(Blocked) as blocked:
        actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, person), actor=DISTRICT, at=NOW)
    assert codes(blocked) == {"office_taken"}
    with pytest.raises(Blocked) as blocked:
        actions.appoint(room=room, proposal=propose(Office.SECOND_CONVENER, person), actor=DISTRICT, at=NOW)
    assert codes(blocked) == {"both_offices"}


@pytest.mark.parametrize(
    ("until_on", "code"), [(date(2026, 3, 1), "term_backwards"), (date(2032, 1, 1), "term_too_long")]
)
def test_a_term_has_a_beginning_an_end_and_a_length(room: Room, until_on: date, code: str) -> None:
    with pytest.raises(Blocked) as blocked:
        actions.appoint(
            room=room, proposal=propose(Office.FIRST_CONVENER, secretary(), until_on), actor=DISTRICT, at=NOW
        )
    assert codes(blocked) == {code}


@pytest.mark.parametrize(
    "actor",
    [
        staff(Role.CLERK, room_no=NO),
        staff(Role.FIRST_CONVENER, room_no=NO),
        staff(Role.TOWN_OFFICE, area_path="32/3211/321102/321102001/"),
        staff(Role.DISTRICT_OFFICE, area_path="32/3211/321111/"),
    ],
)
def test_nobody_else_appoints(room: Room, actor: Actor) -> None:
    with pytest.raises(Denied):
        actions.appoint(room=room, proposal=propose(Office.FIRST_CONVENER, secretary()), actor=actor, at=NOW)
    row = Appointment.objects.create(person=member(), room=room, office=Office.CLERK.value, from_on=TODAY)
    with pytest.raises(Denied):
        actions.end_appointment(appointment=row, actor=actor, at=NOW)


def test_doers_near_are_those_competent_at_the_place() -> None:
    for code, path in (("a", PATH), ("b", COUNTY), ("c", ""), ("d", "32/3211/321111/")):
        Unit.objects.create(code=code, name=code, kind=UnitKind.BUREAU.value, area_path=path, themes="refuse")
    assert [unit.code for unit in queries.doers_near(PATH)] == ["a", "b", "c"]
    assert [unit.code for unit in queries.doers_for(PATH, "refuse", 2)] == ["a", "b"]
    assert queries.doers_for(PATH, "safety", 2) == []


def client_of(role: Role, **place: Any) -> Client:
    user = make_user(role.value)
    give(user, role, **place)
    client = Client()
    client.force_login(user)
    return client


def test_the_page_appoints_and_ends(
    room: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, path = client_of(Role.DISTRICT_OFFICE, area_path=COUNTY), f"/desk/rooms/{NO}/offices"
    with clock.at(NOW):
        assert "还缺人" in client.get(path).content.decode()
        refused = client.post(path, {"office": "first_convener", "name": "丁书记", "from_on": "2026-03-02"})
        assert "第一召集人要由党组织负责人担任" in refused.content.decode()
        client.post(
            path,
            {"office": "first_convener", "name": "丁书记", "is_party_head": "on", "from_on": "2026-03-02"},
            follow=True,
        )
        row = Appointment.objects.get()
        with django_assert_max_num_queries(12):
            assert "丁书记" in client.get(path).content.decode()
        client.post(f"{path}/{row.pk}/end")
    row.refresh_from_db()
    assert row.until_on == date(2026, 3, 1)


def test_the_outsider_finds_no_room_and_the_clerk_no_form(room: Room) -> None:
    outsider, clerk = (
        client_of(Role.DISTRICT_OFFICE, area_path="32/3211/321111/"),
        client_of(Role.CLERK, room_no=NO),
    )
    path = f"/desk/rooms/{NO}/offices"
    row = Appointment.objects.create(person=member(), room=room, office=Office.CLERK.value, from_on=TODAY)
    with clock.at(NOW):
        assert outsider.get(path).status_code == 404
        assert outsider.post(f"{path}/{row.pk}/end").status_code == 404
        assert "桃园" not in outsider.get("/desk/rooms").content.decode()
        shown = clerk.get(path).content.decode()
        assert "许委员" in shown
        assert "办卸任" not in shown
        assert clerk.post(path, {"office": "clerk"}).status_code == 403
        assert clerk.post(f"{path}/{row.pk}/end").status_code == 403
        assert "桃园" in clerk.get("/desk/rooms").content.decode()


def test_nobody_is_put_twice_into_the_same_office(room: Room) -> None:
    """Ending the one would have taken the role of the other."""
    proposal = propose(Office.CLERK, secretary())
    actions.appoint(room=room, proposal=proposal, actor=DISTRICT, at=NOW)
    with pytest.raises(Blocked) as blocked:
        actions.appoint(room=room, proposal=proposal, actor=DISTRICT, at=NOW)
    assert [(each.code, each.mend) for each in blocked.value.unmet] == [("in_office_already", "person")]
    later = NOW + timedelta(days=3)
    actions.end_appointment(appointment=Appointment.objects.get(), actor=DISTRICT, at=later)
    again = Proposal(Office.CLERK, proposal.person, later.date())
    actions.appoint(room=room, proposal=again, actor=DISTRICT, at=later)
    assert [row.until_on for row in accounts.Grant.objects.order_by("pk")] == [
        TODAY + timedelta(days=2),
        None,
    ]
