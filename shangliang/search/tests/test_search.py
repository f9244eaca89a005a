"""What is put in is found by any two characters of it, by whoever may see it, and by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.search import rules
from shangliang.search.actions import put, remove
from shangliang.search.queries import query

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TITLES = ["电动车充电桩怎么建", "菜场后门垃圾日产日清", "3号楼道灯修复", "村规民约修订", "A座电梯加装"]


@dataclass
class Desk:
    desk_path: str = "32/3211/321102/321102001/"
    desk_room_no: str = "100001"
    is_embargoed: bool = False


def index(no: str, title: str, body: str = "", **desk: object) -> None:
    is_public = bool(desk.pop("is_public", True))
    put(
        kind="topic",
        no=no,
        title=title,
        body=body,
        desk=Desk(**desk),  # type: ignore[arg-type]
        is_public=is_public,
        happened_at=NOW + timedelta(minutes=int(no)),
    )


def found(typed: str, actor: Actor = ANONYMOUS) -> list[str]:
    return [hit.no for hit in query(actor, typed, limit=20)]


@pytest.mark.django_db
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_part_of_a_title_finds_it(length: int) -> None:
    for no, title in enumerate(TITLES):
        index(str(no), title)
    for no, title in enumerate(TITLES):
        for start in range(len(title) - length + 1):
            part = title[start : start + length]
            if all(char >= "㐀" for char in part):
                assert str(no) in found(part), part


@pytest.mark.django_db
def test_two_words_must_both_be_there() -> None:
    index("1", "电动车充电", "桃园社区")
    index("2", "电动车停放")
    assert found("电动车 充电") == ["1"]
    assert found("充电 桃园") == ["1"]
    assert found("充电 停放") == []


@pytest.mark.django_db
def test_no_phrase_spans_title_and_body() -> None:
    index("1", "修路", "灯亮")
    assert found("路灯") == []


@pytest.mark.django_db
def test_numbers_and_latin_words_are_words() -> None:
    index("1", "3号楼A座电梯")
    assert found("a座") == ["1"]
    assert found("3号") == ["1"]
    assert found("33") == []


@pytest.mark.django_db
def test_a_hit_in_the_title_comes_first_then_the_newest() -> None:
    index("1", "停车难")
    index("2", "楼道灯", "停车时看不见")
    index("3", "停车收费")
    assert found("停车") == ["3", "1", "2"]


@pytest.mark.django_db
def test_what_changes_is_found_by_its_new_words_only() -> None:
    index("1", "停车难")
    index("1", "养老食堂")
    assert (found("停车"), found("食堂")) == ([], ["1"])
    remove(kind="topic", no="1")
    assert found("食堂") == []


@pytest.mark.django_db
def test_an_outsider_finds_only_what_is_public() -> None:
    index("1", "停车难", is_public=False)
    clerk = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100001"),))
    neighbour = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100002"),))
    assert (found("停车"), found("停车", clerk), found("停车", neighbour)) == ([], ["1"], [])


@pytest.mark.django_db
def test_the_room_never_finds_what_concerns_its_cadres() -> None:
    index("1", "停车难", is_public=False, is_embargoed=True, desk_room_no="")
    clerk = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100001"),))
    town = Actor(ActorKind.STAFF, grants=(Grant(Role.TOWN_OFFICE, area_path=Desk.desk_path),))
    assert (found("停车", clerk), found("停车", town)) == ([], ["1"])


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "  ", "!!!", '" OR 1', "💡", "*", "a\x00b", "' ; --", "(", "停车)"])
def test_odd_queries_break_nothing(typed: str) -> None:
    index("1", "停车难")
    assert set(found(typed)) <= {"1"}


@example("\u0287 \u017f \u212a \uac00")  # letters that fold into our ranges, and Korean
@given(st.text(max_size=60))
def test_tokens_are_plain_words_whatever_the_text(text: str) -> None:
    assert all(token.isascii() and token.isalnum() for token in rules.tokens(text))


@given(st.text(alphabet="电动车充电桩楼道灯", min_size=2, max_size=12))
def test_a_text_holds_each_of_its_own_phrases(text: str) -> None:
    whole = " ".join(rules.tokens(text))
    for phrase in rules.phrases(text):
        assert " ".join(phrase) in whole
