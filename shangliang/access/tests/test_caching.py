"""The store of public pages: whom it serves, what it tells apart, what it never keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import translation

from shangliang.access import caching
from shangliang.access.caching import forget_pages, public_page
from shangliang.kit import clock
from shangliang.rulebook import book


@pytest.fixture(autouse=True)
def _kept(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.CACHE_PAGES, settings.HOME = True, tmp_path
    cache.clear()
    yield
    cache.clear()


class Page:
    """A view that numbers its answers: the same number twice was kept."""

    def __init__(self, answer: type[HttpResponse] = HttpResponse, **options: object) -> None:
        self.count, self.answer, self.options = 0, answer, options

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.count += 1
        return self.answer(f"{self.count}", **self.options)


def get(path: str = "/topics", method: str = "GET", host: str = "testserver", **cookies: str) -> HttpRequest:
    request = RequestFactory().generic(method, path, HTTP_HOST=host)
    request.COOKIES.update(cookies)
    return request


def test_a_strangers_page_is_made_once_and_given_as_it_was() -> None:
    page = Page(content_type="text/plain; charset=utf-8")
    kept = public_page(page)
    first, second = kept(get()), kept(get())
    assert (first.content, second.content, page.count) == (b"1", b"1", 1)
    assert second.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert kept(get(method="HEAD")).content == b"1"


def test_whoever_is_signed_in_gets_a_page_of_their_own_and_leaves_none_behind(settings: LazySettings) -> None:
    """Their messages, their name, their side menu: never kept for others, and never an old page for them."""
    kept = public_page(Page())
    session = {settings.SESSION_COOKIE_NAME: "s"}
    assert kept(get(**session)).content == b"1"
    assert kept(get()).content == b"2", "nothing was kept of theirs"
    assert kept(get(**session)).content == b"3", "nothing kept is given to them"
    assert kept(get()).content == b"2"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_looking_is_kept(method: str) -> None:
    kept = public_page(Page())
    assert kept(get(method=method)).content == b"1"
    assert kept(get()).content == b"2"
    assert kept(get(method=method)).content == b"3"


def test_switched_off_nothing_is_kept(settings: LazySettings) -> None:
    settings.CACHE_PAGES = False
    kept = public_page(Page())
    assert [kept(get()).content for _ in range(2)] == [b"1", b"2"]


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/topics?page=2"},
        {"path": "/results"},
        {"host": "other.example"},
        {"size": "large"},
        {"theme": "dark"},
    ],
)
def test_whatever_the_page_depends_on_is_told_apart(other: dict[str, str]) -> None:
    kept = public_page(Page())
    assert kept(get()).content == b"1"
    assert kept(get(**other)).content == b"2"
    assert (kept(get()).content, kept(get(**other)).content) == (b"1", b"2")


def test_size_and_theme_are_not_taken_for_each_other() -> None:
    kept = public_page(Page())
    assert kept(get(size="dark")).content == b"1"
    assert kept(get(theme="dark")).content == b"2"


def test_each_language_has_its_own() -> None:
    kept = public_page(Page())
    kept(get())
    with translation.override("en"):
        assert kept(get()).content == b"2"
    assert kept(get()).content == b"1"


def test_a_made_up_cookie_cannot_fill_the_store() -> None:
    """Only the first characters count, and other cookies not at all."""
    kept = public_page(Page())
    kept(get(size="large-and-1", anything="1"))
    assert kept(get(size="large-and-2", anything="2")).content == b"1"


@pytest.mark.parametrize(("length", "is_kept"), [(200, True), (201, False)])
def test_a_very_long_address_is_not_kept(length: int, is_kept: bool) -> None:
    kept = public_page(Page())
    address = "/" + "x" * (length - 1)
    kept(get(address))
    assert (kept(get(address)).content == b"1") is is_kept


@pytest.mark.parametrize("status", [404, 302, 500, 410])
def test_only_a_good_page_is_kept(status: int) -> None:
    kept = public_page(Page(status=status))
    kept(get())
    again = kept(get())
    assert (again.status_code, again.content) == (status, b"2")


def test_a_page_that_sets_a_cookie_is_not_kept() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        answer = HttpResponse("x")
        answer.set_cookie("sessionid", "somebody's")
        return answer

    kept = public_page(page)
    kept(get())
    assert "sessionid" in kept(get()).cookies


def test_a_stream_is_not_kept() -> None:
    made = []

    def stream(request: HttpRequest) -> StreamingHttpResponse:
        made.append(1)
        return StreamingHttpResponse(iter([b"x"]))

    kept = public_page(stream)  # type: ignore[arg-type]  # Django types a stream apart
    assert [kept(get()).streaming for _ in range(2)] == [True, True]
    assert len(made) == 2


def test_it_is_kept_for_the_rulebooks_seconds_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, seconds = public_page(Page()), book().at(clock.today()).integer("web.cache_seconds")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    kept(get())
    now += seconds - 1
    assert kept(get()).content == b"1"
    now += 2
    assert kept(get()).content == b"2"


def test_forgetting_empties_all_at_once_and_for_every_process(tmp_path: Path) -> None:
    kept = public_page(Page())
    assert (kept(get("/a")).content, kept(get("/b")).content) == (b"1", b"2")
    forget_pages()
    assert (kept(get("/a")).content, kept(get("/b")).content) == (b"3", b"4")
    assert (tmp_path / "pages.epoch").exists(), "what other processes look at"
    assert kept(get("/a")).content == b"3"


def test_before_anything_was_ever_covered_there_is_no_file(tmp_path: Path) -> None:
    assert caching._epoch() == 0
    forget_pages()
    assert caching._epoch() == (tmp_path / "pages.epoch").stat().st_mtime_ns > 0


def test_a_decorated_view_keeps_its_name_and_its_arguments() -> None:
    @public_page
    def room(request: HttpRequest, no: str, *, part: str) -> HttpResponse:
        return HttpResponse(f"{no}{part}")

    assert room.__name__ == "room"
    assert room(get("/r/1"), "1", part="x").content == b"1x"
    assert room(get("/r/2", sessionid="s"), "2", part="y").content == b"2y"
