"""`shangliang opinions map`: what it writes, and that nothing is half-written."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from shangliang.commands import main
from shangliang.opinions.tests.factories import BREXIT

HEADER = "participant,statement,vote,timestamp_ms\n"
FIELDS = {
    "n_participants", "n_statements", "n_votes", "mode", "k", "silhouette",
    "participants", "statements", "groups", "consensus", "seconds",
}  # fmt: skip


def run(tmp_path: Path, votes: str, *options: str) -> tuple[int, Path]:
    source, out = tmp_path / "votes.csv", tmp_path / "map.json"
    source.write_text(votes)
    return main(["opinions", "map", str(source), "--out", str(out), *options]), out


def test_the_map_of_a_real_conversation(tmp_path: Path) -> None:
    for mode in ("default", "polis"):
        out = tmp_path / f"{mode}.json"
        files = [str(BREXIT / "votes.csv"), "--statements", str(BREXIT / "statements.csv")]
        assert main(["opinions", "map", *files, "--mode", mode, "--out", str(out)]) == 0
        found = json.loads(out.read_text())
        assert set(found) == FIELDS
        assert (found["n_participants"], found["n_statements"], found["n_votes"]) == (204, 50, 5303)
        assert found["mode"] == mode
        assert len(found["groups"]) == found["k"] >= 2
        assert set(found["participants"][0]) == {"id", "x", "y", "group"}
        grouped = [each["group"] for each in found["participants"] if each["group"] is not None]
        assert [grouped.count(group["id"]) for group in found["groups"]] == [
            group["size"] for group in found["groups"]
        ]
        assert set(found["groups"][0]["representative"][0]) == {
            "statement",
            "direction",
            "p",
            "p_test",
            "r",
            "r_test",
        }
        assert set(found["statements"][0]) == {
            "id", "agree", "disagree", "pass", "x", "y", "extremity", "priority", "consensus_agree", "consensus_disagree",
        }  # fmt: skip


def test_given_groups_are_used_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "map.json"
    files = [str(BREXIT / "votes.csv"), "--groups", str(BREXIT / "published-groups.csv")]
    assert main(["opinions", "map", *files, "--mode", "polis", "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert [(group["id"], group["size"]) for group in found["groups"]] == [(0, 106), (1, 91)]
    assert [each["group"] for each in found["participants"]].count(None) == 7


def test_a_moderated_statement_speaks_for_nobody(tmp_path: Path) -> None:
    votes = "participant,statement,vote\n" + "".join(
        f"{person},{statement},{1 if person % 2 else -1}\n" for person in range(40) for statement in range(8)
    )
    listed = tmp_path / "statements.csv"
    listed.write_text("statement,moderated,is_meta\n" + "0,-1,0\n1,1,true\n" + "2,,\n")
    status, out = run(tmp_path, votes, "--statements", str(listed))
    found = json.loads(out.read_text())
    assert status == 0
    told = {each["statement"] for group in found["groups"] for each in group["representative"]}
    assert told
    assert not told & {0, 1}
    assert found["statements"][1]["priority"] == 49


def test_no_groups_are_said_and_are_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(tmp_path, "participant,statement,vote\n1,1,1\n")
    assert status == 0
    assert json.loads(out.read_text())["groups"] == []
    assert "No groups" in capsys.readouterr().err


def test_bad_input_ends_with_2_and_leaves_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "map.json").write_text("yesterday's")
    status, out = run(tmp_path, HEADER + "1,1,1,1\n1,2,7,1\n")
    assert status == 2
    assert "Line 3" in capsys.readouterr().err
    assert out.read_text() == "yesterday's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.json", "votes.csv"]


@pytest.mark.parametrize(
    ("option", "text", "line"),
    [
        ("--statements", "statement,moderated,is_meta\n1,1,0\n2,7,0\n", 3),
        ("--statements", "statement,moderated,is_meta\n1,1,perhaps\n", 2),
        ("--statements", "statement\n1\n", 1),
        ("--groups", "participant,group\n1,0\n1,1\n", 3),
        ("--groups", "person,group\n1,0\n", 1),
    ],
)
def test_bad_lists_are_refused_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, text: str, line: int
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(text)
    status, out = run(tmp_path, HEADER + "1,1,1,1\n", option, str(listed))
    assert status == 2
    assert f"Line {line} of list.csv" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["opinions", "map", str(tmp_path / "none.csv"), "--out", str(tmp_path / "map.json")]) == 2
    assert "none.csv" in capsys.readouterr().err
    (tmp_path / "votes.csv").write_text(HEADER)
    assert (
        main(["opinions", "map", str(tmp_path / "votes.csv"), "--out", str(tmp_path / "no" / "map.json")])
        == 2
    )


def test_standard_input_and_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO(b"participant,statement,vote\n1,1,1\n2,1,-1\n"))
    )
    assert main(["opinions", "map", "-", "--out", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["n_votes"] == 2


def test_large_ids_come_through_the_json(tmp_path: Path) -> None:
    big = np.iinfo(np.int64).max // 10
    _, out = run(tmp_path, f'participant,statement,vote\n{big},1,1\n"a ""b""",1,0\n')
    assert {each["id"] for each in json.loads(out.read_text())["participants"]} == {str(big), 'a "b"'}


