#!/usr/bin/env python3
"""Hold a public log against checkpoints that you have kept. Python 3.9 or newer, nothing else.

    python3 check_ledger.py https://yishi.example.cn/verify kept.txt
    python3 check_ledger.py https://yishi.example.cn/verify kept.txt --leaf 0123…
    python3 check_ledger.py leaves.txt kept.txt

It reads the leaves of the log (from the site, or from a file with one hash a line), builds the tree of RFC 6962 and
compares its root, at the size of each checkpoint, with the root that stands there. Where they are the same, nothing
that was sealed by then has been changed, removed or put in since. It ends with 1 where something does not fit.

The standard library cannot check Ed25519. The signature is checked with openssl 3; the commands are printed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

PIECE = 4096  # leaves in each piece of the public log
NOTE = re.compile(
    r"^(\S+)\n(\d+)\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)\n((?:— [^\n]+(?:\n|\Z))+)", re.MULTILINE
)
Note = tuple[str, int, bytes, list[str]]  # what is signed, size, root, lines of signatures


def notes(text: str) -> Iterator[Note]:
    """Each checkpoint in a text that may hold other words too, such as a mail."""
    for found in NOTE.finditer(text.replace("\r\n", "\n").replace("\n> ", "\n")):
        signed = f"{found[1]}\n{found[2]}\n{found[3]}\n{found[4]}"
        yield signed, int(found[2]), base64.b64decode(found[3]), found[5].splitlines()


def leaves(where: str) -> Iterator[bytes]:
    """The leaves in their order."""
    if not where.startswith(("https://", "http://")):
        yield from map(bytes.fromhex, Path(where).read_text("ascii").split())
        return
    number = 0
    while True:
        address = f"{where.rstrip('/')}/leaves/{number}"
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  whoever runs it has typed the address
            lines = answer.read().decode("ascii").split()
        yield from map(bytes.fromhex, lines)
        if len(lines) < PIECE:
            return
        number += 1


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """One leaf more in a tree that is given by its full subtrees."""
    while size & 1:
        leaf = node(peaks.pop(), leaf)
        size >>= 1
    peaks.append(leaf)


def root(peaks: list[bytes]) -> bytes:
    if not peaks:
        return hashlib.sha256(b"").digest()
    whole = peaks[-1]
    for peak in reversed(peaks[:-1]):
        whole = node(peak, whole)
    return whole


def check(where: str, kept: Iterable[Note], wanted: str = "") -> bool:
    """Print what was found; whether all fits."""
    by_size: dict[int, list[bytes]] = {}
    for _signed, size, told, _lines in kept:
        by_size.setdefault(size, []).append(told)
    peaks: list[bytes] = []
    count, fits, place = 0, True, -1
    for leaf in leaves(where):
        grow(peaks, count, leaf)
        place = count if leaf.hex() == wanted else place
        count += 1
        for told in by_size.pop(count, ()):
            same = told == root(peaks)
            fits = fits and same
            print(f"检查点 {count}：{'相符' if same else '不相符！那以前的留痕被改过'}。")
            print(
                f"checkpoint {count}: {'it fits' if same else 'IT DOES NOT FIT, something before it was changed'}"
            )
    print(f"日志现有 {count} 条。 The log has {count} entries.")
    for size in sorted(by_size):
        fits = False
        print(f"检查点 {size}：日志没有这么长，后面的被去掉了！")
        print(f"checkpoint {size}: THE LOG IS SHORTER, something was cut off")
    if wanted:
        fits = fits and place >= 0
        print(f"{wanted[:12]}…：{'在第' if place >= 0 else '不在里面'} {max(place, 0)}。")
        print(f"{wanted[:12]}…: {'it is number' if place >= 0 else 'NOT in the log'} {max(place, 0)}")
    return fits


def signatures(kept: Iterable[Note]) -> None:
    """The files and the commands with which each signature is checked."""
    for signed, size, _root, lines in kept:
        name = f"checkpoint-{size}"
        Path(f"{name}.txt").write_bytes(signed.encode())
        Path(f"{name}.sig").write_bytes(base64.b64decode(lines[0].rsplit(" ", 1)[1])[4:])
        print(f"openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in {name}.txt -sigfile {name}.sig")
    print("key.pem 最好从别处得到。 Get key.pem from somewhere else if you can.")


def main(given: list[str]) -> int:
    wanted = ""
    if "--leaf" in given[:-1]:
        at = given.index("--leaf")
        wanted = given[at + 1].lower()
        del given[at : at + 2]
    if len(given) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    kept = [note for name in given[1:] for note in notes(Path(name).read_text("utf-8"))]
    if not kept:
        print("文件里没有检查点。 The file holds no checkpoint.", file=sys.stderr)
        return 2
    fits = check(given[0], kept, wanted)
    signatures(kept)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
