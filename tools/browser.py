"""Finds a Chromium for the browser journeys, or installs Debian's, with a font that has Chinese."""

from __future__ import annotations

import os
import shutil
import subprocess

from debian import can_install, install
from say import say

LIBRARY = "libatomic1"  # the Node.js inside Playwright needs it; a small system lacks it
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def chromium() -> str | None:
    """The browser's path: $CHROMIUM, one on the machine, Debian's package, or None."""
    given = os.environ.get("CHROMIUM")
    found = given or on_path()
    if not found and can_install() and install("chromium", "fonts-noto-cjk", LIBRARY):
        found = on_path()
    if found:
        say(f"浏览器：{found}", f"Browser: {found}")
        provide_font()
    return found


def on_path() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def provide_font() -> None:
    """Without a Chinese font the pages would be measured in empty boxes."""
    listing = shutil.which("fc-list")
    if not listing or subprocess.run([listing, ":lang=zh"], capture_output=True).stdout.strip():
        return
    if not (can_install() and install("fonts-noto-cjk")):
        say(
            "没有中文字体，页面上的字会显示成方框。",
            "No Chinese font here: the pages' text will show as boxes.",
        )
