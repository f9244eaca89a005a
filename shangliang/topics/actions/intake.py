"""A matter comes in: from a resident at the door, a member, the government, a grid worker, or entered for somebody."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role, is_of_the_room
from shangliang.clocks import actions as clocks
from shangliang.desks.queries import desk_of, holder, place_of
from shangliang.events.kinds import Kind
from shangliang.kit import crypto, ids, phones
from shangliang.kit.clock import local_day
from shangliang.kit.form_tokens import Oddity
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.places.models import Room
from shangliang.rulebook import book
from shangliang.topics.models import (
    SEALED_PHONE,
    SEALED_SLIP,
    Photo,
    Submission,
    key_hash,
    opened_slip,
    slip_hash,
    tail_hash,
)
from shangliang.topics.rules import CADRE_LISTS, about_cadres
from shangliang.topics.states import Channel, EntryWay

ACK, DECIDE = "topics.ack_days", "topics.decide_days"
RAISES = {
    Channel.GOVERNMENT: Permission.SUBMISSION_RAISE_GOVERNMENT,
    Channel.MEMBER: Permission.SUBMISSION_RAISE_MEMBER,
    Channel.GRID: Permission.SUBMISSION_RAISE_GRID,
}
KEY_BYTES = ids.KEY_BITS // 8


@dataclass(frozen=True)
class Intake:
    """What somebody said, as a form or a clerk hands it in.

    `nonce` is the form's own: sent twice it makes one submission. Photos are pairs (photo, thumbnail), already
    decoded, turned, re-encoded and stripped.
    """

    room: Room
    text: str
    nonce: str
    channel: Channel = Channel.RESIDENT
    way: EntryWay = EntryWay.ONLINE
    gist: str = ""
    place_text: str = ""
    phone: str = ""
    about_cadres: bool = False
    photos: tuple[tuple[bytes, bytes], ...] = ()
    audio: bytes = b""
    audio_ending: str = "webm"
    outside_no: str = ""
    oddity: Oddity | None = None


@dataclass(frozen=True)
class Received:
    """What the one who raised it holds in hand; the same again when the form was sent twice."""

    submission: Submission
    slip: str
    key: str
    is_repeat: bool = False


def receive(*, actor: Actor, intake: Intake, at: datetime) -> Received:
    """Take a matter in and give its slip at once.

    It goes to the room's desk, or past it to the tier above when its cadres are concerned. Nothing is refused
    for looking odd: what is suspicious is marked and looked at.
    """
    role = _role(actor, intake)
    require([] if intake.text.strip() or intake.audio else [Unmet("text_missing", mend="text")])
    nonce_hash = crypto.fingerprint(intake.nonce, "topics.form")
    known = _known(nonce_hash, intake)
    if known is not None:
        return known
    files = _stored(intake)  # before the transaction: writing files is slow
    try:
        with transaction.atomic():
            slip, key = _free_slip(intake.nonce), key_for(intake.nonce)
            submission = _written(actor, role, intake, files, slip, key, nonce_hash, at)
            _start_clocks(submission, at)
            act(
                Kind.SUBMISSION_RECEIVED,
                submission.subject,
                actor=actor,
                role=role,
                place=place_of(submission),
                at=at,
                content={
                    "channel": submission.channel,
                    "way": submission.way,
                    "room": intake.room.no if not submission.is_embargoed else "",
                    "above": submission.is_embargoed,
                },
            )
    except IntegrityError:  # the same form, sent twice at the same moment
        files.drop()
        known = _known(nonce_hash, intake)
        if known is None:
            raise
        return known
    return Received(submission, slip, key)


def _known(nonce_hash: str, intake: Intake) -> Received | None:
    rows = Submission.objects.filter(form_nonce=nonce_hash)
    if not rows.exists():  # nearly always: a form is rarely sent twice
        return None
    known = rows.select_related("room").get()
    return Received(known, opened_slip(known), key_for(intake.nonce), is_repeat=True)


@dataclass(frozen=True)
class Files:
    """What was written to the store for one submission."""

    photos: tuple[Photo, ...]
    audio: str

    def drop(self) -> None:
        for photo in self.photos:
            photo.file.delete(save=False)
            photo.thumbnail.delete(save=False)
        if self.audio:
            default_storage.delete(self.audio)


def _stored(intake: Intake) -> Files:
    audio = ""
    if intake.audio:
        name = f"audio/{ids.new_key()}.{intake.audio_ending}"
        audio = default_storage.save(name, ContentFile(intake.audio))
    return Files(tuple(_photo(photo, small) for photo, small in intake.photos), audio)


def _photo(photo: bytes, small: bytes) -> Photo:
    made, name = Photo(), ids.new_key()
    made.file.save(f"{name}.jpg", ContentFile(photo), save=False)
    made.thumbnail.save(f"{name}-s.jpg", ContentFile(small), save=False)
    return made


def key_for(nonce: str) -> str:
    """The long key that belongs to a form; whoever holds the form may be shown it again."""
    digits = bytes.fromhex(crypto.fingerprint(nonce, "topics.key"))[:KEY_BYTES]
    return urlsafe_b64encode(digits).decode().rstrip("=")


def _free_slip(nonce: str) -> str:
    for turn in count():
        number = int(crypto.fingerprint(f"{nonce}:{turn}", "topics.slip-digits"), 16)
        body = f"{number % 10 ** (ids.SLIP_DIGITS - 1):0{ids.SLIP_DIGITS - 1}d}"
        slip = body + ids.check_digit(body)
        if not Submission.objects.filter(slip_hash=slip_hash(slip)).exists():
            return slip
    raise AssertionError("unreachable")


def _role(actor: Actor, intake: Intake) -> Role | None:
    """The office in which staff raise or enter something; None for residents, who need none."""
    needed = RAISES.get(intake.channel)
    if needed is None and intake.way != EntryWay.ONLINE:
        needed = Permission.SUBMISSION_ENTER
    if needed is None:
        return next((grant.role for grant in actor.grants), None)
    role = actor.role_for(needed, area_path=intake.room.area_path, room_no=intake.room.no)
    if role is None:
        raise Denied(_("您没有在这个议事室提交的权限。"))
    return role


def concerns_cadres(text: str, at: datetime, area_path: str) -> bool:
    """Whether a rule notices that the room's own cadres are concerned, though the box was not ticked."""
    rules = book().at(local_day(at))
    return about_cadres(text, *(rules.items(name, area_path) for name in CADRE_LISTS))


