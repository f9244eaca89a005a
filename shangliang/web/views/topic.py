"""`/topics/<no>`: one topic as everybody may read it, with what was talked over and what came of it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shangliang.access.actor import ANONYMOUS
from shangliang.access.caching import public_page
from shangliang.access.request import Request
from shangliang.clocks.queries import running_by_subject
from shangliang.deliberations.models import Deliberation
from shangliang.kit import clock
from shangliang.outcomes import queries as outcomes
from shangliang.outcomes.showing import public_replies, shown_results, turn_of, with_rates, with_reasons
from shangliang.rulebook import book
from shangliang.topics import showing
from shangliang.topics.models import Topic
from shangliang.web.showing import with_results

MOST_SESSIONS = 10


@require_safe
@public_page
def topic(request: Request, no: str) -> HttpResponse:
    """What is next, who, by when; a tombstone where it was taken down; 404 for what never was public."""
    found = Topic.objects.by_no(no).select_related("room").first()
    if found is None or found.no != no:
        raise Http404
    if found.is_covered and found.released_at is not None and not found.is_embargoed:
        return render(request, "web/topic_covered.html", {"topic": found}, status=410)
    if not Topic.objects.filter(pk=found.pk).at_the_door().exists():
        raise Http404
    clocks = running_by_subject([found.subject])[found.subject]
    sessions = (
        Deliberation.objects.filter(topic=found).at_the_door().select_related("room", "topic", "record")
    )
    promises = outcomes.commitments_of_topic(found.pk, ANONYMOUS)
    context = {
        "least": book().at(clock.today()).integer("outcomes.rating_public_min_count", found.desk_path),
        "topic": found,
        "standing": showing.of_topic(
            found, clocks, clock.now(), outcomes.at_work(promises), turn=turn_of(found, promises)
        ),
        "sessions": with_results(sessions.order_by("-held_at", "-pk")[:MOST_SESSIONS], clock.today()),
        "results": with_rates(
            with_reasons(shown_results(promises, clock.now(), public_replies)), clock.today()
        ),
    }
    return render(request, "web/topic.html", context)
