"""`shangliang deliberations draw`: what it writes, what it refuses, and that two steps come to one."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shangliang.commands import main

QUOTAS = "category,feature,min,max\nsex,f,1,2\nsex,m,1,2\nage,old,1,3\nage,young,0,2\n"
POOL = "id,sex,age,home\n" + "".join(
    f"p{at},{'fm'[at % 2]},{'old' if at % 3 else 'young'},h{at // 2}\n" for at in range(12)
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "pool.csv").write_text(POOL)
    (tmp_path / "quotas.csv").write_text(QUOTAS)
    return str(tmp_path / "pool.csv"), str(tmp_path / "quotas.csv")


def draw(*words: object) -> int:
    return main(["deliberations", "draw", *map(str, words)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as source:
        return list(csv.DictReader(source))


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


def test_one_step_writes_all_files_and_says_that_it_was_private(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"
    assert (
        draw(*files, "--size", 3, "--seed", "2026", "--panels", 60, "--household", "home", "--out", out) == 0
    )
    told = report(out)
    panel = [row["id"] for row in rows(out / "panel.csv")]
    assert len(panel) == 3
    assert len({int(who[1:]) // 2 for who in panel}) == 3  # three households
    of_number = [row["id"] for row in rows(out / "panels.csv") if row["panel"] == str(told["panel"])]
    assert panel == of_number
    chances = {row["id"]: float(row["probability"]) for row in rows(out / "probabilities.csv")}
    assert sum(chances.values()) == pytest.approx(3)
    assert told["min_probability"] == pytest.approx(min(chances.values()))
    assert (told["feasible"], told["is_proven"], told["drawn"]) == (True, True, "private")
    assert told["panels_sha256"] == hashlib.sha256((out / "panels.csv").read_bytes()).hexdigest()
    assert (
        told["probabilities_sha256"] == hashlib.sha256((out / "probabilities.csv").read_bytes()).hexdigest()
    )
    assert set(told) >= {"gini", "geometric_mean", "upper_bound", "gap", "seconds", "method"}
    assert str(told["panels_sha256"]) in capsys.readouterr().out


def test_two_steps_on_two_machines_draw_the_same_panel(files: tuple[str, str], tmp_path: Path) -> None:
    """`prepare` here; `pick` in processes of their own, with other hash seeds, and from a file with CRLF."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert draw("prepare", *files, "--size", 3, "--panels", 60, "--out", first) == 0
    assert not (first / "panel.csv").exists()
    assert "seed" not in report(first)
    crlf = tmp_path / "panels.csv"
    crlf.write_bytes((first / "panels.csv").read_bytes().replace(b"\n", b"\r\n"))
    drawn = []
    for number, panels in enumerate((first / "panels.csv", crlf)):
        command = [sys.executable, "-m", "shangliang.commands", "deliberations", "draw", "pick", str(panels)]
        command += ["--seed", "骰子 4 2 6", "--out", str(second)]
        ended = subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": str(number)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert report(first)["panels_sha256"] in ended.stdout
        drawn.append((second / "panel.csv").read_bytes())
    assert drawn[0] == drawn[1]


