"""`shangliang check`: is this deployment fit to serve? Every finding is a sentence that says what to do."""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import sys
from collections.abc import Iterator

from shangliang.commands import keys

LEAST_FREE_MEGABYTES = 500
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Print findings on stderr; 1 when there are any."""
    import django

    django.setup()
    findings = list(_findings())
    for finding in findings:
        print(finding, file=sys.stderr)
    if not findings:
        print("检查通过。All is well.")
    return 1 if findings else 0


def _findings() -> Iterator[str]:
    from shangliang.rulebook import check

    yield from (str(finding) for finding in check.findings())
    yield from _files()
    behind = list(_database())
    yield from behind
    if not behind:
        yield from keys.sentences()
        yield from _triggers()
        yield from _address()  # judged by what the tables say this installation is


def _address() -> Iterator[str]:
    from urllib.parse import urlparse

    from django.conf import settings

    from shangliang.accounts.queries import is_demo

    host = urlparse(settings.BASE_URL).hostname or ""
    if host in LOOPBACK and not is_demo():
        yield (
            "BASE_URL 是本机地址，二维码和短信里的链接别人打不开。请设为群众能打开的 https 地址。\n"
            "BASE_URL is this machine's own address: nobody else can open codes and links. Set the public https one."
        )


def _files() -> Iterator[str]:
    from django.conf import settings

    if settings.KEYS_FILE.exists() and stat.S_IMODE(os.stat(settings.KEYS_FILE).st_mode) & 0o077:
        yield (
            f"密钥文件别人也能读。请执行：chmod 600 {settings.KEYS_FILE}\n"
            f"Others can read the keys. Run: chmod 600 {settings.KEYS_FILE}"
        )
    free = shutil.disk_usage(settings.HOME).free // 1024 // 1024
    if free < LEAST_FREE_MEGABYTES:
        yield (
            f"磁盘只剩 {free} MB，请腾出空间。Only {free} MB of disk are left at {settings.HOME}: free some space."
        )


def _triggers() -> Iterator[str]:
    from django.db import connection

    from shangliang.ledger.binding import bindings

    for guard in bindings().guards:
        if names := ", ".join(guard.missing(connection)):
            mend = f"shangliang manage migrate {guard.app} 0002 && shangliang manage migrate {guard.app}"
            yield (
                f"数据库里保护留痕的触发器少了或者被改了：{names}。\n"
                f"请先核验：shangliang ledger verify --checkpoint 存在外面的检查点；查明以后补上：{mend}\n"
                f"Triggers are missing or changed: {names}. Hold the ledger against a checkpoint that was kept "
                f"elsewhere first (shangliang ledger verify --checkpoint FILE), then put them back: {mend}"
            )


def _database() -> Iterator[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "数据库还没有更新到当前版本。请执行：shangliang manage migrate\nRun: shangliang manage migrate"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_encoding")
            encoding = cursor.fetchone()[0]
        if encoding != "UTF8":
            yield (
                f"PostgreSQL 数据库的编码是 {encoding}，请新建 UTF8 编码的数据库。\n"
                f"The database is encoded in {encoding}: make one in UTF8."
            )
