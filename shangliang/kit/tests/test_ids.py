"""The check digit of a slip: what was printed stays good."""

from __future__ import annotations

from random import Random

import pytest

from shangliang.kit.ids import check_digit, new_slip, read_slip, show_slip


def first_formula(digits: str) -> str:
    """How the check digits of the first printed slips were reckoned, before python-stdnum."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


@pytest.mark.parametrize(("digits", "check"), [("79462", "3"), ("00200667308", "5"), ("0823", "5")])
def test_published_examples_of_the_standard(digits: str, check: str) -> None:
    assert check_digit(digits) == check


def test_slips_that_are_already_printed_keep_their_check_digit() -> None:
    drawn = Random(7064)
    bodies = [
        f"{number:011d}" for number in [*range(20_000), *(drawn.randrange(10**11) for _ in range(20_000))]
    ]
    assert [body for body in bodies if check_digit(body) != first_formula(body)] == []


def test_every_single_wrong_digit_is_noticed() -> None:
    slip = new_slip()
    wrong = {slip[:place] + str(digit) + slip[place + 1 :] for place in range(12) for digit in range(10)} - {
        slip
    }
    assert read_slip(show_slip(slip)) == slip
    assert {read_slip(each) for each in wrong} == {None}


def test_a_slip_is_understood_as_it_is_said() -> None:
    slip = "12345678901" + check_digit("12345678901")
    said = slip.translate(str.maketrans("0123456789", "洞幺两三四五六拐八九"))
    assert read_slip(said) == slip
    assert read_slip(f"回执号：{said[:4]} {said[4:8]}—{said[8:]}") == slip
    assert read_slip("一共" + slip) == slip, "words before it do no harm"
    assert read_slip(said[1:] + said[0]) is None
