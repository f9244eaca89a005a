"""Photos and sound kept between two tries of a form, so that nothing has to be chosen twice. Not in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shangliang.kit import ids

FOLDER = "held"
SALT = "topics.held"
PARTS = (".jpg", "-s.jpg")  # the photo and its thumbnail


def hold_photo(photo: bytes, thumbnail: bytes) -> str:
    """Keep one photo; returns the name under which it is found again."""
    name = ids.new_key()
    for part, data in zip(PARTS, (photo, thumbnail), strict=True):
        default_storage.save(f"{FOLDER}/{name}{part}", ContentFile(data))
    return name


def hold_file(data: bytes, ending: str) -> str:
    """Keep a file of one part: a sound, a letter, a photo without its small one."""
    name = f"{ids.new_key()}.{ending}"
    default_storage.save(f"{FOLDER}/{name}", ContentFile(data))
    return name


def sealed(names: Iterable[str]) -> str:
    """The names as the form carries them: signed, so that nobody asks for a file of somebody else."""
    return signing.dumps(list(names), salt=SALT)


def opened(token: str, hours: int) -> list[str]:
    """The names in a form's token that are still there; none when it was tampered with or is too old."""
    try:
        names = signing.loads(token, salt=SALT, max_age=hours * 3600) if token else []
    except signing.BadSignature:
        return []
    return [name for name in names if default_storage.exists(f"{FOLDER}/{_first(name)}")]


def _first(name: str) -> str:
    return name if "." in name else name + PARTS[0]


def photo(name: str) -> tuple[bytes, bytes]:
    """Photo and thumbnail."""
    return _read(name + PARTS[0]), _read(name + PARTS[1])


def file(name: str) -> tuple[bytes, str]:
    """What `hold_file` kept, and its ending."""
    return _read(name), name.rpartition(".")[2]


def _read(name: str) -> bytes:
    with default_storage.open(f"{FOLDER}/{name}") as file:
        return bytes(file.read())


def drop(names: Iterable[str]) -> None:
    """Delete what was kept: it is sent, or not wanted any more."""
    for name in names:
        for file in (name,) if "." in name else (name + part for part in PARTS):
            default_storage.delete(f"{FOLDER}/{file}")


def sweep(older_than: datetime) -> int:
    """Delete what nobody came back for; returns how many files."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    old = [name for name in files if default_storage.get_modified_time(f"{FOLDER}/{name}") < older_than]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)
