"""The log: sealed in order, signed so that anybody can check it, and every change to it found."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import SYSTEM
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import crypto
from shangliang.ledger import rules, sealing, tasks
from shangliang.ledger.actions import act, erase
from shangliang.ledger.models import Checkpoint, Content, Entry, Seal
from shangliang.ledger.tasks import seal
from shangliang.ledger.tests.tampering import unlocked
from shangliang.ledger.verifying import Report, verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TOPIC = Subject("topic", "2026-000001")


def acts(count: int) -> list[Entry]:
    for number in range(count):
        act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=NOW, content={"n": number})
    return list(Entry.objects.order_by("-pk")[:count][::-1])


def test_an_empty_log_is_whole() -> None:
    assert seal(NOW) == 0
    assert verify(now=NOW) == Report(0, 0, 0, ())
    assert not Checkpoint.objects.exists()


def test_a_leaf_is_everything_that_the_row_says() -> None:
    (entry,) = acts(1)
    assert sealing.leaf_data(entry).decode() == (
        f'{{"at":"2026-11-23T00:00:00+00:00","digest":"{entry.digest}","event":"topic.opened","id":{entry.pk},'
        f'"office":"system","pseudonym":"system","rulebook":"{entry.rulebook}","subject":"topic/2026-000001"}}'
    )


def test_seals_follow_the_order_of_the_rows_and_each_batch_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    entries = acts(5)
    assert seal(NOW) == 5
    rows = list(Seal.objects.order_by("leaf_index").values_list("leaf_index", "entry_id", "leaf"))
    assert rows == [
        (place, entry.pk, rules.leaf_hash(sealing.leaf_data(entry)).hex())
        for place, entry in enumerate(entries)
    ]
    assert list(Checkpoint.objects.order_by("size").values_list("size", "at")) == [
        (2, NOW),
        (4, NOW),
        (5, NOW),
    ]
    assert verify(now=NOW) == Report(5, 5, 0, ())


def test_a_row_with_a_lower_number_that_came_later_is_sealed_too() -> None:
    first, second = acts(2)
    leaf = rules.leaf_hash(sealing.leaf_data(second))
    Seal.objects.create(leaf_index=0, entry_id=second.pk, leaf=leaf.hex())
    note = sealing.sign(1, leaf, at=NOW)
    Checkpoint.objects.create(size=1, root=leaf.hex(), peaks=[leaf.hex()], note=note, at=NOW)
    assert seal(NOW) == 1
    assert list(Seal.objects.order_by("leaf_index").values_list("entry_id", flat=True)) == [
        second.pk,
        first.pk,
    ]
    assert verify(now=NOW).faults == ()


def without_seals(*entries: Entry) -> None:
    """As if these had committed after the round that sealed the others."""
    with unlocked():
        Seal.objects.all().delete()
        Checkpoint.objects.all().delete()
        late = list(Entry.objects.filter(pk__in=[entry.pk for entry in entries]))
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    seal(NOW)
    Entry.objects.bulk_create(late)


def test_each_round_looks_again_at_the_last_numbers_and_the_night_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "OVERLAP", 2)
    first, _second, third, _fourth = acts(4)
    without_seals(first, third)
    assert seal(NOW) == 1
    order = Seal.objects.order_by("leaf_index").values_list("entry_id", flat=True)
    assert third.pk in order
    assert first.pk not in order
    assert (tasks.seal_latecomers(NOW), seal(NOW), tasks.seal_latecomers(NOW)) == (1, 0, 0)
    assert list(order.all())[3] == first.pk
    assert verify(now=NOW) == Report(4, 4, 0, ())


@pytest.mark.parametrize("seals", [1, 40])
def test_a_round_costs_the_same_however_long_the_log_is(
    django_assert_num_queries: DjangoAssertNumQueries, seals: int
) -> None:
    acts(seals)
    seal(NOW)
    with django_assert_num_queries(3) as asked:
        seal(NOW)
    low = Seal.objects.latest("entry_id").entry_id - tasks.OVERLAP
    assert f'"id" > {low}' in asked.captured_queries[-1]["sql"].replace(">  ", "> ")


def test_two_workers_seal_a_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one commits between our look and our write."""
    (entry,) = acts(1)
    begin = transaction.atomic

    def later() -> Any:
        monkeypatch.setattr(transaction, "atomic", begin)
        assert seal(NOW) == 1
        return begin()

    monkeypatch.setattr(transaction, "atomic", later)
    assert seal(NOW) == 0
    assert Seal.objects.get().entry_id == entry.pk


def test_a_log_that_lost_its_checkpoints_is_not_sealed_on_in_silence() -> None:
    acts(2)
    seal(NOW)
    with unlocked():
        Checkpoint.objects.all().delete()
    acts(1)
    with pytest.raises(IntegrityError):
        seal(NOW)


