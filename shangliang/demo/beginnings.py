"""How matters began in a year that is over: submissions, topics, and what ended before a topic."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from shangliang.access.desk import OnDesk
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.clocks.actions import Holder
from shangliang.demo.bulk import Bulk, at_desk
from shangliang.demo.corpus.matters import MatterText, any_theme, matter
from shangliang.demo.corpus.phrases import ELSEWHERE, OutsideText, outside
from shangliang.demo.network import Network, Seat
from shangliang.desks.queries import holder
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import crypto, ids
from shangliang.kit.clock import ZONE
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.search import rules as search_rules
from shangliang.search.models import Document
from shangliang.topics.actions.intake import key_for
from shangliang.topics.models import SEALED_SLIP, Submission, Topic, key_hash, slip_hash
from shangliang.topics.states import Channel, Destination, EntryWay, Grade, SubmissionState, TopicState


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
    any_time: float = 0.45  # of the sessions
    rated: float = 0.82
    called_back: float = 0.5  # of those that nobody rated


CHANCES = Chances()


class Beginnings:
    """Writes submissions and topics as their acts would have left them."""

    def __init__(
        self, network: Network, bulk: Bulk, rng: Random, now: datetime, chances: Chances = CHANCES
    ) -> None:
        self.network, self.bulk, self.rng, self.now, self.chances = network, bulk, rng, now, chances

    # -- how things begin -------------------------------------------------------------------------------------

    def moment(self, first: int, last: int) -> datetime:
        """A moment in working hours, so many days ago."""
        day = self.now.astimezone(ZONE).date() - timedelta(days=self.rng.randint(last, first))
        return self.hour(day)

    def hour(self, day: date) -> datetime:
        return datetime.combine(day, time(self.rng.randint(8, 17), self.rng.randint(0, 59)), ZONE)

    def after(self, at: datetime, least: int, most: int) -> datetime:
        """Some days later, never later than now."""
        later = self.hour((at + timedelta(days=self.rng.randint(least, most))).astimezone(ZONE).date())
        return min(max(later, at + timedelta(minutes=20)), self.now)

    def pick(self, weighted: tuple[tuple[object, int], ...]) -> object:
        return self.rng.choices([item for item, _ in weighted], [weight for _, weight in weighted])[0]

    def matter_at(self, seat: Seat, at: datetime) -> MatterText:
        site = seat.spec.site
        return matter(self.rng, any_theme(self.rng, site), site, at.month)

    def submission(
        self,
        seat: Seat,
        text: str,
        at: datetime,
        state: SubmissionState,
        *,
        place: str = "",
        topic: Topic | None = None,
        channel: Channel = Channel.RESIDENT,
        decided_at: datetime | None = None,
    ) -> Submission:
        """A submission as `topics.actions.intake.receive` leaves it, decided at `decided_at` or still waiting."""
        way = EntryWay(str(self.pick(self.chances.ways))) if channel == Channel.RESIDENT else EntryWay.ONLINE
        nonce = secrets.token_urlsafe(12)
        slip = self.bulk.once(ids.new_slip)
        room = seat.room
        row = self.bulk.add(
            Submission(
                slip_hash=slip_hash(slip),
                slip_sealed=crypto.seal(slip, SEALED_SLIP),
                key_hash=key_hash(key_for(nonce)),
                form_nonce=crypto.fingerprint(nonce, "topics.form"),
                channel=channel.value,
                way=way.value,
                state=state.value,
                room=room,
                desk_path=room.area_path,
                desk_room_no=room.no,
                topic=topic,
                text=text,
                place_text=place,
                received_at=at,
            )
        )
        facts = {"channel": channel.value, "way": way.value, "room": room.no, "above": False}
        office = (
            "resident"
            if way == EntryWay.ONLINE and channel == Channel.RESIDENT
            else at_desk(Role.CLERK, room.no)
        )
        self.bulk.act(Kind.SUBMISSION_RECEIVED, row.subject, office=office, person="", at=at, content=facts)
        for rule in ("topics.ack_days", "topics.decide_days"):
            self.clock(rule, row.subject, holder(row), at, decided_at)
        return row

    def clock(
        self,
        rule: str,
        subject: Subject,
        who: Holder,
        at: datetime,
        stopped_at: datetime | None,
        due_at: datetime | None = None,
    ) -> None:
        self.bulk.clock(rule, subject, holder=who, at=at, stopped_at=stopped_at, due_at=due_at, now=self.now)

    def act(
        self, kind: Kind, subject: Subject, role: Role, place: str, at: datetime, /, **facts: object
    ) -> None:
        self.bulk.act(
            kind, subject, office=at_desk(role, place), person=f"{role.value}:{place}", at=at, content=facts
        )

    def system(self, event: Kind, subject: Subject, at: datetime, **facts: object) -> None:
        self.bulk.act(event, subject, office="system", person="system", at=at, content=facts)

    # -- how they end before a topic --------------------------------------------------------------------------

    def handed_over(self, seat: Seat) -> None:
        """转交: the slip stays alive, the other side's number stands on it."""
        at = self.moment(360, 3)
        found: OutsideText = outside(self.rng, seat.spec.site)
        decided = self.after(at, 0, 3)
        row = self.submission(
            seat, found.said.text, at, SubmissionState.HANDED_OVER, place=found.place, decided_at=decided
        )
        row.exclusion, row.destination = found.exclusion.value, found.destination.value
        row.destination_name = ELSEWHERE if found.destination == Destination.OTHER else ""
        row.destination_note = found.note
        row.outside_no = f"ZJ{decided:%y%m%d}{self.rng.randint(1000, 9999)}"
        self.act(
            Kind.SUBMISSION_HANDED_OVER,
            row.subject,
            Role.CLERK,
            seat.room.no,
            decided,
            destination=row.destination,
            exclusion=row.exclusion,
        )

    def ended(self, seat: Seat) -> None:
        """了结: nothing more could be learned."""
        at = self.moment(360, 20)
        text = self.matter_at(seat, at)
        decided = self.after(at, 2, 9)
        row = self.submission(
            seat, text.said.text, at, SubmissionState.ENDED, place=text.place, decided_at=decided
        )
        row.exclusion = "unclear"
        row.destination_note = "按您留的方式多次联系，没有了解到具体情况。您随时可以再来说。"
        self.act(Kind.SUBMISSION_ENDED, row.subject, Role.CLERK, seat.room.no, decided, exclusion="unclear")

    def erased(self, seat: Seat) -> None:
        """Its owner asked for it: words, slip and key are gone."""
        at = self.moment(200, 30)
        gone = self.after(at, 5, 20)
        row = self.submission(seat, "", at, SubmissionState.ERASED, decided_at=gone)
        row.slip_hash = row.key_hash = secrets.token_hex(32)
        row.slip_sealed, row.erased_at = b"", gone
        self.bulk.act(Kind.SUBMISSION_ERASED, row.subject, office="submitter", person="", at=gone)

    def waiting(self, seat: Seat) -> None:
        """Received in these days, nobody has decided yet."""
        at = self.moment(4, 0)
        text = self.matter_at(seat, at)
        self.submission(seat, text.said.text, min(at, self.now), SubmissionState.RECEIVED, place=text.place)

    # -- topics -----------------------------------------------------------------------------------------------

    def topic(
        self,
        seat: Seat,
        text: MatterText,
        at: datetime,
        state: TopicState,
        grade: Grade,
        changed_at: datetime,
    ) -> Topic:
        """A topic with the submissions that made it; released after review."""
        channel = Channel(str(self.pick(self.chances.channels)))
        accepted = self.after(at, 0, 4)
        said = {
            Channel.RESIDENT: text.said.text,
            Channel.GRID: text.by_grid,
            Channel.MEMBER: text.by_member,
            Channel.GOVERNMENT: text.by_government,
        }[channel]
        echoes = [echo.text for echo in text.echoes[: self.rng.randint(0, self.chances.most_echoes)]]
        room = seat.room
        topic = self.bulk.add(
            Topic(
                title=text.title,
                summary=text.summary,
                channel=channel.value,
                grade=grade.value,
                weight=text.weight.value,
                theme=text.theme.value,
                state=state.value,
                room=room,
                desk_path=room.area_path,
                desk_room_no=room.no,
                is_statutory=text.statutory_route is not None,
                place_text=text.place,
                opened_at=accepted,
                submissions_count=1 + len(echoes),
                changed_at=changed_at,
                scope=Scope.PUBLIC.value,
                release=Release.RELEASED.value,
                released_at=accepted,
            )
        )
        first = self.submission(
            seat,
            said,
            at,
            SubmissionState.ACCEPTED,
            place=text.place,
            topic=topic,
            channel=channel,
            decided_at=accepted,
        )
        facts = {"grade": grade.value, "theme": topic.theme, "weight": topic.weight}
        no = room.no
        self.act(Kind.SUBMISSION_ACCEPTED, first.subject, Role.CLERK, no, accepted, topic=topic.no, **facts)
        self.act(
            Kind.TOPIC_OPENED,
            topic.subject,
            Role.CLERK,
            no,
            accepted,
            channel=channel.value,
            scope=topic.scope,
            **facts,
        )
        self.posted(topic.subject, topic, accepted, by=(Role.CLERK, no))
        for words in echoes:
            echoed = self.after(at, 0, 12)
            merged = self.submission(
                seat,
                words,
                echoed,
                SubmissionState.MERGED,
                place=text.place,
                topic=topic,
                decided_at=self.after(echoed, 0, 2),
            )
            self.act(
                Kind.SUBMISSION_MERGED,
                merged.subject,
                Role.CLERK,
                no,
                self.after(echoed, 0, 2),
                topic=topic.no,
            )
        self.bulk.add(
            Document(
                kind="topic",
                no=topic.no,
                title=topic.title[:80],
                body=f"{topic.summary} {topic.place_text}".strip(),
                grams=" ".join(search_rules.tokens(f"{topic.title} {topic.summary} {topic.place_text}")),
                is_public=True,
                desk_path=topic.desk_path,
                desk_room_no=topic.desk_room_no,
                happened_at=changed_at,
            )
        )
        return topic

    def posted(self, subject: Subject, desk: OnDesk, at: datetime, *, by: tuple[Role, str] | None) -> None:
        """Proposed by whoever wrote it (None: by the system itself), released by the town; all of it is public."""
        town = upto(desk.desk_path, AreaLevel.TOWN)
        if by is None:
            self.system(Kind.POST_PROPOSED, subject, at, scope=Scope.PUBLIC.value)
        else:
            self.act(Kind.POST_PROPOSED, subject, *by, at, scope=Scope.PUBLIC.value)
        code = town.rstrip("/").rpartition("/")[2]
        released = min(at + timedelta(hours=3), self.now)
        self.clock("access.review_days", subject, Holder(Role.TOWN_OFFICE, area_path=town), at, released)
        self.act(Kind.POST_RELEASED, subject, Role.TOWN_OFFICE, code, released, scope=Scope.PUBLIC.value)
