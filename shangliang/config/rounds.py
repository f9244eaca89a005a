"""What the worker does in each round. It brings the engines, so nothing but the worker imports it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from shangliang.clocks.tasks import tick
from shangliang.config.aside import Lane
from shangliang.deliberations.tasks import set_missing_papers
from shangliang.events.tasks import forget_pressed, react
from shangliang.feedback import tasks as feedback
from shangliang.inbox.tasks import deliver, digest
from shangliang.kit import clock
from shangliang.ledger.tasks import seal, seal_latecomers
from shangliang.opinions import tasks as opinions
from shangliang.sortition import tasks as sortition
from shangliang.topics import tasks as topics

# Work that may take minutes has a process of its own, one of each kind at a time.
LANES = (
    Lane("maps", opinions.next_apart),
    Lane("checks", sortition.next_check),
    Lane("lotteries", sortition.next_lottery),
)


def pulse() -> bool:
    """One round: tell what is due, react, react to the reactions, send, seal, draw maps, look after the long jobs;
    whether to come back soon."""
    now = clock.now()
    tick(now)
    while react(clock.now()):
        pass
    deliver(clock.now())
    seal(clock.now())
    more = opinions.draw_maps(clock.now())
    busy = [lane.look(clock.now()) for lane in LANES]
    heartbeat().touch()
    return more or any(busy)


def minute() -> None:
    """What need not be done at once."""
    digest(clock.now())
    set_missing_papers(clock.now())


def night() -> None:
    """One night's round."""
    topics.retain(clock.now())
    sortition.retain(clock.now())
    feedback.retain(clock.now())
    seal_latecomers(clock.now())
    forget_pressed(clock.now())
    SessionStore.clear_expired()


def heartbeat() -> Path:
    """The file whose age says when the worker last finished a round."""
    path: Path = settings.HOME / "worker.heartbeat"
    return path
