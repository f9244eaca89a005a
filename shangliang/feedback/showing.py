"""Where it stands and what was said, in words for the person and for the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangliang.access.roles import NAMES, Role
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import deadline
from shangliang.desks.queries import tier_office
from shangliang.feedback.labels import STATE_KINDS, STATES
from shangliang.feedback.models import Feedback, FeedbackTurn
from shangliang.feedback.states import ROOM, FeedbackState
from shangliang.kit.clock import local_day
from shangliang.rulebook import book


@dataclass(frozen=True)
class Standing:
    """The top of its page; `{% next of=… %}` reads it."""

    word: str | Promise
    kind: str
    what: str
    who: str | Promise = ""
    by: str = ""
    left: str | Promise = ""
    light: str = ""
    is_over: bool = False


def standing(
    feedback: Feedback, running: Clock | None, now: datetime, *, for_staff: bool = False
) -> Standing:
    """Who answers and until when; or that it is answered."""
    state = FeedbackState(feedback.state)
    word, kind = STATES[state], STATE_KINDS[state]
    if state == FeedbackState.WAITING:
        due = deadline(running, now, for_residents=not for_staff)
        office = tier_office(feedback).role
        who = NAMES[Role(office)] if office else ""
        what = _("请答复提意见的人") if for_staff else _("看了以后，在网页上答复您")
        return Standing(word, kind, what, who, due.by, due.left, due.light)
    if state == FeedbackState.PASSED_ON:
        what = (
            _("这不是系统的事，已经告诉对方该找谁") if for_staff else _("这件事不归本系统管，该找谁写在下面")
        )
    else:
        what = _("已经答复") if for_staff else _("已经答复您，写在下面")
    return Standing(word, kind, what, is_over=True)


@dataclass(frozen=True)
class Place:
    """Where it truly belongs, and how to go there."""

    name: str
    phone: str = ""
    url: str = ""
    note: str = ""
    is_room: bool = False


@dataclass(frozen=True)
class Turn:
    """Something that was said: by the person (no office) or by the office."""

    at: datetime
    who: str | Promise
    text: str
    place: Place | None = field(default=None)


def turns(rows: Iterable[FeedbackTurn], feedback: Feedback) -> list[Turn]:
    """What was said after the first words, oldest first."""
    return [
        Turn(row.at, NAMES[Role(row.office)] if row.office else "", row.text, _place(row, feedback))
        for row in rows
    ]


def _place(row: FeedbackTurn, feedback: Feedback) -> Place | None:
    if row.destination == ROOM and row.room is not None:
        address = f"{settings.BASE_URL}{reverse('say')}?room={row.room.no}"
        return Place(row.room.name, row.room.phone, address, is_room=True)
    if not row.destination:
        return None
    tail = "_en" if get_language() == "en" else ""
    table: list[dict[str, Any]] = [
        dict(each) for each in book().at(local_day(row.at)).table("topics.handover_table", feedback.desk_path)
    ]
    for each in table:
        if each["code"] == row.destination:
            note = "" if row.text else str(each.get(f"note{tail}", ""))
            return Place(str(each[f"name{tail}"]), str(each.get("phone", "")), str(each.get("url", "")), note)
    return None
