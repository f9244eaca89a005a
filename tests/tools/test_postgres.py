"""tools/postgres.py: a server of our own works, and nothing of it stays."""

import psycopg
import pytest
from postgres import (
    CARELESS,
    database,
    drop_left_overs,
    installed_programs,
    server_on_standard_port,
    throw_away_server,
)


@pytest.mark.slow
def test_a_throw_away_server_works_and_is_gone_afterwards() -> None:
    programs = installed_programs()
    if programs is None:
        pytest.skip("no PostgreSQL programs on this machine")
    with throw_away_server(programs) as address, psycopg.connect(f"{address}/postgres") as connection:
        for name, value in CARELESS.items():
            assert connection.execute(f"show {name}").fetchone() == (value,)
        connection.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{address}/postgres", connect_timeout=2)


def test_what_a_killed_run_left_behind_is_dropped() -> None:
    address = server_on_standard_port()
    if address is None:
        pytest.skip("no PostgreSQL on the standard port")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute("drop database if exists test_shangliang_left_gw0")
        connection.execute("create database test_shangliang_left_gw0")
        drop_left_overs(address, "shangliang_left")
        found = connection.execute(
            "select 1 from pg_database where datname = 'test_shangliang_left_gw0'"
        ).fetchone()
    assert found is None


def test_a_named_database_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@db.example/city")
    with database() as url:
        assert url == "postgres://somebody@db.example/city"
