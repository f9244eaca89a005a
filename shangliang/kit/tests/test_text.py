"""What is typed is kept; what cannot be seen or printed is not."""

from __future__ import annotations

import io

import pytest
from django.contrib.contenttypes.models import ContentType
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from shangliang.kit.columns import fitted, longest
from shangliang.kit.forms import Words
from shangliang.kit.text import fold, folded, plain, shortened


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("楼道\x07电表", "楼道 电表"),  # the mark between the cells of a table in Word
        ("100\x07200", "100 200"),
        ("灯\x1b不\ufffe亮\x00", "灯不亮"),
        ("一\r\n二\r三\u2028四\v五\n", "一\n二\n三\n四\n五\n"),
        ("\u202d138 1234 5678\u202c", "138 1234 5678"),
        ("\ufeff甲\ud800乙\U0001fffe丙", "甲乙丙"),
        ("李 买买提·吐尔逊江 𠮷田𬭎 䶮 㛃 👨‍👩‍👧 ئۇيغۇر", "李 买买提·吐尔逊江 𠮷田𬭎 䶮 㛃 👨‍👩‍👧 ئۇيغۇر"),
        ("甲\t乙", "甲\t乙"),
    ],
)
def test_it_takes_away_only_what_nobody_sees(typed: str, kept: str) -> None:
    assert plain(typed) == kept


@given(st.text(st.characters(exclude_categories=())))
def test_a_word_file_takes_whatever_was_typed(typed: str) -> None:
    paper = Document()
    paper.add_paragraph(plain(typed))
    paper.save(io.BytesIO())
    assert plain(plain(typed)) == plain(typed)
    plain(typed).encode()


def test_a_line_end_counts_once_as_it_does_in_the_browser() -> None:
    field = Words(max_length=5)
    assert field.clean("一\r\n二\r\n三") == "一\n二\n三"


@given(st.text())
def test_a_folded_text_knows_where_each_sign_stood(text: str) -> None:
    found = fold(text)
    assert len(found.text) == len(found.places)
    assert list(found.places) == sorted(found.places)


def test_numbers_read_the_same_in_any_width() -> None:
    assert folded("３１幢－５０２　室\u200b") == "31幢-502 室"


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("楼道的灯坏了", 6, "楼道的灯坏了"),
        ("楼道的灯坏了三个月", 6, "楼道的灯坏…"),
        ("灯坏了，老人不敢下楼", 5, "灯坏了…"),  # no comma before what is left out
        ("the lamps in the hall", 14, "the lamps in…"),  # no half word
        ("the lamps in the hall", 13, "the lamps in…"),
        ("三号楼AED在哪里", 6, "三号楼…"),
        ("https://example.cn/a/very/long/address", 12, "https://…"),
        ("a" * 40, 10, "aaaaaaaaa…"),  # a word without an end is cut all the same
        ("e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301…"),  # no letter without its accent
        ("👨‍👩‍👧来了", 4, "…"),  # no half picture
        ("𠮷田先生家门口", 4, "𠮷田先…"),
    ],
)
def test_what_is_too_long_ends_where_a_reader_sees_it(text: str, most: int, kept: str) -> None:
    assert shortened(text, most) == kept


@given(st.text(max_size=60), st.integers(min_value=1, max_value=60))
def test_what_is_shortened_fits_and_says_so(text: str, most: int) -> None:
    found = shortened(text, most)
    assert len(found) <= most
    assert found == text if len(text) <= most else found.endswith("…")


def test_a_column_says_how_much_it_holds() -> None:
    assert longest(ContentType, "model") == 100
    assert fitted(ContentType, "model", f" {'长' * 101} ") == "长" * 99 + "…"
    assert fitted(ContentType, "model", " 丁卯社区协商议事室 ") == "丁卯社区协商议事室"
    with pytest.raises(TypeError, match="any length"):
        longest(ContentType, "id")
