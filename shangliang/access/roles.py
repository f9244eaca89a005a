"""The role table: who there is, in plain words, and what each may do. An official can review it on one screen.

A permission is `<noun>.<verb>`; an app asks for it by name and knows no role.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What can be allowed."""

    DESK_SEE = "desk.see"
    SUBMISSION_READ = "submission.read"
    SUBMISSION_ENTER = "submission.enter"  # 代录
    SUBMISSION_SCREEN = "submission.screen"
    SUBMISSION_RAISE_GOVERNMENT = "submission.raise_government"
    SUBMISSION_RAISE_MEMBER = "submission.raise_member"
    SUBMISSION_RAISE_GRID = "submission.raise_grid"
    SUBMISSION_ERASE = "submission.erase"  # confirms what the desk asks to have erased
    CONTACT_REVEAL = "contact.reveal"
    EMBARGO_READ = "embargo.read"  # matters about a room's own cadres
    TOPIC_READ = "topic.read"
    TOPIC_RELEASE = "topic.release"
    TOPIC_ADOPT = "topic.adopt"
    TOPIC_SECOND = "topic.second"
    TOPIC_ANSWER = "topic.answer"
    TOPIC_PASS = "topic.pass"  # noqa: S105 — 上提、下交, no password
    DELIBERATION_READ = "deliberation.read"
    DELIBERATION_PREPARE = "deliberation.prepare"
    DELIBERATION_ANNOUNCE = "deliberation.announce"
    DELIBERATION_RECORD = "deliberation.record"
    POLL_KEEP = "poll.keep"
    DRAW_KEEP = "draw.keep"
    RECORD_SIGN = "record.sign"
    OUTCOME_READ = "outcome.read"
    OUTCOME_DRAFT = "outcome.draft"
    OUTCOME_COUNTERSIGN = "outcome.countersign"
    OUTCOME_FILE = "outcome.file"
    OUTCOME_ASSIGN = "outcome.assign"
    OUTCOME_REPORT = "outcome.report"  # 报送党委、政府
    OUTCOME_DECIDE = "outcome.decide"  # adopt, partly, not
    COMMITMENT_READ = "commitment.read"
    COMMITMENT_HANDLE = "commitment.handle"
    COMMITMENT_ENTER = "commitment.enter"  # 代录 for a doer that nobody signs in for
    COMMITMENT_EXTEND = "commitment.extend"
    COMMITMENT_CALL_BACK = "commitment.call_back"
    COMMITMENT_DECIDE_REOPENING = "commitment.decide_reopening"
    COMMITMENT_LOOK_BACK = "commitment.look_back"
    COMMITMENT_ASK_AFTER = "commitment.ask_after"  # 过问: why is it late?
    COMMITMENT_EXPLAIN = "commitment.explain"  # and the office's answer
    ASK_READ = "ask.read"  # what was asked and explained: inside, never the doer or the room
    RATING_ENTER = "rating.enter"
    RATING_OPEN = "rating.open"  # sealed paper cards
    RATING_READ = "rating.read"  # why residents are not satisfied, however few of them answered; never who
    RATING_READ_KEPT = "rating.read_kept"  # and what was said to the district office alone
    POST_REVIEW = "post.review"
    POST_COVER = "post.cover"
    ROOM_KEEP = "room.keep"
    OFFICE_APPOINT = "office.appoint"
    FEEDBACK_ENTER = "feedback.enter"  # 代录
    FEEDBACK_ANSWER = "feedback.answer"  # 意见建议: the top office of the installation
    FEEDBACK_PHONE = "feedback.phone"
    LEDGER_READ = "ledger.read"
    FIGURES_READ = "figures.read"
    FIGURES_FREEZE = "figures.freeze"  # 锁定一期的数字
    SYSTEM_KEEP = "system.keep"


class Role(StrEnum):
    """Who there is. A resident needs no role and no account."""

    GRID_WORKER = "grid_worker"
    CLERK = "clerk"
    FIRST_CONVENER = "first_convener"
    SECOND_CONVENER = "second_convener"
    STAND_IN = "stand_in"
    MEMBER = "member"
    REVIEWER = "reviewer"
    TOWN_OFFICE = "town_office"
    ASSIGNING_OFFICE = "assigning_office"
    DOER = "doer"
    LEADER = "leader"
    DISTRICT_OFFICE = "district_office"
    CITY_OFFICE = "city_office"
    SYSTEM_KEEPER = "system_keeper"
    AUDITOR = "auditor"


OUTSIDE_THE_ROOM = frozenset(
    {Role.TOWN_OFFICE, Role.ASSIGNING_OFFICE, Role.DISTRICT_OFFICE, Role.CITY_OFFICE}
)


def is_of_the_room(role: Role | None) -> bool:
    """Whether somebody in that office is, for the people of a place, the room that they rate."""
    return role not in OUTSIDE_THE_ROOM


P = Permission

