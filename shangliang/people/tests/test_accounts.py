"""A forgotten password: the office that gives somebody's roles gives a code, and nobody else does."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts import actions as accounts
from shangliang.accounts.models import ResetCode, User
from shangliang.accounts.tests.factories import PASSWORD, acting, give, make_user
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.clock import ZONE
from shangliang.ledger.models import Entry
from shangliang.people import actions, queries
from shangliang.people.models import Unit
from shangliang.people.states import UnitKind
from shangliang.places.tests.factories import CITY, COUNTY, NEXT_COUNTY, TOWN, VILLAGE, make_room, tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=ZONE)
NEW = "bench-and-lamp-8"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LIST, DOOR = "/desk/accounts", "/sign-in/new-password"


@pytest.fixture
def people() -> dict[str, User]:
    """A county with a room, a unit and offices, the next county, and the city above them."""
    areas = tree()
    make_room("100001", areas[VILLAGE])
    make_room("200001", areas[NEXT_COUNTY])
    Unit.objects.create(code="u1", name="城管局", kind=UnitKind.BUREAU.value, area_path=COUNTY)
    made = {}
    everybody: tuple[tuple[str, Role, dict[str, Any]], ...] = (
        ("clerk", Role.CLERK, {"room_no": "100001"}),
        ("doer", Role.DOER, {"unit_code": "u1"}),
        ("town", Role.TOWN_OFFICE, {"area_path": TOWN}),
        ("district", Role.DISTRICT_OFFICE, {"area_path": COUNTY}),
        ("colleague", Role.DISTRICT_OFFICE, {"area_path": COUNTY}),
        ("neighbour", Role.DISTRICT_OFFICE, {"area_path": NEXT_COUNTY}),
        ("next_clerk", Role.CLERK, {"room_no": "200001"}),
        ("city", Role.CITY_OFFICE, {"area_path": CITY}),
        ("keeper", Role.SYSTEM_KEEPER, {"area_path": CITY}),
    )
    for name, role, place in everybody:
        made[name] = make_user(name, display_name=name, password=PASSWORD)
        give(made[name], role, **place)
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def listed(user: User) -> set[str]:
    return set(queries.accounts_of(acting(user, NOW.date()), NOW.date()).values_list("username", flat=True))


def test_each_office_helps_those_whose_every_role_it_gives(people: dict[str, User]) -> None:
    assert listed(people["district"]) == {"clerk", "doer", "town"}
    assert listed(people["neighbour"]) == {"next_clerk"}
    assert listed(people["city"]) == {
        "clerk",
        "doer",
        "town",
        "district",
        "colleague",
        "neighbour",
        "next_clerk",
    }
    assert listed(people["clerk"]) == listed(people["keeper"]) == set()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.CITY_OFFICE, {"area_path": CITY}),
        (Role.AUDITOR, {"area_path": COUNTY}),
        (Role.TOWN_OFFICE, {"area_path": NEXT_COUNTY}),
        (Role.CLERK, {"room_no": "200001"}),
    ],
)
def test_a_second_role_that_it_does_not_give_puts_an_account_out_of_its_reach(
    people: dict[str, User], role: Role, place: dict[str, Any]
) -> None:
    grant = give(people["clerk"], role, **place)
    assert "clerk" not in listed(people["district"])
    grant.from_on = date(2027, 1, 1)  # not yet, but the password would last
    grant.save()
    assert "clerk" not in listed(people["district"])
    grant.from_on, grant.until_on = date(2026, 1, 1), date(2026, 11, 22)
    grant.save()
    assert "clerk" in listed(people["district"])


def test_a_keeper_of_the_demo_and_a_closed_account_are_not_there(people: dict[str, User]) -> None:
    User.objects.filter(username="clerk").update(cast="clerk")
    User.objects.filter(username="doer").update(is_active=False)
    User.objects.filter(username="town").update(is_superuser=True)
    assert listed(people["district"]) == set()


def test_it_goes_all_the_way_and_is_logged(people: dict[str, User]) -> None:
    old = client_of(people["clerk"])
    assert old.get("/desk").status_code == 200
    office = client_of(people["district"])
    with clock.at(NOW):
        assert "clerk" in office.get(LIST, {"q": "cle"}).content.decode()
        page = office.post(f"{LIST}/{people['clerk'].pk}/code")
    assert (page.status_code, page["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    found = re.search(r"<strong>([2-9A-Z ]{14})</strong>", page.content.decode())
    assert found is not None
    assert found[1].replace(" ", "") not in str(ResetCode.objects.values().get())
    typed = {"username": "Clerk", "code": found[1].lower(), "password1": NEW, "password2": NEW}
    with clock.at(NOW + timedelta(hours=1)):
        answer = Client().post(DOOR, typed)
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in")
        assert Client().post(DOOR, typed).status_code == 400, "a code is used once"
        assert old.get("/desk").status_code == 302, "every session ends with the password"
    people["clerk"].refresh_from_db()
    assert people["clerk"].check_password(NEW)
    rows = Entry.objects.order_by("pk").values_list("event", "office", "subject_no")
    assert list(rows) == [
        ("account.code_given", f"district_office@{COUNTY}", str(people["clerk"].pk)),
        ("account.password_reset", "clerk@100001", str(people["clerk"].pk)),
    ]
    assert Message.objects.filter(kind__startswith="account.").count() == 2


def test_a_newer_code_kills_the_former_and_time_kills_both(people: dict[str, User]) -> None:
    district = acting(people["district"], NOW.date())
    first, until = actions.give_code(user=people["clerk"], actor=district, at=NOW)
    second, _until = actions.give_code(user=people["clerk"], actor=district, at=NOW)
    assert until == NOW + timedelta(hours=24)
    assert accounts.set_password(username="clerk", code=first, new=NEW, at=NOW) is None
    assert accounts.set_password(username="doer", code=second, new=NEW, at=NOW) is None
    assert accounts.set_password(username="clerk", code=second, new=NEW, at=until) is None
    wide = "".join(chr(ord(char) + 0xFEE0) for char in second)
    assert accounts.set_password(username="clerk", code=wide, new=NEW, at=NOW) == people["clerk"]


@pytest.mark.parametrize("who", ["clerk", "town", "neighbour", "colleague"])
def test_an_outsider_gives_no_code(people: dict[str, User], who: str) -> None:
    client = client_of(people[who])
    assert client.post(f"{LIST}/{people['district'].pk}/code").status_code == 404
    assert client.get(LIST).status_code == (404 if who in {"clerk", "town"} else 200)
    with pytest.raises(Denied):
        actions.give_code(user=people["district"], actor=acting(people[who], NOW.date()), at=NOW)
    assert not ResetCode.objects.exists()


def test_guessing_is_stopped_and_says_nothing_of_names(people: dict[str, User]) -> None:
    client = Client()
    typed = {"code": "AAAA BBBB CCCC", "password1": NEW, "password2": NEW}
    said = [client.post(DOOR, {**typed, "username": name}).content.decode() for name in ("clerk", "nobody")]
    assert ["对不上" in page for page in said] == [True, True]
    for _ in range(5):
        page = client.post(DOOR, {**typed, "username": "clerk"}).content.decode()
    assert "试的次数太多了" in page


def test_the_list_asks_the_same_few_statements_however_long(
    people: dict[str, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        give(make_user(f"more{number}"), Role.CLERK, room_no="100001")
    client = client_of(people["district"])
    client.get(LIST)
    with django_assert_max_num_queries(8):
        assert client.get(LIST, {"page": "2"}).status_code == 200
