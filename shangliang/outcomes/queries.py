"""Reads: results for the public, lists for the desk, what one slip is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Prefetch, Q

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.publication import public
from shangliang.access.roles import PERMISSIONS, Permission, Role
from shangliang.clocks.models import Holder
from shangliang.clocks.queries import late
from shangliang.deliberations.models import Deliberation, Measure
from shangliang.desks.queries import assigning_office, called, holder, people_of, tier_office
from shangliang.kit import clock, crypto, personal_data
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import COLUMNS, by_nos
from shangliang.outcomes import rules
from shangliang.outcomes.models import (
    Ask,
    Commitment,
    CommitmentQuerySet,
    Invitation,
    InvitationQuerySet,
    Outcome,
    OutcomeQuerySet,
    PublicReason,
    Rating,
    RatingQuerySet,
    Reply,
    ReplyFile,
)
from shangliang.outcomes.rules import Satisfaction
from shangliang.outcomes.states import OUTCOME, Closing, CommitmentState, RatedBy, Route
from shangliang.places.models import Area
from shangliang.rulebook import book
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import TopicState

C = CommitmentState


class Result(StrEnum):
    """How the results page sorts what was promised."""

    OPEN = "open"
    DUE = "due"
    PLANNED = "planned"
    DONE = "done"
    CONFIRMED = "confirmed"
    NOT_DONE = "not_done"


AT_WORK = [C.ASSIGNED.value, C.DECLINED.value, C.UNDER_WAY.value]


def _soon(now: datetime) -> datetime:
    """Until when a promise counts as due: only how the list is cut for readers, no deadline hangs on it."""
    return now + timedelta(days=book().at(local_day(now)).integer("outcomes.due_soon_calendar_days"))


def result_filter(result: Result, now: datetime) -> Q:
    """The rows of one heading of the results page."""
    match result:
        case Result.OPEN:
            return Q(state__in=AT_WORK, due_at__gt=_soon(now))
        case Result.DUE:
            return Q(state__in=AT_WORK, due_at__lte=_soon(now))
        case Result.PLANNED:
            return Q(state=C.PLANNED.value)
        case Result.DONE:
            asked = Q(state__in=[C.ASKING.value, C.CALLING_BACK.value, C.DISPUTED.value])
            return asked | Q(closing__in=[Closing.NOT_RATED.value, Closing.DECIDED_DONE.value])
        case Result.CONFIRMED:
            return Q(closing=Closing.CONFIRMED.value)
        case Result.NOT_DONE:
            return Q(state=C.SHELVED.value) | Q(closing=Closing.DECIDED_NOT_DONE.value)


def result_of(commitment: Commitment, now: datetime) -> Result:
    """The heading under which one commitment stands."""
    if commitment.state in AT_WORK:
        return Result.DUE if commitment.due_at <= _soon(now) else Result.OPEN
    if commitment.state == C.PLANNED:
        return Result.PLANNED
    if commitment.state == C.SHELVED or commitment.closing == Closing.DECIDED_NOT_DONE:
        return Result.NOT_DONE
    return Result.CONFIRMED if commitment.closing == Closing.CONFIRMED else Result.DONE


# What a line of a public list shows; a page of them reads no other column.
LISTED = (
    "what",
    "state",
    "closing",
    "assigned_at",
    "due_at",
    "closed_at",
    "planned_on",
    "reopened_count",
    "desk_path",
    "room__name",
    "lead__name",
    "topic__opened_at",
    *(f"{row}{column}" for row in ("", "topic__") for column in COLUMNS),
)


def results(*, area_path: str = "", theme: str = "", room_no: str = "") -> CommitmentQuerySet:
    """What the public may see of what was agreed, newest first."""
    rows = Commitment.objects.public().select_related("topic", "lead", "room").only(*LISTED)
    if area_path:
        rows = rows.filter(room__area_path__startswith=area_path)
    if room_no:
        rows = rows.filter(room__no=room_no)
    if theme:
        rows = rows.filter(topic__theme=theme)
    return rows.order_by("-assigned_at", "-pk")


def commitments_of_topic(topic_id: int, actor: Actor) -> list[Commitment]:
    """What came of one topic, as far as the actor may see it."""
    mine = (
        Commitment.objects.filter(topic_id=topic_id)
        .select_related("lead", "topic", "room")
        .prefetch_related(with_replies())
    )
    ids = set(mine.filter(pk__in=Commitment.objects.public().values("pk")).values_list("pk", flat=True))
    if actor.is_staff:
        ids |= set(
            Commitment.objects.worked_on_by(actor).filter(topic_id=topic_id).values_list("pk", flat=True)
        )
    return [commitment for commitment in mine.order_by("pk") if commitment.pk in ids]


def with_replies() -> Prefetch[str, Any]:
    """What is prefetched of commitments whose answers are shown: by whose hand they were entered, and their files."""
    return Prefetch("replies", Reply.objects.select_related("relay").prefetch_related("files"))


def at_work(rows: Iterable[Commitment]) -> list[str] | None:
    """The units that carry out what is not over yet, by name, and beside them the room whose community does a part of
    it itself; none where that does it all.

    None where nothing of it is among these rows: the reader may not see who does it.
    """
    found = [row for row in rows if row.state in AT_WORK and row.state != C.DECLINED]
    if all(row.lead is None for row in found):
        return [] if found else None
    return list(dict.fromkeys(row.lead.name if row.lead else row.room.name for row in found))


def on_the_way(topic_ids: Iterable[int]) -> list[Outcome]:
    """Outcomes of these topics of which nobody has settled yet who carries them out, the first one first."""
    rows = Outcome.objects.filter(topic__in=list(topic_ids)).exclude(state__in=OUTCOME.finals)
    return list(rows.select_related("room").order_by("pk"))


def is_over(commitment: Commitment) -> bool:
    """Whether with it the whole matter has come to its end."""
    return Topic.objects.filter(pk=commitment.topic_id, state=TopicState.CONCLUDED.value).exists()


def is_one_of_several(commitment: Commitment) -> bool:
    """Whether more than this came of its topic."""
    return Commitment.objects.filter(topic=commitment.topic_id).exclude(pk=commitment.pk).exists()


def desk_outcomes(actor: Actor) -> OutcomeQuerySet:
    """Outcomes on the actor's desk."""
    return Outcome.objects.visible_to(actor).select_related("topic", "room").order_by("-drafted_at", "-pk")


