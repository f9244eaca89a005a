"""Changes the code in small ways, one at a time, and looks whether a test notices: how far the tests can be trusted.

Usage: mutants.py [--count 200] [--seed 8] [--only shangliang/clocks] [--enough 90] [--again]
A draw by a seed over the places where a mistake costs most. Everything happens in copies below build/mutants; the
files here are never touched. A run that was stopped goes on where it was; `--again` tries the survivors once more.
"""

from __future__ import annotations

import argparse
import difflib
import fcntl
import hashlib
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from environment import ROOT
from mutations import Mutant, mutants_of
from say import CannotGoOn, run, say

BUILD = ROOT / "build" / "mutants"
RESULTS, COVERAGE, SECONDS, TREE = (
    BUILD / name for name in ("results.jsonl", "coverage.sqlite3", "seconds.json", "tree.txt")
)
DATABASES = BUILD / "tests-mutants"  # as tests/databases.py keeps them in a run of that name
PAGE = ROOT / "docs" / "reference" / "mutants.md"
WORKERS = 2
# Where a mistake costs most: who sees what, what may follow what, who writes, deadlines, the ledger, the page cache.
SCOPE = (
    "shangliang/access/*.py",
    "shangliang/desks/**/*.py",
    "shangliang/clocks/*.py",
    "shangliang/ledger/*.py",
    "shangliang/*/rules.py",
    "shangliang/*/states.py",
    "shangliang/*/actions.py",
    "shangliang/*/actions/*.py",
)
# pages and words: other checks look after them
LEFT_OUT = (
    "/tests/",
    "/migrations/",
    "/apps.py",
    "/__init__.py",
    "/views.py",
    "/forms.py",
    "/labels.py",
    "/urls.py",
)
# What git does not hold and tests need.
MADE = ("shangliang/*/locale/*/LC_MESSAGES/*.mo", "shangliang/kit/static/dist/**/*")
READERS = "tests/architecture/"  # the tests that read the code of every app
LIVES = "test_machines.py"  # an app's random lives: long, and the likeliest to notice
ENOUGH_SECONDS = 90.0  # of tests for one mutant, as they took without it
NEAREST = 12  # tests in the first go
NOTHING = "no test"
LONGEST_SECONDS = 600  # on the clock, before one mutant is given up as one that hangs


@dataclass(frozen=True)
class Result:
    """What became of one mutant: killed by a test, at import, by time; or survived."""

    key: str
    path: str
    line: int
    operator: str
    changed: list[str]
    outcome: str
    by: str
    tests: int
    seconds: float

    @property
    def survived(self) -> bool:
        return self.outcome == "survived"


def modules(only: str = "") -> list[str]:
    """The modules that are changed, as paths from the root."""
    found = {str(path.relative_to(ROOT)) for pattern in SCOPE for path in ROOT.glob(pattern)}
    return sorted(
        path for path in found if path.startswith(only) and not any(part in path for part in LEFT_OUT)
    )


def draw(paths: Iterable[str], count: int, seed: int) -> list[Mutant]:
    """`count` of all possible mutants; the same seed gives the same ones.

    Each kind of change comes equally often, as long as it has any left: the commonest (an argument left out) is half
    of all that is possible, and the easiest to notice.
    """
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for path in paths:
        for mutant in mutants_of(ROOT, path):
            kinds[mutant.operator].append(mutant)
    possible = sum(map(len, kinds.values()))
    say(f"共有 {possible} 种改法，抽 {count} 种", f"{possible} mutants are possible, {count} are drawn")
    chance = random.Random(seed)
    for name in sorted(kinds):
        chance.shuffle(kinds[name])
    drawn: list[Mutant] = []
    while len(drawn) < min(count, possible):
        drawn += [kinds[name].pop() for name in sorted(kinds) if kinds[name]]
    return drawn[:count]


# Copies, in which everything happens.


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    made = [str(path.relative_to(ROOT)) for pattern in MADE for path in ROOT.glob(pattern)]
    return [name for name in [*listed.stdout.splitlines(), *made] if (ROOT / name).is_file()]


def digest(names: Iterable[str]) -> str:
    seen = hashlib.sha256()
    for name in sorted(names):
        seen.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return seen.hexdigest()


