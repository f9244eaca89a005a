"""Every request carries `request.actor`, and the desk opens only to somebody who is signed in well enough."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.accounts import queries
from shangliang.accounts.models import User
from shangliang.kit import clock
from shangliang.kit.taken import taken
from shangliang.rulebook import book

__all__ = ["Request", "actor", "gate"]

STAFF_PATHS = ("/desk", "/screen", "/admin")
KEEPERS_PATHS = ("/admin",)
OWN_PATHS = ("/desk/me",)  # where a second factor is set up
SEES_PHONES = (Permission.CONTACT_REVEAL, Permission.FEEDBACK_PHONE)
CAST = "cast"  # session key: the part that somebody plays in the demo


def begin_session(sender: object, request: HttpRequest, **_signal: object) -> None:
    """Signal: the session of whoever signs in ends when the rulebook says, however busy they are."""
    minutes = book().at(clock.today()).integer("accounts.session_minutes")
    request.session.set_expiry(clock.later(clock.unpinned(), minutes=minutes))


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return queries.actor_for(user, clock.today()) if isinstance(user, User) and user.is_active else ANONYMOUS


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the Actor, built at the first look, so public pages cost no statement."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]  # see Request
        return get_response(request)

    return middleware


def gate(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: staff pages ask for a sign-in, and for a second factor from whoever may see phone numbers.

    It asks before the page is looked for, so it says nothing about what there is.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_under(request.path, STAFF_PATHS):
            who: Actor = request.actor  # type: ignore[attr-defined]  # see Request
            if not who.is_staff:
                return _ask_to_sign_in(request)
            if _is_under(request.path, KEEPERS_PATHS) and not who.can_somewhere(Permission.SYSTEM_KEEP):
                raise Http404
            if not _is_under(request.path, OWN_PATHS) and _lacks_second_factor(request, who):
                messages.warning(request, _("您的职责可以查看群众电话，请先开启两步验证。"))
                return redirect("mfa_activate_totp")
            response = get_response(request)
            is_taken = request.method == "POST" and response.status_code == HTTPStatus.FOUND
            return taken(request, response) if is_taken else response
        return get_response(request)

    return middleware


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there back to the page; of a press that came too late, to the page it was made on."""
    wanted = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        messages.warning(request, _("登录时间到了，刚才按的没有办成。请重新登录，登录后回到那一页。"))
        page = urlsplit(request.headers.get("Referer", ""))
        if page.netloc == request.get_host() and _is_under(page.path, STAFF_PATHS):
            wanted = page._replace(scheme="", netloc="", fragment="").geturl()
    return redirect_to_login(wanted, reverse("account_login"))


def _is_under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _lacks_second_factor(request: HttpRequest, who: Actor) -> bool:
    if not settings.SECOND_FACTOR or not any(map(who.can_somewhere, SEES_PHONES)):
        return False
    if CAST in request.session:
        return False
    records = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in records):
        return False
    return not queries.has_second_factor(who.account_id or 0) and not queries.is_demo()
