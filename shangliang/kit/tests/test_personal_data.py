"""What is certain is noticed and starred; house numbers, dates and sums are left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.kit.personal_data import Kind, find, mask, names, private


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我的电话16000001234，晚上打", Kind.MOBILE),
        ("打 160 0000 1234 找我", Kind.MOBILE),
        ("１６０００００１２３４", Kind.MOBILE),
        ("+86 16000001234", Kind.MOBILE),
        ("座机 0511-00000000", Kind.LANDLINE),
        ("身份证11010519491231002X", Kind.IDENTITY_CARD),
        ("身份证360426199101010071", Kind.IDENTITY_CARD),  # the library's own example
        ("身份证11010519491231002x", Kind.IDENTITY_CARD),
        ("身份证999999199001010016", Kind.IDENTITY_CARD),  # whatever the county: its check digit is right
        ("卡号 4111 1111 1111 1111", Kind.BANK_CARD),
        ("卡号6222 0212 3456 7890 128", Kind.BANK_CARD),
        ("写到 laowang@example.com", Kind.MAIL),
        ("写到 ｌａｏｗａｎｇ＠example．com", Kind.MAIL),
        # What a public report missed elsewhere: every width, dash, dot and blank.
        ("008613812345678", Kind.MOBILE),
        ("138.1234.5678", Kind.MOBILE),
        ("138·1234·5678", Kind.MOBILE),
        ("138—1234—5678", Kind.MOBILE),
        ("138——1234——5678", Kind.MOBILE),
        ("138－1234－5678", Kind.MOBILE),
        ("138\xa01234\u30005678", Kind.MOBILE),
        ("\u202d138 1234 5678\u202c", Kind.MOBILE),
        ("138\u200b12345678", Kind.MOBILE),
        ("幺三八一二三四五六七八", Kind.MOBILE),
        ("一三八 一二三四 五六七八", Kind.MOBILE),
        ("110105 19491231 002X", Kind.IDENTITY_CARD),
        ("110105-19491231-002X", Kind.IDENTITY_CARD),
        ("3 110105 1949 1231 002X", Kind.IDENTITY_CARD),
        ("11010519491231002Ｘ", Kind.IDENTITY_CARD),
        ("身份证110105491231002", Kind.IDENTITY_CARD),  # fifteen digits, before 1999
        ("（0511）85012345", Kind.LANDLINE),
        ("051185012345", Kind.LANDLINE),
        ("0511-8501-2345", Kind.LANDLINE),
    ],
)
def test_it_notices(text: str, kind: Kind) -> None:
    assert [finding.kind for finding in find(text)] == [kind]
    assert not find(mask(text))
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "3号楼2单元501室",
        "2026年11月23日",
        "修路花了1350000元",
        "12345打过了",
        "110105194912310021",
        "4111 1111 1111 1112",
        "编号20261123000001",
        "工单号320111990101123",
        "电表000012345678",
        "订单 2026112300000123456",
        "苏L12345",
        "二〇二六年十一月二十三日",
        "一三五七九二四六八十",
        "",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert find(text) == []
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "王桂芳（5幢502）：臭",
        "5幢502王桂芳说太臭",
        "5幢502室的王桂芳反映",
        "5幢2单元502住户王大爷",
        "王阿姨家住5幢502",
        "老王（５幢５０２）",
        "欧阳娜娜(3号楼2单元501室)",
        "3组12号李大爷",
        "反映人张金保（12-1-302）",
    ],
)
def test_a_name_with_its_door_is_noticed_where_everybody_will_read_it(text: str) -> None:
    assert [str(name) for name in private(text)] == ["姓名和门牌"]
    assert find(text) == [], "the desk may know whom to visit"


@pytest.mark.parametrize(
    "text",
    [
        "5幢502漏水严重",
        "漏水严重（5幢502）",
        "水龙头（5幢502）滴水",
        "马桶（5幢502）堵了",
        "金山花园5幢502",
        "李家庄5幢502",
        "5幢502马路对面",
        "5幢居民王女士说",
        "王某（5幢502）",
        "3组12号路灯",
        "咨询电话0511-85012345",
    ],
)
def test_what_an_office_may_say_to_everybody_is_left_alone(text: str) -> None:
    assert private(text) == []


def test_a_long_text_is_read_in_no_time() -> None:
    for text in ("1 " * 3000, "1 - " * 2000, "a." * 3000, "5幢502的 " * 1500, "a@a" * 2000, "王桂 " * 2000):
        started = time.perf_counter()
        find(text, is_public=True)
        assert time.perf_counter() - started < 2, text[:10]


def test_each_kind_is_named_once() -> None:
    assert [str(name) for name in names("16000001234 或 16000005678")] == ["手机号"]


@given(st.text())
def test_masking_changes_no_length_and_is_done_at_once(text: str) -> None:
    assert len(mask(text)) == len(text)
    assert mask(mask(text)) == mask(text)
