"""Which value holds on a day, at a place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.rulebook import UnknownRule, WrongKind
from shangliang.rulebook.tests.factories import FIRST, make_book, make_own, make_rule

NEXT_YEAR = date(2027, 1, 1)
DISTRICT, TOWN = "32/3211/321102/", "32/3211/321102/321102001/"
ACK = "topics.ack_days"

days = st.dates(date(2019, 1, 1), date(2035, 1, 1))
paths = st.lists(st.sampled_from(["32", "3211", "321102", "321102001"]), max_size=5).map(
    lambda codes: "".join(f"{code}/" for code in codes)
)
dated_values = st.dictionaries(days, st.integers(0, 99), min_size=1, max_size=6).map(
    lambda by_day: tuple(sorted(by_day.items()))
)


def test_a_value_holds_from_its_day_on() -> None:
    book = make_book(make_rule((FIRST, 1), (NEXT_YEAR, 2)))
    assert book.at(NEXT_YEAR - timedelta(days=1)).integer(ACK) == 1
    assert book.at(NEXT_YEAR).integer(ACK) == 2


def test_before_the_first_day_there_is_no_rule() -> None:
    with pytest.raises(UnknownRule, match="2019-12-31"):
        make_book().at(FIRST - timedelta(days=1)).integer(ACK)


def test_a_place_has_its_own_value_and_so_have_the_places_in_it() -> None:
    book = make_book(own=(make_own(DISTRICT, (FIRST, 3)),))
    assert book.at(FIRST).integer(ACK, DISTRICT) == 3
    assert book.at(FIRST).integer(ACK, TOWN) == 3


def test_the_neighbours_and_the_tier_above_keep_the_book_s_value() -> None:
    book = make_book(own=(make_own(DISTRICT, (FIRST, 3)),))
    assert book.at(FIRST).integer(ACK, "32/3211/321111/") == 1
    assert book.at(FIRST).integer(ACK, "32/3211/") == 1
    assert book.at(FIRST).integer(ACK, "32/3211/3211020/") == 1  # a longer code is another place
    assert book.at(FIRST).integer(ACK) == 1


def test_the_nearest_tier_wins_over_the_district_and_that_over_the_whole_deployment() -> None:
    own = (make_own("", (FIRST, 2)), make_own(DISTRICT, (FIRST, 3)), make_own(TOWN, (FIRST, 4)))
    rules = make_book(own=own).at(FIRST)
    assert [rules.integer(ACK, path) for path in ("", "32/3211/", DISTRICT, TOWN)] == [2, 2, 3, 4]


def test_a_place_s_own_value_begins_on_its_day_and_ends_after_its_last() -> None:
    last = date(2026, 12, 31)
    book = make_book(own=(make_own(DISTRICT, (date(2026, 6, 1), 3), until=last),))
    assert book.at(date(2026, 5, 31)).integer(ACK, DISTRICT) == 1
    assert book.at(last).integer(ACK, DISTRICT) == 3
    assert book.at(last + timedelta(days=1)).integer(ACK, DISTRICT) == 1


def test_a_question_of_the_wrong_kind_is_refused() -> None:
    rules = make_book().at(FIRST)
    for ask in (rules.text, rules.items, rules.table, rules.days, rules.allows):
        with pytest.raises(WrongKind, match=ACK):
            ask(ACK)


def test_what_was_asked_for_can_be_changed_without_changing_the_book() -> None:
    book = make_book(make_rule((FIRST, ({"name": "热线"},)), id="topics.routes_table"))
    book.at(FIRST).table("topics.routes_table")[0]["name"] = "改了"
    assert book.at(FIRST).table("topics.routes_table") == [{"name": "热线"}]


def test_the_same_day_gives_the_same_rules_without_building_them_anew() -> None:
    book = make_book()
    assert book.at(FIRST) is book.at(FIRST + timedelta(days=500))


@given(values=dated_values, day=days)
def test_it_finds_what_a_reader_of_the_list_would_find(
    values: tuple[tuple[date, int], ...], day: date
) -> None:
    held = [value for since, value in values if since <= day]
    rules = make_book(make_rule(*values)).at(day)
    if held:
        assert rules.integer(ACK) == held[-1]
    else:
        with pytest.raises(UnknownRule):
            rules.integer(ACK)


@given(own=st.dictionaries(paths, st.integers(0, 99), max_size=6), path=paths)
def test_it_finds_the_longest_path_that_leads_to_the_place(own: dict[str, int], path: str) -> None:
    book = make_book(own=tuple(make_own(where, (FIRST, value)) for where, value in own.items()))
    above = [where for where in own if path.startswith(where)]
    wanted = own[max(above, key=len)] if above else 1
    assert book.at(FIRST).integer(ACK, path) == wanted


@given(first=dated_values, second=dated_values)
def test_the_version_tells_books_apart_by_their_content_only(
    first: tuple[tuple[date, int], ...], second: tuple[tuple[date, int], ...]
) -> None:
    assert make_book(make_rule(*first)).version == make_book(make_rule(*first)).version
    one, other = make_book(make_rule(*first)), make_book(make_rule(*second))
    assert (one.version == other.version) == (first == second)


def test_the_version_is_the_same_for_another_order_and_another_with_an_override() -> None:
    rules = (make_rule(), make_rule(id="topics.decide_days"))
    assert make_book(*rules).version == make_book(*reversed(rules)).version
    assert make_book(own=(make_own(DISTRICT, (FIRST, 3)),)).version != make_book().version


def test_chapters_follow_the_flow_and_hold_every_rule_once() -> None:
    book = make_book(make_rule(id="outcomes.file_days"), make_rule(id="topics.decide_days"), make_rule())
    chapters = book.chapters()
    assert [chapter.app for chapter in chapters] == ["topics", "outcomes"]
    assert [rule.id for rule in chapters[0].parameters] == ["topics.ack_days", "topics.decide_days"]
