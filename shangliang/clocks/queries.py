"""Reading clocks: what is due to an actor, how one thing's clocks stand, and the same in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.access.actor import Actor
from shangliang.access.roles import NAMES, Role
from shangliang.clocks import rules
from shangliang.clocks.labels import LIGHT_KINDS, LIGHTS
from shangliang.clocks.models import Clock, ClockQuerySet
from shangliang.events.kinds import Subject
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.workdays import Calendar
from shangliang.rulebook import Book, book


def calendar() -> Calendar:
    """Working days with the deployment's own announcements on top, as they stand today."""
    return _calendar(book(), book().at(clock.today()).since)


@lru_cache(maxsize=8)
def _calendar(rules: Book, since: date) -> Calendar:
    """One for each day on which the book changes: a process that runs for months follows a later announcement."""
    table = rules.at(since).table("clocks.holidays_table")
    return Calendar({row["day"]: bool(row["worked"]) for row in table})


def due_to(actor: Actor, also: Q | None = None, *, alike: Iterable[Collection[str]] = ()) -> ClockQuerySet:
    """What `actor` has to act on, soonest first.

    Of the clocks of one thing whose rules are `alike`, for one press answers them, that which runs out first; else
    each stands there by itself. `also`: clocks that lie with the actor for another reason than the office they name.
    """
    running = Clock.objects.running().filter(paused_at=None)
    mine = running.due_to(actor)
    if also is not None:
        mine = mine | running.filter(also)
    groups = [When(rule__in=sorted(group), then=Value(min(group))) for group in alike]
    if groups:
        known: Any = mine.annotate(asks=Case(*groups, default=F("rule")))
        sooner = known.filter(
            subject_kind=OuterRef("subject_kind"), subject_no=OuterRef("subject_no"), asks=OuterRef("asks")
        ).filter(Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk")))
        mine = known.filter(~Exists(sooner))
    return mine.order_by("due_at", "pk")


def running_by_subject(subjects: Iterable[Subject]) -> dict[Subject, list[Clock]]:
    """The running clocks of many things in one statement, soonest first."""
    wanted = list(subjects)
    found: dict[Subject, list[Clock]] = defaultdict(list)
    rows = Clock.objects.running().filter(
        subject_kind__in={subject.kind for subject in wanted}, subject_no__in={s.no for s in wanted}
    )
    for row in rows.order_by("due_at"):
        found[row.subject].append(row)
    return found


def were_set(rule: str, subject: Subject) -> bool:
    """Whether that clock of a thing ever ran."""
    return Clock.objects.filter(rule=rule, subject_kind=subject.kind, subject_no=subject.no).exists()


def is_held_by(row: Clock, actor: Actor) -> bool:
    """Whether it is the actor's turn: the question of `due_to`, for a clock that is read already."""
    return any(
        (grant.role.value, grant.area_path, grant.room_no, grant.unit_code)
        == (row.role, row.area_path, row.room_no, row.unit_code)
        for grant in actor.grants
    )


def late_clocks(kind: str, now: datetime) -> dict[str, Clock]:
    """The things of that kind that somebody is late with, by number, with the clock that ran out first; one statement.

    Whoever holds it is late: an office that has not decided as much as a doer. What residents are waited for is
    nobody's delay.
    """
    rows = Clock.objects.running().filter(subject_kind=kind, due_at__lt=now, paused_at=None)
    return {row.subject_no: row for row in rows.exclude(role="").order_by("-due_at")}


def late(kind: str, now: datetime) -> dict[str, datetime]:
    """The same, and since when; one statement."""
    return {no: row.due_at for no, row in late_clocks(kind, now).items()}


def first_late(running: Iterable[Clock], now: datetime) -> Clock | None:
    """Of one thing's running clocks, soonest first, the one that its holder has let run out the longest ago."""
    return next((row for row in running if row.role and row.due_at < now and row.paused_at is None), None)


def reminded(subjects: Iterable[Subject]) -> set[Subject]:
    """Which of these things' running clocks have told their holder that time is running out; one statement."""
    return {
        subject
        for subject, rows in running_by_subject(subjects).items()
        if any(row.reminded_at is not None for row in rows)
    }


def light(row: Clock, now: datetime) -> rules.Light:
    """How a running clock looks now."""
    return rules.light(
        now, due_at=row.due_at, remind_at=row.remind_at, red_at=row.red_at, paused_at=row.paused_at
    )


@dataclass(frozen=True)
class Deadline:
    """A running clock in words: who has to act, by when, what is left, and how pressing it looks."""

    who: str | Promise = ""
    by: str = ""
    left: str | Promise = ""
    light: str = ""  # the colour of `left`: soon, late, or none
    word: str | Promise = ""  # its light in one word, for a line of a list
    kind: str = "quiet"  # the colour of that word


def deadline(row: Clock | None, now: datetime, *, for_residents: bool = False) -> Deadline:
    """The running clock in words; nothing when none runs.

    Residents read that it goes on beyond the day, never by how many days, in red, or that somebody is being pressed:
    it stands beside the name of an office (decision 0016).
    """
    if row is None:
        return Deadline()
    found = light(row, now)
    kind = LIGHT_KINDS[found]
    if for_residents and kind == "late":
        kind = "soon"
    left = LIGHTS[found] if found == rules.Light.PAUSED else _left(row, now, for_residents)
    is_due = found != rules.Light.PAUSED and local_day(row.due_at) <= local_day(now)
    return Deadline(
        who=NAMES[Role(row.role)] if row.role else "",
        by=_by(row),
        left=left,
        light="" if kind == "quiet" else kind,
        word=left if is_due else LIGHTS[found],
        kind=kind,
    )


def _by(row: Clock) -> str:
    words = date_format(timezone.localtime(row.due_at), _("n月j日前"))
    return words + _("（节假日安排尚未公布，日期暂定）") if row.is_provisional else words


def _left(row: Clock, now: datetime, for_residents: bool) -> str:
    day, today = local_day(row.due_at), local_day(now)
    if now > row.due_at and for_residents:
        return _("比原定的日子晚了，还在办")
    if day <= today:
        return late_word(row.due_at, now)
    left = calendar().worked_between(today, day)
    if left:
        return ngettext("还剩 %(n)s 个工作日", "还剩 %(n)s 个工作日", left) % {"n": left}
    days = (day - today).days  # none of them is worked
    return ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", days) % {"n": days}


def late_word(since: datetime, now: datetime) -> str:
    """Due today, or by how many days somebody is late: the same words in a list, on the desk and on the page."""
    days = late_days(since, now)
    return ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", days) % {"n": days} if days else _("今天到期")


def late_days(since: datetime, now: datetime) -> int:
    """Calendar days since it was due."""
    return (local_day(now) - local_day(since)).days
