"""Outcomes and commitments: kinds, routes, replies, ratings and the two machines (domain 10.3, 10.6, design 5)."""

from enum import IntEnum, StrEnum
from typing import Any

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition
from shangliang.topics.states import TopicState


class OutcomeKind(StrEnum):
    """What a deliberation left behind."""

    MINUTES = "minutes"  # 协商纪要
    SUGGESTION = "suggestion"  # 协商意见建议
    CONSENSUS = "consensus"  # 凝聚共识
    SOCIAL_INFORMATION = "social_information"  # 社情民意信息
    CPPCC_PROPOSAL = "cppcc_proposal"  # 政协提案
    DEPUTY_SUGGESTION = "deputy_suggestion"  # 代表建议
    STATUTORY_PROPOSAL = "statutory_proposal"  # 提请表决的建议
    QUICK_ANSWER = "quick_answer"  # 即时议答复


class Route(StrEnum):
    """Who takes it on (design 5): a, b or c."""

    COMMUNITY = "community"  # done by the community itself
    TOWN = "town"  # assigned by the town
    REPORTED = "reported"  # reported up, assigned by Party committee or government (批示)


class OutcomeState(StrEnum):
    """Where an outcome stands."""

    DRAFTED = "drafted"
    COUNTERSIGNED = "countersigned"
    FILED = "filed"  # 镇街政协工委备案
    REPORTED = "reported"  # 已报送，待批示
    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    NOT_ADOPTED = "not_adopted"
    ENDED = "ended"  # consensus, proposal, information: it has no commitments


class Period(StrEnum):
    """How long the work may take; each is a rulebook parameter."""

    SIMPLE = "simple"
    NORMAL = "normal"
    COMPLEX = "complex"


class CommitmentState(StrEnum):
    """Where a commitment stands."""

    ASSIGNED = "assigned"  # 待签收
    DECLINED = "declined"  # "not ours": the assigning office settles it
    UNDER_WAY = "under_way"
    ASKING = "asking"  # replied, residents are asked
    CALLING_BACK = "calling_back"  # nobody answered; one call by somebody from outside the room
    DISPUTED = "disputed"  # a second "not solved": the district office decides
    PLANNED = "planned"  # reply B
    SHELVED = "shelved"  # reply C
    CLOSED = "closed"


class Closing(StrEnum):
    """How a closed commitment counts."""

    CONFIRMED = "confirmed"  # residents say it is solved
    NOT_RATED = "not_rated"  # 已办结（未评价）
    DECIDED_DONE = "decided_done"  # the district office decided, with a written reason
    DECIDED_NOT_DONE = "decided_not_done"


class ReplyKind(StrEnum):
    """A solved, B planned, C conditions lacking."""

    SOLVED = "a"
    PLANNED = "b"
    LACKING = "c"


class Level(IntEnum):
    """Five levels (GB/T 39735); the first three count as satisfied."""

    VERY_SATISFIED = 5
    SATISFIED = 4
    BASICALLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1


class FileKind(StrEnum):
    """What a doer puts with a reply."""

    BEFORE = "before"
    AFTER = "after"
    LETTER = "letter"  # 答复函


class Way(StrEnum):
    """How a doer that nobody signs in for has said something."""

    TELEPHONE = "telephone"
    PAPER = "paper"


class RatedBy(StrEnum):
    """Whose hand entered a rating; what the room's clerk enters, or could have, is shown, never scored."""

    SELF = "self"  # by the slip
    LINK = "link"  # by the link that went to their own telephone
    IN_HANDS = "in_hands"  # by a slip whose number or telephone the room has had in its hands
    ROOM_CLERK = "room_clerk"
    CALL_BACK = "call_back"  # by somebody from outside the room
    PAPER_CARD = "paper_card"  # sealed, opened by the town


A, C = OutcomeState, CommitmentState
# Kinds that end with filing: they carry no commitments of their own.
PROPOSALS = frozenset(
    {
        OutcomeKind.CONSENSUS,
        OutcomeKind.SOCIAL_INFORMATION,
        OutcomeKind.CPPCC_PROPOSAL,
        OutcomeKind.DEPUTY_SUGGESTION,
        OutcomeKind.STATUTORY_PROPOSAL,
    }
)


