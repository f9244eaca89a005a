"""The gallery in a real browser: nobody is shut out, at any size, in any light; the comforts work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

Opener = Callable[..., Page]

pytestmark = [pytest.mark.journey, pytest.mark.one_engine, pytest.mark.django_db(transaction=True)]
PARTS = ["/gallery", "/gallery/desk", "/gallery/sheet"]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_every_component_is_accessible(
    live_server: object, open_page: Opener, axe: Callable[[Page], list[str]], screen: str, light: str
) -> None:
    for path in PARTS:
        page = open_page(screen, color_scheme=light)
        page.goto(f"{live_server}{path}")
        assert axe(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{path} scrolls sideways"


def test_large_type_comes_at_once_and_stays(live_server: object, open_page: Opener) -> None:
    page = open_page("phone")
    page.goto(f"{live_server}/gallery")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    page.reload()
    assert page.get_by_role("button", name="大字").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "17px"


def test_large_type_and_language_need_no_script(live_server: object, open_page: Opener) -> None:
    page = open_page("phone", javascript=False)
    page.goto(f"{live_server}/gallery")
    page.get_by_role("button", name="大字").click()
    assert page.url.endswith("/gallery")
    assert page.locator("html").get_attribute("data-size") == "large"
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").first.inner_text() == "Gallery of components"


def test_errors_are_focused_and_each_leads_to_its_field(live_server: object, open_page: Opener) -> None:
    page = open_page("phone")
    page.goto(f"{live_server}/gallery")
    assert page.evaluate("document.activeElement.hasAttribute('data-wrong-list')")
    page.get_by_role("link", name="什么事：请填写这一项。").click()
    assert page.evaluate("document.activeElement.id") == "id_what"


def test_ticking_rows_shows_how_many(live_server: object, open_page: Opener) -> None:
    page = open_page("desktop")
    page.goto(f"{live_server}/gallery/desk")
    page.get_by_label("全选").check()
    assert page.locator("[data-bulk-count]").inner_text() == "2"
    page.get_by_label("全选").uncheck()
    assert page.locator("[data-bulk-bar]").is_hidden()


def test_a_form_is_sent_once_however_often_it_is_pressed(live_server: object, open_page: Opener) -> None:
    page = open_page("phone")
    page.goto(f"{live_server}/gallery")
    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)  # the browser stays where it is

    page.route("**/gallery", count)
    button = page.locator("form.confirm button")
    button.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_timeout(300)
    assert sent == ["POST"]
    assert button.inner_text() == "正在办理……"
    assert button.get_attribute("aria-disabled") == "true"


def test_what_was_typed_is_still_there_and_can_be_let_go(live_server: object, open_page: Opener) -> None:
    page = open_page("phone")
    page.goto(f"{live_server}/gallery")
    page.locator("#f_what").fill("雨天积水")
    page.locator("#f_phone").fill("13800000000")
    page.reload()
    assert page.locator("#f_what").input_value() == "雨天积水"
    assert page.evaluate("JSON.stringify(localStorage)").count("13800000000") == 0
    page.get_by_role("button", name="清掉重写").click()
    page.reload()
    assert page.locator("#f_what").input_value() == ""


def test_nothing_is_asked_of_other_servers_and_little_of_ours(live_server: object, open_page: Opener) -> None:
    page = open_page("phone")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server}/gallery/sheet")
    assert all(url.startswith((str(live_server), "data:")) for url in asked)
    assert len([url for url in asked if not url.startswith("data:")]) <= 3


def test_dark_looks_the_same_by_choice_and_by_device_and_light_can_be_chosen(
    live_server: object, open_page: Opener
) -> None:
    """Every colour that the gallery shows, as the device asks for it and as its reader chose."""

    def colours(device: str, chosen: str) -> list[str]:
        page = open_page("phone", color_scheme=device)
        if chosen:
            page.context.add_cookies([{"name": "theme", "value": chosen, "url": str(live_server)}])
        page.goto(f"{live_server}/gallery")
        return page.evaluate(  # type: ignore[no-any-return]
            "[...document.querySelectorAll('html, body, main *')].map(one => getComputedStyle(one)).map("
            "one => [one.color, one.backgroundColor, one.borderTopColor, one.colorScheme].join())"
        )

    light, dark = colours("light", ""), colours("dark", "")
    assert light != dark
    assert colours("light", "dark") == dark
    assert colours("dark", "dark") == dark
    assert colours("dark", "light") == light
