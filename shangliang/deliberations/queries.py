"""Reading deliberations: lists of the desk, the calendar, one page, and what its guards need to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.accounts.queries import holders_by_unit
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import calendar
from shangliang.deliberations import rules
from shangliang.deliberations.labels import BY_SLIP, RAISED_BY
from shangliang.deliberations.models import Deliberation, Measure, Participant, Record, Signature, token_hash
from shangliang.deliberations.states import (
    Conclusion,
    DeliberationState,
    NextPath,
    Seat,
)
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.inbox.models import account_ref, slip_ref
from shangliang.inbox.queries import Told, address_of, told
from shangliang.inbox.states import ChannelKind
from shangliang.kit.clock import local_day
from shangliang.opinions.models import Vote
from shangliang.people import queries as people
from shangliang.people.models import Person, Unit
from shangliang.people.states import Office
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.states import SubmissionState

SIGN, RECORD_ROOM, RECORD_CITY = (
    "deliberations.sign_days",
    "deliberations.record_room_days",
    "deliberations.record_city_days",
)
LEADS = {
    AreaLevel.VILLAGE: "deliberations.notice_village_calendar_days",
    AreaLevel.TOWN: "deliberations.notice_town_calendar_days",
    AreaLevel.COUNTY: "deliberations.notice_county_days",
    AreaLevel.CITY: "deliberations.notice_city_days",
    AreaLevel.PROVINCE: "deliberations.notice_city_days",
}
NEWS = (Kind.DELIBERATION_ANNOUNCED, Kind.DELIBERATION_POSTPONED, Kind.DELIBERATION_CANCELLED)
MOST_PROPOSED = 5  # of each kind; others are named by hand
BEFORE_THE_END = [
    DeliberationState.PREPARED.value,
    DeliberationState.ANNOUNCED.value,
    DeliberationState.UNDER_WAY.value,
]
OPEN_STATES = [*BEFORE_THE_END, DeliberationState.TO_BE_CONFIRMED.value]


def desk_list(actor: Actor) -> QuerySet[Deliberation]:
    """What lies on the actor's desk, the latest first."""
    rows = Deliberation.objects.staffed_by(actor).select_related("room", "topic")
    return rows.order_by("-held_at", "-pk")


def coming(now: datetime, area_path: str = "") -> QuerySet[Deliberation]:
    """What is announced and not over, as everybody may see it, soonest first."""
    rows = Deliberation.objects.visible_to(ANONYMOUS).filter(
        state__in=[DeliberationState.ANNOUNCED.value, DeliberationState.UNDER_WAY.value], held_at__gte=now
    )
    if area_path:
        rows = rows.filter(room__area_path__startswith=area_path)
    return rows.select_related("room").order_by("held_at", "pk")


def is_to_come(found: Deliberation, today: date) -> bool:
    """Whether people can still be asked in: neither over nor of a day that has passed, whoever forgot to say so."""
    if found.state not in BEFORE_THE_END:
        return False
    return found.held_at is None or local_day(found.held_at) >= today


def public_page(no: str) -> Deliberation | None:
    """The deliberation as whoever stands at the door may see it."""
    found = (
        Deliberation.objects.at_the_door().by_no(no).select_related("room", "topic", "record", "poll").first()
    )
    return found if found is not None and found.no == no else None


def covered_page(no: str) -> Deliberation | None:
    """One whose announcement was taken down, for now or for good: a tombstone stays."""
    rows = Deliberation.objects.filter(
        release__in=[Release.COVERED.value, Release.TAKEN_DOWN.value],
        is_embargoed=False,
        announced_at__isnull=False,
    )
    found = rows.by_no(no).first()
    return found if found is not None and found.no == no else None


def record_of(deliberation: Deliberation) -> Record | None:
    """The record, once somebody began it."""
    return getattr(deliberation, "record", None)


# how far a record reaches that everybody may read
OPEN_SCOPES = {Scope.PUBLIC.value, Scope.PLACE.value}


def released_record(deliberation: Deliberation) -> Record | None:
    """The record as everybody may read it, if it is published."""
    record = record_of(deliberation)
    return record if record and record.release == Release.RELEASED and record.scope in OPEN_SCOPES else None


