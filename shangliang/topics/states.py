"""Submissions and topics: channels, grades, classes, themes, and the two machines (domain 10.3, design 5)."""

from enum import StrEnum
from typing import Any

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


class FoundBy(StrEnum):
    """By what a lost slip was found at the counter."""

    PHONE = "phone"
    WORDS = "words"


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
    AGREED = "agreed"  # 已形成成果
    IN_HAND = "in_hand"  # 办理中
    ASKING = "asking"  # 待评议
    CONCLUDED = "concluded"  # 办结
    UNSOLVED = "unsolved"  # 暂未办成（附说明）
    PASSED_UP = "passed_up"  # 已上提，待上一级接手
    PLANNED = "planned"  # 已列入计划（附时间）
    ENDED = "ended"  # 终止（写明原因）


S, T = SubmissionState, TopicState
READ = tuple(state for state in S if state != S.ERASED)  # an erased slip has no reader, and nothing to read


def has_phone(submission: Any) -> bool:
    """the submitter left a telephone number"""
    return bool(submission.phone_sealed)


def has_photos(submission: Any) -> bool:
    """photos came with it"""
    return bool(submission.photos.exists())


def is_spoken(submission: Any) -> bool:
    """it was spoken"""
    return bool(submission.audio)


def waits_for_an_answer(submission: Any) -> bool:
    """the submitter has written something that nobody has answered yet"""
    return submission.waiting_note_id is not None


def is_with_the_room(submission: Any) -> bool:
    """it is not under embargo yet"""
    return not submission.is_embargoed


def is_quick(topic: Any) -> bool:
    """即时议"""
    return bool(topic.grade == Grade.QUICK)


def is_deep(topic: Any) -> bool:
    """深入议"""
    return bool(topic.grade == Grade.DEEP)


def can_be_answered_at_once(topic: Any) -> bool:
    """深入议, not a statutory matter, and nobody has looked into it or said anything yet"""
    return is_deep(topic) and not topic.is_statutory and not topic.visits_count and not topic.second_heard_at


def second_may_speak(topic: Any) -> bool:
    """深入议, and the second convener has said nothing yet, asked or taken as heard"""
    return is_deep(topic) and topic.second_agrees is None


def second_is_silent(topic: Any) -> bool:
    """深入议, and the second convener was not heard yet"""
    return is_deep(topic) and topic.second_heard_at is None


def nobody_asks_to_erase(submission: Any) -> bool:
    """nobody waits for its erasure, and somebody outside the room can confirm one"""
    return submission.erasure_asked_at is None and submission.desk_path.count("/") > CITY_DEPTH


def waits_to_be_erased(submission: Any) -> bool:
    """its desk has asked to have it erased"""
    return submission.erasure_asked_at is not None


def has_tier_above(topic: Any) -> bool:
    """it lies with a room, or with an office that has one above it"""
    return bool(topic.desk_room_no) or topic.desk_path.count("/") > CITY_DEPTH


def lies_with_an_office(topic: Any) -> bool:
    """it lies with an office and is not under embargo"""
    return not topic.desk_room_no and not topic.is_embargoed


def was_put_off(topic: Any) -> bool:
    """it was put into a plan with a reason, not by the answer of a doer"""
    return bool(topic.end_reason)


def waits_for_a_doer(topic: Any) -> bool:
    """it was put into a plan by the answer of a doer"""
    return not topic.end_reason


CITY_DEPTH = 2  # parts of the path of a city, which is its own last resort
SCREEN = "submission.screen"