def test_impossible_quotas_end_with_3_and_say_what_to_loosen(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(*files, "--size", 3, "--seed", "1", "--out", tmp_path) == 0
    assert draw(*files, "--size", 5, "--seed", "1", "--out", tmp_path) == 3
    assert not (tmp_path / "panel.csv").exists()  # of the draw before
    told = report(tmp_path)
    assert told["feasible"] is False
    assert len(told["relaxations"]) == 1
    assert told["relaxations"][0]["new_max"] == 3
    assert "Raise the maximum of sex" in capsys.readouterr().err


def test_too_few_people_are_said_to_be_too_few(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*files, "--size", 7, "--seed", "1", "--household", "home", "--out", tmp_path]
    assert draw(*words) == 3
    assert report(tmp_path)["largest_size"] == 6
    assert "At most 6 people" in capsys.readouterr().err


BAD: list[tuple[str, str, str]] = [
    ("pool", "id,sex\np1,f\n", "Line 1 of pool.csv: "),
    ("pool", POOL + "p3,f,old,h9\n", "Line 14 of pool.csv: "),
    ("pool", POOL + "p77,x,old,h9\n", "'x' of 'sex' has no quota"),
    ("pool", POOL + ",f,old,h9\n", "'id' is empty"),
    ("pool", POOL + 'p77,"f,old,h9\n', "Line 14 of pool.csv: "),
    ("pool", "id,sex,age,home\n", "nobody in the pool"),
    ("pool", "", "Line 1 of pool.csv: "),
    ("quotas", "category,feature,min,max\nsex,f,3,2\n", "min 3 is greater than max 2"),
    ("quotas", QUOTAS + "sex,f,0,1\n", "Line 6 of quotas.csv: "),
    ("quotas", QUOTAS.replace("sex,m,1", "sex,m,one"), "Line 3 of quotas.csv: "),
    ("quotas", QUOTAS.replace("sex,m,1", "sex,m,-1"), "Line 3 of quotas.csv: "),
    ("quotas", QUOTAS.replace("sex,m,1", "sex,m,٣"), "Line 3 of quotas.csv: "),
    ("quotas", "category,feature,min,max\n", "no quota in it"),
    ("quotas", "category,feature,min,max,min_flex,max_flex\nsex,f,1,2,2,3\n", "min_flex must not exceed"),
]


@pytest.mark.parametrize(("which", "content", "says"), BAD)
def test_a_bad_file_is_refused_with_its_line(
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    which: str,
    content: str,
    says: str,
) -> None:
    (tmp_path / f"{which}.csv").write_text(content)
    out = tmp_path / "out"
    assert draw(*files, "--size", 3, "--seed", "1", "--out", out) == 2
    assert says in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--seed", "1"],
        ["--size", "0", "--seed", "1"],
        ["--size", "3"],
        ["--size", "3", "--seed", " "],
        ["--size", "3", "--seed", "1", "--panels", "0"],
        ["--size", "3", "--seed", "1", "--time", "nan"],
        ["--size", "3", "--seed", "1", "--household", "street"],
    ],
)
def test_bad_options_are_refused(files: tuple[str, str], tmp_path: Path, words: list[str]) -> None:
    assert draw(*files, *words, "--out", tmp_path / "out") == 2
    assert not (tmp_path / "out").exists()


def test_a_public_draw_takes_no_seed_before_the_panels_are_fixed(
    files: tuple[str, str], tmp_path: Path
) -> None:
    assert draw("prepare", *files, "--size", 3, "--seed", "1", "--out", tmp_path / "out") == 2


def test_others_take_the_places_of_those_who_declined(files: tuple[str, str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert draw(*files, "--size", 3, "--seed", "1", "--out", first) == 0
    panel = [row["id"] for row in rows(first / "panel.csv")]
    (tmp_path / "declined.csv").write_text(f"id\n{panel[0]}\n")
    words = ["replace", *files, first / "panel.csv", tmp_path / "declined.csv", "--seed", "2"]
    assert draw(*words, "--out", second) == 0
    now = {row["id"] for row in rows(second / "panel.csv")}
    assert now & set(panel) == set(panel[1:])
    assert set(report(second)["replacements"]) == now - set(panel)
    (tmp_path / "declined.csv").write_text("id\nnobody\n")
    assert draw(*words, "--out", second) == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("panel,id\n1,a\n3,b\n", 3),  # out of order
        ("panel,id\n1,a\n1,b\n2,c\n3,a\n3,b\n", 5),  # a line was lost
        ("panel,id\n1,a\n1,b\n2,c\n", 4),  # cut short
    ],
)
def test_panels_that_are_not_whole_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, line: int
) -> None:
    (tmp_path / "panels.csv").write_text(content)
    assert draw("pick", tmp_path / "panels.csv", "--seed", "1", "--out", tmp_path) == 2
    assert f"Line {line} of panels.csv" in capsys.readouterr().err


