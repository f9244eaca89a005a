"""Voting where the network goes, in a real browser: a vote that the page promised to keep is taken, or its refusal is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from shangliang.access.actor import SYSTEM
from shangliang.kit import clock
from shangliang.opinions.actions import polls
from shangliang.opinions.models import Poll, Vote
from shangliang.opinions.tests.polls import make_poll

Opener = Callable[..., Page]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99"
    " XWEB/4313 MMWEBSDK/20220805 Mobile Safari/537.36 MicroMessenger/8.0.27"
)
pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def answer(page: Page, times: int) -> None:
    """Agree with that many statements, each seen before it is answered."""
    for _ in range(times):
        shown = page.locator(".statement").inner_text()
        page.locator(".ask").get_by_role("button", name="赞成", exact=True).click()
        page.wait_for_function(
            "shown => document.querySelector('.statement').textContent !== shown", arg=shown
        )


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate(
        "localStorage.getItem('ask:' + document.querySelector('[data-ask]').dataset.ask)"
    )
    return found


def stored(poll: Poll) -> int:
    return Vote.objects.filter(poll=poll).count()


def voted_once_then_offline(open_page: Opener, server: object, poll: Poll) -> Page:
    """A phone in WeChat whose first vote was taken; then three more without a network."""
    page = open_page("phone", user_agent=WECHAT)
    page.goto(f"{server}/join/{poll.key}")
    answer(page, 1)
    expect(page.locator("[data-ask-count]")).to_contain_text("已表态 1 句")
    page.context.set_offline(True)
    answer(page, 3)
    expect(page.get_by_text("先记在手机里")).to_be_visible()
    assert stored(poll) == 1
    return page


def test_votes_kept_without_a_network_are_taken_when_it_is_back(
    live_server: object, open_page: Opener
) -> None:
    poll = make_poll()
    page = voted_once_then_offline(open_page, live_server, poll)
    page.context.set_offline(False)
    expect(page.locator("[data-ask-count]")).to_contain_text("已表态 4 句")
    assert stored(poll) == 4
    assert kept(page) is None


def test_votes_that_come_after_the_end_are_said_and_wait_for_another_beginning(
    live_server: object, open_page: Opener, axe: Callable[[Page], list[str]]
) -> None:
    poll = make_poll()
    page = voted_once_then_offline(open_page, live_server, poll)
    polls.close_poll(poll=poll, actor=SYSTEM, at=clock.now())
    page.context.set_offline(False)
    said = page.locator("[data-ask-refused]")
    expect(said).to_contain_text("3 个表态没有算上")
    expect(said).to_contain_text("已经结束")
    assert axe(page) == []
    assert stored(poll) == 1

    # Opened anew while it is over, the page says the same: nothing was forgotten, nothing taken.
    page.reload()
    expect(page.get_by_text("征集已经结束", exact=True)).to_be_visible()
    expect(said).to_contain_text("3 个表态没有算上")
    assert axe(page) == []
    assert stored(poll) == 1

    poll.refresh_from_db()
    polls.open_poll(poll=poll, actor=SYSTEM, at=clock.now())
    page.get_by_role("button", name="再交一次").click()
    expect(page.locator("[data-ask-count]")).to_contain_text("已表态 4 句")
    expect(said).to_be_hidden()
    assert stored(poll) == 4
    assert kept(page) is None


def test_who_does_not_want_to_wait_takes_them_off_the_phone(live_server: object, open_page: Opener) -> None:
    poll = make_poll()
    page = voted_once_then_offline(open_page, live_server, poll)
    polls.close_poll(poll=poll, actor=SYSTEM, at=clock.now())
    page.context.set_offline(False)
    page.get_by_role("button", name="不交了").click()
    expect(page.locator("[data-ask-refused]")).to_be_hidden()
    assert kept(page) is None
    page.reload()
    expect(page.locator("[data-ask-refused]")).to_be_hidden()
    assert stored(poll) == 1


def test_a_statement_that_was_taken_away_meanwhile_is_said(live_server: object, open_page: Opener) -> None:
    poll = make_poll()
    page = open_page("phone", user_agent=WECHAT)
    page.goto(f"{live_server}/join/{poll.key}")
    first = poll.statements.get(text=page.locator(".statement").inner_text())
    page.context.set_offline(True)
    answer(page, 2)
    polls.review(statement=first, shown=False, actor=SYSTEM, at=clock.now())
    page.context.set_offline(False)
    expect(page.locator("[data-ask-gone]")).to_contain_text("有 1 个表态没有算上")
    expect(page.locator("[data-ask-count]")).to_contain_text("已表态 1 句，共 7 句")
    assert stored(poll) == 1
    assert kept(page) is None


def test_who_scans_a_new_code_brings_the_votes_of_the_old_page(
    live_server: object, open_page: Opener
) -> None:
    poll = make_poll()
    page = open_page("phone", user_agent=WECHAT)
    page.goto(f"{live_server}/join/{poll.key}")
    page.evaluate("document.querySelector('[data-ask]').dataset.ticket = 'too old'")
    answer(page, 1)
    said = page.locator("[data-ask-refused]")
    expect(said).to_contain_text("重新扫一次码")
    page.goto(f"{live_server}/join/{poll.key}?again")
    expect(page.locator("[data-ask-count]")).to_contain_text("已表态 1 句")
    expect(said).to_be_hidden()
    assert stored(poll) == 1
