"""Limits that all processes share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from shangliang.kit import limits

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    limits.clear()


def request(address: str, **headers: str) -> HttpRequest:
    asked = RequestFactory().get("/")
    asked.META |= {"REMOTE_ADDR": address, **headers}
    return asked


def test_it_allows_as_many_as_the_limit_says_and_then_no_more() -> None:
    verdicts = [limits.hit("slip", 3, 60, NOW) for _ in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert verdicts[-1].count == 5
    assert verdicts[-1].retry_at == NOW + timedelta(seconds=60)


def test_a_new_window_begins_when_the_old_one_has_ended() -> None:
    for _ in range(5):
        limits.hit("slip", 3, 60, NOW)
    assert limits.hit("slip", 3, 60, NOW + timedelta(seconds=60)).count == 1


def test_trying_on_does_not_make_the_wait_longer() -> None:
    limits.hit("slip", 1, 60, NOW)
    assert limits.hit("slip", 1, 60, NOW + timedelta(seconds=59)).retry_at == NOW + timedelta(seconds=60)


def test_keys_do_not_share_their_counts() -> None:
    limits.hit("one", 1, 60, NOW)
    assert limits.hit("other", 1, 60, NOW).allowed


def test_the_right_answer_wipes_the_slate() -> None:
    limits.hit("slip", 1, 60, NOW)
    limits.forgive("slip")
    assert limits.hit("slip", 1, 60, NOW).allowed


def test_old_windows_are_swept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.hit("old", 1, 60, NOW)
    monkeypatch.setattr(limits, "SWEEP_EVERY", 1)
    limits.hit("new", 1, 60, NOW + timedelta(hours=1))
    row = limits._run("SELECT count(*), 0 FROM kit_limit")
    assert row is not None
    assert row[0] == 1


@pytest.mark.skipif(
    connection.vendor == "postgresql", reason="a test's transaction is not seen by other threads"
)
def test_two_at_once_are_both_counted() -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: limits.hit("slip", 99, 60, NOW).count, range(40)))
    assert sorted(counts) == list(range(1, 41))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_it_names_the_network_of_an_address(address: str, network: str) -> None:
    assert limits.client_network(request(address)) == network


def test_a_stranger_cannot_say_where_they_come_from(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    asked = request("203.0.113.77", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert limits.client_network(asked) == "203.0.113.0/24"


def test_our_own_proxy_is_believed_and_nobody_before_it(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.2"]
    asked = request("10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.9, 10.0.0.2")
    assert limits.client_network(asked) == "198.51.100.0/24"


def test_loopback_is_this_machine_and_nothing_that_was_passed_on(settings: Settings) -> None:
    assert limits.is_loopback(request("127.0.0.1"))
    assert limits.is_loopback(request("::1"))
    assert not limits.is_loopback(request("192.168.1.7"))
    # a proxy on this machine that nobody has named as trusted
    assert not limits.is_loopback(request("127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.9"))
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert not limits.is_loopback(request("127.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1"))
