"""Every form of signing in and of one's own account pressed wrong, then put right: the second press is taken."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from shangliang.access.actor import SYSTEM
from shangliang.accounts import actions
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import PASSWORD, make_clerk
from shangliang.accounts.tests.test_sign_in import code_now, sign_in
from shangliang.kit import clock
from shangliang.kit.tests.pressing import Case, put_right

pytestmark = pytest.mark.django_db
NEW = "bench-and-lamp-8"
SECRET = "JBSWY3DPEHPK3PXP"
Standing = tuple[Client, str, str]


@pytest.fixture(autouse=True)
def _no_code_used_yet() -> None:
    """A code is taken once; those that were are kept in the cache, by account."""
    cache.clear()


def at_the_door() -> Standing:
    make_clerk(password=PASSWORD)
    return Client(), "/sign-in", "/sign-in"


def inside(page: str) -> Standing:
    client, _page, _action = at_the_door()
    sign_in(client)
    return client, page, page


def long_inside(page: str, *, has_second_factor: bool = False) -> Standing:
    """Signed in so long ago that it is asked again who is there."""
    client, _page, _action = inside(page)
    if has_second_factor:
        TOTP.activate(User.objects.get(), SECRET)
    session = client.session
    session["account_authentication_methods"] = [
        {**each, "at": 0} for each in session["account_authentication_methods"]
    ]
    session.save()
    asked = client.get("/desk/me/second-factor/end" if has_second_factor else "/desk/me/second-factor")
    assert asked["Location"].startswith("/sign-in/again")
    return client, page, page


def between_two_steps() -> Standing:
    client, _page, _action = at_the_door()
    TOTP.activate(User.objects.get(), SECRET)
    assert sign_in(client)["Location"] == "/sign-in/code"
    return client, "/sign-in/code", "/sign-in/code"


def setting_up() -> Standing:
    client, page, action = inside("/desk/me/second-factor")
    asked = client.get(page)
    client.post(asked["Location"], {"password": PASSWORD})
    return client, page, action


CODES: list[str] = []


def with_a_code() -> Standing:
    user = make_clerk(password=PASSWORD)
    code, _until = actions.give_code(actor=SYSTEM, user=user, role=None, within="", at=clock.now())
    CODES.append(code)
    return Client(), "/sign-in/new-password", "/sign-in/new-password"


def code_of_the_new_one() -> str:
    """What a telephone shows that has just read the square on the page."""
    return code_now(SessionStore(Session.objects.get().session_key)["mfa.totp.secret"])


CASES = (
    Case(
        "account_login",
        at_the_door,
        {"login": "clerk", "password": "nonsense"},
        {"password": PASSWORD},
        "用户名或密码不对。",
        is_beside=False,
    ),
    Case(
        "mfa_authenticate",
        between_two_steps,
        {"code": "000000"},
        {"code": lambda: code_now(SECRET)},
        "验证码不对",
    ),
    Case(
        "account_reauthenticate",
        lambda: long_inside("/sign-in/again"),
        {"password": "nonsense"},
        {"password": PASSWORD},
        "密码不对",
    ),
    Case(
        "mfa_reauthenticate",
        lambda: long_inside("/sign-in/again/code", has_second_factor=True),
        {"code": "000000"},
        {"code": lambda: code_now(SECRET)},
        "验证码不对",
    ),
    Case(
        "account_change_password",
        lambda: inside("/desk/me/password"),
        {"oldpassword": "nonsense", "password1": NEW, "password2": NEW},
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        "现在的密码不对。",
    ),
    Case(
        "account_change_password",
        lambda: inside("/desk/me/password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": "another"},
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        "每次输入的密码必须相同",
    ),
    Case(
        "account_reset",
        with_a_code,
        {"username": "clerk", "code": "ABCD-EFGH-JKLM", "password1": NEW, "password2": NEW},
        {"code": lambda: CODES[-1].lower(), "password1": NEW, "password2": NEW},
        "对不上",
    ),
    Case(
        "account_reset",
        with_a_code,
        {"username": "clerk", "code": lambda: CODES[-1], "password1": NEW, "password2": "another"},
        {"password1": NEW, "password2": NEW},
        "两次输入的密码不一样",
    ),
    Case("mfa_activate_totp", setting_up, {"code": "000000"}, {"code": code_of_the_new_one}, "验证码不对"),
    Case(
        "me",
        lambda: inside("/desk/me"),
        {"language": "zh-hans", "mail": "zhang at example"},
        {"mail": "zhang@example.org"},
        "电子邮箱",
    ),
)
TRIED = frozenset(case.form for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_taken(case: Case) -> None:
    second = put_right(case)
    assert second.status_code == 302
    if case.form in {"account_change_password", "account_reset"}:
        assert User.objects.get().check_password(NEW)
    if case.form == "mfa_activate_totp":
        assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
