"""The form of an appointment pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit import clock
from shangliang.kit.tests.pressing import Case, Label, put_right
from shangliang.people.models import Appointment, Member, Person
from shangliang.people.states import MemberLevel
from shangliang.people.tests.test_offices import COUNTY, NOW
from shangliang.places.tests.factories import VILLAGE, make_room, tree

pytestmark = pytest.mark.django_db
NO = "321102-001"
PAGE = f"/desk/rooms/{NO}/offices"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def office() -> tuple[Client, str, str]:
    make_room(NO, tree()[VILLAGE])
    person = Person.objects.create(name="许委员", post="教师")
    Member.objects.create(person=person, level=MemberLevel.COUNTY.value, from_on=date(2022, 1, 1))
    client, user = Client(), make_user()
    give(user, Role.DISTRICT_OFFICE, area_path=COUNTY)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, PAGE, PAGE


CASES = (
    Case(
        "room_offices",
        office,
        {"office": "clerk", "post": "社工", "document": "京政协〔2026〕3 号"},
        {"name": "王某"},
        "请选一个人，或者写下姓名。",
    ),
    Case(
        "room_offices",
        office,
        {"office": "first_convener", "name": "丁书记", "post": "书记"},
        {"is_party_head": "on"},
        "第一召集人要由党组织负责人担任。",
    ),
    Case(
        "room_offices",
        office,
        {"office": "second_convener", "name": "许某", "until_on": "2026-02-01"},
        {"name": "", "person": Label("许委员 教师"), "until_on": "2027-02-01"},
        "到哪天不能早于从哪天。",
    ),
    Case(
        "room_offices",
        office,
        {"office": "clerk", "name": "王某", "from_on": "2026-02-30"},
        {"from_on": "2026-02-28"},
        "请写一个真实的日期",
    ),
)
TRIED = frozenset(case.form for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    second = put_right(case)
    assert (second.status_code, second["Location"]) == (302, PAGE)
    assert Appointment.objects.get().office == case.wrong["office"]
