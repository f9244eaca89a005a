"""The keepers' window: read-only, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.tests.factories import give, make_clerk, make_user
from shangliang.inbox.actions import notify
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.admin import site

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client: Client) -> Client:
    user = make_user("keeper")
    give(user, Role.SYSTEM_KEEPER, area_path="32/")
    client.force_login(user)
    return client


def test_it_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/sign-in?next=/admin/"


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/login/", "/admin/nonsense/"])
def test_it_does_not_exist_for_a_clerk(client: Client, path: str) -> None:
    user = make_clerk()
    user.is_staff = user.is_superuser = True  # Django's own marks count for nothing here
    user.save()
    client.force_login(user)
    assert client.get(path).status_code == 404


def test_a_keeper_looks(keeper: Client) -> None:
    assert "系统运行" in keeper.get("/admin/").content.decode()
    for model in site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert keeper.get(path).status_code == 200, path


def test_a_keeper_changes_nothing(keeper: Client) -> None:
    user, row = User.objects.get(), Grant.objects.get()
    assert keeper.get("/admin/accounts/user/add/").status_code == 403
    for path in (f"accounts/user/{user.pk}", f"accounts/grant/{row.pk}"):
        assert keeper.get(f"/admin/{path}/change/").status_code == 200
        assert keeper.post(f"/admin/{path}/change/", {"username": "x"}).status_code == 403
        assert keeper.post(f"/admin/{path}/delete/", {"post": "yes"}).status_code == 403


def test_a_keeper_does_not_read_what_was_written(keeper: Client) -> None:
    notify(accounts=[1], kind="x", title="秘密的话", link="/s/1", at=clock.now(), dedupe="event:1")
    pages = keeper.get("/admin/inbox/message/").content.decode()
    pages += keeper.get(f"/admin/inbox/message/{Message.objects.get().pk}/change/").content.decode()
    assert "秘密的话" not in pages


def test_a_password_is_changed_on_its_own_page_alone(keeper: Client) -> None:
    assert keeper.get("/admin/password_change/")["Location"] == "/desk/me/password"


def test_the_window_is_chinese_throughout(keeper: Client) -> None:
    index = keeper.get("/admin/").content.decode()
    users = keeper.get("/admin/accounts/user/").content.decode()
    for english in ("Grants", "Users", "Messages", "Events", "Username", "Display name"):
        assert english not in index + users
    assert "任职" in index
    assert "上次登录" in users