def copy_to(folder: Path) -> None:
    """A fresh copy of the tree."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (folder / "home").mkdir()


def environ(folder: Path, **more: str) -> dict[str, str]:
    own = {
        "SHANGLIANG_HOME": str(folder / "home"),
        "DATABASE_URL": "",
        "CHROMIUM": "",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'tools'}",
        "SHANGLIANG_TEST_RUN": "mutants",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "home" / "hypothesis"),
    }
    return {**os.environ, **own, **more}


def pytest(*more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "mutants_in_test",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
        "-m",
        "not slow and not journey",
        *more,
    ]


# Which test meets which line.


def map_tests(targets: list[str]) -> None:
    """Run the fast tests once and keep, for every line, the tests that pass over it."""
    measured = (name for name in files() if name.startswith("shangliang/") and "/tests/" not in name)
    code = (name for name in measured if name.endswith((".py", ".html", ".toml")))
    source = f"{digest(code)} {' '.join(targets)}"
    if TREE.exists() and TREE.read_text() == source and COVERAGE.exists():
        return
    say(
        "先把测试跑一遍，记下每一行由哪些测试走过",
        "Running the tests once, to know which of them pass over each line",
    )
    folder = BUILD / "copy-0"
    copy_to(folder)
    (BUILD / "coveragerc").write_text(
        f"[run]\ndata_file = {COVERAGE}\nrelative_files = true\nsource = shangliang\nomit = */tests/*,*/migrations/*\n"
    )
    COVERAGE.unlink(missing_ok=True)
    options = ("-n", str(WORKERS), "--cov", f"--cov-config={BUILD / 'coveragerc'}", "--cov-context=test")
    ended = subprocess.run(
        pytest("--cov-report=", *options, *targets),
        cwd=folder,
        env=environ(folder, MUTANTS_SECONDS=str(SECONDS)),
    )
    if ended.returncode not in {0, 1} or not COVERAGE.exists():
        raise CannotGoOn(
            "测试没有跑成，原因见上面几行。", "The tests could not be run, for the reason above."
        )
    if ended.returncode:
        say("有的测试不改也通不过，不拿它们来评判", "Tests that fail without any change judge nothing")
    TREE.write_text(source)


@lru_cache(maxsize=1)
def seconds() -> dict[str, float]:
    """The tests that passed without any change, and how long each took."""
    took: dict[str, float] = json.loads(SECONDS.read_text())
    return took


@lru_cache(maxsize=1)
def contexts() -> dict[str, dict[int, set[str]]]:
    """File -> line -> tests."""
    from coverage import CoverageData

    data = CoverageData(str(COVERAGE))
    data.read()
    found: dict[str, dict[int, set[str]]] = {}
    for path in data.measured_files():
        lines = data.contexts_by_lineno(path)
        found[path] = {line: {test.rpartition("|")[0] for test in tests} for line, tests in lines.items()}
    return found


def names_at(mutant: Mutant) -> list[str]:
    """The names in quotes on the lines that are changed; else those just above, where the row of a table begins."""
    lines = (ROOT / mutant.path).read_text().splitlines()
    for first in range(mutant.line - 1, max(mutant.line - 5, -1), -1):
        if found := re.findall(r'"([a-z][\w.-]*)"', "\n".join(lines[first : mutant.end_line])):
            return found
    return []


@lru_cache(maxsize=256)
def tests_that_ask_for(name: str) -> set[str]:
    """The tests that pass over a line with that name in quotes."""
    found: set[str] = set()
    for path, lines in contexts().items():
        text = (ROOT / path).read_text().splitlines()
        spoken = (lines.get(number, set()) for number, line in enumerate(text, 1) if f'"{name}"' in line)
        found.update(*spoken)
    return found - {""}


def own_tests(path: str) -> str:
    """Where the tests of a module's app lie."""
    return "/".join(path.split("/")[:2]) + "/tests/"


def fitting(mutant: Mutant, enough: float = ENOUGH_SECONDS) -> list[str]:
    """The tests for a mutant, those that are likeliest to notice first.

    Whoever passes over the line, those of its own app first, then the quickest; then the app's other tests. What
    is carried out once, when a module loads or a value is kept, has no test of its own: the module's tests stand in,
    those first that pass over a line with the same name in quotes, as `begin(row, "adopt")` asks a table for its row.
    At last the app's random lives, however long they take, and those that pass over no line, because they read the
    code instead of running it.
    """
    own, took, lines = own_tests(mutant.path), seconds(), contexts().get(mutant.path, {})
    met = set().union(*(lines.get(line, set()) for line in range(mutant.line, mutant.end_line + 1)))
    if not met - {""}:
        met = set().union(*lines.values()) if mutant.at_definition else set()
    said = set().union(*map(tests_that_ask_for, names_at(mutant))) if mutant.at_definition else set()
    met = (met | said) & set(took)
    others = {test for test in took if test.startswith(own)} - met
    order = [
        *sorted(met, key=lambda test: (test not in said, not test.startswith(own), took[test], test)),
        *sorted(others, key=lambda test: (took[test], test)),
    ]
    chosen, sum_of_seconds = [], 0.0
    for test in order:
        sum_of_seconds += took[test]
        if sum_of_seconds > enough:
            break
        chosen.append(test)
    always = {test for test in took if test.startswith((READERS, f"{own}{LIVES}"))} - set(chosen)
    return [*chosen, *sorted(always, key=lambda test: (took[test], test))]


