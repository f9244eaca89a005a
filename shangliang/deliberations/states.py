"""Forms, modes, roles at the table; the machines of a deliberation and of a signature (domain 10.3, design 5)."""

from enum import StrEnum
from typing import Any

from shangliang.access.states import Release
from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class Form(StrEnum):
    """随时议 or 正式协商."""

    ANY_TIME = "any_time"
    FORMAL = "formal"


class Mode(StrEnum):
    """Where and how people meet (domain 1.5)."""

    ROOM = "room"
    FIELD = "field"  # 田间地头、大树底下
    STOOLS = "stools"  # 小板凳
    VISIT = "visit"  # 串门
    MOBILE = "mobile"
    ONLINE = "online"
    MIXED = "mixed"
    ROUND_TABLE = "round_table"


class DeliberationState(StrEnum):
    """Where a deliberation stands."""

    PREPARED = "prepared"
    ANNOUNCED = "announced"
    UNDER_WAY = "under_way"
    TO_BE_CONFIRMED = "to_be_confirmed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Seat(StrEnum):
    """In which role somebody is at the table."""

    FIRST_CONVENER = "first_convener"
    SECOND_CONVENER = "second_convener"
    MEMBER = "member"
    PARTY_CONCERNED = "party_concerned"  # 利益相关方
    RESIDENT = "resident"
    UNIT = "unit"
    EXPLAINER = "explainer"
    EXPERT = "expert"
    GUEST = "guest"


class Conclusion(StrEnum):
    """What a record says came of it."""

    AGREED = "agreed"
    NO_AGREEMENT = "no_agreement"
    OPINION_ONLY = "opinion_only"


class StatutoryRoute(StrEnum):
    """Where a statutory matter has to be decided; the room only proposes."""

    VILLAGE = "village"  # 四议两公开、村民会议
    COMMUNITY = "community"  # 居民会议
    OWNERS = "owners"  # 业主共同决定


class NextPath(StrEnum):
    """Where a matter goes when the table did not agree (domain 10.3)."""

    AGAIN = "again"  # one further session
    STATUTORY = "statutory"
    UP = "up"


class SignatureWay(StrEnum):
    """How a convener signed: the state of a signature."""

    WAITING = "waiting"  # not yet
    LINK = "link"
    PAPER = "paper"
    DESK = "desk"
    STAND_IN = "stand_in"


D, W = DeliberationState, SignatureWay


def is_new(deliberation: Any) -> bool:
    """it is being written down for the first time"""
    return bool(deliberation._state.adding)


def waits_for_review(deliberation: Any) -> bool:
    """its announcement is meant for the public and was not sent to review, or came back"""
    return deliberation.needs_review and deliberation.release in {Release.UNRELEASED, Release.HELD_BACK}


def is_formal(deliberation: Any) -> bool:
    """正式协商"""
    return bool(deliberation.form == Form.FORMAL)


def was_announced(deliberation: Any) -> bool:
    """people were told of it"""
    return deliberation.announced_at is not None


def is_with_the_conveners(deliberation: Any) -> bool:
    """its record lies with the conveners"""
    record = getattr(deliberation, "record", None)
    return record is not None and record.written_at is not None


def is_with_the_clerk(deliberation: Any) -> bool:
    """its record has not gone to the conveners, or was taken back"""
    return not is_with_the_conveners(deliberation)


def can_be_attended(deliberation: Any) -> bool:
    """正式协商, and its record has not gone to the conveners, or was taken back"""
    return is_formal(deliberation) and is_with_the_clerk(deliberation)


def is_wanted(signature: Any) -> bool:
    """the record under which it stands waits to be confirmed"""
    return bool(signature.record.deliberation.state == D.TO_BE_CONFIRMED)


PREPARE, ANNOUNCE, RECORD = "deliberation.prepare", "deliberation.announce", "deliberation.record"
ASKABLE = (D.PREPARED, D.ANNOUNCED, D.UNDER_WAY)
BEGUN = ("topic.begin_deliberation",)

