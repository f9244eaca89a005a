"""The demo city: how much of everything, and the one transaction that writes it.

The quantities are those that Zhenjiang published of a year (domain.md 1); places are real, people and matters invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from django.db import connection, transaction

from shangliang.accounts.actions import mark_installation
from shangliang.accounts.models import Installation, User
from shangliang.clocks.models import Clock
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Seat as TableSeat
from shangliang.demo import present
from shangliang.demo.beginnings import ended, erased, handed_over, waiting
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus.places import Place
from shangliang.demo.corpus.places import places as real_places
from shangliang.demo.corpus.rooms import MOBILE_POINTS
from shangliang.demo.history import History, coming, deep, quick
from shangliang.demo.network import LOCAL, Network, Seat, add_cast, choose
from shangliang.demo.tables import Attendance
from shangliang.desks.actions.indexing import index_all
from shangliang.kit.clock import ZONE
from shangliang.ledger.models import Entry
from shangliang.ledger.tasks import seal
from shangliang.outcomes.models import Commitment
from shangliang.people.models import Member, Unit
from shangliang.places.models import Area, Room
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.topics.models import Submission, Topic

HOUR = time(15, 0)  # the demo's "now": people are at work
HOME_EVERY = 45  # each 45th matter is the cast's room's or its neighbour's, so that their pages are full
LOCAL_SHARE = 0.86  # of matters, at village and community rooms
UNSOLVED_EVERY, GOING_ON_EVERY, TWO_MEASURES_EVERY = 19, 8, 4
# 45 of 100 sessions are talks in the field
ANY_TIME_OF, ANY_TIME = (
    20,
    frozenset({0, 2, 4, 7, 9, 11, 13, 16, 18}),
)
TOWN_SHARE = 0.06  # a busy town: enough for every page to show something
TOWN = "321102003"  # 大市口街道 and what lies in it


FILED = (AreaLevel.VILLAGE, AreaLevel.TOWN)  # nobody can file what was agreed on at a table above a town


class Scale(StrEnum):
    """How much is filled in."""

    TOWN = "town"
    CITY = "city"
    PROVINCE = "province"


@dataclass(frozen=True)
class Quantities:
    """A year of one city."""

    members: int
    deliberations: int
    member_attendances: int
    resident_attendances: int
    solved: int
    handed_over: int
    ended: int
    erased: int
    waiting: int
    coming: int
    mobile_points: int = MOBILE_POINTS

    def times(self, share: float) -> Quantities:
        """The same year in a smaller or larger network."""
        names = [name for name in self.__dataclass_fields__ if name != "mobile_points"]
        return replace(self, **{name: max(2, round(getattr(self, name) * share)) for name in names})


YEAR = Quantities(
    members=1100,
    deliberations=1137,
    member_attendances=2375,
    resident_attendances=26_873,
    solved=1378,
    handed_over=1180,
    ended=320,
    erased=60,
    waiting=160,
    coming=70,
)
ROOMS = 1063
PROVINCE_ROOMS, CITIES = 19_000, 13


def empty() -> bool:
    """Nothing has been filled in or begun here."""
    return not (Area.objects.exists() or User.objects.exists() or Installation.objects.exists())


def last_day(now: datetime) -> date:
    """The latest day whose hour has passed: nothing in the demo is dated later than the visitor's clock."""
    local = now.astimezone(ZONE)
    return local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)


