"""`shangliang keys show | rotate sealing | rotate signing | rotate secret`: which keys are in use, and new ones."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from shangliang.commands import Failed

if TYPE_CHECKING:
    from shangliang.kit.keys import Misfit

WORDS = {
    "lost": (
        "{file} 里没有{name}，而数据库里的号码、电话是用它写的。请把当初备份的密钥文件放回来；不要新造。",
        "{name} is missing in {file}, and numbers and telephones in this database were written with it."
        " Put back the copy of the key file that you kept; do not make new keys.",
    ),
    "broken": (
        "{file} 读不出来（不完整，或者被改过）。请换上备份的密钥文件。",
        "{file} cannot be read: it is cut short or was changed. Put back the copy that you kept.",
    ),
    "foreign": (
        "{name}不是这个数据库用的那一把：可能拿错了文件，或者这是另一台机器自己造的。请换上这个数据库的密钥文件。",
        "{name} is not the one of this database: the wrong file, or another machine has made its own."
        " Put the key file of this database there.",
    ),
}


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("what", choices=["show", "rotate"])
    parser.add_argument(
        "kind", nargs="?", choices=["sealing", "signing", "secret"], help="which key gets a successor"
    )


def run(args: argparse.Namespace) -> int:
    """Names and marks of the keys in use, never the keys."""
    import django

    django.setup()
    from shangliang.kit import keys
    from shangliang.kit.models import KeyMark

    said = sentences()
    if said:
        raise Failed("\n".join(said))
    if args.what == "rotate":
        _rotate(args.kind)
    keys.agree()
    for mark in KeyMark.objects.order_by("name"):
        print(f"{mark.name:<12} {mark.mark[:16]}  {mark.at:%Y-%m-%d}")
    return 0


def sentences() -> list[str]:
    """What stands against a start with these keys, and what to do about each."""
    from shangliang.kit.keys import misfits

    return in_words(misfits())


def in_words(misfits: Iterable[Misfit]) -> list[str]:
    """The same of faults that were found already."""
    from django.conf import settings

    found = []
    for fault, name in misfits:
        chinese, english = WORDS[fault.value]
        facts = {"file": settings.KEYS_FILE, "name": name or "*"}
        found.append(f"{chinese.format(**facts)}\n{english.format(**facts)}")
    return found


def _rotate(kind: str | None) -> None:
    from django.conf import settings

    from shangliang.kit import crypto, heartbeat, keys

    if kind is None:
        raise Failed(
            "请写明换哪一种：sealing（电话等的封存）、signing（留痕的签名）、secret（登录和表单）。\n"
            "回执号的密钥（hashing）不能换：印在纸上的回执都凭它找到。\n"
            "Say which: sealing, signing or secret. The key of the slips (hashing) cannot be changed:"
            " slips on paper are found by it."
        )
    beat = heartbeat.last()
    if beat is not None and beat.seconds < heartbeat.SILENT:
        raise Failed(
            "系统正在运行，别的进程还用着旧的密钥。请先停掉（三分钟后再试），换好再启动。\n"
            "The system is running and other processes hold the old keys. Stop it, wait three minutes, then try again."
        )
    file, ring = Path(settings.KEYS_FILE), crypto.keyring()
    if kind == "secret":
        from shangliang.kit.files import replace_secret

        settings.SECRET_KEY = secrets.token_urlsafe(50)
        replace_secret(settings.SECRET_KEY_FILE, settings.SECRET_KEY)
    else:
        new = ring.with_new_sealing() if kind == "sealing" else ring.with_new_signing()
        new.write_instead(file)
        crypto.keyring.cache_clear()
    keys.forget({"secret": keys.SECRET, "signing": "signing"}.get(kind, ""))
    print(
        "换好了。请马上把新的密钥文件另存一份，和数据库的备份分开放。\n"
        "Done. Keep a copy of the new key file now, apart from the copies of the database."
    )
