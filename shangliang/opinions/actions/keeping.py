"""The clerk's acts: prepare, open and close a poll, print seat slips, look at statements, count hands."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import OnDesk, require_role
from shangliang.access.roles import Permission, Role
from shangliang.events.kinds import Kind
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.ledger.actions import act
from shangliang.opinions import queries, rules
from shangliang.opinions.models import HandCount, Poll, SeatCode, Statement, seat_hash
from shangliang.opinions.states import POLL, PollState, StatementState
from shangliang.rulebook import book

SEAT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters that nobody mistakes: five bits each
SEAT_LETTERS = 13  # 65 bits


@transaction.atomic
def prepare(*, desk: OnDesk, question: str, actor: Actor, at: datetime) -> Poll:
    """A poll on the desk of what it is about; who asks it keeps the key."""
    role = require_role(actor, Permission.POLL_KEEP, desk)
    poll = Poll.objects.create(
        key=ids.new_key(),
        question=question[:80],
        desk_path=desk.desk_path,
        desk_room_no=desk.desk_room_no,
        is_embargoed=desk.is_embargoed,
        made_at=at,
    )
    _tell(Kind.POLL_PREPARED, poll, actor, role, at)
    return poll


@transaction.atomic
def move(*, poll: Poll, what: str, actor: Actor, at: datetime) -> None:
    """Open or close it. There is nothing to open without a statement."""
    poll = _locked(poll)
    transition = POLL.move(what, poll.state)
    role = require_role(actor, Permission(transition.by), poll)
    if transition.target == PollState.OPEN:
        require(opening_gaps(poll))
        poll.opened_at = poll.opened_at or at
    else:
        poll.closed_at = at
    poll.state = transition.target.value
    poll.save()
    _tell(Kind(transition.event), poll, actor, role, at)


def opening_gaps(poll: Poll) -> list[Unmet]:
    """What is missing before people can vote."""
    shown = poll.statements.filter(state=StatementState.SHOWN.value).count()
    return [] if shown else [Unmet("no_statement", mend="seeds")]


@transaction.atomic
def settle(*, poll: Poll, takes_open: bool, shows_unreviewed: bool, actor: Actor) -> None:
    """Who may vote besides those in the room, and whether additions are seen at once."""
    poll = _locked(poll)
    require_role(actor, Permission.POLL_KEEP, poll)
    poll.takes_open, poll.shows_unreviewed = takes_open, shows_unreviewed
    poll.save(update_fields=["takes_open", "shows_unreviewed"])


@transaction.atomic
def seed(*, poll: Poll, texts: Sequence[str], actor: Actor, at: datetime) -> tuple[int, list[str]]:
    """Statements by the clerk, many at a time; returns how many are new and those that were there already."""
    poll = _locked(poll)
    require_role(actor, Permission.POLL_KEEP, poll)
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
    poll = _locked(statement.poll)
    role = require_role(actor, Permission.POLL_KEEP, poll)
    statement.state = (StatementState.SHOWN if shown else StatementState.REJECTED).value
    statement.save(update_fields=["state"])
    queries.forget_questions(poll)
    _tell(Kind.STATEMENT_REVIEWED, poll, actor, role, at, statement=statement.pk, shown=shown)


@transaction.atomic
def word(*, statement: Statement, text: str, actor: Actor) -> None:
    """Mend a statement nobody has voted on; once somebody has, the text stays and a word is put beside it."""
    poll = _locked(statement.poll)
    require_role(actor, Permission.POLL_KEEP, poll)
    if statement.votes.exists():
        statement.mark = text
    else:
        statement.text = text
    statement.save(update_fields=["text", "mark"])
    queries.forget_questions(poll)


@transaction.atomic
def set_meta(*, statement: Statement, is_meta: bool, actor: Actor) -> None:
    """Say that a statement is about the one who votes: it is asked and counted, and shapes no map."""
    poll = _locked(statement.poll)
    require_role(actor, Permission.POLL_KEEP, poll)
    statement.is_meta = is_meta
    statement.save(update_fields=["is_meta"])
    queries.forget_questions(poll)


@transaction.atomic
def print_seats(*, poll: Poll, count: int, actor: Actor, at: datetime) -> list[str]:
    """New codes for printed slips. They are known only to whoever prints them now."""
    poll = _locked(poll)
    role = require_role(actor, Permission.POLL_KEEP, poll)
    if poll.state == PollState.CLOSED:
        raise IllegalMove(POLL.name, "print_seats", poll.state)
    codes = ["".join(secrets.choice(SEAT_ALPHABET) for _ in range(SEAT_LETTERS)) for _ in range(count)]
    SeatCode.objects.bulk_create([SeatCode(poll=poll, code_hash=seat_hash(code)) for code in codes])
    _tell(Kind.SEATS_PRINTED, poll, actor, role, at, count=count)
    return codes


@transaction.atomic
def count_hands(
    *, statement: Statement, agree: int, disagree: int, passed: int, actor: Actor, at: datetime
) -> None:
    """Numbers of a show of hands, kept apart from votes."""
    poll = _locked(statement.poll)
    role = require_role(actor, Permission.POLL_KEEP, poll)
    numbers = {"agree": agree, "disagree": disagree, "passed": passed}
    HandCount.objects.update_or_create(statement=statement, defaults={**numbers, "counted_at": at})
    _tell(Kind.HANDS_COUNTED, poll, actor, role, at, statement=statement.pk, **numbers)


def alike_share(at: datetime) -> float:
    """From which share of equal text two statements are taken for the same."""
    return book().at(local_day(at)).integer("opinions.alike_percent") / 100


def _locked(poll: Poll) -> Poll:
    return Poll.objects.select_for_update().get(pk=poll.pk)


def _tell(kind: Kind, poll: Poll, actor: Actor, role: Role | None, at: datetime, **content: object) -> None:
    """The one ledger row of an act."""
    place = poll.desk_room_no or poll.desk_path
    act(kind, poll.subject, actor=actor, role=role, place=place, at=at, content=content)
