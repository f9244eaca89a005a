"""A year of work that is over: each matter from the first word to where it stands now.

What is still going on around the cast is done by the actions themselves (`demo.present`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shangliang.access.roles import Role
from shangliang.deliberations.models import Measure
from shangliang.deliberations.states import Seat as TableSeat
from shangliang.demo.beginnings import HOUR, REVIEW, accepted
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import Phrase
from shangliang.demo.matter import Chances, Hand, Matter
from shangliang.demo.network import Network, Seat
from shangliang.demo.past import Past
from shangliang.demo.tables import Attendance, adopted, announced, held, talked_over
from shangliang.demo.twins.table import FOLLOWS, TWINS
from shangliang.kit.clock import local_day
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.actions.handling import Answer
from shangliang.outcomes.actions.rating import Opinion
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Outcome, Reply
from shangliang.outcomes.states import Level, OutcomeKind, Period, RatedBy, ReplyKind, Route
from shangliang.people.models import Unit
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.topics.actions import quick as answering
from shangliang.topics.actions import slip
from shangliang.topics.states import Grade

LEVELS = ((Level.VERY_SATISFIED, 40), (Level.SATISFIED, 42), (Level.BASICALLY_SATISFIED, 18))
UNHURRIED = 13  # days: residents answer within them, before their window closes
CALLS = 4  # days after it has closed
EARLY = timedelta(days=4)  # a look back is taken so long before it is due
LOOKED_BACK = "现场看过，仍然完好。"


@dataclass(frozen=True)
class Telling:
    """One matter of the year: which course it takes, where, and the seed of everything that is drawn in it."""

    course: Callable[..., None]
    seat: Seat
    seed: int
    given: Mapping[str, Any]


class History:
    """Tells matters that have come to their end, and some whose work is going on."""

    def __init__(
        self, network: Network, bulk: Bulk, rng: Random, now: datetime, chances: Chances | None = None
    ) -> None:
        self.network, self.bulk, self.rng, self.now = network, bulk, rng, now
        self.chances = chances or Chances()
        self.told: list[Telling] = []

    def tell(self, course: Callable[..., None], seat: Seat, **given: Any) -> Matter:
        """One matter, written as rows."""
        telling = Telling(course, seat, self.rng.getrandbits(64), given)
        self.told.append(telling)
        return self.tell_by(past(self.bulk, seat, self.network), telling)

    def tell_by(self, hand: Hand, telling: Telling) -> Matter:
        """The same matter by any hand."""
        rng = Random(telling.seed)  # noqa: S311 — drawn again from its seed; nothing is kept secret by it
        matter = Matter(hand, self.network, telling.seat, rng, self.now, self.chances)
        telling.course(matter, **telling.given)
        matter.rest()
        return matter


def past(bulk: Bulk, seat: Seat, network: Network) -> Past:
    """The hand that writes rows, for a matter at this room."""
    conveners = {TableSeat.FIRST_CONVENER: seat.first, TableSeat.SECOND_CONVENER: seat.second}
    return Past(bulk, TWINS, FOLLOWS, conveners, network.accounts)


# -- courses --------------------------------------------------------------------------------------------------


def deep(
    matter: Matter,
    attendance: Attendance,
    *,
    is_finished: bool,
    is_agreed: bool = True,
    is_any_time: bool = False,
    most_measures: int = 2,
) -> None:
    """A matter that went to a table."""
    at = matter.ago(matter.chances.oldest, 110) if is_finished else matter.ago(75, 34)
    text = matter.text(at, may_be_statutory=not is_any_time)
    topic = accepted(matter, text, at, Grade.DEEP, within=4, heard_for=8)
    since = adopted(matter, topic, text)
    if is_any_time:
        residents = attendance.residents
        _, confirmed = talked_over(matter, topic, text, since, residents, most_measures=most_measures)
    else:
        row = announced(matter, topic, text, since, attendance.members, not_before=at + timedelta(days=11))
        _, confirmed = held(matter, row, text, attendance, agreed=is_agreed, most_measures=most_measures)
    if is_agreed:
        agreed_on(matter, text, confirmed, is_finished=is_finished)


def coming(matter: Matter) -> None:
    """A session that is announced for these days."""
    at = matter.ago(20, 14)
    text = matter.text(at, may_be_statutory=True)
    topic = accepted(matter, text, at, Grade.DEEP, within=2, heard_for=8)
    held_on = matter.now + timedelta(days=matter.rng.randint(1, 9))
    announced(matter, topic, text, adopted(matter, topic, text), 2, not_before=held_on)


def to_the_record(matter: Matter, at: datetime, text: MatterText, attendance: Attendance) -> None:
    """A matter from the doorstep to a signed record; its outcome waits for the conveners."""
    topic = accepted(matter, text, at, Grade.DEEP, within=0, heard_for=2)
    row = announced(matter, topic, text, adopted(matter, topic, text), attendance.members, not_before=at)
    _, confirmed = held(matter, row, text, attendance, agreed=True, most_measures=2)
    matter.now = min(confirmed + REVIEW, matter.now)  # from here on somebody else goes on


def quick(matter: Matter) -> None:
    """即时议: answered in two working days, rated by the same path."""
    at = matter.ago(matter.chances.oldest, 40)
    text = matter.text(at, may_be_statutory=False)
    topic = accepted(matter, text, at, Grade.QUICK, within=1, heard_for=0)
    answered = matter.after(topic.opened_at, 1, 2)
    clerk = matter.officer(Role.CLERK)
    answer = text.replies.solved[:400]
    matter.do(answered, answering.answer, topic=topic, text=answer, unit=None, actor=clerk)
    _replied(matter, matter.hand.rows(Commitment)[0], text, answered)


# -- from the record to the last look -------------------------------------------------------------------------


def agreed_on(matter: Matter, text: MatterText, confirmed: datetime, *, is_finished: bool) -> None:
    """Drafted by itself, worded, countersigned, filed with the town; what is no mere proposal is done."""
    outcome = matter.hand.rows(Outcome)[0]
    units = [matter.network.doer(measure.doer, matter.seat) for measure in text.measures]
    # What the town assigns has a unit that does it; the community keeps what it does itself, and asks units to help.
    is_for_units = all(units[: len(matter.hand.rows(Measure))])
    route = Route.TOWN if is_for_units else Route.COMMUNITY
    is_proposal = outcome.kind == OutcomeKind.STATUTORY_PROPOSAL
    at = matter.after(confirmed, 0, 1)
    matter.do(
        at,
        drafting.edit,
        outcome=outcome,
        text=outcome.text,
        kind=outcome.kind,
        route="" if is_proposal else route.value,
        actor=matter.officer(Role.CLERK),
    )
    for role in (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
        at = min(at + HOUR, matter.now)
        matter.do(at, drafting.countersign, outcome=outcome, actor=matter.officer(role))
    at = matter.after(at, 1, 2)
    matter.do(at, filing.file, outcome=outcome, actor=matter.office())
    if not is_proposal:
        at = min(at + 2 * HOUR, matter.now)
        _assigned(matter, outcome, route, text, units, at, is_finished=is_finished)


def _assigned(
    matter: Matter,
    outcome: Outcome,
    route: Route,
    text: MatterText,
    units: list[Unit | None],
    at: datetime,
    *,
    is_finished: bool,
) -> None:
    """Each measure becomes a promise: closed in the end with what residents said, or still under way."""
    orders = [
        Order(
            what=measure.what,
            how_seen=text.measures[number].seen[:120],
            lead=units[number],
            co_units=(),
            period=Period.NORMAL,
            due_on=max(
                local_day(at) + timedelta(days=3), local_day(at) + timedelta(days=text.measures[number].days)
            ),
            measure_id=measure.pk,
        )
        for number, measure in enumerate(matter.hand.rows(Measure))
    ]
    made = matter.do(at, assigning.assign, outcome=outcome, route=route, orders=orders, actor=matter.office())
    for commitment, unit in zip(made, units, strict=False):
        matter.later(
            taken := matter.after(at, 1, 1),
            _taken(matter, commitment, unit, text, taken, is_finished=is_finished),
        )


def _taken(
    matter: Matter,
    commitment: Commitment,
    unit: Unit | None,
    text: MatterText,
    at: datetime,
    *,
    is_finished: bool,
) -> Callable[[], None]:
    def signed_for() -> None:
        doer = matter.doer(unit)
        matter.do(at, handling.accept, commitment=commitment, actor=doer)
        plan = matter.words(Phrase.WORK_PLAN)[:300]
        matter.do(at, handling.plan_work, commitment=commitment, plan=plan, actor=doer)
        if is_finished:
            replied = matter.after(at, 3, 25)
            answer = Answer(kind=ReplyKind.SOLVED, text=text.replies.solved[:500])
            matter.later(replied, answered(replied, answer))

    def answered(replied: datetime, answer: Answer) -> Callable[[], None]:
        def done() -> None:
            doer = matter.doer(unit)
            matter.do(replied, handling.reply, commitment=commitment, answer=answer, actor=doer)
            _replied(matter, commitment, text, replied)

        return done

    return signed_for


def _replied(matter: Matter, commitment: Commitment, text: MatterText, at: datetime) -> None:
    """The reply is released; residents answer, or somebody calls them."""
    reply = matter.hand.rows(Reply, commitment=commitment)[0]
    matter.release(at + REVIEW, reply)
    invitations, rng, chances = (
        matter.hand.rows(Invitation, commitment=commitment),
        matter.rng,
        matter.chances,
    )
    called = matter.after(invitations[0].closes_at, 1, CALLS - 1)
    nobody_calls = called >= matter.now or level_of(matter.path) == AreaLevel.CITY
    if nobody_calls or rng.random() < chances.rated:
        for invitation in invitations:
            rated = matter.after(at, 1, UNHURRIED)
            matter.later(rated, _rates(matter, invitation, text, rated, _hand(matter, invitation)))
    elif rng.random() < chances.called_back:
        matter.later(called, _rates(matter, invitations[0], text, called, RatedBy.CALL_BACK))
    else:
        matter.later(called, _called_in_vain(matter, commitment, called))


def _hand(matter: Matter, invitation: Invitation) -> RatedBy:
    """Where the room wrote the slip for somebody, they answer by the link that went to their telephone."""
    raised = invitation.submission
    return RatedBy.SELF if raised is None or raised.in_hands_at is None else RatedBy.LINK


def _rates(
    matter: Matter, invitation: Invitation, text: MatterText, at: datetime, by: RatedBy
) -> Callable[[], None]:
    reason = matter.rng.choice(text.satisfied)[:200] if text.satisfied else ""
    opinion = Opinion(matter.pick(LEVELS), True, reason)

    def answer() -> None:
        own = invitation.submission if by != RatedBy.CALL_BACK else None
        actor = slip.holder_of(own) if own else matter.office()
        matter.do(
            at,
            rating.rate,
            invitation=invitation,
            opinion=opinion,
            actor=actor,
            rated_by=by,
            by_link=by == RatedBy.LINK,
        )
        _look_back(matter, invitation.commitment)

    return answer


def _called_in_vain(matter: Matter, commitment: Commitment, at: datetime) -> Callable[[], None]:
    def call() -> None:
        matter.do(at, rating.called_in_vain, commitment=commitment, actor=matter.office())
        _look_back(matter, commitment)

    return call


def _look_back(matter: Matter, commitment: Commitment) -> None:
    """Once it is closed: after 3 and 12 months, and what is over was still well."""
    for look in matter.hand.rows(LookBack, commitment=commitment, done_at=None):
        at = matter.hour(look.due_on) - EARLY
        matter.later(at, _looks(matter, commitment, at))


def _looks(matter: Matter, commitment: Commitment, at: datetime) -> Callable[[], None]:
    given = {"still_holds": True, "note": LOOKED_BACK, "actor": matter.officer(Role.CLERK)}
    return lambda: matter.do(at, deciding.look_back, commitment=commitment, **given)
