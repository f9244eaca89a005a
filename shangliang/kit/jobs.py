"""Long work, done in a process of its own with a bound on time and memory, beside the worker's rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string


class Lost(StrEnum):
    """Why a job did not come to its end."""

    TIME = "time"
    FAILED = "failed"  # an exception, or the memory was not enough; the log says which


@dataclass(frozen=True)
class Job:
    """What runs: a function by its dotted name, called with `args`; and what to do when it is lost.

    The rows that asked for it stay as they are until the job itself writes its result, so a crash loses nothing.
    """

    run: str
    args: tuple[str, ...]
    seconds: float  # then it is stopped
    megabytes: int  # of data; beyond that it fails
    lost: Callable[[Lost], None]


def wake() -> None:
    """Tell the worker that there is something to do; where no way is set, its next round finds it."""
    if path := getattr(settings, "WAKE_WORKER", ""):
        import_string(path)()
