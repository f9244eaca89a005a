"""What has to be there before a deliberation is announced, opened, recorded, signed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shangliang.access.states import Release
from shangliang.deliberations.states import Conclusion, Form, NextPath, Seat
from shangliang.kit.clock import ZONE, local_day, to_the_minute
from shangliang.kit.guards import Unmet

NOON = 12  # the hour
LONGEST_DOER = 20  # characters before the colon that can name a doer; more is a sentence
COLONS = ("：", ":")  # not shown: what people type

# What an announcement waits for that is meant for the public; elsewhere that it is sent to review.
NOT_REVIEWED = {
    Release.IN_REVIEW: Unmet("in_review"),
    Release.COVERED: Unmet("covered"),
    Release.TAKEN_DOWN: Unmet("taken_down", mend="agenda"),
}
RESIDENTS = frozenset({Seat.RESIDENT.value, Seat.PARTY_CONCERNED.value})
EARLY = timedelta(hours=1)  # pressed so long before the hour, it really began then


@dataclass(frozen=True)
class Numbers:
    """The composition that the rulebook advises; only the affected party is demanded."""

    people: int
    residents_percent: int
    members: int
    units: int
    affected: int


@dataclass(frozen=True)
class Plan:
    """A session as it stands before it is announced."""

    now: datetime
    held_at: datetime | None
    place: str
    has_link: bool
    subject_line: str
    agenda: str
    urgent_reason: str
    is_material_out: bool
    is_reviewed: bool
    release: str
    lead: int  # days between now and then, counted as the tier counts them
    lead_needed: int
    lead_in_working_days: bool
    seats: Mapping[str, int]  # how many are invited in each
    needs_second: bool
    is_statutory: bool
    route: str


def missing_for_announcing(plan: Plan, numbers: Numbers) -> list[Unmet]:
    """Everything that the announcement still lacks, advice last."""
    unmet = _time_and_place(plan)
    if not plan.subject_line.strip():
        unmet.append(Unmet("subject_missing", mend="subject_line"))
    if not plan.agenda.strip():
        unmet.append(Unmet("agenda_missing", mend="agenda"))
    if plan.is_statutory and not plan.route:
        unmet.append(Unmet("route_missing", mend="statutory_route"))
    if plan.seats.get(Seat.PARTY_CONCERNED.value, 0) < numbers.affected:
        unmet.append(Unmet("party_not_invited", {"n": numbers.affected}, mend="invite"))
    if not plan.is_material_out:
        unmet.append(Unmet("material_not_out", mend="is_material_out"))
    if not plan.is_reviewed:
        unmet.append(NOT_REVIEWED.get(Release(plan.release), Unmet("not_reviewed", mend="review")))
    return unmet + composition_advice(plan.seats, numbers, needs_second=plan.needs_second, planned=True)


def missing_for_review(plan: Plan) -> list[Unmet]:
    """What the words that go to the reviewer lack; times and guests may still change."""
    unmet = _time_and_place(plan)
    if not plan.subject_line.strip():
        unmet.append(Unmet("subject_missing", mend="subject_line"))
    if not plan.agenda.strip():
        unmet.append(Unmet("agenda_missing", mend="agenda"))
    return unmet


def _time_and_place(plan: Plan) -> list[Unmet]:
    unmet = []
    if plan.held_at is None:
        unmet.append(Unmet("time_missing", mend="held_at"))
    elif plan.held_at <= plan.now:
        unmet.append(Unmet("time_past", mend="held_at"))
    elif plan.lead < plan.lead_needed and not plan.urgent_reason.strip():
        code = "lead_too_short_working" if plan.lead_in_working_days else "lead_too_short"
        unmet.append(Unmet(code, {"n": plan.lead_needed}, mend="held_at"))
    if not plan.place.strip() and not plan.has_link:
        unmet.append(Unmet("place_missing", mend="place"))
    return unmet


def composition_advice(
    seats: Mapping[str, int], numbers: Numbers, *, needs_second: bool, heads: int = 0, planned: bool = False
) -> list[Unmet]:
    """What would make the table rounder. Advice: it blocks nothing."""
    count, mend = Counter(seats), "invite" if planned else "attendance"
    advice = []
    if not count[Seat.FIRST_CONVENER.value]:
        advice.append(Unmet("first_convener_missing", mend=mend, advice=True))
    if needs_second and not count[Seat.SECOND_CONVENER.value]:
        advice.append(Unmet("second_convener_missing", mend=mend, advice=True))
    if count[Seat.MEMBER.value] + count[Seat.SECOND_CONVENER.value] < numbers.members:
        advice.append(Unmet("members_few", {"n": numbers.members}, mend=mend, advice=True))
    if count[Seat.UNIT.value] < numbers.units:
        advice.append(Unmet("units_few", {"n": numbers.units}, mend=mend, advice=True))
    total = sum(count.values()) + heads
    if not planned and total < numbers.people:
        advice.append(Unmet("people_few", {"n": numbers.people, "here": total}, mend=mend, advice=True))
    residents = sum(count[seat] for seat in RESIDENTS) + heads
    if not planned and total and residents * 100 < numbers.residents_percent * total:
        advice.append(Unmet("residents_few", {"n": numbers.residents_percent}, mend=mend, advice=True))
    return advice


def missing_for_opening(
    here: Mapping[str, int], numbers: Numbers, *, is_written: bool, heads: int, needs_second: bool
) -> list[Unmet]:
    """Only the absence of the affected party blocks (domain 10.6); the rest is advice."""
    if not is_written:
        return [Unmet("attendance_missing", mend="attendance")]
    unmet = []
    if here.get(Seat.PARTY_CONCERNED.value, 0) < numbers.affected:
        unmet.append(Unmet("party_absent", {"n": numbers.affected}, mend="attendance"))
    return unmet + composition_advice(here, numbers, needs_second=needs_second, heads=heads)


@dataclass(frozen=True)
class Agreed:
    """One measure as it stands in the record."""

    what: str
    has_doer: bool
    due_on: date | None
    how_seen: str
    done_on_spot: bool


def is_another_day(planned: datetime | None, now: datetime) -> bool:
    """Whether it was announced for a day that is not this one."""
    return planned is not None and local_day(planned) != local_day(now)


def hour_held(planned: datetime | None, pressed: datetime) -> datetime:
    """When a session began, as a record says it: the hour it was announced for; where that was of another day, or is
    more than an hour away, the minute at which somebody said that it begins: none is over before it begins."""
    if planned is None or is_another_day(planned, pressed) or planned - pressed > EARLY:
        return to_the_minute(pressed)
    return planned


def end_of(held_at: datetime, until: time) -> datetime:
    """The moment at which a session ended that went on until that hour; past midnight it is the next day's."""
    day = local_day(held_at)
    end = datetime.combine(day, until, ZONE)
    return end if end > held_at else datetime.combine(day + timedelta(days=1), until, ZONE)