def desk_commitments(actor: Actor) -> CommitmentQuerySet:
    """Commitments on the actor's desk or on that of the actor's unit, soonest first."""
    return (
        Commitment.objects.worked_on_by(actor)
        .select_related("topic", "room", "lead")
        .order_by("due_at", "pk")
    )


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation behind a link, or None."""
    rows = Invitation.objects.filter(token_hash=crypto.fingerprint(token, Invitation.PURPOSE))
    return rows.select_related("commitment__topic", "commitment__lead", "submission", "same_as").first()


def doer(commitment: Commitment) -> Holder:
    """Who does the work: 主办; where the community does it itself, the room's clerk."""
    if commitment.lead is not None:
        return Holder(Role.DOER, unit_code=commitment.lead.code)
    return holder(commitment)


def settling_office(commitment: Commitment) -> Holder:
    """The office that assigned it: it settles a "not ours", gives more time, takes up again what was put off.

    Above the towns nobody but the district's assigning office orders anybody.
    """
    tier = tier_office(commitment)
    if commitment.outcome.route == Route.REPORTED or tier.role != Role.TOWN_OFFICE:
        return assigning_office(commitment)
    return tier


def stands_behind(commitment: Commitment) -> Holder | None:
    """Who enters what its unit says while nobody signs in for that: the office that assigned it, the room's clerk where
    the community settled it itself. Nobody where there is no unit: then the desk's own rules say who stands in."""
    if commitment.lead is None:
        return None
    if commitment.outcome.route == Route.COMMUNITY:
        return holder(commitment)
    return settling_office(commitment)


def entering_offices(commitment: Commitment) -> list[Holder]:
    """Who may enter it: whoever stands behind the unit, and past a clerk who is not there the office of the tier."""
    behind = stands_behind(commitment)
    if behind is None or (behind.role == Role.CLERK and not people_of(behind, clock.today())):
        return [*([behind] if behind else []), tier_office(commitment)]
    return [behind]


