"""Each language has its own signs between words."""

from __future__ import annotations

from django.utils.translation import override

from shangliang.kit.punctuation import labelled, listed, with_note


def test_words_are_joined_by_the_signs_of_the_language() -> None:
    with override("zh-hans"):
        assert listed(["甲", "乙", 3]) == "甲、乙、3"
        assert labelled("地点", "村口") == "地点：村口"
        assert with_note("物业", "公司") == "物业（公司）"
    with override("en"):
        assert listed(["A", "B", 3]) == "A, B, 3"
        assert labelled("Place", "at the gate") == "Place: at the gate"
        assert with_note("Property", "company") == "Property (company)"
        assert listed([]) == ""
