"""What stands over a list is true of each group that is shown: on the wall, the public page, the desk and the record."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client

from shangliang.access.actor import SYSTEM
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import make_clerk
from shangliang.kit import ids
from shangliang.opinions import queries, showing, tasks
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.engine.opinion_map import compute
from shangliang.opinions.engine.picture import picture
from shangliang.opinions.models import Poll
from shangliang.opinions.states import Part, VoterClass
from shangliang.opinions.tests.polls import NOW, make_poll

TWO_CAMPS = (
    Path(__file__).parent / "data" / "two-camps.csv"
)  # made up: 70 people, and 30 who see most of it otherwise
LATER = NOW + timedelta(minutes=1)
EVERY, MOST = "每一群都有一半以上赞成", "总的说多数赞成，不是每一群"


def rows() -> list[tuple[int, int, int]]:
    with TWO_CAMPS.open() as source:
        return [
            (int(row["participant"]), int(row["statement"]), int(row["vote"]))
            for row in csv.DictReader(source)
        ]


def drawn(voted: list[tuple[int, int, int]]) -> dict[str, Any]:
    columns = (np.array(column) for column in zip(*voted, strict=True))
    return picture(compute(*columns), least=5, sure=12)


def test_nothing_is_said_of_every_group_that_less_than_half_of_one_says() -> None:
    shown = drawn(rows())
    assert [group["size"] for group in shown["groups"]] == [70, 30]
    found = compute(*(np.array(column) for column in zip(*rows(), strict=True)))
    place = {each: at for at, each in enumerate(found.statements.tolist())}
    for key, table in (("unite", found.counts.agree), ("refuse", found.counts.disagree)):
        for line in shown[key]:
            at = place[line["statement"]]
            assert (2 * table[:, at] > found.counts.seen[:, at]).all(), (key, line)


def test_what_most_say_and_one_group_does_not_stands_apart_with_that_group() -> None:
    shown = drawn(rows())
    assert shown["mostly"]
    assert not {line["statement"] for line in shown["mostly"]} & {
        line["statement"] for line in shown["unite"]
    }
    for line in shown["mostly"]:
        assert 2 * line["of"] > line["seen"]
        assert any(2 * group["of"] <= group["seen"] for group in line["groups"])


def test_without_a_statement_that_unites_nothing_is_said_to() -> None:
    shown = drawn(
        [row for row in rows() if row[1] not in {line["statement"] for line in drawn(rows())["unite"]}]
    )
    assert shown["unite"] == []
    assert shown["mostly"]


def test_a_handful_of_people_gets_no_measure_and_hears_what_they_differ_on() -> None:
    split = {1: 3, 2: 5, 3: 6, 4: 2}  # of six, so many agree with each statement
    shown = drawn([(who, each, 1 if who < yes else -1) for each, yes in split.items() for who in range(6)])
    assert (shown["divided"], shown["groups"]) == (None, [])
    assert [(line["statement"], line["agree"], line["disagree"]) for line in shown["split"]] == [
        (1, 3, 3),
        (4, 2, 4),
    ]
    assert {line["statement"] for line in shown["mostly"]} == {2, 3}


# -- on pages ----------------------------------------------------------------------------------------------------


def text(statement: int) -> str:
    """Words that are like no other statement's."""
    return chr(0x5000 + 211 * statement) * 6


def voted(votes: list[tuple[int, int, int]]) -> Poll:
    """A poll in which people in the room said so; statements have words of their own."""
    cache.clear()
    statements = sorted({each for _who, each, _value in votes})
    poll = make_poll(texts=tuple(text(each) for each in statements))
    row = dict(zip(statements, poll.statements.order_by("pk"), strict=True))
    by: dict[int, dict[int, int]] = {}
    for who, each, value in votes:
        by.setdefault(who, {})[row[each].pk] = value
    for cells in by.values():
        voter = voting.join(poll=poll, kind=VoterClass.PRESENT, token=ids.new_key(), at=NOW)
        voting.cast(voter=voter, votes=cells, at=NOW)
    tasks.draw_maps(LATER)
    return poll


@pytest.fixture
def clerk() -> User:
    return make_clerk("clerk")


@pytest.mark.django_db
def test_wall_public_page_and_desk_say_the_same(clerk: User) -> None:
    poll = voted(rows())
    desk = Client()
    desk.force_login(clerk)
    pages = {path: desk.get(path).content.decode() for path in (
        f"/join/{poll.key}/map", f"/desk/polls/{poll.key}", f"/desk/polls/{poll.key}/screen/now"
    )}  # fmt: skip
    for path, page in pages.items():
        assert EVERY in page, path
        assert "大家都" not in page, path
        assert (MOST in page) == ("screen" not in path), path  # the wall has room for what unites
    assert "乙群（30 人里" in pages[f"/join/{poll.key}/map"]


@pytest.mark.django_db
def test_a_small_room_reads_no_number_of_division(clerk: User) -> None:
    poll = voted(
        [(who, each, 1 if who < yes else -1) for each, yes in {1: 3, 2: 5}.items() for who in range(6)]
    )
    desk = Client()
    desk.force_login(clerk)
    for path in (f"/join/{poll.key}/map", f"/desk/polls/{poll.key}", f"/desk/polls/{poll.key}/screen/now"):
        page = desk.get(path).content.decode()
        assert "意见不一的" in page, path
        assert "6 人里 3 人赞成，3 人不赞成" in page, path
        assert "多数人赞成" in page, path
        assert "分歧程度" not in page, path
        assert "人还少，不说分歧有多大" in page, path


@pytest.mark.django_db
def test_the_record_is_offered_what_was_found_in_the_same_words() -> None:
    poll = voted(rows())
    polls.review(statement=poll.statements.order_by("pk")[0], shown=False, actor=SYSTEM, at=NOW)
    cache.clear()
    texts = queries.questions(poll, Part.ROOM).texts
    said = showing.record_lines(poll, queries.drawn(poll), texts)
    assert said[0] == "会上听了大家的看法（不是表决）：小区停车怎么办。100 人表了态。"
    assert any(line.startswith(f"{EVERY}：“") for line in said)
    assert any(line.startswith(f"{MOST}：“") and "乙群（30 人里" in line for line in said)
    assert not any(text(1) in line for line in said)  # taken away since
    assert showing.record_lines(make_poll(is_open=False), {}, {}) == []
