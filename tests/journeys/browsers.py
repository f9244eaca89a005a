"""The browsers that Playwright cannot drive as they are sold: WebKit, which every iPhone uses, and Firefox.

Both look and press as a hand does: what has that label or that word is sought, shown, and clicked in its middle.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.websocket_connection import WebSocketConnection
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

PATIENCE = 20
WIDTH, HEIGHT = 460, 844  # no window of MiniBrowser is narrower


class Gone(Exception):
    """What was looked at is not there (any more)."""


class OtherBrowser(ABC):
    """One window of the width of a phone."""

    def __init__(self, server: str) -> None:
        self.server = server

    @abstractmethod
    def go(self, path: str) -> None:
        """Open a page."""

    @abstractmethod
    def run(self, expression: str) -> Any:
        """What an expression is worth on the page."""

    @abstractmethod
    def faults(self) -> list[str]:
        """Errors of scripts and breaches of the content policy since the start, where the browser tells them."""

    @abstractmethod
    def _click(self, xpath: str) -> None:
        """Click the first that is found."""

    @abstractmethod
    def _type(self, text: str) -> None:
        """Press the keys of a text."""

    @property
    def path(self) -> str:
        return str(self.run("location.pathname"))

    def press(self, word: str) -> None:
        """A link or button with this word."""
        said = f'[contains(normalize-space(.), "{word}")]'
        self._patiently(lambda: self._click(f"//main//a{said} | //main//button{said}"))

    def fill(self, label: str, text: str) -> None:
        """The field with this label, from the start."""
        self._patiently(lambda: self._click(self._labelled(f'contains(normalize-space(.), "{label}")')))
        self._type(text)

    def choose(self, label: str) -> None:
        """The box or circle with exactly this label."""
        self._patiently(lambda: self._click(f'//label[normalize-space(.)="{label}"]'))

    def sees(self, words: str) -> None:
        """These words come to stand on the page."""

        def seen() -> None:
            if words not in str(self.run("document.querySelector('main').innerText")):
                raise Gone(words)

        self._patiently(seen)

    def _labelled(self, which: str) -> str:
        return f"//*[@id=//label[{which}]/@for]"

    def _patiently(self, step: Any) -> None:
        """Until it is there; a page that is just being replaced is asked again."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                step()
            except (Gone, WebDriverException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return


class WebKit(OtherBrowser):
    """Debian's WebKitGTK, by the WebDriver that comes with it."""

    def __init__(self, server: str, driver: WebKitGTK) -> None:
        super().__init__(server)
        self.driver = driver

    def go(self, path: str) -> None:
        self.driver.get(self.server + path)

    def run(self, expression: str) -> Any:
        return self.driver.execute_script(f"return {expression}")

    def faults(self) -> list[str]:
        return []  # its WebDriver tells none

    def _click(self, xpath: str) -> None:
        self.driver.find_element(By.XPATH, xpath).click()

    def _type(self, text: str) -> None:
        self.driver.switch_to.active_element.send_keys(text)


class Firefox(OtherBrowser):
    """Firefox by WebDriver BiDi, which it speaks itself: no geckodriver, which no registry packages with its program."""

    def __init__(self, server: str, line: WebSocketConnection) -> None:
        super().__init__(server)
        self.line, self._faults = line, list[str]()
        self._ask("session.new", capabilities={})
        line.add_callback(_Logged(), self._notice)  # type: ignore[no-untyped-call]
        self._ask("session.subscribe", events=[_Logged.event_class])
        self.context = self._ask("browsingContext.create", type="tab")["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self._ask("browsingContext.setViewport", context=self.context, viewport=viewport)

    def go(self, path: str) -> None:
        self._ask("browsingContext.navigate", context=self.context, url=self.server + path, wait="complete")

    def run(self, expression: str) -> Any:
        target = {"context": self.context}
        told = self._ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if told["type"] != "success":
            raise Gone(expression)
        return told["result"].get("value")

    def faults(self) -> list[str]:
        return self._faults

    def _click(self, xpath: str) -> None:
        nodes = self._ask(
            "browsingContext.locateNodes", context=self.context, locator={"type": "xpath", "value": xpath}
        )["nodes"]
        if not nodes:
            raise Gone(xpath)
        node = {"sharedId": nodes[0]["sharedId"]}
        self._ask(
            "script.callFunction",
            functionDeclaration="node => node.scrollIntoView({block: 'center', behavior: 'instant'})",
            arguments=[node],
            target={"context": self.context},
            awaitPromise=False,
        )
        middle = {"type": "element", "element": node}
        self._perform(
            "pointer",
            [
                {"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ],
        )

    def _type(self, text: str) -> None:
        self._perform("key", [{"type": way, "value": key} for key in text for way in ("keyDown", "keyUp")])

    def _perform(self, kind: str, steps: list[dict[str, Any]]) -> None:
        actions = [{"type": kind, "id": kind, "actions": steps}]
        self._ask("input.performActions", context=self.context, actions=actions)

    def _ask(self, method: str, **facts: Any) -> dict[str, Any]:
        told = self.line.send_cmd(method, facts)  # type: ignore[no-untyped-call]
        if told.get("error"):
            raise Gone(f"{method}: {told['error']}: {told.get('message')}")
        result: dict[str, Any] = told["result"]
        return result

    def _notice(self, entry: dict[str, Any]) -> None:
        if entry.get("level") == "error":
            self._faults.append(str(entry.get("text")))


class _Logged:
    """The event that Selenium asks for in this form."""

    event_class = "log.entryAdded"

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> dict[str, Any]:
        return told


def webkit_programs() -> list[str]:
    """Driver, browser and screen without a monitor; empty unless all are there."""
    libraries = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
    programs = [
        shutil.which("WebKitWebDriver"),
        str(libraries[-1]) if libraries else None,
        shutil.which("Xvfb"),
    ]
    return [program for program in programs if program] if all(programs) else []


def firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def webkit(server: str, home: Path) -> Iterator[OtherBrowser]:
    driver, browser, screen = webkit_programs()
    reader, writer = os.pipe()
    size = ["-screen", "0", "1440x1200x24"]
    monitor = subprocess.Popen(
        [screen, "-displayfd", str(writer), *size, "-nolisten", "tcp"], pass_fds=[writer]
    )
    os.close(writer)
    try:
        display = os.read(reader, 16).decode().strip()
        environ = {**os.environ, "DISPLAY": f":{display}", "HOME": str(home), "LANG": "zh_CN.UTF-8"}
        options = Options()
        options.binary_location = browser
        options.add_argument("--automation")
        driven = WebKitGTK(options=options, service=Service(driver, env=environ))
        try:
            driven.set_window_size(WIDTH, HEIGHT)
            yield WebKit(server, driven)
        finally:
            driven.quit()
    finally:
        os.close(reader)
        monitor.terminate()
        monitor.wait(PATIENCE)


@contextmanager
def firefox(server: str, home: Path) -> Iterator[OtherBrowser]:
    program = firefox_program()
    assert program
    flags = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(home)]
    (home / "user.js").write_text('user_pref("intl.accept_languages", "zh-CN");\n')
    running = subprocess.Popen(
        [program, *flags, "about:blank"],
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        line = WebSocketConnection(f"ws://127.0.0.1:{_port(home)}/session", PATIENCE, 0.02)  # type: ignore[no-untyped-call]
        try:
            yield Firefox(server, line)
        finally:
            line.close()  # type: ignore[no-untyped-call]
    finally:
        running.terminate()
        running.wait(PATIENCE)


def _port(home: Path) -> int:
    """Firefox writes into its profile where it listens."""
    told, until = home / "WebDriverBiDiServer.json", time.monotonic() + 3 * PATIENCE
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            return int(json.loads(told.read_text())["ws_port"])
        time.sleep(0.1)
    raise AssertionError("Firefox did not come up")