@pytest.mark.parametrize("head", ["category,name,min,max", "feature,value,min,max"])
def test_older_and_newer_heads_of_the_quotas_are_read(
    files: tuple[str, str], tmp_path: Path, head: str
) -> None:
    Path(files[1]).write_text(QUOTAS.replace("category,feature,min,max", head))
    assert draw(*files, "--size", 3, "--seed", "1", "--out", tmp_path / "out") == 0


def test_a_file_as_excel_saves_it_in_china_is_read(files: tuple[str, str], tmp_path: Path) -> None:
    Path(files[0]).write_bytes("id,性别\r\n甲,男\r\n乙,女\r\n".encode("gb18030"))
    Path(files[1]).write_bytes("category,feature,min,max\r\n性别,男,0,1\r\n性别,女,1,1\r\n".encode("gb18030"))
    assert draw(*files, "--size", 2, "--seed", "1", "--out", tmp_path / "out") == 0
    assert {row["id"] for row in rows(tmp_path / "out" / "panel.csv")} == {"甲", "乙"}


def chances_of(out: Path) -> list[float]:
    return [float(row["probability"]) for row in rows(out / "probabilities.csv")]


@pytest.mark.parametrize("none", ["无", "N/A", "-", "0", "同上", ""])
def test_a_placeholder_is_no_household(files: tuple[str, str], tmp_path: Path, none: str) -> None:
    lines = POOL.splitlines()
    crowd = [line.rpartition(",")[0] + f",{none if at < 6 else at}" for at, line in enumerate(lines[1:])]
    (tmp_path / "none.csv").write_text("\n".join([lines[0], *crowd]) + "\n")
    for pool, out in ((tmp_path / "none.csv", tmp_path / "one"), (files[0], tmp_path / "two")):
        more = ["--household", "home"] if pool != files[0] else []
        assert draw("prepare", pool, files[1], "--size", 3, "--panels", 60, *more, "--out", out) == 0
    assert chances_of(tmp_path / "one") == pytest.approx(chances_of(tmp_path / "two"))


def test_a_household_of_many_is_asked_back_with_its_line(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = POOL.splitlines()
    crowd = [line.rpartition(",")[0] + f",{'1-101' if at < 6 else at}" for at, line in enumerate(lines[1:])]
    (tmp_path / "many.csv").write_text("\n".join([lines[0], *crowd]) + "\n")
    told = ["prepare", tmp_path / "many.csv", files[1], "--size", 3, "--panels", 60, "--household", "home"]
    assert draw(*told, "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "many.csv 第 2 行" in said
    assert "6 人" in said
    assert "--household-most 6" in said
    assert not (tmp_path / "out").exists()
    assert draw(*told, "--household-most", 6, "--out", tmp_path / "out") == 0


@pytest.mark.parametrize("head", ["ID,Sex,AGE,home", "nationbuilder_id,SEX,Age,home", "编号,sex,age,home"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_pool_is_read_as_it_comes(
    files: tuple[str, str], tmp_path: Path, head: str, encoding: str, sign: str
) -> None:
    rows_of = [line.replace(",f,", ",F,").replace("old", "Old") for line in POOL.splitlines()[1:]]
    text = "\n".join(["报名名单,,,", "", head, *rows_of]).replace(",", sign) + "\n"
    (tmp_path / "other.csv").write_bytes(text.encode(encoding))
    seals = set()
    for number, pool in enumerate((tmp_path / "other.csv", files[0])):
        out = tmp_path / str(number)
        assert draw("prepare", pool, files[1], "--size", 3, "--panels", 60, "--out", out) == 0
        seals.add(report(out)["panels_sha256"])
    assert len(seals) == 1


def test_who_has_no_chance_is_named(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "quotas.csv").write_text(
        QUOTAS.replace("age,young,0,2", "age,young,0,0").replace("1,3", "3,3")
    )
    out = tmp_path / "out"
    assert draw("prepare", files[0], tmp_path / "quotas.csv", "--size", 3, "--panels", 60, "--out", out) == 0
    assert report(out)["without_chance"] == ["p0", "p3", "p6", "p9"]
    assert "p0, p3, p6, p9" in capsys.readouterr().out
