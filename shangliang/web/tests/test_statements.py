"""What the foot of every page leads to: privacy and accessibility, for anybody, in both languages."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.kit import clock
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db


def test_privacy_says_how_long_in_the_rulebooks_numbers(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/privacy").content.decode()
    rules = book().at(clock.today())
    for rule in ("topics.phone_keep_calendar_days", "topics.audio_keep_calendar_days"):
        assert f" {rules.integer(rule)} " in page


@pytest.mark.parametrize(("path", "heading"), [("/privacy", "Privacy"), ("/accessibility", "Accessibility")])
def test_it_is_whole_in_english(client: Client, path: str, heading: str) -> None:
    client.cookies["language"] = "en"
    page = client.get(path).content.decode()
    assert f"<h1>{heading}</h1>" in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not [letter for letter in main if "\u4e00" <= letter <= "\u9fff"]


def test_the_foot_leads_there(client: Client) -> None:
    page = client.get("/rules").content.decode()
    assert 'href="/privacy"' in page
    assert 'href="/accessibility"' in page


def test_only_a_demo_says_that_it_is_one(client: Client, settings: LazySettings) -> None:
    assert "人和事都是编的" not in client.get("/privacy").content.decode()
    settings.SITE = {**settings.SITE, "is_demo": True}
    assert "人和事都是编的" in client.get("/privacy").content.decode()
