"""Measures the opinion map: CPU seconds of one thread, whole processes, beside a floor script and red-dwarf.

Usage: bench_opinions.py [--largest | --only-largest] [--peer] [--runs 3]
--largest adds 1,000,000 x 1,000 with 50 million votes; --peer installs red-dwarf from PyPI in an environment that is
thrown away (it brings pandas and scikit-learn, so it is no development dependency).
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from environment import ROOT
from say import CannotGoOn, run, say

PEER = "red-dwarf==0.4.0"
SHAPES = [(10_000, 300, 500_000), (33_000, 783, 2_000_000), (100_000, 500, 5_000_000)]
LARGEST = (1_000_000, 1_000, 50_000_000)
PEER_UP_TO = 500_000  # votes; beyond that it takes minutes and gigabytes
LINES_AT_ONCE = 1_000_000
HEAD = f"{'':<44}{'CPU s':>8}{'wall s':>8}{'MiB':>7}{'of floor':>10}"

OURS = """
import sys; sys.path.insert(0, sys.argv[2])
import numpy as np
from shangliang.opinions.engine.opinion_map import compute
given = np.load(sys.argv[1])
compute(given["participants"], given["statements"], given["votes"])
"""
REFRESH = """
import sys, time; sys.path.insert(0, sys.argv[2])
import numpy as np
from shangliang.opinions.engine.opinion_map import compute, map_of
from shangliang.opinions.engine.votes import pack
given = np.load(sys.argv[1])
log = [given[name] for name in ("participants", "statements", "votes")]
some = len(log[0]) * 999 // 1000
state = compute(*(column[:some] for column in log)).state
begun = time.process_time(); compute(*log, state=state); whole = time.process_time() - begun
packed = pack(*log)
begun = time.process_time(); map_of(packed, state=state); print(whole, time.process_time() - begun)
"""
THEIRS = """
import sys, warnings; warnings.simplefilter("ignore")
import numpy as np
from reddwarf.implementations.polis import run_pipeline
given = np.load(sys.argv[1])
names = ("participant_id", "statement_id", "vote")
columns = (given[name].tolist() for name in ("participants", "statements", "votes"))
run_pipeline(votes=[dict(zip(names, row)) for row in zip(*columns)])
"""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu: float
    wall: float
    mebibytes: float
    printed: str


def measured(command: list[str], runs: int) -> Cost:
    """The run with the median of the CPU time."""
    costs = [once(command) for _ in range(runs)]
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]


def once(command: list[str]) -> Cost:
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, env={**os.environ, **threads})
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if process.returncode:
        raise CannotGoOn(
            f"被测的程序没有跑完（{process.returncode}）。",
            f"The measured program ended with {process.returncode}.",
        )
    return Cost(cpu_of(used), time.perf_counter() - begun, used.ru_maxrss / 1024, printed)


def cpu_of(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def made(people: int, statements: int, total: int) -> tuple[Any, Any, Any]:
    """Votes of three camps over latent opinions; a few people vote on nearly all, most on few; by visits in time."""
    chance = np.random.default_rng(2022)
    eager = chance.pareto(1.5, people) + 0.3
    per_person = np.clip(eager / eager.sum() * total, 1, statements)
    for _ in range(30):
        per_person = np.clip(per_person * (total / per_person.sum()), 1, statements)
    each = np.round(per_person).astype(np.int64)
    who = np.repeat(np.arange(people, dtype=np.int32), each)
    strides = np.array([step for step in range(1, statements) if math.gcd(step, statements) == 1])
    first, step = chance.integers(0, statements, people), strides[chance.integers(0, len(strides), people)]
    number = np.arange(len(who)) - np.repeat(np.cumsum(each) - each, each)
    what = ((first[who] + number * step[who]) % statements).astype(np.int32)
    del number
    camp = chance.choice(3, people, p=[0.5, 0.3, 0.2])
    leaning = chance.normal(0, 1, (3, statements)) + chance.normal(0, 0.8, statements)
    feeling = leaning[camp[who], what] + chance.normal(0, 0.8, len(who))
    votes = np.where(feeling > 0.3, 1, np.where(feeling < -0.5, -1, 0)).astype(np.int8)
    order = np.argsort(chance.random(people)[who], kind="stable")
    return who[order], what[order], votes[order]


def write_csv(path: Path, who: Any, what: Any, votes: Any) -> None:
    """The same votes as the command reads them."""
    times = 1_700_000_000_000 + 37 * np.arange(len(who))
    with path.open("w") as out:
        out.write("participant,statement,vote,timestamp_ms\n")
        for at in range(0, len(who), LINES_AT_ONCE):
            part = slice(at, at + LINES_AT_ONCE)
            rows = zip(*(column[part].tolist() for column in (who, what, votes, times)), strict=True)
            out.write("".join(map("%d,%d,%d,%d\n".__mod__, rows)))


def write(people: int, statements: int, total: int, home: Path) -> None:
    """The votes as arrays and as CSV."""
    who, what, votes = made(people, statements, total)
    np.savez(home / "votes.npz", participants=who, statements=what, votes=votes)
    write_csv(home / "votes.csv", who, what, votes)


def row(name: str, cost: Cost, floor: Cost) -> None:
    print(
        f"{name:<44}{cost.cpu:>8.2f}{cost.wall:>8.2f}{cost.mebibytes:>7.0f}{cost.cpu / floor.cpu:>10.2f}",
        flush=True,
    )


def peer(home: Path) -> str:
    """The Python of an environment with red-dwarf."""
    say(f"安装 {PEER}（用完即删）", f"Installing {PEER}, for this run only")
    subprocess.run([sys.executable, "-m", "venv", home / "peer"], check=True)
    python = home / "peer" / "bin" / "python"
    ended = subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], capture_output=True, text=True)
    if ended.returncode:
        raise CannotGoOn(f"{PEER} 没有装上：{ended.stderr[-500:]}", f"{PEER} could not be installed.")
    return str(python)


def measure(shape: tuple[int, int, int], home: Path, runs: int, theirs: str) -> None:
    """One table: the floor first, what is ours, the peer."""
    people, statements, total = shape
    arrays, rows, out = home / "votes.npz", home / "votes.csv", home / "map.json"
    # In a process of its own: the peak of this one's memory would be counted as its children's.
    subprocess.run([sys.executable, __file__, "--make", *map(str, shape), str(home)], check=True)
    print(f"\n{people:,} x {statements:,}, {total:,} votes\n{HEAD}", flush=True)
    floor = measured([sys.executable, str(ROOT / "tools" / "bench_opinions_floor.py"), str(arrays)], runs)
    row("floor: load, two vectors, k-means, counts", floor, floor)
    row("ours, arrays to map", measured([sys.executable, "-c", OURS, str(arrays), str(ROOT)], runs), floor)
    command = [str(ROOT / ".venv/bin/shangliang"), "opinions", "map", str(rows), "--out", str(out)]
    row("ours, CSV to JSON", measured(command, runs), floor)
    if theirs and total <= PEER_UP_TO:
        row(PEER, measured([theirs, "-c", THEIRS, str(arrays)], runs), floor)
    lines = [
        once([sys.executable, "-c", REFRESH, str(arrays), str(ROOT)]).printed.split() for _ in range(runs)
    ]
    whole, packed = (statistics.median(float(line[at]) for line in lines) for at in (0, 1))
    print(f"{'refresh with warm start, no start-up':<44}{whole:>8.2f}", flush=True)
    print(f"{'the same, votes packed before':<44}{packed:>8.2f}", flush=True)
    for path in (arrays, rows, out):
        path.unlink()


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--largest", action="store_true")
    reader.add_argument("--only-largest", action="store_true")
    reader.add_argument("--peer", action="store_true")
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--make", nargs=4, help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.make:
        people, statements, total = (int(each) for each in asked.make[:3])
        write(people, statements, total, Path(asked.make[3]))
        return
    with tempfile.TemporaryDirectory(prefix="shangliang-bench-") as folder:
        theirs = peer(Path(folder)) if asked.peer else ""
        for shape in [] if asked.only_largest else SHAPES:
            measure(shape, Path(folder), asked.runs, theirs)
        if asked.largest or asked.only_largest:
            measure(LARGEST, Path(folder), 1, theirs)


if __name__ == "__main__":
    run(main)