# One mutant after the other.


def judge(mutant: Mutant, folder: Path, enough: float = ENOUGH_SECONDS) -> Result:
    """Put the mutant into the copy, run its tests until one fails, and put the code back.

    In two goes: most mutants fall to the tests nearest to them, and need no others to be looked for.
    """
    file, tests = folder / mutant.path, fitting(mutant, enough)
    cached = list(file.parent.glob(f"__pycache__/{file.stem}.*"))
    files = sorted({test.partition("::")[0] for test in tests})
    near = [own_tests(mutant.path), READERS, *files]
    started = time.monotonic()
    for each in cached:
        each.unlink()
    source = mutant.source()
    file.write_text(source)
    outcome, by, ran = NOTHING, "", 0
    try:
        for some, places in ((tests[:NEAREST], young_files(near, folder)), (tests, near)):
            if outcome in {NOTHING, "survived"}:
                outcome, by, ran = _try(mutant, folder, some, places)
    finally:
        shutil.copy2(ROOT / mutant.path, file)
    if outcome == NOTHING:
        raise CannotGoOn("没有可跑的测试。", f"There was no test to run for {mutant.path}:{mutant.line}.")
    return Result(
        mutant.key,
        mutant.path,
        mutant.line,
        mutant.operator,
        changes((ROOT / mutant.path).read_text(), source),
        outcome,
        by,
        ran,
        round(time.monotonic() - started, 1),
    )


def young_files(near: list[str], folder: Path) -> list[str]:
    """The near files of tests that were written or changed since the map was made."""
    made = TREE.stat().st_mtime if TREE.exists() else 0.0
    found = {
        path
        for place in near
        for path in ([folder / place] if place.endswith(".py") else (folder / place).glob("test_*.py"))
        if path.exists()
    }
    return [str(path.relative_to(folder)) for path in sorted(found) if path.stat().st_mtime > made]