def with_voters(rows: QuerySet[Deliberation]) -> QuerySet[Deliberation]:
    """Each with `voters`: how many have said what they think in its poll."""
    votes = Vote.objects.filter(poll=OuterRef("poll")).order_by().values("poll")
    counted = votes.annotate(n=Count("voter", distinct=True)).values("n")
    return rows.annotate(voters=Coalesce(Subquery(counted), 0))


def open_of(topic: Topic) -> Deliberation | None:
    """The deliberation of a topic that is not over yet."""
    return topic.deliberations.filter(state__in=OPEN_STATES).first()


def numbers_at(deliberation: Deliberation, day: date) -> rules.Numbers:
    """The advised composition at that place on that day."""
    found, path = book().at(day), deliberation.desk_path
    return rules.Numbers(
        people=found.integer("deliberations.people_min_count", path),
        residents_percent=found.integer("deliberations.resident_share_percent", path),
        members=found.integer("deliberations.members_min_count", path),
        units=found.integer("deliberations.units_min_count", path),
        affected=found.integer("deliberations.affected_min_count", path),
    )


@dataclass(frozen=True)
class Lead:
    """How far ahead a session of this tier is announced."""

    rule: str
    days: int
    is_working: bool


def lead_of(deliberation: Deliberation, day: date) -> Lead:
    """The lead time of the tier on whose desk it lies."""
    rule = LEADS[level_of(deliberation.desk_path)]
    days = book().at(day).integer(rule, deliberation.desk_path)
    return Lead(rule, days, book().parameter(rule).unit == "days")


def plan_of(deliberation: Deliberation, now: datetime) -> rules.Plan:
    """What the guard of the announcement looks at; one statement for the invited."""
    today, held_at = local_day(now), deliberation.held_at
    lead = lead_of(deliberation, today)
    left = 0
    if held_at is not None:
        day = local_day(held_at)
        left = calendar().worked_between(today, day) if lead.is_working else (day - today).days
    return rules.Plan(
        now=now,
        held_at=held_at,
        place=deliberation.place,
        has_link=bool(deliberation.online_link),
        subject_line=deliberation.subject_line,
        agenda=deliberation.agenda,
        urgent_reason=deliberation.urgent_reason,
        is_material_out=deliberation.material_sent_at is not None,
        is_reviewed=deliberation.is_reviewed,
        release=deliberation.release,
        lead=left,
        lead_needed=lead.days,
        lead_in_working_days=lead.is_working,
        seats=seats(deliberation, attended=False),
        needs_second=people.pattern(deliberation.room, today).second_is_needed,
        is_statutory=deliberation.topic.is_statutory,
        route=deliberation.statutory_route,
    )


def seats(deliberation: Deliberation, *, attended: bool) -> Mapping[str, int]:
    """How many are invited, or here, in each seat."""
    return Counter(row.seat for row in deliberation.participants.all() if row.attended or not attended)


def minutes_of(deliberation: Deliberation, record: Record | None) -> rules.Minutes:
    """What the five-have guard looks at; one statement for the measures."""
    measures = measures_of(record)
    return rules.Minutes(
        held_at=deliberation.held_at,
        place=deliberation.place,
        subject_line=deliberation.subject_line,
        conclusion=record.conclusion if record else "",
        said=record.said if record else "",
        dissent=record.dissent if record else "",
        effect=record.effect if record else "",
        effect_by=record.effect_by if record else None,
        was_read_back=bool(record and record.was_read_back),
        form=deliberation.form,
        measures=tuple(
            rules.Agreed(
                row.what, bool(row.unit_id or row.doer_text), row.due_on, row.how_seen, row.done_on_spot
            )
            for row in measures
        ),
    )


def measures_of(record: Record | None) -> list[Measure]:
    """What was agreed, in the order in which it was written."""
    return list(record.measures.select_related("unit").order_by("pk")) if record else []


@dataclass(frozen=True)
class Proposal:
    """Somebody whom the system proposes to invite; `key` stands for them in the form."""

    key: str
    seat: Seat
    name: str
    person: Person | None = None
    unit: Unit | None = None
    is_by_slip: bool = False
    is_likely: bool = True  # ticked beforehand