def hands_of(commitment: Commitment, day: date) -> tuple[list[int], bool]:
    """The accounts that act for its doer, and whether they are the doer's own; else those of who enters it."""
    own = people_of(doer(commitment), day)
    others = (people_of(office, day) for office in entering_offices(commitment))
    return (own, True) if own else (next((found for found in others if found), []), False)


AROUND = 3  # village, town, district: as far as a page loads them
# Offices that explain their own delay; whoever else is late, the office that assigned it explains it.
EXPLAINING = frozenset(role for role in Role if Permission.COMMITMENT_EXPLAIN in PERMISSIONS[role])


def explaining_office(commitment: Commitment, late: Holder | None = None) -> Holder:
    """Who explains a delay to a linked leader; `late`: who has let the time run out."""
    return late if late is not None and late.role in EXPLAINING else settling_office(commitment)


def asked_office(commitment: Commitment) -> Holder:
    """Who has to explain now; before anybody has asked, whom one would ask."""
    asked = commitment.open_ask
    return asked.office if asked else explaining_office(commitment)


def late_ones(actor: Actor, now: datetime) -> list[tuple[Commitment, datetime]]:
    """What is late in the area whose leader the actor is, and since when, the longest first; three statements."""
    since = late("commitment", now)
    rows = by_nos(_asked_by(actor), since).exclude(state=C.CLOSED.value)
    found = [(row, since[row.no]) for row in rows if row.no in since]
    return sorted(found, key=lambda each: (each[1], each[0].pk))


def count_unasked(actor: Actor) -> int:
    """How many of them nobody has asked after yet; two statements."""
    since = late("commitment", clock.now())
    rows = by_nos(Commitment.objects.worked_on_by(actor, Permission.COMMITMENT_ASK_AFTER), since)
    rows = rows.exclude(state=C.CLOSED.value).exclude(asks__in=Ask.objects.filter(explained_at=None))
    return sum(row.no in since for row in rows)


def last_explained(actor: Actor, most: int) -> list[Ask]:
    """The latest explanations in that area, the newest first."""
    rows = Ask.objects.filter(commitment__in=_asked_by(actor)).exclude(explained_at=None)
    rows = rows.select_related("commitment__room", "commitment__lead")
    return list(rows.order_by("-explained_at", "-pk")[:most])


def _asked_by(actor: Actor) -> CommitmentQuerySet:
    rows = Commitment.objects.worked_on_by(actor, Permission.COMMITMENT_ASK_AFTER)
    return rows.select_related("topic", "room", "lead", "outcome").prefetch_related("asks")


@dataclass(frozen=True)
class Brief:
    """What whoever has to do it must know before the first telephone call; never who raised it."""

    deliberation: Deliberation | None  # where it was agreed
    measures: Sequence[Measure]  # all that was agreed there
    contact: str  # the room's clerks; nobody of the room where its own cadres are concerned
    phone: str
    office: str  # which assigned it, by its own name


def areas_around(commitment: Commitment) -> list[Area]:
    """The place of its room and those above it; `room.area` and its parents must be loaded."""
    found: list[Area] = []
    area: Area | None = commitment.room.area
    while area is not None and len(found) < AROUND:
        found.append(area)
        area = area.parent if len(found) < AROUND else None
    return found


def brief_of(commitment: Commitment, day: date) -> Brief:
    """The matter behind a commitment, as far as its doer may know it."""
    deliberation = commitment.outcome.deliberation
    record = getattr(deliberation, "record", None)
    office = settling_office(commitment)
    is_open = not commitment.is_embargoed
    clerk = Holder(Role.CLERK, room_no=commitment.room.no)
    return Brief(
        deliberation=deliberation,
        measures=list(record.measures.select_related("unit").order_by("pk")) if record else [],
        contact=called([clerk], day=day)[clerk] if is_open else "",
        phone=commitment.room.phone if is_open else "",
        office=called([office], known=areas_around(commitment))[office],
    )


def still_to_answer(commitment: Commitment, rated_by: RatedBy) -> InvitationQuerySet:
    """Whose answer of this round can still be entered by that hand; what the room's clerk entered for somebody takes
    their own answer from nobody."""
    asked = commitment.invitations.people().filter(round=commitment.reopened_count).order_by("pk")
    if rated_by == RatedBy.ROOM_CLERK:
        return asked.exclude(ratings__rated_by=RatedBy.ROOM_CLERK.value)
    return asked.unanswered()


