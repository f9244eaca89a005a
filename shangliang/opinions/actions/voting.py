"""Voting: who joins in which class, what they say, and what they add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.kit.jobs import wake
from shangliang.opinions import queries, rules
from shangliang.opinions.actions.polls import alike_share
from shangliang.opinions.models import Poll, SeatCode, Statement, Vote, Voter, seat_hash, voter_hash
from shangliang.opinions.states import PollState, StatementState, VoterClass


class NotTaken(Exception):
    """Votes are not taken, or not this way; `code` is one of the label table of the pages."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Added:
    """A statement somebody added: the row, or what is shown and says the same, or neither where the same waits."""

    statement: Statement | None
    alike: str = ""


def join(
    *, poll: Poll, kind: VoterClass, token: str, seat: str = "", is_flagged: bool = False, at: datetime
) -> Voter:
    """The voter with this token, new or known: a request whose answer was lost comes again as the same one.

    A seat code serves once. Raises NotTaken.
    """
    if poll.state != PollState.OPEN:
        raise NotTaken("closed")
    if kind is VoterClass.OPEN and not poll.takes_open:
        raise NotTaken("room_only")
    with transaction.atomic():
        voter, is_new = Voter.objects.get_or_create(
            token_hash=voter_hash(token),
            defaults={"poll": poll, "kind": kind.value, "is_flagged": is_flagged, "joined_at": at},
        )
        if is_new and kind is VoterClass.SEAT:
            free = SeatCode.objects.filter(poll=poll, code_hash=seat_hash(seat), used_at=None)
            if not free.update(used_at=at):
                raise NotTaken("seat_used")
    voter.poll = poll
    return voter


def cast(*, voter: Voter, votes: Mapping[int, int], at: datetime) -> None:
    """Write votes; a later one takes the place of an earlier one, the same one twice changes nothing.

    `votes` holds statements that are shown (the caller has looked). One statement writes them all.
    """
    if voter.poll.state != PollState.OPEN:
        raise NotTaken("closed")
    rows = [
        Vote(poll_id=voter.poll_id, voter=voter, statement_id=statement, value=value, at=at)
        for statement, value in votes.items()
    ]
    Vote.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["voter", "statement"], update_fields=["value", "at"]
    )
    wake()


def add(*, voter: Voter, text: str, most: int, at: datetime) -> Added:
    """A thought of a participant; seen after the clerk's look, or at once where the poll says so."""
    if voter.poll.state != PollState.OPEN:
        raise NotTaken("closed")
    with transaction.atomic():
        poll = Poll.objects.select_for_update().get(pk=voter.poll_id)
        if poll.statements.filter(voter=voter).count() >= most:
            raise NotTaken("enough")
        others, share = poll.statements.values_list("text", flat=True), alike_share(at)
        if same := rules.alike(text, others.filter(state=StatementState.SHOWN.value), share):
            return Added(None, same)
        if rules.alike(text, others.filter(state=StatementState.WAITING.value), share):
            return Added(None)  # the clerk has it before them; what it says, nobody else hears yet
        state = StatementState.SHOWN if poll.shows_unreviewed else StatementState.WAITING
        row = Statement.objects.create(poll=poll, text=text, voter=voter, state=state.value, added_at=at)
    queries.forget_questions(poll)
    return Added(row)
