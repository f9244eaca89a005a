"""One round of a kind at a time, over all processes and machines on one database.

The lock is the system's own: PostgreSQL's goes with the connection, a file's with the process. Nothing is left locked by
what was killed, nor by a disk that was full when the lock was to be taken off.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from django.conf import settings
from django.db import DatabaseError, connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether this process may do it now; False while another does."""
    if connection.vendor == "postgresql":
        with _advisory(number(name)) as is_free:
            yield is_free
        return
    with open(settings.HOME / f"{name}.lock", "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def number(name: str) -> int:
    """What PostgreSQL knows that kind of round by."""
    return crc32(f"shangliang/{name}".encode())


@contextmanager
def _advisory(key: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (is_free,) = cursor.fetchone()
    try:
        yield is_free
    finally:
        if is_free:
            with suppress(DatabaseError), connection.cursor() as cursor:  # gone with the connection it was on
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
