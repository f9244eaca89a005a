"""What happened at the table in a year that is over: sessions, records, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.clocks.actions import Holder
from shangliang.clocks.queries import calendar
from shangliang.deliberations.models import Deliberation, Participant, Record, Signature
from shangliang.deliberations.queries import RECORD_ROOM
from shangliang.deliberations.states import (
    Conclusion,
    DeliberationState,
    Form,
    Mode,
    SignatureWay,
)
from shangliang.deliberations.states import (
    Seat as TableSeat,
)
from shangliang.demo.beginnings import Beginnings
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import Phrase, meeting_place, phrase
from shangliang.demo.network import Seat
from shangliang.desks.queries import holder
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE, local_day
from shangliang.people.models import Unit
from shangliang.rulebook import book
from shangliang.topics.models import Topic, Visit
from shangliang.topics.states import Grade, TopicState

MEMBERS, HEADS = 2, 17  # at each session here; one party concerned is named besides the heads
ANY_TIME_MODES = (Mode.FIELD, Mode.STOOLS, Mode.VISIT, Mode.MOBILE)


@dataclass(frozen=True)
class Attendance:
    """How many came, so that the year adds up to the published one."""

    members: int
    residents: int


class Tables(Beginnings):
    """Writes sessions with who came and what was recorded."""

    def coming(self, seat: Seat) -> None:
        """A session that is announced for these days."""
        at = self.moment(16, 9)
        text = self.matter_at(seat, at)
        topic = self.topic(seat, text, at, TopicState.DELIBERATING, Grade.DEEP, self.after(at, 5, 7))
        self.researched(seat, topic, text, at)
        held = self.hour((self.now + timedelta(days=self.rng.randint(1, 9))).astimezone(ZONE).date())
        announced = self.after(at, 5, 7)
        row = self.bulk.add(
            Deliberation(
                topic=topic,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                form=Form.FORMAL.value,
                mode=Mode.ROOM.value,
                state=DeliberationState.ANNOUNCED.value,
                opened_at=announced,
                held_at=held,
                place=meeting_place(self.rng, Mode.ROOM, seat.spec.site)[:80],
                subject_line=text.title,
                agenda="\n".join(text.agenda),
                announced_at=announced,
                material_sent_at=announced,
                statutory_route=text.statutory_route.value if text.statutory_route else "",
                release=Release.RELEASED.value,
                released_at=announced,
                version=2,
            )
        )
        self.seats(row, seat, text, 2, attended=False)
        self.act(Kind.DELIBERATION_PREPARED, row.subject, Role.CLERK, row.desk_room_no, announced)
        self.posted(row.subject, row, announced, by=(Role.CLERK, row.desk_room_no))
        self.act(Kind.DELIBERATION_ANNOUNCED, row.subject, Role.CLERK, row.desk_room_no, announced)
        self.system(Kind.TOPIC_DELIBERATED, topic.subject, announced, state=topic.state)
        self.clock(
            RECORD_ROOM,
            row.subject,
            Holder(Role.CLERK, room_no=row.desk_room_no),
            announced,
            None,
            due_at=self.record_due(held),
        )

    def researched(self, seat: Seat, topic: Topic, text: MatterText, at: datetime) -> None:
        """Looked at on the spot, the second convener heard, adopted by the first."""
        seen, no = self.after(topic.opened_at, 1, 3), seat.room.no
        self.clock("topics.deep_start_days", topic.subject, holder(topic), topic.opened_at, seen)
        self.bulk.add(
            Visit(topic=topic, on=seen.date(), place=text.place[:80], found=text.found[:300], at=seen)
        )
        topic.visits_count = 1
        heard, adopted = seen + timedelta(hours=2), seen + timedelta(hours=4)
        topic.second_heard_at, topic.second_agrees, topic.adopted_at = heard, True, adopted
        self.clock("topics.research_days", topic.subject, holder(topic), seen, adopted)
        second = Holder(Role.SECOND_CONVENER, room_no=no)
        self.clock("topics.second_opinion_days", topic.subject, second, seen, heard)
        self.act(Kind.TOPIC_VISITED, topic.subject, Role.CLERK, no, seen, visits=1)
        self.act(Kind.TOPIC_SECONDED, topic.subject, Role.SECOND_CONVENER, no, heard, agrees=True)
        self.act(Kind.TOPIC_ADOPTED, topic.subject, Role.FIRST_CONVENER, no, adopted)

    def session(
        self,
        seat: Seat,
        topic: Topic,
        text: MatterText,
        held: datetime,
        confirmed: datetime,
        attendance: Attendance,
        *,
        agreed: bool,
    ) -> tuple[Deliberation, Record]:
        """The session and its signed record."""
        any_time = self.rng.random() < self.chances.any_time
        mode = self.rng.choice(ANY_TIME_MODES) if any_time else Mode.ROOM
        no, site = seat.room.no, seat.spec.site
        deliberation = self.bulk.add(
            Deliberation(
                topic=topic,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=no,
                form=(Form.ANY_TIME if any_time else Form.FORMAL).value,
                mode=mode.value,
                state=DeliberationState.ARCHIVED.value,
                opened_at=held if any_time else max(held - timedelta(days=5), topic.adopted_at or held),
                held_at=held,
                ended_at=held + timedelta(minutes=70),
                place=meeting_place(self.rng, mode, site)[:80],
                subject_line=text.title,
                agenda="" if any_time else "\n".join(text.agenda),
                announced_at=None if any_time else max(held - timedelta(days=4), topic.adopted_at or held),
                material_sent_at=None
                if any_time
                else max(held - timedelta(days=4), topic.adopted_at or held),
                attendance_at=held,
                statutory_route=text.statutory_route.value if text.statutory_route else "",
                residents_count=attendance.residents - 1,
                release=Release.RELEASED.value,
                released_at=held,
                version=4,
            )
        )
        self.seats(deliberation, seat, text, attendance.members)
        conclusion = Conclusion.AGREED if agreed else Conclusion.NO_AGREEMENT
        record = self.bulk.add(
            Record(
                deliberation=deliberation,
                said="\n".join(remark.text for remark in text.remarks),
                dissent=text.dissent or ("" if agreed else phrase(self.rng, Phrase.DISSENT_EXPLAINED, site)),
                conclusion=conclusion.value,
                effect=(text.effect if agreed else phrase(self.rng, Phrase.NO_AGREEMENT, site))[:300],
                was_read_back=True,
                written_at=held + timedelta(hours=3),
                confirmed_at=confirmed,
                release=Release.RELEASED.value,
                released_at=confirmed,
            )
        )
        for table_seat, person in (
            (TableSeat.FIRST_CONVENER, seat.first),
            (TableSeat.SECOND_CONVENER, seat.second),
        ):
            self.bulk.add(
                Signature(
                    record=record,
                    seat=table_seat.value,
                    person=person,
                    way=SignatureWay.DESK.value,
                    signed_at=confirmed,
                    office=table_seat.value,
                    signer=person.name,
                )
            )
        self.session_acts(deliberation, record, any_time, held, confirmed, conclusion)
        return deliberation, record

    def session_acts(
        self,
        deliberation: Deliberation,
        record: Record,
        any_time: bool,
        held: datetime,
        confirmed: datetime,
        conclusion: Conclusion,
    ) -> None:
        """What the ledger keeps of a session."""
        subject, topic, no = deliberation.subject, deliberation.topic, deliberation.desk_room_no
        clerk, written = Holder(Role.CLERK, room_no=no), record.written_at or confirmed
        begun, over = deliberation.opened_at, deliberation.ended_at or held
        announced = deliberation.announced_at or held
        self.clock("topics.prepare_days", topic.subject, clerk, topic.adopted_at or begun, begun)
        if not any_time:
            self.act(Kind.DELIBERATION_PREPARED, subject, Role.CLERK, no, begun)
            self.clock("topics.prepare_days", subject, clerk, begun, announced)
            self.posted(subject, deliberation, begun, by=(Role.CLERK, no))
            self.act(Kind.DELIBERATION_ANNOUNCED, subject, Role.CLERK, no, announced)
        self.act(Kind.TOPIC_DELIBERATED, topic.subject, Role.CLERK, no, announced, state="deliberating")
        if not any_time:
            self.clock(RECORD_ROOM, subject, clerk, announced, over, due_at=self.record_due(held))
            self.act(Kind.ATTENDANCE_WRITTEN, subject, Role.CLERK, no, held)
            self.act(Kind.DELIBERATION_OPENED, subject, Role.CLERK, no, held)
            self.act(Kind.DELIBERATION_CLOSED, subject, Role.CLERK, no, over)
            self.clock(RECORD_ROOM, subject, clerk, over, written)
            self.act(Kind.RECORD_WRITTEN, subject, Role.CLERK, no, over, draft=True)
        self.act(Kind.RECORD_WRITTEN, subject, Role.CLERK, no, written, draft=False)
        half = written + (confirmed - written) / 2
        for role, asked, signed in (
            (Role.FIRST_CONVENER, written, half),
            (Role.SECOND_CONVENER, half, confirmed),
        ):
            self.clock("deliberations.sign_days", subject, Holder(role, room_no=no), asked, signed)
            self.act(Kind.RECORD_SIGNED, subject, role, no, signed)
        self.system(Kind.RECORD_CONFIRMED, subject, confirmed, conclusion=conclusion.value)
        self.posted(record.subject, deliberation, confirmed, by=None)

    def record_due(self, held: datetime) -> datetime:
        """By when the record of a session is written."""
        return calendar().days_after(held, book().at(local_day(held)).integer(RECORD_ROOM)).at

    def seats(
        self,
        deliberation: Deliberation,
        seat: Seat,
        text: MatterText,
        members: int,
        attended: bool = True,
    ) -> None:
        """Who is named at the table: conveners, members, one party concerned, the doers."""
        rows: list[tuple[TableSeat, str, int | None, Unit | None]] = [
            (TableSeat.FIRST_CONVENER, seat.first.name, seat.first.pk, None),
            (TableSeat.PARTY_CONCERNED, text.concerned[0] if text.concerned else "住户代表", None, None),
        ]
        start = self.rng.randrange(len(self.network.members))
        for offset in range(members):
            person = (
                seat.second
                if offset == 0
                else self.network.members[(start + offset) % len(self.network.members)]
            )
            rows.append(
                (TableSeat.SECOND_CONVENER if offset == 0 else TableSeat.MEMBER, person.name, person.pk, None)
            )
        for measure in text.measures[:1]:
            unit = self.network.doer(measure.doer, seat)
            if unit is not None:
                rows.append((TableSeat.UNIT, unit.name[:40], None, unit))
        for table_seat, name, person_id, unit in rows:
            self.bulk.add(
                Participant(
                    deliberation=deliberation,
                    seat=table_seat.value,
                    person_id=person_id,
                    unit=unit,
                    name=name[:40],
                    invited_at=deliberation.announced_at,
                    attended=attended,
                )
            )
