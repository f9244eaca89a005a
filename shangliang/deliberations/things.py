"""What deliberations, their records and signatures hand in: pages, words, tasks, and everything that can be done."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission, Role
from shangliang.access.things import BARE, FOLD, PRESS, Act, Beside, Review, Section, Thing, house
from shangliang.deliberations import forms, listings, queries, showing
from shangliang.deliberations.actions import (
    announcing,
    asking,
    meeting,
    preparing,
    recording,
    seating,
    signing,
    telling,
)
from shangliang.deliberations.labels import DELIBERATION_TASKS, HISTORY, UNMET
from shangliang.deliberations.models import Deliberation, Record, Signature
from shangliang.deliberations.permissions import check_can_sign, deliberation_for, role_over
from shangliang.deliberations.states import DELIBERATION, SIGNATURE, DeliberationState, was_announced
from shangliang.desks.actions import publication
from shangliang.desks.forms import ReasonForm
from shangliang.desks.states import POST
from shangliang.inbox.forms import ToldForm
from shangliang.kit import clock
from shangliang.kit.punctuation import labelled
from shangliang.people.queries import doers_near
from shangliang.topics.models import Topic


def _mends(found: Deliberation) -> dict[str, str]:
    plan = reverse("deliberation_plan", args=[found.no])
    fields = {name: f"{plan}#plan_{name}" for name in forms.PlanForm.base_fields}
    return fields | {"topic": house().thing("topic").link(found.topic.no)}


def _plan(found: Deliberation, request: Request) -> dict[str, Any]:
    names = [
        "held_at",
        "place",
        "mode",
        "subject_line",
        "agenda",
        "online_link",
        "scope",
        "statutory_route",
        "urgent_reason",
    ]
    written = {name: getattr(found, name) for name in names}
    return {"initial": written | {"is_material_out": found.material_sent_at is not None}}


def _guests(found: Deliberation, request: Request) -> dict[str, Any]:
    kept = list(found.participants.order_by("pk"))
    return {"kept": kept, "offered": queries.proposals_besides(found, kept, clock.today())}


def _attendance(found: Deliberation, request: Request) -> dict[str, Any]:
    guests = list(found.participants.order_by("pk"))
    initial = {
        "here": [str(row.pk) for row in guests if row.attended and not row.by_telephone],
        "by_telephone": [str(row.pk) for row in guests if row.by_telephone],
        "heads": found.residents_count,
    }
    is_asked = found.state == DeliberationState.ANNOUNCED and meeting.is_day_in_doubt(found, clock.now())
    return {
        "guests": guests,
        "initial": initial,
        "announced_for": showing.when(found.held_at) if is_asked else "",
    }


def _to_tell(found: Deliberation, request: Request) -> dict[str, Any]:
    guests = [guest for guest in queries.told_guests(found) if guest.told.is_unheard]
    return {"people": [(guest.ref, showing.told_label(guest)) for guest in guests]}


def _to_the_list(request: Request, found: Deliberation, result: object) -> HttpResponse | None:
    """To whoever is still to be called; back to the session once nobody is."""
    is_open = any(guest.told.is_open for guest in queries.told_guests(found))
    return redirect("deliberation_tell", found.no) if is_open else None


def _minutes(found: Deliberation, request: Request) -> dict[str, Any]:
    kept = queries.record_of(found)
    of_session = ("held_at", "place", "subject_line", "statutory_route")
    of_record = ("said", "dissent", "conclusion", "effect", "effect_by", "was_read_back")
    initial: dict[str, Any] = {name: getattr(found, name) for name in of_session}
    if found.ended_at is not None and found.ended_at != found.held_at:
        initial["until"] = timezone.localtime(found.ended_at).time()
    if kept is not None:
        initial |= {name: getattr(kept, name) for name in of_record}
    if not initial.get("effect") and not initial.get("effect_by"):
        initial["effect_by"] = recording.effect_until(found, clock.now())
    rows = [
        {name: row.unit_id if name == "unit" else getattr(row, name) for name in forms.MEASURE}
        for row in queries.measures_of(kept)
    ]
    return {"initial": initial, "rows": rows, "units": doers_near(found.desk_path)}


def _to_record(request: Request, found: Deliberation, result: object) -> HttpResponse:
    return redirect("deliberation_record", found.no)


def _staffed(actor: Actor) -> QuerySet[Deliberation]:
    return Deliberation.objects.staffed_by(actor).select_related("room").order_by("pk")


def _of_topic(actor: Actor, topic: Topic) -> QuerySet[Deliberation]:
    """With what their lines say: record, poll, and how many have voted in it."""
    return queries.with_voters(_staffed(actor).filter(topic=topic)).select_related("record", "poll")


def _lines(actor: Actor, row: Deliberation) -> list[Beside]:
    """The session; its record; what its poll came to, for whoever keeps it."""
    found = [house().thing("deliberation").line(row, showing.hours(row))]
    record, poll = queries.record_of(row), row.poll
    if record is not None:
        title = labelled(RECORDS.label, record.get_conclusion_display() or row.subject_line)
        found.append(Beside(title, RECORDS.address(record) + "#written", showing.record_word(record)))
    if poll is not None and role_on_desk(actor, Permission.POLL_KEEP, row) is not None:
        found.append(house().thing("poll").line(poll, showing.voters_note(row)))
    return found


# What leads an announced session on to a record that its conveners can sign.
WRITES = ("open", "close", "attendance", "record", "send")

DELIBERATIONS = Thing(
    kind="deliberation",
    label=_("协商"),
    rows=lambda actor: Deliberation.objects.staffed_by(actor).select_related("room"),
    title=lambda row: row.subject_line,
    place=lambda row: " · ".join(filter(None, [row.room.name, showing.set_for(row)])),
    page="desk_deliberation",
    listed="desk_deliberations",
    listing=listings.DELIBERATIONS,
    find=deliberation_for,
    act_page="deliberation_do",
    machine=DELIBERATION,
    history=HISTORY,
    detail=showing.detail,
    tasks=DELIBERATION_TASKS,
    asks={"topics.prepare_days": showing.to_announce},
    answers={
        "topics.prepare_days": ("announce", "review", "plan"),
        queries.RECORD_ROOM: WRITES,
        queries.RECORD_CITY: WRITES,
        queries.SIGN: ("signature.sign",),
    },
    parts={"signature": queries.signatures_wanted},
    beside={
        "topic": _of_topic,
        "poll": lambda actor, poll: _staffed(actor).filter(poll=poll),
        "draw": lambda actor, draw: _staffed(actor).filter(draw=draw),
    },
    lines=_lines,
    unmet=UNMET,
    mends=_mends,
    review=Review(
        read=Permission.DELIBERATION_READ,
        rows=lambda: (
            Deliberation.objects.select_related("room", "topic")
            .prefetch_related("participants__person", "participants__unit")
            .order_by("held_at")
        ),
        title=lambda row: row.subject_line or row.topic.title,
        text=showing.announced_words,
        inside=showing.invited_words,
        label=_("协商预告"),
        passed=showing.passed_words,
    ),
    acts=(
        Act(
            "review",
            ("send_to_review",),
            _("送审"),
            announcing.send_to_review,
            said=_("已送审，审核通过后就可以发布。"),
            next=_("送审"),
            look=PRESS,
        ),
        Act(
            "announce",
            ("announce",),
            _("发布预告"),
            announcing.announce,
            said=_("预告已发布。谁看得到、谁还要您打电话或者送信，看“谁告诉到了”。"),
            gaps=announcing.announcing_gaps,
            next=_("发布预告"),
            look=PRESS,
        ),
        Act(
            "open",
            ("open",),
            _("开始商量"),
            meeting.open_session,
            said=_("开始商量了。"),
            gaps=meeting.opening_gaps,
            next=_("开始商量"),
            sure="deliberations/desk_open.html",
            doubt=meeting.is_day_in_doubt,
            look=PRESS,
        ),
        Act(
            "close",
            ("close",),
            _("商量结束"),
            meeting.close,
            said=_("商量结束，请写好记录。"),
            next=_("商量结束"),
            then=_to_record,
            look=PRESS,
        ),
        Act(
            "record",
            ("write_record",),
            _("写记录"),
            recording.save_draft,
            button=_("保存草稿"),
            said=_("草稿已保存。"),
            form=forms.RecordForm,
            given=_minutes,
            next=_("写记录"),
            page="deliberation_record",
            then=_to_record,
        ),
        Act(
            "send",
            ("send_to_sign",),
            _("送召集人签字"),
            signing.write_and_send,
            said=_("记录已送召集人签字。"),
            form=forms.RecordForm,
            given=_minutes,
            page="deliberation_record",
        ),
        Act(
            "attendance",
            ("write_attendance",),
            _("谁到了"),
            meeting.write_attendance,
            button=_("写好了"),
            said=_("已写下谁到了。"),
            form=forms.AttendanceForm,
            given=_attendance,
            next=_("写谁到了"),
            page="deliberation_attendance",
        ),
        Act(
            "plan",
            ("change",),
            _("改时间和内容"),
            preparing.change,
            button=_("保存"),
            said=_("已保存。"),
            form=forms.PlanForm,
            given=_plan,
            page="deliberation_plan",
        ),
        Act(
            "invite",
            ("invite",),
            _("改名单"),
            preparing.invite,
            button=_("保存名单"),
            said=_("名单已保存。"),
            form=forms.InviteForm,
            given=_guests,
            page="deliberation_invite",
        ),
        Act(
            "ask",
            ("ask",),
            _("准备几句话"),
            asking.ask,
            said=_("先写几句话，再开始。"),
            page="deliberation_ask",
            then=lambda request, found, poll: redirect("desk_poll", poll.key),
            look=PRESS,
        ),
        Act(
            "draw",
            ("draw",),
            _("准备抽签"),
            seating.draw_for,
            said=_("先写抽几人、分哪几类。"),
            page="deliberation_draw",
            then=lambda request, found, draw: redirect("desk_draw", draw.key),
            look=PRESS,
        ),
        Act(
            "tell",
            ("tell",),
            _("谁告诉到了"),
            telling.tell,
            button=_("记下"),
            said=_("记下了。"),
            form=ToldForm,
            given=_to_tell,
            page="deliberation_tell",
            then=_to_the_list,
        ),
        Act(
            "take_back",
            ("take_back",),
            _("记录要改"),
            recording.take_back,
            button=_("取回来改"),
            said=_("已取回，可以接着改。"),
            then=_to_record,
            look=FOLD,
        ),
        Act(
            "add",
            ("add",),
            _("补记"),
            recording.add,
            button=_("加上补记"),
            said=_("已补记。"),
            form=forms.AddendumForm,
            look=BARE,
        ),
        Act(
            "postpone",
            ("postpone",),
            _("改期"),
            announcing.postpone,
            said=_("已改期。谁看得到、谁还要您打电话或者送信，看“谁告诉到了”。"),
            form=forms.PostponeForm,
            look=FOLD,
        ),
        Act(
            "cancel",
            ("cancel",),
            _("取消这场协商"),
            announcing.cancel,
            said=_("已取消。谁看得到、谁还要您打电话或者送信，看“谁告诉到了”。"),
            form=forms.CancelForm,
            look=FOLD,
        ),
        Act(
            "cover",
            ("cover",),
            _("撤下公开的预告"),
            publication.cover,
            button=_("马上撤下"),
            said=_("已撤下，请审核的人确认或者恢复。"),
            form=ReasonForm,
            machine=POST,
            takes="post",
            when=was_announced,  # before, nobody outside reads it
            look=FOLD,
        ),
    ),
)


def _role_over_record(actor: Actor, permission: Permission, record: Record) -> Role | None:
    """A record lies on the desk of its deliberation."""
    return role_on_desk(actor, permission, record.desk)


RECORDS = Thing(
    kind="record",
    label=_("记录"),
    rows=lambda actor: Record.objects.filter(
        deliberation__in=Deliberation.objects.staffed_by(actor)
    ).select_related("deliberation__room"),
    title=lambda row: row.deliberation.subject_line,
    place=lambda row: row.deliberation.room.name,
    page="",
    history=HISTORY,
    unmet=UNMET,
    review=Review(
        read=Permission.DELIBERATION_READ,
        rows=lambda: (
            Record.objects.select_related("deliberation__room", "deliberation__topic")
            .prefetch_related("measures__unit")
            .order_by("drafted_at")
        ),
        title=lambda row: row.deliberation.subject_line,
        text=showing.recorded_words,
        label=_("协商记录"),
        desk="deliberation__",
        about=lambda row: ("deliberation", row.deliberation),
    ),
    act_page="record_do",
    role_of=_role_over_record,
    key=lambda row: (row.deliberation.no,),
    is_on_a_list=True,
    stands_on=lambda row: house().thing("deliberation").link(row.deliberation.no),
    acts=(
        Act(
            "cover",
            ("cover",),
            _("撤下公开的记录"),
            publication.cover,
            button=_("马上撤下"),
            said=_("已撤下，请审核的人确认或者恢复。"),
            form=ReasonForm,
            machine=POST,
            takes="post",
            look=FOLD,
        ),
    ),
)


def _signer(actor: Actor, permission: Permission, signature: Signature) -> Role | None:
    """In which role an actor may put the name there now."""
    try:
        return check_can_sign(actor, permission, signature, clock.now())
    except Denied:
        return None


SIGNATURES = Thing(
    kind="signature",
    label=_("签字"),
    rows=lambda actor: Signature.objects.filter(
        record__deliberation__in=Deliberation.objects.staffed_by(actor)
    ),
    title=lambda row: row.get_seat_display(),
    place=lambda row: row.record.deliberation.room.name,
    page="",
    act_page="signature_do",
    machine=SIGNATURE,
    unmet=UNMET,
    role_of=role_over,
    key=lambda row: (row.record.deliberation.no, str(row.pk)),
    like=("1", "1"),
    is_on_a_list=True,
    stands_on=lambda row: house().thing("deliberation").link(row.record.deliberation.no),
    acts=(
        Act(
            "sign",
            ("sign", "sign_for"),
            _("签字确认"),
            signing.sign,
            said=_("已签字，谢谢您。"),
            next=_("签字确认"),
            role_of=_signer,
            look=PRESS,
        ),
        Act(
            "link",
            ("send_link",),
            _("再发一次签字链接"),
            signing.send_link,
            said=_("签字链接交给系统发到召集人本人登记的手机、邮箱，这里不显示。"),
            look=PRESS,
        ),
        Act(
            "paper",
            ("mark_paper",),
            _("已经在纸上签了"),
            signing.mark_paper,
            button=_("记下纸面签字"),
            said=_("已记下纸面签字。"),
            form=forms.PaperForm,
            look=FOLD,
        ),
    ),
)
THINGS = (DELIBERATIONS, RECORDS, SIGNATURES)


def _first_plan(topic: Topic, request: Request) -> dict[str, Any]:
    return {
        "initial": showing.proposed_plan(topic),
        "offered": queries.proposals(topic, clock.today()),
    }


def _to_session(request: Request, topic: Topic, made: Deliberation) -> HttpResponse:
    return redirect("desk_deliberation", made.no)


# What leads on from a topic.
ON_TOPIC = (
    Act(
        "prepare",
        ("begin_deliberation",),
        _("准备协商"),
        preparing.prepare,
        button=_("保存，进入筹备"),
        form=forms.NewForm,
        given=_first_plan,
        next=_("准备协商"),
        page="topic_prepare",
        by=Permission.DELIBERATION_PREPARE,
        when=lambda topic: topic.grade != "quick",
        unmet=UNMET,
        then=_to_session,
    ),
    Act(
        "talk",
        ("begin_deliberation",),
        _("记一次随时议"),
        page="topic_talk",
        by=Permission.DELIBERATION_RECORD,
        when=lambda topic: topic.grade != "quick",
    ),
)
SECTIONS = (
    Section(
        "desk_deliberations", _("协商活动"), Permission.DELIBERATION_READ, also=("polls", "draws", "any-time")
    ),
)
SHORTCUTS = (Section("any_time", _("记一次随时议"), Permission.DELIBERATION_RECORD),)
