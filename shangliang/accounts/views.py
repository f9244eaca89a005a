"""Pages of one's own account, and the demo's sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.views import password_change as allauth_password_change
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access.request import Request
from shangliang.access.roles import DUTIES, NAMES, Role
from shangliang.accounts import actions, queries
from shangliang.accounts.adapter import count_try
from shangliang.accounts.forms import Reach, ResetPassword
from shangliang.accounts.labels import CAST, RESIDENT
from shangliang.accounts.middleware import CAST as PART
from shangliang.accounts.models import Grant, User
from shangliang.inbox.models import account_ref
from shangliang.inbox.queries import address_of
from shangliang.inbox.states import ChannelKind
from shangliang.kit import clock, limits
from shangliang.kit.punctuation import listed

View = Callable[[HttpRequest], HttpResponseBase]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: Request) -> HttpResponse:
    """Which roles I hold, where and until when; how I am written to; password and second factor."""
    actor = request.actor
    account_id = actor.account_id or 0
    reached = address_of(account_ref(account_id), ChannelKind.MAIL)
    form = Reach(
        request.POST or None,
        initial={"language": request.LANGUAGE_CODE, "mail": reached.address if reached else ""},
    )
    if request.method == "POST" and form.is_valid():
        language: str = form.cleaned_data["language"]
        actions.be_reached(actor=actor, language=language, mail=form.cleaned_data["mail"])
        with override(language):
            messages.success(request, _("已保存。"))
        response = redirect("me")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.SESSION_COOKIE_AGE * 365,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response
    today = clock.today()
    user = request.user
    context = {
        "form": form,
        "roles": [
            _role(row) for row in queries.roles_of(actor) if row.until_on is None or row.until_on >= today
        ],
        "has_password": isinstance(user, User) and user.has_usable_password(),
        "has_second_factor": queries.has_second_factor(account_id),
    }
    return render(request, "accounts/me.html", context, status=400 if form.errors else 200)


def _role(row: Grant) -> dict[str, object]:
    role = Role(row.role)
    return {
        "name": NAMES[role],
        "duty": DUTIES[role],
        "place": row.place_name or row.place,
        "from_on": row.from_on,
        "until_on": row.until_on,
        "is_to_come": row.from_on > clock.today(),
    }


def lasting(view: View) -> View:
    """What would lock the next visitor out of a part of the demo does not exist for its players."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.cast:
            raise Http404
        return view(request)

    return checked


@lasting
def password(request: HttpRequest) -> HttpResponseBase:
    """A new password, for accounts that have one."""
    if isinstance(request.user, User) and not request.user.has_usable_password():
        raise Http404
    answer: HttpResponseBase = allauth_password_change(request)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_password(request: HttpRequest) -> HttpResponse:
    """`/sign-in/new-password`: by the code that the office has given; unknown names and dead codes look alike."""
    form = ResetPassword(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        data = form.cleaned_data
        user = actions.set_password(
            username=data["username"], code=data["code"], new=data["password1"], at=clock.now()
        )
        if user is not None:
            messages.success(request, _("新密码设好了，请登录。"))
            return redirect("account_login")
        form.add_error("code", _("用户名和验证码对不上，或者验证码用过了、过期了。请再核对，或者再要一个。"))
    return render(request, "accounts/new_password.html", {"form": form}, status=400 if form.errors else 200)


def _may_try(request: HttpRequest, form: ResetPassword) -> bool:
    """A few tries for a name from one network, more of them in all, as at sign-in."""
    name = f"reset:{form.cleaned_data['username'].lower()}"
    near = f"{name}:{limits.client_network(request)}"
    try:
        count_try((near, "accounts.sign_in_tries_count"), (name, "accounts.sign_in_name_tries_count"))
    except ValidationError as wait:
        form.add_error(None, wait)
        return False
    return True


@require_safe
@never_cache
def demo(request: Request) -> HttpResponse:
    """Everybody the demo city can be seen as, with one button each."""
    _demo_only(request)
    players = queries.cast(clock.today())
    parts = [
        {
            "key": part.key,
            "name": part.name,
            "sees": part.sees,
            "player": players.get(part.key),
            "places": listed(_places(players.get(part.key))),
        }
        for part in CAST
        if part.key == RESIDENT or part.key in players
    ]
    return render(request, "accounts/demo.html", {"parts": parts, "playing": request.session.get(PART, "")})


@require_POST
def demo_enter(request: Request) -> HttpResponse:
    """Sign in as one of the cast; the resident needs no account and is signed out."""
    _demo_only(request)
    key = request.POST.get("part", "")
    if key == RESIDENT:
        logout(request)
        return redirect("/")
    player = queries.cast(clock.today()).get(key)
    if player is None:
        raise Http404
    login(request, player, backend=BACKEND)
    request.session[PART] = key
    return redirect(settings.LOGIN_REDIRECT_URL)


def _demo_only(request: HttpRequest) -> None:
    """Only where the database itself says demo, and only on this machine unless the start said otherwise."""
    if not (settings.PUBLIC_DEMO or limits.is_loopback(request)) or not queries.is_demo():
        raise Http404


def _places(player: User | None) -> list[str]:
    if player is None:
        return []
    return list(dict.fromkeys(row.place_name or row.place for row in player.grants.all()))
