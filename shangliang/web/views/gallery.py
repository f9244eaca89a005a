"""Every component in every state, on one page: for the eye, for screenshots and for the accessibility check."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shangliang.accounts.middleware import Request
from shangliang.web.samples import samples

PAGES = {"": "web/gallery.html", "desk": "web/gallery_desk.html", "sheet": "web/gallery_sheet.html"}


def show(request: HttpRequest, part: str = "") -> HttpResponse:
    """The gallery; where it is switched off, for staff only. `part`: one of the base pages instead."""
    if not settings.GALLERY and not cast(Request, request).actor.is_staff:
        raise Http404
    if part not in PAGES:
        raise Http404
    return render(request, PAGES[part], samples())
