"""Letters that an office sends: a PDF or a Word file kept as it came, or a photo of the sheet, by content.

What could run something on a reader's machine is not taken. Called before any transaction.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import IO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

from shangliang.kit.images import Unfit, clean_photo

PDF, ZIP, OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
END_OF_PDF, TAIL = b"%%EOF", 2048
PHOTO = "jpg"
TYPES = {
    PHOTO: "image/jpeg",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Fault(StrEnum):
    """Why a file is no letter that can be taken."""

    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    CUT_SHORT = "cut_short"
    OLD_WORD = "old_word"
    MACROS = "macros"


SENTENCES = {
    Fault.TOO_LARGE: _("这个文件太大，请换一个小一点的（不超过 %(megabytes)s MB）。"),
    Fault.UNKNOWN: _("这个文件打不开，请上传 PDF、Word（docx）或者照片。"),
    Fault.CUT_SHORT: _("这个文件没有传完整，请再传一次。"),
    Fault.OLD_WORD: _("这是老格式的 Word 文件，请另存为 docx 或者 PDF 再传。"),
    Fault.MACROS: _("这个 Word 文件里有宏，群众打开不安全，请另存为 PDF 再传。"),
}


class UnfitPaper(Unfit):
    """A letter that cannot be taken."""

    sentences = SENTENCES


@dataclass(frozen=True)
class Paper:
    """Its bytes and its kind: a key of TYPES."""

    data: bytes
    ending: str


def clean_paper(file: IO[bytes], *, megabytes: int = 10) -> Paper:
    """A letter as it may be kept; of a photo only the pixels. Raises UnfitPaper, or Unfit for a photo's own faults."""
    raw = file.read(megabytes * 1024 * 1024 + 1)
    if len(raw) > megabytes * 1024 * 1024:
        raise UnfitPaper(Fault.TOO_LARGE, megabytes)
    if raw.startswith(PDF):
        if END_OF_PDF not in raw[-TAIL:]:
            raise UnfitPaper(Fault.CUT_SHORT)
        return Paper(raw, "pdf")
    if raw.startswith(ZIP):
        return _word(raw)
    if raw.startswith(OLE):
        raise UnfitPaper(Fault.OLD_WORD)
    try:
        return Paper(clean_photo(io.BytesIO(raw), megabytes=megabytes).photo, PHOTO)
    except Unfit as unfit:
        if unfit.fault == "no_picture":
            raise UnfitPaper(Fault.UNKNOWN) from unfit
        raise


def _word(raw: bytes) -> Paper:
    """By its table of contents alone: nothing is unfolded."""
    try:
        names = {name.lower() for name in ZipFile(io.BytesIO(raw)).namelist()}
    except BadZipFile as broken:
        raise UnfitPaper(Fault.CUT_SHORT) from broken
    if "word/document.xml" not in names:
        raise UnfitPaper(Fault.UNKNOWN)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnfitPaper(Fault.MACROS)
    return Paper(raw, "docx")
