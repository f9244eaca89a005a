"""What somebody was written, and how each message fared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from shangliang.access.actor import Actor
from shangliang.access.roles import office_in_words
from shangliang.access.things import house
from shangliang.inbox.labels import CHANNELS, HAND_WAYS, MESSAGE_STATES, STANDING_KINDS, STANDINGS
from shangliang.inbox.models import Message, Recipient, Telling, slip_ref
from shangliang.inbox.states import ChannelKind, HandWay, MessageState, Standing
from shangliang.kit.numbered import by_nos
from shangliang.kit.punctuation import listed

NO_GATEWAY = "shangliang.inbox.engine.Console"  # what waits for it will never leave the house

STOP_TWICE = re.compile("([。！？])[。.]")  # not shown: finds words that end in a stop and stand before one
MOST_COUNTED = 99  # the menu says "99+" beyond


@dataclass(frozen=True)
class Delivery:
    """One message by one channel and how it fared, in the words of whoever reads this."""

    title: str
    channel: str
    state: MessageState
    state_name: str
    at: datetime
    error: str
    told: Told  # whether its reader knows by it
    about: str  # what by every channel is one message: its `dedupe`


@dataclass(frozen=True)
class Reached:
    """Where somebody is written to, and in which language."""

    address: str
    language: str


def address_of(ref: str, channel: ChannelKind) -> Reached | None:
    """How `ref` is reached by `channel`; for their own page, nobody else's."""
    row = Recipient.objects.filter(ref=slip_ref(ref), channel=channel.value, is_active=True).first()
    return Reached(row.address, row.language) if row else None


def mine(actor: Actor) -> QuerySet[Message]:
    """Everything written to the actor on the desk, newest first."""
    rows = Message.objects.filter(recipient__channel=ChannelKind.IN_APP.value)
    rows = rows.filter(recipient__ref=actor.key) if actor.is_staff else rows.none()
    return rows.order_by("-created_at", "-pk")


def unread(actor: Actor) -> QuerySet[Message]:
    """What the actor has not read yet, newest first."""
    return mine(actor).filter(read_at=None)


def unread_count(actor: Actor) -> int:
    """How much that is; at most one more than the menu shows."""
    return unread(actor).order_by()[: MOST_COUNTED + 1].count()


@dataclass(frozen=True)
class Alike:
    """Messages that say the same of several things, as one line: the first of them, and all."""

    rows: list[Message]

    @property
    def first(self) -> Message:
        return self.rows[0]

    @property
    def unread(self) -> list[Message]:
        return [row for row in self.rows if row.read_at is None]


def alike(rows: Iterable[Message]) -> list[Alike]:
    """Of the same text, whatever they are about, in one heap; in the order of the first of each.

    What is to be at an hour of its own, an invitation, is like no other: it is a line by itself.
    """
    heaps: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for row in rows:
        heaps[row.title, str(row.params) if "when" in row.params else ""].append(row)
    return [Alike(heap) for heap in heaps.values()]


NAMED = frozenset({"title", "what"})  # params by which a message says itself what it is about


def abouts(actor: Actor, rows: Iterable[Message]) -> dict[int, str]:
    """What each of these messages is about, by its key, where its own words give no more than a number.

    As the actor may see it now, so nothing of it is kept here, or leaves by mail and telephone, or outlives what was
    erased. A statement for each kind of thing.
    """
    pages = {thing.page: thing for thing in house().things if thing.page}
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        page, no = _page_of(row.link) if not NAMED & row.params.keys() else ("", "")
        if page in pages:
            wanted[page][row.pk] = no
    found: dict[int, str] = {}
    for page, nos in wanted.items():
        thing = pages[page]
        titles = {each.subject.no: thing.title(each) for each in by_nos(thing.rows(actor), nos.values())}
        found |= {pk: titles.get(no, "") for pk, no in nos.items()}
    return found


def _page_of(link: str) -> tuple[str, str]:
    """The name of the page and the number of the thing to which a link leads; empty where it leads elsewhere."""
    try:
        found = resolve(urlsplit(link).path) if link else None
    except Resolver404:
        found = None
    given = [*found.args, *found.kwargs.values()] if found else []
    return (found.url_name or "", str(given[0])) if found and len(given) == 1 else ("", "")


def delivery(ref: str) -> list[Delivery]:
    """How everything written to `ref` fared, newest first; whoever calls has checked that the actor may see it."""
    rows = Message.objects.filter(recipient__ref=slip_ref(ref)).select_related("recipient", "digest")
    return [_delivery(row) for row in rows.order_by("-created_at", "-pk")]


def _delivery(row: Message) -> Delivery:
    carrier = row.digest or row
    state = MessageState(carrier.state)
    return Delivery(
        title=words(row)[0],
        channel=str(CHANNELS[ChannelKind(row.recipient.channel)]),
        state=state,
        state_name=str(MESSAGE_STATES[state]),
        at=carrier.sent_at or carrier.claimed_at or row.created_at,
        error=carrier.error,
        told=_told(row),
        about=row.dedupe,
    )


def words(message: Message) -> tuple[str, str]:
    """Title and body in the language that is active."""
    params = {name: _word(value) for name, value in message.params.items()}
    title, body = (gettext(text) % params if text else "" for text in (message.title, message.body))
    return STOP_TWICE.sub(r"\1", title), STOP_TWICE.sub(r"\1", body)


