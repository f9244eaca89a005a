"""Topics: what everybody may read, and their desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.caching import public_page
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.clocks.queries import running_by_subject
from shangliang.desks import listing
from shangliang.desks.showing import returned
from shangliang.kit import clock
from shangliang.kit.paging import page_of
from shangliang.kit.text import plain
from shangliang.people.showing import history_of
from shangliang.places import queries as places
from shangliang.search import queries as search
from shangliang.topics import queries, showing
from shangliang.topics.actions import adoption
from shangliang.topics.labels import KINDS, STEPS, THEMES
from shangliang.topics.listings import TOPICS
from shangliang.topics.models import Topic
from shangliang.topics.permissions import topic_for
from shangliang.topics.rules import AT_STEP, step_of
from shangliang.topics.states import TOPIC

LONGEST_SEARCH = 40
PUBLIC_STEPS = ("looking", "talking", "doing", "rating", "done", "planned", "undone")


@require_safe
@public_page
def topics(request: HttpRequest) -> HttpResponse:
    """`/topics`: what everybody may read, by theme, place and how far it has come."""
    asked = request.GET
    theme = plain(asked.get("theme", ""))
    area = places.area_by_code(asked.get("area", ""))
    room = places.open_room(asked.get("room", ""))
    step, typed = asked.get("step", ""), plain(asked.get("q", "")).strip()[:LONGEST_SEARCH]
    rows = queries.public_topics(
        theme=theme,
        area_path=area.path if area else "",
        room_no=room.no if room else "",
        states=[state.value for state, name in AT_STEP.items() if name == step],
    )
    if typed:
        rows = search.among(rows, "topic", typed)
    page = page_of(rows, asked.get("page"))
    context = {
        "page": page,
        "rows": [_row(topic) for topic in page.rows],
        "tabs": [_tab(request, "", _("全部"), step)]
        + [_tab(request, name, str(STEPS[name]), step) for name in PUBLIC_STEPS],
        "themes": [(value.value, label, value.value == theme) for value, label in THEMES.items()],
        "areas": [(row.code, row.name, row.code == asked.get("area")) for row in places.counties()],
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
    """`/desk/topics`: what is late and open first, with counts, filters and search."""
    context = listing.page(request, TOPICS) | {
        "may_review": request.actor.can_somewhere(Permission.POST_REVIEW),
        "reads_submissions": request.actor.can_somewhere(Permission.SUBMISSION_READ),
    }
    return render(request, "topics/desk_topics.html", context)


@login_required
@require_safe
def desk_topics_sheet(request: Request) -> FileResponse:
    """`/desk/topics.xlsx`: the same rows as a sheet."""
    return listing.sheet(request, TOPICS)


@login_required
@require_safe
def desk_topic(request: Request, no: str) -> HttpResponse:
    """`/desk/topics/<no>`."""
    return _page(request, topic_for(request.actor, no))


def _page(request: Request, found: Topic, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("topic")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    clocks = running_by_subject([found.subject])[found.subject]
    lies = showing.lies_with([found])[found.pk]
    context: dict[str, Any] = {
        "topic": found,
        "acts": acts,
        "gaps": more.pop("unmet", None) or acts.gaps or _before_adoption(found, acts, now),
        "standing": showing.of_topic(found, clocks, now, lies.units, turn=lies.turn, for_staff=True),
        "returned": returned(found),
        "visits": list(found.visits.order_by("on", "pk")),
        "submissions": _submissions(request, found),
        "history": history_of("topic", found.subject),
        "beside": house().beside("topic", found, request.actor),
    }
    return render(request, "topics/desk_topic.html", context | more)


def _before_adoption(found: Topic, acts: desk_page.Offers, now: datetime) -> list[dict[str, object]]:
    """What the first convener waits for, on the page of whoever can write it."""
    unmet = adoption.adopt_gaps(found, now) if TOPIC.allows(found, "adopt") else []
    own = [item for item in unmet if item.mend == "wording" and acts["wording"] is not None]
    return desk_page.sentences(house().thing("topic"), found, own, ["wording"])


def _submissions(request: Request, found: Topic) -> list[Any]:
    if not request.actor.can_somewhere(Permission.SUBMISSION_READ):
        return []
    return showing.with_news(queries.desk_submissions(request.actor).filter(topic=found)[:50])


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/topics/<no>/<what>`: one act on a topic."""
    return desk_page.press(request, house().thing("topic"), topic_for(request.actor, no), what, _page)
