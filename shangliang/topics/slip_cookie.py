"""The key of a slip in the browser's cookie: only for pages of that slip, out of reach of scripts."""

from __future__ import annotations

from secrets import compare_digest

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.kit import clock, crypto
from shangliang.rulebook import book
from shangliang.topics.models import Submission, key_hash

COOKIE = "key"
VISITED = "visited"  # says nothing but that this browser has shown number and square once
YEAR = 365 * 24 * 3600
FORM = "topics.slip_form"
TOKEN_LENGTH = 32
TAIL_SALT = "topics.tail"  # what stands in the cookie after the last four digits were right


def give(response: HttpResponse, slip: str, key: str) -> None:
    """Let this browser keep the long key of this slip."""
    _set(response, slip, key, YEAR)


def give_after_tail(response: HttpResponse, slip: str, submission: Submission) -> None:
    """The same page for a while, for whoever knew the phone's last four digits; never the key itself."""
    signed = signing.dumps(submission.slip_hash, salt=TAIL_SALT)
    _set(response, slip, f"t.{signed}", _lock_seconds())


def take(response: HttpResponse, slip: str) -> None:
    """Forget it, on a phone that several use."""
    for name in (COOKIE, VISITED):
        response.delete_cookie(name, path=reverse("slip", args=[slip]), samesite="Lax")


def is_first_visit(request: HttpRequest) -> bool:
    """Whether this browser has not yet shown the page of this slip; its cookie goes to no other slip."""
    return VISITED not in request.COOKIES


def mark_visited(response: HttpResponse, slip: str) -> None:
    """From the next look on number and square stand folded, below what happened."""
    _set(response, slip, "1", YEAR, name=VISITED)


def is_holder(request: HttpRequest, submission: Submission) -> bool:
    """Whether this browser holds the slip's key, or knew the digits a while ago.

    One in which somebody of the staff is signed in never does: nobody rates, writes or erases for somebody else.
    """
    return not is_staffs(request) and _knows(request, submission)


def is_staffs(request: HttpRequest) -> bool:
    """Whether somebody of the staff is signed in here."""
    who: Actor = getattr(request, "actor", ANONYMOUS)
    return who.is_staff


def form_token(request: HttpRequest) -> str:
    """What a form on the page of this holder carries: a page elsewhere cannot know it, it comes from the key."""
    return crypto.fingerprint(request.COOKIES.get(COOKIE, ""), FORM)[:TOKEN_LENGTH]


def is_own_form(request: HttpRequest) -> bool:
    """Whether what was sent comes from a page that this holder was shown."""
    return compare_digest(request.POST.get("own", "").encode(), form_token(request).encode())


def _knows(request: HttpRequest, submission: Submission) -> bool:
    kept = request.COOKIES.get(COOKIE, "")
    if kept.startswith("t."):
        try:
            known = signing.loads(kept[2:], salt=TAIL_SALT, max_age=_lock_seconds())
        except signing.BadSignature:
            return False
        return compare_digest(str(known), submission.slip_hash)
    return bool(kept) and compare_digest(key_hash(kept), submission.key_hash)


def long_key(request: HttpRequest, submission: Submission) -> str:
    """The long key itself, for the square on the printed slip; "" where only the digits were known."""
    kept = request.COOKIES.get(COOKIE, "")
    return kept if not kept.startswith("t.") and is_holder(request, submission) else ""


def _lock_seconds() -> int:
    return book().at(clock.today()).integer("topics.phone_lock_hours") * 3600


def _set(response: HttpResponse, slip: str, value: str, seconds: int, *, name: str = COOKIE) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=reverse("slip", args=[slip]),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SECURE),
    )
