"""How an entry becomes a leaf, and how a checkpoint is signed, read and checked (C2SP tlog-checkpoint, signed note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from shangliang.kit import crypto
from shangliang.ledger import rules

ED25519 = b"\x01"


class Row(Protocol):
    """What a leaf is made of: an entry, or its columns as they were read."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> str: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def subject_no(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def pseudonym(self) -> str: ...
    @property
    def rulebook(self) -> str: ...
    @property
    def digest(self) -> str: ...


def leaf_data(entry: Row) -> bytes:
    """The bytes of an entry that its leaf hashes."""
    return rules.in_one_way(
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "event": entry.event,
            "subject": f"{entry.subject_kind}/{entry.subject_no}",
            "office": entry.office,
            "pseudonym": entry.pseudonym,
            "rulebook": entry.rulebook,
            "digest": entry.digest,
        }
    ).encode()


def origin() -> str:
    """The log's name in its checkpoints."""
    return f"{settings.LEDGER_NAME}/ledger"


def public_key() -> bytes:
    """The 32 bytes with which anybody checks a signature."""
    return crypto.signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(public: bytes) -> bytes:
    """C2SP signed-note: the first four bytes of SHA-256(name, newline, algorithm, key)."""
    return hashlib.sha256(origin().encode() + b"\n" + ED25519 + public).digest()[:4]


def moment(at: datetime) -> str:
    """A moment as it stands in a checkpoint."""
    return at.astimezone(UTC).isoformat()


def sign(size: int, root: bytes, *, at: datetime, previous: str = "") -> str:
    """A checkpoint as a C2SP signed note.

    Two lines of our own follow the root: when, and which checkpoint was the one before, with the hash of its text. So
    whoever keeps the newest holds fast all before it.
    """
    body = f"{origin()}\n{size}\n{base64.b64encode(root).decode()}\nat {moment(at)}\n"
    before = read(previous)
    if before:
        body += f"after {before.size} {before.text_hash}\n"
    signature = base64.b64encode(key_id(public_key()) + crypto.signing_key().sign(body.encode())).decode()
    return f"{body}\n— {origin()} {signature}\n"


@dataclass(frozen=True)
class Noted:
    """What a checkpoint's note says."""

    note: str
    origin: str
    size: int
    root: str  # hexadecimal
    at: str  # as it stands there; empty in those signed before dates stood in them
    after: tuple[int, str] | None  # size and hash of the checkpoint before

    @property
    def text(self) -> str:
        """What is signed."""
        return self.note.rpartition("\n\n")[0] + "\n"

    @property
    def text_hash(self) -> str:
        return base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()


NOTE = re.compile(
    r"^(?P<origin>[^\s>]\S*)\n(?P<size>\d+)\n(?P<root>[A-Za-z0-9+/]{43}=)\n(?P<more>(?:[^\n]+\n)*)\n(?P<signatures>(?:— [^\n]+(?:\n|\Z))+)",
    re.MULTILINE,
)


def notes(text: str) -> Iterator[Noted]:
    """The checkpoints that stand in a text: a file that was kept, a mail, several of them pasted one after the other."""
    for found in NOTE.finditer(text.replace("\r\n", "\n").replace("\n> ", "\n")):
        more = dict(line.split(" ", 1) for line in found["more"].splitlines() if " " in line)
        size, _blank, text_hash = more.get("after", "").partition(" ")
        signatures = found["signatures"].rstrip("\n") + "\n"
        yield Noted(
            note=f"{found['origin']}\n{found['size']}\n{found['root']}\n{found['more']}\n{signatures}",
            origin=found["origin"],
            size=int(found["size"]),
            root=base64.b64decode(found["root"]).hex(),
            at=more.get("at", ""),
            after=(int(size), text_hash) if size.isdecimal() else None,
        )


def read(note: str) -> Noted | None:
    """The one checkpoint that `note` is, if it is one and nothing else."""
    found = next(notes(note), None)
    return found if found and found.note == note else None


def is_signed(note: str) -> bool:
    """Whether a checkpoint's note carries our signature over its own text, and over all of it."""
    text, _blank, lines = note.rpartition("\n\n")
    ours = f"— {origin()} "
    signatures = [line.removeprefix(ours) for line in lines.splitlines() if line.startswith(ours)]
    return any(_fits(f"{text}\n", signature) for signature in signatures)


def _fits(text: str, signature: str) -> bool:
    """Under today's key, or one that has signed before it."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except binascii.Error:
        return False
    for key in crypto.verifying_keys():
        if raw[:4] == key_id(key.public_bytes(Encoding.Raw, PublicFormat.Raw)):
            with suppress(InvalidSignature):
                key.verify(raw[4:], text.encode())
                return True
    return False
