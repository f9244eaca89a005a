"""Verdicts about outcomes: what a draft still lacks, what ratings mean, how a topic stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shangliang.kit.guards import Unmet
from shangliang.outcomes.states import CommitmentState, Level, RatedBy, ReplyKind, Route

C = CommitmentState
NEVER_SCORED = frozenset({RatedBy.ROOM_CLERK.value, RatedBy.IN_HANDS.value})
OWN = frozenset({RatedBy.SELF, RatedBy.LINK, RatedBy.IN_HANDS})  # pressed by whoever holds slip or link


def own_hand(*, by_link: bool, in_hands: bool) -> RatedBy:
    """By which hand a resident's own answer came.

    A slip that the room printed again, wrote for somebody, or whose telephone it has looked at opens to the room
    as well: nobody can tell who pressed. The link on their own telephone does prove it.
    """
    if by_link:
        return RatedBy.LINK
    return RatedBy.IN_HANDS if in_hands else RatedBy.SELF


class Verdict(StrEnum):
    """What the answers of residents do to a commitment."""

    WAIT = "wait"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CALL_BACK = "call_back"


class TopicStanding(StrEnum):
    """How a topic stands by its commitments."""

    IN_HAND = "in_hand"
    ASKING = "asking"
    PLANNED = "planned"
    UNSOLVED = "unsolved"
    CONCLUDED = "concluded"


@dataclass(frozen=True)
class Answer:
    """One rating as the verdict sees it."""

    level: int
    is_solved: bool
    rated_by: str

    @property
    def counts(self) -> bool:
        """What the rated room's clerk enters, or could have, is shown but never scored (design, principle 4)."""
        return self.rated_by not in NEVER_SCORED


def verdict(
    answers: Iterable[Answer], *, asked: int, window_over: bool, reopen_share_percent: int
) -> Verdict:
    """What to do now. Waits until all who were asked have answered or the window is over.

    "Not solved" from `reopen_share_percent` of the counting answers or more reopens; no counting answer at the
    end of the window means one call by somebody from outside the room.
    """
    counting = [answer for answer in answers if answer.counts]
    if len(counting) < asked and not window_over:
        return Verdict.WAIT
    if not counting:
        return Verdict.CALL_BACK
    unsolved = sum(not answer.is_solved for answer in counting)
    return Verdict.REOPEN if unsolved * 100 >= reopen_share_percent * len(counting) else Verdict.CONFIRM


@dataclass(frozen=True)
class Satisfaction:
    """Figures of ratings; rates are None where too few answered to show them (design, principle 7)."""

    asked: int
    answered: int
    satisfied_percent: float | None
    solved_percent: float | None


def satisfaction(answers: Sequence[Answer], *, asked: int, least: int) -> Satisfaction:
    """满意率 = first three of five levels / valid answers; 解决率 = "solved" / valid answers. Always with n."""
    counting = [answer for answer in answers if answer.counts]
    total = len(counting)
    if total < max(least, 1):
        return Satisfaction(asked, total, None, None)
    satisfied = sum(answer.level >= Level.BASICALLY_SATISFIED for answer in counting)
    solved = sum(answer.is_solved for answer in counting)
    return Satisfaction(asked, total, 100 * satisfied / total, 100 * solved / total)


def standing(states: Iterable[str], closings: Iterable[str]) -> TopicStanding:
    """How a topic stands when its commitments stand so. One that is still open decides; honest ends come last."""
    seen = set(states)
    if seen & {C.ASSIGNED.value, C.DECLINED.value, C.UNDER_WAY.value}:
        return TopicStanding.IN_HAND
    if seen & {C.ASKING.value, C.CALLING_BACK.value, C.DISPUTED.value}:
        return TopicStanding.ASKING
    if C.PLANNED.value in seen:
        return TopicStanding.PLANNED
    if C.SHELVED.value in seen or "decided_not_done" in set(closings):
        return TopicStanding.UNSOLVED
    return TopicStanding.CONCLUDED