def is_to_be_done(outcome: Any) -> bool:
    """somebody is to carry it out"""
    return outcome.kind not in PROPOSALS


def is_proposal(outcome: Any) -> bool:
    """nobody has to carry it out: a consensus, an information, a proposal to others"""
    return outcome.kind in PROPOSALS


def waits_for_a_look_back(commitment: Any) -> bool:
    """one of its look-backs is still to be done"""
    return bool(commitment.open_look_backs)


def nobody_signs_in(commitment: Any) -> bool:
    """nobody signs in for whoever has to do it"""
    return bool(commitment.lacks_account)


def nobody_signs_in_or_asks(commitment: Any) -> bool:
    """nobody signs in for whoever has to do it, and no answer about more time is waited for"""
    return commitment.asked_until is None and bool(commitment.lacks_account)


def asks_for_no_time(commitment: Any) -> bool:
    """the doer waits for no answer about more time"""
    return commitment.asked_until is None


def asks_for_time(commitment: Any) -> bool:
    """the doer has asked for more time and waits for an answer"""
    return commitment.asked_until is not None


def is_late_and_nobody_asked(commitment: Any) -> bool:
    """somebody has let its time run out, and no leader waits for an explanation yet"""
    return commitment.open_ask is None and commitment.late_clock is not None


def waits_to_be_heard(commitment: Any) -> bool:
    """residents have said something to the district office alone that it has not read yet"""
    return any(each.rule == "outcomes.kept_days" for each in commitment.running_clocks)


def waits_for_an_explanation(commitment: Any) -> bool:
    """a linked leader has asked after it and waits for the office's explanation"""
    return commitment.open_ask is not None


# Where a topic goes when its commitments have moved, and by which of its acts (`actions.topic_state`).
LEADS_TO = {
    TopicState.IN_HAND: ("take_in_hand", "reopen"),
    TopicState.ASKING: ("ask_residents",),
    TopicState.PLANNED: ("plan_work",),
    TopicState.UNSOLVED: ("leave_unsolved",),
    TopicState.CONCLUDED: ("conclude",),
}
SETTLES = tuple(f"topic.{act}" for acts in LEADS_TO.values() for act in acts)
BEGINS_WORK = tuple(f"topic.{act}" for act in LEADS_TO[TopicState.IN_HAND])  # when work on it begins
# What the answers of residents do once they are weighed (`actions.rating`).
WEIGHED = ("commitment.close", "commitment.reopen", "commitment.dispute", *SETTLES)
HANDLE, ENTER, ASSIGN, DECIDE, SIGN = (
    "commitment.handle",
    "commitment.enter",  # what a doer says that nobody signs in for
    "outcome.assign",
    "outcome.decide",
    "outcome.countersign",
)

CAN_BE_LATE = (  # while residents are waited for nobody is
    C.ASSIGNED,
    C.DECLINED,
    C.UNDER_WAY,
    C.CALLING_BACK,
    C.DISPUTED,
    C.PLANNED,
    C.SHELVED,
)