def proposals(topic: Topic, day: date) -> list[Proposal]:
    """Whom to invite: conveners, those who raised it, members near, doers whose themes name it, units visited.

    Three statements; a matter under embargo proposes nobody of the room.
    """
    found: list[Proposal] = []
    if not topic.is_embargoed:
        for office, person in people.conveners(topic.room, day).items():
            if office != Office.STAND_IN:
                found.append(Proposal(f"person-{person.pk}", Seat(office.value), person.name, person=person))
    if topic.submissions_count:
        found.append(Proposal("slips", Seat.PARTY_CONCERNED, str(BY_SLIP), is_by_slip=True))
    found.sort(key=lambda row: list(Seat).index(row.seat))
    known = {row.person.pk for row in found if row.person}
    if not topic.is_embargoed:
        near = people.members_near(topic.room.area_path, day)[: MOST_PROPOSED + len(known)]
        for member in near:
            if member.person_id not in known:
                found.append(
                    Proposal(
                        f"person-{member.person_id}",
                        Seat.MEMBER,
                        member.person.name,
                        person=member.person,
                        is_likely=False,
                    )
                )
    for unit in people.doers_for(topic.desk_path, topic.theme, MOST_PROPOSED):
        # whoever stands above the room is asked on purpose, never by an overlooked tick
        is_near = unit.area_path.startswith(topic.desk_path)
        found.append(Proposal(f"unit-{unit.pk}", Seat.UNIT, unit.name, unit=unit, is_likely=is_near))
    return found


def proposals_besides(deliberation: Deliberation, known: Iterable[Participant], day: date) -> list[Proposal]:
    """Whom else to invite: those proposed for its topic who are not on the list yet."""
    keys = {(row.person_id, row.unit_id, row.is_by_slip) for row in known}
    return [
        row
        for row in proposals(deliberation.topic, day)
        if (row.person and row.person.pk, row.unit and row.unit.pk, row.is_by_slip) not in keys
    ]


def seats_to_sign(deliberation: Deliberation, day: date) -> dict[Seat, int | None]:
    """Whose signatures the record needs, with the person in each seat."""
    conveners = {
        office.value: person.pk for office, person in people.conveners(deliberation.room, day).items()
    }
    wanted = rules.seats_to_sign(
        deliberation.form,
        needs_second=people.pattern(deliberation.room, day).second_is_needed,
        has_second=Seat.SECOND_CONVENER.value in conveners,
        on_room_desk=bool(deliberation.desk_room_no),
    )
    if not deliberation.desk_room_no:
        return dict.fromkeys(wanted)
    return {seat: conveners.get(seat.value) for seat in wanted}


def signatures_of(record: Record) -> list[Signature]:
    """The signatures in the order of the seats."""
    return list(record.signatures.select_related("person", "person__account").order_by("pk"))


def has_own_address(signature: Signature) -> bool:
    """Whether a message outside the house reaches the convener themselves, at an address of their own account."""
    account = signature.person.account_id if signature.person else None
    ways = (ChannelKind.MAIL, ChannelKind.SMS)
    return account is not None and any(address_of(account_ref(account), way) for way in ways)


def signatures_wanted(deliberation: Deliberation) -> list[Signature]:
    """Those under its record that are not there yet."""
    rows = Signature.objects.filter(record__deliberation=deliberation, signed_at=None)
    return list(rows.select_related("record__deliberation", "person").order_by("pk"))


def is_sign_time_over(deliberation: Deliberation, at: datetime) -> bool:
    """Whether the conveners have had their working days to sign."""
    return Clock.objects.running().of(deliberation.subject).filter(rule=SIGN, due_at__lt=at).exists()


def signature_by_token(token: str, at: datetime) -> Signature | None:
    """The signature that a link still opens; unknown, used and outdated are the same nothing."""
    rows = Signature.objects.filter(token_hash=token_hash(token), signed_at=None, token_until__gte=at)
    return rows.select_related(
        "person", "record__deliberation__room", "record__deliberation__topic", "record"
    ).first()


