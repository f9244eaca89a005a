"""Letters that offices send: what is taken, by its content, and what is said of the rest."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from PIL import Image

from shangliang.kit.images import Unfit
from shangliang.kit.papers import TYPES, Paper, UnfitPaper, clean_paper


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (180, 40, 30)).save(out, "PNG")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
WORD = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(("raw", "ending"), [(PDF, "pdf"), (WORD, "docx")])
def test_a_letter_is_kept_as_it_came(raw: bytes, ending: str) -> None:
    assert clean_paper(io.BytesIO(raw)) == Paper(raw, ending)
    assert ending in TYPES


def test_of_a_photo_of_the_sheet_only_the_pixels_are_kept() -> None:
    paper = clean_paper(io.BytesIO(picture()))
    assert paper.ending == "jpg"
    assert paper.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.7 half of it", "没有传完整"),
        (WORD[:-30], "没有传完整"),
        (packed("xl/workbook.xml"), "请上传 PDF、Word（docx）或者照片"),
        (packed("word/document.xml", "word/vbaProject.bin"), "有宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "老格式"),
        (b"MZ\x90 a program", "请上传 PDF、Word（docx）或者照片"),
        (b"", "请上传 PDF、Word（docx）或者照片"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(UnfitPaper) as unfit:
        clean_paper(io.BytesIO(raw))
    assert said in str(unfit.value)


def test_what_is_too_large_says_how_large_it_may_be() -> None:
    with pytest.raises(UnfitPaper) as unfit:
        clean_paper(io.BytesIO(PDF + b" " * 1024 * 1024 + b"%%EOF"), megabytes=1)
    assert "不超过 1 MB" in str(unfit.value)


def test_a_photo_that_did_not_come_whole_says_so_in_its_own_words() -> None:
    with pytest.raises(Unfit):
        clean_paper(io.BytesIO(picture()[:-40]))
