"""One try at sending a form with photos and sound: nothing that was given is lost between two tries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shangliang.kit import form_tokens, sounds
from shangliang.kit.form_tokens import Oddity, Token
from shangliang.kit.images import Unfit, clean_photo
from shangliang.kit.punctuation import labelled
from shangliang.rulebook import Rules
from shangliang.topics.actions import held_files
from shangliang.topics.forms import SayForm

SALT = "topics.form"


def new_token(now: datetime) -> Token:
    return form_tokens.new(now)


def write_token(token: Token) -> str:
    return form_tokens.write(token, SALT)


def read_token(text: str, now: datetime, hours: int) -> Token:
    return form_tokens.read(text, SALT, now, hours)


@dataclass
class Try:
    """Everything of one try."""

    form: SayForm
    token: Token
    photos: list[tuple[bytes, bytes]] = field(default_factory=list)
    photo_names: list[str] = field(default_factory=list)  # of the ones kept from the last try
    sound: bytes = b""
    sound_kind: str = ""
    sound_name: str = ""

    @property
    def is_ready(self) -> bool:
        return not self.form.errors and not self.token.is_expired

    @property
    def photos_count(self) -> int:
        return len(self.photos)

    def hold(self) -> str:
        """Keep photos and sound for the next try; the token that the form carries."""
        new = self.photos[len(self.photo_names) :]
        names = [*self.photo_names, *(held_files.hold_photo(*pair) for pair in new)]
        if self.sound and not self.sound_name:
            self.sound_name = held_files.hold_file(self.sound, self.sound_kind)
        if self.sound_name:
            names.append(self.sound_name)
        return held_files.sealed(names)

    def drop(self) -> None:
        """It is sent: what was kept is no longer needed."""
        held_files.drop([*self.photo_names, *([self.sound_name] if self.sound_name else [])])


def read(request: HttpRequest, form_class: type[SayForm], day: Rules, now: datetime, **kwargs: object) -> Try:
    """Read a sent form: photos are decoded and stripped here, before any transaction."""
    hours = day.integer("topics.form_hours")
    kept = held_files.opened(request.POST.get("held", ""), hours)
    if request.POST.get("drop"):
        held_files.drop(kept)
        kept = []
    sound_name = next((name for name in kept if "." in name), "")
    form = form_class(request.POST, request.FILES, has_sound=bool(sound_name), **kwargs)  # type: ignore[arg-type]  # fields of the form
    found = Try(form, read_token(request.POST.get("token", ""), now, hours))
    found.photo_names = [name for name in kept if "." not in name]
    found.photos = [held_files.photo(name) for name in found.photo_names]
    form.is_valid()
    _read_photos(request, found, form)
    _read_sound(found, form, sound_name)
    return found


def _read_photos(request: HttpRequest, found: Try, form: SayForm) -> None:
    most, megabytes = form.rule("topics.photo_count"), form.rule("topics.photo_megabytes")
    for upload in request.FILES.getlist("photos"):
        if len(found.photos) >= most:
            form.add_error("photos", _("最多附 %(most)s 张照片，多出的没有收。") % {"most": most})
            return
        try:
            cleaned = clean_photo(upload, megabytes=megabytes)
        except Unfit as unfit:
            form.add_error("photos", labelled(upload.name, unfit))
        else:
            found.photos.append((cleaned.photo, cleaned.thumbnail))


def _read_sound(found: Try, form: SayForm, sound_name: str) -> None:
    upload = form.cleaned_data.get("voice")
    if upload is not None:
        found.sound = sounds.without_notes(upload.read())
        found.sound_kind = sounds.ending(found.sound)
        if sound_name:
            held_files.drop([sound_name])
    elif sound_name:
        found.sound, found.sound_kind = held_files.file(sound_name)
        found.sound_name = sound_name


def oddity(request: HttpRequest, token: Token, day: Rules, now: datetime) -> Oddity | None:
    """Held for a look, never refused."""
    return form_tokens.oddity(
        request,
        token,
        now,
        name="say",
        most_per_hour=day.integer("topics.say_per_network_count"),
        least_seconds=day.integer("topics.form_min_seconds"),
    )
