"""Size of type, language and theme, kept in cookies by a form that needs no script."""

from __future__ import annotations

import pytest
from django.test import Client

from shangliang.kit.tests.reading import flat


def test_it_sets_large_type_and_goes_back() -> None:
    answer = Client().post("/preferences", {"size": "large", "next": "/gallery?x=1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/gallery?x=1"
    assert answer.cookies["size"].value == "large"


def test_the_next_page_is_set_in_large_type_and_in_english() -> None:
    client = Client()
    client.post("/preferences", {"size": "large"})
    client.post("/preferences", {"language": "en"})
    client.post("/preferences", {"theme": "dark"})
    page = flat(client.get("/gallery").content.decode())
    assert '<html lang="en" data-size="large" data-theme="dark">' in page


def test_it_needs_no_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/preferences", {"size": "large"}).status_code == 302


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_it_refuses_to_lead_elsewhere(away: str) -> None:
    assert Client().post("/preferences", {"size": "large", "next": away})["Location"] == "/"


def test_it_ignores_what_it_does_not_offer() -> None:
    answer = Client().post("/preferences", {"size": "huge", "language": "xx", "theme": "<b>"})
    assert not answer.cookies


def test_it_changes_nothing_by_being_opened() -> None:
    assert Client().get("/preferences?size=large").status_code == 405


def test_the_browser_s_own_language_does_not_change_the_notice_on_the_wall() -> None:
    page = Client().get("/gallery", headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans">' in flat(page.content.decode())
