"""How a refusal looks: strangers learn nothing, staff read the reason."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.denied import Denied


class Refusals:
    """Middleware: Denied becomes 404 for whoever is not signed in, else a page with the reason.

    A view looks a thing up among those that its actor may see and answers 404 by itself when it is not there;
    Denied speaks of what they see and may not do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Denied):
            return None
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        if not actor.is_staff:
            return render(request, "404.html", {"exception": Http404()}, status=404)
        return render(request, "403.html", {"reason": exception.reason}, status=403)