_ROOM_READS = frozenset(
    {P.DESK_SEE, P.SUBMISSION_READ, P.TOPIC_READ, P.DELIBERATION_READ, P.OUTCOME_READ, P.COMMITMENT_READ}
)
_OFFICE_READS = _ROOM_READS | {P.EMBARGO_READ, P.FIGURES_READ}
# what is said about the system itself; it lies with whichever of these offices is the highest there is
_ANSWERS_FOR_THE_SYSTEM = frozenset({P.FEEDBACK_ENTER, P.FEEDBACK_ANSWER, P.FEEDBACK_PHONE})
# What the offices of towns and districts both do with whatever lies on their desk.
_OFFICE_WORK = _OFFICE_READS | {
    P.SUBMISSION_SCREEN,
    P.SUBMISSION_ERASE,
    P.SUBMISSION_RAISE_GOVERNMENT,
    P.CONTACT_REVEAL,
    P.TOPIC_RELEASE,
    P.TOPIC_ANSWER,
    P.TOPIC_ADOPT,
    P.TOPIC_SECOND,
    P.TOPIC_PASS,
    P.DELIBERATION_PREPARE,
    P.DELIBERATION_ANNOUNCE,
    P.DELIBERATION_RECORD,
    P.POLL_KEEP,
    P.DRAW_KEEP,
    P.RECORD_SIGN,
    P.OUTCOME_DRAFT,
    P.OUTCOME_COUNTERSIGN,
    P.OUTCOME_REPORT,
    P.COMMITMENT_CALL_BACK,
    P.COMMITMENT_LOOK_BACK,
    P.POST_REVIEW,
    P.POST_COVER,
    P.RATING_READ,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GRID_WORKER: frozenset({P.DESK_SEE, P.SUBMISSION_RAISE_GRID, P.SUBMISSION_ENTER}),
    Role.CLERK: _ROOM_READS
    | {
        P.SUBMISSION_ENTER,
        P.FEEDBACK_ENTER,
        P.SUBMISSION_SCREEN,
        P.CONTACT_REVEAL,
        P.TOPIC_RELEASE,
        P.TOPIC_ANSWER,
        P.TOPIC_PASS,
        P.DELIBERATION_PREPARE,
        P.DELIBERATION_ANNOUNCE,
        P.DELIBERATION_RECORD,
        P.POLL_KEEP,
        P.DRAW_KEEP,
        P.OUTCOME_DRAFT,
        P.COMMITMENT_HANDLE,
        P.COMMITMENT_ENTER,
        P.COMMITMENT_LOOK_BACK,
        P.RATING_ENTER,
        P.RATING_READ,
        P.POST_COVER,
        P.ROOM_KEEP,
    },
    Role.FIRST_CONVENER: _ROOM_READS
    | {
        P.SUBMISSION_SCREEN,
        P.TOPIC_ADOPT,
        P.TOPIC_ANSWER,
        P.TOPIC_PASS,
        P.DELIBERATION_PREPARE,
        P.DELIBERATION_ANNOUNCE,
        P.DELIBERATION_RECORD,
        P.POLL_KEEP,
        P.DRAW_KEEP,
        P.RECORD_SIGN,
        P.OUTCOME_COUNTERSIGN,
        P.COMMITMENT_HANDLE,
        P.COMMITMENT_LOOK_BACK,
        P.RATING_READ,
        P.POST_COVER,
    },
    Role.SECOND_CONVENER: _ROOM_READS
    | {P.SUBMISSION_RAISE_MEMBER, P.TOPIC_SECOND, P.RECORD_SIGN, P.OUTCOME_COUNTERSIGN, P.POST_COVER},
    Role.STAND_IN: frozenset({P.DESK_SEE, P.TOPIC_READ, P.DELIBERATION_READ, P.RECORD_SIGN}),
    Role.MEMBER: frozenset({P.DESK_SEE, P.SUBMISSION_RAISE_MEMBER}),
    Role.REVIEWER: frozenset(
        {P.DESK_SEE, P.TOPIC_READ, P.DELIBERATION_READ, P.OUTCOME_READ, P.COMMITMENT_READ}
    )
    | {P.POST_REVIEW, P.POST_COVER},
    Role.TOWN_OFFICE: _OFFICE_WORK
    | _ANSWERS_FOR_THE_SYSTEM
    | {
        P.SUBMISSION_ENTER,
        P.OUTCOME_FILE,
        P.OUTCOME_ASSIGN,
        P.COMMITMENT_ENTER,
        P.COMMITMENT_EXTEND,
        P.COMMITMENT_EXPLAIN,
        P.ASK_READ,
        P.RATING_ENTER,
        P.RATING_OPEN,
    },
    Role.ASSIGNING_OFFICE: frozenset(
        {
            P.DESK_SEE,
            P.EMBARGO_READ,  # what is reported up to it is decided by nobody else
            P.TOPIC_READ,  # nobody decides on what they cannot look up: the matter, and the record of the talk
            P.DELIBERATION_READ,
            P.OUTCOME_READ,
            P.COMMITMENT_READ,
            P.OUTCOME_DECIDE,
            P.OUTCOME_ASSIGN,
            P.COMMITMENT_ENTER,
            P.COMMITMENT_EXTEND,
            P.COMMITMENT_EXPLAIN,
            P.ASK_READ,
            P.RATING_READ,
        }
    ),
    Role.DOER: frozenset({P.DESK_SEE, P.COMMITMENT_READ, P.COMMITMENT_HANDLE, P.RATING_READ}),
    Role.LEADER: frozenset({P.DESK_SEE, P.TOPIC_READ, P.OUTCOME_READ, P.COMMITMENT_READ, P.FIGURES_READ})
    | {P.COMMITMENT_ASK_AFTER, P.ASK_READ},
    Role.DISTRICT_OFFICE: _OFFICE_WORK
    | _ANSWERS_FOR_THE_SYSTEM
    | {P.COMMITMENT_DECIDE_REOPENING, P.RATING_READ_KEPT, P.OFFICE_APPOINT, P.FIGURES_FREEZE}
    | {P.COMMITMENT_EXPLAIN, P.ASK_READ, P.COMMITMENT_ENTER},
    Role.CITY_OFFICE: frozenset(
        {P.DESK_SEE, P.TOPIC_READ, P.DELIBERATION_READ, P.OUTCOME_READ, P.COMMITMENT_READ, P.FIGURES_READ}
    )
    | _ANSWERS_FOR_THE_SYSTEM
    | {P.EMBARGO_READ, P.POST_REVIEW, P.POST_COVER, P.OFFICE_APPOINT, P.FIGURES_FREEZE}
    | {P.COMMITMENT_LOOK_BACK, P.COMMITMENT_ENTER},  # of what the city's own room has agreed on
    Role.SYSTEM_KEEPER: frozenset({P.SYSTEM_KEEP}),
    Role.AUDITOR: frozenset({P.LEDGER_READ}),
}

