"""A page as tests compare it: what counts is what it says, not where its template breaks a line."""

from __future__ import annotations

import re


def flat(page: str) -> str:
    """In one line; where it breaks beside a tag or at its end, the pieces stand together."""
    joined = re.sub(r"(?<=>)\s*\n\s*|\s*\n\s*(?=[<>])", "", page)
    return re.sub(r"\s+", " ", joined)
