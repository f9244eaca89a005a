"""Coming into the pool and leaving it: by oneself, by the clerk, from the room's register, from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from shangliang.access.actor import Actor
from shangliang.inbox import actions as inbox
from shangliang.inbox import queries as inbox_queries
from shangliang.inbox.states import ChannelKind
from shangliang.kit import crypto, ids, phones
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.sortition import queries, rules
from shangliang.sortition.actions.transitions import (
    begin_change,
    begin_volunteer,
    end,
    locked,
    refuse_while_lots_are_made,
)
from shangliang.sortition.models import HOME, NAME, PHONE, Draw, Volunteer, own_token, token_hash
from shangliang.sortition.states import OutReason, Source, VolunteerState


class NotTaken(Exception):
    """Somebody cannot be put down; `code` is "closed" or "twice"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """What somebody says of themselves."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)  # category -> feature
    home: str = ""
    phone: str = ""
    is_on_duty: bool = False
    may_ask_again: bool = False


@transaction.atomic
def volunteer(
    *, draw: Draw, entry: Entry, nonce: str = "", is_flagged: bool = False, at: datetime
) -> Volunteer:
    """Put oneself down by the open call. `nonce` is the page's own: sent twice, it makes one volunteer. Raises NotTaken."""
    draw = locked(draw)
    if nonce and (known := draw.volunteers.filter(token_hash=token_hash(own_token(nonce))).first()):
        return known
    if not queries.is_call_open(draw, local_day(at)):
        raise NotTaken("closed")
    return _add(draw, entry, Source.CALL, at, is_flagged=is_flagged, nonce=nonce)


@transaction.atomic
def enter(*, draw: Draw, entry: Entry, actor: Actor, at: datetime) -> Volunteer:
    """The clerk writes down who asked on paper, by telephone or in person. Raises NotTaken, Blocked or IllegalMove."""
    draw, begun = begin_change(draw, "enter", actor)
    row = _add(draw, entry, Source.CLERK, at)
    end(begun, draw, at, volunteer=row.number, source=Source.CLERK.value)
    return row


@transaction.atomic
def enter_many(*, draw: Draw, entries: Sequence[Entry], actor: Actor, at: datetime) -> tuple[int, int]:
    """A list; returns how many are new and how many stood there already, by their telephone."""
    draw, begun = begin_change(draw, "enter", actor)
    new = twice = 0
    for entry in entries:
        try:
            with transaction.atomic():
                _add(draw, entry, Source.FILE, at)
            new += 1
        except NotTaken:
            twice += 1
    end(begun, draw, at, count=new, source=Source.FILE.value)
    return new, twice


@transaction.atomic
def ask_again(*, draw: Draw, actor: Actor, at: datetime) -> tuple[int, int]:
    """Take over who said at an earlier draw of this room that they would come again; returns how many, and how many of
    them lack something that this draw asks for."""
    draw, begun = begin_change(draw, "enter", actor)
    quotas = queries.asked(draw)
    new = lacking = 0
    for former in list(queries.standing(draw)):
        known = {each.feature.category for each in quotas}
        entry = Entry(
            former.name,
            {category: name for category, name in former.values.items() if category in known},
            home=former.home,
            may_ask_again=True,
        )
        row = _add(draw, entry, Source.REGISTER, at, former=former)
        new += 1
        lacking += not queries.is_whole(row, quotas)
    end(begun, draw, at, count=new, source=Source.REGISTER.value)
    return new, lacking


