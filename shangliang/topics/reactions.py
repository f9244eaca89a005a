"""What follows by itself: people are told, clocks that ran out have their effect, the index keeps up."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from shangliang.access.roles import Role
from shangliang.clocks.models import Clock, Holder
from shangliang.desks.actions import publication
from shangliang.desks.queries import desk_above, holder, people_of
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.inbox import actions as inbox
from shangliang.inbox.states import ChannelKind
from shangliang.kit import crypto, phones
from shangliang.kit.clock import local_day
from shangliang.topics.actions import adoption, indexing, screening
from shangliang.topics.models import SEALED_PHONE, Submission, Topic, opened_slip
from shangliang.topics.states import TOPIC, SubmissionState

NEW = gettext_noop("有一件新来件，请看一看：%(room)s")
ABOVE = gettext_noop("有一件涉及干部的来件直接交到您这里：%(room)s")
ANSWERED = gettext_noop("反映人有了回话：来件 %(no)s")
MISSED = gettext_noop("到时候没有补充，请按现有情况决定：来件 %(no)s")
TO_HOLDER = {
    Kind.SUPPLEMENT_ASKED: gettext_noop("您反映的事需要您补充一点情况，请打开回执回话。"),
    Kind.SUBMISSION_MESSAGED: gettext_noop("您反映的事有了留言，请看回执。"),
    Kind.SUBMISSION_ACCEPTED: gettext_noop("您反映的事已经受理，正在了解情况。"),
    Kind.SUBMISSION_MERGED: gettext_noop("您反映的事别人也反映过，已经一起办，回执照常可以查。"),
    Kind.SUBMISSION_HANDED_OVER: gettext_noop("您反映的事已经转交，去向和电话在回执上。"),
    Kind.SUBMISSION_REPORTED_BACK: gettext_noop("您反映的事有了新进展，请看回执。"),
    Kind.SUBMISSION_ENDED: gettext_noop("您反映的事没有受理，理由和可以去的地方在回执上。"),
    Kind.ERASURE_ASKED: gettext_noop(
        "工作人员说您要求把反映的事抹去，正请议事室以外的人核实。不是您要求的，请告诉我们。"
    ),
    Kind.SLIP_RENEWED: gettext_noop("您的回执补打了一张新的，旧回执上的二维码作废。不是您要的，请告诉我们。"),
}
TO_SUBMITTERS = {
    Kind.TOPIC_ADOPTED: gettext_noop("您反映的事已经立项，准备请大家坐下来商量。"),
    Kind.TOPIC_DELIBERATED: gettext_noop("您反映的事正在商量。"),
    Kind.TOPIC_PASSED_UP: gettext_noop("您反映的事已经交给上一级，编号和回执不变。"),
    Kind.TOPIC_HANDED_DOWN: gettext_noop("您反映的事已经交给就近的议事室，编号和回执不变。"),
    Kind.TOPIC_PLANNED: gettext_noop("您反映的事已经列入计划，日期在回执上。"),
    Kind.TOPIC_ENDED: gettext_noop("您反映的事不再往下办，理由在回执上。"),
    Kind.TOPIC_LEFT_UNSOLVED: gettext_noop("您反映的事暂时没有办成，说明在回执上。"),
}
SECOND_ASKED = gettext_noop("请您对这个议题发表意见：%(title)s")
SECOND_HEARD = gettext_noop("第二召集人的意见已经听取，可以决定是否立项：%(title)s")
SECOND_SILENT = gettext_noop("第二召集人过了时间没有回话，可以决定是否立项：%(title)s")
NO_SECOND = gettext_noop("情况了解清楚了，可以决定是否立项：%(title)s")
PASSED_UP = gettext_noop("下面上提了一个议题，请接手：%(title)s")
HANDED_DOWN = gettext_noop("上一级交来一个议题：%(title)s")
TO_REVIEW = gettext_noop("有内容等您审核发布。")
HELD_BACK = gettext_noop("送审的内容退回修改，理由写在议题页上：%(title)s")
COVERED = gettext_noop("公开的内容已被撤下，请看一看：%(title)s")
TAKEN_DOWN = gettext_noop("撤下的内容，审核确认不再公开：%(title)s")
TOO_OFTEN = gettext_noop("有人一天里查看电话的次数偏多，请了解一下。")


def tell_desk(event: Event) -> None:
    """Whoever has it on the desk learns that there is something new: never what it says."""
    submission = _submission(event)
    if submission is None:
        return
    above = submission.is_embargoed
    title = {
        Kind.SUBMISSION_RECEIVED: ABOVE if above else NEW,
        Kind.SUBMISSION_EMBARGOED: ABOVE,
        Kind.SUPPLEMENT_MISSED: MISSED,
    }.get(Kind(event.kind), ANSWERED)
    _notify(
        event,
        holder(submission),
        title,
        {"room": submission.room.name, "no": submission.no},
        reverse("desk_submission", args=[submission.no]),
    )


def reach_submitter(event: Event) -> None:
    """Who left a phone is reached by it; the number stays sealed in the inbox as well."""
    submission = _submission(event)
    if submission is not None and submission.phone_sealed:
        typed = crypto.unseal(bytes(submission.phone_sealed), SEALED_PHONE)
        inbox.reach(submission.no, ChannelKind.SMS, phones.to_write_to(typed))


def tell_holder(event: Event) -> None:
    """The submitter is told each time something happens to what they said."""
    submission = _submission(event)
    if submission is not None:
        _tell_slip(event, submission, TO_HOLDER[Kind(event.kind)])


def tell_submitters(event: Event) -> None:
    """Everybody who raised a topic is told how it goes on."""
    topic = _topic(event)
    for submission in topic.submissions.exclude(state=SubmissionState.ERASED.value):
        _tell_slip(event, submission, TO_SUBMITTERS[Kind(event.kind)])


def _tell_slip(event: Event, submission: Submission, title: str) -> None:
    slip = opened_slip(submission)
    inbox.notify_slip(
        submission.no,
        kind=event.kind,
        title=title,
        link=reverse("slip", args=[slip]) if slip else reverse("slips"),
        at=event.at,
        dedupe=f"event:{event.pk}:{submission.pk}",
    )


def tell_second(event: Event) -> None:
    """The second convener is asked, once the looks that are needed were taken."""
    topic = _topic(event)
    waiting = Clock.objects.running().of(topic.subject).filter(rule=adoption.SECOND, started_at=event.at)
    if waiting.exists():
        _notify(
            event, holder(topic, Role.SECOND_CONVENER), SECOND_ASKED, {"title": topic.title}, _link(topic)
        )


def tell_first(event: Event) -> None:
    """The first convener decides, once nothing else is missing; told once, and why it is their turn."""
    topic = _topic(event)
    who = holder(topic, Role.FIRST_CONVENER)
    waits = Clock.objects.running().of(topic.subject).filter(rule=adoption.RESEARCH).first()
    if who.role != Role.FIRST_CONVENER or waits is None or waits.holder != who:
        return
    title = NO_SECOND if topic.second_heard_at is None else SECOND_HEARD
    if topic.second_heard_at is not None and topic.second_agrees is None:
        title = SECOND_SILENT
    inbox.notify(
        accounts=people_of(who, local_day(event.at)),
        kind=event.kind,
        title=title,
        params={"title": topic.title},
        link=_link(topic),
        at=event.at,
        dedupe=f"adopt:{waits.pk}",
    )


def tell_new_desk(event: Event) -> None:
    """上提、下交: whoever has it now."""
    topic = _topic(event)
    title = PASSED_UP if event.kind == Kind.TOPIC_PASSED_UP else HANDED_DOWN
    _notify(event, holder(topic), title, {"title": topic.title}, _link(topic))


def tell_reviewer(event: Event) -> None:
    """Something waits to become public, or was taken down and wants a judgement."""
    rules = (publication.REVIEW, publication.CONFIRM)
    running = Clock.objects.running().filter(
        subject_kind=event.subject_kind, subject_no=event.subject_no, rule__in=rules
    )
    for row in running:
        _notify(event, row.holder, TO_REVIEW, {}, reverse("desk_review"))


def tell_author(event: Event) -> None:
    """The desk learns that its words are held back or were taken down."""
    if event.subject_kind == "topic":
        topic = _topic(event)
        title = {Kind.POST_COVERED: COVERED, Kind.POST_TAKEN_DOWN: TAKEN_DOWN}.get(
            Kind(event.kind), HELD_BACK
        )
        _notify(event, holder(topic), title, {"title": topic.title}, _link(topic))


def watch_reveals(event: Event) -> None:
    """Many looks at phone numbers in one day: the tier above asks why."""
    submission = _submission(event)
    if submission is None or not event.payload.get("is_too_often"):
        return
    above = desk_above(submission)
    _notify(event, holder(above), TOO_OFTEN, {}, reverse("desk_submissions"))


def clock_ran_out(event: Event) -> None:
    """A supplement that did not come, a convener who kept silent: the matter goes on."""
    rule = event.payload.get("rule")
    if rule == screening.SUPPLEMENT:
        submission = _submission(event)
        if submission is not None and submission.state == SubmissionState.SUPPLEMENT_ASKED:
            screening.miss_supplement(submission=submission, at=event.at)
    elif rule == adoption.SECOND:
        topic = _topic(event)
        if TOPIC.allows(topic, "take_as_heard"):
            adoption.take_as_heard(topic=topic, at=event.at)


def index_topic(event: Event) -> None:
    """The index holds every topic for its desk, and for everybody as long as it is public."""
    if event.subject_kind == "topic":
        indexing.index_topic(_topic(event))


def index_room(event: Event) -> None:
    """A topic is found by its room's name too."""
    indexing.index_topics(event.subject_no)


def _submission(event: Event) -> Submission | None:
    """The submission, unless it was erased meanwhile."""
    rows = Submission.objects.by_no(event.subject_no).select_related("room")
    return rows.exclude(state=SubmissionState.ERASED.value).first()


def _topic(event: Event) -> Topic:
    return Topic.objects.by_no(event.subject_no).select_related("room").get()


def _link(topic: Topic) -> str:
    return reverse("desk_topic", args=[topic.no])


def _notify(event: Event, who: Holder, title: str, params: dict[str, str], link: str) -> None:
    inbox.notify(
        accounts=people_of(who, local_day(event.at)),
        kind=event.kind,
        title=title,
        params={name: value for name, value in params.items() if f"%({name})s" in title},
        link=link,
        at=event.at,
        dedupe=f"event:{event.pk}:{who.role or ''}",
    )