SUBMISSION: Machine[SubmissionState] = Machine(
    name="submission",
    initial=S.RECEIVED,
    transitions=(
        Transition("ask_supplement", (S.RECEIVED,), S.SUPPLEMENT_ASKED, Kind.SUPPLEMENT_ASKED, SCREEN),
        Transition("give_supplement", (S.SUPPLEMENT_ASKED,), S.RECEIVED, Kind.SUPPLEMENT_GIVEN),
        Transition("give_supplement_for", (S.SUPPLEMENT_ASKED,), S.RECEIVED, Kind.SUPPLEMENT_GIVEN, SCREEN),
        Transition("miss_supplement", (S.SUPPLEMENT_ASKED,), S.RECEIVED, Kind.SUPPLEMENT_MISSED),
        Transition(
            "accept", (S.RECEIVED,), S.ACCEPTED, Kind.SUBMISSION_ACCEPTED, SCREEN, also=("post.propose",)
        ),
        Transition("merge", (S.RECEIVED,), S.MERGED, Kind.SUBMISSION_MERGED, SCREEN),
        Transition("separate", (S.MERGED,), S.RECEIVED, Kind.SUBMISSION_SEPARATED, SCREEN),
        Transition(
            "hand_over",
            (S.RECEIVED, S.SUPPLEMENT_ASKED),
            S.HANDED_OVER,
            Kind.SUBMISSION_HANDED_OVER,
            SCREEN,
        ),
        Transition(
            "end_submission", (S.RECEIVED, S.SUPPLEMENT_ASKED), S.ENDED, Kind.SUBMISSION_ENDED, SCREEN
        ),
        Transition("take_back", (S.HANDED_OVER, S.ENDED), S.RECEIVED, Kind.SUBMISSION_REPORTED_BACK, SCREEN),
        # news from outside without a change of state, or with one (take_back)
        Transition("report_back", (S.HANDED_OVER,), None, Kind.SUBMISSION_REPORTED_BACK, SCREEN),
        Transition(
            "pass_above", (S.RECEIVED,), None, Kind.SUBMISSION_EMBARGOED, SCREEN, when=is_with_the_room
        ),
        Transition("write_down", (S.RECEIVED,), None, Kind.SUBMISSION_WRITTEN_DOWN, SCREEN, when=is_spoken),
        Transition("send_note", READ, None, Kind.SUBMISSION_MESSAGED, SCREEN),
        Transition("answer_note", READ, None, Kind.SUBMISSION_ANSWERED),
        Transition("take_note", READ, None, Kind.SUBMISSION_NOTED, SCREEN, when=waits_for_an_answer),
        Transition("reveal", READ, None, Kind.CONTACT_REVEALED, "contact.reveal", when=has_phone),
        Transition("read_slip", READ, None, Kind.CONTACT_REVEALED, "contact.reveal"),
        Transition("share_photos", READ, None, Kind.PHOTOS_SHARED, SCREEN, when=has_photos),
        Transition("look_up", READ, None, Kind.SLIP_FOUND, "contact.reveal"),
        Transition("renew_slip", READ, None, Kind.SLIP_RENEWED, "contact.reveal"),
        Transition("erase", READ, S.ERASED, Kind.SUBMISSION_ERASED),
        # whose holder cannot press: the desk asks, with a reason; somebody outside the room asks back and confirms
        Transition("ask_erasure", READ, None, Kind.ERASURE_ASKED, SCREEN, when=nobody_asks_to_erase),
        Transition(
            "refuse_erasure", READ, None, Kind.ERASURE_REFUSED, "submission.erase", when=waits_to_be_erased
        ),
        Transition(
            "confirm_erasure",
            READ,
            S.ERASED,
            Kind.ERASURE_CONFIRMED,
            "submission.erase",
            when=waits_to_be_erased,
        ),
    ),
    finals=(S.ERASED,),
)

