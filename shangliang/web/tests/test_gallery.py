"""The gallery: whole in both languages, closed to the public where it is switched off."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

PARTS = ["/gallery", "/gallery/desk", "/gallery/sheet"]
CHINESE = re.compile(r"[\u3400-\u9fff（），。：；？！]+")
MARKED = re.compile(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', re.S)


@pytest.mark.parametrize("path", PARTS)
def test_it_is_whole_in_chinese(path: str) -> None:
    page = Client().get(path)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") >= 1


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
