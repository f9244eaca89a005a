"""`/results`, and the page behind a rating link."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shangliang.access.caching import public_page
from shangliang.access.publication import public
from shangliang.access.request import Request
from shangliang.kit import clock
from shangliang.kit.paging import page_of
from shangliang.outcomes import queries, rating_page, reply_files
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.queries import Result
from shangliang.outcomes.showing import RESULTS, shown_results, with_rates
from shangliang.places.models import Area, Room
from shangliang.topics.labels import THEMES


@require_safe
@public_page
def results(request: Request) -> HttpResponse:
    """`/results`: what was agreed and how it went, as far as released."""
    now, asked = clock.now(), request.GET
    area = Area.objects.filter(code=asked.get("area") or "-").first()
    room = Room.objects.open().filter(no=asked.get("room") or "-").first()
    rows = queries.results(
        area_path=area.path if area else "", theme=asked.get("theme", ""), room_no=room.no if room else ""
    )
    chosen = asked.get("how", "")
    if chosen in {result.value for result in Result}:
        rows = rows.filter(queries.result_filter(Result(chosen), now))
    page = page_of(rows, asked.get("page"))
    context = {
        "page": page,
        "rows": with_rates(shown_results(page.rows, now), clock.today()),
        "chosen": chosen,
        "tabs": [_tab(request, "", _("全部"), chosen)]
        + [_tab(request, result.value, str(word), chosen) for result, word in RESULTS.items()],
        "themes": [
            (theme.value, label, theme.value == asked.get("theme")) for theme, label in THEMES.items()
        ],
        "areas": Area.objects.filter(level="county").order_by("code"),
        "area": area,
        "room": room,
    }
    return render(request, "outcomes/results.html", context)


def _tab(request: Request, value: str, label: str, chosen: str) -> dict[str, object]:
    query = request.GET.copy()
    query.pop("page", None)
    query["how"] = value
    return {"url": f"?{query.urlencode()}", "label": label, "current": value == chosen}


@never_cache
@require_safe
def file(request: Request, no: str, pk: int) -> FileResponse:
    """`/results/files/<no>/<pk>`: a photo or letter of a reply, once it and what it belongs to are released."""
    rows = reply_files.reviewed().filter(public("reply__"), reply__commitment__in=Commitment.objects.public())
    row = rows.filter(pk=pk).select_related("reply").first()
    return reply_files.sent(row if row is not None and row.reply.no == no else None)


# Pages under a slip or a token send no referrer, so browsers send "Origin: null" and Django's check would refuse
# them. The authority is the key in the cookie (SameSite) or the token in the address, which no other site has.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: Request, token: str) -> HttpResponse:
    """`/t/rate/<token>`: opening changes nothing; the answer is a POST that needs no JavaScript."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise Http404
    return rating_page.answer(
        request, invitation, back="", file_at=lambda _reply, row: reverse("rate_file", args=[token, row.pk])
    )


@never_cache
@require_safe
def rate_file(request: Request, token: str, pk: int) -> FileResponse:
    """`/t/rate/<token>/files/<pk>`: a photo or letter of what whoever was asked is asked about."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise Http404
    rows = reply_files.reviewed().filter(reply__commitment=invitation.commitment)
    return reply_files.sent(rows.filter(pk=pk).first())