def missing_for_countersigning(
    *, text: str, route: str, is_statutory: bool, is_proposal: bool
) -> list[Unmet]:
    """What a draft lacks before the conveners sign it."""
    unmet = []
    if not text.strip():
        unmet.append(Unmet("text_missing", mend="edit"))
    if not route and not is_proposal:
        unmet.append(Unmet("route_missing", mend="edit"))
    if is_statutory and not is_proposal:
        unmet.append(Unmet("statutory_needs_proposal", mend="edit"))
    return unmet


@dataclass(frozen=True)
class Promise:
    """One commitment as it is being assigned."""

    what: str
    unit_id: int | None
    due_on: date | None
    how_seen: str
    line: int = 0  # where it stands on the page, if it came from one
    by_room: bool = False  # the community does it itself


def missing_for_assigning(
    promises: Sequence[Promise], *, route: str, is_embargoed: bool, today: date, approval_no: str
) -> list[Unmet]:
    """What is lacking before commitments are made: each with a doer, a date, and how one will see it."""
    unmet = []
    if not promises:
        unmet.append(Unmet("promises_missing", mend="promises"))
    if route == Route.REPORTED and not approval_no.strip():
        unmet.append(Unmet("approval_missing", mend="approval_no"))
    for count, promise in enumerate(promises, start=1):
        line = promise.line or count
        unmet += [
            Unmet(code, {"n": line}, mend=f"{field}-{line}")
            for code, field in _missing_in(promise, route, is_embargoed, today)
        ]
    return unmet


def _missing_in(promise: Promise, route: str, is_embargoed: bool, today: date) -> Iterator[tuple[str, str]]:
    """What one promise lacks, and the field in which it is put right."""
    if not promise.what.strip():
        yield "promise_what_missing", "what"
    if promise.unit_id is None and route != Route.COMMUNITY and not promise.by_room:
        yield "promise_doer_missing", "lead"
    if promise.unit_id is None and is_embargoed:
        yield "promise_not_by_the_room", "lead"
    if promise.due_on is None:
        yield "promise_date_missing", "due_on"
    elif promise.due_on < today:
        yield "promise_date_past", "due_on"
    if not promise.how_seen.strip():
        yield "promise_measure_missing", "how_seen"


def missing_for_reply(
    *, kind: str, text: str, planned_on: date | None, today: date, latest: date | None = None
) -> list[Unmet]:
    """What a reply A, B or C lacks; `latest` is the last day to which B or C may be put off."""
    unmet = []
    if not text.strip():
        unmet.append(Unmet("reply_text_missing", mend="text"))
    if kind not in {item.value for item in ReplyKind}:
        unmet.append(Unmet("reply_kind_missing", mend="kind"))
    if kind in {ReplyKind.PLANNED, ReplyKind.LACKING}:
        if planned_on is None:
            unmet.append(Unmet("reply_date_missing", mend="planned_on"))
        elif planned_on <= today:
            unmet.append(Unmet("reply_date_past", mend="planned_on"))
        elif latest is not None and planned_on > latest:
            unmet.append(Unmet("reply_date_too_far", {"day": latest.isoformat()}, mend="planned_on"))
    return unmet


def missing_for_extension(
    *, times: int, most: int, reason: str, until: date, was: date | None, latest: date | None = None
) -> list[Unmet]:
    """What stands against more time: given `times` of `most` already, until `was`; a plan reaches to `latest`."""
    unmet = []
    if times >= most:
        unmet.append(Unmet("extensions_used_up", {"n": most}))
    if not reason.strip():
        unmet.append(Unmet("extension_reason_missing", mend="reason"))
    if was is not None and until <= was:
        unmet.append(Unmet("extension_date_not_later", mend="until"))
    elif latest is not None and until > latest:
        unmet.append(Unmet("reply_date_too_far", {"day": latest.isoformat()}, mend="until"))
    return unmet


def is_late_in_public(late_days: int, *, is_allowed: bool, reminded: bool, delay_days: int) -> bool:
    """A late doer is red inside at once; in public only where an office allows it, after a reminder and a delay.

    `late_days` and `delay_days` are working days (design, principle 6).
    """
    return is_allowed and reminded and late_days > delay_days
