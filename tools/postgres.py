"""Finds or starts a PostgreSQL for the tests: DATABASE_URL, a throw-away one of ours, or a server on the standard port."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from getpass import getuser
from pathlib import Path

import psycopg
from debian import can_install, install
from say import say

OLDEST = 150000  # as the server gives its version
UNSAFE = {"fsync": "off", "full_page_writes": "off"}  # it need not survive a crash
# Nor is it copied elsewhere, filled to the brim or asked the same for hours.
CARELESS = {
    **UNSAFE,
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "autovacuum": "off",
    "jit": "off",
}
PROGRAMS = "/usr/lib/postgresql"  # where Debian keeps initdb and pg_ctl


@contextlib.contextmanager
def database(*, create: bool = False) -> Iterator[str | None]:
    """A DATABASE_URL whose server lets us create databases, or None when there is none to be had.

    The database of that name is only made with `create`, for what measures a server as it is run. Tests make their own
    beside it; for them a server of our own comes first, which may forget everything in a power cut and is faster so.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        say("PostgreSQL：用 DATABASE_URL 指定的。", "PostgreSQL: the one that DATABASE_URL names.")
        yield given
        return
    name = f"shangliang_{os.getpid()}"
    programs = installed_programs()
    running = server_on_standard_port() if create or programs is None else None
    if running:
        say(
            "PostgreSQL：用本机 5432 端口上的，另建测试库，测完即删。",
            "PostgreSQL: the server on port 5432, in databases of our own.",
        )
        try:
            if create:
                make(running, name)
            yield f"{running}/{name}"
        finally:
            drop_left_overs(running, name)
        return
    programs = programs or installed_by_apt()
    if programs is None:
        yield None
        return
    with throw_away_server(programs, UNSAFE if create else CARELESS) as address:
        say("PostgreSQL：临时启动一个，测完即删。", "PostgreSQL: a throw-away server of our own.")
        if create:
            make(address, name)
        yield f"{address}/{name}"


def server_on_standard_port() -> str | None:
    """The address of a server on port 5432 that lets us in without a password and create databases."""
    for user in dict.fromkeys([getuser(), "postgres"]):
        address = f"postgres://{user}@127.0.0.1:5432"
        try:
            with psycopg.connect(f"{address}/postgres", connect_timeout=3) as connection:
                row = connection.execute(
                    "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
                ).fetchone()
                recent = connection.info.server_version >= OLDEST
        except psycopg.Error:
            continue
        if row and row[0] and recent:
            return address
    return None


def make(address: str, name: str) -> None:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')


def drop_left_overs(address: str, name: str) -> None:
    """A killed test process leaves its databases behind; they carry our process number."""
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        for (left,) in connection.execute(
            "select datname from pg_database where datname = %s or datname like %s", [name, f"test\\_{name}%"]
        ).fetchall():
            connection.execute(f'drop database if exists "{left}" with (force)')


def installed_programs() -> Path | None:
    """The folder that holds initdb and pg_ctl, newest version first."""
    folders = sorted(Path(PROGRAMS).glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    return next(
        (path for path in folders if (path / "initdb").exists()), Path(on_path).parent if on_path else None
    )


def installed_by_apt() -> Path | None:
    if can_install() and install("postgresql"):
        return installed_programs()
    return None


@contextlib.contextmanager
def throw_away_server(programs: Path, settings: Mapping[str, str] = CARELESS) -> Iterator[str]:
    """A cluster in a temporary folder, on a free port of this machine, gone afterwards; it need not survive a crash."""
    account = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="shangliang-pg-", ignore_cleanup_errors=True) as folder:
        if account:
            shutil.chown(folder, account)
        data, port = f"{folder}/data", free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        options += "".join(f" -c {name}={value}" for name, value in settings.items())
        control = [f"{programs}/pg_ctl", "-D", data, "-w", "-s"]

        def call(command: list[str]) -> None:
            subprocess.run(command, check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

        call(
            [
                f"{programs}/initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )
        call([*control, "-l", f"{folder}/log", "-o", options, "start"])
        try:
            yield f"postgres://postgres@127.0.0.1:{port}"
        finally:
            call([*control, "-m", "immediate", "stop"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