def ends_before_it_begins(held_at: datetime | None, ended_at: datetime | None) -> bool:
    """Whether the hour at which it ended cannot be: only what began after noon goes on past midnight, and into the
    small hours at most."""
    if held_at is None or ended_at is None or local_day(ended_at) == local_day(held_at):
        return False
    return held_at.astimezone(ZONE).hour < NOON or ended_at.astimezone(ZONE).hour >= NOON


@dataclass(frozen=True)
class Minutes:
    """A record as it stands, with the facts of its deliberation."""

    held_at: datetime | None
    place: str
    subject_line: str
    conclusion: str
    said: str
    dissent: str
    effect: str
    effect_by: date | None
    was_read_back: bool
    form: str
    measures: Sequence[Agreed] = field(default_factory=tuple)


def missing_for_signing(minutes: Minutes, *, today: date, effect_until: date) -> list[Unmet]:
    """The five-have (checklist 36): time, place, subject, measures, effect or when it will be seen."""
    unmet = []
    if minutes.held_at is None:
        unmet.append(Unmet("record_time_missing", mend="held_at"))
    if not minutes.place.strip():
        unmet.append(Unmet("record_place_missing", mend="place"))
    if not minutes.subject_line.strip():
        unmet.append(Unmet("record_subject_missing", mend="subject_line"))
    unmet += _measures(minutes, today)
    if not minutes.effect.strip() and minutes.effect_by is None:
        unmet.append(Unmet("record_effect_missing", mend="effect"))
    elif not minutes.effect.strip() and minutes.effect_by and minutes.effect_by > effect_until:
        unmet.append(Unmet("effect_too_late", {"day": effect_until.isoformat()}, mend="effect_by"))
    if minutes.form == Form.FORMAL and not minutes.was_read_back:
        unmet.append(Unmet("not_read_back", mend="was_read_back"))
    return unmet


