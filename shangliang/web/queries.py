"""Reads across apps: the home page, a room's page, what is due to one person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.publication import at_the_room
from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import Deadline, calendar, deadline
from shangliang.deliberations.figures import ATTENDANCES, HELD
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.desks.queries import due_to
from shangliang.figures.declaration import ROOM, Where
from shangliang.figures.queries import count
from shangliang.figures.rules import twelve_months
from shangliang.figures.showing import Shown, address, shown
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.numbered import COLUMNS, by_nos
from shangliang.kit.paging import PAGE, Page, page_of, read_number
from shangliang.outcomes.figures import SOLVED
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.queries import results
from shangliang.people.models import Appointment
from shangliang.people.states import Office
from shangliang.places.models import Area, Room
from shangliang.places.queries import counties, tree
from shangliang.places.rules import ancestors
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.search import queries as search_index
from shangliang.search import rules as search_rules
from shangliang.sortition.models import Draw
from shangliang.sortition.queries import open_calls
from shangliang.topics.models import Topic
from shangliang.topics.states import TopicState

TALKING = [TopicState.ADOPTED.value, TopicState.DELIBERATING.value, TopicState.AGREED.value]
FIGURES = (HELD, SOLVED, ATTENDANCES)  # a year in three numbers


def figures(today: date, where: Where) -> list[Shown]:
    """What was talked over, solved, and how many came, in twelve months; each leads to the rows behind it.

    Twelve months and not the calendar year, so that January does not show an empty network.
    """
    period = twelve_months(today)
    table = count(FIGURES, [period], today=today, where=where)
    return [shown(figure, table.at(figure, period), address(figure, where)) for figure in FIGURES]


@dataclass(frozen=True)
class Home:
    """What the front page shows."""

    places: list[Area]
    talking: list[Topic]
    sessions: list[Deliberation]
    agreed: list[Commitment]
    figures: list[Shown]
    calls: list[Draw]  # where one may put one's name down for a seat


def home(now: datetime) -> Home:
    """Everything public, newest first; seven statements."""
    return Home(
        places=list(counties()),
        talking=list(
            Topic.objects.visible_to(ANONYMOUS)
            .filter(state__in=TALKING)
            .select_related("room")
            .only("title", "state", "opened_at", "room__name", *COLUMNS)
            .order_by("-changed_at", "-pk")[:6]
        ),
        sessions=coming_sessions(now),
        agreed=list(results().filter(assigned_at__gte=now - timedelta(days=7))[:6]),
        figures=figures(local_day(now), {}),
        calls=open_calls(local_day(now)),
    )


def coming_sessions(now: datetime) -> list[Deliberation]:
    """Announced sessions from now on, soonest first, as everybody may see them."""
    rows = Deliberation.objects.visible_to(ANONYMOUS).filter(
        state__in=[DeliberationState.ANNOUNCED.value, DeliberationState.UNDER_WAY.value],
        held_at__gte=now - timedelta(hours=3),
    )
    shown = rows.select_related("room").only("subject_line", "held_at", "opened_at", "room__name", *COLUMNS)
    return list(shown.order_by("held_at", "pk")[:5])


MOST_AHEAD = 3  # on a desk; the list has them all


def sessions_ahead(actor: Actor, today: date) -> list[Deliberation]:
    """Announced sessions of the actor's own rooms that are still to come, soonest first; one statement, and none
    for whoever holds no office of a room."""
    rooms = {grant.room_no for grant in actor.grants if grant.room_no}
    if not rooms:
        return []
    found = Deliberation.objects.staffed_by(actor).filter(
        desk_room_no__in=rooms,
        state=DeliberationState.ANNOUNCED.value,
        held_at__gte=datetime.combine(today, time.min, ZONE),
    )
    return list(found.order_by("held_at", "pk")[:MOST_AHEAD])


@dataclass(frozen=True)
class RoomPage:
    """What hangs on a room's door, behind its code."""

    room: Room
    areas: list[Area]
    first: Appointment | None
    second: Appointment | None
    sessions: list[Deliberation]
    talking: list[Topic]
    promises: list[Commitment]
    figures: list[Shown]
    calls: list[Draw]


def room_page(room: Room, now: datetime, today: date) -> RoomPage:
    """The page of one room."""
    offices: dict[str, Appointment] = {}
    rows = Appointment.objects.in_force(today).filter(room=room).select_related("person")
    for appointment in rows.order_by("-from_on"):
        offices.setdefault(appointment.office, appointment)
    shown = Q(is_embargoed=False) & at_the_room()
    return RoomPage(
        room=room,
        areas=[area for area in tree(room.area_path) if area.level != AreaLevel.PROVINCE],
        first=offices.get(Office.FIRST_CONVENER),
        second=offices.get(Office.SECOND_CONVENER),
        sessions=list(
            Deliberation.objects.filter(
                shown,
                room=room,
                state=DeliberationState.ANNOUNCED.value,
                held_at__gte=now - timedelta(hours=3),
            )
            .select_related("room")
            .order_by("held_at")[:3]
        ),
        talking=list(
            Topic.objects.filter(shown, room=room, state__in=TALKING)
            .select_related("room")
            .order_by("-changed_at", "-pk")[:5]
        ),
        promises=list(
            Commitment.objects.filter(shown, room=room)
            .filter(at_the_room("topic__"))
            .select_related("lead", "topic", "room")
            .order_by("-assigned_at", "-pk")[:8]
        ),
        figures=figures(today, {ROOM: room.no}),
        calls=open_calls(today, room),
    )


