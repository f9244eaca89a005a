"""Signatures: sent to the conveners, signed at the desk, by link or on paper; a stand-in once time is over."""

from __future__ import annotations

from datetime import datetime

from django.core.files import File
from django.db import transaction

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.actions import Holder
from shangliang.clocks.models import Clock
from shangliang.deliberations import queries
from shangliang.deliberations.actions import recording
from shangliang.deliberations.actions.moving import end, locked, locked_record
from shangliang.deliberations.models import Deliberation, Record, Signature, token_hash
from shangliang.deliberations.permissions import OWN_SEAT, check_can_sign
from shangliang.deliberations.states import DELIBERATION, DeliberationState, Seat, SignatureWay
from shangliang.desks.queries import holder
from shangliang.events.kinds import Kind
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove

ROLES = {seat: role for role, seat in OWN_SEAT.items()}


@transaction.atomic
def send(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Record:
    """The record has its five: it goes to the conveners, and from now on only they act on it."""
    deliberation = locked(deliberation)
    role = require_role(actor, Permission.DELIBERATION_RECORD, deliberation)
    record = locked_record(deliberation)
    if deliberation.state != DeliberationState.TO_BE_CONFIRMED or record.written_at:
        raise IllegalMove(DELIBERATION.name, "send_to_sign", deliberation.state)
    require(recording.record_gaps(deliberation, record, at))
    ask(deliberation, record, at)
    facts: dict[str, object] = {"draft": False, "conclusion": record.conclusion}
    end(deliberation, Kind.RECORD_WRITTEN, actor=actor, role=role, at=at, content=facts)
    return record


def ask(deliberation: Deliberation, record: Record, at: datetime) -> None:
    """Lay out the signatures that are needed and start the conveners' clock."""
    record.written_at = at
    record.save(update_fields=["written_at"])
    Signature.objects.bulk_create(
        [
            Signature(record=record, seat=seat.value, person_id=person)
            for seat, person in queries.seats_to_sign(deliberation, local_day(at)).items()
        ]
    )
    clocks.stop_all(deliberation.subject, at=at)
    clocks.start(
        queries.SIGN,
        deliberation.subject,
        holder=_next_holder(deliberation, record),
        at=at,
        area_path=deliberation.desk_path,
    )


def _next_holder(deliberation: Deliberation, record: Record) -> Holder:
    """Whose signature is waited for; the first convener's before the second's."""
    seat = record.signatures.filter(signed_at=None).order_by("pk").values_list("seat", flat=True).first()
    return holder(deliberation, ROLES[Seat(seat or Seat.FIRST_CONVENER.value)])


def can_sign(actor: Actor, signature: Signature, deliberation: Deliberation, at: datetime) -> bool:
    """Whether the page offers the button."""
    if signature.signed_at or deliberation.state != DeliberationState.TO_BE_CONFIRMED:
        return False
    try:
        check_can_sign(actor, signature, deliberation, at)
    except Denied:
        return False
    return True


@transaction.atomic
def sign(*, signature: Signature, actor: Actor, at: datetime) -> None:
    """Sign at the desk; for a convener whose time is over, the stand-in or the town's office does."""
    deliberation, record, signature = _open(signature)
    role = check_can_sign(actor, signature, deliberation, at)
    own = OWN_SEAT.get(role) == signature.seat if role else False
    by_office = not deliberation.desk_room_no
    signature.way = (SignatureWay.DESK if own or by_office else SignatureWay.STAND_IN).value
    signature.signer = actor.name[:40]
    _signed(deliberation, record, signature, actor=actor, role=role, signed_at=at, at=at)


@transaction.atomic
def sign_by_link(*, signature: Signature, at: datetime) -> None:
    """The tap behind the link is the convener's own: the key was sent to nobody else."""
    deliberation, record, signature = _open(signature)
    if signature.token_until is None or signature.token_until < at:
        raise IllegalMove("signature", "sign_by_link", "outdated")
    role = ROLES[Seat(signature.seat)]
    actor = _convener(signature, role, deliberation)
    signature.way = SignatureWay.LINK.value
    signature.signer = actor.name[:40]
    _signed(deliberation, record, signature, actor=actor, role=role, signed_at=at, at=at)


@transaction.atomic
def mark_paper(
    *, signature: Signature, signed_at: datetime, paper: File[bytes] | None, actor: Actor, at: datetime
) -> None:
    """The clerk notes that the sheet was signed by hand, with its day and, if there is one, a photo of it."""
    deliberation, record, signature = _open(signature)
    role = require_role(actor, Permission.DELIBERATION_RECORD, deliberation)
    held_on = local_day(deliberation.held_at or at)
    if not held_on <= local_day(signed_at) <= local_day(at):
        require([Unmet("signature_day_wrong", mend="signed_on")])
    signature.way = SignatureWay.PAPER.value
    signature.signer = signature.person.name if signature.person else ""
    if paper is not None:
        signature.paper.save(f"{ids.new_key()}.jpg", paper, save=False)
    _signed(deliberation, record, signature, actor=actor, role=role, signed_at=min(signed_at, at), at=at)


@transaction.atomic
def make_link(*, signature: Signature, actor: Actor, at: datetime) -> str:
    """A key for one signature, valid until the conveners' time is over; an earlier one is dead from now on."""
    deliberation, _record, signature = _open(signature)
    require_role(actor, Permission.DELIBERATION_RECORD, deliberation)
    return new_token(deliberation, signature)


def new_token(deliberation: Deliberation, signature: Signature) -> str:
    """The key itself is in the message alone; we keep its fingerprint."""
    running = Clock.objects.running().of(deliberation.subject).filter(rule=queries.SIGN).first()
    token = ids.new_key()
    signature.token_hash = token_hash(token)
    signature.token_until = running.due_at if running else None
    signature.save(update_fields=["token_hash", "token_until"])
    return token


def _open(signature: Signature) -> tuple[Deliberation, Record, Signature]:
    """Lock from the top down; a signature that is given, or taken back with its record, cannot be given again."""
    pk = Record.objects.values_list("deliberation_id", flat=True).get(pk=signature.record_id)
    deliberation = locked(Deliberation(pk=pk))
    record = locked_record(deliberation)
    found = record.signatures.select_related("person", "person__account").filter(pk=signature.pk).first()
    if found is None or found.signed_at or deliberation.state != DeliberationState.TO_BE_CONFIRMED:
        raise IllegalMove("signature", "sign", "signed")
    return deliberation, record, found


def _signed(
    deliberation: Deliberation,
    record: Record,
    signature: Signature,
    *,
    actor: Actor,
    role: Role | None,
    signed_at: datetime,
    at: datetime,
) -> None:
    signature.signed_at, signature.office = signed_at, role.value if role else ""
    signature.token_hash, signature.token_until = "", None
    signature.save()
    facts: dict[str, object] = {"seat": signature.seat, "way": signature.way}
    end(deliberation, Kind.RECORD_SIGNED, actor=actor, role=role, at=at, content=facts)
    if not record.signatures.filter(signed_at=None).exists():
        recording.confirm(deliberation, record, at)
        return
    running = Clock.objects.running().of(deliberation.subject).filter(rule=queries.SIGN).first()
    if running and not running.stand_in:
        clocks.start(
            queries.SIGN,
            deliberation.subject,
            holder=_next_holder(deliberation, record),
            at=at,
            area_path=deliberation.desk_path,
            due_at=running.due_at,
        )


def _convener(signature: Signature, role: Role, deliberation: Deliberation) -> Actor:
    """Whoever holds the key acts as the convener it was made for."""
    person = signature.person
    account = person.account if person else None
    key = f"account:{account.pk}" if account else f"signature:{signature.pk}"
    name = person.name if person else ""
    place = Grant(role, room_no=deliberation.desk_room_no)
    return Actor(ActorKind.STAFF, key=key, name=name, grants=(place,))
