"""Staff lose nothing that they have typed: not by a session that ran out, not while a meeting is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, Route, expect

from shangliang.access.actor import ANONYMOUS
from shangliang.accounts.models import User
from shangliang.deliberations.models import Record
from shangliang.deliberations.tests.factories import make_world, under_way
from shangliang.kit import clock
from shangliang.places.models import Room
from shangliang.topics.actions import intake

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "correct horse battery"  # noqa: S105
TITLE = "3号楼楼道灯修复"


@pytest.fixture
def clerk(person: Callable[..., Page]) -> Page:
    User.objects.filter(username__in=["clerk", "first"]).update(password=make_password(PASSWORD))
    return person("clerk", "desktop")


@pytest.fixture
def at_accept(place: Any) -> str:
    given = intake.Intake(room=Room.objects.get(no="100001"), text="3号楼的路灯坏了", nonce="lost")
    no = intake.receive(actor=ANONYMOUS, intake=given, at=clock.now()).submission.no
    return f"/desk/submissions/{no}?act=accept&grade=deep"


def sign_in(page: Page, name: str = "clerk") -> None:
    page.get_by_label("用户名").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('desk:'))")
    return found


def soon_kept(page: Page) -> list[str]:
    """What is kept once the page's script has come round to it."""
    for _try in range(50):
        if found := kept(page):
            return found
        page.wait_for_timeout(50)
    return []


def fill_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("题目").fill(TITLE)
    page.get_by_label("主题").select_option("old_estates")
    page.get_by_label("实事").check()


def test_a_form_comes_back_filled_after_the_session_was_lost(
    clerk: Page, at_accept: str, live_server: object
) -> None:
    fill_in(clerk, f"{live_server}{at_accept}")
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.get_by_role("button", name="受理").click()
    expect(clerk.get_by_text("刚才按的没有办成")).to_be_visible()
    sign_in(clerk)
    expect(clerk).to_have_url(f"{live_server}{at_accept}")
    expect(clerk.get_by_text("上次没有保存的字还在")).to_be_visible()
    expect(clerk.get_by_label("题目")).to_have_value(TITLE)
    expect(clerk.get_by_label("主题")).to_have_value("old_estates")
    expect(clerk.get_by_label("实事")).to_be_checked()
    clerk.get_by_role("button", name="受理").click()
    expect(clerk.get_by_role("heading", name=TITLE)).to_be_visible()
    assert kept(clerk) == []


def test_what_was_typed_can_be_let_go(clerk: Page, at_accept: str, live_server: object) -> None:
    fill_in(clerk, f"{live_server}{at_accept}")
    clerk.reload()
    clerk.get_by_role("button", name="清掉重写").click()
    expect(clerk.get_by_label("题目")).to_have_value("")
    assert kept(clerk) == []


def test_nobody_else_at_the_device_finds_it(clerk: Page, at_accept: str, live_server: object) -> None:
    fill_in(clerk, f"{live_server}{at_accept}")
    assert len(kept(clerk)) == 1
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.goto(f"{live_server}/desk")
    sign_in(clerk, "first")
    assert kept(clerk) == [], "it was another account's"
    fill_in(clerk, f"{live_server}{at_accept}")
    clerk.get_by_role("button", name="退出").click()
    assert kept(clerk) == [], "whoever signs out leaves nothing behind"


def test_what_was_typed_before_the_script_was_there_is_kept(
    clerk: Page, at_accept: str, live_server: object
) -> None:
    """On a slow line the form stands before its script does."""
    waiting: list[Route] = []
    clerk.route("**/desk-*.js", lambda route: waiting.append(route))
    clerk.goto(f"{live_server}{at_accept}", wait_until="commit")
    clerk.get_by_label("题目").fill(TITLE)
    assert kept(clerk) == []
    [script] = waiting
    script.continue_()
    assert len(soon_kept(clerk)) == 1


def test_the_record_saves_itself_while_it_is_written(
    open_page: Callable[..., Page], live_server: object, transactional_db: None
) -> None:
    """The page says when; what is on the server needs no draft on the device any more."""
    begun = under_way(make_world(now=clock.now() - timedelta(days=9)), clock.now() - timedelta(days=9))
    User.objects.filter(username="clerk").update(password=make_password(PASSWORD))
    clerk, record = open_page("desktop"), f"{live_server}/desk/deliberations/{begun.no}/record"
    clerk.goto(record)
    sign_in(clerk)
    clerk.get_by_label("大家说了什么").press_sequentially("一楼先修")
    assert len(soon_kept(clerk)) == 1
    expect(clerk.get_by_text("已自动保存")).to_be_visible()
    assert kept(clerk) == []
    assert Record.objects.get(deliberation=begun).said == "一楼先修"
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.get_by_label("大家说了什么").press_sequentially("，再修二楼")
    expect(clerk.get_by_text("登录时间到了，没有存上")).to_be_visible()
    clerk.goto(record)
    sign_in(clerk)
    expect(clerk.get_by_label("大家说了什么")).to_have_value("一楼先修，再修二楼")
