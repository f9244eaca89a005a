"""The one crypto module: keys by id, sealed text, keyed hashes. The switch point for national algorithms.

Keys live in `keys.json` beside the data (mode 600), never in the database: a copy of the database alone reveals
no telephone number. Old keys stay for reading; the newest one writes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from shangliang.kit.files import write_secret_once

NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed text whose key is gone or whose bytes were changed."""


@dataclass(frozen=True)
class Keyring:
    """All keys of one deployment; `current` seals, any opens."""

    current: str
    sealing: dict[str, bytes]
    hashing: bytes
    signing: bytes

    @classmethod
    def fresh(cls) -> Keyring:
        return cls("1", {"1": secrets.token_bytes(32)}, secrets.token_bytes(32), secrets.token_bytes(32))

    @classmethod
    def read(cls, path: Path) -> Keyring:
        raw = json.loads(path.read_text("utf-8"))
        return cls(
            current=raw["current"],
            sealing={key: b64decode(value) for key, value in raw["sealing"].items()},
            hashing=b64decode(raw["hashing"]),
            signing=b64decode(raw["signing"]),
        )

    def write(self, path: Path) -> None:
        """Whole or not at all, readable by the owner only."""
        text = json.dumps(
            {
                "current": self.current,
                "sealing": {key: b64encode(value).decode() for key, value in self.sealing.items()},
                "hashing": b64encode(self.hashing).decode(),
                "signing": b64encode(self.signing).decode(),
            }
        )
        write_secret_once(path, text)


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The deployment's keys, made at the first use."""
    path = Path(settings.KEYS_FILE)
    if not path.exists():
        Keyring.fresh().write(path)
    return Keyring.read(path)


def seal(text: str, purpose: str) -> bytes:
    """Encrypt `text`; opening it needs the same `purpose`, so that a value moved to another column is useless."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(ring.sealing[ring.current]).encrypt(nonce, text.encode(), purpose.encode())
    return ring.current.encode() + b":" + nonce + box


def unseal(box: bytes, purpose: str) -> str:
    """The text that `seal` was given; raises Unreadable."""
    name, _, rest = bytes(box).partition(b":")
    key = keyring().sealing.get(name.decode("ascii", "replace"))
    if key is None:
        raise Unreadable(f"no key {name!r}")
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], purpose.encode()).decode()
    except InvalidTag as error:
        raise Unreadable("the sealed text was changed or belongs elsewhere") from error


def fingerprint(text: str, purpose: str) -> str:
    """A keyed hash for looking a secret up without storing it: 64 hexadecimal digits."""
    return hmac.new(keyring().hashing, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def signing_key() -> Ed25519PrivateKey:
    """The key that signs the ledger's checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(keyring().signing)
