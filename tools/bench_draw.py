"""Measures the fair draw on pools of the shapes of real assemblies, whole processes, beside sortition-algorithms.

Usage: bench_draw.py [--peer] [--largest] [--only NAME] [--peer-seconds 150]
--peer installs sortition-algorithms from PyPI in an environment that is thrown away (GPL-3: an oracle, no dependency),
with Gurobi's size-limited trial for its leximin. --largest adds pools of 1,727 and 5,000 people. Shapes after the
assemblies in Flanigan et al. 2021, table 1; the people are invented.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from environment import ROOT
from say import CannotGoOn, run, say

PEERS = ["sortition-algorithms==0.12.15", "gurobipy==13.0.3"]
HEAD = f"{'':<32}{'s':>8}{'MiB':>7}{'least %':>9}{'gini %':>8}{'geo %':>8}{'of peer':>9}"
THEIRS = """
import csv, json, math, sys
from sortition_algorithms.adapters import CSVStringDataSource, SelectionData
from sortition_algorithms.settings import Settings
from sortition_algorithms.committee_generation import find_distribution_leximin, find_distribution_maximin
quotas, pool, size, method = sys.argv[1:5]
data = SelectionData(CSVStringDataSource(open(quotas).read(), open(pool).read()))
features, _ = data.load_features(int(size))
people, _ = data.load_people(Settings(id_column="id", columns_to_keep=[]), features)
find = find_distribution_leximin if method == "leximin" else find_distribution_maximin
panels, weights, _ = find(features, people, int(size), [], "highspy")
chance = dict.fromkeys(people, 0.0)
for panel, weight in zip(panels, weights):
    for who in panel:
        chance[who] += weight
found = sorted(chance.values())
n = len(found)
print(json.dumps({
    "min_probability": found[0],
    "gini": sum((2 * i - n + 1) * p for i, p in enumerate(found)) / (n * sum(found)),
    "geometric_mean": math.exp(sum(map(math.log, found)) / n) if found[0] > 0 else 0.0,
}))
"""


@dataclass(frozen=True)
class Shape:
    """How many people, how large a panel, how many values each attribute has."""

    people: int
    size: int
    values: tuple[int, ...]


SHAPES = {
    "mass 70/24": Shape(70, 24, (2, 3, 4, 2, 5)),
    "fixture 150/22": Shape(150, 22, (2, 4, 5, 3, 3, 2)),
    "sf_c 161/44": Shape(161, 44, (2, 4, 5, 3, 3, 2, 2)),
    "hd 239/30": Shape(239, 30, (2, 4, 4, 3, 3, 2, 3)),
    "sf_a 312/35": Shape(312, 35, (2, 4, 5, 3, 3, 2)),
    "obf 321/30": Shape(321, 30, (2, 4, 4, 3, 3, 2, 3, 2)),
    "nexus 342/170": Shape(342, 170, (2, 3, 4, 2, 5)),
    "cca 825/75": Shape(825, 75, (2, 6, 5, 4)),
}
LARGEST = {
    "sf_e 1727/110": Shape(1727, 110, (2, 4, 5, 3, 3, 2, 2)),
    "city 5000/60": Shape(5000, 60, (2, 4, 4, 3, 3, 2, 3, 2)),
}
ALTERNATE = {"alternate 200/20": (200, 20), "alternate 2000/200": (2000, 200)}


@dataclass(frozen=True)
class Cost:
    """What a process took, and what it found; None where it was stopped."""

    seconds: float
    mebibytes: float
    found: dict[str, float] | None


def alternate(people: int, size: int, home: Path) -> None:
    """Alternate(n, k) of the paper's supplement: everybody can have k/n."""
    rows = [("a", "x")] * (people // 2) + [("b", "y")] * (people // 2 - 1) + [("b", "x")]
    low = size // 2 - 1
    write(
        home,
        rows,
        [("c0", "a", low, size), ("c0", "b", low, size), ("c1", "x", low, size), ("c1", "y", low, size)],
    )


def invented(shape: Shape, home: Path) -> None:
    """Volunteers unlike the population; quotas one up and down of a panel that is drawn to be more like it."""
    chance = random.Random(2021)  # noqa: S311 — the same pools in every run
    population = [[chance.uniform(0.5, 2) for _ in range(number)] for number in shape.values]
    eager = [[chance.lognormvariate(0, 0.8) for _ in range(number)] for number in shape.values]
    rows = []
    for _ in range(shape.people):
        drawn = [
            chance.choices(range(len(few)), [share * more for share, more in zip(few, much, strict=True)])[0]
            for few, much in zip(population, eager, strict=True)
        ]
        rows.append(tuple(f"f{value}" for value in drawn))

    def rarity(row: tuple[str, ...]) -> float:
        weight = 1.0
        for place, value in enumerate(row):
            weight /= eager[place][int(value[1:])]
        return float(chance.expovariate(1) / weight)

    panel = sorted(rows, key=rarity)[: shape.size]
    quotas = []
    for place, number in enumerate(shape.values):
        has = Counter(row[place] for row in panel)
        for value in range(number):
            count = has[f"f{value}"]
            quotas.append((f"c{place}", f"f{value}", max(count - 1, 0), count + 1))
    write(home, rows, quotas)


def write(home: Path, rows: Sequence[tuple[str, ...]], quotas: list[tuple[str, str, int, int]]) -> None:
    with (home / "pool.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", *(f"c{place}" for place in range(len(rows[0])))])
        writer.writerows([f"m{number}", *row] for number, row in enumerate(rows))
    with (home / "quotas.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["feature", "value", "min", "max"])  # as the peer wants it; ours reads both
        writer.writerows(quotas)


def once(command: list[str], seconds: float, report: Path | None = None) -> Cost:
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **threads}
        )
        guard = threading.Timer(seconds, process.kill)
        guard.start()
        _, status, used = os.wait4(process.pid, 0)
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().strip()
    took, mebibytes = time.perf_counter() - begun, used.ru_maxrss / 1024
    if process.returncode:
        return Cost(took, mebibytes, None)
    return Cost(took, mebibytes, json.loads(report.read_text() if report else printed.splitlines()[-1]))


