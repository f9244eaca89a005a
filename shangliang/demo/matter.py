"""One matter as it is told: who acts, when, and with what words. The hand it is told by does the acts.

`demo.past.Past` writes what they leave; the tests tell the same matters by the actions themselves.
"""

from __future__ import annotations

import heapq
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Protocol, TypeVar

from django.db.models import Model

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.demo.corpus.matters import MatterText, any_theme, matter
from shangliang.demo.corpus.phrases import Phrase, phrase
from shangliang.demo.network import Network, Seat
from shangliang.desks.actions import publication
from shangliang.desks.actions.publication import Post
from shangliang.kit.clock import ZONE, local_day
from shangliang.outcomes.models import Commitment
from shangliang.people.models import Unit
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.rules import CADRE_LISTS, about_cadres, mentions, sensitive_field
from shangliang.topics.states import Channel, EntryWay

M = TypeVar("M", bound=Model)
T = TypeVar("T")
MOST_DRAWS = 400  # of matters, until one fits


class Hand(Protocol):
    """Does the acts of a matter."""

    def do(self, action: Callable[..., Any], *, at: datetime, **given: Any) -> Any: ...

    def rows(self, table: type[M], **where: object) -> list[M]: ...

    def rest(self, now: datetime) -> None: ...


@dataclass(frozen=True)
class Chances:
    """How matters differ from one another."""

    channels: tuple[tuple[Channel, int], ...] = (
        (Channel.RESIDENT, 70),
        (Channel.GRID, 14),
        (Channel.MEMBER, 10),
        (Channel.GOVERNMENT, 6),
    )
    ways: tuple[tuple[EntryWay, int], ...] = (
        (EntryWay.ONLINE, 72),
        (EntryWay.VISIT, 14),
        (EntryWay.PHONE, 9),
        (EntryWay.PAPER, 4),
        (EntryWay.TV, 1),
    )
    most_echoes: int = 4
    oldest: int = 360  # days ago
    rated: float = 0.82
    called_back: float = 0.5  # of those that nobody rated
    is_brisk: bool = False  # nothing is left lying


@dataclass
class Matter:
    """A matter at a room, the moments at which something is still to come, and the hand that does it."""

    hand: Hand
    network: Network
    seat: Seat
    rng: Random
    now: datetime
    chances: Chances
    _agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0

    # -- who, and where ---------------------------------------------------------------------------------------

    @property
    def topic(self) -> Topic:
        return self.hand.rows(Topic)[0]

    @property
    def path(self) -> str:
        return self.seat.room.area_path

    def officer(self, role: Role) -> Actor:
        return self.network.officer(role, self.seat)

    def doer(self, unit: Unit | None) -> Actor:
        """The officer of the unit; the room's clerk where the community does it itself."""
        if unit is None:
            return self.officer(Role.CLERK)
        return self.network.officer(Role.DOER, self.seat, unit)

    def office(self) -> Actor:
        """The office that reviews, files and assigns for this room: the town's, or that of a higher tier."""
        level = level_of(self.path)
        return self.officer(
            {AreaLevel.COUNTY: Role.DISTRICT_OFFICE, AreaLevel.CITY: Role.CITY_OFFICE}.get(
                level, Role.TOWN_OFFICE
            )
        )

    def closed(self) -> int:
        """How many of its commitments are closed."""
        return sum(row.closed_at is not None for row in self.hand.rows(Commitment))

    # -- when -------------------------------------------------------------------------------------------------

    def ago(self, first: int, last: int) -> datetime:
        """A moment in working hours, so many days ago, never later than now."""
        day = local_day(self.now) - timedelta(days=self.rng.randint(last, first))
        return min(self.hour(day), self.now)

    def hour(self, day: date) -> datetime:
        return datetime.combine(day, time(self.rng.randint(8, 17), self.rng.randint(0, 59)), ZONE)

    def half_hour(self, day: date) -> datetime:
        """When people are asked to come: on the hour or at half past."""
        at = self.hour(day)
        return at.replace(minute=at.minute // 30 * 30)

    def after(self, at: datetime, least: int, most: int) -> datetime:
        """Some days later, never later than now."""
        days = least if self.chances.is_brisk else self.rng.randint(least, most)
        later = self.hour(local_day(at) + timedelta(days=days))
        return min(max(later, at + timedelta(minutes=20)), self.now)

    def later(self, at: datetime, step: Callable[[], None]) -> None:
        """A step besides the main line, done when its time has come; what lies ahead of us has not happened."""
        if at <= self.now:
            self._count += 1
            heapq.heappush(self._agenda, (at, self._count, step))

    def do(self, at: datetime, action: Callable[..., Any], **given: Any) -> Any:
        """One act, after everything that had to be done before."""
        self._catch_up(at)
        return self.hand.do(action, at=at, **given)

    def rest(self) -> None:
        """What is still on the agenda, and then time until now."""
        self._catch_up(self.now)
        self.hand.rest(self.now)

    def _catch_up(self, at: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= at:
            _at, _count, step = heapq.heappop(self._agenda)
            step()

    # -- words and chances ------------------------------------------------------------------------------------

    def pick(self, weighted: Sequence[tuple[T, int]]) -> T:
        return self.rng.choices([item for item, _ in weighted], [weight for _, weight in weighted])[0]

    def words(self, kind: Phrase) -> str:
        return phrase(self.rng, kind, self.seat.spec.site)

    def nonce(self) -> str:
        """A form's own word: a key, so the seed does not give it."""
        return secrets.token_urlsafe(12)

    def text(self, at: datetime, *, may_be_statutory: bool) -> MatterText:
        """A matter that fits the place and the season and does not begin as internal."""
        site = self.seat.spec.site
        for _ in range(MOST_DRAWS):
            found = matter(self.rng, any_theme(self.rng, site), site, at.month)
            if is_plain(found, self.path, local_day(at), may_be_statutory=may_be_statutory):
                return found
        raise RuntimeError(f"no matter fits at {site}")

    # -- what is released -------------------------------------------------------------------------------------

    def release(self, at: datetime, post: Post) -> None:
        """The office has looked at words that were sent to review."""
        at, office = min(at, self.now), self.office()
        self.later(at, lambda: self.hand.do(publication.release, at=at, post=post, actor=office))


def is_plain(text: MatterText, path: str, day: date, *, may_be_statutory: bool) -> bool:
    """Neither internal from the beginning nor about cadres; nor for a statutory body, unless it may be."""
    rules = book().at(day)
    said = [text.said.text, text.by_grid, text.by_member, text.by_government]
    words = "\n".join([*said, *(echo.text for echo in text.echoes), text.title, text.summary, text.place])
    if sensitive_field(words, rules.table("topics.internal_first_table", path)):
        return False
    if about_cadres(words, *(rules.items(name, path) for name in CADRE_LISTS)):
        return False
    by_law = text.statutory_route or mentions(words, rules.items("topics.statutory_words_list", path))
    return may_be_statutory or not by_law