TOPIC: Machine[TopicState] = Machine(
    name="topic",
    initial=T.OPENED,
    transitions=(
        # quick: answered on the spot; the outcome with one replied commitment is written by outcomes
        Transition("answer_quick", (T.OPENED,), T.ASKING, Kind.TOPIC_ANSWERED, "topic.answer", when=is_quick),
        Transition("grade_deep", (T.OPENED,), None, Kind.TOPIC_GRADED, SCREEN, when=is_quick),
        Transition(
            "grade_quick", (T.OPENED,), None, Kind.TOPIC_QUICKENED, SCREEN, when=can_be_answered_at_once
        ),
        Transition(
            "word",
            tuple(T),
            None,
            Kind.TOPIC_WORDED,
            "topic.release",
            also=("post.reword", "post.propose"),
        ),
        Transition(
            "research",
            (T.OPENED, T.RESEARCHING),
            T.RESEARCHING,
            Kind.TOPIC_VISITED,
            "deliberation.prepare",
            when=is_deep,
        ),
        Transition(
            "hear_second",
            (T.OPENED, T.RESEARCHING),
            None,
            Kind.TOPIC_SECONDED,
            "topic.second",
            when=second_may_speak,
            undo=True,
        ),
        Transition(
            "take_as_heard",
            (T.OPENED, T.RESEARCHING),
            None,
            Kind.TOPIC_SECONDED,
            when=second_is_silent,
        ),
        Transition(
            "adopt",
            (T.OPENED, T.RESEARCHING),
            T.ADOPTED,
            Kind.TOPIC_ADOPTED,
            "topic.adopt",
            when=is_deep,
            undo=True,
        ),
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
        Transition(
            "take_in_hand",
            (T.AGREED, T.ASKING, T.UNSOLVED),
            T.IN_HAND,
            Kind.TOPIC_TAKEN_IN_HAND,
        ),
        Transition("take_in_hand", (T.PLANNED,), T.IN_HAND, Kind.TOPIC_TAKEN_IN_HAND, when=waits_for_a_doer),
        Transition("ask_residents", (T.IN_HAND, T.AGREED), T.ASKING, Kind.TOPIC_ASKED),
        Transition("plan_work", (T.IN_HAND, T.ASKING), T.PLANNED, Kind.TOPIC_PLANNED),
        # with another date
        Transition("plan_work", (T.PLANNED,), None, Kind.TOPIC_PLANNED, when=waits_for_a_doer),
        Transition("conclude", (T.ASKING, T.IN_HAND, T.AGREED), T.CONCLUDED, Kind.TOPIC_CONCLUDED),
        Transition("reopen", (T.ASKING, T.CONCLUDED), T.IN_HAND, Kind.TOPIC_REOPENED),
        Transition(
            "pass_up",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED),
            T.PASSED_UP,
            Kind.TOPIC_PASSED_UP,
            "topic.pass",
            when=has_tier_above,
        ),
        Transition("take_up", (T.PASSED_UP,), T.OPENED, Kind.TOPIC_TAKEN_UP, "topic.pass"),
        Transition(
            "hand_down",
            (T.PASSED_UP, T.OPENED, T.RESEARCHING, T.ADOPTED),
            T.OPENED,
            Kind.TOPIC_HANDED_DOWN,
            "topic.pass",
            when=lies_with_an_office,
        ),
        Transition(
            "plan", (T.OPENED, T.RESEARCHING, T.ADOPTED), T.PLANNED, Kind.TOPIC_PLANNED, "topic.adopt"
        ),
        # what a doer has put off comes back with the doer's commitment, not by the room
        Transition(
            "resume",
            (T.PLANNED,),
            T.OPENED,
            Kind.TOPIC_TAKEN_UP,
            "topic.adopt",
            when=was_put_off,
            undo=True,
        ),
        Transition(
            "end_topic",
            (T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED),
            T.ENDED,
            Kind.TOPIC_ENDED,
            "topic.adopt",
        ),
        Transition("end_topic", (T.PLANNED,), T.ENDED, Kind.TOPIC_ENDED, "topic.adopt", when=was_put_off),
    ),
    finals=(T.CONCLUDED, T.UNSOLVED, T.ENDED),
)
MACHINES = (SUBMISSION, TOPIC)
# A topic that is over takes nothing more in; while it is rated, others may still join and be asked.
MERGEABLE = frozenset(T) - {T.CONCLUDED, T.UNSOLVED, T.ENDED}
