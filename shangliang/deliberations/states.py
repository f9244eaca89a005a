"""Forms, modes, roles at the table, and the machine of a deliberation (domain 10.3, design 5)."""

from enum import StrEnum

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
    """How a convener signed."""

    LINK = "link"
    PAPER = "paper"
    DESK = "desk"
    STAND_IN = "stand_in"


D = DeliberationState

DELIBERATION = Machine(
    name="deliberation",
    initial=D.PREPARED,
    transitions=(
        Transition(
            "announce", (D.PREPARED,), D.ANNOUNCED, Kind.DELIBERATION_ANNOUNCED, "deliberation.announce"
        ),
        Transition(
            "postpone", (D.ANNOUNCED,), D.PREPARED, Kind.DELIBERATION_POSTPONED, "deliberation.announce"
        ),
        Transition(
            "cancel",
            (D.PREPARED, D.ANNOUNCED),
            D.CANCELLED,
            Kind.DELIBERATION_CANCELLED,
            "deliberation.announce",
        ),
        Transition("open", (D.ANNOUNCED,), D.UNDER_WAY, Kind.DELIBERATION_OPENED, "deliberation.record"),
        Transition(
            "close", (D.UNDER_WAY,), D.TO_BE_CONFIRMED, Kind.DELIBERATION_CLOSED, "deliberation.record"
        ),
        # 随时议 is written down afterwards, in one go
        Transition(
            "write_any_time", (D.PREPARED,), D.TO_BE_CONFIRMED, Kind.RECORD_WRITTEN, "deliberation.record"
        ),
        Transition("confirm", (D.TO_BE_CONFIRMED,), D.ARCHIVED, Kind.RECORD_CONFIRMED),
    ),
    finals=(D.ARCHIVED, D.CANCELLED),
)
MACHINES = (DELIBERATION,)
