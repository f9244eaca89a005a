"""`shangliang opinions map`: from a file of votes to the opinion map, one JSON file. Needs no database."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from shangliang.commands import Failed
from shangliang.kit.files import BadFile, whole_file

if TYPE_CHECKING:
    from shangliang.opinions.engine.reading import Log


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("what", choices=["map"])
    parser.add_argument(
        "votes",
        help="participant,statement,vote[,timestamp_ms] or an export of Polis; - reads standard input",
    )
    parser.add_argument("--statements", type=Path, help="statement,moderated,is_meta")
    parser.add_argument("--groups", type=Path, help="participant,group: use these groups, do not form any")
    parser.add_argument("--mode", choices=["default", "polis"], default="default")
    parser.add_argument("--out", required=True, help="the map as JSON; - writes to standard output")


def run(args: argparse.Namespace) -> int:
    """Read, compute, and only then put the file in its place."""
    # One thread, before NumPy loads: the same map on every run, and the other cores stay free for the pages.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from shangliang.opinions.engine.opinion_map import compute
    from shangliang.opinions.engine.reading import read_groups, read_statements
    from shangliang.opinions.engine.votes import BadVotes
    from shangliang.opinions.engine.writing import pieces

    begun = time.perf_counter()
    try:
        log = read_log(args.votes)
        rejected, meta = read_statements(args.statements) if args.statements else (set(), set())
        groups = read_groups(args.groups) if args.groups else None
    except BadFile as bad:
        raise Failed(f"{bad.file} 第 {bad.line} 行有误。Line {bad.line} of {bad.file}: {bad.why}") from bad
    except OSError as missing:
        raise Failed(
            f"读不了 {missing.filename}。{missing.filename} cannot be read: {missing.strerror}"
        ) from missing
    try:
        found = compute(
            log.participants,
            log.statements,
            log.votes,
            times=log.times,
            moderated=rejected,
            meta=meta,
            groups=groups,
            mode=args.mode,
        )
    except BadVotes as bad_votes:  # the reader has looked at every row; this is the second fence
        raise Failed(
            f"第 {bad_votes.row + 2} 行有误。Line {bad_votes.row + 2}: {bad_votes.why}"
        ) from bad_votes
    try:
        with whole_file(args.out) as out:
            for piece in pieces(found, time.perf_counter() - begun):
                out.write(piece)
    except OSError as failed:
        raise Failed(f"写不了 {args.out}。{args.out} cannot be written: {failed.strerror}") from failed
    if args.mode == "polis" and not log.has_times and groups is None:
        print(
            "这份文件没有写表态的时间，按各行的次序算先后；polis 方式的分群看先后，次序不同，分群可能不同。"
            "The file says no times, so its rows count as the order of voting; groups of the polis mode depend on it.",
            file=sys.stderr,
        )
    if found.k == 0:
        print(
            "没有分组：人数或表态太少，或者大家的表态都一样。"
            "No groups: too few people or votes, or everybody answers alike.",
            file=sys.stderr,
        )
    return 0


def read_log(name: str) -> Log:
    """The votes of a file or of standard input."""
    from shangliang.opinions.engine.reading import read_votes

    if name == "-":
        return read_votes(sys.stdin.buffer, "-")
    with Path(name).open("rb") as source:
        return read_votes(source, Path(name).name)