def _measures(minutes: Minutes, today: date) -> list[Unmet]:
    if not minutes.conclusion:
        return [Unmet("conclusion_missing", mend="conclusion")]
    if minutes.conclusion == Conclusion.AGREED and not minutes.measures:
        return [Unmet("measures_missing", mend="measures-0-what")]
    unmet = []
    if minutes.conclusion == Conclusion.OPINION_ONLY and not minutes.said.strip():
        unmet.append(Unmet("opinion_missing", mend="said"))
    if minutes.conclusion == Conclusion.NO_AGREEMENT and not minutes.dissent.strip():
        unmet.append(Unmet("dissent_missing", mend="dissent"))
    for number, measure in enumerate(minutes.measures):
        unmet += _measure(number, measure, today, is_formal=minutes.form == Form.FORMAL)
    return unmet


def _measure(number: int, measure: Agreed, today: date, *, is_formal: bool) -> list[Unmet]:
    """Who does it; when and how one sees it is advice, and what was done on the spot needs none of it."""
    if measure.done_on_spot:
        return []
    place: dict[str, object] = {"n": number + 1}
    unmet = []
    if not measure.has_doer:
        unmet.append(Unmet("measure_doer_missing", place, mend=f"measures-{number}-doer_text"))
    if measure.due_on and measure.due_on < today:
        unmet.append(Unmet("measure_date_past", place, mend=f"measures-{number}-due_on"))
    if is_formal and measure.due_on is None:
        unmet.append(Unmet("measure_date_missing", place, mend=f"measures-{number}-due_on", advice=True))
    if is_formal and not measure.how_seen.strip():
        unmet.append(Unmet("measure_seen_missing", place, mend=f"measures-{number}-how_seen", advice=True))
    return unmet


def seats_to_sign(form: str, *, needs_second: bool, has_second: bool, on_room_desk: bool) -> tuple[Seat, ...]:
    """Whose signatures a record needs: both conveners of a formal session where the family has two.

    A quick talk never waits for the second one (design, section 5); what lies with an office is signed there.
    """
    if form == Form.FORMAL and on_room_desk and (needs_second or has_second):
        return (Seat.FIRST_CONVENER, Seat.SECOND_CONVENER)
    return (Seat.FIRST_CONVENER,)


def path_after_no_agreement(times_without: int, further: int, *, is_statutory: bool) -> NextPath:
    """One further session by default, then the statutory route or the next tier."""
    if times_without <= further:
        return NextPath.AGAIN
    return NextPath.STATUTORY if is_statutory else NextPath.UP


@dataclass(frozen=True)
class Line:
    """One line of what was said: who does what, or only words."""

    doer: str
    what: str


def read_lines(text: str) -> list[Line]:
    """Each line of a quick note; "谁：做什么" names a doer, anything else is what was said."""
    found = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        ends = [place for colon in COLONS if (place := line.find(colon)) > 0]
        place = min(ends, default=-1)
        doer, what = line[:place].strip(), line[place + 1 :].strip()
        is_doer = place > 0 and bool(what) and len(doer) <= LONGEST_DOER and not doer.isdigit()
        found.append(Line(doer, what) if is_doer else Line("", line))
    return found
