"""The forms of a room pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit import clock
from shangliang.kit.tests.pressing import Case, put_right
from shangliang.ledger.models import Entry
from shangliang.places.models import Room
from shangliang.places.tests.factories import COUNTY, VILLAGE, make_room, tree
from shangliang.places.tests.test_keeping import NOW

pytestmark = pytest.mark.django_db
NO = "321102-001"
Standing = tuple[Client, str, str]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def office() -> Client:
    make_room(NO, tree()[VILLAGE])
    client, user = Client(), make_user()
    give(user, Role.DISTRICT_OFFICE, area_path=COUNTY)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def new() -> Standing:
    page = "/desk/rooms/new?area=321102001001"
    return office(), page, page


def kept() -> Standing:
    client, clerk = office(), make_user("clerk")
    give(clerk, Role.CLERK, room_no=NO)
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/desk/rooms/{NO}"
    return client, page, page


CASES = (
    Case(
        "room_new",
        new,
        {"no": "一号", "name": "桃园二室", "introduction": "欢迎来坐坐", "has_large_type": "on"},
        {"no": "321102-002"},
        "编号用数字和短横线",
    ),
    Case(
        "room_new", new, {"no": NO, "name": " "}, {"no": "321102-002", "name": "桃园二室"}, "已经有议事室在用"
    ),
    Case(
        "room_keep",
        kept,
        {"name": "", "address": "桃园路 9 号", "has_hearing_help": "on"},
        {"name": "桃园协商议事室"},
        "请写议事室的名称。",
    ),
    Case("room_keep", kept, {"hours": "天" * 81}, {"hours": "周一至周五"}, "最多写 80"),
)
TRIED = frozenset(case.form for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    second = put_right(case)
    assert second.status_code == 302
    assert Entry.objects.count() == 1
    row = Room.objects.get(no=case.right.get("no", NO))
    typed = case.wrong | case.right
    assert {name: getattr(row, name) for name in typed} == {
        name: True if value == "on" else value for name, value in typed.items()
    }
