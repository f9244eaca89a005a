"""What outcomes, commitments and replies hand in: their pages, words, tasks, and everything that can be done to them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import FOLD, PRESS, Act, Review, Section, Thing, house
from shangliang.access.transitions import may
from shangliang.kit import clock
from shangliang.outcomes import forms, listings
from shangliang.outcomes.actions import (
    assigning,
    deciding,
    drafting,
    entering,
    explaining,
    filing,
    handling,
    rating,
    releasing,
)
from shangliang.outcomes.labels import ASK_BY_HAND, COMMITMENT_TASKS, HISTORY, OUTCOME_TASKS, UNMET
from shangliang.outcomes.models import Ask, Commitment, Outcome, PublicReason, Reply
from shangliang.outcomes.permissions import commitment_for, outcome_for, role_over, role_to_sign
from shangliang.outcomes.queries import count_unasked
from shangliang.outcomes.showing import (
    ShownFile,
    asked_of_other,
    at_desk,
    detail,
    files_of,
    note_of,
    paper_of,
    public_words,
    turns_of,
    words_of_reply,
)
from shangliang.outcomes.states import COMMITMENT, OUTCOME, OutcomeState, Route
from shangliang.people.queries import doers_near
from shangliang.rulebook import book
from shangliang.topics.actions import held_files


def _draft(outcome: Outcome, request: Request) -> dict[str, Any]:
    return {"initial": {"kind": outcome.kind, "text": outcome.text, "route": outcome.route}}


def _receiver(outcome: Outcome, request: Request) -> dict[str, Any]:
    return {"initial": {"reported_to": outcome.reported_to}}


def _orders(outcome: Outcome, request: Request) -> dict[str, Any]:
    """The record's measures stand in the lines already; who does it was proposed with the draft."""
    session = outcome.deliberation
    measures = session.record.measures.select_related("unit").order_by("pk") if session else ()
    route = Route.COMMUNITY if outcome.route == Route.COMMUNITY else Route.TOWN
    return {
        "doers": forms.Doers.of(doers_near(outcome.desk_path), clock.today()),
        "measures": list(measures),
        "route": Route.REPORTED if outcome.state == OutcomeState.REPORTED else route,
        "may_be_the_room": not outcome.is_embargoed,
    }


def _outcomes(actor: Actor) -> QuerySet[Outcome]:
    return Outcome.objects.visible_to(actor).select_related("room", "topic").order_by("pk")


def _commitments(actor: Actor) -> QuerySet[Commitment]:
    return Commitment.objects.worked_on_by(actor).select_related("room", "lead").order_by("pk")


OUTCOMES = Thing(
    kind="outcome",
    label=_("成果"),
    rows=lambda actor: Outcome.objects.visible_to(actor).select_related("room", "topic"),
    title=lambda row: row.topic.title,
    place=lambda row: row.room.name,
    page="desk_outcome",
    listed="desk_outcomes",
    listing=listings.OUTCOMES,
    find=outcome_for,
    act_page="outcome_do",
    machine=OUTCOME,
    history={event: words for event, words in HISTORY.items() if event.startswith("outcome.")},
    detail=detail,
    tasks=OUTCOME_TASKS,
    beside={
        "topic": lambda actor, topic: _outcomes(actor).filter(topic=topic),
        "deliberation": lambda actor, session: _outcomes(actor).filter(deliberation=session),
    },
    lines=lambda actor, row: [house().thing("outcome").line(row, str(row.get_kind_display()))],
    answers={
        drafting.DRAFT: ("edit",),
        drafting.COUNTERSIGN: ("countersign",),
        filing.FILE: ("file",),
        filing.ASSIGN: ("assign", "report"),
        filing.ADOPT: ("assign", "refuse"),
    },
    unmet=UNMET,
    acts=(
        Act(
            "countersign",
            ("sign", "countersign"),
            _("签字同意"),
            drafting.countersign,
            said=_("已签字。"),
            gaps=drafting.draft_gaps,
            next=_("签字同意"),
            look=PRESS,
            role_of=role_to_sign,
        ),
        Act(
            "edit",
            ("edit",),
            _("成果草稿"),
            drafting.edit,
            button=_("保存草稿"),
            said=_("草稿已保存。"),
            form=forms.DraftForm,
            given=_draft,
        ),
        Act("file", ("file",), _("备案"), filing.file, said=_("已备案。"), next=_("备案"), look=PRESS),
        Act(
            "assign",
            ("do_ourselves", "assign", "adopt", "adopt_partly"),
            _("交办"),
            assigning.assign,
            said=_(
                "已交办。有账号的承办单位在工作台上看得到；没有账号的，请打电话告诉他们，签收、答复由人代录。"
            ),
            form=forms.AssignForm,
            given=_orders,
            next=_("去交办"),
        ),
        Act(
            "report",
            ("report_up",),
            _("报送上级"),
            filing.report_up,
            button=_("报送"),
            said=_("已报送。"),
            form=forms.ReportForm,
            given=_receiver,
        ),
        Act(
            "refuse",
            ("refuse",),
            _("不采纳"),
            filing.refuse,
            button=_("不采纳，答复理由"),
            said=_("已答复不采纳，并说明了理由。"),
            form=forms.ReasonForm,
        ),
    ),
)


