"""`python -m shangliang.config.run_worker`: the worker as a process of its own."""

import os

import django

# One thread: the same map on every run, and the other cores stay free for the pages.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
django.setup()

from shangliang.config import worker  # noqa: E402 — the apps must be loaded first
from shangliang.kit.parent import end_with_parent  # noqa: E402

if __name__ == "__main__":
    end_with_parent()
    worker.run()
