"""What is put in is found by any two characters of it, by whoever may see it, and by nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.search import queries, rules
from shangliang.search.actions import put, put_words, remove, remove_words
from shangliang.search.models import Document
from shangliang.search.queries import among, count, query

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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("３１幢", "31幢垃圾桶满了"),
        ("31幢", "３１幢垃圾桶满了"),
        ("電梯", "加装电梯"),
        ("电梯", "加裝電梯"),
        ("一号楼", "1号楼漏水"),
        ("1号楼", "一号楼漏水"),
        ("十二幢", "12幢漏水"),
        ("三〇一室", "301室漏水"),
        ("ＡＥＤ", "装一台AED"),
        ("aed", "装一台ＡＥＤ"),
        ("𡐓头", "𡐓头村修路"),
        ("統一號召", "统一号召大家"),
        ("青雲門小區３１幢", "青云门小区31幢垃圾桶满溢"),
        ("楼", "一号樓"),
    ],
)
def test_what_is_written_otherwise_is_found_all_the_same(typed: str, title: str) -> None:
    index("1", title)
    index("2", "别的事情")
    assert found(typed) == ["1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("31幢", "3幢和1幢"),
        ("31幢", "31号的5幢"),
        ("一号楼", "十一号楼漏水"),
        ("1号楼", "11号楼漏水"),
        ("𡐓头", "码头修路"),
    ],
)
def test_another_number_or_character_is_not_found(typed: str, title: str) -> None:
    index("1", title)
    assert found(typed) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "nos"), [("灯", ["2"]), ("3 灯", ["2"]), ("𡐓", ["1"]), ("燈", ["2"]), ("车 修", [])]
)
def test_a_single_character_is_found_wherever_it_stands(typed: str, nos: list[str]) -> None:
    index("1", "𡐓头村停车难", "广场")
    index("2", "3号楼修理", "楼道里的灯")
    assert found(typed) == nos


@pytest.mark.django_db
@pytest.mark.parametrize("few", [1000, 0], ids=["few", "many"])
def test_a_list_finds_its_own_rows_however_many_there_are(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    for no, title in enumerate(("停车难", "停车收费", "路灯")):
        index(str(no), title)
    keys = list(
        Document.objects.order_by("no").values_list("pk", flat=True)
    )  # of any table: here they are at hand
    put_words("topic", zip(keys, ("停车难", "停车收费", "路灯"), strict=True))
    put_words("outcome", [(keys[2], "停车")])

    def names(typed: str, kind: str = "topic") -> list[str]:
        return [row.title for row in among(Document.objects.order_by("no"), kind, typed)]

    assert names("停車") == ["停车难", "停车收费"]
    assert names("停车", "outcome") == ["路灯"], "each kind has its own keys"
    assert names("!!!") == []
    put_words("topic", [(keys[0], "望江楼")])
    remove_words("topic", [keys[1]])
    assert names("停车") == []
    assert names("望江") == ["停车难"], "put in again it is found by its new words"
    assert found("望江") == [], "no page of the search reads the words of a list"


@pytest.mark.django_db
def test_it_counts_no_further_than_it_is_asked_to() -> None:
    for no in range(5):
        index(str(no), "停车难")
    assert [count(ANONYMOUS, "停车", most=most) for most in (3, 9)] == [3, 5]
    assert [hit.no for hit in query(ANONYMOUS, "停车", limit=2, start=2)] == ["2", "1"]


@pytest.mark.parametrize(
    ("typed", "no"),
    [
        ("2026-000111", "2026-000111"),
        (" 2026-111 ", "2026-000111"),
        ("２０２６－０００１１１", "2026-000111"),
        ("二〇二六杠一一一", "2026-000111"),
        ("二零二六-零零零幺幺幺", "2026-000111"),
        ("2026-b7-12", "2026-B7-000012"),
        ("2026", ""),
        ("31幢", ""),
        ("停车 2026-000111", ""),
        ("2026-i7-12", ""),
    ],
)
def test_a_number_is_read_as_people_type_and_say_it(typed: str, no: str) -> None:
    assert rules.number_in(typed) == no


@given(st.text(max_size=20))
def test_a_part_of_a_text_is_written_as_a_part_of_it(text: str) -> None:
    for cut in range(len(text)):
        assert rules.written(text[:cut]) + rules.written(text[cut:]) == rules.written(text)


def test_simplified_changes_no_simplified_text() -> None:
    text = "青云门小区三十一幢垃圾桶满溢，电梯、干净、后面、里面、台阶、面条、乾隆"
    assert rules.simplified(text.replace("乾隆", "")) == text.replace("乾隆", "")