def _written(
    actor: Actor,
    role: Role | None,
    intake: Intake,
    files: Files,
    slip: str,
    key: str,
    nonce_hash: str,
    at: datetime,
) -> Submission:
    words = f"{intake.gist} {intake.text} {intake.place_text}"
    about_cadres = intake.about_cadres or concerns_cadres(words, at, intake.room.area_path)
    phone = phones.read(intake.phone)
    submission = Submission(
        slip_hash=slip_hash(slip),
        slip_sealed=crypto.seal(slip, SEALED_SLIP),
        key_hash=key_hash(key),
        form_nonce=nonce_hash,
        channel=intake.channel.value,
        way=intake.way.value,
        entered_by=actor.account_id,
        room=intake.room,
        oddity=intake.oddity or "",
        text=intake.text.replace("\x00", "").strip(),
        gist=intake.gist.strip(),
        place_text=intake.place_text.strip(),
        phone_sealed=crypto.seal(intake.phone.strip(), SEALED_PHONE) if phone else b"",
        phone_tail_hash=tail_hash(slip, phone.tail) if phone else "",
        outside_no=intake.outside_no.strip(),
        audio=files.audio,
        received_at=at,
        in_hands_at=at if intake.way != EntryWay.ONLINE and is_of_the_room(role) else None,
        **desk_of(intake.room, about_cadres=about_cadres).columns(),
    )
    submission.save(force_insert=True)
    for photo in files.photos:
        photo.submission = submission
    Photo.objects.bulk_create(files.photos)
    return submission


def _start_clocks(submission: Submission, at: datetime) -> None:
    """Somebody looks within the first one, and decides within the second."""
    responsible = holder(submission)
    for rule in (ACK, DECIDE):
        clocks.start(
            rule,
            submission.subject,
            holder=responsible,
            at=at,
            area_path=submission.desk_path,
            is_first=True,
        )
