"""`shangliang check`: is this deployment fit to serve? Every finding is a sentence that says what to do."""

from __future__ import annotations

import argparse
import shutil
import stat
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlparse

from shangliang.commands import keys

LEAST_FREE_MEGABYTES = 500
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WRITTEN = ("*.sqlite3*", "secret_key", "outbox.jsonl")  # data in the folder, besides keys and uploads
MOST_SHOWN = 3  # names of missing files
PLACEHOLDERS = (  # settings, and what in them shows that nobody has set them
    ("SITE_ORGANISER", "organiser", ("示范", "某某")),
    ("SITE_PHONE", "phone", ("0000 0000",)),
    ("SITE_SUPERVISE_PHONE", "supervise_phone", ("0000 000",)),
)


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
        yield from _columns()
        yield from _triggers()
        yield from _uploads()
        yield from _worker()
        yield from _address()  # judged by what the tables say this installation is


def _address() -> Iterator[str]:
    """What others meet: the address, who keeps it, what is sent. A demo is meant for this machine and invented."""
    from django.conf import settings

    from shangliang.accounts.queries import is_demo

    if settings.DEBUG:
        yield (
            "DEBUG 开着，出错的页面会把内部情况给外人看。请去掉 DEBUG。\n"
            "DEBUG is on: error pages show strangers what is inside. Remove it."
        )
    yield from _proxies()
    if is_demo():
        return
    host = urlparse(settings.BASE_URL).hostname or ""
    if host in LOOPBACK:
        yield (
            "BASE_URL 是本机地址，二维码和短信里的链接别人打不开。请设为群众能打开的 https 地址。\n"
            "BASE_URL is this machine's own address: nobody else can open codes and links. Set the public https one."
        )
    elif not settings.BASE_URL.startswith("https://"):
        yield (
            "BASE_URL 不是 https，密码、回执号在路上谁都能看。请装上证书，把 BASE_URL 改成 https 地址。\n"
            "BASE_URL is not https: passwords and slip numbers travel in clear. Get a certificate and set the https one."
        )
    if not settings.SECOND_FACTOR:
        yield (
            "SECOND_FACTOR=0：能看群众电话的人只凭密码就能登录。请去掉这一行。\n"
            "SECOND_FACTOR=0: whoever may see telephone numbers signs in with a password alone. Remove that line."
        )
    for name, key, invented in PLACEHOLDERS:
        if any(word in str(settings.SITE[key]) for word in invented):
            yield (
                f"{name} 还是样子（{settings.SITE[key]}），群众会当真。请写上真的。\n"
                f"{name} is still an example ({settings.SITE[key]}). Write the real one."
            )
    if settings.CHANNELS["mail"].endswith(".Console"):
        yield (
            "没有设 EMAIL_URL，给工作人员的邮件一封也发不出去。请设好，再试发：shangliang manage sendtestemail\n"
            "EMAIL_URL is not set: no mail leaves. Set it, then try: shangliang manage sendtestemail"
        )


def _proxies() -> Iterator[str]:
    from django.conf import settings

    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            yield (
                f"TRUSTED_PROXIES 里的 {proxy} 不是 IP 地址，页面会打不开。请写成 127.0.0.1 这样，几个用逗号隔开。\n"
                f"{proxy} in TRUSTED_PROXIES is no address: pages fail. Write it as 127.0.0.1, several with commas."
            )
    if settings.BASE_URL.startswith("https://") and not settings.TRUSTED_PROXIES:
        yield (
            "没有设 TRUSTED_PROXIES：分不清是谁从哪里来，一个人试错几次密码，大家都要等。请写上反向代理的地址，"
            "同一台机器写 127.0.0.1。\n"
            "TRUSTED_PROXIES is not set: all visitors look like one, and share their limits. Name the proxy's address;"
            " on this machine 127.0.0.1."
        )


def _worker() -> Iterator[str]:
    from shangliang.kit import heartbeat

    beat = heartbeat.last()
    if beat is None:
        return  # never started here: nothing is awaited yet
    if beat.seconds >= heartbeat.SILENT:
        yield (
            f"后台 {int(beat.seconds) // 60} 分钟没有动静了，没有人收到消息。请启动：shangliang serve\n"
            f"The worker has been silent for {int(beat.seconds) // 60} minutes: nobody is told anything."
            " Start it: shangliang serve"
        )
    for step, error in beat.failed.items():
        yield (
            f"后台上一轮有一步没有做成：{step}（{error}）。请看后台的日志。\n"
            f"The worker's step {step} failed in its last round ({error}). See its log."
        )


def _uploads() -> Iterator[str]:
    """Files that rows name and that are not there."""
    from django.apps import apps
    from django.conf import settings
    from django.db.models import FileField

    root, missing = Path(settings.MEDIA_ROOT), list[str]()
    for model in apps.get_models():
        for column in (each for each in model._meta.local_concrete_fields if isinstance(each, FileField)):
            names = model._base_manager.exclude(**{column.name: ""}).values_list(column.name, flat=True)
            missing += [
                name for name in names.iterator(chunk_size=2000) if name and not (root / name).is_file()
            ]
    if missing:
        few = "、".join(sorted(missing)[:MOST_SHOWN])
        yield (
            f"少了 {len(missing)} 个照片、录音或文书：{few}。请从备份里放回 {settings.MEDIA_ROOT}。\n"
            f"{len(missing)} uploads are missing. Put them back from a copy into {settings.MEDIA_ROOT}."
        )


def _columns() -> Iterator[str]:
    """A migration that was edited after it had been done here leaves tables that are not those of the program."""
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if not model._meta.managed or model._meta.proxy:
                continue
            there: set[str] = set()
            if table in tables:
                cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608
                there = {column[0] for column in cursor.description}
            missing = sorted({str(each.column) for each in model._meta.local_concrete_fields} - there)
            if missing:
                yield (
                    f"数据库的表 {table} 少了：{'、'.join(missing)}。程序和数据库对不上，请用备份恢复，或换回原来的程序。\n"
                    f"The table {table} lacks {', '.join(missing)}: program and database do not belong together."
                    " Restore a copy, or go back to the former program."
                )


def _files() -> Iterator[str]:
    from django.conf import settings

    if settings.KEYS_FILE.exists() and _is_open(settings.KEYS_FILE):
        yield (
            f"密钥文件别人也能读。请执行：chmod 600 {settings.KEYS_FILE}\n"
            f"Others can read the keys. Run: chmod 600 {settings.KEYS_FILE}"
        )
    if _is_open(settings.HOME):
        yield (
            f"数据目录别人也能进。请执行：chmod 700 {settings.HOME}\n"
            f"Others can enter the folder of the data. Run: chmod 700 {settings.HOME}"
        )
    written = [path for pattern in WRITTEN for path in sorted(settings.HOME.glob(pattern))]
    if readable := [str(path) for path in written if _is_open(path)]:
        yield (
            f"数据文件别人也能读。请执行：chmod 600 {' '.join(readable)}\n"
            f"Others can read files of data. Run: chmod 600 {' '.join(readable)}"
        )
    free = shutil.disk_usage(settings.HOME).free // 1024 // 1024
    if free < LEAST_FREE_MEGABYTES:
        yield (
            f"磁盘只剩 {free} MB，请腾出空间。Only {free} MB of disk are left at {settings.HOME}: free some space."
        )


def _is_open(path: Path) -> bool:
    """Whether anybody but the owner may do something with it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


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
