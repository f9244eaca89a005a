"""Files of votes: what is read, and what is refused in which line."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shangliang.kit.files import BadFile
from shangliang.opinions.engine import reading
from shangliang.opinions.engine.opinion_map import compute
from shangliang.opinions.engine.reading import Log, read_votes
from shangliang.opinions.tests.factories import made

HEADER = "participant,statement,vote,timestamp_ms\n"


def read(text: str | bytes) -> Log:
    return read_votes(io.BytesIO(text.encode() if isinstance(text, str) else text), "votes.csv")


def columns(log: Log) -> list[tuple[Any, ...]]:
    return list(zip(log.participants.tolist(), log.statements.tolist(), log.votes.tolist(), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "participant,statement,vote\n7,1,1\n7,2,-1\n12,1,0\n",
        "participant,statement,vote\r\n7,1,1\r\n7,2,-1\r\n12,1,0\r\n",
        "participant,statement,vote\n7,1,1\n7,2,-1\n12,1,0",
        "\ufeffParticipant, Statement ,vote\n7,1,+1\n7, 2,-1\n\n12,1,0\n",
        'vote,"statement",participant\n1,1,7\n"-1",2,7\n0,1,"12"\n',
        "participant,statement,vote,timestamp_ms\n7,1,1.0,5.0\n7,2,-1.0,6\n12,1,0.00,7.0\n",
        "timestamp,datetime,comment-id,voter-id,vote\n1,Mon Jul 17 2017,1,7,1\n2,Tue,2,7,-1\n3,Wed,1,12,0\n",
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree,1,2\n7,0,0,2,1,1,1,-1\n12,,0,1,0,0,0,\n",
    ],
    ids=[
        "plain",
        "windows",
        "no last newline",
        "spaces",
        "quotes",
        "data frame",
        "polis votes",
        "polis table",
    ],
)
def test_forms_of_the_same_votes(text: str) -> None:
    assert columns(read(text)) == [(7, 1, 1), (7, 2, -1), (12, 1, 0)]


@pytest.mark.parametrize("names", [("a", "b"), ("007", "7"), ("9" * 19, "1"), ("李", "12")])
def test_ids_that_are_no_plain_numbers_stay_text(names: tuple[str, str]) -> None:
    log = read(f"participant,statement,vote\n{names[0]},1,1\n{names[1]},1,-1\n")
    assert log.participants.tolist() == list(names)


def test_numbers_before_the_first_text_become_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 16)
    log = read("participant,statement,vote\n1,1,1\n2,1,1\n1,2,1\n2,2,0\nx,1,-1\n2,3,0\n")
    assert columns(log) == [("1", 1, 1), ("2", 1, 1), ("1", 2, 1), ("2", 2, 0), ("x", 1, -1), ("2", 3, 0)]


def test_times_are_kept_only_where_they_are_needed() -> None:
    assert read(HEADER + "1,1,1,5\n1,2,1,5\n2,1,1,9\n").times is None
    log = read(HEADER + "1,1,1,1523854407073\n1,1,-1,1523854407072\n")
    assert log.times is not None
    assert log.times.tolist() == [1523854407073, 1523854407072]


NUMBERS = some.integers(0, 10**18 - 1) | some.integers(0, 200)
NAMES = NUMBERS.map(str) | some.text("ab7é李", min_size=1, max_size=12) | some.just("x" * 70)


@settings(deadline=None, max_examples=80)
@given(
    some.lists(
        some.tuples(NAMES, NAMES, some.sampled_from(["-1", "0", "1", "+1"]), NUMBERS), min_size=1, max_size=60
    ),
    some.integers(8, 400),
)
def test_what_is_read_in_bulk_is_what_was_written(rows: list[tuple[str, str, str, int]], chunk: int) -> None:
    text = HEADER + "".join(",".join(map(str, row)) + "\n" for row in rows)
    before = reading.CHUNK
    reading.CHUNK = chunk
    try:
        log = read(text)
    finally:
        reading.CHUNK = before
    assert [tuple(map(str, row)) for row in columns(log)] == [(*row[:2], str(int(row[2]))) for row in rows]
    times = [row[3] for row in rows]
    assert (log.times is None) == (times == sorted(times))


def test_named_ids_give_the_map_of_the_same_ids_as_text() -> None:
    rows = made(60, 12, 0.6, seed=4)
    people = [f"p{each}" for each in rows.people.tolist()]
    text = "participant,statement,vote\n" + "".join(
        f"{person},{statement},{vote}\n"
        for person, statement, vote in zip(people, rows.statements.tolist(), rows.votes.tolist(), strict=True)
    )
    log = read(text)
    for mode in ("default", "polis"):
        one = compute(people, rows.statements, rows.votes, mode=mode)
        other = compute(log.participants, log.statements, log.votes, mode=mode)
        assert one.participants.tolist() == other.participants.tolist()
        assert one.points.tobytes() == other.points.tobytes()


@settings(deadline=None, max_examples=100)
@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_line(junk: bytes) -> None:
    line = 2
    try:
        assert set(read(HEADER.encode() + junk).votes.tolist()) <= {-1, 0, 1}
    except BadFile as bad:
        line = bad.line
    assert 1 <= line <= 2 + junk.count(b"\n") + junk.count(b"\r")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("participant,vote\n1,1\n", 1),
        (b"\xff\xfe\n", 1),
        (HEADER + "1,1,1,1\n1,1,2,1\n", 3),
        (HEADER + "1,1,1,1\n1,1,NaN,1\n", 3),
        (HEADER + "1,1,1,1\n1,1,,1\n", 3),
        (HEADER + "1,1,1,1\n,1,1,1\n", 3),
        (HEADER + "nan,1,1,1\n", 2),
        (HEADER + "1,1,1,1\n1,1,1\n", 3),
        (HEADER + "1,1,1,1\n1,1,1,1,1\n", 3),
        (HEADER + "1,1,1,soon\n", 2),
        (HEADER + "1,1,1,1\n\n1,1,5,1\n", 4),
        (HEADER + '1,1,"1\n', 2),
        (HEADER.encode() + b"1,1,1,1\n1,\xff,1,1\n", 3),
        (HEADER + "1,1,1,1\n" * 500_000 + "1,1,one,1\n", 500_002),
    ],
)
def test_bad_rows_are_refused_with_their_line(text: str | bytes, line: int) -> None:
    with pytest.raises(BadFile) as refused:
        read(text)
    assert refused.value.line == line
    chinese, _full_stop, english = refused.value.why.partition("。")  # both languages say what is wrong
    assert re.search("[一-鿿]", chinese)
    assert re.search("[a-z]+ [a-z]+", english)
