"""What residents answer, by whatever hand, and what that does to the commitment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import SYSTEM, Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.transitions import Begun, begin
from shangliang.clocks import actions as clocks
from shangliang.desks.queries import district_office, holder, tier_office
from shangliang.kit import personal_data
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked, Unmet, require
from shangliang.kit.punctuation import listed
from shangliang.outcomes import rules
from shangliang.outcomes.actions.assigning import start_work
from shangliang.outcomes.actions.explaining import ASIDE, KEPT, say_to_district
from shangliang.outcomes.actions.topic_state import settle
from shangliang.outcomes.actions.transitions import begin_commitment, end
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Rating
from shangliang.outcomes.queries import asked_by_slip, doer, is_in_hands, still_to_answer
from shangliang.outcomes.rules import NEVER_SCORED, OWN, Verdict, own_hand
from shangliang.outcomes.states import COMMITMENT, Closing, CommitmentState, Level, RatedBy
from shangliang.rulebook import book

LOOK_BACKS = ("outcomes.lookback_first_months", "outcomes.lookback_second_months")
# By whose hand an answer is entered, and which act that is.
RATES = {
    RatedBy.SELF: "rate",
    RatedBy.LINK: "rate",
    RatedBy.IN_HANDS: "rate",
    RatedBy.ROOM_CLERK: "enter_rating",
    RatedBy.PAPER_CARD: "open_card",
    RatedBy.CALL_BACK: "call_back",
}


@dataclass(frozen=True)
class Opinion:
    """One answer: five levels, solved or not, and why; and what was said when it was asked back."""

    level: Level
    is_solved: bool
    reason: str = ""
    for_district: bool = False  # the reason is for the district office alone
    is_meant: bool = False  # not solved, and satisfied all the same
    keeps_data: bool = False  # the reason names somebody, and is to be read so


@transaction.atomic
def rate(
    *,
    invitation: Invitation,
    opinion: Opinion,
    actor: Actor,
    at: datetime,
    rated_by: RatedBy = RatedBy.SELF,
    by_link: bool = False,
) -> Rating:
    """Take one answer. A person counts once a round, and the last answer stands; after the window only a call-back
    still counts. `by_link`: it came by the link that went to the telephone of whoever is asked.

    A dissatisfied answer gives its reason, so that somebody can act on it.
    """
    if rated_by in OWN:
        if actor.kind not in {ActorKind.SUBMITTER, ActorKind.ANONYMOUS}:
            raise Denied(_("评价由反映人本人作出。"))
        rated_by = own_hand(by_link=by_link, in_hands=is_in_hands(invitation))
    commitment, begun = begin_commitment(invitation.commitment, RATES[rated_by], actor)
    return _take(begun, commitment, invitation, opinion, rated_by, at)


@transaction.atomic
def rate_for(
    *, commitment: Commitment, opinion: Opinion, rated_by: RatedBy, actor: Actor, at: datetime, slip: str = ""
) -> Rating:
    """Enter what somebody said on paper, by telephone or to the clerk.

    For whoever holds `slip`, whose earlier answer it replaces; without one, for the next who has not answered.
    """
    commitment, begun = begin_commitment(commitment, RATES[rated_by], actor)
    if slip:
        invitation = asked_by_slip(commitment, slip)
        require([] if invitation else [Unmet("slip_not_asked", mend="slip")])
    else:
        invitation = still_to_answer(commitment, rated_by).first()
    if invitation is None:
        raise Blocked([Unmet("nobody_left_to_rate")])
    return _take(begun, commitment, invitation, opinion, rated_by, at)


def _take(
    begun: Begun,
    commitment: Commitment,
    invitation: Invitation,
    opinion: Opinion,
    rated_by: RatedBy,
    at: datetime,
) -> Rating:
    require(_gaps(commitment, invitation, opinion, rated_by, at))
    person = invitation.whose
    person.ratings.standing().filter(_replaced_by(rated_by)).update(replaced_at=at)
    rating = Rating.objects.create(
        invitation=person,
        commitment=commitment,
        level=opinion.level.value,
        is_solved=opinion.is_solved,
        reason=opinion.reason.strip(),
        for_district=opinion.for_district,
        rated_by=rated_by.value,
        at=at,
    )
    end(begun, commitment, at, level=opinion.level.value, solved=opinion.is_solved, by=rated_by.value)
    if rating.for_district and rating.reason:
        say_to_district(commitment, at)
    if rated_by not in NEVER_SCORED:
        weigh(commitment, at, window_over=commitment.state == CommitmentState.CALLING_BACK)
    return rating


def _replaced_by(rated_by: RatedBy) -> Q:
    """Which earlier answers of the person one by that hand replaces: what is not scored replaces only its like."""
    if rated_by.value in NEVER_SCORED:
        return Q(rated_by=rated_by.value)
    return ~Q(rated_by=RatedBy.ROOM_CLERK.value)


def _gaps(
    commitment: Commitment, invitation: Invitation, opinion: Opinion, rated_by: RatedBy, at: datetime
) -> list[Unmet]:
    if invitation.round != commitment.reopened_count:
        return [Unmet("rating_round_over")]
    unmet = []
    if not opinion.is_solved and opinion.level >= Level.BASICALLY_SATISFIED and not opinion.is_meant:
        unmet.append(Unmet("rating_contradicts", mend="is_meant"))
    named = listed(personal_data.names(opinion.reason, is_public=True))
    if named and not opinion.keeps_data:
        unmet.append(Unmet("personal_data_in_reason", {"what": named}, mend="keeps_data"))
    if opinion.level < Level.BASICALLY_SATISFIED and not opinion.reason.strip():
        unmet.append(Unmet("rating_reason_missing", mend="reason"))
    if rated_by in OWN and at > invitation.closes_at:
        unmet.append(Unmet("rating_window_over"))
    return unmet


def answers_of(commitment: Commitment) -> list[rules.Answer]:
    """The answers of the present round."""
    rows = Rating.objects.standing().filter(
        commitment=commitment, invitation__round=commitment.reopened_count
    )
    return [rules.Answer(*row) for row in rows.values_list("level", "is_solved", "rated_by")]


def weigh(commitment: Commitment, at: datetime, *, window_over: bool) -> Verdict:
    """Judge the answers of this round and do what the verdict says. The caller holds the row."""
    asked = commitment.invitations.people().filter(round=commitment.reopened_count).count()
    share = book().at(local_day(at)).integer("outcomes.reopen_share_percent", commitment.desk_path)
    verdict = rules.verdict(
        answers_of(commitment), asked=asked, window_over=window_over, reopen_share_percent=share
    )
    match verdict:
        case Verdict.CONFIRM:
            close(commitment, Closing.CONFIRMED, at)
        case Verdict.REOPEN:
            _not_solved(commitment, at)
        case Verdict.CALL_BACK:
            _ask_by_telephone(commitment, at)
    return verdict


def _ask_by_telephone(commitment: Commitment, at: datetime) -> None:
    """Nobody answered: somebody from outside the room calls once. That the time is over, the clock has written down."""
    begin(COMMITMENT, commitment, "ask_by_telephone", SYSTEM)
    commitment.save()
    clocks.stop("outcomes.rating_days", commitment.subject, at=at)
    clocks.start(
        "outcomes.callback_days",
        commitment.subject,
        holder=tier_office(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@transaction.atomic
def called_in_vain(*, commitment: Commitment, actor: Actor, at: datetime) -> None:
    """The one call reached nobody: 已办结（未评价）, counted neither as satisfied nor as dissatisfied."""
    commitment, begun = begin_commitment(commitment, "call_in_vain", actor)
    commitment.called_back_at = at
    end(begun, commitment, at, reached=False)
    close(commitment, Closing.NOT_RATED, at)


def close(commitment: Commitment, closing: Closing, at: datetime) -> None:
    """办结, and two look-backs are scheduled. The caller holds the row."""
    begun = begin(COMMITMENT, commitment, "close", SYSTEM)
    write_closing(commitment, closing, at)
    end(begun, commitment, at, closing=closing.value)
    settle(commitment.topic, begun, at)


def write_closing(commitment: Commitment, closing: Closing, at: datetime) -> None:
    """Close the row, stop its clocks, schedule the look-backs of what was done."""
    commitment.closed_at, commitment.closing = at, closing.value
    commitment.save()
    clocks.stop_all(commitment.subject, at=at, but=[KEPT])
    if closing == Closing.DECIDED_NOT_DONE:
        return
    for rule in LOOK_BACKS:
        running = clocks.start(
            rule, commitment.subject, holder=holder(commitment), at=at, area_path=commitment.desk_path
        )
        LookBack.objects.update_or_create(
            commitment=commitment, rule=rule, defaults={"due_on": local_day(running.due_at)}
        )


def _not_solved(commitment: Commitment, at: datetime) -> None:
    """Once it reopens by itself; the next time the district office decides."""
    most = book().at(local_day(at)).integer("outcomes.reopen_count", commitment.desk_path)
    clocks.stop_all(commitment.subject, at=at, but=ASIDE)
    if commitment.reopened_count >= most:
        begun = begin(COMMITMENT, commitment, "dispute", SYSTEM)
        commitment.save()
        clocks.start(
            "outcomes.reopen_decide_days",
            commitment.subject,
            holder=district_office(commitment),
            at=at,
            area_path=commitment.desk_path,
        )
        end(begun, commitment, at, disputed=True)
    else:
        begun = begin(COMMITMENT, commitment, "reopen", SYSTEM)
        start_again(commitment, at)
        end(begun, commitment, at, round=commitment.reopened_count)
    settle(commitment.topic, begun, at)


def start_again(commitment: Commitment, at: datetime) -> None:
    """Back to work, with the period of a simple matter from now on. The caller holds the row."""
    commitment.reopened_count += 1
    commitment.reply_kind, commitment.replied_at = "", None
    commitment.due_at = clocks.start(
        "outcomes.simple_days",
        commitment.subject,
        holder=doer(commitment),
        at=at,
        area_path=commitment.desk_path,
    ).due_at
    commitment.save()
    clocks.stop("outcomes.simple_days", commitment.subject, at=at)
    start_work(commitment, at)
