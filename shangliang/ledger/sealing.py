"""How an entry becomes a leaf, and how a checkpoint is signed and checked (C2SP tlog-checkpoint, signed note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from shangliang.kit import crypto
from shangliang.ledger import rules
from shangliang.ledger.models import Entry

ED25519 = b"\x01"


def leaf_data(entry: Entry) -> bytes:
    """The bytes of an entry that its leaf hashes."""
    return rules.canonical(
        {
            "id": entry.pk,
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


def key_id(public: bytes) -> bytes:
    """C2SP signed-note: the first four bytes of SHA-256(name, newline, algorithm, key)."""
    return hashlib.sha256(origin().encode() + b"\n" + ED25519 + public).digest()[:4]


def sign(size: int, root: bytes) -> str:
    """A checkpoint as a C2SP signed note."""
    body = f"{origin()}\n{size}\n{base64.b64encode(root).decode()}\n"
    key = crypto.signing_key()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = base64.b64encode(key_id(public) + key.sign(body.encode())).decode()
    return f"{body}\n— {origin()} {signature}\n"


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
