"""Tells a browser that the server has taken what was sent, so that the draft on the device can go."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "taken"  # the address of the form; read and dropped by the desk's script on the next page
SECONDS = 3600  # a sheet may be printed in between

Answer = TypeVar("Answer", bound=HttpResponseBase)


def taken(request: HttpRequest, response: Answer) -> Answer:
    """The same answer with that word on it."""
    response.set_cookie(
        COOKIE, quote(request.path, safe=""), max_age=SECONDS, samesite="Lax", secure=request.is_secure()
    )
    return response
