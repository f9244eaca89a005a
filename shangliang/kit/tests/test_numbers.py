"""Public numbers, with and without the code of another installation."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.kit.clock import ZONE
from shangliang.kit.numbers import CODE, Number, parse, show

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 30)).map(lambda at: at.replace(tzinfo=ZONE))


def test_the_citys_own_numbers_have_no_code() -> None:
    opened = datetime(2026, 12, 31, 20, tzinfo=UTC)  # in China the new year has begun
    assert show(opened, "", 123) == "2027-000123"
    assert show(opened, "B7", 123) == "2027-B7-000123"
    assert show(opened, "", 1234567) == "2027-1234567"


@given(MOMENTS, st.from_regex(CODE, fullmatch=True) | st.just(""), st.integers(1, 10**18 - 1))
def test_a_number_says_what_it_was_made_of_and_stands_in_an_address_as_it_is(
    at: datetime, origin: str, key: int
) -> None:
    no = show(at, origin, key)
    assert parse(no) == Number(at.year, origin, key)
    assert quote(no) == no
    assert len(no) <= 40  # the column of the ledger


@pytest.mark.parametrize(
    "no",
    [
        "",
        "2026",
        "2026-",
        "2026-B7",
        "2026-B7-",
        "2026-b7-000123",
        "2026-I1-000123",
        "2026-O2-000123",
        "2026-B0-000123",
        "2026-B07-000123",
        "2026-77-000123",
        "2026-B777-000123",
        "26-000123",
        "２０２６-000123",
        "2026-000123 ",
        "2026-000123\n",
        "2026-1234567890123456789",
        "321102-007",
    ],
)
def test_what_is_not_a_number_is_nothing(no: str) -> None:
    assert parse(no) is None