OUTCOME = Machine(
    name="outcome",
    initial=A.DRAFTED,
    transitions=(
        Transition("edit", (A.DRAFTED,), None, Kind.OUTCOME_DRAFTED, "outcome.draft"),
        # each convener signs; with the last signature it is countersigned
        Transition(
            "sign",
            (A.DRAFTED,),
            None,
            Kind.OUTCOME_COUNTERSIGNED,
            SIGN,
            also=("outcome.countersign",),
            undo=True,
        ),
        Transition("countersign", (A.DRAFTED,), A.COUNTERSIGNED, Kind.OUTCOME_COUNTERSIGNED, SIGN, undo=True),
        Transition(
            "file",
            (A.COUNTERSIGNED,),
            A.FILED,
            Kind.OUTCOME_FILED,
            "outcome.file",
            also=("outcome.end_outcome", *SETTLES),
            undo=True,
        ),
        # follows at once where nobody has to carry it out
        Transition("end_outcome", (A.FILED,), A.ENDED, Kind.OUTCOME_ENDED, when=is_proposal),
        Transition(
            "do_ourselves",
            (A.FILED,),
            A.ADOPTED,
            Kind.OUTCOME_ROUTED,
            ASSIGN,
            when=is_to_be_done,
            also=BEGINS_WORK,
        ),
        Transition(
            "assign", (A.FILED,), A.ADOPTED, Kind.OUTCOME_ROUTED, ASSIGN, when=is_to_be_done, also=BEGINS_WORK
        ),
        Transition(
            "report_up",
            (A.FILED,),
            A.REPORTED,
            Kind.OUTCOME_REPORTED,
            "outcome.report",
            when=is_to_be_done,
            undo=True,
        ),
        Transition("adopt", (A.REPORTED,), A.ADOPTED, Kind.OUTCOME_ADOPTED, DECIDE, also=BEGINS_WORK),
        Transition(
            "adopt_partly", (A.REPORTED,), A.PARTLY_ADOPTED, Kind.OUTCOME_ADOPTED, DECIDE, also=BEGINS_WORK
        ),
        Transition("refuse", (A.REPORTED,), A.NOT_ADOPTED, Kind.OUTCOME_NOT_ADOPTED, DECIDE, also=SETTLES),
    ),
    finals=(A.ADOPTED, A.PARTLY_ADOPTED, A.NOT_ADOPTED, A.ENDED),
)

