"""What is typed, which quotas follow, how chances are said."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.sortition import rules
from shangliang.sortition.rules import Asked, BadLine, Feature


def test_categories_are_read_as_people_write_them() -> None:
    text = "性别：男 612、女 640\n\n年龄: 18到34岁（300人），35到59岁520人; 60岁以上 432\n住房：业主、租户"
    assert [(each.category, each.name, each.people) for each in rules.read_categories(text)] == [
        ("性别", "男", 612),
        ("性别", "女", 640),
        ("年龄", "18到34岁", 300),
        ("年龄", "35到59岁", 520),
        ("年龄", "60岁以上", 432),
        ("住房", "业主", None),
        ("住房", "租户", None),
    ]


def test_a_value_may_hold_a_colon() -> None:
    found = rules.read_categories("来的时间：上午8：00后、下午2：00后")
    assert [(each.category, each.name) for each in found] == [
        ("来的时间", "上午8：00后"),
        ("来的时间", "下午2：00后"),
    ]


def test_a_table_of_the_census_is_taken_as_it_is_copied() -> None:
    text = "类别\t项目\t人数\n性别\t男\t1,180\n\t女\t1235\n\n年龄\t18，34岁\t560人\n年龄\t60岁以上\t825\t注\n"
    found = rules.read_categories(text)
    assert [(each.category, each.name, each.people) for each in found] == [
        ("性别", "男", 1180),
        ("性别", "女", 1235),
        ("年龄", "18/34岁", 560),
        ("年龄", "60岁以上", 825),
    ]
    assert rules.read_categories(rules.categories_as_text(found)) == found


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "nothing"),
        ("类别\t项目\t人数", 1, "nothing"),
        ("\t男\t5", 1, "no_category"),
        ("性别\t男\t5\n\t女\t不详", 2, "bad_count"),
        ("性别\t男\t5\n\t\t6", 1, "bad_feature"),
        ("性别\t男 3\n\t女", 1, "bad_feature"),
        ("性别\t男\t5\n住房\t业主\t6", 1, "one_feature"),
        ("男、女", 1, "no_category"),
        ("性别：男、女\n：老、少", 2, "no_category"),
        ("性别：男、女\n性别：男、女", 2, "category_twice"),
        ("性别：男、男", 1, "feature_twice"),
        ("性别：男", 1, "one_feature"),
        ("性别：男 5、女", 1, "counts_missing"),
        (f"性别：男、{'女' * 21}", 1, "bad_feature"),
        ("号：" + "、".join(f"甲{each}乙" for each in range(21)), 1, "too_many_features"),
        ("\n".join(f"第{each}类：甲、乙" for each in "一二三四五六七八九"), 9, "too_many_categories"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, line: int, code: str) -> None:
    with pytest.raises(BadLine) as caught:
        rules.read_categories(text)
    assert (caught.value.line, caught.value.code) == (line, code)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=20).filter(any), st.integers(2, 500))
def test_quotas_in_proportion_can_be_kept_and_hold_the_share(people: list[int], size: int) -> None:
    features = [Feature("类", str(number), count) for number, count in enumerate(people)]
    asked = rules.propose(features, size)
    assert rules.missing_in_quotas(asked, size) == []
    for each in asked:
        exact = size * (each.feature.people or 0) / sum(people)
        assert each.low <= exact + 1e-9
        assert exact - 1e-9 <= each.high <= each.low + 1


@given(st.one_of(st.text(max_size=200), st.text(st.sampled_from("男女 5\t\n：、,(人"), max_size=60)))
def test_junk_is_read_or_named_and_reads_back(text: str) -> None:
    try:
        found = rules.read_categories(text)
    except BadLine:
        return
    again = rules.read_categories(rules.categories_as_text(found))
    assert [(each.category, each.people) for each in again] == [
        (each.category, each.people) for each in found
    ]


def test_quotas_that_no_pool_could_keep_are_named_all_at_once() -> None:
    asked = [
        Asked(Feature("性别", "男"), 5, 4),
        Asked(Feature("性别", "女"), 4, 6),
        Asked(Feature("年龄", "老"), 0, 1),
        Asked(Feature("年龄", "少"), 0, 2),
    ]
    assert [each.code for each in rules.missing_in_quotas(asked, 8)] == [
        "ends_crossed",
        "lows_above_size",
        "highs_below_size",
    ]
    assert [each.code for each in rules.missing_in_quotas([], 8)] == ["no_quota"]


def test_people_are_counted_by_each_value_that_is_asked_about() -> None:
    people = [{"性别": "男", "住房": "业主"}, {"性别": "男", "住房": "租户"}, {"性别": "女", "住房": "业主"}]
    asked = [("性别", "男"), ("住房", "业主"), ("年龄", "老")]
    assert rules.counts(people, asked) == {("性别", "男"): 2, ("住房", "业主"): 2, ("年龄", "老"): 0}


FEATURES = [Feature("性别", "男"), Feature("性别", "女"), Feature("住房", "业主"), Feature("住房", "租户")]


@pytest.mark.parametrize(
    "text",
    [
        "张三\t13912345678\t3幢\t男\t业主",
        "张三,13912345678,3幢,男,业主",
        "张三;13912345678;3幢;男;业主",
        "张三；13912345678；3幢；男；业主",
        "桃园社区报名表\n姓名,电话,住址,性别,住房\n张三,13912345678,3幢,男,业主",
        "桃园社区报名表\t\t\t\t\n\n姓名\t电话\t住址\t性别\t住房\n张三\t13912345678\t3幢\t男\t业主",
        "张三，13912345678，3幢，男，业主",
        "Name,Address,性别,Telephone,住房\n张三,3幢,男,13912345678,业主",
        "住房\t姓名\t备注\t性别\t电话\t住址\n业主\t张三\t\t男\t13912345678\t3幢\n\n",
    ],
)
def test_a_list_is_read_as_it_is_pasted(text: str) -> None:
    (found,) = rules.read_people(text, FEATURES)
    assert (found.name, found.phone, found.home) == ("张三", "13912345678", "3幢")
    assert found.values == {"性别": "男", "住房": "业主"}


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "nobody"),
        ("姓名,性别\n张三,男", 1, "column_missing"),
        ("张三,,,男,业主\n,,,女,业主", 2, "name_missing"),
        ("张三,,,男,业主\n李四,,,女,房东", 2, "unknown_value"),
        ("张三,1391234567,,男,业主", 1, "bad_phone"),
        ("张三,,,,业主", 1, "value_missing"),
        ("桃园社区报名表\n张三,,,男,业主", 1, "one_cell"),
        ("张三", 1, "one_cell"),
        ("张三,,,男,业主\n李四", 2, "value_missing"),
        (f"张三,,,男,业主\n{'名' * 41},,,女,业主", 2, "too_long"),
        (f"张三,,{'幢' * 101},男,业主", 1, "too_long"),
    ],
)
def test_a_line_of_a_list_that_is_wrong_is_named(text: str, line: int, code: str) -> None:
    with pytest.raises(BadLine) as caught:
        rules.read_people(text, FEATURES)
    assert (caught.value.line, caught.value.code) == (line, code)


def test_one_home_is_one_however_it_is_written() -> None:
    assert rules.plain_home("３幢 101室") == rules.plain_home("3幢101 室。")


@pytest.mark.parametrize(
    "text",
    ["无", "没有", "不详", "N/A", "n.a.", "-", "——", "/", "0", "000", "同上", "暂无", "XX", "null", "  "],
)
def test_what_stands_where_there_is_no_address_is_none(text: str) -> None:
    assert rules.plain_home(text) == ""


@pytest.mark.parametrize("text", ["无锡路3号", "0幢7室", "10幢", "西区", "N座"])
def test_an_address_that_begins_like_none_is_one(text: str) -> None:
    assert rules.plain_home(text)


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.0, "0%"), (1.0, "100%"), (0.0976, "9.8%"), (0.89, "89%"), (0.00123, "0.12%"), (0.00001, "0.0010%")],
)
def test_a_chance_is_said_with_two_figures_that_count(chance: float, said: str) -> None:
    assert rules.in_percent(chance) == said


@pytest.mark.parametrize(
    ("text", "throws"),
    [
        ("3 6 1", [3, 6, 1]),
        ("３、６，1", [3, 6, 1]),
        ("361", [3, 6, 1]),
        ("7 8 9", None),
        ("0", None),
        ("三", None),
    ],
)
def test_throws_of_dice_are_read_as_they_are_written(text: str, throws: list[int] | None) -> None:
    assert rules.dice(text) == throws


SEAL = "0" * 64
ORDER = rules.waiting_order([["1", "2"], ["3", "4"], ["2", "5"]], SEAL, "3 6 1 1 5 2", ["3", "4"])


def test_alternates_are_who_could_have_been_drawn_in_an_order_that_anybody_can_repeat() -> None:
    assert sorted(ORDER) == ["1", "2", "5"]
    texts = {who: f"fair draw alternates 1\n{SEAL}\n3 6 1 1 5 2\n{who}\n".encode() for who in "125"}
    assert sorted("125", key=lambda who: hashlib.sha256(texts[who]).digest()) == ORDER
    again = rules.waiting_order([["5", "2"], ["4", "3"], ["1", "2"]], SEAL, " 3 6 1 1 5 2 ", ["4", "3"])
    assert again == ORDER, "in whatever order the panels are read"


def test_every_alternate_is_as_often_first() -> None:
    firsts = Counter(rules.waiting_order([["1", "2", "3"]], SEAL, str(seed), [])[0] for seed in range(3000))
    assert all(900 < firsts[who] < 1100 for who in "123")


ASKED = [
    rules.Asked(rules.Feature("性别", "男", None), 1, 2),
    rules.Asked(rules.Feature("性别", "女", None), 1, 2),
    rules.Asked(rules.Feature("住房", "业主", None), 1, 3),
    rules.Asked(rules.Feature("住房", "租户", None), 0, 1),
]


def sits(number: int, kinds: str, home: str = "") -> rules.Seatable:
    return rules.Seatable(number, {"性别": kinds[0], "住房": "租户" if kinds[1] == "租" else "业主"}, home)


def test_a_seat_goes_to_the_first_alternate_of_the_same_kinds() -> None:
    waiting = [sits(7, "女业"), sits(8, "男租"), sits(9, "男租"), sits(10, "男业")]
    assert rules.fill_seats([sits(1, "男租")], waiting, [sits(2, "女业")], ASKED) == {1: 8}
    both = rules.fill_seats([sits(1, "男租"), sits(3, "男业")], waiting, [sits(2, "女业")], ASKED)
    assert both == {1: 8, 3: 10}


def test_of_a_household_that_sits_already_nobody_comes() -> None:
    waiting = [sits(8, "男租", "5幢"), sits(9, "男租", "6幢"), sits(10, "男租", "6幢")]
    assert rules.fill_seats([sits(1, "男租")], waiting, [sits(2, "女业", "5幢")], ASKED) == {1: 9}
    two = rules.fill_seats([sits(1, "男租"), sits(3, "男租")], waiting, [sits(2, "女业", "5幢")], ASKED)
    assert two == {1: 9}, "nor of one whose alternate came just now"


def test_where_none_is_of_the_same_kinds_the_first_with_whom_all_numbers_hold() -> None:
    sitting = [sits(2, "女业"), sits(3, "女租")]
    assert rules.fill_seats([sits(1, "男租")], [sits(7, "女业"), sits(9, "男租")], sitting[:1], ASKED) == {
        1: 9
    }
    # a third woman would be one too many, a second tenant too
    waiting = [sits(7, "女业"), sits(8, "男租"), sits(9, "男业")]
    gone = rules.Seatable(1, {"性别": "男", "住房": "别的"})
    assert rules.fill_seats([gone], waiting, sitting, ASKED) == {1: 9}
    assert rules.fill_seats([gone], waiting[:2], sitting, ASKED) == {}
    two = [gone, rules.Seatable(4, {"性别": "男", "住房": "别的"})]
    assert rules.fill_seats(two, waiting, sitting[:1], ASKED) == {}, "others decide what the last one may be"
