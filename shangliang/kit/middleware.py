"""Paths that hold a slip or a token: never stored, never sent on, never written into a log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PRIVATE = re.compile(r"/(s|t|join)/[^\s\"?]+")


def private_paths(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: headers for pages under a slip or a token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if PRIVATE.match(request.path):
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return middleware


class MaskPrivatePaths(logging.Filter):
    """Replaces what follows /s/, /t/ and /join/ in every line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PRIVATE.sub(r"/\1/…", record.getMessage())
        record.args = ()
        return True
