"""One matter of the past: acts are taken as the real ones are, and leave the same rows without a statement each.

`Past.do` takes an action of the house and calls its twin (`demo.twins`), which has the same parameters.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from shangliang.access.actor import Actor, Grant
from shangliang.access.roles import Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.tasks import STEPS, facts_of
from shangliang.deliberations.states import Seat
from shangliang.demo.bulk import Bulk
from shangliang.events.actions import reactions
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Done, Event, Reaction
from shangliang.events.tasks import name_of
from shangliang.ledger import actions as ledger
from shangliang.ledger.models import Content, Entry
from shangliang.people.models import Person

M = TypeVar("M", bound=Model)
Twins = Mapping[Callable[..., Any], Callable[..., Any]]  # an action of the house -> what writes its rows here
Follows = Mapping[Reaction, Callable[..., None]]  # a reaction -> the same
INSTANT = timedelta(microseconds=1)


class Past:
    """The rows of one matter so far, its running clocks, and the time that passes over them."""

    def __init__(
        self,
        bulk: Bulk,
        twins: Twins,
        follows: Follows,
        conveners: Mapping[Seat, Person],
        accounts: Mapping[Grant, int],
    ) -> None:
        """`conveners` are those of the matter's room, `accounts` who holds which office."""
        self.bulk, self.conveners, self.accounts = bulk, conveners, accounts
        self._twins, self._follows = twins, follows
        self._rows: dict[type[Model], list[Model]] = defaultdict(list)
        self._running: dict[tuple[str, Subject], Clock] = {}
        self._open: list[Event] = []

    def do(self, action: Callable[..., Any], *, at: datetime, **given: Any) -> Any:
        """One act, and what follows from it."""
        self._pass(at)
        made = self._twins[action](self, at=at, **given)
        self._react()
        return made

    def rest(self, now: datetime) -> None:
        """Nothing more is done until now; the clocks run on."""
        self._pass(now + INSTANT)

    # -- rows -------------------------------------------------------------------------------------------------

    def add(self, row: M) -> M:
        self._rows[type(row)].append(row)
        return self.bulk.add(row)

    def rows(self, table: type[M], **where: object) -> list[M]:
        """The matter's rows of one table, in the order in which they were made."""
        return [
            row
            for row in self._rows[table]
            if isinstance(row, table) and all(getattr(row, name) == value for name, value in where.items())
        ]

    # -- the ledger, as `ledger.actions` writes it ------------------------------------------------------------

    def act(
        self,
        kind: Kind,
        subject: Subject,
        *,
        actor: Actor,
        role: Role | None = None,
        place: str = "",
        at: datetime,
        content: dict[str, object] | None = None,
        payload: dict[str, object] | None = None,
        is_forgotten: bool = False,
    ) -> None:
        """The ledger row of an act, its content, its event."""
        facts = dict(content or {})
        entry, body = ledger.rows(
            kind,
            subject,
            office=ledger.office_of(actor, role, place),
            pseudonym=secrets.token_hex(16) if is_forgotten else self.bulk.pseudonym(actor),
            at=at,
            facts=facts,
        )
        body.entry_id = self.add(entry).pk
        self.bulk.keep(body)
        self._rows[Content].append(body)
        self._emit(kind, subject, at, {**facts, **(payload or {})})

    def erase(self, subject: Subject, *, reason: str, at: datetime) -> None:
        """Empty what the ledger keeps of a thing."""
        of = {row.pk for row in self.rows(Entry, subject_kind=subject.kind, subject_no=subject.no)}
        for body in self.rows(Content):
            if body.entry_id in of:
                body.salt, body.body, body.erased_at, body.erased_reason = b"", "", at, reason

    def _emit(self, kind: Kind, subject: Subject, at: datetime, payload: dict[str, object]) -> None:
        event = self.add(
            Event(
                kind=kind.value,
                subject_kind=subject.kind,
                subject_no=subject.no,
                payload=payload,
                at=at,
                is_open=False,
            )
        )
        if reactions().get(kind):
            self._open.append(event)

    def _react(self) -> None:
        """What follows from what has happened, in its order; messages are not written for the past."""
        while self._open:
            event = self._open.pop(0)
            for reaction in reactions()[Kind(event.kind)]:
                self.add(Done(event_id=event.pk, reaction=name_of(reaction), at=event.at))
                if reaction in self._follows:
                    self._follows[reaction](self, event)

    # -- clocks, as `clocks.actions` starts and stops them ----------------------------------------------------

    def start(
        self,
        rule: str,
        subject: Subject,
        *,
        holder: Holder,
        at: datetime,
        area_path: str = "",
        due_at: datetime | None = None,
        behind: Holder | None = None,
        latest: datetime | None = None,
    ) -> Clock:
        self.stop(rule, subject, at=at)
        made = clocks.row(
            rule,
            subject,
            holder=holder,
            at=at,
            area_path=area_path,
            due_at=due_at,
            behind=behind,
            latest=latest,
        )
        self._running[rule, subject] = made
        return self.add(made)

    def pass_to(self, rule: str, subject: Subject, *, holder: Holder) -> None:
        """It is another one's turn within the same time."""
        running = self.running(rule, subject)
        if running is None:
            return
        role = holder.role.value if holder.role else ""
        now = (role, holder.area_path, holder.room_no, holder.unit_code)
        if now == (running.role, running.area_path, running.room_no, running.unit_code):
            return
        running.role, running.area_path, running.room_no, running.unit_code = now
        running.reminded_at = None

    def running(self, rule: str, subject: Subject) -> Clock | None:
        return self._running.get((rule, subject))

    def stop(self, rule: str, subject: Subject, *, at: datetime) -> None:
        running = self._running.pop((rule, subject), None)
        if running is not None:
            running.stopped_at = at

    def stop_all(self, subject: Subject, *, at: datetime, of: str = "") -> None:
        """Stop every clock of a thing, or those whose rules begin with `of`."""
        for rule, about in list(self._running):
            if about == subject and rule.startswith(of):
                self.stop(rule, about, at=at)

    def _pass(self, until: datetime) -> None:
        """Let time pass: what comes due before `until` is told at its moment, as the worker's tick does."""
        while (moment := self._next_moment()) is not None and moment < until:
            for passes, told, kind in STEPS:
                for row in self._running.values():
                    if getattr(row, told) is None and getattr(row, passes) <= moment:
                        setattr(row, told, moment)
                        self._emit(kind, row.subject, moment, facts_of(row))
            self._react()

    def _next_moment(self) -> datetime | None:
        waiting = [
            getattr(row, passes)
            for row in self._running.values()
            for passes, told, _kind in STEPS
            if getattr(row, told) is None
        ]
        return min(waiting, default=None)
