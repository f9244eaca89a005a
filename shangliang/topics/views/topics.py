"""Topics: what everybody may read, and their desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.actor import ANONYMOUS
from shangliang.access.caching import public_page
from shangliang.access.desk import role_on_desk
from shangliang.access.publication import Release, Scope
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.clocks.queries import running_by_subject
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history
from shangliang.people.queries import doers_near
from shangliang.search import queries as search
from shangliang.topics import forms, queries
from shangliang.topics.actions import adoption, publication, quick, research, travel, wording
from shangliang.topics.labels import KINDS, STEPS, THEMES, TOPIC_STATES
from shangliang.topics.models import Topic
from shangliang.topics.permissions import topic_for
from shangliang.topics.rules import AT_STEP, step_of
from shangliang.topics.states import TOPIC, Grade, Theme, TopicState, Weight
from shangliang.topics.views import histories, standing
from shangliang.topics.views.guards import sentences

NO_MOVE = gettext_noop("这一步已经办过，或者现在还不能办。页面已更新。")
LONGEST_SEARCH = 40
FOUND = 200
PUBLIC_STEPS = ("looking", "talking", "doing", "rating", "done", "planned", "undone")


@require_safe
@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """`/topics`: what everybody may read, by theme, place and how far it has come."""
    asked = request.GET
    theme = asked.get("theme", "").replace("\x00", "")
    area = queries.area_by_code(asked.get("area", ""))
    room = queries.room_by_no(asked.get("room", ""))
    step, typed = asked.get("step", ""), asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    rows = queries.public_topics(
        theme=theme,
        area_path=area.path if area else "",
        room_no=room.no if room else "",
        states=[state.value for state, name in AT_STEP.items() if name == step],
    )
    if typed:
        hits = search.query(ANONYMOUS, typed, limit=FOUND, kind="topic")
        rows = rows.filter(pk__in=[int(hit.no.partition("-")[2]) for hit in hits])
    page = page_of(rows, asked.get("page"))
    context = {
        "page": page,
        "rows": [_row(topic) for topic in page.rows],
        "tabs": [_tab(request, "", _("全部"), step)]
        + [_tab(request, name, str(STEPS[name]), step) for name in PUBLIC_STEPS],
        "themes": [(value.value, label, value.value == theme) for value, label in THEMES.items()],
        "areas": [(row.code, row.name, row.code == asked.get("area")) for row in queries.areas_below(None)],
        "area": area,
        "room": room,
        "step": step,
        "q": typed,
    }
    return render(request, "topics/topics.html", context)


def _tab(request: HttpRequest, value: str, label: str, chosen: str) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    query["step"] = value
    return {"url": f"?{query.urlencode()}", "label": label, "current": value == chosen}


def _row(topic: Topic) -> dict[str, Any]:
    step = step_of("accepted", topic.state)
    return {"topic": topic, "kind": KINDS[step], "word": STEPS[step]}


@login_required
@require_safe
def desk_topics(request: Request) -> HttpResponse:
    """`/desk/topics`: lists by stage with counts."""
    if not request.actor.can_somewhere(Permission.TOPIC_READ):
        raise Http404
    rows = queries.desk_topics(request.actor)
    theme, state = request.GET.get("theme", ""), request.GET.get("state", "")
    if theme in {item.value for item in Theme}:
        rows = rows.filter(theme=theme)
    counts = queries.counts_by_state(rows)
    if state in {item.value for item in TopicState}:
        rows = rows.filter(state=state)
    page = page_of(rows, request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "tabs": [_desk_tab(query, "", _("全部"), sum(counts.values()), state)]
        + [
            _desk_tab(query, value.value, str(label), counts[value.value], state)
            for value, label in TOPIC_STATES.items()
            if counts.get(value.value)
        ],
        "themes": [(value.value, label, value.value == theme) for value, label in THEMES.items()],
        "state": state,
        "may_review": request.actor.can_somewhere(Permission.POST_REVIEW),
        "reads_submissions": request.actor.can_somewhere(Permission.SUBMISSION_READ),
    }
    return render(request, "topics/desk_topics.html", context)


def _desk_tab(query: Any, value: str, label: str, count: int, chosen: str) -> dict[str, Any]:
    query["state"] = value
    return {
        "url": f"?{query.urlencode()}",
        "label": label,
        "count": count,
        "current": value == chosen,
    }


@login_required
@require_safe
def desk_topic(request: Request, no: str) -> HttpResponse:
    """`/desk/topics/<no>`."""
    return _page(request, topic_for(request.actor, no))


def _page(request: Request, found: Topic, **more: Any) -> HttpResponse:
    now = clock.now()
    clocks = running_by_subject([found.subject])[found.subject]
    may = _may(request, found)
    context: dict[str, Any] = {
        "topic": found,
        "may": may,
        "standing": standing.of_topic(found, clocks, now),
        "gaps": _gaps(found, may, now),
        "needs_second": adoption.needs_second(found, now),
        "visits": list(found.visits.order_by("on", "pk")),
        "submissions": _submissions(request, found),
        "history": histories.lines(history(found.subject)),
        "forms": {
            "wording": forms.WordsForm(initial=_words(found)),
            "visit": forms.VisitForm(initial={"on": clock.today()}, auto_id="visit_%s"),
            "second": forms.SecondForm(auto_id="second_%s"),
            "plan": forms.PlanForm(auto_id="plan_%s"),
            "end": forms.ReasonForm(auto_id="end_%s"),
            "up": forms.ReasonForm(auto_id="up_%s"),
            "cover": forms.ReasonForm(auto_id="cover_%s"),
        },
    }
    if may["down"]:
        context["forms"]["down"] = forms.DownForm(rooms=queries.rooms_below(found), auto_id="down_%s")
    if may["answer"]:
        context["forms"]["answer"] = forms.AnswerForm(units=doers_near(found.desk_path), auto_id="answer_%s")
    context["forms"] |= more.pop("kept", {})
    return render(request, "topics/desk_topic.html", context | more)


def _words(found: Topic) -> dict[str, Any]:
    names = ("title", "summary", "theme", "weight", "scope", "place_text")
    return {name: getattr(found, name) for name in names}


def _submissions(request: Request, found: Topic) -> list[Any]:
    if not request.actor.can_somewhere(Permission.SUBMISSION_READ):
        return []
    return list(queries.desk_submissions(request.actor).filter(topic=found)[:50])


def _gaps(found: Topic, may: dict[str, bool], now: Any) -> list[dict[str, object]]:
    if may["adopt"] and found.grade == Grade.DEEP:
        return sentences(adoption.adopt_gaps(found, now))
    return sentences(quick.answer_gaps(found)) if may["answer"] else []


def _may(request: Request, found: Topic) -> dict[str, bool]:
    def holds(permission: Permission) -> bool:
        return role_on_desk(request.actor, permission, found) is not None

    def allowed(act: str, permission: Permission) -> bool:
        return TOPIC.allows(act, found.state) and holds(permission)

    is_quick = found.grade == Grade.QUICK
    before = found.state in adoption.BEFORE_ADOPTION
    return {
        "wording": holds(Permission.TOPIC_RELEASE),
        "visit": allowed("research", Permission.DELIBERATION_PREPARE) and not is_quick,
        "second": before
        and not is_quick
        and found.second_heard_at is None
        and holds(Permission.TOPIC_SECOND),
        "adopt": allowed("adopt", Permission.TOPIC_ADOPT) and not is_quick,
        "answer": allowed("answer_quick", Permission.TOPIC_ANSWER) and is_quick,
        "deepen": allowed("grade_deep", Permission.SUBMISSION_SCREEN) and is_quick,
        "up": allowed("pass_up", Permission.TOPIC_PASS) and not travel.pass_up_gaps(found),
        "take_up": allowed("take_up", Permission.TOPIC_PASS),
        "down": allowed("hand_down", Permission.TOPIC_PASS)
        and not found.is_embargoed
        and not found.desk_room_no,
        "plan": allowed("plan", Permission.TOPIC_ADOPT),
        "resume": allowed("resume", Permission.TOPIC_ADOPT),
        "end": allowed("end_topic", Permission.TOPIC_ADOPT),
        "cover": found.release == Release.RELEASED and holds(Permission.POST_COVER),
        "prepare": TOPIC.allows("begin_deliberation", found.state)
        and holds(Permission.DELIBERATION_PREPARE)
        and not is_quick,
    }


Done = Callable[[], object]


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """One act on a topic; what was typed stays on the page when something is missing."""
    found = topic_for(request.actor, no)
    act = ACTS.get(what)
    if act is None:
        raise Http404
    return act(request, found)


def _run(request: Request, found: Topic, done: Done, said: str, **kept: Any) -> HttpResponse:
    try:
        done()
    except Blocked as blocked:
        return _page(request, found, unmet=sentences(blocked.unmet), kept=kept)
    except IllegalMove:
        messages.warning(request, _(NO_MOVE))
    else:
        messages.success(request, said)
    return redirect("desk_topic", no=found.no)


def _wording(request: Request, found: Topic) -> HttpResponse:
    form = forms.WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept={"wording": form})
    data = form.cleaned_data
    words = wording.Wording(
        title=data["title"],
        summary=data["summary"],
        scope=Scope(data["scope"]),
        theme=Theme(data["theme"]),
        weight=Weight(data["weight"]),
        place_text=data["place_text"],
    )
    return _run(
        request,
        found,
        lambda: wording.word(topic=found, wording=words, actor=request.actor, at=clock.now()),
        _("已保存。要公开的，已送审。"),
        wording=form,
    )


def _visit(request: Request, found: Topic) -> HttpResponse:
    form = forms.VisitForm(request.POST, auto_id="visit_%s")
    if not form.is_valid():
        return _page(request, found, kept={"visit": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: research.visit(topic=found, actor=request.actor, at=clock.now(), **data),
        _("已记下这次了解的情况。"),
        visit=form,
    )


def _second(request: Request, found: Topic) -> HttpResponse:
    form = forms.SecondForm(request.POST, auto_id="second_%s")
    if not form.is_valid():
        return _page(request, found, kept={"second": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: adoption.hear_second(topic=found, actor=request.actor, at=clock.now(), **data),
        _("意见已记下。"),
        second=form,
    )


def _adopt(request: Request, found: Topic) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: adoption.adopt(topic=found, actor=request.actor, at=clock.now()),
        _("已立项，可以准备协商了。"),
    )


def _answer(request: Request, found: Topic) -> HttpResponse:
    form = forms.AnswerForm(request.POST, units=doers_near(found.desk_path), auto_id="answer_%s")
    if not form.is_valid():
        return _page(request, found, kept={"answer": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: quick.answer(
            topic=found, text=data["text"], unit=data["unit"], actor=request.actor, at=clock.now()
        ),
        _("已答复，会请反映人评价。"),
        answer=form,
    )


def _deepen(request: Request, found: Topic) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: quick.deepen(topic=found, actor=request.actor, at=clock.now()),
        _("已改为深入议。"),
    )


def _plan(request: Request, found: Topic) -> HttpResponse:
    form = forms.PlanForm(request.POST, auto_id="plan_%s")
    if not form.is_valid():
        return _page(request, found, kept={"plan": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: adoption.plan(topic=found, actor=request.actor, at=clock.now(), **data),
        _("已列入计划，到时候会提醒。"),
        plan=form,
    )


def _resume(request: Request, found: Topic) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: adoption.resume(topic=found, actor=request.actor, at=clock.now()),
        _("已重新拿出来办。"),
    )


def _reasoned(request: Request, found: Topic, name: str, said: str, act: Any) -> HttpResponse:
    form = forms.ReasonForm(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _page(request, found, kept={name: form})
    reason = form.cleaned_data["reason"]
    return _run(request, found, lambda: act(reason), said, **{name: form})


def _end(request: Request, found: Topic) -> HttpResponse:
    return _reasoned(
        request,
        found,
        "end",
        _("已终止，反映人会看到理由。"),
        lambda reason: adoption.end(topic=found, reason=reason, actor=request.actor, at=clock.now()),
    )


def _up(request: Request, found: Topic) -> HttpResponse:
    return _reasoned(
        request,
        found,
        "up",
        _("已上提，编号不变。"),
        lambda reason: travel.pass_up(topic=found, reason=reason, actor=request.actor, at=clock.now()),
    )


def _cover(request: Request, found: Topic) -> HttpResponse:
    return _reasoned(
        request,
        found,
        "cover",
        _("已撤下，请审核的人确认或者恢复。"),
        lambda reason: publication.cover(
            post=found, subject=found.subject, desk=found, reason=reason, actor=request.actor, at=clock.now()
        ),
    )


def _take_up(request: Request, found: Topic) -> HttpResponse:
    return _run(
        request,
        found,
        lambda: travel.take_up(topic=found, actor=request.actor, at=clock.now()),
        _("已接手。"),
    )


def _down(request: Request, found: Topic) -> HttpResponse:
    form = forms.DownForm(request.POST, rooms=queries.rooms_below(found), auto_id="down_%s")
    if not form.is_valid():
        return _page(request, found, kept={"down": form})
    data = form.cleaned_data
    return _run(
        request,
        found,
        lambda: travel.hand_down(topic=found, actor=request.actor, at=clock.now(), **data),
        _("已下交，编号不变。"),
        down=form,
    )


ACTS: dict[str, Callable[[Request, Topic], HttpResponse]] = {
    "wording": _wording,
    "visit": _visit,
    "second": _second,
    "adopt": _adopt,
    "answer": _answer,
    "deepen": _deepen,
    "plan": _plan,
    "resume": _resume,
    "end": _end,
    "up": _up,
    "take-up": _take_up,
    "down": _down,
    "cover": _cover,
}
