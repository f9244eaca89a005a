"""Submissions on the desk: lists by stage, one page for each, what can be done to several at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, Unmet
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history
from shangliang.topics import forms, queries
from shangliang.topics.actions import contact, merging, screening, slip
from shangliang.topics.actions.screening import Acceptance, HandOver
from shangliang.topics.labels import CHANNELS, SUBMISSION_STATES
from shangliang.topics.models import Photo, Submission, Topic
from shangliang.topics.permissions import submission_for
from shangliang.topics.states import (
    SUBMISSION,
    Channel,
    Destination,
    Exclusion,
    Grade,
    SubmissionState,
    Theme,
    Weight,
)
from shangliang.topics.views import histories, standing
from shangliang.topics.views.guards import sentences

NO_MOVE = gettext_noop("这一步已经办过，或者现在还不能办。页面已更新。")


@login_required
@require_safe
def submissions(request: Request) -> HttpResponse:
    """`/desk/submissions`."""
    return _list(request)


def _list(request: Request, **more: Any) -> HttpResponse:
    if not request.actor.can_somewhere(Permission.SUBMISSION_READ):
        raise Http404
    rows = queries.desk_submissions(request.actor)
    channel = request.GET.get("channel", "")
    if channel in {item.value for item in Channel}:
        rows = rows.filter(channel=channel)
    if request.GET.get("odd"):
        rows = rows.filter(is_suspicious=True)
    counts = queries.counts_by_state(rows)
    state = request.GET.get("state", SubmissionState.RECEIVED.value)
    if state in {item.value for item in SubmissionState}:
        rows = rows.filter(state=state)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "tabs": _tabs(request, counts, state),
        "channels": [(value.value, label, value.value == channel) for value, label in CHANNELS.items()],
        "odd": bool(request.GET.get("odd")),
        "state": state,
        "may_screen": request.actor.can_somewhere(Permission.SUBMISSION_SCREEN),
        "can_bulk": SUBMISSION.allows("end_submission", state),
        "end_form": forms.EndForm(),
        "hand_form": forms.HandOverForm(auto_id="to_%s"),
    }
    return render(request, "topics/desk_submissions.html", context | more)


def _tabs(request: Request, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    found = []
    for state, label in SUBMISSION_STATES.items():
        if state == SubmissionState.ERASED:
            continue
        query["state"] = state.value
        found.append(
            {
                "url": f"?{query.urlencode()}",
                "label": label,
                "count": counts.get(state.value, 0),
                "current": state.value == chosen,
            }
        )
    query["state"] = "all"
    return [*found, {"url": f"?{query.urlencode()}", "label": _("全部"), "current": chosen == "all"}]


@login_required
@require_POST
def bulk(request: Request) -> HttpResponse:
    """One reason, or one destination, for several ticked ones; all or none."""
    ticked = request.POST.getlist("no")
    rows = queries.chosen(request.actor, ticked)
    if not rows:
        messages.warning(request, _("请先勾选要一起办的来件。"))
        return redirect("desk_submissions")
    now, actor = clock.now(), request.actor
    is_end = request.POST.get("what") == "end"
    form = forms.EndForm(request.POST) if is_end else forms.HandOverForm(request.POST, auto_id="to_%s")
    name = "end_form" if is_end else "hand_form"
    if not form.is_valid():
        return _list(request, **{name: form, "ticked": ticked})
    data = form.cleaned_data
    try:
        if is_end:
            done = screening.end_many(
                submissions=rows,
                exclusion=Exclusion(data["exclusion"]),
                words=data["words"],
                actor=actor,
                at=now,
            )
        else:
            done = screening.hand_over_many(submissions=rows, to=_hand_over(data), actor=actor, at=now)
    except Blocked as blocked:
        return _list(request, unmet=sentences(blocked.unmet), ticked=ticked, **{name: form})
    except IllegalMove:
        messages.warning(request, _(NO_MOVE))
    else:
        messages.success(request, _("已一起办好 %(n)s 件，反映人都会收到说明。") % {"n": done})
    return redirect("desk_submissions")


@login_required
@never_cache
@require_safe
def submission(request: Request, no: str) -> HttpResponse:
    """`/desk/submissions/<no>`."""
    return _page(request, submission_for(request.actor, no))


def _page(request: Request, found: Submission, **more: Any) -> HttpResponse:
    now = clock.now()
    clocks = queries.clocks_of(found)
    may = _may(request, found)
    english = get_language() == "en"
    context: dict[str, Any] = {
        "submission": found,
        "may": may,
        "standing": standing.of_slip(found, clocks, now, discreet=False),
        "gaps": sentences(screening.accept_gaps(found)) if may["accept"] else [],
        "alike": queries.alike(found, request.actor, clock.today()) if may["merge"] else [],
        "photos": list(found.photos.order_by("pk")),
        "notes": list(found.notes.order_by("at", "pk")),
        "reveals": list(found.reveals.order_by("at")) if found.has_phone else [],
        "history": histories.lines(history(found.subject)),
        "forms": {
            "accept": forms.AcceptForm(initial={"place_text": found.place_text}),
            "ask": forms.TextForm(auto_id="ask_%s"),
            "note": forms.TextForm(auto_id="note_%s"),
            "write_down": forms.TextForm(auto_id="down_%s"),
            "hand_over": forms.HandOverForm(auto_id="to_%s", initial={"outside_no": found.outside_no}),
            "end": forms.EndForm(auto_id="end_%s"),
            "news": forms.NewsForm(auto_id="news_%s"),
            "merge": forms.MergeForm(auto_id="merge_%s"),
            "reveal": forms.RevealForm(english=english),
        },
    }
    context["forms"] |= more.pop("kept", {})
    return render(request, "topics/desk_submission.html", context | more)


def _may(request: Request, found: Submission) -> dict[str, bool]:
    screens = role_on_desk(request.actor, Permission.SUBMISSION_SCREEN, found) is not None

    def allowed(act: str) -> bool:
        return screens and SUBMISSION.allows(act, found.state)

    return {
        "accept": allowed("accept"),
        "merge": allowed("merge"),
        "separate": allowed("separate"),
        "ask": allowed("ask_supplement"),
        "hand_over": allowed("hand_over"),
        "end": allowed("end_submission"),
        "news": allowed("report_back"),
        "take_back": allowed("take_back"),
        "above": allowed("pass_above") and not found.is_embargoed,
        "write_down": allowed("write_down") and bool(found.audio),
        "note": screens,
        "reveal": bool(found.has_phone)
        and role_on_desk(request.actor, Permission.CONTACT_REVEAL, found) is not None,
        "print": role_on_desk(request.actor, Permission.CONTACT_REVEAL, found) is not None,
        "erase": screens,
    }


def _hand_over(data: dict[str, Any]) -> HandOver:
    return HandOver(
        destination=Destination(data["destination"]),
        words=data["words"],
        exclusion=Exclusion(data["exclusion"]) if data["exclusion"] else None,
        name=data["name"],
        outside_no=data["outside_no"],
    )


Done = Callable[[], object]


@login_required
@never_cache
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """One act of screening; what was typed stays on the page when something is missing."""
    found = submission_for(request.actor, no)
    act = ACTS.get(what)
    if act is None:
        raise Http404
    return act(request, found)


def _run(request: Request, found: Submission, done: Done, said: str, **kept: Any) -> HttpResponse:
    try:
        done()
    except Blocked as blocked:
        return _page(request, found, unmet=sentences(blocked.unmet), kept=kept)
    except IllegalMove:
        messages.warning(request, _(NO_MOVE))
    else:
        messages.success(request, said)
    if Submission.objects.visible_to(request.actor).filter(pk=found.pk).exists():
        return redirect("desk_submission", no=found.no)
    return redirect("desk_submissions")


def _accept(request: Request, found: Submission) -> HttpResponse:
    form = forms.AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept={"accept": form})
    data = form.cleaned_data
    wanted = Acceptance(
        grade=Grade(data["grade"]),
        title=data["title"],
        theme=Theme(data["theme"]),
        weight=Weight(data["weight"]),
        summary=data["summary"],
        place_text=data["place_text"],
    )
    made: list[Topic] = []
    answer = _run(
        request,
        found,
        lambda: made.append(
            screening.accept(submission=found, acceptance=wanted, actor=request.actor, at=clock.now())
        ),
        _("已受理，反映人会收到消息。"),
        accept=form,
    )
    return redirect("desk_topic", no=made[0].no) if made else answer


def _words(request: Request, found: Submission, name: str, auto_id: str, said: str, act: Any) -> HttpResponse:
    form = forms.TextForm(request.POST, auto_id=auto_id)
    if not form.is_valid():
        return _page(request, found, kept={name: form})
    return _run(request, found, lambda: act(form.cleaned_data["text"]), said, **{name: form})


def _ask(request: Request, found: Submission) -> HttpResponse:
    return _words(
        request,
        found,
        "ask",
        "ask_%s",
        _("已请反映人补充。"),
        lambda text: screening.ask_supplement(
            submission=found, question=text, actor=request.actor, at=clock.now()
        ),
    )


def _note(request: Request, found: Submission) -> HttpResponse:
    return _words(
        request,
        found,
        "note",
        "note_%s",
        _("已留言。"),
        lambda text: slip.send_note(submission=found, text=text, actor=request.actor, at=clock.now()),
    )


def _write_down(request: Request, found: Submission) -> HttpResponse:
    return _words(
        request,
        found,
        "write_down",
        "down_%s",
        _("已写成文字。"),
        lambda text: screening.write_down(submission=found, text=text, actor=request.actor, at=clock.now()),
    )


def _over(request: Request, found: Submission) -> HttpResponse:
    form = forms.HandOverForm(request.POST, auto_id="to_%s")
    if not form.is_valid():
        return _page(request, found, kept={"hand_over": form})
    to = _hand_over(form.cleaned_data)
    return _run(
        request,
        found,
        lambda: screening.hand_over(submission=found, to=to, actor=request.actor, at=clock.now()),
        _("已转交，回执上有去向和电话。"),
        hand_over=form,
    )


def _end(request: Request, found: Submission) -> HttpResponse:
    form = forms.EndForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        return _page(request, found, kept={"end": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: screening.end(
            submission=found,
            exclusion=Exclusion(data["exclusion"]),
            words=data["words"],
            actor=request.actor,
            at=clock.now(),
        ),
        _("已了结，反映人会看到理由。"),
        end=form,
    )


def _news(request: Request, found: Submission) -> HttpResponse:
    form = forms.NewsForm(request.POST, auto_id="news_%s")
    if not form.is_valid():
        return _page(request, found, kept={"news": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: screening.report_back(
            submission=found,
            news=data["news"],
            actor=request.actor,
            at=clock.now(),
            take_back=data["what"] == "take_back",
            is_settled=data["what"] == "settled",
            outside_no=data["outside_no"],
        ),
        _("已记下，反映人会看到。"),
        news=form,
    )


def _merge(request: Request, found: Submission) -> HttpResponse:
    no = request.POST.get("topic", "").strip()
    topic = Topic.objects.visible_to(request.actor).by_no(no).first()
    form = forms.MergeForm(request.POST, auto_id="merge_%s")
    if topic is None or topic.no != no:
        unknown = sentences([Unmet("topic_unknown", mend="merge")])
        return _page(request, found, unmet=unknown, kept={"merge": form})
    return _run(
        request,
        found,
        lambda: merging.merge(submission=found, topic=topic, actor=request.actor, at=clock.now()),
        _("已并入，可以随时分开。"),
        merge=form,
    )


def _separate(request: Request, found: Submission) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: merging.separate(submission=found, actor=request.actor, at=clock.now()),
        _("已分开，回到待筛选。"),
    )


def _above(request: Request, found: Submission) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: screening.pass_above(submission=found, actor=request.actor, at=clock.now()),
        _("已直接交上一级，这里不再看到。"),
    )


def _reveal(request: Request, found: Submission) -> HttpResponse:
    form = forms.RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept={"reveal": form})
    try:
        phone = contact.reveal(
            submission=found, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now()
        )
    except Blocked as blocked:
        return _page(request, found, unmet=sentences(blocked.unmet))
    return _page(request, found, phone=phone)


def _print(request: Request, found: Submission) -> HttpResponse:
    """A door slip: number and day, for somebody without a phone; that it was printed is written down."""
    digits = contact.read_slip(submission=found, actor=request.actor, at=clock.now())
    if not digits:
        raise Http404
    now = clock.now()
    context = {
        "submission": found,
        "slip": digits,
        "standing": standing.of_slip(found, queries.clocks_of(found), now, discreet=False),
        "notes": [note for note in found.notes.order_by("at", "pk") if note.is_from_staff],
        "today": now,
        "phone": "" if found.is_embargoed else found.room.phone,
    }
    return render(request, "topics/door_slip.html", context)


def _erase(request: Request, found: Submission) -> HttpResponse:
    if not request.POST.get("sure"):
        return render(request, "topics/desk_erase.html", {"submission": found})
    slip.erase(submission=found, actor=request.actor, at=clock.now())
    messages.success(request, _("已按反映人的要求抹去。"))
    return redirect("desk_submissions")


ACTS: dict[str, Callable[[Request, Submission], HttpResponse]] = {
    "accept": _accept,
    "ask": _ask,
    "note": _note,
    "write-down": _write_down,
    "hand-over": _over,
    "end": _end,
    "news": _news,
    "merge": _merge,
    "separate": _separate,
    "above": _above,
    "reveal": _reveal,
    "print": _print,
    "erase": _erase,
}


@login_required
@never_cache
@require_safe
def photo(request: Request, pk: int) -> FileResponse:
    """A photo of a submission, for whoever has it on the desk; `?small` gives the one for lists."""
    found = Photo.objects.filter(pk=pk, submission__in=Submission.objects.visible_to(request.actor)).first()
    if found is None:
        raise Http404
    file = found.thumbnail if "small" in request.GET else found.file
    return FileResponse(file.open("rb"), content_type="image/jpeg")


@login_required
@never_cache
@require_safe
def sound(request: Request, no: str) -> FileResponse:
    """What was spoken."""
    found = submission_for(request.actor, no)
    if not found.audio:
        raise Http404
    return FileResponse(found.audio.open("rb"))
