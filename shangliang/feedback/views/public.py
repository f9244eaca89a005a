"""`/feedback` and the person's own page under its secret address. No account, no script needed, nothing lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access.actor import ANONYMOUS
from shangliang.feedback import actions, queries, showing
from shangliang.feedback.forms import AgainForm, FeedbackForm
from shangliang.feedback.labels import SHORT_KINDS, UNMET
from shangliang.feedback.models import Feedback
from shangliang.feedback.rules import page_of
from shangliang.feedback.states import FEEDBACK, FeedbackKind
from shangliang.feedback.views import sent_form
from shangliang.kit import clock, personal_data
from shangliang.kit.guards import Blocked
from shangliang.kit.punctuation import listed
from shangliang.kit.states import IllegalMove
from shangliang.rulebook import book


# No account stands behind this form, so there is no authority that another site could abuse (decision 0018).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """`/feedback`. Staff who speak of their own desk are nobody in particular here."""
    now = clock.now()
    if request.method != "POST":
        form = FeedbackForm(initial={"page": _where_from(request)})
        return _form(request, form, sent_form.new_token(now))
    day = book().at(clock.local_day(now))
    form, token = FeedbackForm(request.POST), sent_form.read_token(request, day, now)
    if token.is_expired:
        return _form(request, form, sent_form.new_token(now), is_expired=True)
    sent = request.POST["token"]
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _form(request, form, sent)
    text = form.cleaned_data["text"]
    found = personal_data.find(text)
    if found and request.POST.get("step") == "mask":
        text = personal_data.mask(text)
    elif found and request.POST.get("step") != "keep":
        return _confirm(request, form, sent, text)
    is_odd = sent_form.is_suspicious(request, token, day, now)
    said = sent_form.said(form, token, text=text, is_suspicious=is_odd)
    try:
        received = actions.receive(actor=ANONYMOUS, said=said, at=now)
    except Blocked as blocked:
        for item in blocked.unmet:
            form.add_error(None, UNMET[item.code])
        return _form(request, form, sent)
    return redirect("feedback_own", key=received.key)


def _where_from(request: HttpRequest) -> str:
    """The page of ours on which the link was pressed, without secrets; pages under a slip send none."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or came.path == request.path:
        return ""
    return page_of(came.path)


def _form(request: HttpRequest, form: FeedbackForm, token: str, *, is_expired: bool = False) -> HttpResponse:
    context = {"form": form, "token": token, "is_expired": is_expired, "days": _days()}
    return render(request, "feedback/feedback.html", context)


def _days() -> int:
    return book().at(clock.today()).integer("feedback.answer_days")


def _confirm(request: HttpRequest, form: FeedbackForm, token: str, text: str) -> HttpResponse:
    """Personal data was noticed: the one who wrote it decides."""
    context = {
        "data": form.cleaned_data,
        "token": token,
        "text": text,
        "masked": personal_data.mask(text),
        "kinds": listed(personal_data.names(text)),
    }
    return render(request, "feedback/confirm.html", context)


@never_cache
@require_safe
def own(request: HttpRequest, key: str) -> HttpResponse:
    """`/f/<key>`: what was said, who answers until when, and the answer."""
    return _own(request, key, _found(key), AgainForm())


def _found(key: str) -> Feedback:
    found = queries.by_key(key)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, key: str, found: Feedback, form: AgainForm) -> HttpResponse:
    may_ask = FEEDBACK.allows(found, "ask_again")
    context = _context(found, key, clock.now()) | {"form": form if may_ask else None}
    return render(request, "feedback/own.html", context)


def _context(found: Feedback, key: str, now: datetime) -> dict[str, Any]:
    return {
        "feedback": found,
        "kind": SHORT_KINDS[FeedbackKind(found.kind)],
        "standing": showing.standing(found, queries.clock_of(found), now),
        "turns": showing.turns(queries.turns_of(found), found),
        "key": key,
        "address": settings.BASE_URL + reverse("feedback_own", args=[key]),
    }


@never_cache
@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """`/f/<key>/print`: the same on paper."""
    found = _found(key)
    context = _context(found, key, clock.now()) | {"back": reverse("feedback_own", args=[key])}
    return render(request, "feedback/sheet.html", context)


@csrf_exempt  # the authority is the key in the address, which no other site has (decision 0018)
@never_cache
@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """`/f/<key>/again`: the answer did not help; once."""
    found, form = _found(key), AgainForm(request.POST)
    if not form.is_valid():
        return _own(request, key, found, form)
    try:
        actions.ask_again(
            feedback=found, text=form.cleaned_data["text"], actor=actions.holder_of(found), at=clock.now()
        )
    except Blocked as blocked:
        for item in blocked.unmet:
            form.add_error("text", UNMET[item.code])
        return _own(request, key, found, form)
    except IllegalMove:
        messages.warning(request, _("已经再问过一次了，请等答复。"))
    return redirect("feedback_own", key=key)
