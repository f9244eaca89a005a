"""The gallery: every component, whole in both languages, closed to the public where it is switched off."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

PARTS = ["/gallery", "/gallery/desk", "/gallery/sheet"]
PACKAGE = Path(__file__).resolve().parents[2]
# Whole pages, parts of forms that pages draw by another way, and what needs a real thing behind it.
ELSEWHERE = {
    "kit/act.html",
    "kit/act_form.html",
    "kit/error.html",
    "kit/figure_inline.html",
    "kit/form.html",
}
CHINESE = re.compile(r"[\u3400-\u9fff（），。：；？！]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
TAG = re.compile(r"<[^>]*>")
UNSEEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.S)
MARKED_ENGLISH = re.compile(r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>', re.S)
MARKED = re.compile(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', re.S)


@pytest.mark.parametrize("path", PARTS)
def test_no_english_is_left_in_chinese(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    words = TAG.sub(" ", MARKED_ENGLISH.sub("", UNSEEN.sub("", answer.content.decode())))
    assert CHINESE.search(words)
    assert LATIN.findall(html.unescape(words)) == []


def test_every_component_is_shown() -> None:
    """A component that stands nowhere in the gallery is seen by no eye, no picture and no accessibility check."""
    shown = {template.name for path in PARTS for template in Client().get(path).templates}
    there = {f"kit/{path.name}" for path in (PACKAGE / "kit" / "templates" / "kit").glob("*.html")}
    assert there - shown == ELSEWHERE
    assert not ELSEWHERE & shown


@pytest.mark.parametrize("path", PARTS)
def test_no_chinese_is_left_in_english(path: str) -> None:
    client = Client()
    client.cookies["language"] = "en"
    page = MARKED.sub("", client.get(path).content.decode())
    assert CHINESE.findall(page.replace("有事好商量", "")) == []


@override_settings(GALLERY=False)
@pytest.mark.parametrize("path", PARTS)
def test_an_outsider_finds_nothing_where_it_is_switched_off(path: str) -> None:
    assert Client().get(path).status_code == 404
