"""Which page somebody speaks of: what opens a slip or a letter never comes along."""

from __future__ import annotations

import pytest

from shangliang.feedback.rules import LONGEST, page_of

KEY = "Qk3-zT_9aXw0Lm5RvB1cYg"  # 22 characters, as 128 bits are written


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/topics", "/topics"),
        ("http://127.0.0.1:8000/topics?page=3#x", "/topics"),
        ("  查回执那一页 ", "查回执那一页"),
        ("/topics/2026-000123", "/topics/2026-000123"),
        ("/r/3211020010010001", "/r/3211020010010001"),
        ("/places/321102001001", "/places/321102001001"),
        ("/s/482910375561", "/s"),
        (f"https://x.gov.cn/s/482910375561/{KEY}", "/s"),
        (f"/t/rate/{KEY}", "/t"),
        (f"/join/{KEY}/vote", "/join"),
        (f"/f/{KEY}", "/f"),
        (f"/desk/polls/{KEY}", "/desk/polls/…"),
        ("回执 4829 1037 5561 打不开", "回执 … 打不开"),
        ("回执482910375561打不开", "回执…打不开"),
        (f"看 /search?q={KEY} 这一页", "看 /search 这一页"),
        ("", ""),
    ],
)
def test_the_page_comes_without_secrets(typed: str, page: str) -> None:
    assert page_of(typed) == page
    assert page_of(page) == page


def test_it_fits_its_column() -> None:
    assert len(page_of("第一页" * 500)) == LONGEST