@dataclass(frozen=True)
class Task:
    """One line of "what is due to me": what to do, about what, by when, and the page with its button."""

    clock: Clock
    verb: str | Promise
    kind: str | Promise
    title: str
    place: str
    link: str
    deadline: Deadline


def horizon(now: datetime) -> datetime:
    """Up to when the desk looks ahead; what is due after it can wait under "later"."""
    return calendar().days_after(now, book().at(local_day(now)).integer("clocks.ahead_days")).at


def later_count(actor: Actor, now: datetime) -> int:
    """How much is due to `actor` after the days that the desk looks ahead."""
    return due_to(actor, local_day(now)).filter(due_at__gt=horizon(now)).count()


def due_tasks(actor: Actor, now: datetime, *, start: int, limit: int, later: bool = False) -> list[Task]:
    """One page of what is due to `actor`, soonest first: one statement, and one for each kind of thing on it.

    `later`: what is due after the days that the desk looks ahead, instead of what is due within them.
    """
    until = horizon(now)
    within = Q(due_at__gt=until) if later else Q(due_at__lte=until)
    clocks = list(due_to(actor, local_day(now)).filter(within)[start : start + limit])
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in clocks:
        wanted[row.subject_kind].append(row.subject_no)
    rows = {kind: _rows(kind, nos, actor) for kind, nos in wanted.items()}
    return [_task(row, rows[row.subject_kind].get(row.subject_no), now) for row in clocks]


def _rows(kind: str, nos: list[str], actor: Actor) -> dict[str, Any]:
    """The things behind clocks by their numbers; nothing of what the actor may not open."""
    return {row.no: row for row in by_nos(house().thing(kind).rows(actor), nos)}


def _task(row: Clock, found: Any, now: datetime) -> Task:
    thing = house().thing(row.subject_kind)
    words, _page = house().task(row.subject_kind, row.rule)
    return Task(
        clock=row,
        verb=(thing.asks[row.rule](found) if found and row.rule in thing.asks else "") or words,
        kind=thing.label,
        title=thing.titles.get(row.rule, thing.title)(found) if found else "",
        place=thing.place(found) if found else "",
        link=house().where(row.subject_kind, row.subject_no, row.rule),
        deadline=deadline(row, now),
    )


MOST_COUNTED = 1000  # more are shown as "1000+"


@dataclass(frozen=True)
class NamedRoom:
    """A room found by its name; names repeat, so the town stands beside it."""

    no: str
    name: str
    town: str


def rooms_named(typed: str, raw: str | None) -> Page[NamedRoom]:
    """Rooms whose name holds every word that was typed, with the places above them."""
    rows = Room.objects.open()
    for ways in search_rules.words(typed):
        rows = rows.filter(reduce(or_, (Q(name__contains=word) | Q(no=word) for word in ways)))
    page = page_of(rows.order_by("area_path", "no"), raw)
    paths = {path for row in page.rows for path in ancestors(row.area_path)[2:]}
    names = dict(Area.objects.filter(path__in=paths).values_list("path", "name"))
    return Page(
        [
            NamedRoom(
                row.no, row.name, " › ".join(names.get(path, "") for path in ancestors(row.area_path)[2:4])
            )
            for row in page.rows
        ],
        page.number,
        page.more,
    )


@dataclass(frozen=True)
class Found:
    """One page of the topics whose words hold what was typed, and how many there are."""

    page: Page[Topic]
    count: int

    @property
    def is_more(self) -> bool:
        """Whether they were counted no further."""
        return self.count > MOST_COUNTED


def found_topics(actor: Actor, typed: str, raw: str | None) -> Found:
    """Topics that the actor may see and whose words hold what was typed, those of the title first, then the newest."""
    number = read_number(raw)
    count = search_index.count(actor, typed, most=MOST_COUNTED + 1, kind="topic")
    hits = search_index.query(actor, typed, limit=PAGE, start=(number - 1) * PAGE, kind="topic")
    rows = {row.no: row for row in by_nos(Topic.objects.select_related("room"), [hit.no for hit in hits])}
    shown = [rows[hit.no] for hit in hits if hit.no in rows]
    known = None if count > MOST_COUNTED else count
    return Found(Page(shown, number, count > number * PAGE, known), count)


def by_number(no: str) -> tuple[Topic | None, Deliberation | None]:
    """What everybody may open under that number: a topic, a session, or one of each."""
    topic = Topic.objects.at_the_door().by_no(no).select_related("room").first()
    session = Deliberation.objects.at_the_door().by_no(no).select_related("room").first()
    return (
        topic if topic is not None and topic.no == no else None,
        session if session is not None and session.no == no else None,
    )
