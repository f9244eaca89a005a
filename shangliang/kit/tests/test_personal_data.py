"""What is certain is noticed and starred; house numbers, dates and sums are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.kit.personal_data import Kind, find, mask, names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我的电话16000001234，晚上打", Kind.MOBILE),
        ("打 160 0000 1234 找我", Kind.MOBILE),
        ("１６０００００１２３４", Kind.MOBILE),
        ("+86 16000001234", Kind.MOBILE),
        ("座机 0511-00000000", Kind.LANDLINE),
        ("身份证11010519491231002X", Kind.IDENTITY_CARD),
        ("身份证360426199101010071", Kind.IDENTITY_CARD),  # the library's own example
        ("身份证11010519491231002x", Kind.IDENTITY_CARD),
        ("身份证999999199001010016", Kind.IDENTITY_CARD),  # whatever the county: its check digit is right
        ("卡号 4111 1111 1111 1111", Kind.BANK_CARD),
        ("卡号6222 0212 3456 7890 128", Kind.BANK_CARD),
        ("写到 laowang@example.com", Kind.MAIL),
    ],
)
def test_it_notices(text: str, kind: Kind) -> None:
    assert [finding.kind for finding in find(text)] == [kind]
    assert not find(mask(text))
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "3号楼2单元501室",
        "2026年11月23日",
        "修路花了1350000元",
        "12345打过了",
        "110105194912310021",
        "4111 1111 1111 1112",
        "编号20261123000001",
        "",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert find(text) == []
    assert mask(text) == text


def test_each_kind_is_named_once() -> None:
    assert [str(name) for name in names("16000001234 或 16000005678")] == ["手机号"]


@given(st.text())
def test_masking_changes_no_length_and_is_done_at_once(text: str) -> None:
    assert len(mask(text)) == len(text)
    assert mask(mask(text)) == mask(text)