def _try(mutant: Mutant, folder: Path, tests: list[str], places: list[str]) -> tuple[str, str, int]:
    """What these tests say: the outcome, which of them failed, how many ran."""
    targets = sorted({test.partition("::")[0] for test in tests} | set(places))
    targets = [target for target in targets if (folder / target).exists()]
    if not targets:
        return NOTHING, "", 0
    home, answer = folder / "home", folder / "home" / "answer.json"
    answer.unlink(missing_ok=True)
    shutil.rmtree(home / DATABASES.name, ignore_errors=True)
    makes = makes_tables(mutant.path)
    if not makes:
        shutil.copytree(DATABASES, home / DATABASES.name)
    wanted = {"tests": tests, "near": places, "seconds": seconds(), "makes_tables": makes}
    (home / "wanted.json").write_text(json.dumps(wanted))
    try:
        ended = subprocess.run(
            pytest("-x", "-p", "no:xdist", *targets),
            cwd=folder,
            env=environ(
                folder,
                MUTANTS_WANTED=str(home / "wanted.json"),
                MUTANTS_ANSWER=str(answer),
                PYTHONDONTWRITEBYTECODE="1",
            ),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
        code, said = ended.returncode, ended.stdout + ended.stderr
    except subprocess.TimeoutExpired:
        code, said = -1, ""
    return _outcome(code, answer, said)


def makes_tables(path: str) -> bool:
    """Whether the tables of the kept databases depend on the module: then they are made anew, with the change."""
    own = path.endswith(("/models.py", "/triggers.py")) or path.startswith("shangliang/kit/")
    return own or path == "shangliang/search/rules.py"  # a column that the search reads is filled by them


def changes(before: str, after: str) -> list[str]:
    """The lines that differ, as a diff shows them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def _outcome(code: int, answer: Path, said: str) -> tuple[str, str, int]:
    if code == -1:
        return "timeout", "", 0
    told: dict[str, Any] = json.loads(answer.read_text()) if answer.exists() else {"ran": 0, "failed": ""}
    if code == 0:
        return "survived", "", told["ran"]
    if told["failed"]:
        return "timeout" if told["hung"] else "killed", told["failed"], told["ran"]
    if code == 5:
        return NOTHING, "", 0
    last = [line for line in said.splitlines() if line.startswith("E ")] or said.splitlines()
    return "import", (last or [""])[-1].removeprefix("E ").strip()[:120], told["ran"]


def known() -> dict[str, Result]:
    """What earlier runs found, the newest last."""
    if not RESULTS.exists():
        return {}
    rows = [Result(**json.loads(line)) for line in RESULTS.read_text().splitlines()]
    return {row.key: row for row in rows}


def prepare() -> None:
    """A copy for each worker, compiled, and the databases with which its tests begin."""
    first = BUILD / "copy-0"
    copy_to(first)
    shutil.rmtree(DATABASES, ignore_errors=True)
    fills_both = ("tests/test_budgets.py", "-k", "no_page")  # the empty database and the filled town
    subprocess.run(
        pytest("-p", "no:xdist", *fills_both),
        cwd=first,
        env=environ(first, MUTANTS_KEEP=str(DATABASES)),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(  # every module and every test is compiled once, not for each mutant
        pytest("--collect-only", "-p", "no:xdist"),
        cwd=first,
        env=environ(first, PYTHONDONTWRITEBYTECODE=""),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for number in range(1, WORKERS):
        shutil.rmtree(BUILD / f"copy-{number}", ignore_errors=True)
        shutil.copytree(first, BUILD / f"copy-{number}")


def judge_all(mutants: list[Mutant], enough: float) -> None:
    """Judge all, each worker in its copy; every result is kept at once."""
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in mutants:
        waiting.put(mutant)
    writing, count = threading.Lock(), 0
    faults: list[Exception] = []

    def work(number: int) -> None:
        nonlocal count
        while not faults:
            try:
                mutant = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                result = judge(mutant, BUILD / f"copy-{number}", enough)
            except Exception as fault:  # noqa: BLE001 — told below, when the other worker has ended as well
                faults.append(fault)
                return
            with writing, RESULTS.open("a") as out:
                out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
                count += 1
                place = f"{result.path}:{result.line}"
                print(
                    f"{count:>4}/{len(mutants)}  {result.outcome:<9}{result.seconds:>6} s  {place}",
                    flush=True,
                )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


# What is told.


def area(path: str) -> str:
    return path.split("/")[1]


def table(results: list[Result]) -> Iterator[str]:
    """Killed of all, for each app."""
    by_area: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_area[area(result.path)].append(result)
    yield "| App | Mutants | Killed | Survived |"
    yield "| --- | ---: | ---: | ---: |"
    for name in sorted(by_area):
        survived = sum(result.survived for result in by_area[name])
        yield f"| `{name}` | {len(by_area[name])} | {len(by_area[name]) - survived} | {survived} |"


def page(results: list[Result], *, seed: int, commit: str) -> str:
    """The page that the documents keep."""
    outcomes = Counter(result.outcome for result in results)
    killed = len(results) - outcomes["survived"]
    lines = [
        "# Mutants",
        "",
        "Written by `make mutants` ([how it works](../explanation/tests.md#mutants)) and true of the day of that run: "
        f"of the code at `{commit}`.",
        "",
        f"{len(results)} mutants drawn by seed {seed}: {killed} killed, {outcomes['survived']} survived: "
        f"**{100 * killed / max(len(results), 1):.1f} %** killed. Of the killed ones {outcomes['import']} did not even "
        f"load and {outcomes['timeout']} ran into the time limit.",
        "",
        *table(results),
        "",
        "## Survivors",
        "",
    ]
    for result in sorted(
        (each for each in results if each.survived), key=lambda each: (each.path, each.line)
    ):
        lines += [
            f"- {result.path}:{result.line}, {result.operator.replace('_', ' ')}, {result.tests} tests",
            "  ```diff",
            *(f"  {line}" for line in result.changed),
            "  ```",
        ]
    return "\n".join(lines) + "\n"


@contextmanager
def alone() -> Iterator[None]:
    """Two runs in the same copies would judge each other's mutants."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotGoOn(
                "这里已有一次 make mutants 在跑，请等它结束。",
                "A run of `make mutants` is going on here already: wait until it has ended.",
            ) from None
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--only", default="", help="only modules whose path begins so")
    parser.add_argument(
        "--enough",
        type=float,
        default=ENOUGH_SECONDS,
        help="seconds of tests for one mutant; less for a quick look",
    )
    parser.add_argument("--again", action="store_true", help="try survivors of an earlier run once more")
    args = parser.parse_args()
    with alone():
        return answer(args)


def answer(args: argparse.Namespace) -> int:
    """Draw, judge what is not judged yet, and tell."""
    mutants = draw(modules(args.only), args.count, args.seed)
    found = known()
    open_ones = [
        mutant for mutant in mutants if mutant.key not in found or (args.again and found[mutant.key].survived)
    ]
    if open_ones:
        # A look at one part is judged by that part's own tests; the whole draw by all of them.
        map_tests(sorted({own_tests(mutant.path) for mutant in mutants}) if args.only else [])
        prepare()
        judge_all(open_ones, args.enough)
    found = known()
    results = [found[mutant.key] for mutant in mutants]
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    text = page(results, seed=args.seed, commit=commit)
    print(f"\n{text}")
    if not args.only:
        PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    run(main)
