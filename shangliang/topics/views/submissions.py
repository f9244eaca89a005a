"""Submissions on the desk: lists by stage, one page for each, what can be done to several at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.clocks.queries import deadline
from shangliang.desks import listing
from shangliang.kit import clock, sounds
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.people.showing import history_of
from shangliang.topics import forms, queries, showing
from shangliang.topics.actions import screening
from shangliang.topics.actions.intake import Received
from shangliang.topics.actions.transitions import NOTE
from shangliang.topics.labels import ANSWERS, DESTINATIONS
from shangliang.topics.listings import SUBMISSIONS
from shangliang.topics.models import Photo, Submission
from shangliang.topics.permissions import submission_for
from shangliang.topics.states import SUBMISSION, Destination


@login_required
@require_safe
def submissions(request: Request) -> HttpResponse:
    """`/desk/submissions`."""
    return _list(request)


def _list(request: Request, **more: Any) -> HttpResponse:
    context = listing.page(request, SUBMISSIONS)
    context |= {
        "erased": queries.erased_count(request.actor),
        "may_screen": request.actor.can_somewhere(Permission.SUBMISSION_SCREEN),
        "can_bulk": SUBMISSION.leads_from("end_submission", context["state"]),
        **_bulk_forms(),
        "ticked": [],
        "unmet": [],
    }
    return render(request, "topics/desk_submissions.html", context | more)


@login_required
@never_cache
@require_safe
def submissions_sheet(request: Request) -> FileResponse:
    """`/desk/submissions.xlsx`: the same rows as a sheet; never a telephone, never the whole text."""
    return listing.sheet(request, SUBMISSIONS)


def _bulk_forms(data: QueryDict | None = None) -> dict[str, forms.EndForm | forms.HandOverForm]:
    """What is asked about several at once. Both stand in one form of the page, so neither can be required of a press.

    Both ask for words to the submitters; each says whose they are, for those who hear the page.
    """
    found: dict[str, forms.EndForm | forms.HandOverForm] = {
        "end_form": forms.EndForm(data, use_required_attribute=False),
        "hand_form": forms.HandOverForm(data, prefix="to", auto_id="to_%s", use_required_attribute=False),
    }
    for name, title in (("end_form", _("一起了结")), ("hand_form", _("一起转交"))):
        found[name].fields["words"].about = title  # type: ignore[attr-defined]  # read by `{% field %}`
    return found


@login_required
@require_POST
def bulk(request: Request) -> HttpResponse:
    """One reason, or one destination, for several ticked ones; all or none."""
    ticked = request.POST.getlist("no")
    rows = queries.chosen(request.actor, ticked)
    now, actor = clock.now(), request.actor
    is_end = request.POST.get("what") == "end"
    name = "end_form" if is_end else "hand_form"
    form = _bulk_forms(request.POST)[name]
    if form.is_valid() and not rows:
        form.add_error(None, _("请先勾选要一起办的来件。"))
    if form.errors:
        return _list(request, **{name: form, "ticked": ticked})
    act_on_many = screening.end_many if is_end else screening.hand_over_many
    try:
        done = act_on_many(submissions=rows, **form.facts(), actor=actor, at=now)
    except Blocked as blocked:
        unmet = desk_page.beside_fields(house().thing("submission"), None, blocked.unmet, form)
        return _list(request, unmet=unmet, ticked=ticked, **{name: form})
    except IllegalMove:
        desk_page.too_late(request)
    else:
        messages.success(request, _("已一起办好 %(n)s 件，说明写在各人的回执上。") % {"n": done})
    return redirect(f"{reverse('desk_submissions')}?{request.GET.urlencode()}".rstrip("?"))


@login_required
@never_cache
@require_safe
def submission(request: Request, no: str) -> HttpResponse:
    """`/desk/submissions/<no>`."""
    return _page(request, submission_for(request.actor, no))


def _page(request: Request, found: Submission, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("submission")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    way = acts.chosen.act.name if acts.chosen else ""
    way = way if way in {name for name, *_words in ANSWERS} else ""
    clocks = queries.clocks_of(found)
    lies = showing.lies_with([found.topic])[found.topic_id]
    waiting = next((row for row in clocks if row.rule == NOTE), None)
    context: dict[str, Any] = {
        "submission": found,
        "answer": deadline(waiting, now),
        "acts": acts,
        "way": way,
        "ways": [] if way else _ways(request, found, acts),
        "typed": request.GET.get("q", ""),
        "gaps": more.pop("unmet", None) or acts.gaps,
        "standing": showing.of_slip(
            found, clocks, now, discreet=False, units=lies.units, turn=lies.turn, for_staff=True
        ),
        "photos": list(found.photos.order_by("pk")),
        "plays": found.audio_ending not in sounds.DOWNLOAD_ONLY,
        "notes": list(found.notes.order_by("at", "pk")),
        "reveals": list(found.reveals.order_by("at")) if found.has_phone or found.erased_at else [],
        "deliveries": showing.deliveries(found.no),
        "history": history_of("submission", found.subject),
        "destination": DESTINATIONS[Destination(found.destination)] if found.destination else "",
        "phone": "",
    }
    return render(request, "topics/desk_submission.html", context | more)


def _ways(request: Request, found: Submission, acts: desk_page.Offers) -> list[dict[str, str]]:
    """The answers to the one question, as links to what each asks for; one act may be more than one answer."""
    here = reverse("desk_submission", args=[found.no])
    answers = [(name, label, note, more) for name, label, note, more in ANSWERS if acts[name]]
    if not found.text:
        answers = [answer for answer in answers if answer[0] != "accept"]
    alike = len(queries.alike(found, request.actor, clock.today())) if acts["merge"] else 0
    return [
        {
            "url": f"{here}?act={name}{more}",
            "label": str(label),
            "note": _("有 %(n)s 件看着相像。") % {"n": alike} if name == "merge" and alike else str(note),
        }
        for name, label, note, more in answers
    ]


@login_required
@never_cache
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/submissions/<no>/<what>`: one act of screening."""
    found = submission_for(request.actor, no)
    return desk_page.press(request, house().thing("submission"), found, what, _page)


