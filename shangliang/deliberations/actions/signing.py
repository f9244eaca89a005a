"""Signatures: sent to the conveners, signed at the desk, by link or on paper; a stand-in once time is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.core.files import File
from django.db import transaction

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.deliberations import queries
from shangliang.deliberations.actions import recording
from shangliang.deliberations.actions.recording import Text
from shangliang.deliberations.actions.transitions import (
    begin_deliberation,
    begin_signature,
    end,
    record_of,
    stop_clocks,
)
from shangliang.deliberations.models import Deliberation, Record, Signature, token_hash
from shangliang.deliberations.permissions import OWN_SEAT, check_can_sign, is_ones_own, role_over
from shangliang.deliberations.states import SIGNATURE, Seat
from shangliang.desks.queries import holder
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove

ROLES = {seat: role for role, seat in OWN_SEAT.items()}


def write_and_send(*, deliberation: Deliberation, text: Text, actor: Actor, at: datetime) -> Record:
    """Two acts with one press: what is written is kept first, so that nothing is lost where something lacks."""
    recording.save_draft(deliberation=deliberation, text=text, actor=actor, at=at)
    return send(deliberation=deliberation, actor=actor, at=at)


@transaction.atomic
def send(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Record:
    """The record has its five: it goes to the conveners, and from now on only they act on it."""
    deliberation, begun = begin_deliberation(deliberation, "send_to_sign", actor)
    record = record_of(deliberation)
    require(recording.record_gaps(deliberation, record, at))
    ask(deliberation, record, at)
    end(begun, deliberation, at=at, content={"draft": False, "conclusion": record.conclusion})
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
    stop_clocks(deliberation, at)
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


@transaction.atomic
def sign(*, signature: Signature, actor: Actor, at: datetime) -> None:
    """Sign at the desk; for a convener whose time is over, the stand-in or the town's office does."""
    role = role_on_desk(actor, Permission.RECORD_SIGN, signature.record.deliberation)
    act = "sign" if is_ones_own(role, signature) else "sign_for"
    signature, begun = begin_signature(signature, act, actor, partial(check_can_sign, at=at))
    signature.signer = fitted(Signature, "signer", actor.name)
    _signed(begun, signature, signed_at=at, at=at)


@transaction.atomic
def sign_by_link(*, signature: Signature, at: datetime) -> None:
    """The tap behind the link is the convener's own: the key was in a message to them and nowhere else."""
    role = ROLES[Seat(signature.seat)]
    actor = _convener(signature, role)
    signature, begun = begin_signature(signature, "sign_by_link", actor)
    if signature.token_until is None or signature.token_until < at:
        raise IllegalMove(SIGNATURE.name, "sign_by_link", "outdated")
    signature.signer = fitted(Signature, "signer", actor.name)
    _signed(replace(begun, role=role), signature, signed_at=at, at=at)


@transaction.atomic
def mark_paper(
    *, signature: Signature, signed_at: datetime, paper: File[bytes] | None, actor: Actor, at: datetime
) -> None:
    """The clerk notes that the sheet was signed by hand, with its day and a photo of it."""
    signature, begun = begin_signature(signature, "mark_paper", actor, role_over)
    held_on = local_day(signature.record.deliberation.held_at or at)
    if not held_on <= local_day(signed_at) <= local_day(at):
        require([Unmet("signature_day_wrong", mend="signed_on")])
    require([] if paper is not None else [Unmet("signed_paper_missing", mend="paper")])
    signature.signer = signature.person.name if signature.person else ""
    if paper is not None:
        signature.paper.save(f"{ids.new_key()}.jpg", paper, save=False)
    _signed(begun, signature, signed_at=min(signed_at, at), at=at)


@transaction.atomic
def send_link(*, signature: Signature, actor: Actor, at: datetime) -> None:
    """A link goes to the convener's own telephone or mail once more; whoever pressed never sees it.

    The key is made where the message is. Without an address there is none to send it to: then the convener signs in,
    or signs on paper.
    """
    signature, begun = begin_signature(signature, "send_link", actor, role_over)
    require([] if queries.has_own_address(signature) else [Unmet("signer_without_address")])
    end(
        begun,
        signature.record.deliberation,
        at=at,
        content={"seat": signature.seat},
        payload={"signature": signature.pk},
    )


def new_token(signature: Signature) -> str:
    """The key itself is in the message alone; we keep its fingerprint."""
    running = _running(signature.record.deliberation)
    token = ids.new_key()
    signature.token_hash = token_hash(token)
    signature.token_until = running.due_at if running else None
    signature.save(update_fields=["token_hash", "token_until"])
    return token


def _running(deliberation: Deliberation) -> Clock | None:
    return Clock.objects.running().of(deliberation.subject).filter(rule=queries.SIGN).first()


def _signed(begun: Begun, signature: Signature, *, signed_at: datetime, at: datetime) -> None:
    record, deliberation = signature.record, signature.record.deliberation
    signature.signed_at, signature.office = signed_at, begun.role.value if begun.role else ""
    signature.token_hash, signature.token_until = "", None
    signature.save()
    end(begun, deliberation, at=at, content={"seat": signature.seat, "way": signature.way})
    if not record.signatures.filter(signed_at=None).exists():
        recording.confirm(deliberation, at)
        return
    running = _running(deliberation)
    if running and not running.stand_in:
        clocks.start(
            queries.SIGN,
            deliberation.subject,
            holder=_next_holder(deliberation, record),
            at=at,
            area_path=deliberation.desk_path,
            due_at=running.due_at,
        )


def _convener(signature: Signature, role: Role) -> Actor:
    """Whoever holds the key acts as the convener it was made for."""
    person = signature.person
    account = person.account if person else None
    key = f"account:{account.pk}" if account else f"signature:{signature.pk}"
    place = Grant(role, room_no=signature.record.deliberation.desk_room_no)
    return Actor(ActorKind.STAFF, key=key, name=person.name if person else "", grants=(place,))
