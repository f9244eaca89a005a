"""Signing in, out, and the second factor."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from shangliang.access.roles import Role
from shangliang.accounts.models import Installation, User
from shangliang.accounts.tests.factories import PASSWORD, ROOM, give, make_clerk, make_user
from shangliang.kit import clock
from shangliang.kit.taken import COOKIE as TAKEN
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db

ME = "/desk/me"


def sign_in(client: Client, password: str = PASSWORD, name: str = "clerk", **more: Any) -> Any:
    return client.post("/sign-in", {"login": name, "password": password}, **more)


def code_now(secret: str) -> str:
    """What the telephone shows."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_a_blank_that_was_pasted_with_the_password_does_no_harm(client: Client) -> None:
    make_clerk(password=PASSWORD)
    assert sign_in(client, f" {PASSWORD}\u3000\n").status_code == 302


def test_the_right_password_leads_to_the_desk(client: Client) -> None:
    make_clerk(password=PASSWORD)
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk")


def test_it_goes_on_to_the_page_that_was_asked_for(client: Client) -> None:
    make_clerk(password=PASSWORD)
    asked = client.get("/desk/inbox?show=all")
    assert asked["Location"] == "/sign-in?next=/desk/inbox%3Fshow%3Dall"
    answer = client.post(asked["Location"], {"login": "clerk", "password": PASSWORD, "next": "/desk/inbox"})
    assert answer["Location"] == "/desk/inbox"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/desk/topics/2026-000001?act=visit", "/desk/topics/2026-000001%3Fact%3Dvisit"),
        ("https://example.org/desk/inbox", "/desk/me"),
        ("http://testserver/say", "/desk/me"),
        ("", "/desk/me"),
    ],
)
def test_a_press_that_came_too_late_leads_back_to_its_page(
    client: Client, came_from: str, leads_to: str
) -> None:
    make_clerk(password=PASSWORD)
    asked = client.post("/desk/me", {"text": "写了很多"}, headers={"Referer": came_from})
    assert asked["Location"] == f"/sign-in?next={leads_to}"
    assert "刚才按的没有办成" in client.get(asked["Location"]).content.decode()
    assert TAKEN not in asked.cookies


def test_the_device_is_told_what_was_taken_and_only_that(client: Client) -> None:
    client.force_login(make_clerk())
    wrong = client.post("/desk/slips", {"no": "1"})
    assert (wrong.status_code, TAKEN in wrong.cookies) == (200, False)
    taken = client.post("/desk/inbox/read", {"all": "1"})
    assert (taken.status_code, taken.cookies[TAKEN].value) == (302, "%2Fdesk%2Finbox%2Fread")


def test_the_key_of_what_a_device_keeps_is_the_account_and_tells_nothing_of_it(client: Client) -> None:
    found = []
    for name in ("one", "two", "one"):
        user = User.objects.filter(username=name).first() or make_clerk(name)
        client.force_login(user)
        found.append(re.findall(r'data-account="(\w+)"', client.get("/desk").content.decode()))
    assert found[0] == found[2] != found[1]
    assert [len(key) for keys in found for key in keys] == [16, 16, 16]


def test_it_leads_to_no_other_site(client: Client) -> None:
    make_clerk(password=PASSWORD)
    answer = client.post("/sign-in", {"login": "clerk", "password": PASSWORD, "next": "https://example.org/"})
    assert answer["Location"] == "/desk"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client) -> None:
    make_clerk(password=PASSWORD)
    wrong = sign_in(client, "nonsense").content.decode()
    unknown = sign_in(client, "nonsense", "nobody").content.decode()
    assert "用户名或密码不对。" in wrong
    assert "用户名或密码不对。" in unknown


def test_after_five_wrong_ones_even_the_right_one_waits(client: Client) -> None:
    make_clerk(password=PASSWORD)
    for _ in range(5):
        sign_in(client, "nonsense")
    page = sign_in(client).content.decode()
    assert "试的次数太多了。请在" in page


