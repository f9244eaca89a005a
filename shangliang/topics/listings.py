"""The lists of the desk of this app: submissions and topics."""

from __future__ import annotations

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.access.roles import Permission
from shangliang.desks.listing import ROOM, STATE, Choice, Column, Listing, day
from shangliang.kit import personal_data
from shangliang.kit.text import shortened
from shangliang.topics import queries
from shangliang.topics.labels import CHANNELS, KINDS, ODDITIES, SUBMISSION_STATES, THEMES, TOPIC_STATES
from shangliang.topics.models import Submission, Topic, slip_hash
from shangliang.topics.rules import AT_STEP, BEFORE_TOPIC
from shangliang.topics.states import SubmissionState, TopicState

SHORT = 60


def _said(row: Submission) -> str:
    return shortened(row.short, SHORT) if row.short else _("（语音，还没有写成文字）")


def _came(row: Submission) -> str:
    if row.is_entered_for_somebody:
        return _("代录（%(way)s）") % {"way": row.get_way_display()}
    return str(row.get_channel_display())


def _submission_status(row: Submission) -> tuple[str, str | Promise]:
    state = SubmissionState(row.state)
    kind = KINDS.get(BEFORE_TOPIC.get(state, ""), "merged" if state == SubmissionState.MERGED else "doing")
    return kind, SUBMISSION_STATES[state]


SUBMISSIONS = Listing(
    kind="submission",
    label=gettext_lazy("来件"),
    page="desk_submissions",
    sheet="desk_submissions_sheet",
    by=Permission.SUBMISSION_READ,
    rows=queries.desk_submissions,
    every=lambda: Submission.objects.exclude(state=SubmissionState.ERASED.value),
    states=SUBMISSION_STATES,
    over=frozenset(SubmissionState) - {SubmissionState.RECEIVED, SubmissionState.SUPPLEMENT_ASKED},
    soonest=F("received_at").asc(),
    newest="received_at",
    day="received_at",
    day_label=gettext_lazy("收到时间"),
    words=("text", "gist", "place_text", "room__name"),
    by_slip=lambda rows, slip: rows.filter(slip_hash=slip_hash(slip)),
    link="desk_submission",
    title=_said,
    note=lambda row: [
        row.no,
        row.room.name,
        day(row.received_at),
        _came(row),
        _("需要多看一眼") if row.is_suspicious else "",
    ],
    status=_submission_status,
    columns=(
        Column(
            gettext_lazy("说的事"), lambda row: shortened(personal_data.mask(row.short), SHORT), is_wide=True
        ),
        ROOM,
        Column(gettext_lazy("从哪里来"), lambda row: str(row.get_channel_display())),
        Column(gettext_lazy("怎样收到"), lambda row: str(row.get_way_display())),
        STATE,
        Column(gettext_lazy("收到时间"), lambda row: row.received_at),
        Column(gettext_lazy("议题编号"), lambda row: row.topic.no if row.topic else ""),
    ),
    empty=gettext_lazy("这里没有来件。"),
    comes=gettext_lazy("群众扫码说的、委员推荐的、网格上报的、替群众代录的，都先到这里。"),
    choices=(
        Choice("channel", gettext_lazy("从哪里来"), "channel", CHANNELS),
        Choice("odd", gettext_lazy("需要多看一眼"), "oddity", ODDITIES, gettext_lazy("只看这些")),
    ),
    start=SubmissionState.RECEIVED,
    hidden=frozenset({SubmissionState.ERASED}),
)


def _topic_status(row: Topic) -> tuple[str, str | Promise]:
    state = TopicState(row.state)
    return KINDS[AT_STEP[state]], TOPIC_STATES[state]


TOPICS = Listing(
    kind="topic",
    label=gettext_lazy("议题"),
    page="desk_topics",
    sheet="desk_topics_sheet",
    by=Permission.TOPIC_READ,
    rows=queries.desk_topics,
    every=Topic.objects.all,
    states=TOPIC_STATES,
    over=frozenset({TopicState.CONCLUDED, TopicState.UNSOLVED, TopicState.ENDED}),
    soonest=F("changed_at").desc(),
    newest="changed_at",
    day="opened_at",
    day_label=gettext_lazy("受理时间"),
    words=("title", "summary", "place_text", "room__name"),
    link="desk_topic",
    title=lambda row: row.title or row.no,
    note=lambda row: [
        row.no,
        row.room.name,
        day(row.opened_at),
        str(row.get_grade_display()),
        str(row.get_theme_display()) if row.theme else "",
        str(row.get_release_display()),
    ],
    status=_topic_status,
    columns=(
        Column(gettext_lazy("题目"), lambda row: row.title, is_wide=True),
        ROOM,
        Column(gettext_lazy("主题"), lambda row: str(row.get_theme_display()) if row.theme else ""),
        Column(gettext_lazy("类别"), lambda row: str(row.get_weight_display()) if row.weight else ""),
        Column(gettext_lazy("办法"), lambda row: str(row.get_grade_display())),
        Column(gettext_lazy("从哪里来"), lambda row: str(row.get_channel_display())),
        STATE,
        Column(gettext_lazy("受理时间"), lambda row: row.opened_at),
        Column(gettext_lazy("最近变动"), lambda row: row.changed_at),
        Column(gettext_lazy("来件"), lambda row: row.submissions_count),
    ),
    empty=gettext_lazy("这里没有议题。"),
    comes=gettext_lazy("来件受理以后就是议题，排在这里，一直到办结。"),
    choices=(Choice("theme", gettext_lazy("主题"), "theme", THEMES),),
)
