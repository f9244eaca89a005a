"""Public pages are kept for a moment, for strangers only, and go at once when something is covered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.caching import forget_pages
from shangliang.accounts.tests.factories import make_user
from shangliang.outcomes.tests.factories import matter
from shangliang.places.models import Room

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _kept(settings: LazySettings) -> Iterator[None]:
    settings.CACHE_PAGES = True
    cache.clear()
    matter(NOW)
    yield
    cache.clear()


def test_the_second_stranger_costs_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/r/100001").content
    with django_assert_num_queries(0):
        assert Client().get("/r/100001").content == first


def test_each_language_and_size_has_its_own(client: Client) -> None:
    chinese = client.get("/r/100001").content
    large = Client()
    large.cookies["size"] = "large"
    assert large.get("/r/100001").content != chinese


def test_what_is_covered_is_gone_at_once(client: Client) -> None:
    before = client.get("/r/100001").content.decode()
    Room.objects.update(name="换了名字的议事室")
    assert client.get("/r/100001").content.decode() == before
    forget_pages()
    assert "换了名字的议事室" in client.get("/r/100001").content.decode()


def test_who_is_signed_in_reads_what_is_true_now_and_leaves_nothing_for_strangers(client: Client) -> None:
    signed_in = Client()
    signed_in.force_login(make_user(display_name="王小芳"))
    own = signed_in.get("/r/100001").content.decode()
    stranger = client.get("/r/100001").content.decode()
    assert "王小芳" not in stranger
    Room.objects.update(name="换了名字的议事室")
    assert "换了名字的议事室" not in client.get("/r/100001").content.decode()
    assert "换了名字的议事室" in signed_in.get("/r/100001").content.decode() != own


def test_health_says_what_works(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] is True
