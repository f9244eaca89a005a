"""`/say`: a resident raises a matter. No account, no script needed, nothing lost on an error."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shangliang.access.actor import ANONYMOUS
from shangliang.kit import clock, personal_data
from shangliang.kit.punctuation import listed
from shangliang.kit.text import plain
from shangliang.places import queries as places
from shangliang.places.models import Room
from shangliang.rulebook import Rules, book
from shangliang.topics import slip_cookie
from shangliang.topics.actions import intake
from shangliang.topics.actions.intake import Intake
from shangliang.topics.forms import SayForm
from shangliang.topics.views import sent_form
from shangliang.topics.views.sent_form import Try

LONGEST_SEARCH = 40
SAID = (
    "said"  # cookie: what this browser sent last, so that the same words within minutes are the same matter
)


@dataclass(frozen=True)
class Said:
    """The words of a matter: of a letter also what it is about, in one sentence."""

    gist: str
    text: str

    @property
    def is_personal(self) -> bool:
        return bool(personal_data.find(self.gist) or personal_data.find(self.text))

    @property
    def masked(self) -> Said:
        return Said(personal_data.mask(self.gist), personal_data.mask(self.text))


# No account stands behind this form, so there is no authority that another site could abuse; and a browser that
# keeps no cookies can still speak.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Choose the room, then say it."""
    asked = request.POST.get("room") or request.GET.get("room") or ""
    room = places.open_room(asked)
    if room is None:
        return _choose(request)
    now = clock.now()
    day = book().at(clock.local_day(now))
    if request.method != "POST":
        form = SayForm(area_path=room.area_path)
        return _form(request, room, Try(form, sent_form.new_token(now)), "")
    found = sent_form.read(request, SayForm, day, now, area_path=room.area_path)
    if not found.is_ready or request.POST.get("step") == "edit":
        return _form(request, room, found, found.hold())
    said = Said(found.form.cleaned_data["gist"], found.form.cleaned_data["text"])
    if said.is_personal and request.POST.get("step") == "mask":
        said = said.masked
    elif said.is_personal and request.POST.get("step") != "keep":
        return _confirm(request, room, found, said)
    return _send(request, room, found, said, day, now)


def _choose(request: HttpRequest) -> HttpResponse:
    """By tree or by typing."""
    typed = plain(request.GET.get("q", "")).strip()[:LONGEST_SEARCH]
    area = places.area_by_code(request.GET.get("area", ""))
    context = {
        "q": typed,
        "area": area,
        "areas": [] if typed else places.children(area) if area else places.counties(),
        "rooms": places.rooms_to_choose(typed=typed, area=area),
    }
    return render(request, "topics/say_where.html", context)


def _form(request: HttpRequest, room: Room, found: Try, held: str) -> HttpResponse:
    context = _carried(room, found, held) | {
        "form": found.form,
        "is_expired": request.method == "POST" and found.token.is_expired,
        "seconds": found.form.rule("topics.audio_seconds"),
        "most": found.form.most,
        "photos_most": found.form.rule("topics.photo_count"),
    }
    return render(request, "topics/say.html", context)


def _confirm(request: HttpRequest, room: Room, found: Try, said: Said) -> HttpResponse:
    """Personal data was noticed: the one who wrote it decides."""
    context = _carried(room, found, found.hold()) | {
        "said": said,
        "masked": said.masked,
        "kinds": listed(personal_data.names(f"{said.gist}\n{said.text}")),
        "phone": found.form.cleaned_data["phone"],
        "about_cadres": found.form.cleaned_data["about_cadres"],
    }
    return render(request, "topics/say_confirm.html", context)


def _carried(room: Room, found: Try, held: str) -> dict[str, Any]:
    return {
        "room": room,
        "token": sent_form.write_token(found.token),
        "held": held,
        "held_photos": found.photos_count if held else 0,
        "held_sound": bool(held and found.sound),
    }


def _send(
    request: HttpRequest, room: Room, found: Try, said: Said, day: Rules, now: datetime
) -> HttpResponse:
    data = found.form.cleaned_data
    sound = hashlib.sha256(found.sound).hexdigest()
    same = f"{room.no}|{data['phone']}|{data['about_cadres']}|{said.gist}{said.text}|{sound}"
    content = hashlib.sha256(same.encode()).hexdigest()
    minutes = day.integer("topics.twice_minutes")
    nonce = _nonce_said_before(request, content, minutes) or f"{found.token.nonce}:{content}"
    received = intake.receive(
        actor=ANONYMOUS,
        intake=Intake(
            room=room,
            text=said.text,
            gist=said.gist,
            nonce=nonce,
            phone=data["phone"],
            about_cadres=data["about_cadres"],
            photos=tuple(found.photos),
            audio=found.sound,
            audio_ending=found.sound_kind,
            oddity=sent_form.oddity(request, found.token, day, now),
        ),
        at=now,
    )
    found.drop()
    response = redirect("slip", slip=received.slip)
    slip_cookie.give(response, received.slip, received.key)
    sent = signing.dumps({"c": content, "n": nonce}, salt=SAID)
    response.set_cookie(SAID, sent, max_age=minutes * 60, path="/say", httponly=True, samesite="Lax")
    return response


def _nonce_said_before(request: HttpRequest, content: str, minutes: int) -> str:
    """The same words from the same browser within minutes: a reload, or a second opened form."""
    try:
        said = signing.loads(request.COOKIES.get(SAID, ""), salt=SAID, max_age=minutes * 60)
    except signing.BadSignature:
        return ""
    return str(said["n"]) if said.get("c") == content else ""
