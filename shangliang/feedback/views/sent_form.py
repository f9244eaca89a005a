"""One try at sending the form: what it carries, and whether somebody should look twice."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from shangliang.feedback.actions import Said
from shangliang.feedback.forms import FeedbackForm
from shangliang.feedback.states import FeedbackKind, FeedbackWay
from shangliang.kit import crypto, form_tokens
from shangliang.kit.form_tokens import Token
from shangliang.rulebook import Rules

SALT = "feedback.form"


def new_token(now: datetime) -> str:
    """For a form that is opened now."""
    return form_tokens.write(form_tokens.new(now), SALT)


def read_token(request: HttpRequest, day: Rules, now: datetime) -> Token:
    return form_tokens.read(request.POST.get("token", ""), SALT, now, day.integer("topics.form_hours"))


def said(form: FeedbackForm, token: Token, *, text: str, is_suspicious: bool = False) -> Said:
    """What the form says. Other words from the same form, after a step back, are another remark."""
    data = form.cleaned_data
    content = crypto.fingerprint(f"{data['kind']}|{data['phone']}|{data['page']}|{text}", "feedback.content")
    return Said(
        kind=FeedbackKind(data["kind"]),
        text=text,
        nonce=f"{token.nonce}:{content}",
        page=data["page"],
        phone=data["phone"],
        way=FeedbackWay(data.get("way") or FeedbackWay.ONLINE.value),
        is_suspicious=is_suspicious,
    )


def is_suspicious(request: HttpRequest, token: Token, day: Rules, now: datetime) -> bool:
    """Marked for the office, never refused."""
    found = form_tokens.oddity(
        request,
        token,
        now,
        name="feedback",
        most_per_hour=day.integer("feedback.per_network_count"),
        least_seconds=day.integer("topics.form_min_seconds"),
    )
    return found is not None
