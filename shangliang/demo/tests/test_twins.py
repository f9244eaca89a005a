"""What the past of the demo writes in bulk is what the actions leave: row by row, column by column.

The year of a town is drawn; of its matters as many are told again by the actions as it takes to meet everything that
the bulk path writes in that town. So a kind of event, a clock rule, a state that is new there is compared, or fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.deliberations.models import Deliberation, Measure, Participant, Record, Signature
from shangliang.demo import city, present
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus.doers import Doer
from shangliang.demo.history import History, Telling, past
from shangliang.demo.matter import Hand
from shangliang.demo.network import Network, add_cast, choose
from shangliang.demo.tests.acting import Acting
from shangliang.demo.twins.table import TWINS
from shangliang.events.models import Done, Event, Pressed
from shangliang.inbox.models import Message, Recipient
from shangliang.kit.clock import ZONE
from shangliang.ledger import rules as ledger_rules
from shangliang.ledger.models import Content, Entry, Pseudonym
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Outcome, Rating, Reply
from shangliang.search.models import Document, Words
from shangliang.topics.models import Note, Submission, Topic, Visit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 15, tzinfo=ZONE)

THINGS: tuple[type[Model], ...] = (
    Submission,
    Note,
    Topic,
    Visit,
    Deliberation,
    Participant,
    Record,
    Measure,
    Signature,
    Outcome,
    Commitment,
    Reply,
    Invitation,
    Rating,
    LookBack,
    Document,
)
KEPT: tuple[type[Model], ...] = (Entry, Content, Event, Done, Clock)

# What differs on purpose.
MEANT: dict[tuple[type[Model], str], str] = {
    (Submission, "slip_hash"): "of the slip, which is drawn",
    (Submission, "slip_sealed"): "the slip, sealed under a nonce",
    (Submission, "key_hash"): "of the key of a drawn nonce",
    (Submission, "form_nonce"): "of a drawn nonce",
    (Invitation, "token_hash"): "of a drawn token",
    (
        Record,
        "document",
    ): "a thousand Word files are not set for the past: the worker sets them, newest first",
    (Record, "document_at"): "the same",
    (Entry, "digest"): "keyed by a drawn salt; checked against its content instead",
    (Content, "salt"): "drawn",
    (Event, "held_until"): "for some minutes of a time that is over",
}
NOT_WRITTEN: dict[type[Model], str] = {
    Message: "who was told what, in a year that is over",
    Recipient: "whom these messages went to",
    Pressed: "what could be taken back, for some minutes of a time that is over",
    Words: "of all lists, once all is filled in",
    Pseudonym: "drawn names; that the same person has the same name is compared",
}


@contextmanager
def nothing_stays() -> Iterator[None]:
    """Everything written inside is gone afterwards, and keys are given again from where they stood."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*THINGS, *KEPT]):
            cursor.execute(statement)


# -- what a matter left ---------------------------------------------------------------------------------------


Row = dict[str, object]
Left = dict[str, list[Row]]


def left(hand: Hand) -> Left:
    """Every row of a matter by table; an entry with its content, an event with what was done about it."""
    found = {table.__name__: [columns(row) for row in hand.rows(table)] for table in THINGS}
    found["Clock"] = sorted((columns(row) for row in hand.rows(Clock)), key=by_subject)
    found["Entry"] = sorted(entries(hand), key=by_subject)
    found["Event"] = sorted(events(hand), key=by_subject)
    return found


def counts() -> dict[type[Model], int]:
    tables = [table for table in apps.get_models() if table.__module__.startswith("shangliang.")]
    return {table: table._default_manager.count() for table in tables}


def changed(before: dict[type[Model], int]) -> set[type[Model]]:
    return {table for table, count in counts().items() if count != before[table]}


def columns(row: Model, *without: str) -> Row:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if (type(row), field.attname) not in MEANT and field.attname not in without
    }


def by_subject(row: Row) -> tuple[str, str]:
    """Rows of one thing stand in the order in which they were written; sorting keeps it."""
    return str(row["subject_kind"]), str(row["subject_no"])


def entries(hand: Hand) -> list[Row]:
    contents = {row.entry_id: row for row in hand.rows(Content)}
    names: dict[str, str] = {"": "", "system": "system"}
    known = set(Pseudonym.objects.values_list("value", flat=True))
    found = []
    for row in sorted(hand.rows(Entry), key=lambda row: (row.at, row.subject_kind, row.subject_no, row.pk)):
        body = contents[row.pk]
        if body.erased_at is None:
            assert row.digest == ledger_rules.digest(body.body, bytes(body.salt))
        name = names.setdefault(row.pseudonym, f"person {len(names)}")
        found.append(
            columns(row, "id", "pseudonym")
            | {"pseudonym": name, "is_known": row.pseudonym in known}
            | columns(body, "entry_id")
            | {"body": unbound(body.body)}
        )
    return found


def unbound(body: str) -> str:
    """The facts of an act without the digests of its rows: the past of the demo is from before they were bound."""
    facts = json.loads(body or "{}")
    facts.pop(ledger_rules.BINDS, None)
    return ledger_rules.canonical(facts) if body else ""


def held_kinds() -> set[str]:
    """Of which events what follows waits for some minutes; in the past of the demo it has followed at once."""
    tables = [thing.machine for thing in house().things if thing.machine is not None]
    return {row.event for table in tables for row in table.transitions if row.undo}


