"""Takes pictures of the pages on a phone, on a desktop, in large type, in the dark, in English and on paper.

Usage: screenshots.py [--base URL] [--docs] [NAME…]
Without --base it fills a small demo in a folder of its own and serves it. Pictures go to build/screenshots; with --docs
the chosen few go to docs/images, small enough to live in the repository. The pages stand in screenshots.toml.
"""

from __future__ import annotations

import argparse
import io
import os
import socket
import subprocess
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browser import chromium
from environment import ROOT
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from playwright.sync_api import Error as BrowserError
from say import CannotGoOn, run, say

PICTURES = ROOT / "build/screenshots"
DOCS = ROOT / "docs/images"
DOCS_BYTES = 150_000
DOCS_HEIGHT = {"phone": 1400, "desktop": 1000}  # a picture in a text shows the top of the page
START_SECONDS = 180
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int
    height: int
    scale: int = 1
    dark: bool = False
    large: bool = False
    english: bool = False
    paper: bool = False


LOOKS = {
    "phone": Look(390, 844, scale=2),
    "desktop": Look(1440, 900),
    "large": Look(390, 844, scale=2, large=True),
    "dark": Look(390, 844, scale=2, dark=True),
    "english": Look(390, 844, scale=2, english=True),
    "desktop-large": Look(1440, 900, large=True),
    "desktop-dark": Look(1440, 900, dark=True),
    "desktop-english": Look(1440, 900, english=True),
    "print": Look(794, 1123, paper=True),  # A4 at 96 dots an inch
}


@dataclass(frozen=True)
class Shot:
    """One page of screenshots.toml."""

    name: str
    path: str
    part: str = ""
    follow: tuple[str, ...] = ()
    looks: tuple[str, ...] = ("phone", "desktop", "large", "dark", "english")
    docs: str = ""
    faults: list[str] = field(default_factory=list)


def shots() -> list[Shot]:
    rows = tomllib.loads((Path(__file__).parent / "screenshots.toml").read_text("utf-8"))["page"]
    for row in rows:
        row["part"] = row.pop("as", "")
        for name in ("follow", "looks"):
            if name in row:
                row[name] = tuple(row[name])
    return [Shot(**row) for row in rows]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served() -> Iterator[str]:
    """A small demo of our own, in a folder that goes away."""
    command = str(ROOT / ".venv/bin/shangliang")
    with tempfile.TemporaryDirectory(prefix="shangliang-pictures-") as home:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environ = {
            **os.environ,
            "SHANGLIANG_HOME": home,
            "PORT": str(port),
            "BASE_URL": base,
            "DATABASE_URL": "",
        }
        say("填好一个小示范市……", "Filling a small demo…")
        subprocess.run([command, "demo", "--scale", "town"], cwd=ROOT, env=environ, check=True)
        server = subprocess.Popen(
            [command, "serve", "--demo"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
        )
        try:
            wait_for(base)
            yield base
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(base: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{base}/gallery", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise CannotGoOn(f"{base} 没有应答，拍不了图。", f"{base} does not answer, so there are no pictures.")


def open_as(browser: Browser, base: str, shot: Shot, look: Look) -> Page:
    """The page as this look, signed in as the right one of the cast."""
    size: ViewportSize = {"width": look.width, "height": look.height}
    context = browser.new_context(
        viewport=size,
        device_scale_factor=look.scale,
        color_scheme="dark" if look.dark else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    if look.large:
        context.add_cookies([{"name": "size", "value": "large", "url": base}])
    if look.english:
        context.add_cookies([{"name": "language", "value": "en", "url": base}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    if shot.part:
        page.goto(f"{base}/demo")
        page.locator(f"button[name=part][value={shot.part}]").click()
    page.goto(base + shot.path)
    for link in shot.follow:
        page.goto(base + (page.locator(link).first.get_attribute("href") or ""))
    if look.paper:
        page.emulate_media(media="print")
    # As tall as the page: what sticks to the edge of the screen then stands where it belongs.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": look.width, "height": max(look.height, height)})
    return page


def take(browser: Browser, base: str, shot: Shot, name: str) -> bytes | None:
    """One picture; a page that is not there is said, not fatal."""
    look = LOOKS[name]
    try:
        page = open_as(browser, base, shot, look)
    except BrowserError as error:
        shot.faults.append(f"{shot.name} {name}: {error.message.splitlines()[0]}")
        return None
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if too_wide:
        shot.faults.append(f"{shot.name} {name}: 页面比屏幕宽 wider than the screen")
    picture = page.screenshot(full_page=True)
    page.context.close()
    return picture


def small(picture: bytes, look: str) -> bytes:
    """A palette picture that fits into a text: the top of the page, fewer colours until it is light enough."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if LOOKS[look].scale > 1:
        scale = LOOKS[look].scale
        image = image.resize((image.width // scale, image.height // scale), Image.Resampling.LANCZOS)
    image = image.crop((0, 0, image.width, min(image.height, DOCS_HEIGHT.get(look, image.height))))
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= DOCS_BYTES:
            break
    return out.getvalue()


def photograph(base: str, wanted: list[Shot], *, docs: bool) -> None:
    """All pictures; every fault is told at the end."""
    path = chromium()
    if not path:
        raise CannotGoOn("没有 Chromium，拍不了图。", "There is no Chromium here, so there are no pictures.")
    target = DOCS if docs else PICTURES
    target.mkdir(parents=True, exist_ok=True)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        # The browser's own words (choose a file, a date's pattern) are Chinese too, as on a resident's phone.
        own_words: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(
            executable_path=path, args=[*flags, "--lang=zh-CN"], env=own_words
        )
        for shot in wanted:
            for name in (shot.docs,) if docs else shot.looks:
                picture = take(browser, base, shot, name)
                if picture is None:
                    continue
                file = target / (f"{shot.name}.png" if docs else f"{shot.name}-{name}.png")
                file.write_bytes(small(picture, name) if docs else picture)
                print(f"  {file.relative_to(ROOT)}", flush=True)
        browser.close()
    faults = [fault for shot in wanted for fault in shot.faults]
    if faults:
        raise CannotGoOn("有的页面没有拍好：\n" + "\n".join(faults), "Some pages are not as they should be.")


def arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", help="address of a running server")
    parser.add_argument("--docs", action="store_true", help="the chosen few, small, into docs/images")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these pages")
    return parser.parse_args()


def main() -> int:
    chosen = arguments()
    known = shots()
    unknown = set(chosen.names) - {shot.name for shot in known}
    if unknown:
        raise CannotGoOn(
            f"screenshots.toml 里没有：{', '.join(sorted(unknown))}", "screenshots.toml has no such page."
        )
    wanted = [shot for shot in known if (not chosen.names or shot.name in chosen.names)]
    if chosen.docs:
        wanted = [shot for shot in wanted if shot.docs]
    if chosen.base:
        photograph(chosen.base.rstrip("/"), wanted, docs=chosen.docs)
        return 0
    with served() as base:
        photograph(base, wanted, docs=chosen.docs)
    return 0


if __name__ == "__main__":
    run(main)
