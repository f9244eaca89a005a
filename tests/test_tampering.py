# ruff: noqa: S608  the statements are made of the names of our own tables
"""Whoever owns the tables changes something behind the house's back, a hundred ways and more: each is found.

What was kept outside is one checkpoint, the newest. The signing key lies in the house, so whoever owns the tables may
seal and sign anew: that too is found by the checkpoint that was kept. One small world; each change is undone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Model
from pytest_django.plugin import DjangoDbBlocker

from shangliang.access.actor import SYSTEM, submitter
from shangliang.access.roles import Role
from shangliang.config.bindings import BINDINGS
from shangliang.deliberations.actions import recording
from shangliang.deliberations.models import Measure, Record, Signature
from shangliang.deliberations.tests.factories import MONDAY, archived, make_world
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import clock, ids
from shangliang.ledger import rules, sealing, tasks
from shangliang.ledger.actions import act, erase
from shangliang.ledger.binding import digests
from shangliang.ledger.models import Checkpoint, Content, Entry, Seal
from shangliang.ledger.tests.tampering import execute, unlocked
from shangliang.ledger.triggers import Guard
from shangliang.ledger.verifying import verify
from shangliang.outcomes.actions import quick, rating
from shangliang.outcomes.bound import COMMITMENT
from shangliang.outcomes.models import Rating
from shangliang.outcomes.states import Level
from shangliang.sortition.models import Lottery
from shangliang.sortition.tests.draws import fill, fixed, make_draw, pick
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Channel, SubmissionState

pytestmark = pytest.mark.database
NOW = MONDAY + timedelta(days=20)
LATER = NOW + timedelta(hours=3)


def build() -> None:
    """A record that was signed, a commitment that was rated, a draw, and something that was erased."""
    world = make_world()
    record = archived(world)
    recording.add(deliberation=record, text="补一句", actor=world.actor(Role.CLERK), at=NOW)
    raised(world.topic)
    made = quick.follow_answer(topic=world.topic, unit=world.unit, at=NOW)
    tasks.seal(NOW)
    draw = make_draw()
    fill(draw)
    pick(fixed(draw))
    tasks.seal(NOW)
    gone = Subject("submission", "2026-000077")
    for number in range(2):
        act(Kind.SUBMISSION_NOTED, gone, actor=SYSTEM, at=NOW, content={"n": number})
    act(Kind.SUBMISSION_ERASED, gone, actor=SYSTEM, at=NOW)
    entries = Entry.objects.filter(subject_kind=gone.kind, subject_no=gone.no)
    erase(list(entries.values_list("pk", flat=True)), by=Kind.SUBMISSION_ERASED, at=NOW)
    tasks.seal(NOW)
    for invitation in made.invitations.order_by("pk"):
        opinion = rating.Opinion(Level.SATISFIED, is_solved=True)
        rating.rate(invitation=invitation, opinion=opinion, actor=submitter("x"), at=NOW)
    tasks.seal(NOW)


def raised(topic: Topic) -> None:
    desk = {"desk_path": topic.desk_path, "desk_room_no": topic.desk_room_no, "room": topic.room}
    for number in range(2):
        Submission.objects.create(
            slip_hash=f"slip{number}",
            slip_sealed=b"",
            key_hash=f"key{number}",
            form_nonce=ids.new_key(),
            channel=Channel.RESIDENT.value,
            state=SubmissionState.ACCEPTED.value,
            topic=topic,
            text="楼道灯不亮",
            received_at=NOW,
            **desk,
        )


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[sealing.Noted]:
    """The small world, and the newest checkpoint, which somebody else keeps."""
    with django_db_blocker.unblock(), clock.at(LATER), transaction.atomic():
        build()
        (noted,) = sealing.notes(Checkpoint.objects.latest("size").note)
        yield noted
        transaction.set_rollback(True)


@pytest.fixture
def found(kept: sealing.Noted, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], list[str]]]:
    """What a look at the ledger finds; what the test does is undone."""
    with django_db_blocker.unblock(), clock.at(LATER):
        before = transaction.savepoint()
        yield lambda: list(verify([kept], LATER).faults)
        transaction.savepoint_rollback(before)


def test_as_it_stands_nothing_is_wrong(kept: sealing.Noted, found: Callable[[], list[str]]) -> None:
    report = verify([kept], LATER)
    assert report.faults == ()
    assert (report.bound, report.unbound, report.erased, report.checkpoints) == (3, 0, 3, 4)
    assert report.entries == report.sealed == kept.size > 50
    assert found() == []


# -- one statement, under no trigger ----------------------------------------------------------------------------------

OLD = "'2020-01-01 00:00:00+00:00'"
ROWS = {  # table -> its key, and what is put into each column
    "ledger_entry": (
        "id",
        {
            "id": "id + 100000",
            "at": OLD,
            "event": "'topic.ended'",
            "subject_kind": "'draw'",
            "subject_no": "'2026-999999'",
            "office": "'clerk@999999'",
            "pseudonym": "'nobody'",
            "rulebook": "'another'",
            "digest": "'00'",
        },
    ),
    "ledger_content": (
        "entry_id",
        {
            "entry_id": "entry_id + 100000",
            "body": "'{}'",
            "salt": "(SELECT salt FROM ledger_content WHERE erased_at IS NOT NULL LIMIT 1)",
            "erased_at": OLD,
            "erased_reason": "'so'",
        },
    ),
    "ledger_seal": (
        "leaf_index",
        {"leaf_index": "leaf_index + 100000", "entry_id": "entry_id + 100000", "leaf": f"'{'0' * 64}'"},
    ),
    "ledger_checkpoint": (
        "size",
        {
            "size": "size + 100000",
            "root": f"'{'0' * 64}'",
            "peaks": "'[]'",
            "note": "''",
            "at": OLD,
        },
    ),
}
BOUND = {  # the same for the rows that the ledger binds
    "deliberations_deliberation": {
        "held_at": OLD,
        "ended_at": OLD,
        "place": "'别处'",
        "subject_line": "'别的事'",
        "statutory_route": "'owners'",
    },
    "deliberations_record": {
        "said": "'没有说过'",
        "dissent": "'没有说过'",
        "conclusion": "'no_agreement'",
        "effect": "'已见效'",
        "effect_by": "'2020-01-01'",
        "was_read_back": "NOT was_read_back",
        "written_at": OLD,
        "confirmed_at": OLD,
    },
    "deliberations_measure": {
        "what": "'另一件'",
        "unit_id": "(SELECT max(id) FROM people_unit)",
        "doer_text": "'别人'",
        "due_on": "'2030-01-01'",
        "how_seen": "'不看'",
        "done_on_spot": "NOT done_on_spot",
    },
    "deliberations_signature": {
        "seat": "'stand_in'",
        "way": "'paper'",
        "signed_at": OLD,
        "office": "'clerk'",
        "signer": "'别人'",
    },
    "deliberations_addendum": {"text": "'没有补过'", "office": "'别处'", "at": OLD},
    "outcomes_commitment": {
        "what": "'另一件'",
        "how_seen": "'不看'",
        "lead_id": "NULL",
        "due_at": OLD,
        "closed_at": OLD,
        "closing": "'not_done'",
    },
    "outcomes_reply": {
        "kind": "'b', planned_on = '2030-01-01'",
        "text": "'没有答过'",
        "planned_on": "'2030-01-01'",
        "at": OLD,
    },
    "outcomes_rating": {
        "level": "1",
        "is_solved": "NOT is_solved",
        "reason": "'没有写过'",
        "for_district": "NOT for_district",
        "rated_by": "'call_back'",
        "at": OLD,
        "replaced_at": OLD,
    },
    "sortition_lottery": {
        "number": "9",
        "state": "'fixed'",
        "size": "9",
        "fixed_at": OLD,
        "panels": "'panel,number'",
        "panels_sha256": "'00'",
        "pool_sha256": "'00'",
        "chances": "'{}'",
        "seed": "'1 2 3'",
        "seed_way": "'lottery'",
        "picked_at": OLD,
        "panel_number": "999",
        "panel": "'[1]'",
        "alternates": "'[1]'",
        "reason": "'算了'",
    },
}


def statements() -> Iterator[tuple[str, str]]:
    """Name and statement."""
    for table, (key, columns) in ROWS.items():
        ends = {
            "first": f"(SELECT min({key}) FROM {table})",
            "last": f"(SELECT max({key}) FROM {table})",
        }
        if table == "ledger_content":
            ends["last"] = "(SELECT max(entry_id) FROM ledger_content WHERE erased_at IS NULL)"
        for end, which in ends.items():
            for column, value in columns.items():
                yield (
                    f"update-{table}.{column}-{end}",
                    f"UPDATE {table} SET {column} = {value} WHERE {key} = {which}",
                )
            yield f"delete-{table}-{end}", f"DELETE FROM {table} WHERE {key} = {which}"
        yield f"delete-{table}-all", f"DELETE FROM {table}"
    for table, columns in BOUND.items():
        row = f"WHERE id = (SELECT min(id) FROM {table})"
        for column, value in columns.items():
            yield f"update-{table}.{column}", f"UPDATE {table} SET {column} = {value} {row}"
        if table not in {"deliberations_deliberation", "deliberations_record"}:
            yield f"delete-{table}", f"DELETE FROM {table} {row}"
            yield f"insert-{table}", f"COPY {table}"


def copied(table: str) -> str:
    """A row more, like the first: with another number, and where only one may stand, of another kind."""
    other = {
        "id": "id + 100000",
        "key": "'x'",
        "number": "number + 100000",
        "seat": "'stand_in'",
        "origin_key": "id + 100000",
        "rated_by": "'room_clerk'",
        "replaced_at": OLD,
    }
    with connection.cursor() as cursor:
        names = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(other.get(name, name) for name in names)
    columns = ", ".join(names)
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} ORDER BY id LIMIT 1"


CHANGES = dict(statements())


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_is_found(found: Callable[[], list[str]], name: str) -> None:
    statement = CHANGES[name]
    with unlocked():
        execute([copied(statement.split(" ")[1]) if statement.startswith("COPY") else statement])
    assert found() != []


# -- several statements, and sealing anew with the house's own key ----------------------------------------------------


def reseal() -> int:
    """All seals and checkpoints again, as the house itself would make them."""
    Seal.objects.all().delete()
    Checkpoint.objects.all().delete()
    return tasks.seal(NOW)


def refit(entry: Entry, **changed: object) -> Entry:
    """Another content, with a digest that fits it."""
    content = Content.objects.get(entry_id=entry.pk)
    content.body = rules.canonical({**json.loads(content.body), **changed})
    content.save()
    entry.digest = rules.digest(content.body, bytes(content.salt))
    entry.save()
    return entry


def cut_off(count: int) -> int:
    """The last acts never happened."""
    last = Entry.objects.order_by("-pk")[count].pk
    Entry.objects.filter(pk__gt=last).delete()
    Content.objects.filter(entry_id__gt=last).delete()
    Seal.objects.filter(entry_id__gt=last).delete()
    return Checkpoint.objects.filter(size__gt=Seal.objects.count()).delete()[0]


def swap(model: type[Model], *columns: str) -> Model:
    """Two rows change places."""
    first, second = model._default_manager.order_by("pk")[1:3]
    kept = {column: getattr(first, column) for column in columns}
    for column in columns:
        setattr(first, column, getattr(second, column))
        setattr(second, column, kept[column])
    if model is Seal:  # each entry has one
        Seal.objects.filter(pk__in=[first.pk, second.pk]).delete()
        first.save(force_insert=True)
        second.save(force_insert=True)
        return first
    first.save()
    second.save()
    return first


def invent(at: datetime) -> Entry:
    act(Kind.TOPIC_OPENED, Subject("topic", "2026-000001"), actor=SYSTEM, at=at)
    return Entry.objects.latest("pk")


def other_rating() -> Entry:
    """A rating is changed, and the act that binds it is made to fit."""
    Rating.objects.update(level=1)
    entry = Entry.objects.filter(event=Kind.COMMITMENT_RATED).latest("pk")
    made = COMMITMENT.with_nos([entry.subject_no]).get()
    salt = bytes(Content.objects.get(entry_id=entry.pk).salt)
    return refit(entry, binds=digests(COMMITMENT.groups(made), salt))


def other_dates() -> None:
    """An old checkpoint is given another date and signed anew."""
    first = Checkpoint.objects.earliest("size")
    first.at = NOW + timedelta(hours=1)
    first.note = sealing.sign(first.size, bytes.fromhex(first.root), at=first.at)
    first.save()


def erased_by_an_act() -> None:
    """Content is erased, and an act of erasure invented for it afterwards."""
    entry = Entry.objects.filter(subject_kind="deliberation").earliest("pk")
    act(Kind.SUBMISSION_ERASED, Subject(entry.subject_kind, entry.subject_no), actor=SYSTEM, at=NOW)
    erase([entry.pk], by=Kind.SUBMISSION_ERASED, at=NOW)
    reseal()


def shown_as_old() -> int:
    """The digests of the rows are taken out of all contents, as if they were from before."""
    for content in Content.objects.filter(erased_at=None):
        body = json.loads(content.body)
        if body.pop(rules.BINDS, None) is not None:
            content.body = rules.canonical(body)
            content.save()
    return len(told())


def first() -> Entry:
    return Entry.objects.earliest("pk")


WAYS: dict[str, Callable[[], object]] = {
    "the last act cut off": lambda: cut_off(1),
    "the last ten acts cut off": lambda: cut_off(10),
    "all but one act cut off": lambda: cut_off(Entry.objects.count() - 1),
    "cut off and sealed anew": lambda: (cut_off(10), reseal()),
    "cut off and filled up with others": lambda: (cut_off(3), [invent(NOW) for _ in range(3)], reseal()),
    "seals and checkpoints gone": lambda: (Seal.objects.all().delete(), Checkpoint.objects.all().delete()),
    "sealed anew": reseal,
    "sealed anew at another hour": lambda: (
        Seal.objects.all().delete(),
        Checkpoint.objects.all().delete(),
        tasks.seal(LATER),
    ),
    "only checkpoints made anew": lambda: (Checkpoint.objects.all().delete(), reseal()),
    "the newest checkpoint gone": lambda: Checkpoint.objects.latest("size").delete(),
    "a checkpoint in the middle gone": lambda: Checkpoint.objects.order_by("size")[1].delete(),
    "all checkpoints but the newest gone": lambda: Checkpoint.objects.exclude(
        pk=Checkpoint.objects.latest("size").pk
    ).delete(),
    "an old checkpoint dated anew and signed": other_dates,
    "two checkpoints changed about": lambda: swap(Checkpoint, "root", "peaks", "note", "at"),
    "two seals changed about": lambda: swap(Seal, "entry_id", "leaf"),
    "two leaves changed about": lambda: swap(Seal, "leaf"),
    "two contents changed about": lambda: swap(Content, "salt", "body"),
    "two acts changed about": lambda: swap(Entry, "at", "event", "office", "digest"),
    "two acts changed about with their contents": lambda: (
        swap(Entry, "at", "event", "subject_kind", "subject_no", "office", "pseudonym", "digest"),
        swap(Content, "salt", "body"),
    ),
    "two acts changed about and sealed anew": lambda: (
        swap(Entry, "at", "event", "subject_kind", "subject_no", "office", "pseudonym", "digest"),
        swap(Content, "salt", "body"),
        reseal(),
    ),
    "an old act put in, not sealed": lambda: invent(NOW - timedelta(days=3)),
    "an old act put in and sealed anew": lambda: (invent(NOW - timedelta(days=3)), reseal()),
    "a content of nothing": lambda: Content.objects.create(entry_id=10**9, salt=b"x", body="{}"),
    "a seal of nothing": lambda: Seal.objects.create(leaf_index=10**6, entry_id=10**9, leaf="00" * 32),
    "a checkpoint of nothing": lambda: Checkpoint.objects.create(
        size=10**6, root="00" * 32, peaks=[], note=sealing.sign(10**6, bytes(32), at=NOW), at=NOW
    ),
    "an act made to fit its changed content": lambda: refit(first(), n=7),
    "the same and sealed anew": lambda: (refit(first(), n=7), reseal()),
    "an office changed and sealed anew": lambda: (Entry.objects.update(office="clerk@1"), reseal()),
    "a person changed and sealed anew": lambda: (Entry.objects.update(pseudonym="x"), reseal()),
    "a rating changed and the act made to fit": other_rating,
    "the same and sealed anew with the house's own key": lambda: (other_rating(), reseal()),
    "all content marked as erased": lambda: Content.objects.update(
        body="", salt=b"", erased_at=NOW, erased_reason="asked by its owner"
    ),
    "content marked as erased and still there": lambda: Content.objects.filter(erased_at=None).update(
        erased_at=NOW, erased_reason="asked by its owner"
    ),
    "erased content put back": lambda: Content.objects.exclude(erased_at=None).update(
        body="{}", salt=b"x", erased_at=None, erased_reason=""
    ),
    "erased at another moment": lambda: Content.objects.exclude(erased_at=None).update(erased_at=LATER),
    "erased for another reason": lambda: Content.objects.exclude(erased_at=None).update(erased_reason="x"),
    "the act of erasure gone": lambda: Entry.objects.filter(event=Kind.SUBMISSION_ERASED).delete(),
    "an act of erasure invented and sealed anew": erased_by_an_act,
    "the digests of rows taken out": shown_as_old,
    "the same and made to fit and sealed anew": lambda: (
        shown_as_old(),
        [refit(entry) for entry in Entry.objects.filter(pk__in=told())],
        reseal(),
    ),
    "all ratings five": lambda: Rating.objects.update(level=5, is_solved=True, reason="好"),
    "all records rewritten": lambda: Record.objects.update(said="大家都同意"),
    "all measures rewritten": lambda: Measure.objects.update(what="另一件"),
    "all signatures by one": lambda: Signature.objects.update(signer="一个人"),
    "another seed and its panel": lambda: Lottery.objects.update(seed="1 1 1", panel_number=1, panel=[1]),
    "a record taken out of sight": lambda: Record.objects.update(written_at=None),
    "a record that nobody wrote": lambda: (
        Measure.objects.all().delete(),
        Signature.objects.all().delete(),
    ),
    "a session without an act": lambda: execute([copied("deliberations_deliberation")]),
    "a commitment without an act": lambda: execute([copied("outcomes_commitment")]),
    "a draw without an act": lambda: execute([copied("sortition_draw")]),
}


def told() -> list[int]:
    return list(Content.objects.filter(erased_at=None).values_list("entry_id", flat=True))


@pytest.mark.parametrize("way", WAYS)
def test_what_several_statements_do_is_found(found: Callable[[], list[str]], way: str) -> None:
    with unlocked():
        WAYS[way]()
    assert found() != []


# -- what holds the tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("guard", BINDINGS.guards, ids=lambda guard: guard.app)
def test_a_trigger_that_was_dropped_is_found(
    found: Callable[[], list[str]], guard: Guard, number: int
) -> None:
    drops = guard.drop(connection.vendor)
    execute([drops[number % len(drops)]])
    assert [fault.split(":")[0] for fault in found()] == [
        "trigger " + drops[number % len(drops)].split(" ")[4]
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_keep",
        "ALTER TABLE ledger_seal DISABLE TRIGGER USER",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE FUNCTION ledger_empty() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry "
        "FOR EACH ROW WHEN (OLD.id < 0) EXECUTE FUNCTION ledger_refuse()",
        "CREATE OR REPLACE TRIGGER ledger_entry_keep BEFORE UPDATE ON ledger_entry "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    ],
)
def test_a_trigger_that_was_made_toothless_is_found(found: Callable[[], list[str]], statement: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a trigger is there or not")
    execute([statement])
    assert any(fault.startswith("trigger ledger_") for fault in found())


# -- the checkpoint that was kept -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda note: note.replace("\nat ", "\nat  "), "signature"),
        (lambda note: note.replace("shangliang", "another"), "of another log"),
        (lambda note: note.replace("/ledger\n", "/ledger\n1", 1), "has only"),
    ],
)
def test_a_kept_checkpoint_that_was_spoilt_is_no_proof(
    kept: sealing.Noted, found: Callable[[], list[str]], spoil: Callable[[str], str], fault: str
) -> None:
    spoilt = list(sealing.notes(spoil(kept.note.replace(sealing.origin(), "shangliang/ledger"))))
    assert spoilt
    assert any(fault in each or "of another log" in each for each in verify(spoilt, LATER).faults)
