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
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from shangliang.kit.files import replace_secret, write_secret_once

NONCE_BYTES = 12
KEY_BYTES = 32
LOCKED = "shangliang keys under a passphrase, 1"
STRETCH = {"n": 2**16, "r": 8, "p": 1}  # scrypt: 64 MB of memory for each guess


class Unreadable(Exception):
    """A sealed text whose key is gone or whose bytes were changed."""


class WrongPassphrase(Exception):
    """A locked text that this passphrase does not open, or that was changed."""


class NoKeys(RuntimeError):
    """The key file is gone, and this database was written with it: new keys would bury the old ones."""


@dataclass(frozen=True)
class Keyring:
    """All keys of one deployment; `current` seals, any opens."""

    current: str
    sealing: dict[str, bytes]
    hashing: bytes
    signing: bytes
    retired: tuple[bytes, ...] = ()  # public halves of keys that have signed: what they signed stays signed

    @classmethod
    def fresh(cls) -> Keyring:
        return cls(
            "1",
            {"1": secrets.token_bytes(KEY_BYTES)},
            secrets.token_bytes(KEY_BYTES),
            secrets.token_bytes(KEY_BYTES),
        )

    @classmethod
    def read(cls, path: Path) -> Keyring:
        raw = json.loads(path.read_text("utf-8"))
        return cls(
            current=raw["current"],
            sealing={key: b64decode(value) for key, value in raw["sealing"].items()},
            hashing=b64decode(raw["hashing"]),
            signing=b64decode(raw["signing"]),
            retired=tuple(b64decode(each) for each in raw.get("retired", [])),
        )

    def with_new_sealing(self) -> Keyring:
        """A new key seals from now on; the old ones go on opening."""
        name = str(max(map(int, self.sealing)) + 1)
        return replace(self, current=name, sealing={**self.sealing, name: secrets.token_bytes(KEY_BYTES)})

    def with_new_signing(self) -> Keyring:
        """A new key signs from now on; what the old one signed can still be checked."""
        public = _public(Ed25519PrivateKey.from_private_bytes(self.signing).public_key())
        return replace(self, signing=secrets.token_bytes(KEY_BYTES), retired=(public, *self.retired))

    def write(self, path: Path) -> None:
        """Whole or not at all, readable by the owner only; what is there already stays."""
        write_secret_once(path, self._text())

    def write_instead(self, path: Path) -> None:
        """The same in the place of the keys that are there."""
        replace_secret(path, self._text())

    def _text(self) -> str:
        return json.dumps(
            {
                "current": self.current,
                "sealing": {key: b64encode(value).decode() for key, value in self.sealing.items()},
                "hashing": b64encode(self.hashing).decode(),
                "signing": b64encode(self.signing).decode(),
                "retired": [b64encode(each).decode() for each in self.retired],
            }
        )


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The deployment's keys, made at the first use of a database that has known none; raises NoKeys."""
    path = Path(settings.KEYS_FILE)
    if not path.exists():
        from shangliang.kit.keys import is_marked

        if is_marked():
            raise NoKeys(f"{path} is gone; `shangliang check` says what to do")
        Keyring.fresh().write(path)
    return Keyring.read(path)


def is_readable() -> bool:
    """Whether the key file holds a whole set of keys."""
    try:
        ring = Keyring.read(Path(settings.KEYS_FILE))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    right = {len(key) for key in (*ring.sealing.values(), ring.hashing, ring.signing)} == {KEY_BYTES}
    return right and ring.current in ring.sealing


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


def lock(text: str, passphrase: str) -> str:
    """Seal `text` under a passphrase that people keep, apart from all keys of this house: JSON that explains itself."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(_stretched(passphrase, salt, STRETCH)).encrypt(nonce, text.encode(), LOCKED.encode())
    parts = {
        name: b64encode(value).decode() for name, value in (("salt", salt), ("nonce", nonce), ("box", box))
    }
    return json.dumps({"format": LOCKED, "scrypt": STRETCH, **parts}, indent=1)


def unlock(locked: str, passphrase: str) -> str:
    """The text that `lock` was given; raises WrongPassphrase, or ValueError where it is no such file."""
    try:
        raw = json.loads(locked)
        salt, nonce, box = (b64decode(raw[name], validate=True) for name in ("salt", "nonce", "box"))
        if raw["format"] != LOCKED or raw["scrypt"] != STRETCH:
            raise ValueError(raw["format"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no locked keys") from error
    try:
        return AESGCM(_stretched(passphrase, salt, STRETCH)).decrypt(nonce, box, LOCKED.encode()).decode()
    except InvalidTag as error:
        raise WrongPassphrase from error


def _stretched(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, **cost).derive(passphrase.encode())


def fingerprint(text: str, purpose: str) -> str:
    """A keyed hash for looking a secret up without storing it: 64 hexadecimal digits."""
    return hmac.new(keyring().hashing, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def verifying_keys() -> list[Ed25519PublicKey]:
    """The public keys under which a checkpoint of this house may be signed, today's first."""
    retired = map(Ed25519PublicKey.from_public_bytes, keyring().retired)
    return [signing_key().public_key(), *retired]


def _public(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def signing_key() -> Ed25519PrivateKey:
    """The key that signs the ledger's checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(keyring().signing)