COMMITMENT = Machine(
    name="commitment",
    initial=C.ASSIGNED,
    transitions=(
        Transition("accept", (C.ASSIGNED,), C.UNDER_WAY, Kind.COMMITMENT_ACCEPTED, HANDLE, undo=True),
        Transition("decline", (C.ASSIGNED,), C.DECLINED, Kind.COMMITMENT_DECLINED, HANDLE, undo=True),
        Transition(
            "reassign", (C.DECLINED, C.ASSIGNED), C.ASSIGNED, Kind.COMMITMENT_ASSIGNED, ASSIGN, undo=True
        ),
        # after somebody has signed for it, with a reason that the former one reads
        Transition("hand_on", (C.UNDER_WAY,), C.ASSIGNED, Kind.COMMITMENT_HANDED_ON, ASSIGN, undo=True),
        Transition("plan_work", (C.UNDER_WAY,), None, Kind.COMMITMENT_PLANNED, HANDLE),
        Transition(
            "enter_accept",
            (C.ASSIGNED,),
            C.UNDER_WAY,
            Kind.COMMITMENT_ACCEPTED,
            ENTER,
            when=nobody_signs_in,
        ),
        Transition(
            "enter_decline",
            (C.ASSIGNED,),
            C.DECLINED,
            Kind.COMMITMENT_DECLINED,
            ENTER,
            when=nobody_signs_in,
        ),
        Transition(
            "enter_plan_work", (C.UNDER_WAY,), None, Kind.COMMITMENT_PLANNED, ENTER, when=nobody_signs_in
        ),
        Transition(
            "enter_ask_extension",
            (C.UNDER_WAY,),
            None,
            Kind.COMMITMENT_EXTENSION_ASKED,
            ENTER,
            when=nobody_signs_in_or_asks,
        ),
        *(
            Transition(
                f"enter_{act}",
                (C.UNDER_WAY,),
                target,
                Kind.COMMITMENT_REPLIED,
                ENTER,
                when=nobody_signs_in,
                also=("post.propose", *SETTLES),
            )
            for act, target in (
                ("reply_solved", C.ASKING),
                ("reply_planned", C.PLANNED),
                ("reply_lacking", C.SHELVED),
            )
        ),
        # the doer asks for more time; until the office that assigned it has answered, the old date stands
        Transition(
            "ask_extension",
            (C.UNDER_WAY,),
            None,
            Kind.COMMITMENT_EXTENSION_ASKED,
            HANDLE,
            when=asks_for_no_time,
            undo=True,
        ),
        Transition(
            "refuse_extension",
            (C.UNDER_WAY,),
            None,
            Kind.COMMITMENT_EXTENSION_REFUSED,
            "commitment.extend",
            when=asks_for_time,
            undo=True,
        ),
        # more time: for the work, or until what was planned comes back
        Transition("extend", (C.UNDER_WAY,), None, Kind.COMMITMENT_EXTENDED, "commitment.extend"),
        Transition(
            "extend_plan",
            (C.PLANNED,),
            None,
            Kind.COMMITMENT_EXTENDED,
            "commitment.extend",
            also=("topic.plan_work",),
        ),
        # a linked leader asks why it is late; nothing moves, the office that is asked has to explain
        Transition(
            "ask_after",
            CAN_BE_LATE,
            None,
            Kind.COMMITMENT_ASKED_AFTER,
            "commitment.ask_after",
            when=is_late_and_nobody_asked,
        ),
        Transition(
            "explain",
            (*CAN_BE_LATE, C.ASKING),
            None,
            Kind.COMMITMENT_EXPLAINED,
            "commitment.explain",
            when=waits_for_an_explanation,
        ),
        # the district has read what residents said to it alone, and passes on what may be said; nothing moves
        Transition("hear", tuple(C), None, Kind.COMMITMENT_HEARD, "rating.read_kept", when=waits_to_be_heard),
        Transition(
            "reply_solved",
            (C.UNDER_WAY,),
            C.ASKING,
            Kind.COMMITMENT_REPLIED,
            HANDLE,
            also=("post.propose", *SETTLES),
        ),
        Transition(
            "reply_planned",
            (C.UNDER_WAY,),
            C.PLANNED,
            Kind.COMMITMENT_REPLIED,
            HANDLE,
            also=("post.propose", *SETTLES),
        ),
        Transition(
            "reply_lacking",
            (C.UNDER_WAY,),
            C.SHELVED,
            Kind.COMMITMENT_REPLIED,
            HANDLE,
            also=("post.propose", *SETTLES),
        ),
        Transition(
            "resume",
            (C.PLANNED, C.SHELVED),
            C.UNDER_WAY,
            Kind.COMMITMENT_ASSIGNED,
            ASSIGN,
            also=BEGINS_WORK,
        ),
        # one answer of a resident, by whatever hand; what the room's own clerk enters is shown and weighs nothing
        Transition("rate", (C.ASKING, C.CALLING_BACK), None, Kind.COMMITMENT_RATED, also=WEIGHED),
        Transition("enter_rating", (C.ASKING, C.CALLING_BACK), None, Kind.COMMITMENT_RATED, "rating.enter"),
        Transition(
            "open_card", (C.ASKING, C.CALLING_BACK), None, Kind.COMMITMENT_RATED, "rating.open", also=WEIGHED
        ),
        Transition(
            "call_back",
            (C.ASKING, C.CALLING_BACK),
            None,
            Kind.COMMITMENT_RATED,
            "commitment.call_back",
            also=WEIGHED,
        ),
        Transition(
            "call_in_vain",
            (C.CALLING_BACK,),
            None,
            Kind.COMMITMENT_CALLED_BACK,
            "commitment.call_back",
            also=("commitment.close", *SETTLES),
        ),
        # nobody answered within the time
        Transition("ask_by_telephone", (C.ASKING,), C.CALLING_BACK, Kind.CLOCK_CAME_DUE),
        Transition("close", (C.ASKING, C.CALLING_BACK), C.CLOSED, Kind.COMMITMENT_CLOSED, also=SETTLES),
        Transition("reopen", (C.ASKING, C.CALLING_BACK), C.UNDER_WAY, Kind.COMMITMENT_REOPENED, also=SETTLES),
        Transition("dispute", (C.ASKING, C.CALLING_BACK), C.DISPUTED, Kind.COMMITMENT_DISPUTED, also=SETTLES),
        Transition(
            "decide_redo",
            (C.DISPUTED,),
            C.UNDER_WAY,
            Kind.COMMITMENT_DECIDED,
            "commitment.decide_reopening",
            also=SETTLES,
        ),
        Transition(
            "decide_close",
            (C.DISPUTED,),
            C.CLOSED,
            Kind.COMMITMENT_DECIDED,
            "commitment.decide_reopening",
            also=SETTLES,
        ),
        Transition(
            "look_back",
            (C.CLOSED,),
            None,
            Kind.COMMITMENT_LOOKED_BACK,
            "commitment.look_back",
            when=waits_for_a_look_back,
        ),
    ),
    finals=(C.CLOSED,),
)
MACHINES = (OUTCOME, COMMITMENT)
