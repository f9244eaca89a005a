"""Random lives of rooms: every act of their table, those on the door and those on its offices, by whoever comes along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.tests.factories import make_user
from shangliang.kit import clock
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.tests.lives import LONGEST, Step, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry
from shangliang.people import actions, queries
from shangliang.people.actions import Proposal
from shangliang.people.models import Appointment, Person
from shangliang.people.states import Office
from shangliang.places import actions as rooms
from shangliang.places.models import Room
from shangliang.places.permissions import role_at
from shangliang.places.states import ROOM, RoomState
from shangliang.places.tests.factories import (
    COUNTY,
    NEXT_COUNTY,
    TOWN,
    VILLAGE,
    make_room,
    staff,
    tree,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=ZONE)
NEXT_NO = "100009"
R = RoomState
DISTRICT = staff(Role.DISTRICT_OFFICE, area_path=COUNTY)


def people_of(room: Room) -> tuple[Actor, ...]:
    """Its own people, and those of the next room and of the next county."""
    return (
        staff(Role.CLERK, room_no=room.no),
        DISTRICT,
        staff(Role.TOWN_OFFICE, area_path=TOWN),
        staff(Role.FIRST_CONVENER, room_no=room.no),
        staff(Role.CLERK, room_no=NEXT_NO),
        staff(Role.DISTRICT_OFFICE, area_path=NEXT_COUNTY),
        ANONYMOUS,
    )


Try = Callable[[Room, Actor, datetime], object]


@dataclass(frozen=True)
class Life:
    """One room."""

    room: Room


def _r(act: str, do: Try, *unmet: str) -> Step[Life]:
    return Step(
        ROOM,
        lambda life: life.room,
        lambda _: act,
        lambda life, who, at: do(life.room, who, at),
        frozenset(unmet),
    )


def _moved(name: str) -> Step[Life]:
    return _r(name, lambda room, who, at: rooms.move_room(room=room, name=name, actor=who, at=at))


def _change(room: Room, who: Actor, at: datetime) -> object:
    """Something else each time: what stands there already is no change."""
    sign = replace(rooms.sign_of(room), hours=f"{Entry.objects.count()} 点起")
    return rooms.change_room(room=room, sign=sign, actor=who, at=at)


def _appoint(room: Room, who: Actor, at: datetime) -> object:
    account = User.objects.get(username="xia")
    person = Person.objects.filter(account=account).first() or Person(name="夏某", account=account)
    proposal = Proposal(Office.REVIEWER, person, local_day(at), document="京政协〔2026〕3 号")
    return actions.appoint(room=room, proposal=proposal, actor=who, at=at)


def _end(room: Room, who: Actor, at: datetime) -> object:
    """The office of whoever is in one; there are more than a life has acts."""
    in_office = queries.offices(room, local_day(at))[-1]
    return actions.end_appointment(appointment=in_office, actor=who, at=at)


STEPS: dict[str, Step[Life]] = {
    "change": _r("change", _change),
    "pause": _moved("pause"),
    "resume": _moved("resume"),
    "close": _moved("close"),
    "appoint": _r("appoint", _appoint, "in_office_already"),
    "end": _r("end_office", _end),
}


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    return role_at(who, Permission(ROOM.needs(step.act(life.room))), life.room) is not None


def again(life: Life) -> Life:
    return Life(Room.objects.get(pk=life.room.pk))


def picture(life: Life) -> tuple[object, ...]:
    return (
        life.room.state,
        rooms.sign_of(life.room),
        list(Appointment.objects.order_by("pk").values_list("pk", "office", "until_on")),
        list(Grant.objects.order_by("pk").values_list("pk", "role", "until_on")),
        Entry.objects.count(),
    )


def check(life: Life, act: str) -> None:
    """An office and its role begin and end on the same days; a room stays where and what it is."""
    room = life.room
    for row in Appointment.objects.filter(room=room).exclude(person__account=None).select_related("person"):
        grants = Grant.objects.filter(user=row.person.account, room_no=room.no, from_on=row.from_on)
        assert row.until_on in set(grants.values_list("until_on", flat=True)), act
    in_office = queries.offices(room, local_day(NOW))
    assert len({(row.person_id, row.office) for row in in_office}) == len(in_office), act
    assert (room.area_path, room.opened_on) == (VILLAGE, date(2021, 6, 20)), act


WORLD = World(
    machines=(ROOM,),
    steps=STEPS,
    people=lambda life: people_of(life.room),
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
)


def starts() -> list[Life]:
    """A room in each state, with more people in office than a life has acts."""
    areas = tree()
    make_user("xia")
    found = []
    for number, state in enumerate(R):
        room = make_room(f"10000{number}", areas[VILLAGE])
        for place in range(LONGEST + 1):
            proposal = Proposal(Office.REVIEWER, Person(name=f"编的{place}"), date(2026, 1, 1))
            actions.appoint(room=room, proposal=proposal, actor=DISTRICT, at=NOW)
        name = {R.PAUSED: "pause", R.CLOSED: "close"}.get(state)
        if name:
            mover = DISTRICT if state == R.CLOSED else people_of(room)[0]
            rooms.move_room(room=room, name=name, actor=mover, at=NOW)
        found.append(again(Life(room)))
    return found


FEW = 50  # six acts


def test_lives_keep_their_promises() -> None:
    with clock.at(NOW):
        everything = starts()
    live_all(WORLD, everything, NOW, few=FEW)


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    with clock.at(NOW):
        everything = starts()
    standing = {life.room.state for life in everything}
    assert standing == {each.value for each in R}
    assert (
        dead_ends(leads(WORLD, everything, lambda life: life.room.state, NOW), standing, {R.CLOSED}) == set()
    )
