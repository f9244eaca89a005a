"""Public pages kept for a few seconds for those who are not signed in; gone at once when something is covered.

Never on pages under a slip or a token. The key holds all that the page depends on: address, language, type size,
theme. What is kept was made for a stranger: the view is shown no other cookie, nobody is signed in, and a page that
has read or written a session all the same is thrown away. Each process keeps its own; a file whose change time all of
them look at empties all at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from shangliang.kit import clock
from shangliang.rulebook import book

COOKIES = ("size", "theme")
LONGEST_ADDRESS = 200  # characters; nobody's real address is longer, and the store stays small

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Decorator: keep what `view` answers to people who are not signed in, for `web.cache_seconds`."""

    @wraps(view)
    def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _may_keep(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        found = cache.get(key)
        if found is not None:
            content, kind = found
            return HttpResponse(content, content_type=kind)
        request.COOKIES = {name: request.COOKIES[name] for name in COOKIES if name in request.COOKIES}
        response = view(request, *args, **kwargs)
        if _is_for_everybody(request, response):
            seconds = book().at(clock.today()).integer("web.cache_seconds")
            cache.set(key, (response.content, response["Content-Type"]), seconds)
        return response

    return kept


def _may_keep(request: HttpRequest) -> bool:
    return (
        settings.CACHE_PAGES
        and request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and len(request.get_full_path()) <= LONGEST_ADDRESS
    )


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the next stranger may be given the same: whole, and nothing in it belongs to this visitor."""
    own = getattr(request, "session", None)
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not (own and (own.modified or not own.is_empty()))
        and not getattr(request, "_messages", None)  # Django's name for what was left to say; empty is false
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    )


def _key(request: HttpRequest) -> str:
    chosen = ":".join(request.COOKIES.get(name, "")[:10] for name in COOKIES)
    return f"page:{_epoch()}:{get_language()}:{chosen}:{request.get_host()}:{request.get_full_path()}"


def _epoch_file() -> Path:
    path: Path = settings.HOME / "pages.epoch"
    return path


def _epoch() -> int:
    try:
        return _epoch_file().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def forget_pages() -> None:
    """Empty every process's store at once; called after the commit that covered something."""
    _epoch_file().touch()
