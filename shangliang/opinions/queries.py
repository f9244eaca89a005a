"""Reading polls: who is on the other end of a cookie, what is asked, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from shangliang.opinions.models import (
    OpinionMap,
    Poll,
    SeatCode,
    Statement,
    Vote,
    Voter,
    seat_hash,
    voter_hash,
)
from shangliang.opinions.rules import Aim
from shangliang.opinions.states import PARTS, Choice, Part, PollState, StatementState, VoterClass

LATE = timedelta(seconds=5)  # how long the writing of a vote may take
KEPT_SECONDS = 2  # how long a process goes on with the statements it knows: as often as maps are drawn


@dataclass(frozen=True)
class Questions:
    """What is asked in one part of a poll: texts by statement, and what the last map knows of them."""

    texts: dict[int, str]
    marks: dict[int, str]
    aims: dict[int, Aim]
    scale: float  # of the picture


@dataclass(frozen=True)
class Tally:
    """What one class of voters said to one statement."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passed


def poll_by_key(key: str) -> Poll | None:
    """The poll behind a link."""
    return Poll.objects.by_key(key).first()


def voter_of(poll: Poll, token: str) -> Voter | None:
    """Who holds this cookie."""
    return Voter.objects.filter(poll=poll, token_hash=voter_hash(token)).first() if token else None


def voter_and_poll(key: str, token: str) -> Voter | None:
    """The same with the poll, in one statement; the way of a vote."""
    rows = Voter.objects.filter(token_hash=voter_hash(token), poll__key=key)
    return rows.select_related("poll").first() if token else None


def poll_of_seat(code: str) -> tuple[Poll, bool] | None:
    """The poll for which a slip with this code was printed, and whether nobody has voted with it yet."""
    row = SeatCode.objects.filter(code_hash=seat_hash(code)).select_related("poll").first()
    return (row.poll, row.used_at is None) if row else None


def free_seat(poll: Poll, code: str) -> bool:
    """Whether nobody has voted with this slip yet."""
    return SeatCode.objects.filter(poll=poll, code_hash=seat_hash(code), used_at=None).exists()


def questions(poll: Poll, part: Part) -> Questions:
    """What is asked, at most two seconds old."""
    key = f"opinions/questions/{poll.pk}/{part}"
    found: Questions | None = cache.get(key)
    if found is None:
        rows = list(poll.statements.filter(state=StatementState.SHOWN.value).order_by("pk"))
        drawn = OpinionMap.objects.filter(poll=poll, part=part.value).values("aims", "picture").first()
        aims = {int(each): Aim(*of) for each, of in (drawn["aims"] if drawn else {}).items()}
        found = Questions(
            {row.pk: row.text for row in rows},
            {row.pk: row.mark for row in rows if row.mark},
            aims,
            float(drawn["picture"].get("scale", 0)) if drawn else 0.0,
        )
        cache.set(key, found, KEPT_SECONDS)
    return found


def forget_questions(poll: Poll) -> None:
    """A statement was shown or taken away: the next reader asks anew."""
    cache.delete_many([f"opinions/questions/{poll.pk}/{part}" for part in Part])


def votes_of(voter: Voter) -> dict[int, int]:
    """What a voter has said, by statement."""
    return dict(Vote.objects.filter(voter=voter).values_list("statement_id", "value"))


def drawn(poll: Poll) -> dict[Part, OpinionMap]:
    """The maps there are."""
    rows = OpinionMap.objects.filter(poll=poll).exclude(drawn_at=None).defer("saved", "aims")
    return {Part(row.part): row for row in rows}


def people(poll: Poll) -> dict[VoterClass, int]:
    """How many have voted, by class."""
    rows = Voter.objects.filter(poll=poll).filter(Exists(Vote.objects.filter(voter=OuterRef("pk"))))
    found = dict(rows.values("kind").annotate(n=Count("pk")).values_list("kind", "n"))
    return {each: found.get(each.value, 0) for each in VoterClass}


def flagged(poll: Poll) -> int:
    """How many voters came in unusual numbers from one network, and have voted."""
    rows = Voter.objects.filter(poll=poll, is_flagged=True)
    return rows.filter(Exists(Vote.objects.filter(voter=OuterRef("pk")))).count()


