"""A number on the front page, followed on a phone to what it counts and to what it means; for everybody, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.databases import TODAY

Opener = Callable[..., Page]
pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.one_engine]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_from_a_number_to_what_it_counts(
    served_town: None, live_server: object, open_page: Opener, axe: Callable[[Page], list[str]], screen: str
) -> None:
    page = open_page(screen, javascript=False)
    page.goto(f"{live_server}/")
    page.get_by_role("link", name="协商议事", exact=True).click()
    expect(page).to_have_url(re.compile("/figures/deliberations.held$"))
    assert axe(page) == []
    # The server has its own clock: the year of the town is asked for by its name.
    page.goto(f"{page.url}?period={TODAY.year}")
    expect(page.locator(".rows li")).to_have_count(20)
    assert axe(page) == []
    page.locator(".rows a").first.click()
    expect(page).to_have_url(re.compile("/d/"))
    page.go_back()
    page.get_by_role("link", name="全部数字与口径").click()
    assert axe(page) == []
    page.get_by_role("link", name="群众确认率").click()
    page.get_by_role("link", name="办结事项").click()
    page.wait_for_url(
        "**/figures/outcomes.solved"
    )  # and for its load: a click alone may leave no page to measure
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
