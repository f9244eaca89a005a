"""What people type, made plain: line ends, characters that nobody sees, numbers in any width. Pure.

`plain` keeps every word as it was written: it takes away what neither a page nor a Word file can hold.
`folded` is for reading and comparing numbers and codes, never for keeping: names must stay as they are.
`shortened` is for what has to fit somewhere: whoever reads it sees that something is left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
CELL_MARK = "\x07"  # what Word puts between the cells of a table: dropped, it would make one number of two
# C0 and C1 but for tab and line end, which XML and so no Word file takes; halves of pairs and characters that
# are none; marks that turn the order of what is read, a trick on a page and a leftover of the iPhone's contacts.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
JOINER = "\u200d"  # makes one picture of two
# belong to what precedes
JOINED = frozenset((JOINER, "\ufe0e", "\ufe0f", "\u20e3", *map(chr, range(0x1F3FB, 0x1F400))))
LONGEST_WORD = 20  # characters; what is longer is an address or a key, and may be cut anywhere
TRAILING = " \t\n,;:、，；：。"  # not shown: what a shortened text does not end with
DASHES = frozenset("‐‑‒–—―−﹘﹣－─ーｰ~～〜_")  # not shown: what people type  # noqa: RUF001
DOTS = frozenset("·•・．。∙⋅")  # not shown: what people type  # noqa: RUF001


def plain(text: str) -> str:
    """The text with one kind of line end and without what cannot be seen or printed."""
    return UNSEEN.sub("", LINE_ENDS.sub("\n", text.replace(CELL_MARK, " ")))


CUT_OFF = "…"
WORD = re.compile(r"[^\W\u2e80-\U0010ffff]")  # a letter or digit of a script that parts its words by blanks


def shortened(text: str, most: int) -> str:
    """The text where it is no longer than that, else its beginning and "…": no half word, no letter without its mark."""
    if len(text) <= most:
        return text
    end = most - len(CUT_OFF)
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in JOINED or text[end - 1] == JOINER):
        end -= 1
    word = end
    while word > 0 and WORD.match(text[word]) and WORD.match(text[word - 1]):
        word -= 1
    kept = text[: word if word > end - LONGEST_WORD else end].rstrip(TRAILING)
    return f"{kept or text[:end]}{CUT_OFF}"


_HEARD = "零〇○洞幺一二两三四五六七拐八九"  # not shown: what people type
SPOKEN = dict(zip(_HEARD, "0000112234567789", strict=True))  # digits as they are said and written down by ear


@dataclass(frozen=True)
class Folded:
    """A text as numbers are read in it, and for each of its characters where it stands in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a stretch of the folded text begins and ends."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Half width; every dash a "-", every blank a " ", every middle dot a "."; without marks that take no room."""
    signs: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for sign in _folded(char):
            signs.append(sign)
            places.append(place)
    return Folded("".join(signs), tuple(places))


def folded(text: str) -> str:
    """The text of `fold`."""
    return fold(text).text


def _folded(char: str) -> str:
    if char in DASHES:
        return "-"
    if char in DOTS:
        return "."
    if char in "\t\n":
        return char
    kind = unicodedata.category(char)
    if kind in {"Cf", "Cc"}:
        return ""
    if kind == "Zs":
        return " "
    if kind == "Nd":  # digits of any script
        return str(unicodedata.decimal(char))
    return unicodedata.normalize("NFKC", char)
