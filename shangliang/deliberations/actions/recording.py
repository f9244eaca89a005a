"""The record: kept as a draft, sent to the conveners once it has its five, locked when they have signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.desk import require_role
from shangliang.access.publication import Scope
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions.transitions import (
    begin_deliberation,
    end,
    record_of,
    stop_clocks,
    take_along,
)
from shangliang.deliberations.models import Addendum, Deliberation, Measure, Record
from shangliang.deliberations.states import Conclusion
from shangliang.desks.actions import publication
from shangliang.desks.queries import holder, place_of
from shangliang.kit import personal_data
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.punctuation import listed
from shangliang.kit.workdays import months_after
from shangliang.people.models import Unit
from shangliang.rulebook import book


@dataclass(frozen=True)
class Agreement:
    """One measure as it is typed."""

    what: str
    unit: Unit | None = None
    doer_text: str = ""
    due_on: date | None = None
    how_seen: str = ""
    done_on_spot: bool = False


@dataclass(frozen=True)
class Text:
    """Everything that a record says besides who came."""

    held_at: datetime | None
    place: str
    subject_line: str
    said: str = ""
    dissent: str = ""
    conclusion: Conclusion | None = None
    statutory_route: str = ""
    effect: str = ""
    effect_by: date | None = None
    was_read_back: bool = False
    measures: Sequence[Agreement] = field(default_factory=tuple)
    ended_at: datetime | None = None  # None: as it stands, or not known
    is_end_unknown: bool = False  # the hour that stands falls away
    opened: str = ""  # the opened page it was typed on; empty where nobody else can write at the same time
    seen: str = ""  # the page whose words stood there when it was opened


def effect_until(deliberation: Deliberation, now: datetime) -> date:
    """The last day on which an effect that cannot be seen yet has to be looked at."""
    day = book().at(local_day(now))
    months = day.integer("deliberations.effect_months", deliberation.desk_path)
    return local_day(months_after(deliberation.held_at or now, months))


def record_gaps(deliberation: Deliberation, record: Record | None, now: datetime) -> list[Unmet]:
    """What the record still lacks before the conveners can sign it."""
    unmet = rules.missing_for_signing(
        queries.minutes_of(deliberation, record),
        today=local_day(now),
        effect_until=effect_until(deliberation, now),
    )
    if deliberation.held_at is not None and deliberation.held_at > now:
        unmet.append(Unmet("held_in_future", mend="held_at"))
    elif rules.ends_before_it_begins(deliberation.held_at, deliberation.ended_at):
        unmet.append(Unmet("ended_before_start", mend="until"))
    elif deliberation.ended_at is not None and deliberation.ended_at > now:
        unmet.append(Unmet("ended_in_future", mend="until"))
    if deliberation.topic.is_statutory and not deliberation.statutory_route:
        unmet.append(Unmet("statutory_only_proposal", mend="statutory_route"))
    return unmet + _personal_gaps(deliberation, record)


def _personal_gaps(deliberation: Deliberation, record: Record | None) -> list[Unmet]:
    """What everybody will read holds nobody's numbers, and no name with its door; what stays inside may."""
    if record is None or deliberation.scope == Scope.INTERNAL:
        return []
    measures = [f"{row.what} {row.doer_text} {row.how_seen}" for row in queries.measures_of(record)]
    words = {
        "subject_line": deliberation.subject_line,
        "place": deliberation.place,
        "said": "\n".join([record.said, *measures]),
        "dissent": record.dissent,
        "effect": record.effect,
    }
    found = ((name, listed(personal_data.private(text))) for name, text in words.items())
    return [Unmet("personal_data_in_words", {"what": kinds}, mend=name) for name, kinds in found if kinds]


@transaction.atomic
def save_draft(*, deliberation: Deliberation, text: Text, actor: Actor, at: datetime) -> Record:
    """Keep what is written so far; nothing is demanded of a draft."""
    deliberation, begun = begin_deliberation(deliberation, "write_record", actor)
    require(other_page_gaps(deliberation, text))
    record = write(deliberation, text)
    end(begun, deliberation, at=at, content={"draft": True, "measures": len(text.measures)})
    return record


@transaction.atomic
def keep(*, deliberation: Deliberation, text: Text, actor: Actor, at: datetime) -> Record:
    """The page saves by itself while the meeting runs; nothing is demanded, and no line of history tells of it."""
    deliberation, _begun = begin_deliberation(deliberation, "keep_record", actor)
    require(other_page_gaps(deliberation, text))
    record = write(deliberation, text)
    deliberation.version += 1
    deliberation.save()
    return record