def times_without_agreement(topic: Topic) -> int:
    """How many sessions about this topic ended without agreement."""
    return Record.objects.filter(
        deliberation__topic=topic,
        deliberation__state=DeliberationState.ARCHIVED.value,
        conclusion=Conclusion.NO_AGREEMENT.value,
    ).count()


def path_after(deliberation: Deliberation, day: date) -> NextPath:
    """Where the matter goes when this session, or the last one, did not agree."""
    further = book().at(day).integer("deliberations.further_sessions_count", deliberation.desk_path)
    times = times_without_agreement(deliberation.topic)
    if deliberation.state != DeliberationState.ARCHIVED:
        times += 1
    return rules.path_after_no_agreement(times, further, is_statutory=deliberation.topic.is_statutory)


def public_counts(deliberation: Deliberation) -> list[tuple[Seat, int]]:
    """How many came in each seat; who had no seat is counted besides."""
    counted = Counter(deliberation.participants.filter(attended=True).values_list("seat", flat=True))
    return [(seat, counted[seat.value]) for seat in Seat if counted[seat.value]]


def news_of(event: Event) -> str:
    """Under which one message of what an event says reaches each reader, by whatever way."""
    return f"event:{event.pk}"


def last_news(deliberation: Deliberation) -> Event | None:
    """What the guests have to know: that it takes place, that it was put off, or that it does not."""
    subject = deliberation.subject
    rows = Event.objects.filter(subject_kind=subject.kind, subject_no=subject.no, kind__in=NEWS)
    return rows.order_by("-pk").first()


def is_being_told(deliberation: Deliberation) -> bool:
    """Whether the messages of the latest are still to be written: nobody knows yet whom they will not reach."""
    news = last_news(deliberation)
    return news is not None and news.is_open and not news.failures.exists()


@dataclass(frozen=True)
class ToldGuest:
    """Somebody who was invited, and whether they know the latest of it."""

    ref: str  # under which a telling is written down
    name: str
    seat: Seat
    told: Told
    phone: str = ""  # a unit's; people's stand sealed, behind a look that is on record
    submission_no: str = ""  # where whoever raised it left a telephone
    is_drawn: bool = False


def told_guests(deliberation: Deliberation) -> list[ToldGuest]:
    """Everybody on the list, whoever has to be called first; the same statements for a long list."""
    news = last_news(deliberation)
    if news is None:
        return []
    rows = deliberation.participants.exclude(invited_at=None).select_related("person", "unit")
    guests = list(rows.order_by("pk"))
    units = holders_by_unit(
        Role.DOER.value, local_day(news.at), [row.unit.code for row in guests if row.unit]
    )
    people: dict[str, list[str]] = {}
    for row in guests:
        if not row.is_by_slip:
            people[_ref(row)] = _reached(row, units)
    slips = _slips(deliberation) if any(row.is_by_slip for row in guests) else []
    people |= {slip_ref(no): [slip_ref(no)] for no in slips}
    stand = told(people, [news_of(news)])
    found = [
        ToldGuest(
            ref=_ref(row),
            name=row.display_name,
            seat=Seat(row.seat),
            told=stand[_ref(row)],
            phone=row.unit.phone if row.unit else "",
            is_drawn=bool(row.ref),
        )
        for row in guests
        if not row.is_by_slip
    ]
    found += [
        ToldGuest(
            ref=slip_ref(no),
            name=str(RAISED_BY) % {"no": no},
            seat=Seat.PARTY_CONCERNED,
            told=stand[slip_ref(no)],
            submission_no=no,
        )
        for no in slips
    ]
    return sorted(found, key=lambda each: not each.told.is_open)


def _ref(row: Participant) -> str:
    return row.ref or f"participant:{row.pk}"


def _reached(row: Participant, units: Mapping[str, list[int]]) -> list[str]:
    if row.ref:
        return [row.ref]
    accounts = units.get(row.unit.code, []) if row.unit else []
    if row.person and row.person.account_id:
        accounts = [row.person.account_id, *accounts]
    return [account_ref(account) for account in accounts]


def _slips(deliberation: Deliberation) -> list[str]:
    rows = deliberation.topic.submissions.exclude(state=SubmissionState.ERASED.value)
    return [row.no for row in rows.order_by("pk")]