def is_in_hands(invitation: Invitation) -> bool:
    """Whether the room can open the slip by which this answer comes as well as its holder can."""
    return invitation.submission is not None and invitation.submission.in_hands_at is not None


def asked_by_slip(commitment: Commitment, slip: str) -> Invitation | None:
    """What the holder of that slip is asked in this round, if they are."""
    rows = commitment.invitations.filter(round=commitment.reopened_count)
    return rows.filter(submission__in=Submission.objects.by_slip(slip)).select_related("same_as").first()


@dataclass(frozen=True)
class Asked:
    """One question to the holder of a slip: the commitment, its reply, and the answer if there is one."""

    invitation: Invitation
    commitment: Commitment
    rating: Rating | None  # what they answered, be it scored or not

    @property
    def is_open(self) -> bool:
        """Whether the holder can still answer, or change what they answered."""
        return is_open(self.invitation)


def is_open(invitation: Invitation) -> bool:
    """Whether the round in which somebody was asked still takes their answer; afterwards they are called once."""
    commitment = invitation.commitment
    return commitment.state == C.ASKING and invitation.round == commitment.reopened_count


def asked_of(submission: Submission) -> list[Asked]:
    """What the holder of a slip has been asked, newest first."""
    rows = Invitation.objects.filter(submission=submission).select_related("commitment__lead", "same_as")
    rows = rows.prefetch_related("ratings", "same_as__ratings").order_by("-asked_at", "-pk")
    return [Asked(row, row.commitment, row.rating or row.unscored) for row in rows]


@dataclass(frozen=True)
class Rated:
    """The result of the last round in which residents were asked; no share before enough of them answered."""

    figures: rules.Satisfaction
    entered_by_clerk: int
    round: int = 0  # how often it had been reopened by then
    in_hands: int = 0  # by slips that the room has had in its hands: shown, not scored
    has_kept: bool = False  # something was said to the district alone, in whichever round


def rated(commitment: Commitment, least: int) -> Rated:
    """What residents said, the last time they were asked: only that round is the result."""
    by_round = commitment.invitations.order_by("-round").values_list("round")
    found = by_round.annotate(people=Count("pk", filter=Q(same_as=None))).first()
    if found is None:
        return Rated(rules.satisfaction([], asked=0, least=least), 0)
    last, asked = found
    columns = ("invitation__round", "reason", "for_district", "level", "is_solved", "rated_by")
    rows = list(commitment.ratings.standing().values_list(*columns))
    answers = [rules.Answer(*answer) for number, _reason, _kept, *answer in rows if number == last]
    return Rated(
        rules.satisfaction(answers, asked=asked, least=least),
        sum(answer.rated_by == RatedBy.ROOM_CLERK for answer in answers),
        last,
        sum(answer.rated_by == RatedBy.IN_HANDS for answer in answers),
        any(reason and is_kept for _number, reason, is_kept, *_answer in rows),
    )


def rated_in_public(
    rows: Iterable[Commitment], least: Callable[[Commitment], int]
) -> dict[int, Satisfaction]:
    """What residents said in the last round of each that is over, by the commitment's key, where `least` of them or
    more have answered; two statements however many."""
    over = {row.pk: row for row in rows if row.closed_at is not None}
    if not over:
        return {}
    asked: dict[int, tuple[int, int]] = {}
    rounds = (
        Invitation.objects.filter(commitment__in=over).order_by("round").values_list("commitment", "round")
    )
    for pk, number, people in rounds.annotate(people=Count("pk", filter=Q(same_as=None))):
        asked[pk] = number, people  # the last round stands
    answers: dict[int, list[rules.Answer]] = defaultdict(list)
    given = Rating.objects.filter(commitment__in=asked).standing()
    columns = ("commitment", "invitation__round", "level", "is_solved", "rated_by")
    for pk, number, level, is_solved, rated_by in given.values_list(*columns):
        if number == asked[pk][0]:
            answers[pk].append(rules.Answer(level, is_solved, rated_by))
    found = {
        pk: rules.satisfaction(answers[pk], asked=people, least=least(over[pk]))
        for pk, (_round, people) in asked.items()
    }
    return {pk: figures for pk, figures in found.items() if figures.satisfied_percent is not None}


