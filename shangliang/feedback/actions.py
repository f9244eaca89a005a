"""The only writers: taking it in, answering, saying where it belongs, asking again, looking at a phone number."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind, submitter
from shangliang.access.denied import Denied
from shangliang.access.roles import PERMISSIONS, Permission, Role
from shangliang.access.transitions import Begun, begin
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock
from shangliang.desks.actions.records import record
from shangliang.desks.queries import place_of, tier_office, top_desk_path
from shangliang.events.kinds import Kind
from shangliang.feedback import queries
from shangliang.feedback.models import SEALED_PHONE, Feedback, FeedbackTurn, key_hash
from shangliang.feedback.rules import page_of
from shangliang.feedback.states import FEEDBACK, ROOM, FeedbackKind, FeedbackWay
from shangliang.kit import crypto, ids
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.rulebook import book

ANSWER = "feedback.answer_days"
KEY_BYTES = ids.KEY_BITS // 8


@dataclass(frozen=True)
class Said:
    """What somebody said about the system, as a form or a clerk hands it in. `nonce`: sent twice it is one."""

    kind: FeedbackKind
    text: str
    nonce: str
    page: str = ""
    phone: str = ""
    way: FeedbackWay = FeedbackWay.ONLINE
    is_suspicious: bool = False


@dataclass(frozen=True)
class Received:
    """What the person holds in hand; the same again when the form was sent twice."""

    feedback: Feedback
    key: str


def receive(*, actor: Actor, said: Said, at: datetime) -> Received:
    """Take it in, for the top office of this installation, and start its clock.

    Staff who speak of their own desk are nobody in particular here; who enters it for somebody acts in an office.
    """
    role = _entering_role(actor, said.way)
    require([] if said.text.strip() else [Unmet("text_missing", mend="text")])
    nonce_hash, key = crypto.fingerprint(said.nonce, "feedback.form"), key_for(said.nonce)
    known = Feedback.objects.filter(form_nonce=nonce_hash).first()
    if known is not None:
        return Received(known, key)
    desk_path = top_desk_path(local_day(at))
    require([] if desk_path else [Unmet("nobody_yet")])
    try:
        with transaction.atomic():
            feedback = _written(said, actor if role else None, nonce_hash, key, desk_path, at)
            clocks.start(
                ANSWER,
                feedback.subject,
                holder=tier_office(feedback),
                at=at,
                area_path=feedback.desk_path,
                is_first=True,
            )
            act(
                Kind.FEEDBACK_RECEIVED,
                feedback.subject,
                actor=actor,
                role=role,
                place=place_of(feedback),
                at=at,
                content={"kind": feedback.kind, "way": feedback.way},
            )
    except IntegrityError:  # the same form, sent twice at the same moment
        known = Feedback.objects.filter(form_nonce=nonce_hash).first()
        if known is None:
            raise
        return Received(known, key)
    return Received(feedback, key)


def key_for(nonce: str) -> str:
    """The key that belongs to a form; whoever holds the form may be shown it again."""
    digits = bytes.fromhex(crypto.fingerprint(nonce, "feedback.address"))[:KEY_BYTES]
    return urlsafe_b64encode(digits).decode().rstrip("=")


def _entering_role(actor: Actor, way: FeedbackWay) -> Role | None:
    """The office in which staff enter something for somebody; None for what a person sends."""
    if way == FeedbackWay.ONLINE:
        return None
    held = [grant.role for grant in actor.grants if Permission.FEEDBACK_ENTER in PERMISSIONS[grant.role]]
    if not held:
        raise Denied(_("您没有代录的权限。"))
    return held[0]


def _written(
    said: Said, entered_by: Actor | None, nonce_hash: str, key: str, desk_path: str, at: datetime
) -> Feedback:
    return Feedback.objects.create(
        key_hash=key_hash(key),
        form_nonce=nonce_hash,
        kind=said.kind.value,
        way=said.way.value,
        entered_by=entered_by.account_id if entered_by else None,
        text=said.text.strip(),
        page=page_of(said.page),
        phone_sealed=crypto.seal(said.phone.strip(), SEALED_PHONE) if said.phone.strip() else b"",
        desk_path=desk_path,
        is_suspicious=said.is_suspicious,
        received_at=at,
    )


@transaction.atomic
def answer(*, feedback: Feedback, text: str, actor: Actor, at: datetime) -> None:
    """The office's words to that person; they stand on the person's page at once."""
    feedback, begun = _begin(feedback, "answer", actor)
    require([] if text.strip() else [Unmet("answer_missing", mend="text")])
    _say(feedback, begun, at, text=text.strip())


@transaction.atomic
def pass_on(
    *, feedback: Feedback, destination: str, actor: Actor, at: datetime, room: str = "", text: str = ""
) -> None:
    """It is no matter of the system: tell the person where it belongs. Nothing is sent there for them."""
    feedback, begun = _begin(feedback, "pass_on", actor)
    known = {
        str(row["code"])
        for row in book().at(local_day(at)).table("topics.handover_table", feedback.desk_path)
    }
    if destination not in known | {ROOM}:
        require([Unmet("place_missing", mend="destination")])
    found = None
    if destination == ROOM:
        rooms = queries.rooms_called(room)
        require(_room_gaps(room, len(rooms)))
        found = rooms[0]
    elif destination == "other":
        require([] if text.strip() else [Unmet("place_missing", mend="text")])
    turn = _say(feedback, begun, at, text=text.strip())
    FeedbackTurn.objects.filter(pk=turn.pk).update(destination=destination, room=found)


def _room_gaps(typed: str, count: int) -> list[Unmet]:
    if not typed.strip():
        return [Unmet("room_missing", mend="room")]
    if count == 0:
        return [Unmet("room_unknown", mend="room")]
    return [Unmet("room_several", {"count": count}, mend="room")] if count > 1 else []


def _say(feedback: Feedback, begun: Begun, at: datetime, *, text: str) -> FeedbackTurn:
    """What ends the waiting: the words, the clock, the ledger; whether it was in time is kept of the first."""
    running = Clock.objects.running().of(feedback.subject).filter(rule=ANSWER).first()
    if feedback.first_answered_at is None:
        feedback.first_answered_at = at
        feedback.was_in_time = running is not None and at <= running.due_at
    feedback.closed_at = at
    feedback.save()
    clocks.stop(ANSWER, feedback.subject, at=at)
    turn = FeedbackTurn.objects.create(
        feedback=feedback, office=begun.role.value if begun.role else "", text=text, at=at
    )
    record(begun, feedback, at=at)
    return turn


def holder_of(feedback: Feedback) -> Actor:
    """The actor that the holder of the secret address is; whoever calls has found it by its key."""
    return submitter(feedback.key_hash)


@transaction.atomic
def ask_again(*, feedback: Feedback, text: str, actor: Actor, at: datetime) -> None:
    """Once, by the person who said it: the answer did not help. The clock starts anew."""
    if actor.kind != ActorKind.SUBMITTER or actor.key != holder_of(feedback).key:
        raise Denied(_("这不是您提的意见。"))
    feedback, begun = _begin(feedback, "ask_again", actor)
    require([] if text.strip() else [Unmet("text_missing", mend="text")])
    feedback.asked_again_at, feedback.closed_at = at, None
    feedback.save()
    FeedbackTurn.objects.create(feedback=feedback, text=text.strip(), at=at)
    clocks.start(ANSWER, feedback.subject, holder=tier_office(feedback), at=at, area_path=feedback.desk_path)
    record(begun, feedback, at=at)


@transaction.atomic
def reveal(*, feedback: Feedback, actor: Actor, at: datetime) -> str:
    """The phone number, for the office that answers; the person's page says that it was looked at."""
    feedback, begun = _begin(feedback, "reveal", actor)
    feedback.phone_seen += 1
    feedback.save(update_fields=["phone_seen"])
    record(begun, feedback, at=at)
    return crypto.unseal(bytes(feedback.phone_sealed), SEALED_PHONE)


def _begin(feedback: Feedback, name: str, actor: Actor) -> tuple[Feedback, Begun]:
    """The row as it is now, and nobody else's until the end of the transaction; checked and moved by the table."""
    row = Feedback.objects.select_for_update().get(pk=feedback.pk)
    return row, begin(FEEDBACK, row, name, actor)
