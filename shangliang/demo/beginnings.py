"""How matters begin: what was said, the topic it became, and what ended before a topic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.roles import Role
from shangliang.demo.corpus.matters import MatterText
from shangliang.demo.corpus.phrases import ELSEWHERE, OutsideText, Phrase, outside
from shangliang.demo.matter import Matter
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.topics.actions import intake, merging, screening, slip
from shangliang.topics.actions.intake import Intake
from shangliang.topics.actions.screening import Acceptance, HandOver
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Channel, Destination, EntryWay, Exclusion, Grade

HOUR = timedelta(hours=1)
REVIEW = 3 * HOUR  # after that the town has looked at words that become public
RAISED_BY = {
    Channel.GRID: Role.GRID_WORKER,
    Channel.MEMBER: Role.MEMBER,
    Channel.GOVERNMENT: Role.TOWN_OFFICE,
}
ABOVE_A_TOWN = (AreaLevel.COUNTY, AreaLevel.CITY)


def received(
    matter: Matter, text: str, at: datetime, *, channel: Channel = Channel.RESIDENT, place: str = ""
) -> Submission:
    """Somebody speaks: a resident by one of the ways, or somebody in office."""
    way, actor = EntryWay.ONLINE, ANONYMOUS
    if channel != Channel.RESIDENT:
        actor = matter.officer(RAISED_BY[channel])
    else:
        way = matter.pick(matter.chances.ways)
        actor = ANONYMOUS if way == EntryWay.ONLINE else matter.officer(Role.CLERK)
    given = Intake(matter.seat.room, text, matter.nonce(), channel=channel, way=way, place_text=place)
    found: Submission = matter.do(at, intake.receive, actor=actor, intake=given).submission
    return found


def accepted(
    matter: Matter, text: MatterText, at: datetime, grade: Grade, *, within: int, heard_for: int
) -> Topic:
    """A topic, and the others who say the same within some days; released after review."""
    channels = matter.chances.channels
    is_above = level_of(matter.path) in ABOVE_A_TOWN
    channel = Channel.RESIDENT if is_above else matter.pick(channels)
    said = {
        Channel.RESIDENT: text.said.text,
        Channel.GRID: text.by_grid,
        Channel.MEMBER: text.by_member,
        Channel.GOVERNMENT: text.by_government,
    }[channel]
    first = received(matter, said, at, channel=channel, place=text.place)
    opened = matter.after(at, 0, within)
    for echo in text.echoes[: matter.rng.randint(0, matter.chances.most_echoes)]:
        echoed = matter.after(at, 0, heard_for)
        joins = max(matter.after(echoed, 0, min(heard_for, 2)), opened + HOUR)
        if joins <= matter.now:
            matter.later(echoed, _echo(matter, echo.text, text.place, echoed, joins))
    topic: Topic = matter.do(
        opened,
        screening.accept,
        submission=first,
        acceptance=Acceptance(
            grade=grade,
            title=text.title,
            theme=text.theme,
            weight=text.weight,
            summary=text.summary,
            place_text=text.place,
        ),
        actor=matter.officer(Role.CLERK),
    )
    matter.release(opened + REVIEW, topic)
    return topic


def _echo(matter: Matter, words: str, place: str, at: datetime, joins: datetime) -> Callable[[], None]:
    def said_too() -> None:
        row = received(matter, words, at, place=place)
        clerk = matter.officer(Role.CLERK)
        matter.later(
            joins, lambda: matter.do(joins, merging.merge, submission=row, topic=matter.topic, actor=clerk)
        )

    return said_too


# -- what ends before a topic ---------------------------------------------------------------------------------


def handed_over(matter: Matter) -> None:
    """转交: the slip stays alive, the other side's number stands on it, and what it did is told."""
    at = matter.ago(360, 3)
    found: OutsideText = outside(matter.rng, matter.seat.spec.site)
    row = received(matter, found.said.text, at, place=found.place)
    decided = matter.after(at, 0, 3)
    to = HandOver(
        found.destination,
        found.note,
        exclusion=found.exclusion,
        name=ELSEWHERE if found.destination == Destination.OTHER else "",
        outside_no=f"ZJ{decided:%y%m%d}{matter.rng.randint(1000, 9999)}",
    )
    clerk = matter.officer(Role.CLERK)
    matter.do(decided, screening.hand_over, submission=row, to=to, actor=clerk)
    settled = decided + timedelta(days=matter.rng.randint(3, 12))
    if settled < matter.now:
        matter.do(
            settled, screening.report_back, submission=row, news=found.outcome, is_settled=True, actor=clerk
        )


def ended(matter: Matter) -> None:
    """了结: nothing more could be learned."""
    at = matter.ago(360, 20)
    text = matter.text(at, may_be_statutory=True)
    row = received(matter, text.said.text, at, place=text.place)
    matter.do(
        matter.after(at, 2, 9),
        screening.end,
        submission=row,
        exclusion=Exclusion.UNCLEAR,
        words=matter.words(Phrase.UNCLEAR),
        actor=matter.officer(Role.CLERK),
    )


def erased(matter: Matter) -> None:
    """Its owner asked for it: words, slip and key are gone."""
    at = matter.ago(200, 30)
    text = matter.text(at, may_be_statutory=True)
    row = received(matter, text.said.text, at, place=text.place)
    holder: Actor = slip.holder_of(row)
    matter.do(matter.after(at, 5, 20), slip.erase, submission=row, actor=holder)


def waiting(matter: Matter) -> None:
    """Received in these days, nobody has decided yet."""
    at = matter.ago(4, 0)
    text = matter.text(at, may_be_statutory=True)
    received(matter, text.said.text, at, place=text.place)
