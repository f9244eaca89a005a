"""What the journeys share: a real browser, its pages as a phone or a desktop, and what no page may do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
Opener = Callable[..., Page]
_without_scripts: WeakSet[BrowserContext] = WeakSet()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """$CHROMIUM, else Debian's Chromium: the one without windows if it is there, which does a third of the work."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("no Chromium on this machine")
    # Playwright keeps an event loop running in this thread, which Django would otherwise take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """A new person's page: `open_page("phone", javascript=False)`. At the end no page may have broken the
    content policy or thrown an error."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def notice(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def opened(screen: str = "phone", *, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
            **SCREENS[screen],
            **options,
        )
        contexts.append(context)
        if not javascript:
            _without_scripts.add(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", notice)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe(browser: Browser) -> Callable[[Page], list[str]]:
    """The accessibility faults of a page as lines: rule, what it is about, where. An empty list is what is wanted."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def judged(page: Page) -> dict[str, Any]:
        page.evaluate(source)
        answer: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return answer

    def faults(page: Page) -> list[str]:
        if page.context in _without_scripts:
            return faults_of_copy(page)
        try:
            found = judged(page)
        except BrowserError:  # the page went away under it: a press was still on its way
            page.wait_for_load_state()
            found = judged(page)
        return [
            f"{fault['id']}: {fault['help']}: {', '.join(str(node['target']) for node in fault['nodes'])}"
            for fault in found["violations"]
        ]

    def faults_of_copy(page: Page) -> list[str]:
        """axe is a script: where scripts are off, the same page is judged in a window where they are on."""
        with browser.new_context(viewport=page.viewport_size, locale="zh-CN") as context:
            copy = context.new_page()
            copy.goto(page.url)
            copy.set_content(page.content())
            return faults(copy)

    return faults
