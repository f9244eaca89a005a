"""Paths that hold a slip or a token are never stored, sent on or logged; paths that only take presses lead back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers

NOT_SO = 405
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
USED_ON_A_PHONE = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), browsing-topics=()"
NO_ORIGIN = "null"  # what pages send that send no referrer
PRIVATE = re.compile(r"/(s|t|f|join)/[^\s\"?]+")


def without_nul(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: no address holds the null character, which PostgreSQL takes in no text; nobody types it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace("%00", "").replace("\x00", "")
        request.path_info = request.path_info.replace("\x00", "")
        return get_response(request)

    return middleware


def sent_from_here(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a form that the browser says comes from another site, be it a sister of ours, is not taken.

    Cookies stop at other sites, not at sister sites: every `*.zhenjiang.gov.cn` is one site. Browsers of some years ago
    say nothing of where a form comes from; there the token in the form stands alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return (
            get_response(request)
            if request.method in SAFE or _is_from_here(request)
            else _not_from_here(request)
        )

    return middleware


def _is_from_here(request: HttpRequest) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", NO_ORIGIN)
    return origin == NO_ORIGIN or urlsplit(origin).netloc == request.get_host()


def _not_from_here(request: HttpRequest) -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def kept_by_nobody_else(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who may keep a page, and headers for pages under a slip or a token.

    A page for one person stays in no browser, which at a village desk several people use: "back" after the sign-out
    shows nothing. A public page depends on cookies of its reader, so nobody between may give it to another.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = USED_ON_A_PHONE
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if PRIVATE.match(request.path):
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex, nofollow"
        elif "no-store" in response.get("Cache-Control", ""):
            pass
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            response["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response and response.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def back_to_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address that only takes presses leads to the page above it.

    What was typed wrong is shown again at the address of the press. From there a reload, another language or a tab
    of the page comes by GET, and must not end before a closed door.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        above = _page_above(request.path) if response.status_code == NOT_SO else ""
        if not above or request.method not in {"GET", "HEAD"}:
            return response
        return HttpResponseRedirect(above + request.get_full_path()[len(request.path) :])

    return middleware


def _page_above(path: str) -> str:
    """The nearest address above that is one of ours; "" where that is only the front page."""
    while path := path.rpartition("/")[0]:
        if is_valid_path(path):
            return path
    return ""


class MaskPrivatePaths(logging.Filter):
    """Replaces what follows /s/, /t/, /f/ and /join/ in every line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PRIVATE.sub(r"/\1/…", record.getMessage())
        record.args = ()
        return True
