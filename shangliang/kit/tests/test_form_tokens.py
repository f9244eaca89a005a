"""What a form without an account carries: the same again, nothing forged, nothing old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shangliang.kit import form_tokens

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_it_comes_back_as_it_was_until_it_is_too_old() -> None:
    made = form_tokens.new(NOW)
    text = form_tokens.write(made, "a")
    assert form_tokens.read(text, "a", NOW + timedelta(hours=24), 24) == made
    assert form_tokens.read(text, "a", NOW + timedelta(hours=24, seconds=1), 24).is_expired


@pytest.mark.parametrize("text", ["", "x", "x:y:z"])
def test_what_was_forged_is_a_new_one(text: str) -> None:
    assert form_tokens.read(text, "a", NOW, 24).is_expired


def test_the_token_of_another_form_is_none() -> None:
    made = form_tokens.new(NOW)
    read = form_tokens.read(form_tokens.write(made, "a"), "b", NOW, 24)
    assert read.is_expired
    assert read.nonce != made.nonce


@pytest.mark.parametrize(("seconds", "fast"), [(0, True), (4.9, True), (5, False), (60, False)])
def test_faster_than_anybody_types(seconds: float, fast: bool) -> None:
    assert form_tokens.is_filled_too_fast(NOW, NOW + timedelta(seconds=seconds), 5) is fast
