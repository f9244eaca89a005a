"""What an office says about itself on every foot of a page: privacy, and how to use it without hindrance."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shangliang.access.caching import public_page
from shangliang.kit import clock
from shangliang.rulebook import book

SECURITY_DAYS = 180  # for how long what it says may be relied on; the RFC asks for less than a year


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


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: what is found by searching is what is public; desks, slips, links and polls are not looked at."""
    closed = ("desk", "screen", "admin", "sign-in", "s/", "t/", "f/", "join/", "say", "search")
    lines = ["User-agent: *", *(f"Disallow: /{part}" for part in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): where whoever has found a hole says so."""
    expires = clock.now() + timedelta(days=SECURITY_DAYS)
    lines = [
        f"Contact: {settings.BASE_URL}{reverse('feedback')}",
        f"Expires: {expires:%Y-%m-%dT00:00:00.000Z}",
        "Preferred-Languages: zh, en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
