"""Whether the keys in the folder are those that this database was written with.

A database beside other keys, or none, opens no telephone number and finds no slip; new keys, made in silence, would
bury the old ones. So each start compares, and a node that was put up without the keys does not begin.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, transaction

from shangliang.kit import crypto

PURPOSE = b"shangliang key mark"
SECRET = "secret"  # noqa: S105 — the name of Django's own key, which signs cookies and forms


class Fault(StrEnum):
    """What is wrong with a key."""

    LOST = "lost"  # the file, or this key in it, is gone
    BROKEN = "broken"  # the file cannot be read
    FOREIGN = "foreign"  # another key than the one of this database


class Misfit(NamedTuple):
    """One key that does not fit, by its name; of the whole file "" ."""

    fault: Fault
    name: str


def misfits() -> list[Misfit]:
    """What stands against a start. Nothing is made or written."""
    known = _marks()
    if not known:
        return [] if crypto.is_readable() or not settings.KEYS_FILE.exists() else [Misfit(Fault.BROKEN, "")]
    return against(known)


def against(known: Mapping[str, str]) -> list[Misfit]:
    """Which of these marks the keys in the folder do not bear: of this database, or of one that is to come here."""
    if not settings.KEYS_FILE.exists():
        return [Misfit(Fault.LOST, "")]
    if not crypto.is_readable():
        return [Misfit(Fault.BROKEN, "")]
    mine = _mine()
    return [
        Misfit(Fault.FOREIGN if name in mine else Fault.LOST, name)
        for name, mark in known.items()
        if mine.get(name) != mark
    ]


def agree() -> list[Misfit]:
    """The same at a start: where nothing stands against it, keys are made if there are none, and new ones remembered."""
    found = misfits()
    if not found:
        crypto.keyring()
        remember()
    return found


def remember() -> None:
    """Write down the keys in use that are not yet known here."""
    from shangliang.kit.models import KeyMark

    with transaction.atomic():
        known = set(KeyMark.objects.values_list("name", flat=True))
        KeyMark.objects.bulk_create(
            KeyMark(name=name, mark=mark) for name, mark in _mine().items() if name not in known
        )


def forget(name: str) -> None:
    """A key that has been given a successor is not looked for any more."""
    from shangliang.kit.models import KeyMark

    KeyMark.objects.filter(name=name).delete()


def is_marked() -> bool:
    """Whether this database was ever used with keys; where there is no such table yet it was not."""
    try:
        return bool(_marks())
    except DatabaseError:
        return False


def _marks() -> dict[str, str]:
    from shangliang.kit.models import KeyMark

    return dict(KeyMark.objects.order_by("name").values_list("name", "mark"))


def _mine() -> dict[str, str]:
    ring = crypto.keyring()
    keys = {f"sealing/{name}": key for name, key in ring.sealing.items()}
    keys |= {"hashing": ring.hashing, "signing": ring.signing, SECRET: settings.SECRET_KEY.encode()}
    return {name: hmac.new(key, PURPOSE, hashlib.sha256).hexdigest() for name, key in sorted(keys.items())}
