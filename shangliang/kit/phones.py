"""Telephone numbers as people write them: in any width, with dashes, brackets, extensions, notes, two in a line. Pure.

What was typed is kept as it is, for the one who calls; what is looked up or sent to is the first number in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shangliang.kit.text import folded

DIGITS = range(7, 16)  # local number without its area code, up to E.164's most
TAIL = 4  # digits that the owner of a number says to be known by
_GAP = r"[ \-./]{0,2}"
# The first that fits at a place counts. An extension belongs to a number without being part of it.
_EXTENSION = r"(?:\s*(?:转|轉|分机|ext\.?|x|\#|,|-)\s*\d{1,6}(?!\d))?"  # not shown: what people type
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86" + _GAP + r")?"
    r"(?:"
    rf"(?P<mobile>1[3-9](?:{_GAP}\d){{9}})(?!\d)"
    rf"|\(?(?P<area>0(?:10|2\d|[3-9]\d{{2}}))\)?{_GAP}(?P<local>[2-9]\d{{2,3}}{_GAP}\d{{4}}|[2-9]\d{{6}})(?!\d)"
    rf"|(?P<service>[48]00{_GAP}\d{{3,4}}{_GAP}\d{{3,4}})(?!\d)"
    rf"|(?P<short>[2-9]\d{{2,3}}{_GAP}\d{{4}}|[2-9]\d{{6}})(?!\d)"
    r")" + _EXTENSION
)
_ABROAD = re.compile(r"(?<!\d)(?:\+|00)(?!\s?86)(?P<number>[1-9](?:[ \-()]{0,2}\d){6,14})(?!\d)")
_ANY = re.compile(r"(?<!\d)(?P<number>\(?\d(?:[ \-()]{0,2}\d){6,14})(?!\d)")
_CUT_SHORT = re.compile(r"1[3-9]")  # how a mobile number begins; such a one of another length lacks a digit


@dataclass(frozen=True)
class Phone:
    """One number: its digits without the country's own 86, without an extension."""

    digits: str
    is_mobile: bool = False

    @property
    def tail(self) -> str:
        return self.digits[-TAIL:]


def every(typed: str) -> list[Phone]:
    """The numbers in what was typed that could be dialled, in their order."""
    text = folded(typed).lower()
    found = [(match.start(), _phone(match["number"])) for match in _ABROAD.finditer(text)]
    text = _ABROAD.sub(lambda match: "x" * len(match[0]), text)
    for match in _NUMBER.finditer(text):
        digits = match["mobile"] or match["service"] or match["short"]
        phone = _phone(digits or f"{match['area']}{match['local']}", is_mobile=bool(match["mobile"]))
        found.append((match.start(), phone))
    if not found and (loose := _ANY.search(text)) and not _CUT_SHORT.match(loose["number"]):
        found = [(loose.start(), _phone(loose["number"]))]
    return [phone for _place, phone in sorted(found, key=lambda pair: pair[0]) if phone.digits]


def read(typed: str) -> Phone | None:
    """The first number in what was typed, by which its owner is known; None when none could be dialled."""
    return next(iter(every(typed)), None)


def to_write_to(typed: str) -> str:
    """The digits that a message is sent to: the first mobile, else the first number; "" when there is none."""
    found = every(typed)
    best = next((phone for phone in found if phone.is_mobile), found[0] if found else None)
    return best.digits if best else ""


def digits_of(typed: str) -> str:
    """The digits in what somebody typed, half width."""
    return "".join(char for char in folded(typed) if char.isdecimal())


def _phone(text: str, *, is_mobile: bool = False) -> Phone:
    digits = digits_of(text)
    return Phone(digits if len(digits) in DIGITS else "", is_mobile)
