"""Where a matter stands, in the words of its residents: step line, what is next, who does it, by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangliang.access.roles import NAMES, Role
from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import deadline
from shangliang.desks.queries import due_by, office_name, turn_name
from shangliang.inbox import queries as inbox
from shangliang.inbox.states import Standing as Reached
from shangliang.kit.clock import local_day
from shangliang.kit.punctuation import listed, with_note
from shangliang.topics import queries, rules
from shangliang.topics.labels import DESTINATIONS, KINDS, NEXT, NEXT_BY_STATE, ON_SLIP, STEPS, TOPIC_TASKS
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Destination, SubmissionState, TopicState

OVER = {TopicState.CONCLUDED, TopicState.UNSOLVED, TopicState.ENDED}
DATED_STEPS = 4  # more of them leave no room for dates on a phone


@dataclass(frozen=True)
class Turn:
    """Whose turn it is with what was agreed on, where apps above know it: what is next, who, and the clock of it.

    `word` and `step`: its status, and where on its way that is, where the topic alone does not say it; "" elsewhere.
    """

    what: str | Promise
    who: str
    clock: Clock | None = None
    word: str | Promise = ""
    step: str = ""


@dataclass(frozen=True)
class Lies:
    """With whom a topic lies whose fate later apps know: `turn` and `units` as for the page of a slip."""

    turn: Turn | None = None
    units: Sequence[str] | None = None


def lies_with(topics: Iterable[Topic | None]) -> dict[Any, Lies]:
    """The same for each topic, by its key, None for none: the one source of every page that says whose turn it is."""
    rows = [topic for topic in topics if topic is not None]
    found: dict[Any, Lies] = defaultdict(Lies)
    if rows:
        found.update(house().turns("topic", rows))
    return found


@dataclass(frozen=True)
class Standing:
    """What the top of a slip's or topic's page shows."""

    word: str | Promise
    kind: str
    steps: list[dict[str, object]]
    what: str
    who: str = ""
    by: str = ""
    left: str | Promise = ""
    light: str = ""
    is_over: bool = False
    clock: Clock | None = field(default=None)


def of_slip(
    submission: Submission,
    clocks: Sequence[Clock],
    now: datetime,
    *,
    discreet: bool,
    units: Sequence[str] | None = None,
    turn: Turn | None = None,
    for_staff: bool = False,
) -> Standing:
    """For the page of a slip. `discreet`: nothing of where it lies, for whoever only typed a number.

    `units`: who carries out what was agreed, where the page knows; none where the community does it itself.
    `turn`: whose it is instead, where it lies with an office. `for_staff`: says by how many days it is late.
    """
    topic = submission.topic
    turn = _discreet(turn) if discreet and turn is not None else turn
    step = _step_of(submission.state, topic, turn)
    dates = {"received": submission.received_at}
    if topic is not None:
        dates["looking"] = topic.opened_at
    if submission.state == SubmissionState.HANDED_OVER:
        return _ended(step, dates, _handed_over(submission))
    if submission.state == SubmissionState.ENDED:
        return _ended(step, dates, _("这件事没有受理，说明见下面"))
    thing = topic or submission
    clock = _first(clocks)
    who = "" if discreet else _who(thing, topic, submission.room.name, clock, units)
    if submission.state == SubmissionState.SUPPLEMENT_ASKED:
        who = _("您")
    standing = _standing(step, topic, dates, clock, who, now, for_staff=for_staff)
    return _with(turn, standing, now, for_staff=for_staff)


def _discreet(turn: Turn) -> Turn:
    """How far it is, and nothing of the office with which it lies."""
    what = NEXT_BY_STATE[TopicState.IN_HAND] if turn.step == "doing" else turn.what
    return replace(turn, what=what, who="", word="" if turn.step == "doing" else turn.word)


def printed(
    submission: Submission,
    slip: str,
    key: str,
    clocks: Sequence[Clock],
    now: datetime,
    *,
    units: Sequence[str] | None = None,
    turn: Turn | None = None,
) -> dict[str, object]:
    """What `topics/_printed_slip.html` needs: the slip on paper, for whoever holds it.

    `key`: the long one, for the square; "" where only the digits are known. `units` and `turn` as for its page.
    """
    return {
        "submission": submission,
        "above": above(submission),
        "slip": slip,
        "address": settings.BASE_URL + reverse("slip_key", args=[slip, key]) if key else "",
        "standing": of_slip(submission, clocks, now, discreet=False, units=units, turn=turn),
        "find_at": settings.BASE_URL + reverse("slips"),
        "phone": "" if submission.is_embargoed else submission.room.phone,  # the room would learn of it
    }


@dataclass(frozen=True)
class Delivered:
    """A message of the system to whoever raised a matter, and by which way it fared how."""

    title: str
    how: str
    at: datetime


def deliveries(no: str) -> list[Delivered]:
    """Everything that was written to the holder of a submission's slip, the newest first."""
    order, best = list(Reached), dict[str, inbox.Delivery]()
    for row in inbox.delivery(no):  # each message once, by the way that says most
        kept = best.setdefault(row.about, row)
        if order.index(row.told.standing) < order.index(kept.told.standing):
            best[row.about] = row
    return [
        Delivered(row.title, str(ON_SLIP) if row.told.standing == Reached.NO_WAY else row.told.words, row.at)
        for row in best.values()
    ]


