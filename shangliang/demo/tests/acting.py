"""The hand that tells a matter by the actions themselves, with the worker at its side; and what it left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import STEPS, tick
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock

M = TypeVar("M", bound=Model)


class Acting:
    """Does each act at its moment; between two of them the worker ticks at every moment that passes."""

    def __init__(self) -> None:
        self.done: set[Callable[..., Any]] = set()

    def do(self, action: Callable[..., Any], *, at: datetime, **given: Any) -> Any:
        self.done.add(action)
        self._pass(at)
        for value in given.values():
            if isinstance(value, Model):
                value.refresh_from_db()
        with clock.at(at):
            made = action(at=at, **given)
        self._react(at)
        return made

    def rows(self, table: type[M], **where: object) -> list[M]:
        return list(table._default_manager.filter(**where).order_by("pk"))

    def rest(self, now: datetime) -> None:
        self._pass(now + timedelta(microseconds=1))

    def _pass(self, until: datetime) -> None:
        while (moment := self._next_moment()) is not None and moment < until:
            with clock.at(moment):
                tick(moment)
            self._react(moment)

    def _next_moment(self) -> datetime | None:
        running = Clock.objects.running().filter(paused_at=None)
        waiting = [
            row.pop(passes)
            for passes, told, _kind in STEPS
            for row in running.filter(**{told: None}).order_by(passes).values(passes)[:1]
        ]
        return min(waiting, default=None)

    def _react(self, at: datetime) -> None:
        with clock.at(at):
            react(at)
        failure = Failure.objects.first()
        assert failure is None, f"{failure.reaction}: {failure.error}" if failure else ""