VOTES = "participant,statement,vote\n" + "".join(
    f"甲{who},{each},{1 if (who < 6) == (each % 2 == 0) else -1}\n" for who in range(12) for each in range(8)
)
COMMON = {"utf-8": VOTES.encode(), "gb18030": VOTES.encode("gb18030"), "utf-16": VOTES.encode("utf-16")}


def map_of(tmp_path: Path, votes: bytes, *options: str) -> dict[str, object]:
    source, out = tmp_path / "votes.csv", tmp_path / "map.json"
    source.write_bytes(votes)
    assert main(["opinions", "map", str(source), "--out", str(out), *options]) == 0
    found: dict[str, object] = json.loads(out.read_text())
    found.pop("seconds")
    return found


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_map_is_the_same_in_either_encoding_and_with_any_line_ends(
    tmp_path: Path, encoding: str, ends: bytes
) -> None:
    expected = map_of(tmp_path, COMMON["utf-8"])
    assert len(expected["participants"]) == 12  # type: ignore[arg-type]  # a list
    assert map_of(tmp_path, COMMON[encoding].replace(b"\n", ends)) == expected


@pytest.mark.parametrize("sign", ["\t", ";"])
def test_the_map_is_the_same_of_unicode_text_and_with_other_separators(tmp_path: Path, sign: str) -> None:
    expected = map_of(tmp_path, COMMON["utf-8"])
    assert map_of(tmp_path, VOTES.replace(",", sign).encode("utf-16")) == expected
    assert map_of(tmp_path, VOTES.replace(",", sign).encode("gb18030")) == expected


def test_statements_and_groups_are_read_in_every_encoding_too(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_bytes(
        ("participant,group\n" + "".join(f"甲{who},东区\n" for who in range(12)))
        .encode("gb18030")
        .replace(b"\n", b"\r")
    )
    (tmp_path / "statements.csv").write_bytes("statement,moderated,is_meta\r1,-1,0\r".encode("utf-16"))
    found = map_of(
        tmp_path, VOTES.encode(), "--groups", str(tmp_path / "groups.csv"),
        "--statements", str(tmp_path / "statements.csv"),
    )  # fmt: skip
    assert [group["id"] for group in found["groups"]] == ["东区"]  # type: ignore[attr-defined]  # a list


def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "votes.csv").write_bytes(b"participant,statement,vote\n1,1,1\n1,\xff\xff,1\n")
    assert main(["opinions", "map", str(tmp_path / "votes.csv"), "--out", str(tmp_path / "map.json")]) == 2
    assert "第 3 行" in capsys.readouterr().err
    assert not (tmp_path / "map.json").exists()


def test_the_polis_mode_says_where_the_order_of_rows_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    map_of(tmp_path, VOTES.encode(), "--mode", "polis")
    assert "按各行的次序" in capsys.readouterr().err
    map_of(tmp_path, VOTES.encode())
    timed = "\n".join(
        line + (",timestamp_ms" if at == 0 else f",{at}") for at, line in enumerate(VOTES.split())
    )
    map_of(tmp_path, timed.encode(), "--mode", "polis")
    assert capsys.readouterr().err == ""
