"""Finds a Chromium for the browser journeys, or installs Debian's, with a font that has Chinese; also the other browsers."""

from __future__ import annotations

import os
import shutil
import subprocess

from debian import can_install, install
from say import say

LIBRARY = "libatomic1"  # the Node.js inside Playwright needs it; a small system lacks it
WHOLE = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
SHELL = "chromium-headless-shell"  # the same engine without windows: a third of the work, but no Chinese of its own

# What only the long run also looks with: the programs of each, and Debian's packages that bring them.
OTHERS = {
    "WebKit": (["WebKitWebDriver", "Xvfb"], ["webkit2gtk-driver", "xvfb"]),
    "Firefox": (["firefox-esr", "firefox"], ["firefox-esr"]),
}


def chromium(*, for_tests: bool = False) -> str | None:
    """The browser's path: $CHROMIUM, one on the machine, Debian's package, or None. Tests prefer the one without windows."""
    names = [SHELL, *WHOLE] if for_tests else WHOLE
    found = os.environ.get("CHROMIUM") or on_path(names)
    if not found and can_install():
        wanted = [SHELL, "chromium"] if for_tests else ["chromium"]
        if any(install(name, "fonts-noto-cjk", LIBRARY) for name in wanted):
            found = on_path(names)
    if found:
        say(f"浏览器：{found}", f"Browser: {found}")
        provide_font()
    return found


def provide_others() -> None:
    """WebKit, which every iPhone uses, and Firefox. Not every system packages them: what is missing is said, no failure."""
    for name, (programs, packages) in OTHERS.items():
        wanted = all if name == "WebKit" else any
        if wanted(map(shutil.which, programs)) or (can_install() and install(*packages)):
            say(f"也用 {name} 走一遍。", f"{name} is also tried.")
        else:
            say(
                f"没有 {name}，也不能自动安装，不用它走了。",
                f"There is no {name} here and it cannot be installed: it is left out.",
            )


def on_path(names: list[str]) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)


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
