"""Rules as a page shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shangliang.rulebook import Unit, book, showing
from shangliang.rulebook.tests.factories import FIRST, make_book, make_own, make_rule

TODAY = date(2026, 11, 23)


def _entry(id: str, *, english: bool = False) -> showing.Entry:
    return showing.entry(book(), book().parameter(id), TODAY, english=english)


@pytest.mark.parametrize("english", [False, True])
def test_every_rule_can_be_shown(english: bool) -> None:
    bases = {word for words in (showing.SOURCED, showing.DEFAULT) for word in words}
    for rule in book().parameters:
        shown = showing.entry(book(), rule, TODAY, english=english)
        assert all(line.strip() for line in shown.value), rule.id
        assert shown.scope, rule.id
        assert shown.basis in bases, rule.id


def test_a_number_stands_with_its_unit() -> None:
    assert _entry("topics.ack_days").value == ("1 个工作日",)
    assert _entry("topics.ack_days", english=True).value == ("1 working day",)
    assert _entry("topics.deep_start_days", english=True).value == ("5 working days",)
    assert _entry("deliberations.resident_share_percent").value == ("50%",)
    assert _entry("stars.n_have_points").value == ("0.5 分",)


def test_a_switch_says_yes_or_no() -> None:
    assert _entry("outcomes.public_overdue_allowed").value == ("否",)
    assert _entry("outcomes.public_overdue_allowed", english=True).value == ("no",)
    switched = make_book(
        replace(make_rule((FIRST, True), id="topics.quick_answer_allowed"), unit=Unit.YES_NO)
    )
    rule = switched.parameter("topics.quick_answer_allowed")
    assert showing.entry(switched, rule, FIRST).value == ("是",)
    assert switched.at(FIRST).allows(rule.id)


def test_a_sourced_rule_names_its_document_and_a_default_says_what_it_leans_on() -> None:
    sourced = _entry("topics.clue_characters")
    assert sourced.is_sourced
    assert sourced.basis == "有出处"
    assert sourced.source.startswith("S10 ")
    default = _entry("topics.quick_answer_days")
    assert not default.is_sourced
    assert default.basis == "本系统默认"
    assert default.source.startswith("参考：S45 ")


def test_a_table_is_shown_row_by_row_without_the_program_s_codes() -> None:
    zh = _entry("topics.handover_table").value[0]
    en = _entry("topics.handover_table", english=True).value[0]
    assert zh.startswith("12345 政务服务便民热线 · 电话：12345；说明：")
    assert en.startswith("12345 government hotline · Telephone: 12345; Note: ")


def test_an_empty_table_says_so() -> None:
    assert _entry("clocks.holidays_table").value == ("（无）",)


def test_what_is_announced_for_later_and_what_places_have_set_is_shown_with_its_document() -> None:
    rule = make_rule((FIRST, 1), (date(2027, 1, 1), 2))
    own = make_own("32/3211/321102/", (date(2026, 6, 1), 3), until=date(2026, 12, 31))
    shown = showing.entry(make_book(rule, own=(own,)), rule, TODAY)
    assert shown.value == ("1 个工作日",)
    assert shown.later == ("2027-01-01 起 2 个工作日",)
    assert shown.own == ("32/3211/321102/ 2026-06-01 起 3 个工作日，至 2026-12-31 (某发〔2026〕1号)",)


def test_it_says_who_may_change_a_rule() -> None:
    assert _entry("topics.ack_days").scope == "省、市、县（市、区）"
    assert _entry("deliberations.villagers_quorum_table").scope == "不能改"