def _plan(commitment: Commitment, request: Request) -> dict[str, Any]:
    return {"initial": {"plan": commitment.work_plan}}


def _asked_for(commitment: Commitment, request: Request) -> dict[str, Any]:
    """What the doer has asked for stands in the form already."""
    return {"initial": {"until": commitment.asked_until, "reason": commitment.asked_reason}}


def _reply(commitment: Commitment, request: Request) -> dict[str, Any]:
    rules, place = book().at(clock.today()), commitment.desk_path
    return {
        "megabytes": rules.integer("outcomes.evidence_megabytes", place),
        "most": rules.integer("outcomes.evidence_count", place),
    }


def _doers(commitment: Commitment, request: Request) -> dict[str, Any]:
    return {"doers": forms.Doers.of(doers_near(commitment.desk_path), clock.today())}


def _ways(commitment: Commitment, request: Request) -> dict[str, Any]:
    """By which hands this reader may enter an answer."""
    return {
        "ways": [
            way
            for way in forms.ENTERED
            if may(COMMITMENT, commitment, rating.RATES[way], request.actor, role_over)
        ]
    }


def _told(commitment: Commitment, request: Request) -> dict[str, Any]:
    return {"megabytes": _reply(commitment, request)["megabytes"]}


def _told_plan(commitment: Commitment, request: Request) -> dict[str, Any]:
    return {**_told(commitment, request), **_plan(commitment, request)}


def _drop_held(request: Request, commitment: Commitment, made: object) -> None:
    """The files that were kept between two tries lie where they belong now."""
    held_files.drop(forms.held_names(request.POST))


def _back_to_late(request: Request, commitment: Commitment, asked: Ask) -> HttpResponse | None:
    """Pressed in the list, one goes on there."""
    return redirect("desk_late") if request.POST.get("list") else None


