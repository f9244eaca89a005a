"""The signs between words that code puts together: Chinese ones in Chinese, and what stands there in English."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

COMMA, COLON = _("、"), _("：")


def listed(words: Iterable[object]) -> str:
    """A、B、C."""
    return str(COMMA).join(map(str, words))


def labelled(label: object, text: object) -> str:
    """标签：文字."""
    return f"{label}{COLON}{text}"


def with_note(text: object, note: object) -> str:
    """文字（说明）."""
    return gettext("%(text)s（%(note)s）") % {"text": text, "note": note}
