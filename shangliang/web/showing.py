"""What pages of several apps show of one thing: words and links that a template would otherwise compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangliang.deliberations.labels import MODES, STATE_KINDS, STATES
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.queries import is_to_come, released_record
from shangliang.deliberations.states import DeliberationState, Mode
from shangliang.kit.punctuation import listed
from shangliang.places.models import Area, Room
from shangliang.topics.labels import KINDS, TOPIC_WORDS
from shangliang.topics.models import Topic
from shangliang.topics.rules import AT_STEP
from shangliang.topics.states import TopicState


@dataclass(frozen=True)
class ShownTopic:
    """A topic in a list."""

    title: str
    link: str
    word: str | Promise
    place: str
    kind: str
    note: str  # room, day, number


def shown_topics(rows: Iterable[Topic], *, desk: bool = False) -> list[ShownTopic]:
    """Topics with their status word; the room must be loaded. `desk`: what is not public leads to its desk page."""
    return [
        ShownTopic(
            row.title,
            reverse("desk_topic" if desk and not row.is_public else "topic", args=[row.no]),
            TOPIC_WORDS[TopicState(row.state)],
            row.room.name,
            KINDS[AT_STEP[TopicState(row.state)]],
            " · ".join([row.room.name, _day(row.opened_at), row.no]),
        )
        for row in rows
    ]


def shown_as_topics(rows: Iterable[Deliberation]) -> list[ShownTopic]:
    """Sessions as they stand in a list beside topics."""
    return [
        ShownTopic(
            row.subject_line,
            reverse("deliberation", args=[row.no]),
            STATES[DeliberationState(row.state)],
            row.room.name,
            STATE_KINDS[DeliberationState(row.state)],
            " · ".join(filter(None, [row.room.name, _day(row.held_at), row.no])),
        )
        for row in rows
    ]


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


@dataclass(frozen=True)
class ShownSession:
    """An announced session."""

    what: str
    by: str
    note: str
    link: str
    heading: str
    result: str = ""  # what it came to, once its record is published


def with_results(rows: Iterable[Deliberation], today: date) -> list[ShownSession]:
    """The same, each with what it came to and where that stands; the record must be loaded."""
    found = list(rows)
    return [
        replace(shown, result=str(record.get_conclusion_display()), link=f"{shown.link}#result")
        if record
        else shown
        for shown, record in zip(shown_sessions(found, today), map(released_record, found), strict=True)
    ]


def shown_sessions(rows: Iterable[Deliberation], today: date) -> list[ShownSession]:
    """Sessions with day, hour and place in words; everybody is asked to those that are to come."""
    found = []
    for row in rows:
        moment = timezone.localtime(row.held_at) if row.held_at else None
        when = date_format(moment, _("n月j日（D）H:i")) if moment else ""
        place = row.place or str(MODES[Mode(row.mode)])
        note = _("%(place)s。谁都可以来。") % {"place": place} if is_to_come(row, today) else place
        found.append(
            ShownSession(row.subject_line, when, note, reverse("deliberation", args=[row.no]), _("已预告："))
        )
    return found


def trail(areas: Iterable[Area], *, last_is_link: bool = True) -> list[dict[str, str]]:
    """The places above, widest first."""
    found = [{"name": area.name, "url": reverse("places", args=[area.code])} for area in areas]
    if found and not last_is_link:
        found[-1].pop("url")
    return found


def room_facts(room: Room, first: str, second: str) -> list[dict[str, Any]]:
    """What hangs beside the door: conveners, hours, access."""
    access = [
        (room.has_step_free_entrance, _("无障碍通道")),
        (room.has_accessible_toilet, _("无障碍卫生间")),
        (room.has_hearing_help, _("助听设备")),
        (room.has_large_type, _("大字材料")),
    ]
    is_told = not room.shared_with or room.shared_with in room.address
    shared = "" if is_told else _("（与%(what)s共用）") % {"what": room.shared_with}
    rows = [
        (_("第一召集人"), first, _("暂缺")),
        (_("第二召集人"), second, ""),
        (_("地点"), f"{room.address}{shared}" if room.address else "", ""),
        (_("开放时间"), room.hours, ""),
        (_("电话"), room.phone, ""),
        (_("便利设施"), listed(words for has, words in access if has), ""),
    ]
    return [
        {"label": label, "value": value, "missing": "" if value else missing}
        for label, value, missing in rows
        if value or missing
    ]