DELIBERATION: Machine[DeliberationState] = Machine(
    name="deliberation",
    initial=D.PREPARED,
    transitions=(
        Transition("prepare", (D.PREPARED,), None, Kind.DELIBERATION_PREPARED, PREPARE, when=is_new),
        Transition("change", (D.PREPARED,), None, Kind.DELIBERATION_PREPARED, PREPARE, also=("post.reword",)),
        Transition("invite", (D.PREPARED,), None, Kind.DELIBERATION_PREPARED, PREPARE),
        # the ledger keeps the post that was proposed
        Transition(
            "send_to_review",
            (D.PREPARED,),
            None,
            "",
            ANNOUNCE,
            when=waits_for_review,
            also=("post.propose",),
        ),
        Transition("announce", (D.PREPARED,), D.ANNOUNCED, Kind.DELIBERATION_ANNOUNCED, ANNOUNCE, also=BEGUN),
        Transition("postpone", (D.ANNOUNCED,), D.PREPARED, Kind.DELIBERATION_POSTPONED, ANNOUNCE),
        Transition(
            "cancel",
            (D.PREPARED, D.ANNOUNCED),
            D.CANCELLED,
            Kind.DELIBERATION_CANCELLED,
            ANNOUNCE,
            also=("topic.call_off", "post.withdraw"),
        ),
        # the poll and the draw keep their own ledger
        Transition("ask", ASKABLE, None, "", "poll.keep", when=is_formal),
        Transition("draw", (D.PREPARED, D.ANNOUNCED), None, "", "draw.keep", when=is_formal),
        Transition("seat_panel", ASKABLE, None, Kind.DELIBERATION_PREPARED),
        Transition(
            "write_attendance",
            (D.ANNOUNCED, D.UNDER_WAY, D.TO_BE_CONFIRMED),
            None,
            Kind.ATTENDANCE_WRITTEN,
            RECORD,
            when=can_be_attended,
        ),
        Transition("open", (D.ANNOUNCED,), D.UNDER_WAY, Kind.DELIBERATION_OPENED, RECORD, undo=True),
        Transition("close", (D.UNDER_WAY,), D.TO_BE_CONFIRMED, Kind.DELIBERATION_CLOSED, RECORD, undo=True),
        # 随时议 is written down afterwards, in one go
        Transition(
            "write_any_time",
            (D.PREPARED,),
            D.TO_BE_CONFIRMED,
            Kind.RECORD_WRITTEN,
            RECORD,
            when=is_new,
            # a first convener who writes it down has signed with the same press
            also=(*BEGUN, "signature.sign"),
        ),
        Transition(
            "write_record",
            (D.UNDER_WAY, D.TO_BE_CONFIRMED),
            None,
            Kind.RECORD_WRITTEN,
            RECORD,
            when=is_with_the_clerk,
        ),
        # by the page itself, while it is being written: the words are kept, no history tells of each time
        Transition("keep_record", (D.UNDER_WAY, D.TO_BE_CONFIRMED), None, "", RECORD, when=is_with_the_clerk),
        Transition(
            "send_to_sign", (D.TO_BE_CONFIRMED,), None, Kind.RECORD_WRITTEN, RECORD, when=is_with_the_clerk
        ),
        Transition(
            "take_back", (D.TO_BE_CONFIRMED,), None, Kind.RECORD_WRITTEN, RECORD, when=is_with_the_conveners
        ),
        Transition(
            "confirm",
            (D.TO_BE_CONFIRMED,),
            D.ARCHIVED,
            Kind.RECORD_CONFIRMED,
            when=is_with_the_conveners,
            also=("topic.reach_agreement", "topic.leave_unsolved", "post.propose"),
        ),
        Transition("add", (D.ARCHIVED,), None, Kind.RECORD_AMENDED, RECORD),
        # somebody rings, writes or goes by: that it takes place, at another time, or not at all
        Transition(
            "tell",
            (D.PREPARED, D.ANNOUNCED, D.CANCELLED),
            None,
            Kind.GUESTS_TOLD,
            ANNOUNCE,
            when=was_announced,
        ),
    ),
    finals=(D.ARCHIVED, D.CANCELLED),
)

SIGN = "record.sign"
CONFIRMED = ("deliberation.confirm",)  # by the last one

SIGNATURE: Machine[SignatureWay] = Machine(
    name="signature",
    field="way",
    initial=W.WAITING,
    transitions=(
        Transition("sign", (W.WAITING,), W.DESK, Kind.RECORD_SIGNED, SIGN, when=is_wanted, also=CONFIRMED),
        # once the convener's time is over: `permissions.check_can_sign` says by whom
        Transition(
            "sign_for", (W.WAITING,), W.STAND_IN, Kind.RECORD_SIGNED, SIGN, when=is_wanted, also=CONFIRMED
        ),
        Transition("sign_by_link", (W.WAITING,), W.LINK, Kind.RECORD_SIGNED, when=is_wanted, also=CONFIRMED),
        Transition(
            "mark_paper", (W.WAITING,), W.PAPER, Kind.RECORD_SIGNED, RECORD, when=is_wanted, also=CONFIRMED
        ),
        # to the convener's own telephone or mail; nobody else ever sees it
        Transition("send_link", (W.WAITING,), None, Kind.RECORD_LINK_SENT, RECORD, when=is_wanted),
    ),
    finals=(W.LINK, W.PAPER, W.DESK, W.STAND_IN),
)
MACHINES = (DELIBERATION, SIGNATURE)
