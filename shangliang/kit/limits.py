"""Limits that all processes share: how often something was tried in a window, and from which network.

On SQLite they live in a file of their own, so that a flood of tries never waits for, or holds up, a resident's
slip; on PostgreSQL in an unlogged table (migration 0001 of the kit). Losing them in a power cut costs nothing.
Call `hit` outside the transaction of the act: a count that is rolled back has not counted.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import count

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from shangliang.kit import crypto

Address = IPv4Address | IPv6Address

NETWORK_BITS = {4: 24, 6: 48}  # what one household, office or telephone mast usually shares
SWEEP_EVERY = 500  # hits in one process

_CREATE = "CREATE TABLE IF NOT EXISTS kit_limit (key TEXT PRIMARY KEY, ends DOUBLE PRECISION, count INTEGER)"
# A window begins with its first hit; the one statement both counts and begins the next window.
_HIT = """
INSERT INTO kit_limit (key, ends, count) VALUES (%(key)s, %(ends)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN kit_limit.ends <= %(now)s THEN 1 ELSE kit_limit.count + 1 END,
    ends = CASE WHEN kit_limit.ends <= %(now)s THEN excluded.ends ELSE kit_limit.ends END
RETURNING count, ends
"""
_SWEEP = "DELETE FROM kit_limit WHERE ends <= %(now)s"
_FORGIVE = "DELETE FROM kit_limit WHERE key = %(key)s"
_CLEAR = "DELETE FROM kit_limit"

_local = threading.local()
_hits = count(1)


@dataclass(frozen=True)
class Verdict:
    """What a hit met."""

    allowed: bool
    count: int  # tries in this window, this one included
    retry_at: datetime  # when the window ends


def hit(key: str, limit: int, window_seconds: int, now: datetime) -> Verdict:
    """Count one try under `key`; allowed while there were at most `limit` in the window."""
    if next(_hits) % SWEEP_EVERY == 0:
        _run(_SWEEP, now=now.timestamp())
    row = _run(_HIT, key=_hashed(key), now=now.timestamp(), ends=now.timestamp() + window_seconds)
    if row is None:
        raise RuntimeError("the limit was not counted")
    tries, ends = row
    return Verdict(tries <= limit, tries, datetime.fromtimestamp(ends, UTC))


def forgive(key: str) -> None:
    """Forget the tries under `key`: the right answer was given."""
    _run(_FORGIVE, key=_hashed(key))


def clear() -> None:
    """Forget everything, for tests."""
    _run(_CLEAR)


def _hashed(key: str) -> str:
    return crypto.fingerprint(key, "limits")  # addresses and slips are in the keys


def _run(statement: str, **params: float | str) -> tuple[int, float] | None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchone() if cursor.description else None
    # sqlite3 writes :name where psycopg writes %(name)s
    for name in params:
        statement = statement.replace(f"%({name})s", f":{name}")
    row: tuple[int, float] | None = _file().execute(statement, params).fetchone()
    return row


def _file() -> sqlite3.Connection:
    """This thread's connection to the file, which is made when it is missing."""
    path = str(settings.LIMITS_FILE)
    if getattr(_local, "path", "") != path:
        opened = sqlite3.connect(path, timeout=5, isolation_level=None)
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("PRAGMA synchronous=NORMAL")
        opened.execute(_CREATE)
        _local.file, _local.path = opened, path
    file: sqlite3.Connection = _local.file
    return file


def client_address(request: HttpRequest) -> Address | None:
    """Where the request comes from: the address itself, or what our own proxies say about it."""
    address = _address(request.META.get("REMOTE_ADDR", ""))
    if address is None or not _is_trusted(address):
        return address
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    # The rightmost that is not ours; what stands left of it anybody may write.
    for hop in reversed(forwarded):
        address = _address(hop.strip())
        if address is None or not _is_trusted(address):
            return address
    return address


def client_network(request: HttpRequest) -> str:
    """The network of the request: sixty phones at one table share it, so it flags and delays, never blocks."""
    address = client_address(request)
    if address is None:
        return "unknown"
    return str(ip_network(f"{address}/{NETWORK_BITS[address.version]}", strict=False))


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request was made on this very machine; one that any proxy has passed on was not."""
    passed_on = any(
        header in request.META for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    )
    address = client_address(request)
    return address is not None and address.is_loopback and not passed_on


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)
