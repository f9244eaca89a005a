"""The other three channels, and entering for somebody: forms for signed-in people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.kit import clock, ids
from shangliang.kit.taken import taken
from shangliang.places.queries import rooms_of
from shangliang.rulebook import book
from shangliang.topics import queries, showing
from shangliang.topics.actions import intake
from shangliang.topics.actions.intake import RAISES, Intake, Received
from shangliang.topics.forms import EnterForm, RaiseForm, StaffSayForm
from shangliang.topics.labels import CHANNELS
from shangliang.topics.states import Channel, EntryWay
from shangliang.topics.views import sent_form
from shangliang.topics.views.sent_form import Try

MOST_ROOMS = 500  # to choose from in one list


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def raise_topic(request: Request, channel: str) -> HttpResponse:
    """`/desk/raise/<channel>`: 党政点题、委员荐题、网格筛题."""
    if channel not in {item.value for item in RAISES}:
        raise Http404
    chosen = Channel(channel)
    return _entry(request, RaiseForm, RAISES[chosen], chosen)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponse:
    """`/desk/enter`: 代录; the slip is printed for whoever came or called."""
    return _entry(request, EnterForm, Permission.SUBMISSION_ENTER, Channel.RESIDENT)


def _entry(
    request: Request, form_class: type[StaffSayForm], permission: Permission, channel: Channel
) -> HttpResponse:
    rooms = list(rooms_of(request.actor, permission)[:MOST_ROOMS])
    if not request.actor.can_somewhere(permission):
        raise Http404
    now = clock.now()
    day = book().at(clock.local_day(now))
    if request.method != "POST":
        found = Try(form_class(rooms=rooms), sent_form.new_token(now))
        return _form(request, found, channel, "")
    found = sent_form.read(request, form_class, day, now, rooms=rooms)
    if not found.is_ready:
        return _form(request, found, channel, found.hold())
    received = _receive(request, found, channel, now)
    found.drop()
    if channel == Channel.RESIDENT:
        made = received.submission
        context = showing.printed(made, received.slip, received.key, queries.clocks_of(made), now)
        return taken(
            request, render(request, "topics/printed_slip.html", context | {"back": reverse("desk")})
        )
    messages.success(
        request, _("已提交。回执号 %(slip)s，可以用它查进展。") % {"slip": ids.show_slip(received.slip)}
    )
    return redirect("desk")


def _receive(request: Request, found: Try, channel: Channel, now: Any) -> Received:
    data = found.form.cleaned_data
    return intake.receive(
        actor=request.actor,
        intake=Intake(
            room=data["room"],
            text=data["text"],
            gist=data["gist"],
            nonce=found.token.nonce,
            channel=channel,
            way=EntryWay(data.get("way") or EntryWay.ONLINE.value),
            place_text=data["place_text"],
            phone=data.get("phone", ""),
            about_cadres=data["about_cadres"],
            photos=tuple(found.photos),
            audio=found.sound,
            audio_ending=found.sound_kind,
            outside_no=data.get("outside_no", ""),
        ),
        at=now,
    )


def _form(request: Request, found: Try, channel: Channel, held: str) -> HttpResponse:
    context = {
        "form": found.form,
        "token": sent_form.write_token(found.token),
        "held": held,
        "held_photos": found.photos_count if held else 0,
        "held_sound": bool(held and found.sound),
        "is_expired": request.method == "POST" and found.token.is_expired,
        "is_entry": channel == Channel.RESIDENT,
        "title": _("替群众代录") if channel == Channel.RESIDENT else CHANNELS[channel],
        "seconds": found.form.rule("topics.audio_seconds"),
        "most": found.form.most,
    }
    return render(request, "topics/desk_raise.html", context)
