"""A process that does the loop until it is killed: it prints what it has acknowledged, line by line.

`python -m tests.crash.loop web` raises matters and screens them; `… worker` runs the worker's rounds.
Told apart from the test so that each is a real process that a real SIGKILL ends.
"""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
django.setup()

from shangliang.access.actor import ANONYMOUS  # noqa: E402 — the apps must be loaded first
from shangliang.clocks.tasks import tick  # noqa: E402
from shangliang.events.tasks import react  # noqa: E402
from shangliang.inbox.tasks import deliver  # noqa: E402
from shangliang.kit import clock  # noqa: E402
from shangliang.ledger.tasks import seal  # noqa: E402
from shangliang.places.models import Room  # noqa: E402
from shangliang.topics.actions.intake import Intake, receive  # noqa: E402


def web() -> None:
    """Raise matters, one after another; a line on stdout is what a browser would have shown."""
    room = Room.objects.get(no="100001")
    number = 0
    while True:
        number += 1
        intake = Intake(
            room=room, text=f"{number} 号楼道灯不亮", nonce=f"{os.getpid()}-{number}", phone="16000001234"
        )
        received = receive(actor=ANONYMOUS, intake=intake, at=clock.now())
        sys.stdout.write(f"{received.submission.pk} {received.slip}\n")
        sys.stdout.flush()


def worker() -> None:
    """The worker's rounds without pause."""
    while True:
        now = clock.now()
        tick(now)
        react(now)
        deliver(now)
        seal(now)


if __name__ == "__main__":
    {"web": web, "worker": worker}[sys.argv[1]]()