@transaction.atomic
def change(*, volunteer: Volunteer, values: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """The clerk completes which kinds somebody belongs to. Raises Blocked or IllegalMove."""
    volunteer, begun = begin_volunteer(volunteer, "change", actor)
    refuse_while_lots_are_made(volunteer.draw)
    volunteer.values = dict(values)
    volunteer.save(update_fields=["values"])
    end(begun, volunteer.draw, at, volunteer=volunteer.number)


@transaction.atomic
def confirm(*, volunteer: Volunteer, actor: Actor, at: datetime) -> None:
    """Somebody has the name of an office holder and is another person."""
    volunteer, _begun = begin_volunteer(volunteer, "confirm", actor)
    refuse_while_lots_are_made(volunteer.draw)
    volunteer.was_checked = True
    volunteer.save(update_fields=["was_checked"])


@transaction.atomic
def untie(*, volunteer: Volunteer, actor: Actor, at: datetime, everybody: bool = False) -> None:
    """The address is no household: this one, or everybody who gave it, is drawn without regard to it. It stays for letters."""
    volunteer, begun = begin_volunteer(volunteer, "untie", actor)
    draw = volunteer.draw
    refuse_while_lots_are_made(draw)
    rows = draw.volunteers.filter(home_hash=volunteer.home_hash)
    rows = rows if everybody else rows.filter(pk=volunteer.pk)
    numbers = list(rows.order_by("number").values_list("number", flat=True))
    rows.update(home_hash="", is_one_home=False)
    end(begun, draw, at, volunteer=volunteer.number, untied=numbers)


@transaction.atomic
def keep_home(*, volunteer: Volunteer, actor: Actor, at: datetime) -> None:
    """All who gave this address are one household, many as they are: one of them is drawn at most."""
    volunteer, _begun = begin_volunteer(volunteer, "keep_home", actor)
    refuse_while_lots_are_made(volunteer.draw)
    volunteer.draw.volunteers.filter(home_hash=volunteer.home_hash).update(is_one_home=True)


@transaction.atomic
def put_out(*, volunteer: Volunteer, reason: OutReason, actor: Actor, at: datetime) -> None:
    """The clerk takes somebody out of the pool; on record by number and reason."""
    volunteer, begun = begin_volunteer(volunteer, "put_out", actor)
    refuse_while_lots_are_made(volunteer.draw)
    volunteer.out_reason = reason.value
    volunteer.save(update_fields=["state", "out_reason"])
    end(begun, volunteer.draw, at, volunteer=volunteer.number, reason=reason.value)


@transaction.atomic
def bring_back(*, volunteer: Volunteer, actor: Actor, at: datetime) -> None:
    """Somebody was taken out by mistake."""
    volunteer, begun = begin_volunteer(volunteer, "bring_back", actor)
    refuse_while_lots_are_made(volunteer.draw)
    volunteer.out_reason = ""
    volunteer.save(update_fields=["state", "out_reason"])
    end(begun, volunteer.draw, at, volunteer=volunteer.number)


@transaction.atomic
def withdraw(*, volunteer: Volunteer, actor: Actor, at: datetime) -> None:
    """Somebody does not want to be drawn any more: out of the pool, and what they gave is erased at once.

    While panels stand fixed the pool is closed; who was drawn declines first. Raises Blocked or IllegalMove.
    """
    volunteer, begun = begin_volunteer(volunteer, "leave", actor)
    if begun.was == VolunteerState.WAITING:
        if queries.open_lottery(volunteer.draw) is not None:
            require([Unmet("pool_sealed")])
        volunteer.out_reason = OutReason.WITHDREW.value
        volunteer.save(update_fields=["state", "out_reason"])
    end(begun, volunteer.draw, at, volunteer=volunteer.number, reason=OutReason.WITHDREW.value)
    erase(volunteer)


@transaction.atomic
def reveal(*, volunteer: Volunteer, actor: Actor, at: datetime) -> str:
    """The telephone of a volunteer, for whoever keeps the draw; the look is on record, and they see it on their own page."""
    volunteer, begun = begin_volunteer(volunteer, "reveal", actor)
    reached = inbox_queries.address_of(volunteer.ref, ChannelKind.SMS)
    end(begun, volunteer.draw, at, volunteer=volunteer.number)
    Volunteer.objects.filter(pk=volunteer.pk).update(phone_seen=F("phone_seen") + 1)
    return reached.address if reached else ""


def erase(volunteer: Volunteer) -> None:
    """Take away name, home and telephone; the number and the kinds stay, so that a lottery can still be checked."""
    Volunteer.objects.filter(pk=volunteer.pk).update(
        name_sealed=b"", home_sealed=b"", home_hash="", phone_hash="", may_ask_again=False
    )
    inbox.forget(volunteer.ref)


def _add(
    draw: Draw,
    entry: Entry,
    source: Source,
    at: datetime,
    *,
    is_flagged: bool = False,
    former: Volunteer | None = None,
    nonce: str = "",
) -> Volunteer:
    phone, nonce = phones.read(entry.phone), nonce or ids.new_key()
    phone_hash = _hash(phone.digits, draw) if phone else (former.phone_hash if former else "")
    if phone_hash and draw.volunteers.filter(phone_hash=phone_hash).exists():
        raise NotTaken("twice")
    home = rules.plain_home(entry.home)
    row = Volunteer.objects.create(
        draw=draw,
        number=(draw.volunteers.aggregate(last=Max("number"))["last"] or 0) + 1,
        source=source.value,
        state=(VolunteerState.OUT if entry.is_on_duty else VolunteerState.WAITING).value,
        out_reason=OutReason.ON_DUTY.value if entry.is_on_duty else "",
        values=dict(entry.values),
        name_sealed=crypto.seal(entry.name.strip(), NAME) if entry.name.strip() else b"",
        home_sealed=crypto.seal(entry.home.strip(), HOME) if home else b"",
        home_hash=_hash(home, draw) if home else "",
        phone_hash=phone_hash,
        may_ask_again=entry.may_ask_again,
        is_flagged=is_flagged,
        nonce=nonce,
        token_hash=token_hash(own_token(nonce)),
        joined_at=at,
    )
    if phone:
        inbox.reach(row.ref, ChannelKind.SMS, phones.to_write_to(entry.phone))
    elif former is not None:
        inbox.reach_as(row.ref, former.ref)
    return row


def _hash(text: str, draw: Draw) -> str:
    """Comparable within one room, and of no use elsewhere."""
    return crypto.fingerprint(f"{draw.room_id}/{text}", PHONE)
