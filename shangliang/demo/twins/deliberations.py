"""Twins of the actions of `deliberations`: the session and its record, or the talk that was written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from shangliang.access.actor import SYSTEM, Actor
from shangliang.clocks.queries import calendar
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions import recording
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.actions.meeting import Attendance
from shangliang.deliberations.actions.preparing import Draft, Guest
from shangliang.deliberations.actions.signing import ROLES
from shangliang.deliberations.actions.transitions import PREPARE
from shangliang.deliberations.models import Deliberation, Measure, Participant, Record, Signature
from shangliang.deliberations.states import (
    DELIBERATION,
    SIGNATURE,
    Conclusion,
    Form,
    Seat,
)
from shangliang.demo.past import Past
from shangliang.demo.twins import topics
from shangliang.demo.twins.topics import role_of
from shangliang.desks.queries import holder, place_of
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day, to_the_minute
from shangliang.kit.columns import fitted
from shangliang.people.queries import pattern
from shangliang.places.models import Room
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC

# -- before it begins -----------------------------------------------------------------------------------------


def prepare(
    past: Past, *, topic: Topic, draft: Draft, guests: Iterable[Guest], actor: Actor, at: datetime
) -> Deliberation:
    row = past.add(
        Deliberation(
            topic=topic,
            room=topic.room,
            desk_path=topic.desk_path,
            desk_room_no=topic.desk_room_no,
            form=Form.FORMAL.value,
            mode=draft.mode.value,
            opened_at=at,
            held_at=draft.held_at,
            place=draft.place.strip(),
            subject_line=draft.subject_line.strip(),
            agenda=draft.agenda.strip(),
            statutory_route=draft.statutory_route,
            material_sent_at=at if draft.is_material_out else None,
        )
    )
    for guest in guests:
        name = fitted(Participant, "name", guest.name)
        past.add(
            Participant(
                deliberation=row, seat=guest.seat.value, person=guest.person, unit=guest.unit, name=name
            )
        )
    waiting = past.running(PREPARE, topic.subject)
    past.stop(PREPARE, topic.subject, at=at)
    past.start(
        PREPARE,
        row.subject,
        holder=holder(row),
        at=at,
        area_path=row.desk_path,
        due_at=waiting.due_at if waiting else None,
        latest=row.held_at,
    )
    held_at = draft.held_at.isoformat() if draft.held_at else ""
    _end(past, row, Kind.DELIBERATION_PREPARED, actor, at, {"held_at": held_at, "mode": row.mode})
    return row


def send_to_review(past: Past, *, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    topics.propose(past, post=deliberation, actor=actor, at=at)


def announce(past: Past, *, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    row = deliberation
    DELIBERATION.go(row, "announce")
    row.announced_at = at
    guests = past.rows(Participant)
    for guest in guests:
        guest.invited_at = at
    past.stop_all(row.subject, at=at)
    held_at = row.held_at or at
    _start_record_clock(past, row, held_at, at)
    facts: dict[str, object] = {
        "held_at": held_at.astimezone(UTC).isoformat(),
        "urgent": False,
        "lead_days": queries.lead_of(row, local_day(at)).days,
        "invited": len(guests),
    }
    _end(past, row, Kind.DELIBERATION_ANNOUNCED, actor, at, facts)
    _take_along(past, row.topic, "begin_deliberation", actor, at)


def _start_record_clock(past: Past, row: Deliberation, ends_at: datetime, at: datetime) -> None:
    days = book().at(local_day(at)).integer(queries.RECORD_ROOM, row.desk_path)
    due_at = calendar().days_after(max(ends_at, at), days).at
    past.start(
        queries.RECORD_ROOM, row.subject, holder=holder(row), at=at, area_path=row.desk_path, due_at=due_at
    )


# -- at the table ---------------------------------------------------------------------------------------------


def write_attendance(
    past: Past, *, deliberation: Deliberation, attendance: Attendance, actor: Actor, at: datetime
) -> None:
    here = [guest for guest in past.rows(Participant) if guest.pk in attendance.here]
    for guest in here:
        guest.attended = True
    deliberation.residents_count, deliberation.attendance_at = attendance.heads, at
    facts: dict[str, object] = {"named": len(here), "heads": attendance.heads}
    _end(past, deliberation, Kind.ATTENDANCE_WRITTEN, actor, at, facts)


def open_session(past: Past, *, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    DELIBERATION.go(deliberation, "open")
    deliberation.held_at = rules.hour_held(deliberation.held_at, at)
    _end(past, deliberation, Kind.DELIBERATION_OPENED, actor, at)


def close(past: Past, *, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    DELIBERATION.go(deliberation, "close")
    deliberation.ended_at = to_the_minute(at)
    past.add(Record(deliberation=deliberation, drafted_at=at))
    past.stop_all(deliberation.subject, at=at)
    _start_record_clock(past, deliberation, at, at)
    _end(past, deliberation, Kind.DELIBERATION_CLOSED, actor, at)


# -- the record -----------------------------------------------------------------------------------------------


def save_draft(
    past: Past, *, deliberation: Deliberation, text: recording.Text, actor: Actor, at: datetime
) -> Record:
    record = past.rows(Record)[0]
    _write(past, deliberation, record, text)
    facts: dict[str, object] = {"draft": True, "measures": len(text.measures)}
    _end(past, deliberation, Kind.RECORD_WRITTEN, actor, at, facts)
    return record


def _write(past: Past, deliberation: Deliberation, record: Record, text: recording.Text) -> None:
    """Once: in the past nobody writes a record twice."""
    deliberation.held_at, deliberation.statutory_route = text.held_at, text.statutory_route
    deliberation.place, deliberation.subject_line = text.place.strip(), text.subject_line.strip()
    record.said, record.dissent = text.said.strip(), text.dissent.strip()
    record.conclusion = text.conclusion.value if text.conclusion else ""
    record.effect, record.effect_by = text.effect.strip(), text.effect_by
    record.was_read_back = text.was_read_back
    for row in text.measures:
        past.add(
            Measure(
                record=record,
                what=row.what.strip(),
                unit=row.unit,
                doer_text=row.doer_text.strip(),
                due_on=row.due_on,
                how_seen=row.how_seen.strip(),
                done_on_spot=row.done_on_spot,
            )
        )


def send(past: Past, *, deliberation: Deliberation, actor: Actor, at: datetime) -> Record:
    record = past.rows(Record)[0]
    _ask(past, deliberation, record, at)
    facts: dict[str, object] = {"draft": False, "conclusion": record.conclusion}
    _end(past, deliberation, Kind.RECORD_WRITTEN, actor, at, facts)
    return record


def _ask(past: Past, deliberation: Deliberation, record: Record, at: datetime) -> None:
    """Every room of the demo has two conveners."""
    record.written_at = at
    day = local_day(at)
    seats = rules.seats_to_sign(
        deliberation.form,
        needs_second=pattern(deliberation.room, day).second_is_needed,
        has_second=True,
        on_room_desk=bool(deliberation.desk_room_no),
    )
    for seat in seats:
        past.add(Signature(record=record, seat=seat.value, person=past.conveners[seat]))
    past.stop_all(deliberation.subject, at=at)
    _wait_for_signature(past, deliberation, at, None)


def _wait_for_signature(past: Past, row: Deliberation, at: datetime, due_at: datetime | None) -> None:
    seat = Seat(past.rows(Signature, signed_at=None)[0].seat)
    who = holder(row, ROLES[seat])
    past.start(queries.SIGN, row.subject, holder=who, at=at, area_path=row.desk_path, due_at=due_at)


def sign(past: Past, *, signature: Signature, actor: Actor, at: datetime) -> None:
    """The conveners of the past sign in time, at the desk."""
    record, role = signature.record, role_of(actor)
    deliberation = record.deliberation
    SIGNATURE.go(signature, "sign")
    signature.signer = fitted(Signature, "signer", actor.name)
    signature.signed_at, signature.office = at, role.value if role else ""
    facts: dict[str, object] = {"seat": signature.seat, "way": signature.way}
    _end(past, deliberation, Kind.RECORD_SIGNED, actor, at, facts)
    if not past.rows(Signature, signed_at=None):
        _confirm(past, deliberation, record, at)
        return
    running = past.running(queries.SIGN, deliberation.subject)
    _wait_for_signature(past, deliberation, at, running.due_at if running else None)


def _confirm(past: Past, deliberation: Deliberation, record: Record, at: datetime) -> None:
    DELIBERATION.go(deliberation, "confirm")
    record.confirmed_at = at
    past.stop_all(deliberation.subject, at=at)
    measures = past.rows(Measure)
    facts: dict[str, object] = {
        "conclusion": record.conclusion,
        "measures": len(measures),
        "on_the_spot": sum(row.done_on_spot for row in measures),
        "route": deliberation.statutory_route,
        "effect_by": record.effect_by.isoformat() if record.effect_by else "",
    }
    _end(past, deliberation, Kind.RECORD_CONFIRMED, SYSTEM, at, facts, {"record": record.no})
    name = "leave_unsolved" if record.conclusion == Conclusion.NO_AGREEMENT else "reach_agreement"
    _take_along(past, deliberation.topic, name, SYSTEM, at)
    topics.propose(past, post=record, actor=SYSTEM, at=at)


# -- 随时议 ---------------------------------------------------------------------------------------------------


def write_any_time(
    past: Past, *, room: Room, talk: Talk, topic: Topic, actor: Actor, at: datetime
) -> Deliberation:
    """About a topic that was adopted; nothing that only a statutory body decides."""
    row = past.add(
        Deliberation(
            topic=topic,
            room=room,
            desk_path=topic.desk_path,
            desk_room_no=topic.desk_room_no,
            form=Form.ANY_TIME.value,
            mode=talk.mode.value,
            opened_at=at,
            held_at=talk.held_at,
            ended_at=talk.held_at,
            residents_count=talk.people,
            attendance_at=at,
        )
    )
    DELIBERATION.go(row, "write_any_time")
    record = past.add(Record(deliberation=row, drafted_at=at))
    _write(past, row, record, _text(row, talk, at))
    past.stop(PREPARE, topic.subject, at=at)
    _ask(past, row, record, at)
    _end(past, row, Kind.RECORD_WRITTEN, actor, at, {"form": row.form, "heads": talk.people})
    _take_along(past, topic, "begin_deliberation", actor, at)
    return row


def _text(row: Deliberation, talk: Talk, at: datetime) -> recording.Text:
    measures = [
        recording.Agreement(what=fitted(Measure, "what", line.what), doer_text=line.doer)
        for line in rules.read_lines(talk.said)
        if line.doer
    ]
    return recording.Text(
        held_at=talk.held_at,
        place=talk.place,
        subject_line=talk.subject_line,
        said=talk.said,
        conclusion=Conclusion.AGREED if measures else Conclusion.OPINION_ONLY,
        effect_by=recording.effect_until(row, at),
        measures=measures,
    )


# -- what every step shares -----------------------------------------------------------------------------------


def _end(
    past: Past,
    row: Deliberation,
    kind: Kind,
    actor: Actor,
    at: datetime,
    content: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
) -> None:
    row.version += 1
    past.act(
        kind,
        row.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(row),
        at=at,
        content={"state": row.state, **(content or {})},
        payload={"topic": row.topic.no, **(payload or {})},
    )


def _take_along(past: Past, topic: Topic, name: str, actor: Actor, at: datetime) -> None:
    """The topic follows where its own machine allows it."""
    if TOPIC.leads_from(name, topic.state):
        topics.move(past, topic, name, actor=actor, role=role_of(actor), at=at)