NAMES = {
    Role.GRID_WORKER: _("网格员"),
    Role.CLERK: _("联络员"),
    Role.FIRST_CONVENER: _("第一召集人"),
    Role.SECOND_CONVENER: _("第二召集人"),
    Role.STAND_IN: _("代理召集人"),
    Role.MEMBER: _("政协委员"),
    Role.REVIEWER: _("发布审核员"),
    Role.TOWN_OFFICE: _("镇街政协工委"),
    Role.ASSIGNING_OFFICE: _("交办单位"),
    Role.DOER: _("承办单位"),
    Role.LEADER: _("挂钩领导"),
    Role.DISTRICT_OFFICE: _("区级推进办"),
    Role.CITY_OFFICE: _("市级推进办"),
    Role.SYSTEM_KEEPER: _("系统管理员"),
    Role.AUDITOR: _("安全审计员"),
}

DUTIES = {
    Role.GRID_WORKER: _("把网格里看到的事报上来，也可以替群众代录。"),
    Role.CLERK: _("受理、筛选、预告、记录，替不用手机的群众、没有账号的承办单位代录；看电话要留痕。"),
    Role.FIRST_CONVENER: _("由党组织负责人担任：立项、主持、签字确认。"),
    Role.SECOND_CONVENER: _("由政协委员担任：提出意见、共同签字确认。"),
    Role.STAND_IN: _("召集人一时不能签字的，过了期限由他代签。"),
    Role.MEMBER: _("推荐议题，参加协商。"),
    Role.REVIEWER: _("对外发布前看一遍；发现不妥立即撤下。"),
    Role.TOWN_OFFICE: _(
        "备案、镇内交办和批准延期、向上报送，替没有账号的承办单位代录；受理涉及村（社区）干部的事。"
    ),
    Role.ASSIGNING_OFFICE: _(
        "决定采纳与否，明确主办、协办，批准延期，替没有账号的承办单位代录；领导过问的，说明原因。"
    ),
    Role.DOER: _("签收、定计划、答复；只看得到事情和地点，看不到是谁反映的。"),
    Role.LEADER: _("看挂钩片区的进展，过问逾期的事，看说明。"),
    Role.DISTRICT_OFFICE: _("指导全区议事室，受理上提的事，裁定二次未解决的事。"),
    Role.CITY_OFFICE: _("统筹全市网络，看总体情况，发通报，答复大家对本系统的意见建议。"),
    Role.SYSTEM_KEEPER: _("管系统运行，看不到业务内容。"),
    Role.AUDITOR: _("看操作留痕，不办业务。"),
}

# Who acts without a role: the product itself, and residents.
WITHOUT_ROLE = {"system": _("系统"), "submitter": _("反映人"), "resident": _("群众")}


def office_in_words(raw: str) -> str:
    """An office of the ledger ("clerk@321102001") as people say it."""
    role = raw.partition("@")[0]
    if role in {item.value for item in Role}:
        return str(NAMES[Role(role)])
    return str(WITHOUT_ROLE.get(role, role))
