"""What submissions and topics hand in: their pages, words, tasks, and everything that can be done to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import BARE, FOLD, PRESS, Act, Review, Section, Thing
from shangliang.desks.actions import publication
from shangliang.desks.states import POST
from shangliang.events.kinds import Kind
from shangliang.kit import clock
from shangliang.kit.text import plain
from shangliang.ledger.queries import Line
from shangliang.people.queries import doers_near
from shangliang.topics import forms, listings, queries, showing
from shangliang.topics.actions import (
    adoption,
    contact,
    erasing,
    merging,
    quick,
    research,
    screening,
    slip,
    travel,
    wording,
)
from shangliang.topics.labels import (
    DESTINATIONS,
    FOUND_BY,
    GRADES,
    HISTORY,
    SUBMISSION_TASKS,
    TOPIC_TASKS,
    UNMET,
)
from shangliang.topics.models import Submission, Topic
from shangliang.topics.permissions import submission_for, topic_for
from shangliang.topics.states import SUBMISSION, TOPIC, Destination, FoundBy, Grade
from shangliang.topics.views import submissions

LONGEST_SEARCH = 40
SCREENS = ("accept", "merge", "hand-over", "end", "ask")  # what leads a new submission on
SHORT = 40  # characters of a resident's words on a desk line


def detail(line: Line) -> str:
    """Where it went, how it is graded, until when it is planned."""
    facts = line.content
    if line.event == Kind.PHOTOS_SHARED:
        return gettext("%(n)s 张") % {"n": facts["count"]}
    if line.event == Kind.SLIP_FOUND:
        return str(FOUND_BY[FoundBy(str(facts["by"]))])
    if facts.get("destination"):
        return str(DESTINATIONS[Destination(str(facts["destination"]))])
    if facts.get("grade"):
        return str(GRADES[Grade(str(facts["grade"]))])
    day = facts.get("planned_on") or facts.get("on")
    return date_format(date.fromisoformat(str(day)), "DATE_FORMAT") if day else ""


def _to_topic(request: Request, submission: Submission, topic: Topic) -> HttpResponse:
    return redirect("desk_topic", topic.no)


def _accept_given(submission: Submission, request: Request) -> dict[str, Any]:
    """The place as it was said, and the grade that was chosen on the way here."""
    return {"initial": {"place_text": submission.place_text, "grade": request.GET.get("grade", "")}}


def _hand_over_given(submission: Submission, request: Request) -> dict[str, Any]:
    return {"initial": {"outside_no": submission.outside_no}}


def _photos_given(submission: Submission, request: Request) -> dict[str, Any]:
    return {"rows": list(submission.photos.order_by("pk"))}


def _merge_given(submission: Submission, request: Request) -> dict[str, Any]:
    typed = plain(request.POST.get("q") or request.GET.get("q") or "").strip()[:LONGEST_SEARCH]
    found = queries.merge_choices(submission, request.actor, clock.today(), typed)
    topics = [(topic.no, showing.as_choice(topic, percent)) for topic, percent in found]
    return {"actor": request.actor, "topics": topics, "q": typed}


SUBMISSIONS = Thing(
    kind="submission",
    label=_("来件"),
    rows=lambda actor: Submission.objects.visible_to(actor).select_related("room", "waiting_note"),
    title=lambda row: Truncator(row.short).chars(SHORT),
    titles={
        "topics.note_days": lambda row: Truncator(row.waiting_note.text if row.waiting_note else "").chars(
            SHORT
        )
    },
    place=lambda row: row.place_text or row.room.name,
    page="desk_submission",
    listed="desk_submissions",
    listing=listings.SUBMISSIONS,
    find=submission_for,
    act_page="submission_do",
    machine=SUBMISSION,
    history={event: words for event, words in HISTORY.items() if not event.startswith("topic.")},
    detail=detail,
    tasks=SUBMISSION_TASKS,
    answers={
        "topics.ack_days": SCREENS,
        "topics.decide_days": SCREENS,
        "topics.supplement_days": (),
        "topics.note_days": ("note", "seen"),
        "topics.erasure_days": ("confirm-erasing", "keep"),
        "topics.handover_followup_days": ("news",),
    },
    unmet=UNMET,
    acts=(
        Act(
            "accept",
            ("accept",),
            _("受理"),
            screening.accept,
            said=_("已受理。"),
            form=forms.AcceptForm,
            given=_accept_given,
            gaps=screening.accept_gaps,
            next=_("受理"),
            then=_to_topic,
        ),
        Act(
            "write-down",
            ("write_down",),
            _("把语音写下来"),
            screening.write_down,
            button=_("保存"),
            said=_("已写成文字。"),
            form=forms.TextForm,
        ),
        Act(
            "merge",
            ("merge",),
            _("并到同一件事里"),
            merging.merge,
            button=_("并入这个议题"),
            said=_("已并入，可以随时分开。"),
            form=forms.MergeForm,
            given=_merge_given,
        ),
        Act(
            "separate",
            ("separate",),
            _("不是一件事，分出来"),
            merging.separate,
            said=_("已分开，回到待筛选。"),
            look=PRESS,
        ),
        Act(
            "ask",
            ("ask_supplement",),
            _("请补充"),
            screening.ask_supplement,
            button=_("请反映人补充"),
            said=_("已请反映人补充。"),
            form=forms.QuestionForm,
        ),
        Act(
            "hand-over",
            ("hand_over",),
            _("转交"),
            screening.hand_over,
            button=_("转交，回执不断"),
            said=_("已转交，回执上有去向和电话。"),
            form=forms.HandOverForm,
            given=_hand_over_given,
        ),
        Act(
            "news",
            ("report_back", "take_back"),
            _("补记进展"),
            screening.report_back,
            button=_("记下"),
            said=_("已记下，反映人会看到。"),
            form=forms.NewsForm,
        ),
        Act(
            "end",
            ("end_submission",),
            _("了结"),
            screening.end,
            button=_("了结，说明理由"),
            said=_("已了结，反映人会看到理由。"),
            form=forms.EndForm,
        ),
        Act(
            "seen",
            ("take_note",),
            _("知道了，不用回话"),
            slip.take_note,
            said=_("已记下。反映人在回执上看得到：这条留言看过了。"),
            look=PRESS,
        ),
        Act(
            "note",
            ("send_note",),
            _("给反映人留言"),
            slip.send_note,
            button=_("送出"),
            said=_("已留言。"),
            form=forms.NoteForm,
            look=BARE,
        ),
        Act(
            "photos",
            ("share_photos",),
            _("哪些照片给承办单位看"),
            screening.share_photos,
            button=_("就给这几张"),
            said=_("已定好给承办单位看的照片。"),
            form=forms.SharedPhotosForm,
            given=_photos_given,
            look=FOLD,
        ),
        Act(
            "reveal",
            ("reveal",),
            _("查看电话"),
            contact.reveal,
            button=_("查看"),
            form=forms.RevealForm,
            then=submissions.with_phone,
            look=FOLD,
        ),
        Act(
            "print",
            ("read_slip",),
            _("打印上门回执"),
            contact.read_slip,
            then=submissions.door_slip,
            look=PRESS,
        ),
        Act(
            "renew",
            ("renew_slip",),
            _("回执丢了，补一张新的"),
            contact.renew_slip,
            then=submissions.new_slip,
            look=PRESS,
        ),
        Act(
            "above",
            ("pass_above",),
            _("涉及干部，交上一级"),
            screening.pass_above,
            said=_("已直接交上一级，这里不再看到。"),
            look=PRESS,
        ),
        Act(
            "erase",
            ("ask_erasure",),
            _("反映人要求抹去，请镇（街道）核实"),
            erasing.ask,
            button=_("提出"),
            said=_("已经提出，等议事室以外的人向反映人核实。核实以前什么都没有抹去。"),
            form=forms.EraseForm,
            look=FOLD,
        ),
        Act(
            "confirm-erasing",
            ("confirm_erasure",),
            _("核实过了，抹去"),
            erasing.confirm,
            said=_("已经抹去。"),
            sure="topics/desk_erase.html",
            then=lambda request, submission, result: redirect("desk_submissions"),
            look=PRESS,
        ),
        Act(
            "keep",
            ("refuse_erasure",),
            _("不抹去"),
            erasing.refuse,
            said=_("记下了：不抹去，事情照常办。"),
            look=PRESS,
        ),
    ),
)


def _words(topic: Topic, request: Request) -> dict[str, Any]:
    names = ("title", "summary", "theme", "weight", "scope", "place_text")
    return {"initial": {name: getattr(topic, name) for name in names}}


def _doers(topic: Topic, request: Request) -> dict[str, Any]:
    return {"units": doers_near(topic.desk_path)}


def _rooms(topic: Topic, request: Request) -> dict[str, Any]:
    return {"rooms": queries.rooms_below(topic)}


TOPICS = Thing(
    kind="topic",
    label=_("议题"),
    rows=lambda actor: Topic.objects.worked_on_by(actor).select_related("room"),
    title=lambda row: row.title,
    place=lambda row: row.room.name,
    page="desk_topic",
    listed="desk_topics",
    listing=listings.TOPICS,
    find=topic_for,
    act_page="topic_do",
    machine=TOPIC,
    history={event: words for event, words in HISTORY.items() if event.startswith("topic.")},
    detail=detail,
    tasks=TOPIC_TASKS,
    answers={
        "topics.quick_answer_days": ("answer",),
        "topics.deep_start_days": ("visit",),
        "topics.research_days": ("adopt", "visit", "wording"),
        "topics.second_opinion_days": ("second",),
        "topics.prepare_days": ("prepare", "talk"),
        "topics.escalate_days": ("take-up",),
        "topics.plan_months": ("resume",),
    },
    unmet=UNMET,
    review=Review(
        read=Permission.TOPIC_READ,
        rows=lambda: Topic.objects.select_related("room").order_by("changed_at"),
        title=lambda row: row.title,
        text=lambda row: row.summary,
    ),
    acts=(
        Act(
            "take-up", ("take_up",), _("接手"), travel.take_up, said=_("已接手。"), next=_("接手"), look=PRESS
        ),
        Act(
            "answer",
            ("answer_quick",),
            _("答复"),
            quick.answer,
            button=_("答复群众"),
            said=_("已答复，会请反映人评价。"),
            form=forms.AnswerForm,
            given=_doers,
            gaps=quick.answer_gaps,
            next=_("去答复"),
        ),
        Act(
            "adopt",
            ("adopt",),
            _("立项"),
            adoption.adopt,
            said=_("已立项，可以准备协商了。"),
            gaps=adoption.adopt_gaps,
            next=_("立项"),
            look=PRESS,
        ),
        Act(
            "second",
            ("hear_second",),
            _("第二召集人的意见"),
            adoption.hear_second,
            button=_("发表意见"),
            said=_("意见已记下。"),
            form=forms.SecondForm,
            next=_("发表意见"),
        ),
        Act(
            "visit",
            ("research",),
            _("实地了解"),
            research.visit,
            button=_("记下"),
            said=_("已记下这次了解的情况。"),
            form=forms.VisitForm,
            next=_("记录实地了解"),
            look=BARE,
        ),
        Act(
            "resume",
            ("resume",),
            _("重新拿出来办"),
            adoption.resume,
            said=_("已重新拿出来办。"),
            next=_("重新拿出来办"),
            look=PRESS,
        ),
        Act(
            "deepen",
            ("grade_deep",),
            _("一时答复不了，改为深入议"),
            quick.deepen,
            said=_("已改为深入议。"),
            look=PRESS,
        ),
        Act(
            "quicken",
            ("grade_quick",),
            _("马上就能答复，改为即时议"),
            quick.quicken,
            said=_("已改为即时议，请答复。"),
            look=PRESS,
        ),
        Act(
            "wording",
            ("word",),
            _("改写"),
            wording.word,
            button=_("保存，送审"),
            said=_("已保存。要公开的，已送审。"),
            form=forms.WordsForm,
            given=_words,
            look=FOLD,
        ),
        Act(
            "cover",
            ("cover",),
            _("撤下公开的内容"),
            publication.cover,
            button=_("马上撤下"),
            said=_("已撤下，请审核的人确认或者恢复。"),
            form=forms.ReasonForm,
            machine=POST,
            takes="post",
            look=FOLD,
        ),
        Act(
            "up",
            ("pass_up",),
            _("上提：交上一级"),
            travel.pass_up,
            button=_("上提"),
            said=_("已上提，编号不变。"),
            form=forms.ReasonForm,
            look=FOLD,
        ),
        Act(
            "down",
            ("hand_down",),
            _("下交：交给下面的议事室"),
            travel.hand_down,
            button=_("下交"),
            said=_("已下交，编号不变。"),
            form=forms.DownForm,
            given=_rooms,
            look=FOLD,
        ),
        Act(
            "plan",
            ("plan",),
            _("列入计划"),
            adoption.plan,
            said=_("已列入计划，到时候会提醒。"),
            form=forms.PlanForm,
            look=FOLD,
        ),
        Act(
            "end",
            ("end_topic",),
            _("终止"),
            adoption.end,
            button=_("终止，说明理由"),
            said=_("已终止，反映人会看到理由。"),
            form=forms.ReasonForm,
            look=FOLD,
        ),
    ),
)
THINGS = (SUBMISSIONS, TOPICS)
SECTIONS = (
    Section(
        "desk_topics", _("来件与议题"), Permission.TOPIC_READ, also=("submissions", "enter", "slips", "raise")
    ),
)
MINE = Section("mine", _("我的议题"), Permission.SUBMISSION_RAISE_MEMBER)
REPORTED = Section("reported", _("我报的事"), Permission.SUBMISSION_RAISE_GRID)
ENTER = Section("enter", _("替群众代录"), Permission.SUBMISSION_ENTER)
SHORTCUTS = (
    Section("raise", _("委员荐题"), Permission.SUBMISSION_RAISE_MEMBER, ("member",)),
    Section("raise", _("网格上报"), Permission.SUBMISSION_RAISE_GRID, ("grid",)),
    Section("raise", _("党政点题"), Permission.SUBMISSION_RAISE_GOVERNMENT, ("government",)),
    Section("desk_slips", _("查回执、补回执"), Permission.SUBMISSION_READ),  # for who calls or comes
)
