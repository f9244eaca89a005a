"""What residents answer, by whatever hand, and what that does to the commitment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import SYSTEM, Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.ledger.actions import act
from shangliang.outcomes import rules
from shangliang.outcomes.actions.assigning import start_work
from shangliang.outcomes.actions.desks import district_holder, doer_holder, office_of, town_holder
from shangliang.outcomes.actions.standing import settle
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Rating
from shangliang.outcomes.rules import Verdict
from shangliang.outcomes.states import COMMITMENT, Closing, CommitmentState, Level, RatedBy
from shangliang.rulebook import book

LOOK_BACKS = ("outcomes.lookback_first_months", "outcomes.lookback_second_months")
STILL_ASKED = (CommitmentState.ASKING.value, CommitmentState.CALLING_BACK.value)


@dataclass(frozen=True)
class Opinion:
    """One answer: five levels, solved or not, and why."""

    level: Level
    is_solved: bool
    reason: str = ""


@transaction.atomic
def rate(
    *, invitation: Invitation, opinion: Opinion, actor: Actor, at: datetime, rated_by: RatedBy = RatedBy.SELF
) -> Rating:
    """Take one answer. One rating per slip and round; after the window only a call-back still counts.

    A dissatisfied answer gives its reason, so that somebody can act on it.
    """
    commitment = Commitment.objects.select_for_update().get(pk=invitation.commitment_id)
    role = _rater_role(actor, rated_by, commitment)
    if invitation.round != commitment.reopened_count or commitment.state not in STILL_ASKED:
        raise IllegalMove("commitment", "rate", commitment.state)
    unmet = []
    by_clerk = rated_by == RatedBy.ROOM_CLERK
    given = invitation.ratings.filter(rated_by=RatedBy.ROOM_CLERK.value) if by_clerk else [invitation.rating]
    if any(given):
        unmet.append(Unmet("already_rated"))
    if opinion.level < Level.BASICALLY_SATISFIED and not opinion.reason.strip():
        unmet.append(Unmet("rating_reason_missing", mend="reason"))
    if rated_by == RatedBy.SELF and at > invitation.closes_at:
        unmet.append(Unmet("rating_window_over"))
    require(unmet)
    rating = Rating.objects.create(
        invitation=invitation,
        commitment=commitment,
        level=opinion.level.value,
        is_solved=opinion.is_solved,
        reason=opinion.reason.strip(),
        rated_by=rated_by.value,
        at=at,
    )
    act(
        Kind.COMMITMENT_RATED,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"level": opinion.level.value, "solved": opinion.is_solved, "by": rated_by.value},
    )
    weigh(commitment, at, window_over=commitment.state == CommitmentState.CALLING_BACK)
    return rating


def _rater_role(actor: Actor, rated_by: RatedBy, commitment: Commitment) -> Role | None:
    if rated_by == RatedBy.SELF:
        if actor.kind not in {ActorKind.SUBMITTER, ActorKind.ANONYMOUS}:
            raise Denied(_("评价由反映人本人作出。"))
        return None
    if rated_by == RatedBy.CALL_BACK:
        return require_role(actor, Permission.COMMITMENT_CALL_BACK, commitment)
    role = require_role(actor, Permission.RATING_ENTER, commitment)
    if rated_by == RatedBy.PAPER_CARD and role == Role.CLERK:
        raise Denied(_("纸面评价卡密封送镇（街道），由镇（街道）拆封录入。"))
    return role


def answers_of(commitment: Commitment) -> list[rules.Answer]:
    """The answers of the present round."""
    rows = Rating.objects.filter(commitment=commitment, invitation__round=commitment.reopened_count)
    return [rules.Answer(*row) for row in rows.values_list("level", "is_solved", "rated_by")]


def weigh(commitment: Commitment, at: datetime, *, window_over: bool) -> Verdict:
    """Judge the answers of this round and do what the verdict says. The caller holds the row."""
    asked = commitment.invitations.filter(round=commitment.reopened_count).count()
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
    """Nobody answered: somebody from outside the room calls once. Whom nobody can call is not asked again."""
    if commitment.state == CommitmentState.CALLING_BACK:
        close(commitment, Closing.NOT_RATED, at)
        return
    commitment.state = COMMITMENT.move("ask_by_telephone", commitment.state).target.value
    commitment.save()
    clocks.stop("outcomes.rating_days", commitment.subject, at=at)
    clocks.start(
        "outcomes.callback_days",
        commitment.subject,
        holder=town_holder(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@transaction.atomic
def called_in_vain(*, commitment: Commitment, actor: Actor, at: datetime) -> None:
    """The one call reached nobody: 已办结（未评价）, counted neither as satisfied nor as dissatisfied."""
    role = require_role(actor, Permission.COMMITMENT_CALL_BACK, commitment)
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if commitment.state != CommitmentState.CALLING_BACK:
        raise IllegalMove("commitment", "called_in_vain", commitment.state)
    commitment.called_back_at = at
    act(
        Kind.COMMITMENT_CALLED_BACK,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"reached": False},
    )
    close(commitment, Closing.NOT_RATED, at)


def close(commitment: Commitment, closing: Closing, at: datetime) -> None:
    """办结, and two look-backs are scheduled. The caller holds the row."""
    commitment.state = COMMITMENT.move("close", commitment.state).target.value
    write_closing(commitment, closing, at)
    act(
        Kind.COMMITMENT_CLOSED,
        commitment.subject,
        actor=SYSTEM,
        at=at,
        content={"closing": closing.value},
    )
    settle(commitment.topic, actor=SYSTEM, role=None, at=at)


def write_closing(commitment: Commitment, closing: Closing, at: datetime) -> None:
    """Close the row, stop its clocks, schedule the look-backs of what was done."""
    commitment.closed_at, commitment.closing = at, closing.value
    commitment.save()
    clocks.stop_all(commitment.subject, at=at)
    if closing == Closing.DECIDED_NOT_DONE:
        return
    for rule in LOOK_BACKS:
        running = clocks.start(
            rule,
            commitment.subject,
            holder=_looks_back(commitment),
            at=at,
            area_path=commitment.desk_path,
        )
        LookBack.objects.update_or_create(
            commitment=commitment, rule=rule, defaults={"due_on": local_day(running.due_at)}
        )


def _looks_back(commitment: Commitment) -> clocks.Holder:
    if commitment.desk_room_no and not commitment.is_embargoed:
        return clocks.Holder(Role.CLERK, room_no=commitment.desk_room_no)
    return town_holder(commitment)


def _not_solved(commitment: Commitment, at: datetime) -> None:
    """Once it reopens by itself; the next time the district office decides."""
    most = book().at(local_day(at)).integer("outcomes.reopen_count", commitment.desk_path)
    clocks.stop_all(commitment.subject, at=at)
    if commitment.reopened_count >= most:
        commitment.state = COMMITMENT.move("dispute", commitment.state).target.value
        commitment.save()
        clocks.start(
            "outcomes.reopen_decide_days",
            commitment.subject,
            holder=district_holder(commitment),
            at=at,
            area_path=commitment.desk_path,
        )
        content: dict[str, object] = {"disputed": True}
    else:
        reopen(commitment, "reopen", at)
        content = {"round": commitment.reopened_count}
    act(Kind.COMMITMENT_REOPENED, commitment.subject, actor=SYSTEM, at=at, content=content)
    settle(commitment.topic, actor=SYSTEM, role=None, at=at)


def reopen(commitment: Commitment, name: str, at: datetime) -> None:
    """Back to work, with the period of a matter of its kind from now on."""
    commitment.state = COMMITMENT.move(name, commitment.state).target.value
    commitment.reopened_count += 1
    commitment.reply_kind, commitment.replied_at = "", None
    commitment.due_at = clocks.start(
        "outcomes.simple_days",
        commitment.subject,
        holder=doer_holder(commitment),
        at=at,
        area_path=commitment.desk_path,
    ).due_at
    commitment.save()
    clocks.stop("outcomes.simple_days", commitment.subject, at=at)
    start_work(commitment, at)