def _word(value: object) -> object:
    if isinstance(value, dict) and "moment" in value:
        return date_format(
            timezone.localtime(datetime.fromisoformat(value["moment"])), gettext("Y年n月j日 H:i")
        )
    if isinstance(value, dict):
        return gettext(value["msgid"]) if value.get("msgid") else ""  # gettext("") is the catalogue's header
    return value


@dataclass(frozen=True)
class Told:
    """Whether somebody knows by now, and how."""

    standing: Standing
    at: datetime | None = None
    by: str = ""  # the channel, or how and in which office somebody told them

    @property
    def kind(self) -> str:
        """For `{% status %}`."""
        return STANDING_KINDS[self.standing]

    @property
    def words(self) -> str:
        """In one line; no message is called sent that nothing took."""
        day = date_format(timezone.localtime(self.at), gettext("n月j日")) if self.at else ""
        return listed(part for part in (self.by or str(STANDINGS[self.standing]), day) if part)

    @property
    def is_open(self) -> bool:
        """Whether a person has to tell them."""
        return self.standing in {Standing.CALL, Standing.TELL}

    @property
    def is_unheard(self) -> bool:
        """Whether it is worth telling them: nothing has reached them for certain."""
        return self.standing not in {Standing.BY_HAND, Standing.SENT, Standing.READ}


def told(people: Mapping[str, Iterable[str]], abouts: Iterable[str]) -> dict[str, Told]:
    """How each of `people` stands with the messages `abouts` (their `dedupe`); three statements.

    `people`: who, by the ref under which a telling is written down -> where the inbox reaches them.
    """
    refs = {slip_ref(ref) for reached in people.values() for ref in reached}
    wanted = list(abouts)
    found: dict[str, list[Told]] = {}
    for row in Telling.objects.filter(ref__in=people, about__in=wanted):
        way = str(HAND_WAYS[HandWay(row.way)])
        by = f"{way} · {office_in_words(row.office)}" if row.office else way
        found.setdefault(row.ref, []).append(Told(Standing.BY_HAND, row.at, by))
    rows = Message.objects.filter(recipient__ref__in=refs, dedupe__in=wanted)
    for message in rows.select_related("recipient", "digest").defer("body", "link_sealed"):
        found.setdefault(message.recipient.ref, []).append(_told(message))
    outside = Recipient.objects.filter(ref__in=refs, is_active=True).exclude(address_sealed=b"")
    for ref in outside.filter(channel=ChannelKind.SMS.value).values_list("ref", flat=True):
        found.setdefault(ref, []).append(Told(Standing.CALL))
    return {who: _best(who, reached, found) for who, reached in people.items()}


def last_news(refs: Iterable[str]) -> dict[str, Told]:
    """Whether the last thing that was written to each of `refs` has reached them; two statements.

    Nothing for whom nothing was ever written.
    """
    wanted = {slip_ref(ref): ref for ref in refs}
    rows = Message.objects.filter(recipient__ref__in=wanted).select_related("recipient", "digest")
    newest: dict[str, str] = {}
    found: dict[str, list[Told]] = {}
    for row in rows.defer("body", "link_sealed").order_by("-created_at", "-pk"):
        ref = row.recipient.ref
        if newest.setdefault(ref, row.dedupe) == row.dedupe:
            found.setdefault(ref, []).append(_told(row))
    outside = Recipient.objects.filter(ref__in=found, is_active=True).exclude(address_sealed=b"")
    for ref in outside.filter(channel=ChannelKind.SMS.value).values_list("ref", flat=True):
        found[ref].append(Told(Standing.CALL))
    order = list(Standing)
    return {
        wanted[ref]: min(each, key=lambda told: order.index(told.standing)) for ref, each in found.items()
    }


def _best(who: str, reached: Iterable[str], found: Mapping[str, list[Told]]) -> Told:
    order = list(Standing)
    all_ = [each for ref in {who, *map(slip_ref, reached)} for each in found.get(ref, [])]
    is_slip = any(slip_ref(ref).startswith("submission:") for ref in reached)
    all_.append(Told(Standing.NO_WAY if is_slip else Standing.TELL))
    return min(all_, key=lambda each: order.index(each.standing))


def _told(row: Message) -> Told:
    """What one message says of its reader."""
    channel = ChannelKind(row.recipient.channel)
    if channel == ChannelKind.IN_APP:
        if not row.recipient.ref.startswith("account:"):
            return Told(Standing.NO_WAY)  # it stands on their slip; whether they look, nobody knows
        return Told(Standing.READ, row.read_at) if row.read_at else Told(Standing.ON_DESK)
    carrier = row.digest or row
    match MessageState(carrier.state):
        case MessageState.SENT:
            by = gettext("%(channel)s已发出") % {"channel": CHANNELS[channel]}
            return Told(Standing.SENT, carrier.sent_at, by)
        case MessageState.QUEUED | MessageState.SENDING:
            if settings.CHANNELS[channel.value] != NO_GATEWAY:
                return Told(Standing.WAITING)
    return Told(Standing.CALL if channel == ChannelKind.SMS else Standing.TELL)