def with_news(rows: Iterable[Submission]) -> list[tuple[Submission, str]]:
    """Each with whether the last thing that was written to its holder has reached them; "" where nothing was."""
    found = list(rows)
    news = inbox.last_news(row.no for row in found)
    return [(row, news[row.no].words if row.no in news else "") for row in found]


def above(submission: Submission) -> str:
    """For whoever holds the slip, where the room's own cadres are concerned: who has it, and whether the room knows."""
    if not submission.is_embargoed:
        return ""
    if queries.was_met_by_the_room(submission):
        return _("这件事已经交给上一级办，本村（社区）不再经手。")
    return _("这件事没有经过本村（社区），直接交给了上一级。")


def as_choice(topic: Topic, percent: int) -> str:
    """An open topic among those that a matter could join: `percent` is how alike, 0 where nobody asked."""
    facts = [topic.room.name, str(topic.get_state_display())]
    if percent:
        facts.append(_("文字相像 %(percent)s%%") % {"percent": percent})
    return with_note(topic.title or topic.no, listed(facts))


def of_topic(
    topic: Topic,
    clocks: Sequence[Clock],
    now: datetime,
    units: Sequence[str] | None = None,
    *,
    turn: Turn | None = None,
    for_staff: bool = False,
) -> Standing:
    """For a topic's page; `for_staff`: what is next in the words of whoever does it. `units`, `turn` as for a slip."""
    if for_staff and turn is not None and turn.clock is not None and turn.clock.room_no:
        turn = replace(turn, who=str(due_by(turn.clock, now).who))
    step = _step_of(SubmissionState.ACCEPTED, topic, turn)
    clock = _first(clocks)
    who = _who(topic, topic, topic.room.name, clock, units)
    if for_staff and clock is not None and clock.role:
        who = str(due_by(clock, now).who)
    standing = _standing(step, topic, {"looking": topic.opened_at}, clock, who, now, for_staff=for_staff)
    standing = _with(turn, standing, now, for_staff=for_staff)
    if step == "rating" and not standing.is_over and turn is None:  # its reader is not the one who is asked
        standing = replace(standing, what=_("请反映的群众看看办得怎样"), who=_("反映的群众"))
    task = TOPIC_TASKS.get(clock.rule) if for_staff and clock and turn is None else None
    return replace(standing, what=str(task)) if task else standing


