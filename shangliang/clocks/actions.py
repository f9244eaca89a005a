"""Starting, pausing, extending, handing on and stopping clocks, inside the transaction of the act they belong to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from shangliang.access.actor import SYSTEM
from shangliang.clocks import rules
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.queries import calendar
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import clock
from shangliang.kit.columns import fitted
from shangliang.kit.workdays import Due
from shangliang.ledger.actions import act
from shangliang.rulebook import book


def start(
    rule: str,
    subject: Subject,
    *,
    holder: Holder,
    at: datetime,
    area_path: str = "",
    due_at: datetime | None = None,
    is_first: bool = False,
    behind: Holder | None = None,
    latest: datetime | None = None,
) -> Clock:
    """Start the clock of `rule`; a running one of the same rule and subject is stopped first.

    `area_path` picks a district's own value of the rule; `due_at` fixes the end where people agreed on a date;
    `is_first` says that the subject was made in this transaction and has no clock that could run; `behind` who does it
    while nobody signs in for the holder; `latest`: it ends no later, where that moment is still to come.
    """
    if not is_first:
        stop(rule, subject, at=at)
    made = row(
        rule,
        subject,
        holder=holder,
        at=at,
        area_path=area_path,
        due_at=due_at,
        behind=behind,
        latest=latest,
    )
    made.save(force_insert=True)
    return made


def row(
    rule: str,
    subject: Subject,
    *,
    holder: Holder,
    at: datetime,
    area_path: str = "",
    due_at: datetime | None = None,
    behind: Holder | None = None,
    latest: datetime | None = None,
) -> Clock:
    """The clock that `start` writes, not yet saved."""
    moments = _moments(rule, at, area_path or holder.area_path, due_at)
    if latest is not None and at < latest < moments.due_at:
        moments = _moments(rule, at, area_path or holder.area_path, latest)
    return Clock(
        rule=rule,
        subject_kind=subject.kind,
        subject_no=subject.no,
        role=holder.role.value if holder.role else "",
        area_path=holder.area_path,
        room_no=holder.room_no,
        unit_code=holder.unit_code,
        behind_role=behind.role.value if behind and behind.role else "",
        behind_area_path=behind.area_path if behind else "",
        behind_room_no=behind.room_no if behind else "",
        started_at=at,
        due_at=moments.due_at,
        remind_at=moments.remind_at,
        red_at=moments.red_at,
        long_at=moments.long_at,
        is_provisional=moments.is_provisional,
    )


def _moments(rule: str, at: datetime, area_path: str, due_at: datetime | None) -> rules.Times:
    day = book().at(clock.local_day(at))
    offsets = rules.Offsets(
        day.integer("clocks.remind_days", area_path),
        day.integer("clocks.remind_share_percent", area_path),
        day.integer("clocks.red_days", area_path),
        day.integer("clocks.leader_days", area_path),
    )
    if due_at is not None:
        end = Due(due_at, calendar().is_provisional(clock.local_day(due_at)))
    else:
        end = rules.due(at, day.integer(rule, area_path), book().parameter(rule).unit, calendar())
    return rules.times(at, end, offsets, calendar())


def is_held(rule: str, subject: Subject, *, holder: Holder) -> bool:
    """Whether the clock of `rule` runs and it is just this one's turn."""
    running = Clock.objects.running().of(subject).filter(rule=rule)
    return running.filter(
        role=holder.role.value if holder.role else "",
        area_path=holder.area_path,
        room_no=holder.room_no,
        unit_code=holder.unit_code,
    ).exists()


def pass_to(rule: str, subject: Subject, *, holder: Holder, at: datetime) -> None:
    """It is another one's turn within the same time; a reminder that the former one had is given anew."""
    if is_held(rule, subject, holder=holder):
        return
    Clock.objects.running().of(subject).filter(rule=rule).update(
        role=holder.role.value if holder.role else "",
        area_path=holder.area_path,
        room_no=holder.room_no,
        unit_code=holder.unit_code,
        reminded_at=None,
    )


def end_by(rule: str, subject: Subject, *, due_at: datetime, at: datetime) -> None:
    """It ends at another moment, because what it runs up to has moved; told anew where it was told."""
    running = Clock.objects.running().of(subject).filter(rule=rule).first()
    if running is None or running.due_at == due_at:
        return
    _set_end(running, at, due_at)
    running.reminded_at = running.came_due_at = running.reddened_at = None
    running.save()


def stop(rule: str, subject: Subject, *, at: datetime) -> bool:
    """Stop the running clock of `rule`; False when none runs."""
    running = Clock.objects.running().of(subject).filter(rule=rule)
    return bool(running.update(stopped_at=at))


def stop_all(subject: Subject, *, at: datetime, of: Collection[str] = (), but: Collection[str] = ()) -> int:
    """Stop every clock of a thing that has come to its end; where `of` names rules, theirs alone, and never `but`."""
    running = Clock.objects.running().of(subject).exclude(rule__in=but)
    return (running.filter(rule__in=of) if of else running).update(stopped_at=at)


def pause(rule: str, subject: Subject, *, at: datetime) -> None:
    """Stand still while somebody else has to act, such as a submitter who was asked for more."""
    Clock.objects.running().of(subject).filter(rule=rule, paused_at=None).update(paused_at=at)


def resume(rule: str, subject: Subject, *, at: datetime) -> None:
    """Go on with as many working days as were left when the clock was paused."""
    paused = Clock.objects.running().of(subject).filter(rule=rule).exclude(paused_at=None).first()
    if paused is None or paused.paused_at is None:
        return
    left = calendar().worked_between(clock.local_day(paused.paused_at), clock.local_day(paused.due_at))
    _set_end(paused, at, calendar().days_after(at, max(left, 1)).at)
    paused.paused_at = None
    paused.save()


def extend(rule: str, subject: Subject, *, until: datetime, reason: str, at: datetime) -> None:
    """Give more time, with the reason that is shown beside the new date."""
    running = Clock.objects.running().of(subject).get(rule=rule)
    _set_end(running, at, until)
    running.extended_count += 1
    running.extended_reason = fitted(Clock, "extended_reason", reason)
    running.reminded_at = running.came_due_at = running.reddened_at = running.grew_long_at = None
    running.save()


def hand_on(clock_id: int, *, holder: Holder, stand_in: str, at: datetime) -> None:
    """Somebody else acts instead: the stand-in of the office that let it run out."""
    running = Clock.objects.running().select_for_update().get(pk=clock_id)
    running.role, running.stand_in = (holder.role.value if holder.role else ""), stand_in
    running.area_path, running.room_no, running.unit_code = (
        holder.area_path,
        holder.room_no,
        holder.unit_code,
    )
    running.save()
    act(Kind.CLOCK_HANDED_ON, running.subject, actor=SYSTEM, at=at, content={"rule": running.rule})


def _set_end(running: Clock, at: datetime, end: datetime) -> None:
    moments = _moments(running.rule, at, running.area_path, end)
    running.due_at, running.remind_at = moments.due_at, moments.remind_at
    running.red_at, running.long_at = moments.red_at, moments.long_at
    running.is_provisional = moments.is_provisional