@dataclass(frozen=True)
class Reason:
    """What somebody said with a rating; never who."""

    text: str
    is_solved: bool
    round: int  # how often it had been reopened by then
    not_scored: str  # by which hand it came, where that is why it is not scored
    for_district: bool = False  # nobody else reads it


def replies_with_files(commitment: Commitment) -> list[tuple[Reply, list[ReplyFile]]]:
    """Every answer to it with its files, the newest first; one statement."""
    rows = Reply.objects.filter(commitment=commitment).order_by("-at", "-pk", "files__pk")
    rows = rows.select_related("relay").annotate(
        file_pk=F("files__pk"),
        file_kind=F("files__kind"),
        file_name=F("files__file"),
        withheld=F("files__withheld"),
    )
    found: dict[int, tuple[Reply, list[ReplyFile]]] = {}
    for row in rows:
        _reply, files = found.setdefault(row.pk, (row, []))
        if row.file_pk is not None:
            files.append(
                ReplyFile(pk=row.file_pk, kind=row.file_kind, file=row.file_name, withheld=row.withheld)
            )
    return list(found.values())


def public_reasons(rows: Iterable[Commitment]) -> dict[int, list[PublicReason]]:
    """What everybody may read of the last round of each, by the commitment's key; one statement.

    What is being done again has no last round that is over: then nothing of the former one is shown.
    """
    shown = [row.pk for row in rows if row.closed_at is not None and row.is_public]
    found: dict[int, list[PublicReason]] = {}
    if not shown:
        return found
    reasons = PublicReason.objects.filter(
        public(),
        commitment__in=shown,
        rating__replaced_at=None,
        rating__invitation__round=F("commitment__reopened_count"),
    )
    for row in reasons.select_related("rating__invitation").order_by("at", "pk"):
        found.setdefault(row.commitment_id, []).append(row)
    return found


def reasons_for(commitment: Commitment, actor: Actor) -> list[Reason]:
    """Why residents answered as they did, the newest round first.

    Whoever must redo it or decide reads them at once, however few have answered; the rest of the desk those of the
    last round, from n ≥ `outcomes.rating_public_min_count` people on, with their numbers starred out; everybody those
    of them that a person has let through. What was said to the district office alone nobody else reads.
    """
    if _may(actor, Permission.RATING_READ, commitment):
        reads_all = _may(actor, Permission.RATING_READ_KEPT, commitment)
        return _reasons(commitment.ratings.all(), with_kept=reads_all)
    if not actor.is_staff:
        return [
            Reason(row.text, row.rating.is_solved, row.rating.invitation.round, not_scored="")
            for row in public_reasons([commitment]).get(commitment.pk, [])
        ]
    is_open = _may(actor, Permission.COMMITMENT_READ, commitment)
    least = book().at(clock.today()).integer("outcomes.rating_public_min_count", commitment.desk_path)
    found = rated(commitment, least)
    if not is_open or found.figures.satisfied_percent is None:
        return []
    last = [row for row in _reasons(commitment.ratings.all()) if row.round == found.round]
    return [replace(row, text=personal_data.mask(row.text)) for row in last]


def _reasons(given: RatingQuerySet, *, with_kept: bool = False) -> list[Reason]:
    rows = given.standing().exclude(reason="").order_by("-invitation__round", "at", "pk")
    if not with_kept:
        rows = rows.filter(for_district=False)
    columns = rows.values_list("reason", "is_solved", "invitation__round", "rated_by", "for_district")
    return [
        Reason(text, solved, round, by if by in rules.NEVER_SCORED else "", kept)
        for text, solved, round, by, kept in columns
    ]


def reasons_until(commitment: Commitment, at: datetime, *, with_kept: bool) -> list[str]:
    """What was said in the last round that had been answered by then, for the message to those who must act."""
    rows = _reasons(commitment.ratings.filter(at__lte=at), with_kept=with_kept)
    return [row.text for row in rows if row.round == rows[0].round]


def _may(actor: Actor, permission: Permission, commitment: Commitment) -> bool:
    """At the desk, or in the unit that does it (主办 or 协办)."""
    codes = actor.scope(permission).unit_codes
    if codes and commitment.lead is not None and commitment.lead.code in codes:
        return True
    if codes and commitment.co_units.filter(code__in=codes).exists():
        return True
    return role_on_desk(actor, permission, commitment) is not None
