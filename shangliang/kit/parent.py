"""A process of `serve` ends with the one that started it: no orphan keeps the port, or answers without a worker."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

SUPERVISED = "SHANGLIANG_SUPERVISED"  # set by `serve`; elsewhere whoever starts us sees to it
LOOK_EVERY = 0.5  # seconds


def end_with_parent(end: Callable[[], None] | None = None) -> None:
    """Look from time to time whether the parent is still there, in a thread of its own."""
    if SUPERVISED in os.environ:
        threading.Thread(target=_watch, args=(os.getppid(), end or _end), name="parent", daemon=True).start()


def _watch(parent: int, end: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    end()


def _end() -> None:
    """As if told to stop; what does not hear it in time is ended."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10 * LOOK_EVERY)
    os._exit(1)