def fill(scale: Scale, seed: int, today: date) -> None:
    """Write the demo; all of it or nothing. `today` is the day on which its people are at work."""
    now = datetime.combine(today, HOUR, ZONE)
    with transaction.atomic():
        bulk, before = Bulk(), None
        for number, (places, quantities) in enumerate(cities(scale)):
            rng = Random(f"{seed}/{number}")  # noqa: S311 — a demo is drawn again from its seed, nothing is kept secret by it
            network = Network(
                bulk,
                rng,
                places,
                members=quantities.members,
                mobile_points=quantities.mobile_points,
                before=before,
            )
            is_cast_here = before is None
            before = before or network
            centre = choose(network) if is_cast_here else None
            if centre:
                add_cast(network, centre)
            live = present.PLAN if centre else present.NOTHING
            year(
                History(network, bulk, rng, now),
                quantities,
                live,
                [centre.home, centre.neighbour] if centre else [],
            )
            bulk.write()
            if centre:
                present.tell(network, centre, rng, now)
        mark_installation(is_demo=True, at=now, seed=seed)
    index_all()
    seal(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # so many rows at once are news to the planner; without it PostgreSQL scans


def cities(scale: Scale) -> Iterator[tuple[Sequence[Place], Quantities]]:
    real = real_places()
    if scale is Scale.TOWN:
        town = next(place for place in real if place.code == TOWN)
        inside = [
            place for place in real if town.path.startswith(place.path) or place.path.startswith(town.path)
        ]
        yield inside, YEAR.times(TOWN_SHARE)
        return
    if scale is Scale.CITY:
        yield real, YEAR
        return
    share = PROVINCE_ROOMS / CITIES / ROOMS
    more = round(PROVINCE_ROOMS / CITIES) - ROOMS
    quantities = replace(YEAR.times(share), mobile_points=MOBILE_POINTS + more)
    for number in range(CITIES):
        yield (_like(real, number) if number else real), quantities


def _like(real: Sequence[Place], number: int) -> list[Place]:
    """Another city of the same shape under codes that no real city has (3270 and up); its towns keep their names."""
    province, own, other = real[0].code, "3211", f"32{69 + number}"
    return [
        place
        if place.code == province
        else replace(
            place,
            code=place.code.replace(own, other, 1),
            parent_code=place.parent_code.replace(own, other, 1),
            path=place.path.replace(f"/{own}", f"/{other}"),
            name=f"示范{NUMERALS[number]}市" if place.level is AreaLevel.CITY else place.name,
            is_point_approximate=True,
        )
        for place in real
    ]


NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def year(history: History, wanted: Quantities, live: present.Plan, home: Sequence[Seat]) -> None:
    """A year that, with what is going on around the cast, adds up to `wanted`."""
    sessions = max(wanted.deliberations - live.held, 1)
    is_any_time = [
        number % ANY_TIME_OF in ANY_TIME and bool(number % UNSOLVED_EVERY)
        for number in range(1, sessions + 1)
    ]
    members = iter(_shares(wanted.member_attendances - live.members, is_any_time.count(False)))
    residents = _shares(wanted.resident_attendances - live.residents, sessions)
    seats, closed, most = _seats(history, home), live.closed, wanted.solved
    tables = (seat for seat in _seats(history, home) if level_of(seat.room.area_path) in FILED)
    for number, (resident_count, in_the_field) in enumerate(zip(residents, is_any_time, strict=True), 1):
        member_count = 0 if in_the_field else next(members)  # nobody is named in a talk that is written down
        closed += history.tell(
            deep,
            next(tables),
            attendance=Attendance(member_count, resident_count),
            is_finished=number % GOING_ON_EVERY != 0,
            is_agreed=number % UNSOLVED_EVERY != 0,
            is_any_time=in_the_field,
            most_measures=2 if number % TWO_MEASURES_EVERY == 0 and closed < most - 2 else 1,
        ).closed()
    while closed < most:
        closed += history.tell(quick, next(seats)).closed()
    for _ in range(wanted.coming):
        history.tell(coming, next(tables))
    for course, count in (
        (handed_over, wanted.handed_over),
        (ended, wanted.ended),
        (erased, wanted.erased),
        (waiting, wanted.waiting),
    ):
        for _ in range(count):
            history.tell(course, next(seats))


def _shares(total: int, parts: int) -> list[int]:
    """`total` in `parts` as even as whole numbers can be."""
    base, more = divmod(total, parts)
    return [base + (1 if number < more else 0) for number in range(parts)]


def _seats(history: History, home: Sequence[Seat]) -> Iterator[Seat]:
    local = [seat for seat in history.network.seats if seat.spec.family in LOCAL]
    others = [seat for seat in history.network.seats if seat.spec.family not in LOCAL]
    number = 0
    while True:
        number += 1
        if home and number % HOME_EVERY == 0:
            yield home[number // HOME_EVERY % len(home)]
        else:
            among = local if history.rng.random() < LOCAL_SHARE or not others else others
            yield history.rng.choice(among)


def sums() -> list[tuple[str, int]]:
    """What the database holds, for the table that the command prints."""
    held = Deliberation.objects.exclude(ended_at=None)
    attended = Participant.objects.filter(attended=True, deliberation__in=held)
    parties = attended.filter(seat=TableSeat.PARTY_CONCERNED.value).count()
    heads = sum(held.values_list("residents_count", flat=True))
    return [
        ("地点 places", Area.objects.count()),
        ("议事室 rooms", Room.objects.count()),
        ("委员 members", Member.objects.count()),
        ("办理单位 doers", Unit.objects.exclude(kind__in=["office", "committee"]).count()),
        ("群众反映 submissions", Submission.objects.count()),
        ("议题 topics", Topic.objects.count()),
        ("商量 deliberations held", held.count()),
        ("委员参加人次 attendances of members", attended.filter(person__member__isnull=False).count()),
        ("群众参加人次 attendances of residents", heads + parties),
        (
            "办成的事 matters solved",
            Commitment.objects.filter(closing__in=["confirmed", "not_rated", "decided_done"]).count(),
        ),
        ("台账记录 ledger entries", Entry.objects.count()),
        ("时钟 clocks", Clock.objects.count()),
    ]
