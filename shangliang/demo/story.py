"""The people around one matter, and its steps: every step is the act of somebody in office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.roles import Role
from shangliang.clocks.tasks import tick
from shangliang.deliberations.actions import announcing, meeting, preparing, recording, signing
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Conclusion
from shangliang.deliberations.states import Seat as TableSeat
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import Phrase, phrase
from shangliang.demo.history import History, to_the_record
from shangliang.demo.network import CastPlaces, Network, Seat
from shangliang.demo.tables import HEADS, MEMBERS, Attendance
from shangliang.desks.actions import publication
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import ZONE, local_day
from shangliang.outcomes.actions import assigning, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.actions.handling import Answer
from shangliang.outcomes.actions.rating import Opinion
from shangliang.outcomes.models import Commitment, Invitation, Outcome, PublicReason
from shangliang.outcomes.states import Level, Period, ReplyKind, Route
from shangliang.people.models import Unit
from shangliang.topics.actions import (
    adoption,
    intake,
    quick,
    research,
    screening,
    slip,
)
from shangliang.topics.actions.intake import Intake
from shangliang.topics.actions.screening import Acceptance
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Channel, EntryWay, Grade

MORNING, EVENING, AFTERNOON = 9, 18, time(14, 30)
PHONE = "16600000000"  # of a range that belongs to nobody


@dataclass
class Stage:
    """The room, its people, and the moment at which the demo stands."""

    network: Network
    places: CastPlaces
    rng: Random
    now: datetime
    actors: dict[str, Actor]
    texts: list[MatterText]
    history: History
    count: int = 0
    told: dict[int, Story] = field(default_factory=dict)  # those that began at the outcome, by their number

    @property
    def home(self) -> Seat:
        return self.places.home

    def begin(self, days_ago: int) -> Story:
        return Story(self, days_ago)

    def words(self, kind: Phrase) -> str:
        return phrase(self.rng, kind, self.home.spec.site)

    def person(self, role: Role) -> Actor:
        return self.actors[role.value]


class Story:
    """One matter, step by step; every step is the act of somebody in office."""

    submission: Submission
    topic: Topic
    deliberation: Deliberation
    outcome: Outcome
    commitment: Commitment

    def __init__(self, stage: Stage, days_ago: int) -> None:
        self.stage = stage
        self.at = stage.now - timedelta(days=days_ago, hours=5)
        self.text = stage.texts.pop()

    def wait(self, days: float = 0, hours: float = 1) -> Story:
        later = (self.at + timedelta(days=days, hours=hours if not days else 0)).astimezone(ZONE)
        if later.hour >= EVENING:  # offices are closed: the next morning
            later = later.replace(hour=MORNING) + timedelta(days=1)
        elif later.hour < MORNING:
            later = later.replace(hour=MORNING)
        self.at = min(max(later, self.at), self.stage.now)
        return self

    def do(self, action: Callable[..., Any], role: Role | None, **given: Any) -> Any:
        """One act, by whoever holds `role`, and what follows from it."""
        if role is not None:
            given["actor"] = self.stage.person(role)
        with clock.at(self.at):
            made = action(at=self.at, **given)
            react(self.at)
        self.wait(hours=0.5)
        return made

    # -- until there is a topic -------------------------------------------------------------------------------

    def raised(
        self,
        text: str = "",
        way: EntryWay = EntryWay.ONLINE,
        *,
        phone: str = "",
        cadres: bool = False,
        place: str = "",
    ) -> Story:
        self.stage.count += 1
        given = Intake(
            room=self.stage.home.room,
            text=text or self.text.said.text,
            nonce=f"demo-{self.stage.count}",
            channel=Channel.RESIDENT,
            way=way,
            place_text=place or self.text.place,
            phone=phone,
            about_cadres=cadres,
        )
        actor = ANONYMOUS if way == EntryWay.ONLINE else self.stage.person(Role.CLERK)
        self.submission = self.do(intake.receive, None, actor=actor, intake=given).submission
        return self

    def reported(self, role: Role, channel: Channel, text: str) -> Story:
        """Raised by somebody in office."""
        self.stage.count += 1
        given = Intake(
            room=self.stage.home.room,
            text=text,
            nonce=f"demo-{self.stage.count}",
            channel=channel,
            place_text=self.text.place,
        )
        self.submission = self.do(intake.receive, role, intake=given).submission
        return self

    def accepted(self, grade: Grade, by: Role = Role.CLERK) -> Story:
        text = self.text
        given = Acceptance(
            grade=grade,
            title=text.title,
            theme=text.theme,
            weight=text.weight,
            summary=text.summary,
            place_text=text.place,
        )
        self.topic = self.do(screening.accept, by, submission=self.submission, acceptance=given)
        return self

    def released(self) -> Story:
        """The town has looked at the topic's words."""
        self.topic.refresh_from_db()
        self.do(
            publication.release,
            Role.TOWN_OFFICE,
            post=self.topic,
        )
        self.topic.refresh_from_db()
        return self

    def quick(self) -> Story:
        """Raised, accepted, released: waits for the answer."""
        return self.raised(phone=PHONE).wait(hours=3).accepted(Grade.QUICK).wait(hours=2).released()

    def answered(self) -> Story:
        answer = self.text.replies.solved[:400]
        self.do(quick.answer, Role.CLERK, topic=self.topic, text=answer, unit=None)
        self.commitment = Commitment.objects.get(topic=self.topic)
        made = self.commitment.replies.get()
        self.do(
            publication.release,
            Role.TOWN_OFFICE,
            post=made,
        )
        return self

    def deep(self) -> Story:
        return self.raised().wait(hours=4).accepted(Grade.DEEP).wait(hours=2).released()

    def researched(self) -> Story:
        """Looked into as often as the rules ask."""
        for _ in range(adoption.visits_needed(self.topic, self.at)):
            self.do(
                research.visit,
                Role.CLERK,
                topic=self.topic,
                on=local_day(self.at),
                place=self.text.place[:80],
                found=self.text.found[:300],
            )
        return self

    def seconded(self, agrees: bool = True) -> Story:
        words = self.stage.words(Phrase.SECOND_AGREES if agrees else Phrase.SECOND_DOUBTS)
        self.do(adoption.hear_second, Role.SECOND_CONVENER, topic=self.topic, agrees=agrees, opinion=words)
        return self

    def adopted(self) -> Story:
        self.wait(days=1).researched().wait(hours=3).seconded().wait(hours=2)
        self.do(adoption.adopt, Role.FIRST_CONVENER, topic=self.topic)
        return self

    # -- the table --------------------------------------------------------------------------------------------

    def prepared(self, in_days: float) -> Story:
        """Planned for some days later."""
        home, text = self.stage.home, self.text
        unit = self.unit()
        guests = [
            preparing.Guest(TableSeat.FIRST_CONVENER, home.first.name, person=home.first),
            preparing.Guest(TableSeat.SECOND_CONVENER, home.second.name, person=home.second),
            preparing.Guest(
                TableSeat.MEMBER, self.stage.network.members[7].name, person=self.stage.network.members[7]
            ),
            preparing.Guest(TableSeat.PARTY_CONCERNED, (text.concerned or ("住户代表",))[0][:40]),
        ]
        if unit is not None:
            guests.append(preparing.Guest(TableSeat.UNIT, unit.name[:40], unit=unit))
        held_at = self.at + timedelta(days=in_days)
        if in_days == int(in_days):
            held_at = datetime.combine(local_day(held_at), AFTERNOON, ZONE)
        draft = preparing.Draft(
            held_at=held_at,
            place=f"{home.room.name}（{home.room.shared_with}）"[:80],
            subject_line=text.title,
            agenda="\n".join(text.agenda),
            is_material_out=True,
        )
        self.deliberation = self.do(
            preparing.prepare, Role.CLERK, topic=self.topic, draft=draft, guests=guests
        )
        return self

    def unit(self) -> Unit | None:
        return self.stage.network.doer(self.text.measures[0].doer, self.stage.home)

    def sent(self) -> Story:
        self.do(announcing.send_to_review, Role.CLERK, deliberation=self.deliberation)
        return self

    def announced(self, in_days: float = 6) -> Story:
        self.prepared(in_days).sent().wait(hours=2)
        self.deliberation.refresh_from_db()
        self.do(
            publication.release,
            Role.TOWN_OFFICE,
            post=self.deliberation,
        )
        self.do(announcing.announce, Role.CLERK, deliberation=self.deliberation)
        self.deliberation.refresh_from_db()
        return self

    def opened(self) -> Story:
        """Everybody is here: heads counted, the session begun."""
        self.at = max(self.deliberation.held_at or self.at, self.at)
        here = frozenset(self.deliberation.participants.values_list("pk", flat=True))
        attendance = meeting.Attendance(here=here, heads=HEADS)
        self.do(meeting.write_attendance, Role.CLERK, deliberation=self.deliberation, attendance=attendance)
        self.do(meeting.open_session, Role.CLERK, deliberation=self.deliberation)
        return self

    def held(self) -> Story:
        self.announced().opened().wait(hours=1)
        self.do(meeting.close, Role.CLERK, deliberation=self.deliberation)
        return self

    def written(self, *, agreed: bool = True) -> Story:
        text, day = self.text, local_day(self.at)
        measures = [
            recording.Agreement(
                row.what[:120],
                unit=self.stage.network.doer(row.doer, self.stage.home),
                doer_text="" if self.stage.network.doer(row.doer, self.stage.home) else "本社区居委会",
                due_on=day + timedelta(days=max(row.days, 3)),
                how_seen=row.seen[:120],
            )
            for row in text.measures[:2]
        ]
        record = recording.Text(
            held_at=self.deliberation.held_at,
            place=self.deliberation.place,
            subject_line=text.title,
            said="\n".join(remark.text for remark in text.remarks),
            dissent=text.dissent or self.stage.words(Phrase.DISSENT_EXPLAINED),
            conclusion=Conclusion.AGREED if agreed else Conclusion.NO_AGREEMENT,
            effect=(text.effect if agreed else self.stage.words(Phrase.NO_AGREEMENT))[:300],
            was_read_back=True,
            measures=measures if agreed else (),
        )
        self.do(recording.save_draft, Role.CLERK, deliberation=self.deliberation, text=record)
        self.do(signing.send, Role.CLERK, deliberation=self.deliberation)
        return self

    def signed(self, *seats: Role) -> Story:
        for role in seats or (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
            signature = self.deliberation.record.signatures.get(seat=role.value)
            self.do(signing.sign, role, signature=signature)
        return self

    def agreed_before(self) -> Story:
        """The same way as `agreed`, in bulk, to be written by who asks: what begins at the outcome need not play it all."""
        attendance = Attendance(MEMBERS, HEADS + 1)
        matter = self.stage.history.tell(
            to_the_record, self.stage.home, at=self.at, text=self.text, attendance=attendance
        )
        self.submission, self.topic = matter.hand.rows(Submission)[0], matter.topic
        self.outcome = matter.hand.rows(Outcome)[0]
        self.at = matter.now
        return self.wait(hours=1)

    def agreed(self) -> Story:
        """From the doorstep to a signed record whose outcome waits for the conveners."""
        self.deep().adopted().wait(days=1).held().wait(hours=2).written().wait(days=1).signed()
        self.deliberation.refresh_from_db()
        record = self.deliberation.record
        self.do(
            publication.release,
            Role.TOWN_OFFICE,
            post=record,
        )
        self.outcome = Outcome.objects.get(deliberation=self.deliberation)
        return self

    # -- what was agreed --------------------------------------------------------------------------------------

    def countersigned(self, kind: str = "") -> Story:
        draft = self.outcome
        self.do(
            drafting.edit,
            Role.CLERK,
            outcome=draft,
            text=draft.text,
            kind=kind or draft.kind,
            route="" if kind else Route.TOWN.value,
        )
        for role in (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
            self.do(drafting.countersign, role, outcome=self.outcome)
        return self

    def filed(self, kind: str = "") -> Story:
        self.countersigned(kind).wait(days=1)
        self.do(filing.file, Role.TOWN_OFFICE, outcome=self.outcome)
        return self

    def reported_up(self) -> Story:
        self.filed().wait(hours=2)
        to = f"{self.stage.home.spec.site.county.name}政府办公室（督查室）"
        self.do(filing.report_up, Role.TOWN_OFFICE, outcome=self.outcome, reported_to=to)
        return self

    def assigned(self, days: int = 20, by: Role = Role.TOWN_OFFICE) -> Story:
        """The first measure goes to the cast's doer."""
        if by == Role.TOWN_OFFICE:
            self.filed().wait(hours=3)
        measure = (
            self.outcome.deliberation.record.measures.order_by("pk").first()
            if self.outcome.deliberation
            else None
        )
        order = Order(
            what=self.text.measures[0].what[:120],
            how_seen=self.text.measures[0].seen[:120],
            lead=self.stage.places.unit,
            co_units=(),
            period=Period.NORMAL,
            due_on=local_day(self.at) + timedelta(days=days),
            measure_id=measure.pk if measure else None,
        )
        route = Route.TOWN if by == Role.TOWN_OFFICE else Route.REPORTED
        self.outcome.refresh_from_db()
        decision = Decision(
            approval_no=f"镇协交办〔2026〕{self.stage.count}号",
            approval_on=local_day(self.at),
            partly_because=self.stage.words(Phrase.PARTLY_ADOPTED),
        )
        self.commitment = self.do(
            assigning.assign,
            by,
            outcome=self.outcome,
            route=route,
            orders=[order],
            decision=None if by == Role.TOWN_OFFICE else decision,
        )[0]
        return self

    def under_way(self, days: int = 20) -> Story:
        self.assigned(days).wait(days=1)
        self.do(handling.accept, Role.DOER, commitment=self.commitment)
        self.wait(hours=3)
        plan = self.stage.words(Phrase.WORK_PLAN)
        self.do(handling.plan_work, Role.DOER, commitment=self.commitment, plan=plan)
        return self

    def replied(self, kind: ReplyKind = ReplyKind.SOLVED) -> Story:
        text = {
            ReplyKind.SOLVED: self.text.replies.solved,
            ReplyKind.PLANNED: self.text.replies.planned,
            ReplyKind.LACKING: self.text.replies.lacking,
        }[kind]
        later = None if kind == ReplyKind.SOLVED else local_day(self.at) + timedelta(days=160)
        answer = Answer(kind=kind, text=text[:500], planned_on=later)
        made = self.do(handling.reply, Role.DOER, commitment=self.commitment, answer=answer)
        self.commitment.refresh_from_db()
        self.do(
            publication.release,
            Role.TOWN_OFFICE,
            post=made,
        )
        return self

    def rated(self, level: Level, *, solved: bool) -> Story:
        self.commitment.refresh_from_db()
        asked = self.commitment.invitations.filter(round=self.commitment.reopened_count)
        for invitation in asked.unanswered():
            reasons = self.text.satisfied if solved else self.text.dissatisfied
            opinion = Opinion(level, solved, (reasons or ("",))[0][:200])
            holder = slip.holder_of(invitation.submission or self.submission)
            self.do(
                rating.rate,
                None,
                actor=holder,
                invitation=invitation,
                opinion=opinion,
                by_link=self._has_link(invitation),
            )
        self.commitment.refresh_from_db()
        return self

    def rated_by_each(self, opinions: Sequence[tuple[Level, bool]]) -> Story:
        """Those who raised it answer one after another, each in their own words; what they said is let through."""
        self.commitment.refresh_from_db()
        asked = self.commitment.invitations.filter(round=self.commitment.reopened_count).order_by("pk")
        for number, (invitation, (level, solved)) in enumerate(
            zip(asked.unanswered(), opinions, strict=False)
        ):
            reasons = self.text.satisfied if solved else self.text.dissatisfied
            said = reasons[number][:200] if number < len(reasons) else ""
            if not solved:  # has to say why
                said = (reasons or ("",))[0][:200]
            holder = slip.holder_of(invitation.submission or self.submission)
            self.do(
                rating.rate,
                None,
                actor=holder,
                invitation=invitation,
                opinion=Opinion(level, solved, said),
                by_link=self._has_link(invitation),
            )
        self.commitment.refresh_from_db()
        self.wait(days=1)
        for post in PublicReason.objects.filter(commitment=self.commitment).order_by("pk"):
            self.do(publication.release, Role.TOWN_OFFICE, post=post)
        return self

    @staticmethod
    def _has_link(invitation: Invitation) -> bool:
        """Whoever left a telephone answers by the link that it got."""
        return invitation.submission is not None and invitation.submission.has_phone

    def room_replied(self) -> Story:
        """The room itself did it once more and answers."""
        answer = Answer(kind=ReplyKind.SOLVED, text=self.text.replies.solved[:500])
        role = Role.DOER if self.commitment.lead else Role.CLERK
        self.do(handling.reply, role, commitment=self.commitment, answer=answer)
        self.commitment.refresh_from_db()
        return self

    def ticked(self) -> Story:
        """What came due by now is told."""
        with clock.at(self.at):
            tick(self.at)
            react(self.at)
        return self
