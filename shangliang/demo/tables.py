"""What happened at the table: what was looked into first, the session or the talk, the record and its signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shangliang.access.roles import Role
from shangliang.deliberations.actions import announcing, any_time, meeting, preparing, recording, signing
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.actions.preparing import Draft, Guest
from shangliang.deliberations.models import Deliberation, Participant, Record, Signature
from shangliang.deliberations.queries import lead_of
from shangliang.deliberations.rules import LONGEST_DOER, read_lines
from shangliang.deliberations.states import Conclusion, Mode, Seat, StatutoryRoute
from shangliang.demo.beginnings import HOUR, REVIEW
from shangliang.demo.corpus.doers import unit_for
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import Phrase, meeting_place
from shangliang.demo.matter import Matter
from shangliang.kit.clock import local_day
from shangliang.people.queries import pattern
from shangliang.places.states import Family
from shangliang.topics.actions import adoption, research
from shangliang.topics.models import Topic

MEMBERS, HEADS = 2, 17  # at each session around the cast; one party concerned is named besides the heads
ANY_TIME_MODES = (Mode.FIELD, Mode.STOOLS, Mode.VISIT, Mode.MOBILE)
LONG = timedelta(minutes=70)  # a session


@dataclass(frozen=True)
class Attendance:
    """How many came, so that the year adds up to the published one."""

    members: int
    residents: int


def adopted(matter: Matter, topic: Topic, text: MatterText) -> datetime:
    """Looked at on the spot, the second convener heard where there has to be one, adopted by the first."""
    at = topic.opened_at
    for _ in range(adoption.visits_needed(topic, at)):
        at = matter.after(at, 1, 3)
        matter.do(
            at,
            research.visit,
            topic=topic,
            on=local_day(at),
            place=text.place[:80],
            found=text.found[:300],
            actor=matter.officer(Role.CLERK),
        )
    if pattern(topic.room, local_day(at)).second_is_needed:
        at = min(at + 2 * HOUR, matter.now)
        opinion, second = matter.words(Phrase.SECOND_AGREES), matter.officer(Role.SECOND_CONVENER)
        matter.do(at, adoption.hear_second, topic=topic, agrees=True, opinion=opinion, actor=second)
    at = min(at + 2 * HOUR, matter.now)
    matter.do(at, adoption.adopt, topic=topic, actor=matter.officer(Role.FIRST_CONVENER))
    return at


def route_of(matter: Matter, topic: Topic, text: MatterText) -> StatutoryRoute | None:
    """Where a statutory matter has to be decided."""
    if text.statutory_route or not topic.is_statutory:
        return text.statutory_route
    is_village = matter.seat.room.family == Family.VILLAGE
    return StatutoryRoute.VILLAGE if is_village else StatutoryRoute.COMMUNITY


def announced(
    matter: Matter,
    topic: Topic,
    text: MatterText,
    since: datetime,
    members: int,
    *,
    not_before: datetime,
) -> Deliberation:
    """A session is planned, reviewed and announced, with the lead time of its tier."""
    clerk = matter.officer(Role.CLERK)
    prepared = matter.after(since, 0, 3)
    told = matter.after(prepared, 1, 2)
    site = matter.seat.spec.site
    lead = lead_of(Deliberation(desk_path=topic.desk_path), local_day(told)).days
    spare = 0 if matter.chances.is_brisk else matter.rng.randint(0, 4)
    day = max(local_day(told) + timedelta(days=lead + 1 + spare), local_day(not_before))
    route = route_of(matter, topic, text)
    draft = Draft(
        held_at=matter.half_hour(day),
        place=meeting_place(matter.rng, Mode.ROOM, site)[:80],
        subject_line=text.title,
        agenda="\n".join(text.agenda),
        statutory_route=route.value if route else "",
        is_material_out=True,
    )
    row: Deliberation = matter.do(
        prepared,
        preparing.prepare,
        topic=topic,
        draft=draft,
        guests=_guests(matter, text, members),
        actor=clerk,
    )
    matter.do(prepared, announcing.send_to_review, deliberation=row, actor=clerk)
    matter.release(min(prepared + REVIEW, told), row)
    matter.do(told, announcing.announce, deliberation=row, actor=clerk)
    return row


def _guests(matter: Matter, text: MatterText, members: int) -> list[Guest]:
    """Who is named at the table: conveners, members, one party concerned, the doers."""
    seat, among = matter.seat, matter.network.members
    found = [
        Guest(Seat.FIRST_CONVENER, seat.first.name, person=seat.first),
        Guest(Seat.SECOND_CONVENER, seat.second.name, person=seat.second),
    ]
    others = [person for person in matter.rng.sample(among, members) if person != seat.second]
    found += [Guest(Seat.MEMBER, person.name, person=person) for person in others[: members - 1]]
    found.append(Guest(Seat.PARTY_CONCERNED, text.concerned[0] if text.concerned else "住户代表"))
    unit = matter.network.doer(text.measures[0].doer, seat)
    if unit is not None:
        found.append(Guest(Seat.UNIT, unit.name, unit=unit))
    return found


def held(
    matter: Matter,
    row: Deliberation,
    text: MatterText,
    attendance: Attendance,
    *,
    agreed: bool,
    most_measures: int,
) -> tuple[Record, datetime]:
    """Everybody comes; written the same day, signed by both conveners some days later."""
    at, clerk = row.held_at or matter.now, matter.officer(Role.CLERK)
    here = frozenset(guest.pk for guest in matter.hand.rows(Participant))
    coming = meeting.Attendance(here=here, heads=attendance.residents - 1)
    matter.do(at, meeting.write_attendance, deliberation=row, attendance=coming, actor=clerk)
    matter.do(at, meeting.open_session, deliberation=row, actor=clerk)
    over = min(at + LONG, matter.now)
    matter.do(over, meeting.close, deliberation=row, actor=clerk)
    written = min(at + 3 * HOUR, matter.now)
    confirmed = max(matter.after(at, 1, 3), written)
    record: Record = matter.do(
        over,
        recording.save_draft,
        deliberation=row,
        text=_written(matter, row, text, at, confirmed, agreed=agreed, most_measures=most_measures),
        actor=clerk,
    )
    matter.do(written, signing.send, deliberation=row, actor=clerk)
    return record, signed(matter, record, written, confirmed)


def _written(
    matter: Matter,
    row: Deliberation,
    text: MatterText,
    at: datetime,
    confirmed: datetime,
    *,
    agreed: bool,
    most_measures: int,
) -> recording.Text:
    measures = [
        recording.Agreement(
            measure.what[:120],
            unit=matter.network.doer(measure.doer, matter.seat),
            doer_text=""
            if matter.network.doer(measure.doer, matter.seat)
            else unit_for(measure.doer, matter.seat.spec.site).name[:60],
            due_on=local_day(confirmed + timedelta(days=measure.days)),
            how_seen=measure.seen[:120],
            done_on_spot=measure.is_done_on_spot,
        )
        for measure in text.measures[:most_measures]
    ]
    effect = text.effect if agreed else matter.words(Phrase.NO_AGREEMENT)
    return recording.Text(
        held_at=at,
        place=row.place,
        subject_line=text.title,
        said="\n".join(remark.text for remark in text.remarks),
        dissent=text.dissent or ("" if agreed else matter.words(Phrase.DISSENT_EXPLAINED)),
        conclusion=Conclusion.AGREED if agreed else Conclusion.NO_AGREEMENT,
        statutory_route=row.statutory_route,
        effect=effect[:300],
        was_read_back=True,
        measures=measures if agreed else (),
    )


def talked_over(
    matter: Matter, topic: Topic, text: MatterText, since: datetime, residents: int, *, most_measures: int
) -> tuple[Record, datetime]:
    """随时议: a talk in the field, written down the same day; the first convener signs."""
    at = matter.after(since, 1, 6)
    mode, site = matter.rng.choice(ANY_TIME_MODES), matter.seat.spec.site
    said = [remark.text for remark in text.remarks if not any(line.doer for line in read_lines(remark.text))]
    said += [
        f"{unit_for(measure.doer, site).name[:LONGEST_DOER]}：{measure.what}"
        for measure in text.measures[:most_measures]
    ]
    talk = Talk(
        held_at=at,
        place=meeting_place(matter.rng, mode, site)[:80],
        subject_line=text.title,
        people=residents,
        said="\n".join(said),
        mode=mode,
    )
    written = min(at + 2 * HOUR, matter.now)
    matter.do(
        written,
        any_time.write,
        room=matter.seat.room,
        talk=talk,
        topic=topic,
        actor=matter.officer(Role.CLERK),
    )
    record = matter.hand.rows(Record)[0]
    return record, signed(matter, record, written, matter.after(written, 0, 2))


def signed(matter: Matter, record: Record, written: datetime, confirmed: datetime) -> datetime:
    """Everybody whose signature is needed signs, the last one at `confirmed`; the record is released."""
    signatures = matter.hand.rows(Signature)
    step = (confirmed - written) / len(signatures)
    for number, signature in enumerate(signatures, 1):
        at = confirmed if number == len(signatures) else written + number * step
        matter.do(at, signing.sign, signature=signature, actor=matter.officer(Role(signature.seat)))
    matter.release(confirmed + REVIEW, record)
    return confirmed
