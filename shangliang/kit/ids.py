"""Numbers and keys that people hold in their hands: slips, long keys, codes."""

from __future__ import annotations

import secrets

from stdnum.iso7064 import mod_11_10

from shangliang.kit.text import SPOKEN, folded

SLIP_DIGITS = 12
KEY_BITS = 128


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swap of neighbours."""
    return mod_11_10.calc_check_digit(digits)


def new_slip() -> str:
    """Twelve digits, the last a check digit: can be said in dialect and keyed on a telephone."""
    body = f"{secrets.randbelow(10 ** (SLIP_DIGITS - 1)):0{SLIP_DIGITS - 1}d}"
    return body + check_digit(body)


def read_slip(typed: str) -> str | None:
    """The twelve digits in what somebody typed, or None when they cannot be a slip.

    In any width; and in words, as they are said on the telephone and written down by ear.
    """
    text = folded(typed)
    for read in (text, "".join(SPOKEN.get(char, char) for char in text)):
        digits = "".join(char for char in read if char.isdecimal())
        if len(digits) == SLIP_DIGITS and check_digit(digits[:-1]) == digits[-1]:
            return digits
    return None


def show_slip(digits: str) -> str:
    """4-4-4, as it is printed and said."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def new_key() -> str:
    """A long key of 128 bits, URL-safe, for one purpose."""
    return secrets.token_urlsafe(KEY_BITS // 8)
