"""tools/mutants.py: what it changes, that a change is real code, and that the files here are never touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("mutmut", reason="installed by `make mutants` alone, which runs these tests first")

import mutants
from mutants import Result, draw, fitting, modules, page
from mutations import Mutant, mutants_of
from say import CannotGoOn

from tests import databases

ROOT = Path(__file__).resolve().parents[2]
CODE = '''"""Acts."""

from enum import StrEnum

STEPS = ("first", "second")


class Permission(StrEnum):
    READ = "read"
    WRITE = "write"


P = Permission


@lru_cache(maxsize=1)
def kept() -> int:
    return 7


@atomic
def act(thing: str, n: int = 3) -> bool:
    """Does it."""
    if thing and n > 2:
        stop(thing)
        require(P.READ)
    return _("句子") == thing
'''


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "shangliang").mkdir()
    (tmp_path / "shangliang" / "acts.py").write_text(CODE)
    return tmp_path


def sources(house: Path) -> dict[str, list[str]]:
    """Kind of change -> the changed modules."""
    found: dict[str, list[str]] = {}
    for mutant in mutants_of(house, "shangliang/acts.py"):
        found.setdefault(mutant.operator, []).append(mutant.source())
    return found


@pytest.mark.parametrize(
    ("operator", "line"),
    [
        ("drop_call", "        pass"),
        ("drop_element", 'STEPS = ("first", )'),
        ("turn_condition", "    if not (thing and n > 2):"),
        ("other_member", "        require(P.WRITE)"),
        ("swap_op", "    if thing and n >= 2:"),
        ("swap_op", "    if thing or n > 2:"),
        ("number", "def act(thing: str, n: int = 4) -> bool:"),
        ("arg_removal", "        stop(None)"),
        ("string", 'STEPS = ("XXfirstXX", "second")'),
    ],
)
def test_it_makes_this_change(house: Path, operator: str, line: str) -> None:
    assert any(line in source.splitlines() for source in sources(house)[operator])


def test_a_decorator_is_left_out(house: Path) -> None:
    (changed,) = sources(house)["drop_decorator"]
    assert changed == CODE.replace("@atomic\n", "")


def test_every_change_is_one_change_and_real_code(house: Path) -> None:
    for changed in (source for each in sources(house).values() for source in each):
        assert changed != CODE
        compile(changed, "acts.py", "exec")


def test_words_docstrings_and_imports_stay(house: Path) -> None:
    for changed in (source for each in sources(house).values() for source in each):
        assert '"""Acts."""' in changed
        assert '"""Does it."""' in changed
        assert "from enum import StrEnum" in changed
        assert '_("句子")' in changed or "stop" in changed


def test_what_only_stops_the_module_from_loading_is_no_change(house: Path) -> None:
    outside = {mutant.operator for mutant in mutants_of(house, "shangliang/acts.py") if mutant.at_definition}
    assert not outside & {"arg_removal", "assignment"}
    assert outside >= {"drop_element", "string"}


def test_a_condition_ends_before_what_stands_below_it(house: Path) -> None:
    turned = [each for each in mutants_of(house, "shangliang/acts.py") if each.operator == "turn_condition"]
    lines = CODE.splitlines()
    assert [lines[each.line - 1 : each.end_line] for each in turned] == [["    if thing and n > 2:"]]


def test_the_same_seed_draws_the_same_and_each_kind_comes_equally_often() -> None:
    paths = ["shangliang/clocks/actions.py", "shangliang/clocks/rules.py"]
    drawn = draw(paths, 40, 8)
    assert [each.key for each in drawn] == [each.key for each in draw(paths, 40, 8)]
    assert [each.key for each in drawn] != [each.key for each in draw(paths, 40, 9)]
    assert len({each.key for each in drawn}) == 40
    assert max(Counter(each.operator for each in drawn).values()) <= 6


def test_it_draws_where_a_mistake_costs_most() -> None:
    found = modules()
    for path in (
        "shangliang/access/caching.py",
        "shangliang/clocks/tasks.py",
        "shangliang/ledger/rules.py",
        "shangliang/topics/actions/screening.py",
        "shangliang/outcomes/states.py",
    ):
        assert path in found
    assert "shangliang/desks/actions/publication.py" in found
    left_out = ("/tests/", "/migrations/", "/views", "/forms", "/labels", "/urls")
    assert not [path for path in found if any(part in path for part in left_out)]
    assert set(modules("shangliang/clocks")) < set(found)


def mutant(line: int, *, at_definition: bool = False) -> Mutant:
    return Mutant("shangliang/clocks/rules.py", line, line, "number", at_definition, "k", lambda: "")


def test_the_tests_that_pass_over_the_line_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {"shangliang/clocks/tests/a.py::slow": 5.0, "shangliang/clocks/tests/a.py::other": 0.1}
    took |= {"tests/b.py::quick": 0.1, "tests/b.py::far": 0.1, "shangliang/clocks/tests/a.py::long": 100.0}
    lines = {
        "shangliang/clocks/rules.py": {
            7: {"shangliang/clocks/tests/a.py::slow", "tests/b.py::quick", "tests/b.py::failed"}
        }
    }
    monkeypatch.setattr(mutants, "seconds", lambda: took)
    monkeypatch.setattr(mutants, "contexts", lambda: lines)
    own, others = "shangliang/clocks/tests/a.py", "tests/b.py"
    assert fitting(mutant(7)) == [f"{own}::slow", f"{others}::quick", f"{own}::other"]
    assert fitting(mutant(8)) == [f"{own}::other", f"{own}::slow"]
    assert fitting(mutant(8, at_definition=True))[:2] == [f"{own}::slow", f"{others}::quick"]


def test_a_row_of_a_table_is_judged_first_by_those_who_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a row of topics' table, which a line of merging.py names."""
    path = "shangliang/topics/states.py"
    row = next(each for each in mutants_of(ROOT, path) if mutants.names_at(each)[:1] == ["separate"])
    asks = "shangliang/topics/actions/merging.py"
    code = (ROOT / asks).read_text().splitlines()
    number = next(number for number, line in enumerate(code, 1) if '"separate"' in line)
    app = "shangliang/topics/tests/a.py"
    monkeypatch.setattr(mutants, "seconds", lambda: {f"{app}::quick": 0.1, f"{app}::parts": 9.0})
    lines = {asks: {number: {f"{app}::parts"}}, path: {1: {"", f"{app}::quick"}}}
    monkeypatch.setattr(mutants, "contexts", lambda: lines)
    mutants.tests_that_ask_for.cache_clear()
    assert row.at_definition
    assert fitting(row) == [f"{app}::parts", f"{app}::quick"]
    mutants.tests_that_ask_for.cache_clear()


