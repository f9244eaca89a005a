"""On PostgreSQL the role that serves does not own the ledger: it reads and adds there, and can take nothing away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shangliang.commands import main
from shangliang.ledger import grants
from shangliang.ledger.models import Entry
from shangliang.ledger.tests.tampering import execute
from shangliang.ledger.verifying import verify
from tests.test_tampering import NOW, build

ROLE = "shangliang_serves"


@pytest.fixture
def serving(db: None) -> None:
    """From here on the test is the role that serves; roles are part of the transaction and go with it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no roles")
    execute([f"CREATE ROLE {ROLE} NOLOGIN", *grants.statements(ROLE), f"SET ROLE {ROLE}"])


@pytest.mark.usefixtures("serving")
def test_the_role_that_serves_does_all_the_work_of_the_house() -> None:
    build()
    assert verify(now=NOW + timedelta(hours=1)).faults == ()


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET office = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "UPDATE ledger_seal SET leaf = 'x'",
        "DELETE FROM ledger_seal",
        "TRUNCATE ledger_seal",
        "UPDATE ledger_checkpoint SET root = 'x'",
        "DELETE FROM ledger_checkpoint",
        "TRUNCATE ledger_checkpoint",
        "UPDATE ledger_content SET entry_id = 9",
        "DELETE FROM ledger_content",
        "TRUNCATE ledger_content",
        "UPDATE figures_closedperiod SET period = 'x'",
        "DELETE FROM figures_frozenfigure",
        "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
        "DROP TRIGGER ledger_entry_keep ON ledger_entry",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
        "DROP TABLE ledger_entry",
        "ALTER TABLE ledger_entry OWNER TO shangliang_serves",
        "CREATE RULE away AS ON UPDATE TO ledger_entry DO INSTEAD NOTHING",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
        "SELECT setval('ledger_entry_id_seq', 1)",
    ],
)
def test_the_role_that_serves_can_take_nothing_away(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied|must be owner|no privileges"),
        transaction.atomic(),
    ):
        execute([statement])


@pytest.mark.usefixtures("serving")
def test_content_is_emptied_by_the_role_that_serves_and_not_changed() -> None:
    build()
    told = Entry.objects.filter(subject_kind="draw").earliest("pk").pk
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute([f"UPDATE ledger_content SET body = '{{}}' WHERE entry_id = {told}"])  # noqa: S608


def test_the_sql_is_printed_for_psql(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "grants", "--role", ROLE]) == 0
    told = capsys.readouterr().out.splitlines()
    assert (told[0], told[-1]) == ("BEGIN;", "COMMIT;")
    assert f"GRANT SELECT, INSERT ON ledger_entry TO {ROLE};" in told
    for name in ("x; DROP TABLE y", "", "Ä", "a" * 64):
        assert main(["ledger", "grants", "--role", name]) == 2
