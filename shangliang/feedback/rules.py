"""Which page somebody speaks of, without what opens a slip or a letter. Pure."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"^[a-z]+://[^/\s]*", re.IGNORECASE)
QUERY = re.compile(r"[?#]\S*")
UNDER_A_KEY = re.compile(r"/(s|t|f|join)/\S*")
SLIP = re.compile(r"(?<!\d)\d{4}[ \-]?\d{4}[ \-]?\d{4}(?!\d)")  # 4-4-4, as it is printed and said
KEY = re.compile(r"[A-Za-z0-9_\-]{20,}")  # 128 bits take 22 such characters
# codes of places and numbers of rooms are as long as a slip, and public
AREA = re.compile(r"/(places|r)/\d+")
LONGEST = 120  # characters


def page_of(typed: str) -> str:
    """The page in what was typed or sent along by the browser: its path or its name, and no secret that stood in it."""
    page = QUERY.sub("", ADDRESS.sub("", typed.strip()))
    page = UNDER_A_KEY.sub(r"/\1", page)
    if not AREA.fullmatch(page):
        page = KEY.sub("…", SLIP.sub("…", page))
    return page[:LONGEST]
