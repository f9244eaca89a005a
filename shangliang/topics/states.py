"""Submissions and topics: channels, grades, classes, themes, and the two machines (domain 10.3, design 5)."""

from enum import StrEnum

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class Channel(StrEnum):
    """党政点题、委员荐题、群众出题、网格筛题."""

    GOVERNMENT = "government"
    MEMBER = "member"
    RESIDENT = "resident"
    GRID = "grid"


class EntryWay(StrEnum):
    """How the words came to us; all but `online` were entered for somebody (代录)."""

    ONLINE = "online"
    VISIT = "visit"
    PHONE = "phone"
    PAPER = "paper"
    TV = "tv"


class SubmissionState(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    SUPPLEMENT_ASKED = "supplement_asked"
    ACCEPTED = "accepted"  # it has become a topic
    MERGED = "merged"  # it has joined a topic that was there
    HANDED_OVER = "handed_over"
    ENDED = "ended"
    ERASED = "erased"


class Destination(StrEnum):
    """Where a submission is handed over; each has an address and a number in the rulebook."""

    HOTLINE = "12345"
    PETITION = "petition"  # 信访
    MEDIATION = "mediation"  # 人民调解、综治中心
    LEGAL_AID = "12348"
    DISCIPLINE = "12388"
    POLICE = "110"
    OTHER = "other"


class Exclusion(StrEnum):
    """Why a matter is not one for a room (domain 1.6)."""

    PERSONAL = "personal"  # 个人问题
    CIVIL_DISPUTE = "civil_dispute"  # 民事纠纷
    LITIGATION = "litigation"  # 涉法涉诉、行政诉讼
    REPORT = "report"  # 投诉举报
    PETITION = "petition"  # 信访事项
    SECRET = "secret"  # noqa: S105 — 涉密、隐私、商业秘密
    PERSONNEL = "personnel"  # 人事事项
    BEYOND = "beyond"  # 超出本级职权
    EMERGENCY = "emergency"  # 紧急警情
    SEVERAL = "several"  # 一事一议：不止一件事
    UNCLEAR = "unclear"  # 无法了解到具体情况


class Grade(StrEnum):
    """即时议 or 深入议."""

    QUICK = "quick"
    DEEP = "deep"


class Weight(StrEnum):
    """要事、实事、难事."""

    IMPORTANT = "important"
    PRACTICAL = "practical"
    HARD = "hard"


class Theme(StrEnum):
    """The ten themes (checklist 49)."""

    GOVERNANCE = "governance"
    VILLAGE_RULES = "village_rules"
    LAND = "land"
    COLLECTIVE_INCOME = "collective_income"
    ELDERLY_CARE = "elderly_care"
    OLD_ESTATES = "old_estates"
    REFUSE = "refuse"
    ENVIRONMENT = "environment"
    NEIGHBOURS = "neighbours"
    SAFETY = "safety"


class TopicState(StrEnum):
    """Where a topic stands."""

    OPENED = "opened"  # accepted; quick: to be answered, deep: to be looked into
    RESEARCHING = "researching"
    ADOPTED = "adopted"  # 立项
    DELIBERATING = "deliberating"
    AGREED = "agreed"  # 已成果
    IN_HAND = "in_hand"  # 办理中
    ASKING = "asking"  # 待评议
    CONCLUDED = "concluded"  # 办结
    UNSOLVED = "unsolved"  # 暂未办成（附说明）
    PASSED_UP = "passed_up"  # 已上提，待上一级接手
    PLANNED = "planned"  # 已列入计划（附时间）
    ENDED = "ended"  # 终止（写明原因）


S, T = SubmissionState, TopicState

SUBMISSION = Machine(
    name="submission",
    initial=S.RECEIVED,
    transitions=(
        Transition(
            "ask_supplement", (S.RECEIVED,), S.SUPPLEMENT_ASKED, Kind.SUPPLEMENT_ASKED, "submission.screen"
        ),
        Transition("give_supplement", (S.SUPPLEMENT_ASKED,), S.RECEIVED, Kind.SUPPLEMENT_GIVEN),
        Transition("miss_supplement", (S.SUPPLEMENT_ASKED,), S.RECEIVED, Kind.SUPPLEMENT_MISSED),
        Transition("accept", (S.RECEIVED,), S.ACCEPTED, Kind.SUBMISSION_ACCEPTED, "submission.screen"),
        Transition("merge", (S.RECEIVED,), S.MERGED, Kind.SUBMISSION_MERGED, "submission.screen"),
        Transition("separate", (S.MERGED,), S.RECEIVED, Kind.SUBMISSION_SEPARATED, "submission.screen"),
        Transition(
            "hand_over",
            (S.RECEIVED, S.SUPPLEMENT_ASKED),
            S.HANDED_OVER,
            Kind.SUBMISSION_HANDED_OVER,
            "submission.screen",
        ),
        Transition(
            "end_submission",
            (S.RECEIVED, S.SUPPLEMENT_ASKED),
            S.ENDED,
            Kind.SUBMISSION_ENDED,
            "submission.screen",
        ),
        Transition(
            "take_back",
            (S.HANDED_OVER, S.ENDED),
            S.RECEIVED,
            Kind.SUBMISSION_REPORTED_BACK,
            "submission.screen",
        ),
        # news from outside without a change of state, or with one (take_back)
        Transition(
            "report_back",
            (S.HANDED_OVER,),
            S.HANDED_OVER,
            Kind.SUBMISSION_REPORTED_BACK,
            "submission.screen",
        ),
        Transition("pass_above", (S.RECEIVED,), S.RECEIVED, Kind.SUBMISSION_EMBARGOED, "submission.screen"),
        Transition(
            "write_down", (S.RECEIVED,), S.RECEIVED, Kind.SUBMISSION_WRITTEN_DOWN, "submission.screen"
        ),
        Transition(
            "erase",
            (S.RECEIVED, S.SUPPLEMENT_ASKED, S.ACCEPTED, S.MERGED, S.HANDED_OVER, S.ENDED),
            S.ERASED,
            Kind.SUBMISSION_ERASED,
        ),
    ),
    finals=(S.ERASED,),
)

TOPIC = Machine(
    name="topic",
    initial=T.OPENED,
    transitions=(
        # quick: answered on the spot; the outcome with one replied commitment is written by outcomes
        Transition("answer_quick", (T.OPENED,), T.ASKING, Kind.TOPIC_ANSWERED, "topic.answer"),
        Transition("grade_deep", (T.OPENED,), T.OPENED, Kind.TOPIC_GRADED, "submission.screen"),
        Transition(
            "research", (T.OPENED, T.RESEARCHING), T.RESEARCHING, Kind.TOPIC_VISITED, "deliberation.prepare"
        ),
        Transition("adopt", (T.OPENED, T.RESEARCHING), T.ADOPTED, Kind.TOPIC_ADOPTED, "topic.adopt"),
        # an any-time talk needs no adoption first
        Transition(
            "begin_deliberation",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED),
            T.DELIBERATING,
            Kind.TOPIC_DELIBERATED,
        ),
        # the session was cancelled; another can be planned
        Transition("call_off", (T.DELIBERATING,), T.ADOPTED, Kind.TOPIC_CALLED_OFF),
        Transition("reach_agreement", (T.DELIBERATING,), T.AGREED, Kind.TOPIC_AGREED),
        Transition(
            "leave_unsolved",
            (T.DELIBERATING, T.AGREED, T.IN_HAND, T.ASKING),
            T.UNSOLVED,
            Kind.TOPIC_LEFT_UNSOLVED,
        ),
        Transition("take_in_hand", (T.AGREED, T.ASKING, T.PLANNED), T.IN_HAND, Kind.TOPIC_TAKEN_IN_HAND),
        Transition("ask_residents", (T.IN_HAND, T.AGREED), T.ASKING, Kind.TOPIC_ASKED),
        Transition("conclude", (T.ASKING, T.IN_HAND, T.AGREED), T.CONCLUDED, Kind.TOPIC_CONCLUDED),
        Transition("reopen", (T.ASKING, T.CONCLUDED), T.IN_HAND, Kind.TOPIC_REOPENED),
        Transition(
            "pass_up",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED),
            T.PASSED_UP,
            Kind.TOPIC_PASSED_UP,
            "topic.pass",
        ),
        Transition("take_up", (T.PASSED_UP,), T.OPENED, Kind.TOPIC_TAKEN_UP, "topic.pass"),
        Transition(
            "hand_down",
            (T.PASSED_UP, T.OPENED, T.RESEARCHING, T.ADOPTED),
            T.OPENED,
            Kind.TOPIC_HANDED_DOWN,
            "topic.pass",
        ),
        Transition(
            "plan",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.IN_HAND, T.ASKING),
            T.PLANNED,
            Kind.TOPIC_PLANNED,
            "topic.adopt",
        ),
        Transition("resume", (T.PLANNED,), T.OPENED, Kind.TOPIC_TAKEN_UP, "topic.adopt"),
        Transition(
            "end_topic",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED, T.PLANNED),
            T.ENDED,
            Kind.TOPIC_ENDED,
            "topic.adopt",
        ),
    ),
    finals=(T.CONCLUDED, T.UNSOLVED, T.ENDED),
)
MACHINES = (SUBMISSION, TOPIC)
# A topic that is over takes nothing more in; while it is rated, others may still join and be asked.
MERGEABLE = frozenset(T) - {T.CONCLUDED, T.UNSOLVED, T.ENDED}
