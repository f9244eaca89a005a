"""The one table of what there is: every app's things, the menu of the desk, and what one begins from there."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from shangliang.access.things import House, Section
from shangliang.accounts import labels as accounts
from shangliang.deliberations import things as deliberations
from shangliang.desks import labels as words
from shangliang.desks import things as desks
from shangliang.events.kinds import Kind
from shangliang.feedback import things as feedback
from shangliang.figures import labels as figures
from shangliang.inbox import queries as inbox
from shangliang.opinions import things as opinions
from shangliang.outcomes import things as outcomes
from shangliang.people import labels
from shangliang.people import things as people
from shangliang.places import things as places
from shangliang.sortition import things as sortition
from shangliang.topics import things as topics

HOUSE = House(
    things=(
        replace(places.ROOMS, acts=(*places.ROOMS.acts, *people.ON_ROOM)),
        *desks.THINGS,
        *feedback.THINGS,
        topics.SUBMISSIONS,
        replace(topics.TOPICS, acts=(*topics.TOPICS.acts, *deliberations.ON_TOPIC)),
        *opinions.THINGS,
        *sortition.THINGS,
        *deliberations.THINGS,
        *outcomes.THINGS,
    ),
    sections=(
        Section("desk", _("今天要办")),
        Section("inbox", _("消息"), count=inbox.unread_count),
        topics.MINE,
        topics.REPORTED,
        *topics.SECTIONS,
        *deliberations.SECTIONS,
        *outcomes.SECTIONS,
        *places.SECTIONS,
        *people.SECTIONS,
        *feedback.SECTIONS,
        Section("me", _("我的账号")),
    ),
    shortcuts=(
        topics.ENTER,
        *deliberations.SHORTCUTS,
        *topics.SHORTCUTS,
        *outcomes.SHORTCUTS,
        *feedback.SHORTCUTS,
        *desks.SHORTCUTS,
    ),
    history={**words.HISTORY, **labels.HISTORY, **accounts.HISTORY, **figures.HISTORY},
    tasks=words.TASKS,
    answers=desks.ANSWERS,
    # what the worker tells itself; it stands in no history
    quiet=(
        Kind.CLOCK_REMINDED,
        Kind.CLOCK_CAME_DUE,
        Kind.CLOCK_REDDENED,
        Kind.CLOCK_GREW_LONG,
        Kind.CLOCK_EXTENDED,
        Kind.CLOCK_PAUSED,
        Kind.CLOCK_RESUMED,
    ),
)
