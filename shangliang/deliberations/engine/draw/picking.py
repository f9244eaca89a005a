"""One panel by a public number: the same panels and the same seed give the same panel on every machine.

Draw number i is SHA-256 of the text "fair draw 1", the SHA-256 of the panels in hexadecimal, the seed and i (from
0), each ended by a line feed, in UTF-8, read as a number with the first byte highest. Numbers at or above the largest
multiple of m that 2^256 holds are passed over, so that every panel is exactly as likely; the remainder by m, plus one, is
the number of the panel.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence

SPAN = 2**256


def canonical(panels: Iterable[Sequence[str]]) -> bytes:
    """The panels as the one text that is hashed: `panel,id` with line feeds, panels counted from 1, in their order."""
    lines = ["panel,id"]
    lines += [f"{number},{quoted(who)}" for number, panel in enumerate(panels, 1) for who in panel]
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """A field of a CSV file, quoted only where it has to be (RFC 4180)."""
    if any(mark in text for mark in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def digest(panels: Iterable[Sequence[str]]) -> str:
    """SHA-256 of the panels: what is put on record before the seed is made."""
    return hashlib.sha256(canonical(panels)).hexdigest()


def pick(count: int, fingerprint: str, seed: str) -> int:
    """The number, from 1 to `count`, that the seed draws. Raises ValueError without panels or without a seed."""
    said = unicodedata.normalize("NFC", seed).strip()
    if count < 1 or not said:
        raise ValueError("a draw needs panels and a seed")
    limit = SPAN - SPAN % count
    turn = 0
    while True:
        text = f"fair draw 1\n{fingerprint}\n{said}\n{turn}\n"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        if number < limit:
            return number % count + 1
        turn += 1