def test_those_that_read_the_code_come_last_and_are_never_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    app, reader = "shangliang/clocks/tests/a.py::one", "tests/architecture/test_house.py::all"
    monkeypatch.setattr(mutants, "seconds", lambda: {app: mutants.ENOUGH_SECONDS, reader: 2.0})
    monkeypatch.setattr(mutants, "contexts", dict)
    assert fitting(mutant(7)) == [app, reader]


def test_the_random_lives_of_the_app_are_tried_however_long_they_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lives = "shangliang/clocks/tests/test_machines.py::any_order"
    others = lives.replace("clocks", "topics")
    took = dict.fromkeys(["shangliang/clocks/tests/a.py::long", lives, others], mutants.ENOUGH_SECONDS * 2)
    monkeypatch.setattr(mutants, "seconds", lambda: took)
    monkeypatch.setattr(mutants, "contexts", dict)
    assert fitting(mutant(7)) == [lives]


def test_a_change_to_the_tables_is_met_by_tables_that_have_it() -> None:
    assert mutants.makes_tables("shangliang/ledger/triggers.py")
    assert not mutants.makes_tables("shangliang/ledger/actions.py")
    made_of = [path for pattern in databases.MADE_OF for path in ROOT.glob(pattern)]
    names = {path.relative_to(ROOT).as_posix() for path in made_of} & set(modules())
    assert names
    assert names == {path for path in modules() if mutants.makes_tables(path)}


