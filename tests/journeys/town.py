"""The filled town with a page for each of its cast, for journeys in which many people act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from shangliang.accounts.models import User
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock
from tests.journeys.steps import Axe, Steps, boxes_of_day


class Town(Steps):
    """The filled town with a page for each of its cast."""

    def __init__(self, server: str, axe: Axe, open_page: Callable[..., Page]) -> None:
        super().__init__(server, axe)
        self.open_page = open_page
        self.pages: dict[str, Page] = {}
        self.room_no = User.objects.get(cast="clerk").grants.get().room_no

    def page(self, part: str) -> Page:
        """The page on which one of the cast is signed in; phones for those who work on phones."""
        if part not in self.pages:
            client = Client()
            client.force_login(User.objects.get(cast=part))
            page = self.open_page("phone" if part in {"clerk", "second_convener"} else "desktop")
            name = settings.SESSION_COOKIE_NAME
            page.context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": self.server}]
            )
            self.pages[part] = page
        return self.pages[part]

    def do(self, part: str, path: str, act: str, *, button: str = "", **fields: str) -> Page:
        """Open a page as one of the cast, fill the form of one act, press its button, and look at what came."""
        page = self.page(part)
        self.go(page, path)
        self.fair(page)
        chosen = page.locator(f"a[href$='?act={act[1:]}'], a[href*='?act={act[1:]}&']")
        if chosen.count():  # the page asks one question first
            with page.expect_navigation():
                chosen.first.click()
            self.fair(page)
        self._send(page, act, button, fields)
        return page

    def put_right(
        self, part: str, path: str, act: str, kept: dict[str, str], missing: dict[str, str]
    ) -> Page:
        """Leave something out, be told on the page that came back, with all that was typed; add it there."""
        page = self.do(part, path, act, **kept)
        expect(
            page.locator(".wrong, .wrong-list, .guard").first, f"{path}: nothing was said"
        ).to_be_attached()
        form = page.locator(f"form[action$='{act}']").first
        for field, value in self._boxes(form, kept):
            if field.evaluate("field => field.type") == "radio":
                expect(
                    form.locator(f"[name='{field.get_attribute('name')}'][value='{value}']")
                ).to_be_checked()
            else:
                expect(field).to_have_value(value)
        self._send(page, act, "", missing)
        return page

    def _send(self, page: Page, act: str, button: str, fields: dict[str, str]) -> None:
        form = page.locator(f"form[action$='{act}']").first
        opened = page.locator(f"details:has(form[action$='{act}'])")
        if opened.count() and opened.first.get_attribute("open") is None:
            opened.first.locator("summary").first.click()
        for field, value in self._boxes(form, fields):
            kind = field.evaluate("field => field.type")
            if kind == "hidden":
                continue  # the page has chosen already, as where it has noticed what is alike
            if kind == "radio":
                form.locator(f"[name='{field.get_attribute('name')}'][value='{value}']").check()
            elif kind.startswith("select"):
                field.select_option(value)
            else:
                field.fill(value)
        with page.expect_navigation():
            if button:
                form.get_by_role("button", name=button).click()
            else:
                form.locator("button").last.click()
        self.fair(page)
        work()

    def _boxes(self, form: Locator, fields: dict[str, str]) -> Iterator[tuple[Locator, str]]:
        """The boxes of a form with what stands in each: a day has three."""
        for name, value in fields.items():
            if form.locator(f"[name='{name}_day']").count():
                yield from boxes_of_day(form, name, date.fromisoformat(value))
            else:
                yield form.locator(f"[name='{name}']").first, value

    def newest(self, rows: QuerySet[Any]) -> str:
        """The number of the newest of `rows` at the cast's room."""
        found = rows.filter(room__no=self.room_no).order_by("-pk").first()
        assert found is not None
        return str(found.no)


def work() -> None:
    """The worker's rounds; nothing that it does may fail."""
    while react(clock.now()):
        pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
