"""Personal data in what people write: telephone numbers, identity cards, bank cards, e-mail. Noticed, never guessed.

Only what can be told for certain by its form or its check digit: a false alarm at a village number is worse than
a missed nickname. Pure but for the words of its kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric


class Kind(StrEnum):
    """What was noticed."""

    IDENTITY_CARD = "identity_card"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    MAIL = "mail"


NAMES = {
    Kind.IDENTITY_CARD: _("身份证号"),
    Kind.BANK_CARD: _("银行卡号"),
    Kind.MOBILE: _("手机号"),
    Kind.LANDLINE: _("电话号码"),
    Kind.MAIL: _("电子邮箱"),
}
GAP = r"[ \-]?"
PATTERNS = (
    (
        Kind.IDENTITY_CARD,
        re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"),
    ),
    (Kind.BANK_CARD, re.compile(rf"(?<!\d)\d{{4}}(?:{GAP}\d{{4}}){{3}}(?:{GAP}\d{{1,3}})?(?!\d)")),
    (Kind.MOBILE, re.compile(rf"(?<!\d)(?:\+?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)")),
    (Kind.LANDLINE, re.compile(r"(?<!\d)0\d{2,3}[ \-]\d{7,8}(?!\d)")),
    (Kind.MAIL, re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
)
FULL_WIDTH = str.maketrans("０１２３４５６７８９＠．－", "0123456789@.-")  # not shown: what people type
KEEP_TAIL = 2  # characters left visible, so that its owner recognises it


@dataclass(frozen=True)
class Finding:
    """One piece of personal data in a text."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> list[Finding]:
    """Everything noticed, in order, without overlaps. Full-width digits count as digits."""
    plain = text.translate(FULL_WIDTH)
    found: list[Finding] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if _holds(kind, match.group()) and not any(
                match.start() < other.end and other.start < match.end() for other in found
            ):
                found.append(Finding(kind, match.start(), match.end()))
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str) -> str:
    """The text with every finding starred out but for its last characters."""
    masked = text
    for finding in find(text):
        hidden = finding.end - finding.start - KEEP_TAIL
        masked = masked[: finding.start] + "*" * hidden + masked[finding.start + hidden :]
    return masked


def names(text: str) -> list[Promise]:
    """The kinds that were noticed, in words, each once."""
    return [NAMES[kind] for kind in dict.fromkeys(finding.kind for finding in find(text))]


def _holds(kind: Kind, matched: str) -> bool:
    if kind == Kind.IDENTITY_CARD:  # by its check digit alone: the list of counties in the library has gaps
        return ric.calc_check_digit(matched) == matched[-1].upper()
    if kind == Kind.BANK_CARD:
        return luhn.is_valid("".join(char for char in matched if char.isdigit()))
    return True
