"""Strict readers of the environment: a mistyped value stops the start with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

MAIL_TIMEOUT = 20  # seconds; a server that says nothing longer than that leaves the message in doubt


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    raw = text(name).lower()
    if raw in {"", "1", "0", "true", "false", "yes", "no"}:
        return default if raw == "" else raw in {"1", "true", "yes"}
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}")


def number(name: str, default: int, *, least: int = 0) -> int:
    raw = text(name) or str(default)
    if not raw.isdecimal() or int(raw) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {raw!r}")
    return int(raw)


def like(name: str, pattern: str, meaning: str) -> str:
    raw = text(name)
    if raw and not re.fullmatch(pattern, raw):
        raise ImproperlyConfigured(f"{name} must be {meaning}, not {raw!r}")
    return raw


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def mails(name: str) -> list[str]:
    found = words(name)
    for each in found:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each):
            raise ImproperlyConfigured(f"{name} must be mail addresses separated by commas, not {each!r}")
    return found


def database(url: str, home: Path) -> dict[str, object]:
    """Django's database settings for `DATABASE_URL`, or the embedded file in `home` when it is empty."""
    if not url or url.startswith("sqlite:"):
        name = url.removeprefix("sqlite://").removeprefix("/") if url else ""
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"/{name}" if name else str(home / "shangliang.sqlite3"),
            # A write takes its lock at once instead of failing halfway; an acknowledged commit survives a power cut.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@dataclass(frozen=True)
class Mail:
    """Where mail is handed in; the words are those of Django's settings."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    is_implicit: bool = False  # TLS from the first byte
    is_started: bool = False  # TLS after STARTTLS


def mail(url: str) -> Mail:
    """The mail server of `EMAIL_URL`, as in smtp://user:password@host:587?tls=1 or smtps://host:465."""
    if not url:
        return Mail("django.core.mail.backends.dummy.EmailBackend")
    parts = urlparse(url)
    asked = parse_qs(parts.query)
    known = {"tls"} >= set(asked) and asked.get("tls", ["0"])[0] in {"0", "1"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not known:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp://user:password@host:587?tls=1 or smtps://host"
        )
    is_implicit = parts.scheme == "smtps"
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or (465 if is_implicit else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_implicit=is_implicit,
        is_started=not is_implicit and asked.get("tls") == ["1"],
    )


def same_apps(name: str, listed: Iterable[str], package: Path, file: str) -> None:
    """A list of our apps names exactly the folders of the package with such a file: none misspelt, none forgotten."""
    wanted, found = set(listed), {path.parent.name for path in package.glob(f"*/{file}")}
    if missing := sorted(wanted - found):
        raise ImproperlyConfigured(
            f"{name} names {missing[0]!r}, but there is no {package.name}/{missing[0]}/{file}"
        )
    if forgotten := sorted(found - wanted):
        raise ImproperlyConfigured(
            f"{name} does not name {forgotten[0]!r}, but {package.name}/{forgotten[0]}/{file} exists"
        )
