"""What the foot of every page leads to: privacy and accessibility, for anybody, in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta

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


def test_machines_that_search_are_kept_from_what_is_for_one_person(client: Client) -> None:
    told = client.get("/robots.txt")
    assert told["Content-Type"].startswith("text/plain")
    lines = told.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /desk", "Disallow: /s/", "Disallow: /t/", "Disallow: /join/"} <= set(lines)
    assert not any(line in {"Disallow: /", "Disallow: /topics"} for line in lines)


def test_whoever_has_found_a_hole_reads_where_to_say_so(client: Client) -> None:
    told = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in told.splitlines())
    path = fields["Contact"].removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    until = datetime.fromisoformat(fields["Expires"])
    assert clock.now() + timedelta(days=30) < until < clock.now() + timedelta(days=365)


def test_every_page_says_what_of_a_phone_it_may_use(client: Client) -> None:
    page = client.get("/privacy")
    assert "geolocation=()" in page["Permissions-Policy"]
    assert "microphone=(self)" in page["Permissions-Policy"]
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"