def tallies(poll: Poll) -> dict[int, dict[VoterClass, Tally]]:
    """By statement and class."""
    rows = (
        Vote.objects.filter(poll=poll)
        .values("statement_id", "voter__kind")
        .annotate(
            agree=Count("pk", filter=Q(value=Choice.AGREE.value)),
            disagree=Count("pk", filter=Q(value=Choice.DISAGREE.value)),
            passed=Count("pk", filter=Q(value=Choice.PASS.value)),
        )
    )
    found: dict[int, dict[VoterClass, Tally]] = {}
    for row in rows:
        of_class = found.setdefault(row["statement_id"], {})
        of_class[VoterClass(row["voter__kind"])] = Tally(row["agree"], row["disagree"], row["passed"])
    return found


def statements(poll: Poll) -> list[Statement]:
    """All, with the number of votes, those that wait for a look first."""
    rows = poll.statements.annotate(votes_count=Count("votes")).select_related("hands")
    order = {StatementState.WAITING: 0, StatementState.SHOWN: 1, StatementState.REJECTED: 2}
    return sorted(rows, key=lambda row: (order[StatementState(row.state)], row.pk))


@dataclass(frozen=True)
class Undrawn:
    """One part of a poll with votes that its map does not hold yet."""

    poll: Poll
    part: Part
    newest: datetime  # its newest vote
    tried: datetime | None  # when it was last drawn or failed
    has_failed: bool = False


def undrawn(now: datetime) -> list[Undrawn]:
    """What is to be drawn, the longest waiting first. Looks at the newest votes only, however many there are."""
    newest = Vote.objects.filter(poll=OuterRef("pk")).order_by("-at").values("at")[:1]
    voted = Poll.objects.filter(state=PollState.OPEN.value).annotate(newest=Subquery(newest))
    polls = list(voted.exclude(newest=None))
    maps = {
        (row.poll_id, Part(row.part)): row
        for row in OpinionMap.objects.filter(poll__in=polls).defer("picture", "aims", "saved")
    }
    found = []
    for poll in polls:
        for part in Part:
            kept = maps.get((poll.pk, part))
            last = _news(poll, part, kept, now)
            if last is not None:
                tried = max(filter(None, (kept.drawn_at, kept.failed_at)), default=None) if kept else None
                found.append(Undrawn(poll, part, last, tried, bool(kept and kept.failed_at)))
    return sorted(found, key=lambda row: row.tried or row.newest)


def _news(poll: Poll, part: Part, kept: OpinionMap | None, now: datetime) -> datetime | None:
    """The newest vote of a part that its map may lack. A vote can be committed after a later one: a map drawn that soon
    after its newest vote is drawn once more."""
    since = kept.votes_until if kept and not kept.failed_at else None
    kinds = [kind.value for kind, its in PARTS.items() if its is part]
    if since is None and not Voter.objects.filter(poll=poll, kind__in=kinds).exists():
        return None
    if kept and since and kept.drawn_at and kept.drawn_at < since + LATE <= now:
        return since
    if since is not None and poll.newest <= since:  # type: ignore[attr-defined]  # annotated by the query
        return None
    rows = Vote.objects.filter(poll=poll, voter__kind__in=kinds)
    rows = rows.filter(at__gt=since) if since else rows
    return rows.order_by("-at").values_list("at", flat=True).first()


def is_large(poll: Poll, most: int) -> bool:
    """Whether it has more votes than that; counts no further."""
    return Vote.objects.filter(poll=poll)[: most + 1].count() > most


def export(poll: Poll) -> Iterator[Mapping[str, object]]:
    """Votes in the order of time, people as numbers that mean nothing outside this poll."""
    number: dict[int, int] = {}
    rows = Vote.objects.filter(poll=poll).order_by("at", "pk")
    for voter, statement, value, at, kind in rows.values_list(
        "voter_id", "statement_id", "value", "at", "voter__kind"
    ).iterator():
        yield {
            "participant": number.setdefault(voter, len(number) + 1),
            "statement": statement,
            "vote": value,
            "timestamp_ms": int(at.timestamp() * 1000),
            "class": kind,
        }
