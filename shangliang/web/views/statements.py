"""What an office says about itself on every foot of a page: privacy, and how to use it without hindrance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shangliang.access.caching import public_page
from shangliang.kit import clock
from shangliang.rulebook import book


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy`: what is collected, who sees it, how long it is kept; every number from the rulebook."""
    rules = book().at(clock.today())
    context = {
        "phone_days": rules.integer("topics.phone_keep_calendar_days"),
        "audio_days": rules.integer("topics.audio_keep_calendar_days"),
        "draw_days": rules.integer("sortition.keep_calendar_days"),
    }
    return render(request, "web/privacy.html", context)


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/accessibility`."""
    return render(request, "web/accessibility.html")