def row(name: str, cost: Cost, peer: Cost | None, limit: float) -> None:
    if cost.found is None:
        shown = f"> {limit:.0f}" if cost.seconds >= limit else "failed"
        print(f"{name:<32}{shown:>8}", flush=True)
        return
    figures = "".join(
        f"{100 * cost.found[key]:>{width}.2f}"
        for key, width in (("min_probability", 9), ("gini", 8), ("geometric_mean", 8))
    )
    share = f"{cost.seconds / peer.seconds:.2f}" if peer and peer.found else ""
    print(f"{name:<32}{cost.seconds:>8.2f}{cost.mebibytes:>7.0f}{figures}{share:>9}", flush=True)


def measure(name: str, size: int, home: Path, theirs: str, limit: float) -> None:
    """One pool: theirs first, so that ours can be shown as a share of it."""
    files = [str(home / "pool.csv"), str(home / "quotas.csv")]
    print(f"\n{name}\n{HEAD}", flush=True)
    peers: dict[str, Cost] = {}
    for method in ("maximin", "leximin") if theirs else ():
        command = [theirs, "-c", THEIRS, files[1], files[0], str(size), method]
        peers[method] = once(command, limit)
        solver = "HiGHS" if method == "maximin" else "Gurobi"
        row(f"peer, {method} ({solver})", peers[method], None, limit)
    for method in ("maximin", "leximin"):
        out = home / method
        command = [str(ROOT / ".venv/bin/shangliang"), "deliberations", "draw", "prepare", *files]
        command += ["--size", str(size), "--method", method, "--time", "900", "--out", str(out)]
        row(
            f"ours, {method}, with lottery", once(command, 1000, out / "report.json"), peers.get(method), 1000
        )


def peer(home: Path) -> str:
    """The Python of an environment with the peer."""
    say(f"安装 {PEERS[0]}（用完即删）", f"Installing {PEERS[0]}, for this run only")
    subprocess.run([sys.executable, "-m", "venv", home / "peer"], check=True)
    python = home / "peer" / "bin" / "python"
    ended = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *PEERS], capture_output=True, text=True
    )
    if ended.returncode:
        raise CannotGoOn(f"{PEERS[0]} 没有装上：{ended.stderr[-500:]}", f"{PEERS[0]} could not be installed.")
    return str(python)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--peer", action="store_true")
    reader.add_argument("--largest", action="store_true")
    reader.add_argument("--only", default="", help="only pools whose name contains this")
    reader.add_argument("--peer-seconds", type=float, default=150.0)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangliang-bench-") as folder:
        home = Path(folder)
        theirs = peer(home) if asked.peer else ""
        for name, (people, size) in ALTERNATE.items():
            if asked.only in name:
                alternate(people, size, home)
                measure(name, size, home, theirs, asked.peer_seconds)
        for name, shape in {**SHAPES, **(LARGEST if asked.largest else {})}.items():
            if asked.only in name:
                invented(shape, home)
                measure(name, shape.size, home, theirs, asked.peer_seconds)


if __name__ == "__main__":
    run(main)
