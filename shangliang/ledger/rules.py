"""Canonical content, its digest, and the Merkle tree of RFC 6962. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from shangliang.events.kinds import Kind

BINDS = "binds"  # the fact under which a content keeps the digests of the rows that its act speaks of
ERASURES = {
    Kind.SUBMISSION_ERASED: "asked by its owner",
    Kind.ERASURE_CONFIRMED: "asked for by its desk, confirmed from outside the room",
}  # acts that empty the contents of their thing, and why
LONGEST_FACT = 80  # characters; a fact is a state, a date, a number or a code, never a text


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class NotAFact(ValueError):
    """Something that looks like free text was about to enter the ledger."""


def canonical(content: Mapping[str, object]) -> str:
    """Keys sorted, no spaces, UTF-8 as it is: the same content gives the same string on every machine."""
    _refuse_texts(content)
    return in_one_way(content)


def in_one_way(content: object) -> str:
    """The same, of what is known to hold no free text."""
    return _ENCODER.encode(content)


def _refuse_texts(value: object) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_FACT or "\n" in value:
            raise NotAFact(f"{len(value)} characters of text do not belong into the ledger")
    elif isinstance(value, Mapping):
        for item in value.values():
            _refuse_texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            _refuse_texts(item)


def as_bound(rows: object) -> str:
    """What rows say, in one way only: texts of any length, dates as ISO. It is hashed and never kept."""
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):  # also a moment
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is nothing that can be bound")


def digest(body: str, salt: bytes) -> str:
    """HMAC-SHA-256 of the canonical content under its salt."""
    return hmac.new(salt, body.encode(), hashlib.sha256).hexdigest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, 2.1: a leaf is hashed under 0x00, a node under 0x01, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(peaks: Sequence[bytes], size: int, leaves: Iterable[bytes]) -> tuple[list[bytes], int]:
    """Append `leaves` to a tree of `size` leaves given by its full subtrees, left to right."""
    grown = list(peaks)
    for leaf in leaves:
        node, level = leaf, size
        while level & 1:
            node = node_hash(grown.pop(), node)
            level >>= 1
        grown.append(node)
        size += 1
    return grown, size


def root(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree whose full subtrees are `peaks`; the hash of nothing for an empty one."""
    if not peaks:
        return hashlib.sha256(b"").digest()
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = node_hash(peak, node)
    return node
