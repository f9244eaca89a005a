"""Addresses as scanners and broken programs write them."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/results?area=%00",
        "/results?room=1%00&theme=%00",
        "/topics?area=%00",
        "/r/%00",
        "/places/%00",
        "/s/%00",
        "/search?q=%00",
        "/say?room=%00",
        "/feedback?page=%00",
    ],
)
def test_a_null_character_is_no_fault_of_ours(address: str) -> None:
    assert Client(raise_request_exception=False).get(address).status_code in {200, 302, 404}


@pytest.mark.django_db
def test_what_stands_beside_it_is_read() -> None:
    assert 'value="路灯"' in Client().get("/search?q=%E8%B7%AF%00%E7%81%AF").content.decode()
