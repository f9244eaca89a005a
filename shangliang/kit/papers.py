"""Letters that an office sends: a PDF, a Word file, or a photo of the sheet, told by content.

Kept is what a reader sees: not who wrote it on which machine, where a picture in it was taken, or how it read before.
What could run something on a reader's machine is not taken, or taken out. Called before any transaction.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

from shangliang.kit.images import Unfit, clean_photo, without_notes

if TYPE_CHECKING:
    from pikepdf import Pdf

PDF, ZIP, OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
END_OF_PDF, TAIL = b"%%EOF", 2048
PHOTO = "jpg"
UNFOLDED = 64 * 1024 * 1024  # bytes of all parts of a Word file; a small one that unfolds to more is a trap
# Of a PDF: keys that say who, when and with what, at whatever they stand; and programs, at the whole and at a page.
_NOTES_OF_PDF = ("/Metadata", "/PieceInfo", "/LastModified", "/AF")
_PROGRAMS_OF_PDF = ("/OpenAction", "/AA", "/Collection")
_NAMES_OF_PDF = ("/JavaScript", "/EmbeddedFiles")
_REMARKED = ("/T", "/M", "/CreationDate", "/NM")  # by whom and when something was written on it
# Of a Word file: who wrote it, and who a tracked change or a remark.
_EMPTY = {
    "docprops/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "word/people.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
}
_WHO_IN_WORD = re.compile(rb"""(\sw:author=)(?:"[^"]*"|'[^']*')""")
_WHEN_IN_WORD = re.compile(rb"""\sw:(?:initials|date)=(?:"[^"]*"|'[^']*')""")
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
    LOCKED = "locked"


SENTENCES = {
    Fault.TOO_LARGE: _("这个文件太大，请换一个小一点的（不超过 %(megabytes)s MB）。"),
    Fault.UNKNOWN: _("这个文件打不开，请上传 PDF、Word（docx）或者照片。"),
    Fault.CUT_SHORT: _("这个文件没有传完整，请再传一次。"),
    Fault.OLD_WORD: _("这是老格式的 Word 文件，请另存为 docx 或者 PDF 再传。"),
    Fault.MACROS: _("这个 Word 文件里有宏，群众打开不安全，请另存为 PDF 再传。"),
    Fault.LOCKED: _("这个 PDF 要密码才打得开，请去掉密码再传。"),
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
        return _pdf(raw)
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


def _pdf(raw: bytes) -> Paper:
    """Written anew from what it shows; one that carries an electronic seal stays as it is, or the seal were broken."""
    from pikepdf import PasswordError, Pdf, PdfError  # noqa: PLC0415  # some megabytes, which only few processes ever need

    if END_OF_PDF not in raw[-TAIL:]:
        raise UnfitPaper(Fault.CUT_SHORT)
    out = io.BytesIO()
    try:
        with Pdf.open(io.BytesIO(raw)) as found:
            if _is_sealed(found):
                return Paper(raw, "pdf")
            _bare(found)
            found.save(out)
    except PasswordError as locked:
        raise UnfitPaper(Fault.LOCKED) from locked
    except (PdfError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as broken:
        raise UnfitPaper(Fault.UNKNOWN) from broken
    return Paper(out.getvalue(), "pdf")


def _is_sealed(found: Pdf) -> bool:
    return any("/ByteRange" in each and "/Contents" in each for each in _dictionaries(found))


def _dictionaries(found: Pdf) -> Iterator[Any]:
    """Every one, also those that stand inside of others; a stream is one with content."""
    from pikepdf import Array, Dictionary, Stream  # noqa: PLC0415  # as above

    left: list[Any] = [*found.objects]
    while left:
        each = left.pop()
        if isinstance(each, Array):
            left += [inner for inner in each if getattr(inner, "is_indirect", True) is False]
        elif isinstance(each, (Dictionary, Stream)):
            yield each
            left += [inner for _key, inner in each.items() if getattr(inner, "is_indirect", True) is False]


def _bare(found: Pdf) -> None:
    """What nothing leads to any more is not written."""
    from pikepdf import Name  # noqa: PLC0415  # as above

    _drop(found.trailer, "/Info")
    if "/Names" in found.Root:
        _drop(found.Root.Names, *_NAMES_OF_PDF)
    for each in _dictionaries(found):
        subtype = str(each.get("/Subtype", ""))
        is_remark = "/Rect" in each and subtype not in {"", "/Widget"}  # a field's /T is its name
        _drop(each, *_NOTES_OF_PDF, *_PROGRAMS_OF_PDF, *(_REMARKED if is_remark else ()))
        if str(each.get("/S", "")) in {"/JavaScript", "/Launch"}:
            each["/S"] = Name("/Nothing")
            _drop(each, "/JS")
        if subtype == "/Image" and str(each.get("/Filter", "")) == "/DCTDecode":
            pixels = without_notes(each.read_raw_bytes())
            if pixels:
                each.write(pixels, filter=each["/Filter"], decode_parms=each.get("/DecodeParms"))


def _drop(thing: Any, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]


def _word(raw: bytes) -> Paper:
    """Packed anew, part by part, with nobody's name beside its words."""
    out = io.BytesIO()
    try:
        with ZipFile(io.BytesIO(raw)) as found, ZipFile(out, "w", ZIP_DEFLATED) as made:
            names = {name.lower() for name in found.namelist()}
            if "word/document.xml" not in names:
                raise UnfitPaper(Fault.UNKNOWN)
            if any(name.endswith("vbaproject.bin") for name in names):
                raise UnfitPaper(Fault.MACROS)
            left = UNFOLDED
            for part in found.infolist():
                with found.open(part) as opened:
                    content = opened.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UnfitPaper(Fault.UNKNOWN)
                made.writestr(part.filename, _without_names(part.filename.lower(), content))
    except (BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error) as broken:
        raise UnfitPaper(Fault.CUT_SHORT) from broken
    return Paper(out.getvalue(), "docx")


def _without_names(name: str, content: bytes) -> bytes:
    if name in _EMPTY:
        return _EMPTY[name]
    if name.startswith("word/") and name.endswith(".xml"):
        return _WHEN_IN_WORD.sub(b"", _WHO_IN_WORD.sub(rb'\1""', content))
    if name.endswith((".jpg", ".jpeg")):
        return without_notes(content) or content
    return content
