"""What is going on now around the cast: every state that a matter can be in, done by the actions themselves.

Each story begins some days ago and stops where somebody of the cast has to go on; the unhappy ends are here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shangliang.access.roles import Role
from shangliang.accounts.queries import actor_for, cast
from shangliang.clocks.tasks import tick
from shangliang.deliberations.actions import announcing
from shangliang.demo import feedback, opinions, sortition
from shangliang.demo.corpus.matters import MatterText, any_theme, matter
from shangliang.demo.corpus.phrases import ELSEWHERE, Phrase, outside
from shangliang.demo.history import History
from shangliang.demo.matter import Chances, is_plain
from shangliang.demo.network import CastPlaces, Network
from shangliang.demo.story import PHONE, Stage, Story
from shangliang.demo.tables import HEADS, MEMBERS
from shangliang.desks.actions import publication
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.outcomes.actions import explaining, filing, handling
from shangliang.outcomes.states import Level, OutcomeKind, ReplyKind
from shangliang.topics.actions import (
    adoption,
    merging,
    screening,
    slip,
    travel,
)
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.states import Channel, Destination, EntryWay, Exclusion, Grade

ABOUT_CADRES = (
    "居委会旁边的公共车棚，有三间锁着不让大家停，听说是居委会一位干部家里亲戚放货用的。"
    "我们几户都不好当面说，想请上面来看看到底怎么回事。"
)


@dataclass(frozen=True)
class Plan:
    """What the stories add to the year, so that everything together comes to the published sums."""

    held: int = 0
    members: int = 0
    residents: int = 0
    closed: int = 0


# Each story: how many days ago it began, and what happens. Those at a table come first: they count in the year.


def _before_a_topic(stage: Stage) -> None:
    begin = stage.begin
    begin(0).raised(phone=PHONE)
    begin(1).raised(way=EntryWay.VISIT)
    begin(0).raised(way=EntryWay.PHONE, phone=PHONE)
    story = begin(1)
    story.reported(Role.GRID_WORKER, Channel.GRID, story.text.by_grid)
    story = begin(2)
    story.reported(Role.MEMBER, Channel.MEMBER, story.text.by_member)
    story = begin(3)
    story.reported(Role.TOWN_OFFICE, Channel.GOVERNMENT, story.text.by_government)

    story = begin(3).raised(phone=PHONE).wait(hours=3)
    story.do(
        screening.ask_supplement,
        Role.CLERK,
        submission=story.submission,
        question=stage.words(Phrase.ASK_SUPPLEMENT),
    )
    story = begin(4).raised().wait(hours=3)
    story.do(
        screening.ask_supplement,
        Role.CLERK,
        submission=story.submission,
        question=stage.words(Phrase.ASK_SUPPLEMENT),
    )
    story.submission.refresh_from_db()
    holder = slip.holder_of(story.submission)
    story.wait(days=1).do(
        slip.give_supplement,
        None,
        actor=holder,
        submission=story.submission,
        text=stage.words(Phrase.SUPPLEMENT),
    )

    for settled in (False, True):
        found = outside(stage.rng, stage.home.spec.site)
        story = begin(9).raised(found.said.text, place=found.place).wait(hours=3)
        story.do(
            screening.hand_over,
            Role.CLERK,
            submission=story.submission,
            to=HandOver(
                found.destination,
                found.note,
                exclusion=found.exclusion,
                name=ELSEWHERE if found.destination == Destination.OTHER else "",
                outside_no=f"ZJ2611{stage.count:04d}",
            ),
        )
        if settled:
            story.wait(days=5).do(
                screening.report_back,
                Role.CLERK,
                submission=story.submission,
                news=found.outcome,
                is_settled=True,
            )
    story = begin(15).raised("有个事情想说说，电话里再讲。").wait(days=2)
    story.do(
        screening.end,
        Role.CLERK,
        submission=story.submission,
        exclusion=Exclusion.UNCLEAR,
        words=stage.words(Phrase.UNCLEAR),
    )
    story = begin(20).raised(phone=PHONE).wait(days=1)
    story.submission.refresh_from_db()
    story.do(slip.erase, None, actor=slip.holder_of(story.submission), submission=story.submission)

    begin(2).raised(ABOUT_CADRES, cadres=True, place="居委会旁边的车棚")


def _topics(stage: Stage) -> None:
    begin = stage.begin
    begin(1).quick()
    begin(2).raised().wait(hours=2).accepted(Grade.QUICK)  # its words are still with the reviewer
    begin(4).quick().wait(days=1).answered()  # asks for a rating
    begin(12).quick().wait(days=1).answered().wait(days=1).rated(Level.DISSATISFIED, solved=False)
    story = begin(26).quick().wait(days=1).answered().wait(days=1).rated(Level.DISSATISFIED, solved=False)
    # the district decides
    story.wait(days=3).room_replied().wait(days=2).rated(Level.VERY_DISSATISFIED, solved=False)

    story = begin(3).deep()
    for echo in story.text.echoes[:2]:
        story.raised(echo.text).do(merging.merge, Role.CLERK, submission=story.submission, topic=story.topic)
    begin(5).deep().wait(days=1).researched()  # the second convener is asked
    begin(7).deep().wait(days=1).researched().wait(hours=3).seconded(agrees=False)  # the first decides
    begin(9).deep().adopted()
    story = begin(12).deep()
    story.wait(days=1).do(travel.pass_up, Role.CLERK, topic=story.topic, reason=stage.words(Phrase.PASSED_UP))
    story = begin(40).deep().adopted()
    story.wait(days=2).do(
        adoption.plan,
        Role.FIRST_CONVENER,
        topic=story.topic,
        planned_on=local_day(stage.now) + timedelta(days=70),
        reason=stage.words(Phrase.PLANNED),
    )
    story = begin(16).raised().wait(hours=2).accepted(Grade.DEEP).wait(hours=3)
    story.topic.refresh_from_db()
    story.do(
        publication.hold_back,
        Role.TOWN_OFFICE,
        post=story.topic,
        reason=stage.words(Phrase.HOLD_BACK),
    )
    story = begin(11).deep().wait(days=2)
    story.topic.refresh_from_db()
    story.do(
        publication.cover,
        Role.CLERK,
        post=story.topic,
        reason=stage.words(Phrase.COVER),
    )
    story = begin(30).deep().wait(days=1).researched().wait(days=2)
    story.do(adoption.end, Role.FIRST_CONVENER, topic=story.topic, reason=stage.words(Phrase.ENDED))


def _sessions(stage: Stage) -> None:
    begin = stage.begin
    begin(9).deep().adopted().wait(days=1).prepared(9)
    begin(10).deep().adopted().wait(days=2).prepared(8).sent()
    story = begin(8).deep().adopted().wait(days=1).announced(8)
    sortition.call(story.deliberation, stage.person(Role.CLERK), stage.rng, story.at)
    story = begin(7).deep().adopted().wait(days=1).announced(6)
    sortition.ask(story.deliberation, stage.person(Role.CLERK), stage.rng, story.at)
    story = begin(9).deep().adopted().wait(days=1)
    story.announced((stage.now - story.at) / timedelta(days=1) - 0.02).opened()  # it is going on right now
    opinions.ask(story.deliberation, stage.person(Role.CLERK), stage.rng, story.at)
    story = begin(18).deep().adopted().wait(days=1).announced(8).wait(days=3)
    story.do(
        announcing.postpone, Role.CLERK, deliberation=story.deliberation, reason=stage.words(Phrase.POSTPONED)
    )
    story = begin(24).deep().adopted().wait(days=1).announced(8).wait(days=3)
    story.do(
        announcing.cancel, Role.CLERK, deliberation=story.deliberation, reason=stage.words(Phrase.CANCELLED)
    )


# Stories that begin at the outcome: their number below, and how many days ago somebody spoke.
AGREED = {
    4: 17,
    5: 18,
    6: 20,
    7: 24,
    8: 50,
    9: 20,
    10: 25,
    11: 30,
    12: 60,
    13: 45,
    14: 35,
    15: 50,
    16: 52,
    17: 60,
    18: 70,
    19: 150,
    20: 45,
    21: 55,
}


def _agreed(stage: Stage) -> dict[int, Story]:
    """Those stories as far as the signed record, written at once."""
    stories = {number: stage.begin(days).agreed_before() for number, days in AGREED.items()}
    stage.network.bulk.write()
    return stories


def _at_the_table(stage: Stage) -> None:
    """Sessions that were held; `PLAN` counts them."""
    begin, agreed = stage.begin, _agreed(stage)
    stage.told = agreed
    begin(14).deep().adopted().wait(days=1).held()  # 1: the record has to be written
    # 2
    begin(18).deep().adopted().wait(days=1).held().wait(hours=2).written().wait(days=1).signed(
        Role.FIRST_CONVENER
    )
    story = begin(40).deep().adopted().wait(days=1).held()
    story.wait(hours=2).written(agreed=False).wait(days=1).signed()  # 3: no agreement
    agreed[4]  # 4: the outcome is to be countersigned
    agreed[5].wait(days=1).countersigned()  # 5: to be filed
    agreed[6].wait(days=1).filed()  # 6: to be assigned
    agreed[7].wait(days=1).reported_up()  # 7: to be decided
    story = agreed[8].wait(days=1).reported_up().wait(days=6)
    # 8
    story.do(
        filing.refuse, Role.ASSIGNING_OFFICE, outcome=story.outcome, reason=stage.words(Phrase.NOT_ADOPTED)
    )
    agreed[9].wait(days=1).assigned()  # 9: to be signed for
    story = agreed[10].wait(days=1).assigned().wait(days=1)
    # 10
    story.do(handling.decline, Role.DOER, commitment=story.commitment, reason=stage.words(Phrase.NOT_OURS))
    agreed[11].wait(days=1).under_way(25)  # 11
    agreed[12].wait(days=1).under_way(12)  # 12: long overdue
    story = agreed[13].wait(days=1).under_way(14).wait(days=9)
    # 13
    story.do(
        handling.extend,
        Role.TOWN_OFFICE,
        commitment=story.commitment,
        until=local_day(stage.now) + timedelta(days=9),
        reason=stage.words(Phrase.EXTENSION),
    )
    agreed[14].wait(days=1).under_way().wait(days=7).replied()  # 14: residents are asked
    agreed[15].wait(days=1).under_way().wait(days=7).replied(ReplyKind.PLANNED)  # 15
    agreed[16].wait(days=1).under_way().wait(days=7).replied(ReplyKind.LACKING)  # 16
    story = agreed[17].wait(days=1).under_way().wait(days=7).replied()
    story.wait(days=25).ticked()  # 17: nobody answered, somebody calls
    # 18
    agreed[18].wait(days=1).under_way().wait(days=9).replied().wait(days=2).rated(
        Level.SATISFIED, solved=True
    )
    story = agreed[19].wait(days=1).under_way().wait(days=9).replied()
    story.wait(days=3).rated(Level.VERY_SATISFIED, solved=True)  # 19: to be looked at again
    story = agreed[20].wait(days=1).reported_up().wait(days=5)
    story.assigned(25, Role.ASSIGNING_OFFICE)  # 20: adopted in part
    agreed[21].wait(days=1).filed(OutcomeKind.CONSENSUS.value)  # 21: a consensus, nothing to be done


def _asked_after(stage: Stage) -> None:
    """The linked leader has asked after both that are late; the town has explained one."""
    for number, days_ago in ((12, 9), (10, 1)):
        story = stage.told[number]
        story.at = stage.now - timedelta(days=days_ago, hours=5)
        story.wait(hours=1).do(explaining.ask_after, Role.LEADER, commitment=story.commitment)
    story = stage.told[12]
    story.wait(days=2).do(
        explaining.explain,
        Role.TOWN_OFFICE,
        commitment=story.commitment,
        text=stage.words(Phrase.EXPLAINED),
    )


def _raised_by_many(stage: Stage) -> None:
    """Six neighbours said the same; it was done within days, and everybody reads what they say of it."""
    story = stage.begin(34).quick()
    for echo in (*story.text.echoes, *story.text.echoes, *story.text.echoes)[: len(OPINIONS) - 1]:
        story.raised(echo.text).do(merging.merge, Role.CLERK, submission=story.submission, topic=story.topic)
    story.topic.refresh_from_db()
    story.wait(days=1).answered().wait(days=2).rated_by_each(OPINIONS)


OPINIONS = (
    (Level.VERY_SATISFIED, True),
    (Level.SATISFIED, True),
    (Level.SATISFIED, True),
    (Level.VERY_SATISFIED, True),
    (Level.BASICALLY_SATISFIED, True),
    (Level.DISSATISFIED, False),
)
TABLES = 21
PLAN = Plan(held=TABLES, members=TABLES * MEMBERS, residents=TABLES * (HEADS + 1), closed=3)
NOTHING = Plan()
# Raised by a resident online, talked over in the room: what the acts would have written.
PLAIN = Chances(((Channel.RESIDENT, 1),), ((EntryWay.ONLINE, 1),), most_echoes=2, is_brisk=True)


def stage(network: Network, places: CastPlaces, rng: Random, now: datetime) -> Stage:
    """The cast in office, with matters to tell; whoever does what they agree on stands in the tables."""
    actors = {key: actor_for(user, local_day(now)) for key, user in cast(local_day(now)).items()}
    history = History(network, network.bulk, rng, now, PLAIN)
    found = Stage(network, places, rng, now, actors, _texts(places, rng, now), history)
    for text in found.texts:  # whoever does it is there before the first act that names them
        for measure in text.measures:
            network.doer(measure.doer, places.home)
    network.bulk.write()
    return found


def tell(network: Network, places: CastPlaces, rng: Random, now: datetime) -> None:
    """Play every story, then let the clocks tell what has come due."""
    scene = stage(network, places, rng, now)
    for part in (
        _at_the_table,
        _before_a_topic,
        _topics,
        _sessions,
        feedback.tell,
        _asked_after,
        _raised_by_many,
    ):
        part(scene)
    with clock.at(now):
        tick(now)
        react(now)
    failure = Failure.objects.first()
    if failure is not None:
        raise RuntimeError(f"{failure.reaction}: {failure.error}")


TEXTS, TRIES = 90, 600  # more matters than there are stories; in a small place some come up again and again


def _texts(places: CastPlaces, rng: Random, now: datetime) -> list[MatterText]:
    """Matters of the room that differ, need no decision by law and do not begin as internal."""
    site, found = places.home.spec.site, dict[str, MatterText]()
    path, day = places.home.room.area_path, local_day(now)
    for _ in range(TRIES):
        text = matter(rng, any_theme(rng, site), site, now.month)
        if text.measures and is_plain(text, path, day, may_be_statutory=False):
            found.setdefault(text.title, text)
        if len(found) == TEXTS:
            break
    return list(found.values())
