"""Who votes from this device, and by which code they came: cookies and tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from secrets import compare_digest

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from shangliang.kit import clock, crypto, ids, limits
from shangliang.opinions import queries
from shangliang.opinions.actions import voting
from shangliang.opinions.models import Poll, Voter
from shangliang.opinions.states import VoterClass
from shangliang.rulebook import book

COOKIE = "voter"
HALF_DAY = 12 * 3600  # as long as a session, with its way home, may last
YEAR = 365 * 24 * 3600
HOUR = 3600
SALT = "opinions.ticket"
PRESENT, TOKEN = "opinions.present", "opinions.token"  # the purposes of fingerprints
# how many new voters of a class an hour from one network are nothing unusual; a seat's code serves once anyway
MOST_OF = {
    VoterClass.OPEN: "opinions.network_count",
    VoterClass.PRESENT: "opinions.present_network_count",
}
LETTERS = 16  # of it: 64 bits


@dataclass(frozen=True)
class Ticket:
    """How somebody came to the page; signed, so that the form can carry it."""

    kind: VoterClass
    seat: str = ""
    nonce: str = field(default_factory=ids.new_key)  # of this page: sent twice, it makes one voter

    def signed(self, poll: Poll) -> str:
        made = int(clock.now().timestamp())
        return signing.dumps([poll.key, self.kind.value, self.seat, self.nonce, made], salt=SALT)

    @property
    def token(self) -> str:
        """What the cookie will hold; only who has our keys can make it from the ticket."""
        return crypto.fingerprint(self.nonce, TOKEN)


def read_ticket(poll: Poll, text: str) -> Ticket | None:
    """The ticket in a form, or None where it is old or none of ours."""
    try:
        key, kind, seat, nonce, made = signing.loads(text, salt=SALT, max_age=HALF_DAY)
    except (signing.BadSignature, ValueError):
        return None
    if kind == VoterClass.PRESENT.value and clock.now().timestamp() - made > _present_seconds():
        return None  # it says that somebody is in the room now, and is not to be taken home
    return Ticket(VoterClass(kind), seat, nonce) if key == poll.key else None


def _present_seconds() -> int:
    return book().at(clock.today()).integer("opinions.present_ticket_minutes") * 60


def arriving(request: HttpRequest, poll: Poll, now: datetime) -> Ticket | None:
    """The ticket for whoever opens the page by this address."""
    seat, present = request.GET.get("c", "").strip().upper(), request.GET.get("p", "")
    if seat and queries.free_seat(poll, seat):
        return Ticket(VoterClass.SEAT, seat)
    if present and is_present(poll, present, now):
        return Ticket(VoterClass.PRESENT)
    return Ticket(VoterClass.OPEN) if poll.takes_open else None


def present_code(poll: Poll, now: datetime) -> str:
    """What the projector shows in this minute."""
    return _present_code(poll, int(now.timestamp()) // 60)


def _present_code(poll: Poll, minute: int) -> str:
    return crypto.fingerprint(f"{poll.key}/{minute}", PRESENT)[:LETTERS]


def is_present(poll: Poll, code: str, now: datetime) -> bool:
    """Whether the projector showed this code a moment ago."""
    minute = int(now.timestamp()) // 60
    minutes = book().at(clock.local_day(now)).integer("opinions.present_minutes")
    return any(compare_digest(_present_code(poll, minute - ago), code) for ago in range(minutes + 1))


def voter_here(request: HttpRequest, poll: Poll) -> Voter | None:
    """Who has voted from this browser before."""
    return queries.voter_of(poll, request.COOKIES.get(COOKIE, ""))


def enter(request: HttpRequest, poll: Poll, text: str, now: datetime) -> tuple[Voter, str]:
    """A new voter by the ticket in the form; raises NotTaken."""
    ticket = read_ticket(poll, text)
    if ticket is None:
        raise voting.NotTaken("no_ticket")
    flagged = False
    if ticket.kind in MOST_OF:
        most = book().at(clock.local_day(now)).integer(MOST_OF[ticket.kind])
        of = f"opinions/{poll.pk}/{ticket.kind.value}/{limits.client_network(request)}"
        flagged = not limits.hit(of, most, HOUR, now).allowed
    voter = voting.join(
        poll=poll, kind=ticket.kind, token=ticket.token, seat=ticket.seat, is_flagged=flagged, at=now
    )
    return voter, ticket.token


def keep(response: HttpResponse, poll: Poll, token: str) -> None:
    """Let this browser go on as the same voter, on the pages of this poll only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=YEAR,
        path=reverse("join", args=[poll.key]),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SECURE),
    )
