"""A year of work that is over: each matter's life as the rows its acts would have left.

What is still going on around the cast is done by the actions themselves (`demo.present`).
"""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.clocks.actions import Holder
from shangliang.deliberations.models import Deliberation, Measure, Record
from shangliang.demo.corpus.doers import unit_for
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import Phrase, phrase
from shangliang.demo.network import Seat
from shangliang.demo.tables import HEADS, MEMBERS, Attendance, Tables
from shangliang.desks.queries import holder
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Outcome, Rating, Reply
from shangliang.outcomes.states import (
    Closing,
    CommitmentState,
    Level,
    OutcomeKind,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
)
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Grade, TopicState

LEVELS = ((Level.VERY_SATISFIED, 40), (Level.SATISFIED, 42), (Level.BASICALLY_SATISFIED, 18))


class History(Tables):
    """Writes matters that have come to their end, and some whose work is going on."""

    def deep(
        self,
        seat: Seat,
        attendance: Attendance,
        *,
        finished: bool,
        agreed: bool = True,
        most_measures: int = 2,
        text: MatterText | None = None,
    ) -> int:
        """A matter that went to a table; returns how many of its commitments are closed as done."""
        at = self.moment(self.chances.oldest, 75) if finished else self.moment(75, 25)
        text = text or self.matter_at(seat, at)
        held = self.after(at, 9, 20)
        confirmed = self.after(held, 1, 3)
        done = self.after(confirmed, 8, 35)
        state = TopicState.CONCLUDED if finished else TopicState.IN_HAND
        if not agreed:
            state, done = TopicState.UNSOLVED, confirmed
        topic = self.topic(seat, text, at, state, Grade.DEEP, done if finished or not agreed else confirmed)
        self.researched(seat, topic, text, at)
        deliberation, record = self.session(seat, topic, text, held, confirmed, attendance, agreed=agreed)
        if not agreed:
            topic.ended_at, topic.end_reason = (
                confirmed,
                phrase(self.rng, Phrase.NO_AGREEMENT, seat.spec.site)[:300],
            )
            self.system(Kind.TOPIC_LEFT_UNSOLVED, topic.subject, confirmed, state=topic.state)
            return 0
        measures = self.measures(seat, record, text, confirmed, most_measures)
        self.system(Kind.TOPIC_AGREED, topic.subject, confirmed, state="agreed")
        outcome = self.outcome(seat, topic, deliberation, measures, confirmed)
        for measure in measures:
            self.commitment(
                seat, topic, outcome, measure, text, confirmed, done if finished else None, measures[-1]
            )
        if finished:
            topic.ended_at = done
            self.system(Kind.TOPIC_CONCLUDED, topic.subject, done, state=topic.state)
        return len(measures) if finished else 0

    def measures(
        self, seat: Seat, record: Record, text: MatterText, confirmed: datetime, most: int
    ) -> list[Measure]:
        """What the table agreed on: each with a doer, a day, and how one will see it."""
        made = []
        for measure in text.measures[:most]:
            unit = self.network.doer(measure.doer, seat)
            row = Measure(
                record=record,
                what=measure.what[:120],
                unit=unit,
                doer_text="" if unit else unit_for(measure.doer, seat.spec.site).name[:60],
                due_on=(confirmed + timedelta(days=measure.days)).date(),
                how_seen=measure.seen[:120],
                done_on_spot=measure.is_done_on_spot,
            )
            made.append(self.bulk.add(row))
        return made

    def agreed(self, seat: Seat, at: datetime, text: MatterText) -> tuple[Submission, Outcome]:
        """A matter from the doorstep to a signed record; its outcome waits for the conveners."""
        held, confirmed = at + timedelta(days=8), at + timedelta(days=9)
        topic = self.topic(seat, text, at, TopicState.AGREED, Grade.DEEP, confirmed)
        submission = self.raised(topic)[0]
        self.researched(seat, topic, text, at)
        attendance = Attendance(MEMBERS, HEADS + 1)
        deliberation, record = self.session(seat, topic, text, held, confirmed, attendance, agreed=True)
        self.measures(seat, record, text, confirmed, 2)
        self.system(Kind.TOPIC_AGREED, topic.subject, confirmed, state="agreed")
        outcome = self.bulk.add(
            Outcome(
                topic=topic,
                deliberation=deliberation,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                kind=OutcomeKind.MINUTES.value,
                text="\n".join(measure.what for measure in text.measures[:2]),
                drafted_at=confirmed,
            )
        )
        facts = {"topic": topic.no, "deliberation": deliberation.no, "kind": outcome.kind}
        self.system(Kind.OUTCOME_DRAFTED, outcome.subject, confirmed, **facts)
        first = Holder(Role.FIRST_CONVENER, room_no=seat.room.no)
        self.clock("outcomes.countersign_days", outcome.subject, first, confirmed, None)
        return submission, outcome

    def outcome(
        self,
        seat: Seat,
        topic: Topic,
        deliberation: Deliberation | None,
        measures: list[Measure],
        at: datetime,
    ) -> Outcome:
        """Drafted, countersigned, filed with the town, routed."""
        no = seat.room.no
        town = upto(topic.desk_path, AreaLevel.TOWN)
        code = town.rstrip("/").rpartition("/")[2]
        outcome = self.bulk.add(
            Outcome(
                topic=topic,
                deliberation=deliberation,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=no,
                kind=OutcomeKind.MINUTES.value,
                route=(Route.TOWN if any(m.unit for m in measures) else Route.COMMUNITY).value,
                state=OutcomeState.ADOPTED.value,
                text="\n".join(measure.what for measure in measures),
                drafted_at=at,
                first_signed_at=at,
                second_signed_at=at,
                filed_at=at,
                decided_at=at,
            )
        )
        subject = outcome.subject
        facts = {
            "topic": topic.no,
            "deliberation": deliberation.no if deliberation else "",
            "kind": outcome.kind,
        }
        self.system(Kind.OUTCOME_DRAFTED, subject, at, **facts)
        self.act(Kind.OUTCOME_DRAFTED, subject, Role.CLERK, no, at, kind=outcome.kind, route=outcome.route)
        for role in (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
            self.clock("outcomes.countersign_days", subject, Holder(role, room_no=no), at, at)
        for rule in ("outcomes.file_days", "outcomes.assign_days"):
            self.clock(rule, subject, Holder(Role.TOWN_OFFICE, area_path=town), at, at)
        self.act(Kind.OUTCOME_COUNTERSIGNED, subject, Role.FIRST_CONVENER, no, at, complete=False)
        self.act(Kind.OUTCOME_COUNTERSIGNED, subject, Role.SECOND_CONVENER, no, at, complete=True)
        self.act(Kind.OUTCOME_FILED, subject, Role.TOWN_OFFICE, code, at)
        self.act(
            Kind.OUTCOME_ROUTED,
            subject,
            Role.TOWN_OFFICE,
            code,
            at,
            route=outcome.route,
            commitments=len(measures),
            partly=False,
        )
        self.act(Kind.TOPIC_TAKEN_IN_HAND, topic.subject, Role.TOWN_OFFICE, code, at, state="in_hand")
        return outcome

    def commitment(
        self,
        seat: Seat,
        topic: Topic,
        outcome: Outcome,
        measure: Measure,
        text: MatterText,
        at: datetime,
        done: datetime | None,
        last: Measure,
    ) -> Commitment:
        """One promise: closed at `done` with what residents said, or still under way."""
        due_at = datetime.combine(measure.due_on or at.date(), time(23, 59, 59), ZONE)
        due_at = max(due_at, datetime.combine(at.date() + timedelta(days=3), time(23, 59, 59), ZONE))
        replied = self.after(at, 3, max(3, (done - at).days - 2)) if done else None
        row = self.bulk.add(
            Commitment(
                outcome=outcome,
                topic=topic,
                measure=measure,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                what=measure.what,
                how_seen=measure.how_seen,
                lead=measure.unit,
                period=Period.NORMAL.value,
                state=(CommitmentState.CLOSED if done else CommitmentState.UNDER_WAY).value,
                assigned_at=at,
                accepted_at=at + timedelta(hours=5),
                due_at=due_at,
                replied_at=replied,
                reply_kind=ReplyKind.SOLVED.value if replied else "",
                scope=Scope.PUBLIC.value,
                release=Release.RELEASED.value,
                released_at=at,
            )
        )
        unit = measure.unit
        who = Holder(Role.DOER, unit_code=unit.code) if unit else Holder(Role.CLERK, room_no=seat.room.no)
        role, place = (Role.DOER, unit.code) if unit else (Role.CLERK, seat.room.no)
        accepted = row.accepted_at or at
        self.act(
            Kind.COMMITMENT_ASSIGNED,
            row.subject,
            Role.TOWN_OFFICE,
            upto(topic.desk_path, AreaLevel.TOWN).rstrip("/").rpartition("/")[2],
            at,
            topic=topic.no,
            lead=unit.code if unit else "",
            due_on=due_at.date().isoformat(),
        )
        self.clock("outcomes.accept_days", row.subject, who, at, accepted)
        self.act(Kind.COMMITMENT_ACCEPTED, row.subject, role, place, accepted)
        self.clock("outcomes.normal_calendar_days", row.subject, who, accepted, replied, due_at=due_at)
        row.work_plan = phrase(self.rng, Phrase.WORK_PLAN, seat.spec.site)[:300]
        self.act(Kind.COMMITMENT_PLANNED, row.subject, role, place, accepted)
        if done and replied:
            self.act(Kind.COMMITMENT_REPLIED, row.subject, role, place, replied, reply=ReplyKind.SOLVED.value)
            if topic.state == TopicState.CONCLUDED and measure is last:
                self.act(Kind.TOPIC_ASKED, topic.subject, role, place, replied, state="asking")
            self.closed(row, text, text.replies.solved, replied, done, by=(role, place))
        return row

    def closed(
        self,
        row: Commitment,
        text: MatterText,
        answer: str,
        replied: datetime,
        done: datetime,
        by: tuple[Role, str] | None,
    ) -> None:
        """The reply, what residents answered, the closing, the look-backs."""
        reply = self.bulk.add(
            Reply(
                commitment=row,
                kind=ReplyKind.SOLVED.value,
                text=answer[:500],
                at=replied,
                release=Release.RELEASED.value,
                released_at=replied,
            )
        )
        self.posted(reply.subject, row, replied, by=by)
        self.clock("outcomes.rating_days", row.subject, Holder(None), replied, done)
        asked = row.topic.submissions_count
        rated = self.rng.random() < self.chances.rated
        called = not rated and self.rng.random() < self.chances.called_back
        for number, submission in enumerate(self.raised(row.topic)[:asked]):
            invitation = self.bulk.add(
                Invitation(
                    commitment=row,
                    submission=submission,
                    token_hash=secrets.token_hex(32),
                    asked_at=replied,
                    closes_at=replied + timedelta(days=21),
                )
            )
            if rated or (called and number == 0):
                rater = RatedBy.SELF if rated else RatedBy.CALL_BACK
                level = self.pick(LEVELS)
                self.bulk.add(
                    Rating(
                        invitation=invitation,
                        commitment=row,
                        level=int(str(int(level))) if isinstance(level, Level) else 4,
                        is_solved=True,
                        reason=self.rng.choice(text.satisfied)[:200] if text.satisfied else "",
                        rated_by=rater.value,
                        at=done,
                    )
                )
                office = "submitter" if rated else "town_office"
                self.bulk.act(
                    Kind.COMMITMENT_RATED,
                    row.subject,
                    office=office,
                    person="",
                    at=done,
                    content={"solved": True, "by": rater.value},
                )
        closing = Closing.CONFIRMED if rated or called else Closing.NOT_RATED
        row.closed_at, row.closing = done, closing.value
        self.system(Kind.COMMITMENT_CLOSED, row.subject, done, closing=closing.value)
        self.look_backs(row, done)

    def raised(self, topic: Topic) -> list[Submission]:
        """The submissions of a topic that is being written."""
        return [row for row in self.bulk.rows(Submission)[-12:] if row.topic is topic]

    def look_backs(self, row: Commitment, done: datetime) -> None:
        """After 3 and 12 months; what is over was still well."""
        who = Holder(Role.CLERK, room_no=row.desk_room_no)
        for rule, days in (("outcomes.lookback_first_months", 91), ("outcomes.lookback_second_months", 365)):
            looked = done + timedelta(days=days - 4)
            past = looked < self.now
            self.clock(rule, row.subject, who, done, looked if past else None)
            self.bulk.add(
                LookBack(
                    commitment=row,
                    rule=rule,
                    due_on=(done + timedelta(days=days)).date(),
                    done_at=looked if past else None,
                    still_holds=True if past else None,
                    note="现场看过，仍然完好。" if past else "",
                )
            )
            if past:
                self.act(
                    Kind.COMMITMENT_LOOKED_BACK,
                    row.subject,
                    Role.CLERK,
                    row.desk_room_no,
                    looked,
                    still_holds=True,
                    rule=rule,
                )

    def quick(self, seat: Seat, text: MatterText | None = None) -> int:
        """即时议: answered in two working days, rated by the same path."""
        at = self.moment(self.chances.oldest, 30)
        text = text or self.matter_at(seat, at)
        answered = self.after(at, 1, 3)
        done = self.after(answered, 1, 12)
        topic = self.topic(seat, text, at, TopicState.CONCLUDED, Grade.QUICK, done)
        topic.answer, topic.ended_at = text.replies.solved[:400], done
        answered = max(answered, topic.opened_at + timedelta(hours=1))
        self.clock("topics.quick_answer_days", topic.subject, holder(topic), topic.opened_at, answered)
        self.act(Kind.TOPIC_ANSWERED, topic.subject, Role.CLERK, seat.room.no, answered, unit="")
        outcome = self.bulk.add(
            Outcome(
                topic=topic,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                kind=OutcomeKind.QUICK_ANSWER.value,
                route=Route.COMMUNITY.value,
                state=OutcomeState.ADOPTED.value,
                text=topic.answer,
                drafted_at=answered,
                decided_at=answered,
            )
        )
        self.system(Kind.OUTCOME_DRAFTED, outcome.subject, answered, topic=topic.no, kind=outcome.kind)
        row = self.bulk.add(
            Commitment(
                outcome=outcome,
                topic=topic,
                room=seat.room,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                what=topic.title[:120],
                period=Period.SIMPLE.value,
                state=CommitmentState.CLOSED.value,
                assigned_at=answered,
                due_at=answered,
                accepted_at=answered,
                replied_at=answered,
                reply_kind=ReplyKind.SOLVED.value,
                scope=topic.scope,
                release=Release.RELEASED.value,
                released_at=answered,
            )
        )
        self.system(
            Kind.COMMITMENT_REPLIED,
            row.subject,
            answered,
            topic=topic.no,
            reply=ReplyKind.SOLVED.value,
            quick=True,
        )
        self.closed(row, text, topic.answer, answered, done, by=None)
        self.system(Kind.TOPIC_CONCLUDED, topic.subject, done, state=topic.state)
        return 1
