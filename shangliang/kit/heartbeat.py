"""The worker's sign of life: a small file that says when it last finished a round, and what failed in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shangliang.kit import clock
from shangliang.kit.files import whole_file

log = logging.getLogger(__name__)
SILENT = 180  # seconds; the worker ticks every minute


@dataclass(frozen=True)
class Beat:
    """`seconds` since the last round, and the steps of it that failed, with the error's name."""

    seconds: float
    failed: Mapping[str, str]

    @property
    def is_well(self) -> bool:
        return self.seconds < SILENT and not self.failed


def beat(failed: Mapping[str, str]) -> None:
    """A round is over. A disk that is full keeps the file old, which is what it should look like."""
    try:
        with whole_file(path()) as file:
            json.dump(dict(failed), file)
    except OSError as error:
        log.warning("the sign of life was not written: %s", error)


def last() -> Beat | None:
    """None where no worker has ever finished a round here."""
    try:
        seconds = clock.unpinned().timestamp() - path().stat().st_mtime
        return Beat(seconds, json.loads(path().read_text("utf-8") or "{}"))
    except (OSError, ValueError):
        return None


def path() -> Path:
    """Beside the database; the file's age is the age of the sign."""
    file: Path = settings.HOME / "worker.heartbeat"
    return file
