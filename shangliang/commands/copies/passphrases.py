"""The words under which the keys of a copy lie: from a file, or typed."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from shangliang.commands import Failed


def given(file: Path | None, *, twice: bool = False) -> str:
    """The first line of the file, or what is typed; twice where it is chosen now."""
    if file is not None:
        try:
            return file.read_text("utf-8").split("\n", 1)[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Failed(
                f"口令文件读不出来：{error}\nThe file of the passphrase cannot be read: {error}"
            ) from error
    if not sys.stdin.isatty():
        raise Failed(
            "要一句口令来封存密钥。请写明口令文件：--passphrase-file 文件；不带密钥的备份：--without-keys\n"
            "A passphrase is needed for the keys: --passphrase-file FILE. A copy without keys: --without-keys"
        )
    words = getpass.getpass("密钥的口令 Passphrase of the keys: ")
    if twice and getpass.getpass("再输一遍 Once more: ") != words:
        raise Failed("两遍不一样。请再来一次。The two are not the same. Try again.")
    return words