def test_anybody_can_check_a_checkpoint_by_the_published_format(settings: LazySettings) -> None:
    """C2SP tlog-checkpoint and signed note, written out here once more from their text."""
    settings.LEDGER_NAME = "zhenjiang.example"
    acts(3)
    seal(NOW)
    checkpoint = Checkpoint.objects.get()
    text, signature = checkpoint.note.split("\n\n")
    name, size, root, moment = text.split("\n")
    assert moment == "at 2026-11-23T00:00:00+00:00"
    assert (name, size) == ("zhenjiang.example/ledger", "3")
    assert base64.b64decode(root).hex() == checkpoint.root
    mark, signer, code = signature.rstrip("\n").split(" ")
    assert (mark, signer, signature[-1]) == ("—", name, "\n")
    raw, key = base64.b64decode(code), crypto.signing_key().public_key()
    public = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert raw[:4] == hashlib.sha256(b"zhenjiang.example/ledger\n\x01" + public).digest()[:4]
    key.verify(raw[4:], f"{text}\n".encode())
    settings.LEDGER_NAME = "another.example"
    assert not sealing.is_signed(checkpoint.note), "another log's key"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: "",
        lambda note: "nonsense",
        lambda note: note.replace("\n2\n", "\n3\n"),
        lambda note: note.rstrip("\n") + "=x",
        lambda note: note.partition("\n\n")[0],
        lambda note: f"{note.partition(chr(10) * 2)[0]}\n\n— x AAAA\n",
        # words between the text and its signature
        lambda note: note.replace("\n\n", "\n\n这一句没有签过\n\n"),
        lambda note: note.replace("\n\n— ", "\n\n— x/"),  # another name before our signature
        lambda note: note.replace("\n\n— ", "\n\n"),
    ],
)
def test_a_spoilt_note_is_not_signed(spoil: object) -> None:
    acts(2)
    seal(NOW)
    note = Checkpoint.objects.get().note
    assert sealing.is_signed(note)
    assert not sealing.is_signed(spoil(note))  # type: ignore[operator]  # one of the above


def test_others_may_sign_beside_us() -> None:
    acts(2)
    seal(NOW)
    text, _, own = Checkpoint.objects.get().note.partition("\n\n")
    assert sealing.is_signed(f"{text}\n\n— witness.example AAAA\n{own}")
    assert sealing.is_signed(f"{text}\n\n{own}— witness.example AAAA\n")


def faults() -> list[str]:
    return list(verify(now=NOW).faults)


def test_every_way_to_change_the_log_is_found() -> None:
    first, second, third = acts(3)
    seal(NOW)
    assert faults() == []
    with unlocked():
        Entry.objects.filter(pk=first.pk).update(office="clerk@100001")
        Content.objects.filter(entry_id=second.pk).update(body='{"n":7}')
        Content.objects.filter(entry_id=third.pk).delete()
    assert faults() == [
        f"entry {second.pk}: its content was changed",
        f"entry {third.pk}: its content row is missing",
        f"leaf 0: entry {first.pk} was changed or removed",
    ]


def test_a_row_that_was_taken_away_is_found() -> None:
    first, *_ = acts(3)
    seal(NOW)
    with unlocked():
        Entry.objects.filter(pk=first.pk).delete()
    assert faults() == [
        f"leaf 0: entry {first.pk} was changed or removed",
        f"content {first.pk}: its entry was removed",
    ]


def test_a_seal_that_was_taken_away_is_found() -> None:
    acts(3)
    seal(NOW)
    with unlocked():
        Seal.objects.filter(leaf_index=1).delete()
    assert faults() == [
        "leaf 1: missing",
        "checkpoint 3: the log has only 2 seals",
    ]


def test_a_checkpoint_that_was_changed_is_found() -> None:
    acts(3)
    seal(NOW)
    with unlocked():
        Checkpoint.objects.update(root="00" * 32)
    assert faults() == [
        "checkpoint 3: its root is not that of the log",
        "checkpoint 3: its note says something else",
    ]
    last = Checkpoint.objects.get()
    with unlocked():
        root = Seal.objects.get(leaf_index=0).leaf
        Checkpoint.objects.update(root=root, note=last.note.replace("\n3\n", "\n4\n"))
    assert faults() == [
        "checkpoint 3: its root is not that of the log",
        "checkpoint 3: its signature does not fit",
        "checkpoint 3: its note says something else",
    ]


def test_only_the_newest_checkpoint_speaks_for_the_log() -> None:
    acts(1)
    seal(NOW)
    acts(2)
    seal(NOW)
    acts(1)
    assert verify(now=NOW) == Report(4, 3, 0, ()), "what is not sealed yet is no fault"
    assert Checkpoint.objects.latest("size").peaks != Checkpoint.objects.earliest("size").peaks


def test_what_was_erased_is_counted_apart() -> None:
    first, second = acts(2)
    seal(NOW)
    act(Kind.SUBMISSION_ERASED, TOPIC, actor=SYSTEM, at=NOW)
    erase([first.pk, second.pk], by=Kind.SUBMISSION_ERASED, at=NOW)
    assert verify(now=NOW) == Report(3, 2, 2, ())