def judged(tmp_path: Path, test: str) -> tuple[int, dict[str, object]]:
    """A run of pytest with the plugin over one small file."""
    (tmp_path / "test_it.py").write_text(test)
    wanted, answer = tmp_path / "wanted.json", tmp_path / "answer.json"
    known = {"test_it.py::test_one": 0.0, "test_it.py::test_two": 0.0, "test_it.py::test_three": 0.0}
    asked = {
        "tests": ["test_it.py::test_three", "test_it.py::test_one"],
        "near": ["test_it.py"],
        "seconds": known,
        "makes_tables": False,
    }
    wanted.write_text(json.dumps(asked))
    environ = {
        "MUTANTS_WANTED": str(wanted),
        "MUTANTS_ANSWER": str(answer),
        "PATH": "",
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutants_in_test", "-p", "no:django"]
    command += ["-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path), "test_it.py"]
    environ["PYTHONPATH"] = str(ROOT / "tools")
    ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert answer.exists(), ended.stdout + ended.stderr
    return ended.returncode, json.loads(answer.read_text())


THREE = "def test_one(): assert {one}\ndef test_two(): assert False\ndef test_three(): pass\n"


def test_only_the_wanted_tests_run_and_in_their_order(tmp_path: Path) -> None:
    assert judged(tmp_path, THREE.format(one="True")) == (0, {"ran": 2, "failed": "", "hung": False})
    code, answer = judged(tmp_path, THREE.format(one="False"))
    assert (code, answer) == (1, {"ran": 2, "failed": "test_it.py::test_one", "hung": False})


def test_a_test_that_is_younger_than_the_map_runs_first(tmp_path: Path) -> None:
    code, answer = judged(tmp_path, THREE.format(one="True") + "def test_young(): assert False\n")
    assert (code, answer["failed"], answer["ran"]) == (1, "test_it.py::test_young", 1)


def test_a_test_that_hangs_is_stopped_even_where_everything_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = (ROOT / "tools" / "mutants_in_test.py").read_text()
    assert "PATIENCE, TIMES = 30, 10" in plugin
    (tmp_path / "mutants_in_test.py").write_text(
        plugin.replace("PATIENCE, TIMES = 30, 10", "PATIENCE, TIMES = 1, 0")
    )
    hanging = (
        "def test_three():\n    while True:\n        try:\n            pass\n        except Exception: pass\n"
    )
    code, answer = judged(tmp_path, hanging)
    assert (code, answer["failed"], answer["hung"]) == (1, "test_it.py::test_three", True)


def result(outcome: str, path: str = "shangliang/clocks/rules.py", line: int = 3) -> Result:
    return Result(
        f"{path}{line}", path, line, "drop_call", ["-    stop(x)", "+    pass"], outcome, "", 9, 1.0
    )


def test_the_page_counts_and_shows_every_survivor() -> None:
    rows = [result("killed"), result("timeout"), result("import"), result("survived", line=70)]
    rows.append(result("survived", "shangliang/access/desk.py", 12))
    text = page(rows, seed=8, commit="abc1234")
    assert "of the code at `abc1234`." in text
    assert "5 mutants drawn by seed 8: 3 killed, 2 survived: **60.0 %** killed." in text
    assert "| `clocks` | 4 | 3 | 1 |" in text
    assert "| `access` | 1 | 0 | 1 |" in text
    assert text.index("- shangliang/access/desk.py:12, drop call, 9 tests") < text.index(
        "- shangliang/clocks/rules.py:70"
    )
    assert "  -    stop(x)\n  +    pass\n" in text


def test_what_is_judged_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant is written into the copy, the tests see it there, and afterwards the copy is whole again."""
    monkeypatch.setattr(mutants, "BUILD", tmp_path)
    monkeypatch.setattr(mutants, "seconds", lambda: {})
    monkeypatch.setattr(mutants, "contexts", lambda: {})
    monkeypatch.setattr(mutants, "DATABASES", tmp_path / "tests-mutants")
    (tmp_path / "tests-mutants").mkdir()
    copy, path = tmp_path / "copy", "shangliang/clocks/rules.py"
    (copy / "home").mkdir(parents=True)
    (copy / "shangliang" / "clocks" / "tests").mkdir(parents=True)
    (copy / path).write_text((ROOT / path).read_text())
    seen = (
        "import sys, pathlib; sys.exit(pathlib.Path('shangliang/clocks/rules.py').read_text() != 'changed')"
    )
    monkeypatch.setattr(mutants, "pytest", lambda *more: [sys.executable, "-c", seen])
    before = (ROOT / path).read_text()
    one = Mutant(path, 1, 1, "number", False, "k", lambda: "changed")
    assert mutants.judge(one, copy).outcome == "survived"
    assert (ROOT / path).read_text() == (copy / path).read_text() == before


def test_a_mutant_that_no_test_could_judge_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "seconds", dict)
    monkeypatch.setattr(mutants, "contexts", dict)
    path = "shangliang/clocks/rules.py"
    (tmp_path / path).parent.mkdir(parents=True)
    one = Mutant(path, 1, 1, "number", False, "k", lambda: "changed")
    with pytest.raises(CannotGoOn, match="没有可跑的测试"):
        mutants.judge(one, tmp_path)


def test_the_first_go_takes_the_nearest_and_what_is_younger_than_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, near = tmp_path / "tree.txt", tmp_path / "near"
    near.mkdir()
    tree.touch()
    for name, age in (("test_old.py", -60), ("test_young.py", 60)):
        (near / name).touch()
        moment = tree.stat().st_mtime + age
        os.utime(near / name, (moment, moment))
    monkeypatch.setattr(mutants, "TREE", tree)
    assert mutants.young_files(["near"], tmp_path) == ["near/test_young.py"]


def test_two_runs_at_once_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "BUILD", tmp_path)
    with mutants.alone(), pytest.raises(CannotGoOn, match="已有一次 make mutants 在跑"), mutants.alone():
        pass
    with mutants.alone():
        pass