def other_page_gaps(deliberation: Deliberation, text: Text) -> list[Unmet]:
    """Two write at once: whoever comes second is told, and overwrites nothing without having seen it."""
    kept = queries.record_of(deliberation)
    before = kept.kept_from if kept else ""
    return (
        []
        if not text.opened or before in {text.opened, text.seen}
        else [Unmet("record_changed", mend="seen")]
    )


def write(deliberation: Deliberation, text: Text) -> Record:
    """Put the words into the rows; the caller has checked and records the act."""
    deliberation.held_at = text.held_at
    deliberation.ended_at = None if text.is_end_unknown else text.ended_at or deliberation.ended_at
    deliberation.place, deliberation.subject_line = text.place.strip(), text.subject_line.strip()
    deliberation.statutory_route = text.statutory_route
    record = record_of(deliberation)
    record.said, record.dissent = text.said.strip(), text.dissent.strip()
    record.conclusion = text.conclusion.value if text.conclusion else ""
    record.effect, record.effect_by = text.effect.strip(), text.effect_by
    record.was_read_back, record.kept_from = text.was_read_back, text.opened
    record.save()
    record.measures.all().delete()
    Measure.objects.bulk_create(
        [
            Measure(
                record=record,
                what=row.what.strip(),
                unit=row.unit,
                doer_text=row.doer_text.strip(),
                due_on=row.due_on,
                how_seen=row.how_seen.strip(),
                done_on_spot=row.done_on_spot,
            )
            for row in text.measures
        ]
    )
    return record


@transaction.atomic
def take_back(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """Something has to be changed before everybody has signed: signatures given fall away, the clerk's clock runs."""
    from_clerk, begun = begin_deliberation(deliberation, "take_back", actor)
    record = record_of(from_clerk)
    record.signatures.all().delete()
    record.written_at = None
    record.save(update_fields=["written_at"])
    stop_clocks(from_clerk, at)
    clocks.start(
        queries.RECORD_ROOM,
        from_clerk.subject,
        holder=holder(from_clerk),
        at=at,
        area_path=from_clerk.desk_path,
    )
    end(begun, from_clerk, at=at, content={"draft": True, "taken_back": True})


def confirm(deliberation: Deliberation, at: datetime) -> None:
    """The last signature is there: archived and locked; the outcome drafts itself, the record goes to review."""
    deliberation, begun = begin_deliberation(deliberation, "confirm", SYSTEM)
    record = record_of(deliberation)
    record.confirmed_at = at
    record.save(update_fields=["confirmed_at"])
    stop_clocks(deliberation, at)
    facts: dict[str, object] = {
        "conclusion": record.conclusion,
        "measures": record.measures.count(),
        "on_the_spot": record.measures.filter(done_on_spot=True).count(),
        "route": deliberation.statutory_route,
        "effect_by": record.effect_by.isoformat() if record.effect_by else "",
    }
    end(begun, deliberation, at=at, content=facts, payload={"record": record.no})
    name = "leave_unsolved" if record.conclusion == Conclusion.NO_AGREEMENT else "reach_agreement"
    take_along(deliberation.topic, name, begun, at)
    publication.propose(post=record, actor=SYSTEM, role=None, at=at)


@transaction.atomic
def ask_for_paper(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """The worker makes the Word file once more: it failed too often, or is not where it was kept."""
    require_role(actor, Permission.DELIBERATION_RECORD, deliberation)
    Record.objects.filter(deliberation=deliberation).update(
        document="", document_tries=0, document_tried_at=None
    )


@transaction.atomic
def add(*, deliberation: Deliberation, text: str, actor: Actor, at: datetime) -> Addendum:
    """Later words under a locked record; what stands above stays as it was signed."""
    deliberation, begun = begin_deliberation(deliberation, "add", actor)
    require([] if text.strip() else [Unmet("addendum_missing", mend="text")])
    office = f"{begun.role.value if begun.role else 'system'}@{place_of(deliberation)}"
    addendum = Addendum.objects.create(
        record=record_of(deliberation), text=text.strip(), office=office, at=at
    )
    end(begun, deliberation, at=at, content={"addendum": addendum.pk})
    return addendum
