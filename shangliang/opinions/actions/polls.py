"""The clerk's acts: prepare, open and close a poll, print seat slips, look at statements, count hands."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import OnDesk, require_role
from shangliang.access.roles import Permission
from shangliang.access.transitions import Begun, begin
from shangliang.events.kinds import Kind
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.opinions import queries, rules
from shangliang.opinions.models import HandCount, Poll, SeatCode, Statement, seat_hash
from shangliang.opinions.permissions import role_over
from shangliang.opinions.states import POLL, STATEMENT, StatementState
from shangliang.rulebook import book

SEAT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters that nobody mistakes: five bits each
SEAT_LETTERS = 13  # 65 bits


def prepare(*, desk: OnDesk, question: str, actor: Actor, at: datetime) -> Poll:
    """A poll on the desk of what it is about; who asks it keeps the key."""
    role = require_role(actor, Permission.POLL_KEEP, desk)
    poll = Poll.objects.create(
        key=ids.new_key(),
        question=fitted(Poll, "question", question),
        desk_path=desk.desk_path,
        desk_room_no=desk.desk_room_no,
        is_embargoed=desk.is_embargoed,
        made_at=at,
    )
    _end(Begun(actor, role, Kind.POLL_PREPARED, ""), poll, at)
    return poll


@transaction.atomic
def open_poll(*, poll: Poll, actor: Actor, at: datetime) -> None:
    """Let people vote. There is nothing to open without a statement."""
    poll, begun = _begin(poll, "open", actor)
    require(opening_gaps(poll, at))
    poll.opened_at = poll.opened_at or at
    poll.save()
    _end(begun, poll, at)


@transaction.atomic
def close_poll(*, poll: Poll, actor: Actor, at: datetime) -> None:
    """No votes are taken any more; it can be opened again."""
    poll, begun = _begin(poll, "close", actor)
    poll.closed_at = at
    poll.save()
    _end(begun, poll, at)


def opening_gaps(poll: Poll, at: datetime) -> list[Unmet]:
    """What is missing before people can vote."""
    shown = poll.statements.filter(state=StatementState.SHOWN.value).exists()
    return [] if shown else [Unmet("no_statement", mend="seed")]


@transaction.atomic
def settle(*, poll: Poll, takes_open: bool, shows_unreviewed: bool, actor: Actor, at: datetime) -> None:
    """Who may vote besides those in the room, and whether additions are seen at once."""
    poll, _begun = _begin(poll, "settle", actor)
    poll.takes_open, poll.shows_unreviewed = takes_open, shows_unreviewed
    poll.save(update_fields=["takes_open", "shows_unreviewed"])


@transaction.atomic
def seed(*, poll: Poll, texts: Sequence[str], actor: Actor, at: datetime) -> tuple[int, list[str]]:
    """Statements by the clerk, many at a time; returns how many are new and those that were there already."""
    poll, _begun = _begin(poll, "seed", actor)
    share = alike_share(at)
    known, twice, new = list(poll.statements.values_list("text", flat=True)), [], 0
    for text in texts:
        if rules.alike(text, known, share):
            twice.append(text)
            continue
        Statement.objects.create(poll=poll, text=text, state=StatementState.SHOWN.value, added_at=at)
        known.append(text)
        new += 1
    queries.forget_questions(poll)
    return new, twice


@transaction.atomic
def review(*, statement: Statement, shown: bool, actor: Actor, at: datetime) -> None:
    """Show what somebody has added, or leave it out; also later."""
    statement, begun = _begin_statement(statement, "show" if shown else "leave_out", actor)
    statement.save(update_fields=["state"])
    queries.forget_questions(statement.poll)
    _end(begun, statement.poll, at, statement=statement.pk, shown=shown)


@transaction.atomic
def word(*, statement: Statement, text: str, actor: Actor, at: datetime) -> None:
    """Mend a statement nobody has voted on; once somebody has, the text stays and a word is put beside it."""
    statement, _begun = _begin_statement(statement, "word", actor)
    if statement.votes.exists():
        statement.mark = text
    else:
        statement.text = text
    statement.save(update_fields=["text", "mark"])
    queries.forget_questions(statement.poll)


@transaction.atomic
def set_meta(*, statement: Statement, is_meta: bool, actor: Actor, at: datetime) -> None:
    """Say that a statement is about the one who votes: it is asked and counted, and shapes no map."""
    statement, _begun = _begin_statement(statement, "set_meta", actor)
    statement.is_meta = is_meta
    statement.save(update_fields=["is_meta"])
    queries.forget_questions(statement.poll)


@transaction.atomic
def print_seats(*, poll: Poll, count: int, actor: Actor, at: datetime) -> list[str]:
    """New codes for printed slips. They are known only to whoever prints them now."""
    poll, begun = _begin(poll, "print_seats", actor)
    codes = ["".join(secrets.choice(SEAT_ALPHABET) for _ in range(SEAT_LETTERS)) for _ in range(count)]
    SeatCode.objects.bulk_create([SeatCode(poll=poll, code_hash=seat_hash(code)) for code in codes])
    _end(begun, poll, at, count=count)
    return codes


@transaction.atomic
def count_hands(
    *, statement: Statement, agree: int, disagree: int, passed: int, actor: Actor, at: datetime
) -> None:
    """Numbers of a show of hands, kept apart from votes."""
    statement, begun = _begin_statement(statement, "count_hands", actor)
    numbers = {"agree": agree, "disagree": disagree, "passed": passed}
    HandCount.objects.update_or_create(statement=statement, defaults={**numbers, "counted_at": at})
    _end(begun, statement.poll, at, statement=statement.pk, **numbers)


def alike_share(at: datetime) -> float:
    """From which share of equal text two statements are taken for the same."""
    return book().at(local_day(at)).integer("opinions.alike_percent") / 100


def _begin(poll: Poll, act: str, actor: Actor) -> tuple[Poll, Begun]:
    """The row as it is now, and nobody else's until the end of the transaction; checked and moved by the table."""
    row = Poll.objects.select_for_update().get(pk=poll.pk)
    return row, begin(POLL, row, act, actor)


def _begin_statement(statement: Statement, act: str, actor: Actor) -> tuple[Statement, Begun]:
    """The same for a statement; its poll is locked, and on whose desk that lies decides."""
    poll = Poll.objects.select_for_update().get(pk=statement.poll_id)
    row = Statement.objects.get(pk=statement.pk)
    row.poll = poll
    return row, begin(STATEMENT, row, act, actor, role_over)


def _end(begun: Begun, poll: Poll, at: datetime, **content: object) -> None:
    """The one ledger row of an act."""
    place = poll.desk_room_no or poll.desk_path
    kind = Kind(begun.event)
    act(kind, poll.subject, actor=begun.actor, role=begun.role, place=place, at=at, content=content)
