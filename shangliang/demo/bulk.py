"""Rows by the thousand: keys are given here, rows are written once at the end, in the order of their foreign keys.

`act` and `clock` write what `ledger.actions.act` and `clocks.actions.start` write, without a statement each.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from shangliang.access.roles import Role
from shangliang.clocks import rules as clock_rules
from shangliang.clocks.actions import Holder
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import calendar
from shangliang.events.actions import reactions
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Done, Event
from shangliang.events.tasks import name_of
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.workdays import Due
from shangliang.ledger import rules as ledger_rules
from shangliang.ledger.models import Content, Entry, Pseudonym
from shangliang.rulebook import book

M = TypeVar("M", bound=Model)
BATCH = 800
SALT_BYTES = 16


class Bulk:
    """Collects rows and writes them."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Model]] = defaultdict(list)
        self._written: dict[type[Model], int] = defaultdict(int)
        self._pseudonyms: dict[str, str] = {}
        self._drawn: set[str] = set()

    def once(self, draw: Callable[[], str]) -> str:
        """A drawn word that was not drawn before: among a province's slips two alike are no rarity."""
        while (word := draw()) in self._drawn:
            pass
        self._drawn.add(word)
        return word

    def add(self, row: M) -> M:
        """Give the row the next key of its table and keep it."""
        rows = self._rows[type(row)]
        if not rows:
            self._written[type(row)] = type(row)._default_manager.aggregate(last=Max("pk"))["last"] or 0
        rows.append(row)
        row.pk = self._written[type(row)] + len(rows)
        return row

    def rows(self, table: type[M]) -> list[M]:
        """What is kept of one table since the last `write`."""
        return self._rows[table]  # type: ignore[return-value]  # one list a table

    def act(
        self,
        kind: Kind,
        subject: Subject,
        *,
        office: str,
        person: str,
        at: datetime,
        content: Mapping[str, object] | None = None,
    ) -> None:
        """The ledger row of an act, its content, its event, and that every reaction to it is done."""
        body = ledger_rules.canonical(content or {})
        salt = secrets.token_bytes(SALT_BYTES)
        entry = self.add(
            Entry(
                at=at,
                event=kind.value,
                subject_kind=subject.kind,
                subject_no=subject.no,
                office=office,
                pseudonym=self._pseudonym(person),
                rulebook=_version(local_day(at)),
                digest=ledger_rules.digest(body, salt),
            )
        )
        self._rows[Content].append(Content(entry_id=entry.pk, salt=salt, body=body))
        event = self.add(
            Event(
                kind=kind.value,
                subject_kind=subject.kind,
                subject_no=subject.no,
                payload=dict(content or {}),
                at=at,
                is_open=False,
            )
        )
        for reaction in reactions().get(kind, ()):
            self.add(Done(event_id=event.pk, reaction=name_of(reaction), at=at))

    def _pseudonym(self, person: str) -> str:
        if person in {"", "system"}:
            return person
        if person not in self._pseudonyms:
            self._pseudonyms[person] = secrets.token_hex(16)
            self.add(Pseudonym(key=person, value=self._pseudonyms[person]))
        return self._pseudonyms[person]

    def clock(
        self,
        rule: str,
        subject: Subject,
        *,
        holder: Holder,
        at: datetime,
        stopped_at: datetime | None = None,
        due_at: datetime | None = None,
        now: datetime,
    ) -> Clock:
        """A clock that ran, or runs; what had passed by the time it stopped (or by now) has been told."""
        moments = _moments(rule, at.astimezone(ZONE).date(), due_at)
        until = stopped_at or now
        remind_at = max(moments.remind_at, at)
        return self.add(
            Clock(
                rule=rule,
                subject_kind=subject.kind,
                subject_no=subject.no,
                role=holder.role.value if holder.role else "",
                area_path=holder.area_path,
                room_no=holder.room_no,
                unit_code=holder.unit_code,
                started_at=at,
                due_at=moments.due_at,
                remind_at=remind_at,
                red_at=moments.red_at,
                is_provisional=moments.is_provisional,
                reminded_at=remind_at if remind_at <= until else None,
                came_due_at=moments.due_at if moments.due_at <= until else None,
                reddened_at=moments.red_at if moments.red_at <= until else None,
                stopped_at=stopped_at,
            )
        )

    def write(self) -> None:
        """Write what is kept and let go of it; the keys of PostgreSQL's sequences go on after ours."""
        tables = _in_order(self._rows)
        for table in tables:
            table._default_manager.bulk_create(self._rows[table], batch_size=BATCH)
            self._rows.pop(table)
        sequences = connection.ops.sequence_reset_sql(no_style(), tables)
        with connection.cursor() as cursor:
            for statement in sequences:
                cursor.execute(statement)


def _in_order(tables: Iterable[type[Model]]) -> list[type[Model]]:
    """Tables before those that point to them."""
    left, done = set(tables), []
    while left:
        ready = [
            table
            for table in left
            if not any(
                field.related_model in left and field.related_model is not table
                for field in table._meta.concrete_fields
                if field.related_model
            )
        ]
        done += sorted(ready, key=lambda table: table._meta.label)
        left -= set(ready)
    return done


@lru_cache(maxsize=4000)
def _moments(rule: str, day: date, due_at: datetime | None) -> clock_rules.Times:
    start = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
    rules = book().at(day)
    offsets = clock_rules.Offsets(
        rules.integer("clocks.remind_days"),
        rules.integer("clocks.remind_share_percent"),
        rules.integer("clocks.red_days"),
    )
    if due_at is not None:
        end = Due(due_at, calendar().is_provisional(local_day(due_at)))
    else:
        end = clock_rules.due(start, rules.integer(rule), book().parameter(rule).unit, calendar())
    return clock_rules.times(start, end, offsets, calendar())


@lru_cache(maxsize=400)
def _version(day: date) -> str:
    return book().at(day).version


def at_desk(role: Role, place: str) -> str:
    """An office as the ledger names it."""
    return f"{role.value}@{place}"
