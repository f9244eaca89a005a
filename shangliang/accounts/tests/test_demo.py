"""The demo's sign-in: only in a demo, only at this machine."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from shangliang.access.roles import Role
from shangliang.accounts import actions
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import NEIGHBOUR, NOON, give, make_clerk, make_user
from shangliang.kit.tests.reading import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> None:
    actions.mark_installation(is_demo=True, at=NOON, seed=7)
    make_clerk("clerk", display_name="王五", cast="clerk")
    make_clerk("outsider", NEIGHBOUR, cast="outsider")
    doer = make_user("doer", cast="doer")
    give(doer, Role.DOER, unit_code="U1")


@pytest.mark.usefixtures("city")
def test_it_offers_the_cast_with_one_button_each(client: Client) -> None:
    page = flat(client.get("/demo").content.decode())
    assert "联络员 · 王五" in page
    assert page.count('name="part"') == 4  # the resident, who needs no account, is always there
    assert "第二召集人" not in page  # nobody plays that part


@pytest.mark.usefixtures("city")
def test_one_press_signs_in(client: Client) -> None:
    answer = client.post("/demo/enter", {"part": "clerk"})
    assert answer["Location"] == "/desk"
    assert User.objects.get(pk=client.session["_auth_user_id"]).cast == "clerk"
    assert 'class="button do" name="part" value="clerk"' in flat(client.get("/demo").content.decode())


@pytest.mark.usefixtures("city")
def test_the_clerk_of_the_demo_needs_no_second_factor(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    client.post("/demo/enter", {"part": "clerk"})
    assert client.get("/desk/inbox").status_code == 200


@pytest.mark.usefixtures("city")
def test_looking_at_the_page_signs_nobody_in(client: Client) -> None:
    client.get("/demo?part=clerk")
    assert client.get("/demo/enter?part=clerk")["Location"] == "/demo?part=clerk"
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("city")
def test_the_resident_is_signed_out(client: Client) -> None:
    client.post("/demo/enter", {"part": "clerk"})
    assert client.post("/demo/enter", {"part": "resident"})["Location"] == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("part", ["", "nobody", "leader", "clerk'--"])
def test_a_part_that_nobody_plays_does_not_exist(client: Client, part: str) -> None:
    assert client.post("/demo/enter", {"part": part}).status_code == 404


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("address", ["192.168.1.7", "203.0.113.5", "2001:db8::1", ""])
def test_from_another_address_there_is_no_demo(client: Client, address: str) -> None:
    assert client.get("/demo", REMOTE_ADDR=address).status_code == 404
    assert client.post("/demo/enter", {"part": "clerk"}, REMOTE_ADDR=address).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("city")
def test_a_proxy_does_not_make_a_stranger_local(client: Client) -> None:
    assert client.get("/demo", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404
    assert client.get("/demo", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


@pytest.mark.usefixtures("city")
def test_a_public_demo_is_open_to_all(client: Client, settings: Settings) -> None:
    settings.PUBLIC_DEMO = True
    assert client.get("/demo", REMOTE_ADDR="203.0.113.5").status_code == 200
    assert client.post("/demo/enter", {"part": "doer"}, REMOTE_ADDR="203.0.113.5").status_code == 302


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_real_database_has_no_demo_whatever_the_start_says(
    client: Client, settings: Settings, is_marked: bool
) -> None:
    settings.PUBLIC_DEMO = True
    if is_marked:
        actions.mark_installation(is_demo=False, at=NOON)
    make_clerk("clerk", cast="clerk")
    assert client.get("/demo").status_code == 404
    assert client.post("/demo/enter", {"part": "clerk"}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("city")
def test_ordinary_accounts_are_not_offered(client: Client) -> None:
    make_clerk("real", display_name="真人")
    assert "真人" not in flat(client.get("/demo").content.decode())


@pytest.mark.usefixtures("city")
def test_a_visitor_cannot_lock_the_next_one_out(client: Client) -> None:
    client.post("/demo/enter", {"part": "clerk"})
    assert client.get("/desk/me/password").status_code == 404
    assert client.get("/desk/me/second-factor").status_code == 404


@pytest.mark.usefixtures("city")
def test_the_page_costs_few_statements(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(5):
        client.get("/demo")