def events(hand: Hand) -> list[Row]:
    done: dict[int, list[tuple[str, datetime | None]]] = {}
    held = {row.pk for row in hand.rows(Event) if row.kind in held_kinds()}
    for deed in hand.rows(Done):
        at = None if deed.event_id in held else deed.at
        done.setdefault(deed.event_id, []).append((deed.reaction, at))
    clocks = {row.pk: f"{row.rule} {row.subject_no} {row.started_at}" for row in hand.rows(Clock)}
    found = []
    for row in hand.rows(Event):
        payload = {name: clocks[value] if name == "clock" else value for name, value in row.payload.items()}
        found.append(columns(row, "id", "payload") | {"payload": payload, "done": done.get(row.pk, [])})
    return found


def differences(acted: Left, bulk: Left) -> list[str]:
    """A line for each value that differs, and for each row that only one of them wrote."""
    found: list[str] = []
    for table, theirs in acted.items():
        ours, before = bulk[table], len(found)
        found += [f"{table}: only the actions leave {row}" for row in theirs if row not in ours]
        found += [f"{table}: only bulk writes {row}" for row in ours if row not in theirs]
        if len(found) == before and ours != theirs:
            found.append(f"{table}: in another order, or another number of times")
    return found


def kinds(matter: Left) -> set[tuple[str, str]]:
    """Which kinds of ledger rows and events, and which clock rules."""
    named = {"Entry": "event", "Event": "kind", "Clock": "rule"}
    return {(table, str(row[name])) for table, name in named.items() for row in matter[table]}


def in_bulk(bulk: Bulk) -> set[tuple[str, str]]:
    """The same of everything that a year has put together, by whatever hand."""
    found = {("Entry", row.event) for row in bulk.rows(Entry)}
    found |= {("Event", row.kind) for row in bulk.rows(Event)}
    return found | {("Clock", row.rule) for row in bulk.rows(Clock)}


# -- which matters are told again -----------------------------------------------------------------------------


def features(past: Left) -> set[tuple[object, ...]]:
    """Everything in which one matter differs from another by more than words and moments."""
    found: set[tuple[object, ...]] = set()
    for row in past["Entry"]:
        found.add(("entry", row["event"], str(row["office"]).partition("@")[0]))
    for row in past["Event"]:
        found.add(("event", row["kind"]))
    for row in past["Clock"]:
        found.add(("clock", row["rule"], row["role"], bool(row["stopped_at"])))
    for table in THINGS:
        for row in past[table.__name__]:
            for field in table._meta.concrete_fields:
                value = row.get(field.attname)
                if field.choices or isinstance(value, bool):
                    found.add((table.__name__, field.attname, value))
                else:
                    found.add((table.__name__, field.attname, value not in (None, "", 0)))
    return found


def chosen(met: list[set[tuple[object, ...]]]) -> list[int]:
    """Few matters that together have every feature: always the one that adds most."""
    left_over, found = set().union(*met), []
    while left_over:
        best = max(range(len(met)), key=lambda number: len(met[number] & left_over))
        found.append(best)
        left_over -= met[best]
    return found


def town() -> list[tuple[History, Telling]]:
    """The ground of a town, written; and the matters of its year, as `city.fill` tells them."""
    bulk, rng = Bulk(), Random(1)
    inside, wanted = next(iter(city.cities(city.Scale.TOWN)))
    network = Network(bulk, rng, inside, members=wanted.members)
    centre = choose(network)
    add_cast(network, centre)
    for seat in network.seats:
        for doer in Doer:
            network.doer(doer, seat)  # whoever does something is there before the first act that names them
    bulk.write()
    history = History(network, Bulk(), rng, NOW)
    city.year(history, wanted, present.PLAN, [centre.home, centre.neighbour])
    brisk = present.stage(network, centre, rng, NOW)
    brisk.begin(30).agreed_before()
    return [(history, telling) for telling in history.told] + [
        (brisk.history, telling) for telling in brisk.history.told
    ]


@pytest.mark.one_engine
def test_bulk_writes_what_the_actions_leave() -> None:
    told, thrown_away, acting = town(), Bulk(), Acting()
    met = [
        features(left(story.tell_by(past(thrown_away, row.seat, story.network), row).hand))
        for story, row in told
    ]
    before, wrong = counts(), []
    compared: set[tuple[str, str]] = set()
    for story, telling in (told[number] for number in chosen(met)):
        with nothing_stays():
            bulk = Bulk()
            story.tell_by(past(bulk, telling.seat, story.network), telling)
            bulk.write()
            written = left(acting)
        with nothing_stays():
            story.tell_by(acting, telling)
            acted = left(acting)
            unknown = changed(before) - {*THINGS, *KEPT, *NOT_WRITTEN}
        where = f"{telling.course.__name__} at {telling.seat.room.no}"
        wrong += [f"{where}: {line}" for line in differences(acted, written)]
        wrong += [f"{where}: {table.__name__} is not compared" for table in unknown]
        compared |= kinds(acted)
    assert not wrong, "\n".join(wrong)
    for story in {story for story, _telling in told}:
        assert in_bulk(story.bulk) <= compared, "bulk writes what no matter that was told again has"
    assert acting.done == set(TWINS), "a twin that no matter of the town takes is not compared"


def test_whatever_differs_is_said() -> None:
    row: Row = {"id": 1, "state": "closed"}
    assert differences({"Topic": [row]}, {"Topic": [row]}) == []
    others: list[list[Row]] = [[], [row, row], [row | {"state": "asking"}], [{"id": 1}]]
    for other in others:
        assert differences({"Topic": [row]}, {"Topic": other})