def with_phone(request: Request, found: Submission, phone: str) -> HttpResponse:
    """The page with the number that was asked for, this once."""
    return _page(request, found, phone=phone)


def new_slip(request: Request, found: Submission, renewed: Received) -> HttpResponse:
    """The slip anew, to be handed to whoever has lost theirs."""
    clocks = queries.clocks_of(found)
    lies = showing.lies_with([found.topic])[found.topic_id]
    context = showing.printed(
        found, renewed.slip, renewed.key, clocks, clock.now(), units=lies.units, turn=lies.turn
    )
    context |= {"is_renewed": True, "back": reverse("desk_submission", args=[found.no])}
    return render(request, "topics/printed_slip.html", context)


def door_slip(request: Request, found: Submission, digits: str) -> HttpResponse:
    """A door slip: number and day, for somebody without a phone; that it was printed is written down."""
    now, lies = clock.now(), showing.lies_with([found.topic])[found.topic_id]
    context = {
        "submission": found,
        "slip": digits,
        "standing": showing.of_slip(
            found, queries.clocks_of(found), now, discreet=False, units=lies.units, turn=lies.turn
        ),
        "notes": [note for note in found.notes.order_by("at", "pk") if note.is_from_staff],
        "today": now,
        "phone": "" if found.is_embargoed else found.room.phone,
        "find_at": f"{settings.BASE_URL}{reverse('slips')}",
    }
    return render(request, "topics/door_slip.html", context)


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
    """What was spoken; `?keep` to take it to the machine's own player."""
    found = submission_for(request.actor, no)
    if not found.audio:
        raise Http404
    ending = found.audio_ending
    return FileResponse(
        found.audio.open("rb"),
        as_attachment="keep" in request.GET,
        filename=f"{found.no}.{ending}",
        content_type=sounds.TYPES.get(ending, "application/octet-stream"),
    )
