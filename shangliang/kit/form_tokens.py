"""What a form that needs no account carries: a nonce of its own and when it was opened, signed.

Sent twice it is one thing; opened yesterday it is shown again with all that was typed; filled in by no hand it is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core import signing
from django.http import HttpRequest

from shangliang.kit import ids, limits

HOUR = 3600  # seconds


class Oddity(StrEnum):
    """Why a person should look twice at what was sent; nothing is ever refused for it."""

    TRAP = "trap"  # the field that only programs see was filled in
    FAST = "fast"  # sent faster than anybody types
    MANY = "many"  # very many came from one network within the hour


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


def oddity(
    request: HttpRequest, token: Token, now: datetime, *, name: str, most_per_hour: int, least_seconds: int
) -> Oddity | None:
    """Why a person should look twice, if they should."""
    counted = limits.hit(f"{name}:{limits.client_network(request)}", most_per_hour, HOUR, now)
    if request.POST.get("website"):
        return Oddity.TRAP
    if is_filled_too_fast(token.opened_at, now, least_seconds):
        return Oddity.FAST
    return None if counted.allowed else Oddity.MANY
