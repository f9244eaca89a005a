"""A telephone number is read as people write it."""

from __future__ import annotations

import pytest
from django import forms

from shangliang.kit import phones
from shangliang.kit.forms import Telephone


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("138－1234－5678", "13812345678"),
        ("138—1234—5678", "13812345678"),
        ("138.1234.5678", "13812345678"),
        ("138　1234　5678", "13812345678"),
        ("138\xa01234\xa05678", "13812345678"),
        ("\u202d138 1234 5678\u202c", "13812345678"),
        ("138\u20111234\u20115678", "13812345678"),
        ("138\u200b12345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("13812345678（女儿）", "13812345678"),
        ("女儿 13812345678", "13812345678"),
        ("13812345678、13987654321", "13812345678"),
        ("13812345678/85012345", "13812345678"),
        ("0511-85012345转803", "051185012345"),
        ("0511-85012345-803", "051185012345"),
        ("（0511）8501 2345", "051185012345"),
        ("85012345", "85012345"),
        ("400-800-1234", "4008001234"),
        ("+44 20 7946 0958", "442079460958"),
        ("+852 9123 4567", "85291234567"),
    ],
)
def test_the_first_number_is_its_owners(typed: str, digits: str) -> None:
    found = phones.read(typed)
    assert found is not None
    assert (found.digits, found.tail) == (digits, digits[-4:])
    assert Telephone().clean(typed), "the form takes what can be dialled"


@pytest.mark.parametrize("typed", ["1381234567", "138123456789", "12345", "王大爷", "5幢502", "…"])
def test_what_could_not_be_dialled_is_asked_back(typed: str) -> None:
    assert phones.read(typed) is None
    with pytest.raises(forms.ValidationError, match="不完整"):
        Telephone().clean(typed)


def test_a_message_goes_to_the_mobile_and_the_owner_is_known_by_the_first() -> None:
    typed = "0511-85012345转803，女儿13812345678"
    assert phones.to_write_to(typed) == "13812345678"
    first = phones.read(typed)
    assert first is not None
    assert first.tail == "2345"
    assert phones.to_write_to("85012345") == "85012345"
    assert phones.to_write_to("没有") == ""