def test_somebody_elsewhere_is_not_locked_out_by_them(client: Client) -> None:
    make_clerk(password=PASSWORD)
    for _ in range(9):
        sign_in(client, "nonsense", REMOTE_ADDR="198.51.100.7")
    assert sign_in(client, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_the_right_password_wipes_the_slate(client: Client) -> None:
    make_clerk(password=PASSWORD)
    for _ in range(3):
        for _ in range(4):
            sign_in(client, "nonsense")
        assert sign_in(client).status_code == 302
        client.post("/sign-out")


def test_somebody_who_left_does_not_get_in(client: Client) -> None:
    user = make_clerk(password=PASSWORD)
    user.is_active = False
    user.save()
    sign_in(client)
    assert client.get(ME).status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/sign-up").status_code == 404


def test_signing_out_needs_a_press(client: Client) -> None:
    client.force_login(make_clerk())
    assert client.get("/sign-out").status_code == 200
    assert client.get(ME).status_code == 200
    client.post("/sign-out")
    assert client.get(ME).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_whole_in_both_languages(client: Client, settings: Settings, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/sign-in").content.decode()
    assert ("用户名" in page) is (language == "zh-hans")
    assert ("User name" in page) is (language == "en")
    assert "Username" not in page
    assert "Forgot" not in page


def test_who_may_see_phone_numbers_needs_a_second_factor(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    client.force_login(make_clerk())
    answer = client.get("/desk/inbox")
    assert answer["Location"] == "/desk/me/second-factor"
    assert client.get(ME).status_code == 200


def test_who_may_not_does_without(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    user = make_user("doer")
    give(user, Role.DOER, unit_code="U1")
    client.force_login(user)
    assert client.get("/desk/inbox").status_code == 200


def test_in_a_demo_nobody_needs_one(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    Installation.objects.create(pk=1, is_demo=True)
    client.force_login(make_clerk())
    assert client.get("/desk/inbox").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_is_set_up_and_then_asked_for(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    make_clerk(password=PASSWORD)
    sign_in(client)
    page = client.get("/desk/me/second-factor")
    if page.status_code == 302:  # it wants to be sure who is there
        client.post(page["Location"], {"password": PASSWORD})
        page = client.get("/desk/me/second-factor")
    secret = page.context["form"].secret
    assert "<svg" in page.content.decode()
    wrong = client.post("/desk/me/second-factor", {"code": "000000"}).content.decode()
    assert "验证码不对" in wrong
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/desk/me/second-factor", {"code": code_now(secret)}, follow=True)
    assert "两步验证已开启。" in answer.content.decode()
    assert "备用码" in answer.content.decode()
    assert client.get("/desk/inbox").status_code == 200

    client.post("/sign-out")
    asked = sign_in(client)
    assert asked["Location"] == "/sign-in/code"
    assert client.get("/desk/inbox").status_code == 302  # not in yet
    assert "验证码不对" in client.post("/sign-in/code", {"code": "123456"}).content.decode()
    # the telephone's code was used just now and would be refused as a replay
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert client.post("/sign-in/code", {"code": codes[0]})["Location"] == "/desk"
    assert client.get("/desk/inbox").status_code == 200


def test_the_secret_of_a_second_factor_lies_sealed() -> None:
    user = make_clerk()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    row = Authenticator.objects.get(user=user)
    assert "JBSWY3DPEHPK3PXP" not in str(row.data)
    assert row.wrap().validate_code(code_now("JBSWY3DPEHPK3PXP"))


def test_codes_are_guessed_five_times_at_most(client: Client) -> None:
    user = make_clerk(password=PASSWORD)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    sign_in(client)
    for _ in range(5):
        client.post("/sign-in/code", {"code": "000000"})
    page = client.post("/sign-in/code", {"code": code_now("JBSWY3DPEHPK3PXP")}).content.decode()
    assert "试的次数太多了。" in page


def test_a_password_is_changed_by_who_knows_the_old_one(client: Client) -> None:
    user = make_clerk(password=PASSWORD)
    sign_in(client)
    new = "bench-and-lamp-8"
    page = client.post(
        "/desk/me/password", {"oldpassword": "nonsense", "password1": new, "password2": new}
    ).content.decode()
    assert "现在的密码不对。" in page
    answer = client.post(
        "/desk/me/password", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert "密码已修改。" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(new)


def test_a_weak_new_password_gets_a_sentence(client: Client) -> None:
    make_clerk(password=PASSWORD)
    sign_in(client)
    page = client.post(
        "/desk/me/password", {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    ).content.decode()
    assert "密码太短了，至少要 10 个字符。" in page


def test_somebody_without_a_password_has_none_to_change(client: Client) -> None:
    client.force_login(make_clerk())
    assert client.get("/desk/me/password").status_code == 404


def test_my_page_says_which_roles_i_hold_where_and_until_when(client: Client) -> None:
    user = make_clerk(display_name="张三")
    row = user.grants.get()
    row.place_name = "健康路社区议事室"
    row.save()
    client.force_login(user)
    page = client.get(ME).content.decode()
    assert "联络员 · 健康路社区议事室" in page
    assert "没有截止日期" in page


def test_a_role_that_is_over_is_not_shown(client: Client) -> None:
    user = make_user()
    row = give(user, Role.CLERK, room_no=ROOM)
    row.until_on = row.from_on
    row.save()
    client.force_login(user)
    assert "您现在没有任何职责" in client.get(ME).content.decode()


def test_language_and_mail_are_kept(client: Client) -> None:
    user = make_clerk()
    client.force_login(user)
    answer = client.post(ME, {"language": "en", "mail": "zhang@example.org"})
    assert answer.status_code == 302
    page = client.get(ME).content.decode()
    assert "zhang@example.org" in page
    assert "My roles" in page


def test_a_mistyped_mail_is_kept_and_explained(client: Client) -> None:
    client.force_login(make_clerk())
    answer = client.post(ME, {"language": "en", "mail": "zhang at example"})
    assert answer.status_code == 400
    assert "zhang at example" in answer.content.decode()


def test_a_session_ends_when_the_rulebook_says(client: Client) -> None:
    user = make_user("clerk")
    client.force_login(user)
    minutes = book().at(clock.today()).integer("accounts.session_minutes")
    left = client.session.get_expiry_age()
    assert minutes * 60 - 60 < left <= minutes * 60


def test_a_pinned_clock_ends_no_session(client: Client) -> None:
    """The session store reads the real clock; the demo city and the tests live on other days."""
    with clock.at(date(2026, 3, 2)):
        client.force_login(make_clerk())
        assert client.get(ME).status_code == 200