def _step_of(submission_state: str, topic: Topic | None, turn: Turn | None) -> str:
    return (turn.step if turn else "") or rules.step_of(submission_state, topic.state if topic else "")


def _with(turn: Turn | None, standing: Standing, now: datetime, *, for_staff: bool) -> Standing:
    if turn is None or standing.is_over:
        return standing
    due = deadline(turn.clock, now, for_residents=not for_staff)
    return replace(
        standing,
        word=turn.word or standing.word,
        steps=_named_now(standing.steps, turn.word),
        kind="doing" if turn.word else standing.kind,
        what=str(turn.what),
        who=turn.who,
        by=due.by,
        left=due.left,
        light=due.light,
        clock=turn.clock,
    )


def _named_now(steps: list[dict[str, object]], word: str | Promise) -> list[dict[str, object]]:
    """The same; where it stands now is called by what is waited for, if the name of the step is not that."""
    return [{**each, "label": word} if word and each["state"] == "now" else each for each in steps]


def _first(clocks: Sequence[Clock]) -> Clock | None:
    """The clock that says what is next: the soonest of those that somebody has to act by, now."""
    own = [row for row in clocks if row.rule in NEXT and row.paused_at is None]
    held = [row for row in own if row.role or row.rule == "topics.supplement_days"]
    return min(held, key=lambda row: row.due_at, default=None)


def _who(
    thing: Submission | Topic,
    topic: Topic | None,
    room_name: str,
    clock: Clock | None,
    units: Sequence[str] | None,
) -> str:
    """Whose turn it is; what is being carried out lies with its doers, by name where the page knows them."""
    if clock is None and topic is not None and topic.state == TopicState.IN_HAND:
        if units is None:
            return str(NAMES[Role.DOER])
        return listed(units) or office_name(thing, room_name)
    return turn_name(thing, room_name, clock)


def _standing(
    step: str,
    topic: Topic | None,
    dates: dict[str, datetime],
    clock: Clock | None,
    who: str,
    now: datetime,
    *,
    for_staff: bool,
) -> Standing:
    is_over = topic is not None and topic.state in OVER
    if is_over and topic is not None and topic.ended_at:
        dates[step] = topic.ended_at
    if step == "planned" and topic is not None and topic.planned_on:
        what = _("到 %(day)s 再拿出来办") % {"day": date_format(topic.planned_on, "DATE_FORMAT")}
    elif clock is not None:
        what = str(NEXT[clock.rule])
    elif topic is not None:
        what = str(NEXT_BY_STATE[TopicState(topic.state)])
    else:
        what = str(NEXT["topics.decide_days"])
    due = deadline(clock, now, for_residents=not for_staff)
    return Standing(
        word=STEPS[step],
        kind=KINDS[step],
        steps=_steps(step, topic.grade if topic else "", dates),
        what=what,
        who="" if is_over else who if step != "rating" else _("您"),
        by=due.by,
        left=due.left,
        light=due.light,
        is_over=is_over,
        clock=clock,
    )


def _ended(step: str, dates: dict[str, datetime], what: str) -> Standing:
    return Standing(STEPS[step], KINDS[step], _steps(step, "", dates, talked=False), what, is_over=True)


def _steps(
    step: str, grade: str, dates: dict[str, datetime], *, talked: bool = True
) -> list[dict[str, object]]:
    found = rules.way(step, grade, was_talked_over=talked)
    has_room = len(found) <= DATED_STEPS
    return [
        {"label": STEPS[name], "state": state, "on": _day(dates.get(name)) if has_room else None}
        for name, state in found
    ]


def _day(moment: datetime | None) -> object:
    return local_day(moment) if moment else None


def _handed_over(submission: Submission) -> str:
    where = submission.destination_name or str(DESTINATIONS[Destination(submission.destination)])
    if submission.outside_no:
        return _("已转交%(where)s，那边的编号是 %(no)s") % {"where": where, "no": submission.outside_no}
    return _("已转交%(where)s") % {"where": where}
