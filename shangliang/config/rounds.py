"""What the worker does in each round. It brings the engines, so nothing but the worker imports it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.utils import timezone

from shangliang.clocks.tasks import tick
from shangliang.config.aside import Lane
from shangliang.deliberations.tasks import set_missing_papers
from shangliang.events.tasks import forget_pressed, react
from shangliang.feedback import tasks as feedback
from shangliang.inbox.tasks import deliver, digest
from shangliang.kit import clock, heartbeat
from shangliang.ledger.tasks import seal, seal_latecomers
from shangliang.opinions import tasks as opinions
from shangliang.sortition import tasks as sortition
from shangliang.topics import tasks as topics

log = logging.getLogger(__name__)

# Work that may take minutes has a process of its own, one of each kind at a time.
LANES = (
    Lane("maps", opinions.next_apart),
    Lane("checks", sortition.next_check),
    Lane("lotteries", sortition.next_lottery),
)


NIGHT_AT = time(3, 17)  # in China, while offices are closed


def pulse() -> bool:
    """One round: tell what is due, react, react to the reactions, send, seal, draw maps, look after the long jobs;
    whether to come back soon."""
    more: list[bool] = []
    failed = _each(
        ("clocks", lambda: tick(clock.now())),
        ("reactions", _react),
        ("messages", lambda: deliver(clock.now())),
        ("seal", lambda: seal(clock.now())),
        ("maps", lambda: more.append(opinions.draw_maps(clock.now()))),
        *((f"lane {lane.name}", partial(_look, lane, more)) for lane in LANES),
    )
    heartbeat.beat(failed)
    return any(more)


def _look(lane: Lane, more: list[bool]) -> None:
    more.append(lane.look(clock.now()))


def _react() -> None:
    while react(clock.now()):
        pass


def minute() -> None:
    """What need not be done at once."""
    _each(
        ("digests", lambda: digest(clock.now())),
        ("papers", lambda: set_missing_papers(clock.now())),
    )


def night() -> None:
    """One night's round. Begun is done: what failed is tried the next night, not every minute."""
    _last_night().touch()
    _each(
        ("topics", lambda: topics.retain(clock.now())),
        ("draws", lambda: sortition.retain(clock.now())),
        ("feedback", lambda: feedback.retain(clock.now())),
        ("latecomers", lambda: seal_latecomers(clock.now())),
        ("pressed", lambda: forget_pressed(clock.now())),
        ("sign-ins", SessionStore.clear_expired),
    )


def night_is_due() -> bool:
    """Whether tonight's round is still to be done: also later in the day, where the machine was off at night."""
    now = timezone.localtime(clock.unpinned())
    due = now.replace(hour=NIGHT_AT.hour, minute=NIGHT_AT.minute, second=0, microsecond=0)
    if now < due:
        return False
    try:
        return datetime.fromtimestamp(_last_night().stat().st_mtime, due.tzinfo) < due
    except FileNotFoundError:
        return True


def _last_night() -> Path:
    """The file whose change time says when a night's round was last begun."""
    path: Path = settings.HOME / "worker.night"
    return path


def _each(*steps: tuple[str, Callable[[], object]]) -> dict[str, str]:
    """Do all of them, whatever becomes of one; returns which failed, with the error's name."""
    failed = {}
    for name, step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 — kept, shown to whoever keeps the system, and tried again
            log.exception("the worker's step %s failed", name)
            failed[name] = type(error).__name__
            close_old_connections()
    return failed