COMMITMENTS = Thing(
    kind="commitment",
    label=_("承诺事项"),
    rows=lambda actor: (
        Commitment.objects.worked_on_by(actor)
        .select_related("room", "lead")
        .with_accounts(clock.today())
        .with_phones()
    ),
    title=lambda row: row.what,
    place=lambda row: row.room.name,
    page="desk_commitment",
    listed="desk_commitments",
    listing=listings.COMMITMENTS,
    find=commitment_for,
    act_page="commitment_do",
    machine=COMMITMENT,
    history={event: words for event, words in HISTORY.items() if event.startswith("commitment.")},
    detail=detail,
    tasks=COMMITMENT_TASKS,
    asks={
        **dict.fromkeys((assigning.ACCEPT, *assigning.WORK_RULES), asked_of_other),
        "outcomes.callback_days": lambda row: "" if row.can_be_called else str(ASK_BY_HAND),
    },
    beside={
        "topic": lambda actor, topic: _commitments(actor).filter(topic=topic),
        "deliberation": lambda actor, session: _commitments(actor).filter(outcome__deliberation=session),
    },
    lines=lambda actor, row: [house().thing("commitment").line(row, note_of(row))],
    turns={"topic": turns_of},
    answers={
        assigning.ACCEPT: ("accept", "decline", "enter-accept", "enter-decline"),
        assigning.ASSIGN: ("reassign", "resume"),
        **dict.fromkeys(assigning.WORK_RULES, ("reply", "enter-reply")),
        handling.EXTENSION: ("extend", "refuse-extension"),
        explaining.EXPLAIN: ("explain",),
        explaining.KEPT: ("hear",),
        "outcomes.rating_days": (),
        "outcomes.callback_days": ("rate", "called-in-vain"),
        "outcomes.reopen_decide_days": ("decide",),
        **dict.fromkeys(rating.LOOK_BACKS, ("look-back",)),
    },
    unmet=UNMET,
    role_of=role_over,
    review=Review(
        read=Permission.COMMITMENT_READ,
        rows=lambda: Commitment.objects.select_related("room", "topic", "lead").order_by("assigned_at"),
        title=lambda row: row.topic.title,
        text=public_words,
    ),
    acts=(
        Act(
            "accept",
            ("accept",),
            _("签收"),
            handling.accept,
            said=_("已签收，开始计时。"),
            next=_("签收"),
            look=PRESS,
        ),
        Act(
            "reply",
            ("reply_solved", "reply_planned", "reply_lacking"),
            _("答复"),
            handling.reply,
            button=_("提交答复"),
            said=_("已答复。"),
            form=forms.ReplyForm,
            given=_reply,
            next=_("去答复"),
            then=_drop_held,
        ),
        Act(
            "plan",
            ("plan_work",),
            _("打算怎么办"),
            handling.plan_work,
            button=_("保存"),
            said=_("办理打算已保存。"),
            form=forms.PlanForm,
            given=_plan,
        ),
        Act(
            "decline",
            ("decline",),
            _("不归我们办"),
            handling.decline,
            button=_("退回交办单位"),
            said=_("已退回交办单位。"),
            form=forms.DeclineForm,
        ),
        Act(
            "enter-accept",
            ("enter_accept",),
            _("代录签收"),
            entering.accept,
            button=_("录入签收"),
            said=_("签收已录入，写明是代录，开始计时。"),
            form=forms.ToldForm,
            given=_told,
            next=_("代录签收"),
            then=_drop_held,
        ),
        Act(
            "enter-reply",
            ("enter_reply_solved", "enter_reply_planned", "enter_reply_lacking"),
            _("代录答复"),
            entering.reply,
            button=_("录入答复"),
            said=_("答复已录入，写明是代录。"),
            form=forms.ToldReplyForm,
            given=_reply,
            next=_("代录答复"),
            then=_drop_held,
        ),
        Act(
            "enter-plan",
            ("enter_plan_work",),
            _("代录打算怎么办"),
            entering.plan_work,
            button=_("录入打算"),
            said=_("办理打算已录入，写明是代录。"),
            form=forms.ToldPlanForm,
            given=_told_plan,
            then=_drop_held,
            look=FOLD,
        ),
        Act(
            "enter-extension",
            ("enter_ask_extension",),
            _("代录延期申请"),
            entering.ask_extension,
            button=_("录入申请"),
            said=_("延期申请已录入，写明是代录；答复以前，原来的日期不变。"),
            form=forms.ToldExtendForm,
            given=_told,
            then=_drop_held,
            look=FOLD,
        ),
        Act(
            "enter-decline",
            ("enter_decline",),
            _("代录退回：对方说不归他们办"),
            entering.decline,
            button=_("录入退回"),
            said=_("退回已录入，写明是代录。"),
            form=forms.ToldDeclineForm,
            given=_told,
            then=_drop_held,
            look=FOLD,
        ),
        Act(
            "ask-extension",
            ("ask_extension",),
            _("申请延期"),
            handling.ask_extension,
            button=_("提交申请"),
            said=_("已申请延期，交办单位答复以前，原来的日期不变。"),
            form=forms.ExtendForm,
        ),
        Act(
            "extend",
            ("extend", "extend_plan"),
            _("批准延期"),
            handling.extend,
            said=_("已延期，群众在回执上看得到理由。"),
            form=forms.ExtendForm,
            given=_asked_for,
        ),
        Act(
            "refuse-extension",
            ("refuse_extension",),
            _("不同意延期"),
            handling.refuse_extension,
            said=_("已答复不同意延期，承办单位会看到理由。"),
            form=forms.DeclineForm,
        ),
        Act(
            "ask-after",
            ("ask_after",),
            _("过问"),
            explaining.ask_after,
            said=_("已过问，交办单位会在工作台上看到，说明原因以后告诉您。"),
            next=_("过问"),
            look=PRESS,
            then=_back_to_late,
        ),
        Act(
            "explain",
            ("explain",),
            _("说明逾期的原因"),
            explaining.explain,
            button=_("提交说明"),
            said=_("已说明，过问的领导会看到。"),
            form=forms.ExplainForm,
        ),
        Act(
            "hear",
            ("hear",),
            _("群众只给区里说的话"),
            explaining.hear,
            button=_("看过了"),
            said=_("已记下：区里看过了。写了转告的，承办单位和联络员会收到消息。"),
            form=forms.HearForm,
        ),
        Act(
            "reassign",
            ("reassign",),
            _("明确主办、协办"),
            assigning.reassign,
            button=_("交办"),
            said=_("已明确主办单位。"),
            form=forms.ReassignForm,
            given=_doers,
        ),
        Act(
            "hand-on",
            ("hand_on",),
            _("改派"),
            assigning.hand_on,
            said=_("已改派，原来的承办单位会收到消息，看得到理由。"),
            form=forms.HandOnForm,
            given=_doers,
            look=FOLD,
        ),
        Act(
            "resume",
            ("resume",),
            _("重新启动办理"),
            assigning.resume,
            button=_("重新启动"),
            said=_("已重新启动办理。"),
            form=forms.ResumeForm,
        ),
        Act(
            "rate",
            ("enter_rating", "open_card", "call_back"),
            _("录入评价"),
            rating.rate_for,
            button=_("录入"),
            said=_("评价已录入。"),
            form=forms.EnteredRatingForm,
            given=_ways,
        ),
        Act(
            "called-in-vain",
            ("call_in_vain",),
            _("没有联系上"),
            rating.called_in_vain,
            said=_("已记录未能联系上，按“已办结（未评价）”处理。"),
            look=PRESS,
        ),
        Act(
            "decide",
            ("decide_redo", "decide_close"),
            _("裁定"),
            deciding.decide,
            button=_("作出裁定"),
            said=_("裁定已作出。"),
            form=forms.DecideForm,
            next=_("去裁定"),
        ),
        Act(
            "look-back",
            ("look_back",),
            _("回头看"),
            deciding.look_back,
            button=_("记录回头看"),
            said=_("回头看已记录。"),
            form=forms.LookBackForm,
        ),
    ),
)


