"""One row an act, append-only, sealed, verifiable after erasure."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from shangliang.access.roles import Role
from shangliang.events.kinds import Kind, Subject
from shangliang.ledger import rules, sealing
from shangliang.ledger.actions import NobodyActed, act, erase, forget
from shangliang.ledger.models import Checkpoint, Content, Entry, Pseudonym, Seal
from shangliang.ledger.queries import history
from shangliang.ledger.tasks import seal
from shangliang.ledger.tests.tampering import unlocked
from shangliang.ledger.triggers import LEDGER
from shangliang.ledger.verifying import verify

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TOPIC = Subject("topic", "2026-000001")
CLERK = Actor(ActorKind.STAFF, key="account:7")


def acts(count: int = 3) -> None:
    with transaction.atomic():
        for number in range(count):
            act(
                Kind.TOPIC_OPENED,
                TOPIC,
                actor=CLERK,
                role=Role.CLERK,
                place="100001",
                at=NOW,
                content={"n": number},
            )


@pytest.mark.django_db
def test_an_entry_names_the_office_and_a_pseudonym_never_the_person() -> None:
    acts(2)
    first, second = Entry.objects.order_by("pk")
    assert first.office == "clerk@100001"
    assert first.pseudonym == second.pseudonym
    assert "7" not in {first.pseudonym, first.office}


@pytest.mark.django_db
def test_an_act_by_nobody_is_refused() -> None:
    with pytest.raises(NobodyActed), transaction.atomic():
        act(Kind.TOPIC_OPENED, TOPIC, actor=CLERK, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["长" * 81, "两行\n字"])
def test_free_text_never_enters(text: str) -> None:
    with pytest.raises(rules.NotAFact), transaction.atomic():
        act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=NOW, content={"words": [text]})
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_act_is_three_rows_and_looks_for_none_of_them_first(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic(), django_assert_num_queries(3):
        act(Kind.TOPIC_OPENED, TOPIC, actor=ANONYMOUS, at=NOW)


@pytest.mark.django_db
def test_the_same_content_has_another_digest_each_time() -> None:
    with transaction.atomic():
        act(Kind.TOPIC_OPENED, TOPIC, actor=ANONYMOUS, at=NOW)
        act(Kind.TOPIC_OPENED, TOPIC, actor=ANONYMOUS, at=NOW)
    assert len(set(Entry.objects.values_list("digest", flat=True))) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_seal", "ledger_checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_changes(table: str, statement: str) -> None:
    acts()
    seal(NOW)
    column = {"ledger_entry": "office", "ledger_seal": "leaf", "ledger_checkpoint": "root"}[table]
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*LEDGER.tables, *LEDGER.erasable])
def test_postgresql_refuses_to_truncate(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    acts()
    refused(f"TRUNCATE {table}")


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["REPLACE", "INSERT OR REPLACE", "UPDATE OR REPLACE"])
@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("ledger_entry", "*", "*"),
        ("ledger_seal", "*", "*"),
        ("ledger_seal", "leaf_index, entry_id, leaf", "99, entry_id, leaf"),
        ("ledger_seal", "leaf_index, entry_id, leaf", "leaf_index, 99, leaf"),
        ("ledger_checkpoint", "*", "*"),
        ("ledger_content", "*", "*"),
    ],
)
def test_sqlite_replaces_no_row_in_silence(statement: str, table: str, columns: str, values: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    acts()
    seal(NOW)
    if statement.startswith("UPDATE"):
        column = {"ledger_entry": "id", "ledger_seal": "leaf_index", "ledger_content": "entry_id"}
        refused(f"{statement} {table} SET {column.get(table, 'size')} = 2")
    elif columns == "*":
        refused(f"{statement} INTO {table} SELECT * FROM {table}")  # noqa: S608
    else:
        refused(f"{statement} INTO {table} ({columns}) SELECT {values} FROM {table}")  # noqa: S608


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_content SET body = '{}'",
        "UPDATE ledger_content SET body = ''",
        "UPDATE ledger_content SET erased_at = '2026-11-23 00:00:00+00:00'",
        "UPDATE ledger_content SET erased_reason = 'x'",
        "UPDATE ledger_content SET body = '', salt = salt, erased_at = '2026-11-23 00:00:00+00:00'",
        "DELETE FROM ledger_content",
    ],
)
def test_content_is_emptied_and_nothing_else(change: str) -> None:
    acts()
    refused(change)
    erase([Entry.objects.earliest("pk").pk], by=Kind.SUBMISSION_ERASED, at=NOW)
    refused(
        "UPDATE ledger_content SET erased_at = '2026-01-01 00:00:00+00:00' WHERE erased_at IS NOT NULL",
    )
    assert Content.objects.filter(erased_at=None).count() == 2


@pytest.mark.django_db
def test_it_is_known_which_triggers_are_missing() -> None:
    assert LEDGER.missing(connection) == []
    tables = [*LEDGER.tables, *LEDGER.erasable]
    kinds = ("update", "delete", "insert") if connection.vendor == "sqlite" else ("keep", "whole")
    with unlocked():
        assert sorted(LEDGER.missing(connection)) == sorted(f"{t}_{kind}" for t in tables for kind in kinds)
    assert LEDGER.missing(connection) == []


@pytest.mark.django_db
def test_what_is_sealed_in_pieces_is_one_log() -> None:
    for count in (1, 2, 5):
        acts(count)
        seal(NOW)
    report = verify()
    assert (report.entries, report.sealed, report.faults) == (8, 8, ())
    assert list(Seal.objects.order_by("leaf_index").values_list("leaf_index", flat=True)) == list(range(8))


@pytest.mark.django_db
def test_sealing_twice_seals_once() -> None:
    acts()
    assert (seal(NOW), seal(NOW)) == (3, 0)


@pytest.mark.django_db
def test_changed_content_is_found() -> None:
    acts()
    seal(NOW)
    with unlocked():
        Content.objects.filter(entry_id=Entry.objects.earliest("pk").pk).update(body='{"n":9}')
    assert any("changed" in fault for fault in verify().faults)


@pytest.mark.django_db
def test_erased_content_leaves_its_hash() -> None:
    acts()
    seal(NOW)
    pk = Entry.objects.earliest("pk").pk
    act(Kind.SUBMISSION_ERASED, TOPIC, actor=SYSTEM, at=NOW)
    seal(NOW)
    erase([pk], by=Kind.SUBMISSION_ERASED, at=NOW)
    content = Content.objects.get(entry_id=pk)
    assert (content.body, bytes(content.salt), content.erased_reason) == ("", b"", "asked by its owner")
    report = verify()
    assert (report.erased, report.faults) == (1, ())
    assert report.entries == 4


@pytest.mark.django_db
def test_content_erased_without_an_act_of_erasure_is_a_fault() -> None:
    acts()
    act(Kind.SUBMISSION_ERASED, Subject("topic", "2026-000002"), actor=SYSTEM, at=NOW)
    act(Kind.SUBMISSION_ERASED, TOPIC, actor=SYSTEM, at=NOW - timedelta(days=1))
    seal(NOW)
    pk = Entry.objects.earliest("pk").pk
    erase([pk], by=Kind.SUBMISSION_ERASED, at=NOW)
    assert verify().faults == (f"entry {pk}: its content was erased without an act of erasure",)


@pytest.mark.django_db
def test_a_forgotten_person_cannot_be_found_again() -> None:
    acts()
    forget("account:7")
    assert not Pseudonym.objects.exists()
    acts(1)
    assert len(set(Entry.objects.values_list("pseudonym", flat=True))) == 2


@pytest.mark.django_db
def test_a_checkpoint_is_signed_and_a_changed_one_is_not() -> None:
    acts()
    seal(NOW)
    note = Checkpoint.objects.latest("size").note
    assert sealing.is_signed(note)
    assert not sealing.is_signed(note.replace("\n3\n", "\n4\n"))
    assert not sealing.is_signed("nonsense")


@pytest.mark.django_db
def test_history_is_newest_first_with_its_facts() -> None:
    acts()
    assert [line.content["n"] for line in history(TOPIC)] == [2, 1, 0]
    assert history(Subject("topic", "2026-000002")) == []


def reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, by its own recursive definition."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return rules.node_hash(reference_root(leaves[:split]), reference_root(leaves[split:]))


# The leaves and roots that certificate-transparency's own tests publish for RFC 6962 ("the reference tree").
PUBLISHED_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_published_ones(size: int) -> None:
    leaves = [rules.leaf_hash(bytes.fromhex(data)) for data in PUBLISHED_LEAVES[:size]]
    peaks, grown = rules.grow([], 0, leaves)
    assert (rules.root(peaks).hex(), grown) == (PUBLISHED_ROOTS[size], size)


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=40), st.integers(0, 40))
def test_the_tree_is_that_of_rfc_6962_however_it_grows(data: list[bytes], cut: int) -> None:
    leaves = [rules.leaf_hash(item) for item in data]
    peaks, size = rules.grow([], 0, leaves[:cut])
    peaks, size = rules.grow(peaks, size, leaves[cut:])
    assert size == len(leaves)
    assert rules.root(peaks) == reference_root(leaves)


facts = st.dictionaries(st.text(max_size=10), st.one_of(st.integers(), st.booleans(), st.none()), max_size=5)


@given(facts)
def test_canonical_content_does_not_depend_on_order(content: dict[str, object]) -> None:
    turned = dict(reversed(list(content.items())))
    assert rules.canonical(content) == rules.canonical(turned)
