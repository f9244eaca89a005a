"""Looking a slip up for somebody: by its number for who calls, by what they still know for who has lost it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shangliang.access.desk_page import is_offered, url_of
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.kit import clock, ids, limits
from shangliang.places.queries import rooms_of
from shangliang.rulebook import Rules, book
from shangliang.topics import queries, showing
from shangliang.topics.actions import contact
from shangliang.topics.forms import LostSlipForm
from shangliang.topics.models import Submission
from shangliang.topics.states import FoundBy

MINUTE = 60
MOST_ROOMS = 500  # to choose from in one list


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: Request) -> HttpResponse:
    """`/desk/slips`: the number somebody says on the telephone. What lies elsewhere shows what its number shows."""
    _require_reader(request)
    typed, wrong = request.POST.get("no", ""), ""
    context: dict[str, Any] = {"typed": typed}
    if request.method == "POST":
        digits = ids.read_slip(typed)
        may = _may_look(request, book().at(clock.today()))
        found = queries.by_slip(digits) if digits and may else None
        if not may:
            wrong = _("查得太多了，请过一会儿再查。")
        elif found is None:
            wrong = _("没有查到，请对方再报一遍 12 位数字。")
        elif Submission.objects.visible_to(request.actor).filter(pk=found.pk).exists():
            return redirect("desk_submission", no=found.no)
        else:
            context["slip"] = digits
            lies = showing.lies_with([found.topic])[found.topic_id]
            context["standing"] = showing.of_slip(
                found,
                queries.clocks_of(found),
                clock.now(),
                discreet=found.is_embargoed,
                units=lies.units,
                turn=lies.turn,
            )
    return _page(request, LostSlipForm(rooms=_rooms(request)), **context, wrong=wrong)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: Request) -> HttpResponse:
    """`/desk/slips/lost`: the number is lost as well: by room, day and telephone, or by what was said."""
    _require_reader(request)
    rooms = _rooms(request)
    form = LostSlipForm(request.POST or None, rooms=rooms)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    day, now = book().at(clock.today()), clock.now()
    if not _may_look(request, day):
        form.add_error(None, _("查得太多了，请过一会儿再查。"))
        return _page(request, form)
    facts, most = form.facts(), day.integer("topics.lost_slip_count")
    around = day.integer("topics.lost_slip_calendar_days")
    found = queries.lost_slips(request.actor, facts, around_days=around, most=most)
    if len(found) > most:
        form.add_error(
            None, _("对得上的超过 %(most)s 件，请他再说得细一些：哪一天、电话、说了什么。") % {"most": most}
        )
    elif not found:
        form.add_error(
            None,
            _(
                "没有找到，请换一个日子、换几个字再找。涉及干部、直接交上一级的，这里看不到，请他到上一级去问。"
            ),
        )
    else:
        by = FoundBy.PHONE if facts.tail else FoundBy.WORDS
        contact.look_up(submissions=found, by=by, actor=request.actor, at=now)
        return _page(request, form, found=[_line(request, row) for row in found])
    return _page(request, form)


@dataclass(frozen=True)
class Line:
    """One that may be meant: by what its owner can be asked, and where a new slip is printed."""

    submission: Submission
    renew: str  # "" where the reader may not


def _line(request: Request, row: Submission) -> Line:
    thing = house().thing("submission")
    act = thing.act("renew")
    may = act is not None and is_offered(thing, act, row, request.actor)
    return Line(row, url_of(thing, act, row) if act is not None and may else "")


def _require_reader(request: Request) -> None:
    if not request.actor.can_somewhere(Permission.SUBMISSION_READ):
        raise Http404


def _may_look(request: Request, day: Rules) -> bool:
    """Both ways are counted together, by whoever looks."""
    window = day.integer("topics.slip_lookups_minutes") * MINUTE
    most = day.integer("topics.slip_lookups_count")
    return limits.hit(f"desk-slip:{request.actor.key}", most, window, clock.now()).allowed


def _rooms(request: Request) -> list[Any]:
    return list(rooms_of(request.actor, Permission.SUBMISSION_READ)[:MOST_ROOMS])


def _page(request: Request, form: LostSlipForm, **more: Any) -> HttpResponse:
    context = {"typed": "", "wrong": "", "found": [], "form": form}
    return render(request, "topics/desk_slips.html", context | more)