def _files(reply: Reply) -> list[ShownFile]:
    """Those that become public with it; and of an answer that an office entered the paper, for the reviewer alone."""
    return [*files_of(reply, at_desk), *paper_of(reply.relay, reply.commitment.no)]


REPLIES = Thing(
    kind="reply",
    label=_("答复"),
    rows=lambda actor: Reply.objects.filter(
        commitment__in=Commitment.objects.worked_on_by(actor)
    ).select_related("commitment__room"),
    title=lambda row: row.commitment.what,
    place=lambda row: row.commitment.room.name,
    page="",
    review=Review(
        read=Permission.COMMITMENT_READ,
        rows=lambda: (
            Reply.objects.select_related("commitment__room", "commitment__topic", "relay")
            .prefetch_related("files")
            .order_by("at")
        ),
        title=lambda row: row.commitment.what,
        text=words_of_reply,
        desk="commitment__",
        about=lambda row: ("commitment", row.commitment),
        files=_files,
        withhold=lambda row, keys, reason: releasing.withhold_files(reply=row, keys=keys, reason=reason),
    ),
)
REASONS = Thing(
    kind="reason",
    label=_("群众评价的话"),
    rows=lambda actor: PublicReason.objects.filter(
        commitment__in=Commitment.objects.worked_on_by(actor)
    ).select_related("commitment__room"),
    title=lambda row: row.commitment.what,
    place=lambda row: row.commitment.room.name,
    page="",
    review=Review(
        read=Permission.COMMITMENT_READ,
        rows=lambda: PublicReason.objects.select_related("commitment__room", "commitment__topic").order_by(
            "at"
        ),
        title=lambda row: row.commitment.what,
        text=lambda row: row.text,
        desk="commitment__",
        about=lambda row: ("commitment", row.commitment),
    ),
)
THINGS = (OUTCOMES, COMMITMENTS, REPLIES, REASONS)
SECTIONS = (
    Section("desk_outcomes", _("商定的事"), Permission.OUTCOME_READ),
    Section("desk_commitments", _("承诺事项"), Permission.COMMITMENT_READ),
    Section("desk_late", _("挂钩片区"), Permission.COMMITMENT_ASK_AFTER, count=count_unasked),
)
SHORTCUTS = (Section("desk_late", _("看挂钩片区逾期的事"), Permission.COMMITMENT_ASK_AFTER),)
