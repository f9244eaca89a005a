"""`python -m shangliang.config.run_job MEGABYTES FUNCTION ARGUMENT…`: one long job of the worker, in a process of its own."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

import django
from django.utils.module_loading import import_string

PR_SET_PDEATHSIG = 1
MEGABYTE = 1024 * 1024


def bound(megabytes: int) -> None:
    """No more memory than that, and no life without the worker; as far as the system knows how."""
    _soft, most = resource.getrlimit(resource.RLIMIT_DATA)
    size = megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (size if most < 0 else min(size, most), most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ.get("SHANGLIANG_WORKER_PID", os.getppid())):
        sys.exit(1)  # the worker died before we asked to be told


if __name__ == "__main__":
    # One thread: the same result on every run, and the other cores stay free for the pages.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
    bound(int(sys.argv[1]))
    django.setup()

    import_string(sys.argv[2])(*sys.argv[3:])

    from shangliang.config import worker

    worker.wake()
