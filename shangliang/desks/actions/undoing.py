"""Taking back a wrong press: for some minutes, by whoever pressed, while nothing has left the house and nobody went on.

What was there before (the row, its running clocks) is kept beside the event, whose followers wait until the time is
over. Which acts can be taken back, the tables of states say (`undo`); ADR 0036.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import models, transaction

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.desks.labels import NOT_YOURS
from shangliang.events.actions import noticed
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event, Pressed
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import by_nos
from shangliang.kit.states import IllegalMove, Machine
from shangliang.ledger.actions import act as write_down
from shangliang.ledger.models import Entry
from shangliang.rulebook import book

WINDOW = "access.undo_minutes"
BETWEEN = ","  # the keys of several rows, in one text
GOES_ON = {"version"}  # counts up for whoever looks at a page that follows the row; it never goes back
Columns = dict[str, str | None]
Action = TypeVar("Action", bound=Callable[..., Any])


def undoable(machine: Machine[Any], act: str, *, takes: str) -> Callable[[Action], Action]:
    """Decorator of an action that its table lets be taken back; `takes`: under which name it is given the row."""
    if not machine.can_go_back(act):
        raise ValueError(f"{machine.name}.{act}: its table does not let it be taken back")

    def wrap(action: Action) -> Action:
        @wraps(action)
        @transaction.atomic
        def done(**given: Any) -> Any:
            row, actor = _locked(given[takes]), given["actor"]
            before, clocks = columns(row), [columns(each) for each in _running(row.subject)]
            with noticed() as written:
                result = action(**given)
            mine = [event for event in written if _is_about(event, row.subject)]
            if actor.kind == ActorKind.STAFF and mine == written:
                _keep(_locked(row), act, actor, given["at"], before, clocks, mine)
            return result

        return cast(Action, done)

    return wrap


def _is_about(event: Event, subject: Subject) -> bool:
    return (event.subject_kind, event.subject_no) == (subject.kind, subject.no)


def _keep(
    row: Any,
    act: str,
    actor: Actor,
    at: datetime,
    before: Columns,
    clocks: list[Columns],
    written: list[Event],
) -> None:
    """What has to be put back, and until when; the followers of what was done wait so long."""
    minutes = book().at(local_day(at)).integer(WINDOW, getattr(row, "desk_path", ""))
    until = at + timedelta(minutes=minutes)
    after = columns(row)
    changed = {name for name, value in after.items() if value != before[name]}
    Event.objects.filter(pk__in=[event.pk for event in written]).update(held_until=until)
    Pressed.objects.create(
        event=written[0],
        act=act,
        person=actor.key,
        until=until,
        was={name: before[name] for name in changed},
        became={name: after[name] for name in changed},
        clocks=clocks,
        last_entry=_last_entry(row.subject),
    )


def last_pressed(actor: Actor, now: datetime) -> Pressed | None:
    """What `actor` pressed last and can still take back; at most five statements."""
    rows = Pressed.objects.filter(person=actor.key, until__gt=now).select_related("event")
    found = rows.order_by("-pk").first()
    row = _row_of(found, actor) if found else None
    return found if found is not None and row is not None and _stands(found, row, now) else None


@transaction.atomic
def take_back(*, pressed: Pressed, actor: Actor, at: datetime) -> Any:
    """Put back what was there before; the history says both. Returns the row.

    Raises Denied for anybody else than whoever pressed, IllegalMove where the time is over or somebody went on.
    """
    pressed = Pressed.objects.select_for_update(of=("self",)).select_related("event").get(pk=pressed.pk)
    found = _row_of(pressed, actor)
    if pressed.person != actor.key or found is None:
        raise Denied(NOT_YOURS)
    row = _locked(found)
    machine = house().thing(pressed.event.subject_kind).machine
    if machine is None or not _stands(pressed, row, at):
        raise IllegalMove(pressed.event.subject_kind, "take_back", str(row.state))
    machine.go_back(row, pressed.act, str(pressed.was.get(machine.field, machine.state_of(row))))
    several = {field.name for field in row._meta.many_to_many}
    for name, value in pressed.was.items():
        if name not in {machine.field, *GOES_ON, *several}:
            setattr(row, name, _value(row, name, value))
    row.save()
    for name in several & pressed.was.keys():
        getattr(row, name).set(filter(None, str(pressed.was[name]).split(BETWEEN)))
    _put_back_clocks(row.subject, pressed.clocks)
    # all that it wrote, and nothing else is held that long for this thing: nobody has gone on
    of_it = Event.objects.filter(subject_kind=row.subject.kind, subject_no=row.subject.no)
    of_it.filter(pk__gte=pressed.event_id, held_until=pressed.until).update(is_open=False)
    pressed.taken_back_at = at
    pressed.save(update_fields=["taken_back_at"])
    role, _at, place = Entry.objects.get(pk=pressed.last_entry).office.partition("@")
    facts: dict[str, object] = {"event": pressed.event.kind}
    write_down(
        Kind.ACT_TAKEN_BACK, row.subject, actor=actor, role=Role(role), place=place, at=at, content=facts
    )
    return row


def _stands(pressed: Pressed, row: Any, now: datetime) -> bool:
    """Whether all is as the press has left it: nobody has done anything since, and no clock has told anything since."""
    here = columns(row, pressed.became)
    return (
        pressed.taken_back_at is None
        and now < pressed.until
        and all(here[name] == value for name, value in pressed.became.items() if name not in GOES_ON)
        and _last_entry(row.subject) == pressed.last_entry
        and not Clock.objects.running().of(row.subject).filter(came_due_at__gte=pressed.event.at).exists()
    )


def _row_of(pressed: Pressed, actor: Actor) -> Any:
    thing = house().thing(pressed.event.subject_kind)
    return by_nos(thing.rows(actor), [pressed.event.subject_no]).first()


def _locked(row: Any) -> Any:
    """The row as it is now, and nobody else's until the end of the transaction."""
    return type(row)._base_manager.select_for_update().get(pk=row.pk)


def _running(subject: Subject) -> models.QuerySet[Clock]:
    return Clock.objects.running().of(subject).order_by("pk")


def _last_entry(subject: Subject) -> int:
    rows = Entry.objects.filter(subject_kind=subject.kind, subject_no=subject.no).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def columns(row: models.Model, wanted: Container[str] | None = None) -> Columns:
    """Every column as text, or those that are wanted, so that it can be kept and compared; what it is joined to too."""
    found: Columns = {
        field.attname: None if field.value_from_object(row) is None else str(field.value_to_string(row))
        for field in row._meta.concrete_fields
    }
    for field in row._meta.many_to_many:
        if wanted is None or field.name in wanted:
            joined = getattr(row, field.name).order_by("pk").values_list("pk", flat=True)
            found[field.name] = BETWEEN.join(map(str, joined))
    return found


def _value(row: models.Model, name: str, text: str | None) -> Any:
    field = next(each for each in row._meta.concrete_fields if each.attname == name)
    return None if text is None else field.to_python(text)


def _put_back_clocks(subject: Subject, kept: list[Columns]) -> None:
    """Those that ran before run on as they did; those that were started with the act never were."""
    _running(subject).exclude(pk__in=[each["id"] for each in kept]).delete()
    for each in kept:
        row = Clock.objects.get(pk=int(each["id"] or 0))
        for name, value in each.items():
            setattr(row, name, _value(row, name, value))
        row.save()
