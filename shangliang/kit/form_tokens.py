"""What a form that needs no account carries: a nonce of its own and when it was opened, signed.

Sent twice it is one thing; opened yesterday it is shown again with all that was typed; filled in by no hand it is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpRequest

from shangliang.kit import ids, limits

HOUR = 3600  # seconds


@dataclass
class Token:
    """One opened form."""

    nonce: str
    opened_at: datetime
    is_expired: bool = False


def new(now: datetime) -> Token:
    return Token(ids.new_key(), now)


def write(token: Token, salt: str) -> str:
    return signing.dumps({"n": token.nonce, "at": token.opened_at.timestamp()}, salt=salt)


def read(text: str, salt: str, now: datetime, hours: int) -> Token:
    """The form's own token; a new one, marked as expired, when it is missing, forged or too old."""
    try:
        raw = signing.loads(text, salt=salt)
        opened_at = datetime.fromtimestamp(raw["at"], now.tzinfo)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Token(ids.new_key(), now, is_expired=True)
    if now - opened_at > timedelta(hours=hours):
        return Token(ids.new_key(), now, is_expired=True)
    return Token(str(raw["n"]), opened_at)


def is_filled_too_fast(opened_at: datetime, sent_at: datetime, least_seconds: int) -> bool:
    """A form filled faster than anybody types."""
    return (sent_at - opened_at).total_seconds() < least_seconds


def is_odd(
    request: HttpRequest, token: Token, now: datetime, *, name: str, most_per_hour: int, least_seconds: int
) -> bool:
    """Whether a person should look twice; nothing is ever refused for it.

    The trap was filled, it was sent faster than anybody types, or very many came from one network.
    """
    counted = limits.hit(f"{name}:{limits.client_network(request)}", most_per_hour, HOUR, now)
    too_fast = is_filled_too_fast(token.opened_at, now, least_seconds)
    return bool(request.POST.get("website")) or too_fast or not counted.allowed
