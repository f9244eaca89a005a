"""The shipped book: what it says, and that it never calls a default of ours official."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from fractions import Fraction

import pytest

from shangliang.rulebook import Basis, Scope, Unit, UnknownRule, WrongKind, book
from shangliang.rulebook.loading import SOURCES, STANDARDS
from shangliang.rulebook.lookup import TITLES
from shangliang.rulebook.parameters import APPS
from shangliang.rulebook.units import NUMERIC

TODAY = date(2026, 11, 23)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


RULES = book().parameters


def _sum(id: str, column: str = "points") -> float:
    return float(sum(row[column] for row in book().at(TODAY).table(id)))


def test_every_rule_holds_from_the_first_day_of_the_book() -> None:
    first = book().at(date(2020, 1, 1))
    for rule in RULES:
        first.value(rule.id)


def test_every_rule_is_said_in_chinese_and_in_english() -> None:
    assert [rule.id for rule in RULES if not CHINESE.search(rule.meaning)] == []
    assert [rule.id for rule in RULES if CHINESE.search(rule.meaning_en)] == []
    assert [rule.id for rule in RULES if not rule.meaning.endswith("。")] == []
    assert [rule.id for rule in RULES if not rule.meaning_en.endswith(".")] == []


def test_a_number_that_a_place_may_change_has_a_range() -> None:
    free = [rule for rule in RULES if rule.unit in NUMERIC and rule.scope is not Scope.FIXED]
    assert free != []
    assert [rule.id for rule in free if rule.least is None or rule.most is None] == []


def test_what_is_recalled_and_not_checked_is_a_default_that_says_so() -> None:
    recalled = {rule.id for rule in RULES if "待核对" in f"{rule.clause}{rule.meaning}"}
    assert {rule.id for rule in RULES if rule.file == "law-to-verify.toml"} <= recalled
    assert {book().parameter(id).basis for id in recalled} == {Basis.DEFAULT}


def test_tables_name_every_cell_in_both_languages() -> None:
    for rule in RULES:
        keys = {column.key for column in rule.columns}
        for column in rule.columns:
            where = (rule.id, column.key)
            assert bool(column.title) == bool(column.title_en), where
            assert CHINESE.search(column.title) or not column.title, where
            if column.key.endswith("_en"):
                assert column.key.removesuffix("_en") in keys, where


def test_english_cells_are_english() -> None:
    tables = [rule for rule in RULES if rule.unit is Unit.TABLE]
    assert tables != []
    for rule in tables:
        for dated in rule.values:
            for row in dated.value:
                cells: Mapping[str, object] = row
                chinese = [
                    key for key, cell in cells.items() if key.endswith("_en") and CHINESE.search(str(cell))
                ]
                assert chinese == [], rule.id


def test_every_source_in_the_list_is_used() -> None:
    used = {source.no for rule in book().parameters for source in rule.sources}
    tables = [rule for rule in book().parameters if rule.unit is Unit.TABLE]
    rows = [row for rule in tables for dated in rule.values for row in dated.value]
    used |= {no for row in rows for no in str(row.get("source", "")).split()}
    listed = tomllib.loads((STANDARDS / SOURCES).read_text(encoding="utf-8"))["source"]
    assert {source["no"] for source in listed} == used


def test_every_app_has_a_title_for_its_chapter() -> None:
    assert list(TITLES) == list(APPS)
    listed = [rule.id for chapter in book().chapters() for rule in chapter.parameters]
    assert sorted(listed) == sorted(rule.id for rule in book().parameters)


def test_the_version_fits_the_ledger_and_proves_the_whole_book() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", book().at(TODAY).version)
    assert len(json.loads(book().canonical)["parameters"]) == len(book().parameters)


def test_it_refuses_an_unknown_rule_and_a_question_of_the_wrong_kind() -> None:
    with pytest.raises(UnknownRule, match="topics.nothing_days"):
        book().at(TODAY).integer("topics.nothing_days")
    with pytest.raises(WrongKind, match="quiet_from"):
        book().at(TODAY).integer("inbox.quiet_from")


# The numbers of the way, clause by clause.
NUMBERS = {
    "topics.ack_days": 1,
    "topics.decide_days": 5,
    "topics.quick_answer_days": 2,
    "topics.deep_start_days": 5,
    "topics.clue_characters": 200,
    "topics.supplement_days": 10,
    "topics.research_visits_count": 1,
    "topics.research_visits_city_count": 3,
    "topics.second_opinion_days": 3,
    "topics.escalate_days": 5,
    "topics.photo_count": 3,
    "topics.photo_megabytes": 10,
    "topics.phone_tries_count": 5,
    "deliberations.notice_village_calendar_days": 3,
    "deliberations.notice_town_calendar_days": 5,
    "deliberations.notice_county_days": 7,
    "deliberations.notice_city_days": 15,
    "deliberations.material_city_days": 10,
    "deliberations.notice_villager_meeting_calendar_days": 10,
    "deliberations.record_room_days": 3,
    "deliberations.record_city_days": 7,
    "deliberations.sign_days": 3,
    "deliberations.people_min_count": 5,
    "deliberations.resident_share_percent": 50,
    "deliberations.speaking_minutes": 3,
    "deliberations.speaking_turns_count": 2,
    "deliberations.further_sessions_count": 1,
    "outcomes.draft_days": 3,
    "outcomes.countersign_days": 3,
    "outcomes.publish_days": 5,
    "outcomes.shown_calendar_days": 7,
    "outcomes.accept_days": 3,
    "outcomes.simple_days": 5,
    "outcomes.normal_calendar_days": 30,
    "outcomes.complex_months": 3,
    "outcomes.extensions_count": 1,
    "outcomes.rating_days": 15,
    "outcomes.callback_days": 5,
    "outcomes.reopen_count": 1,
    "outcomes.reopen_decide_days": 3,
    "outcomes.lookback_first_months": 3,
    "outcomes.lookback_second_months": 12,
    "outcomes.contact_proposer_days": 15,
    "outcomes.rating_public_min_count": 5,
    "clocks.remind_days": 3,
    "clocks.remind_share_percent": 33,
    "clocks.red_days": 5,
    "access.review_days": 1,
    "access.review_city_steps_count": 3,
    "web.cache_seconds": 10,
    "stars.sessions_town_count": 2,
    "stars.sessions_village_count": 4,
    "oversight.leader_sessions_count": 1,
    "stars.livelihood_share_percent": 50,
    "stars.conversion_full_percent": 85,
    "stars.conversion_zero_percent": 60,
    "stars.satisfaction_full_percent": 90,
    "stars.satisfaction_floor_percent": 80,
    "stars.five_star_cap_percent": 15,
    "stars.appeal_days": 10,
    "stars.notice_days": 5,
    "stars.valid_answers_min_count": 10,
    "stars.bonus_cap_points": 5,
}


@pytest.mark.parametrize(("id", "number"), NUMBERS.items())
def test_the_number_is_the_one_that_was_researched(id: str, number: int) -> None:
    assert book().at(TODAY).integer(id) == number


SOURCED = {
    "topics.deep_start_days": "S45",
    "topics.clue_characters": "S10",
    "deliberations.notice_city_days": "S50",
    "deliberations.material_city_days": "S50",
    "deliberations.record_city_days": "S50",
    "deliberations.notice_villager_meeting_calendar_days": "S51",
    "outcomes.accept_days": "S77",
    "outcomes.complex_months": "S77",
    "outcomes.rating_days": "S83",
    "outcomes.contact_proposer_days": "S83",
    "outcomes.simple_days": "S52",
    "stars.sessions_town_count": "S18",
    "oversight.leader_sessions_count": "S21",
    "stars.livelihood_share_percent": "S87",
}


@pytest.mark.parametrize(("id", "no"), SOURCED.items())
def test_what_a_document_states_names_the_document(id: str, no: str) -> None:
    found = book().parameter(id)
    assert found.is_sourced
    assert found.sources[0].no == no


@pytest.mark.parametrize(
    "id",
    [
        "topics.quick_answer_days",  # Shaoxing says 48 hours; the two working days are ours
        "outcomes.normal_calendar_days",
        "outcomes.publish_days",
        "deliberations.notice_village_calendar_days",
        "deliberations.owner_majorities_table",
        "deliberations.resident_share_percent",
        "stars.thresholds_table",
        "stars.indicators_table",
        "config.log_months",
    ],
)
def test_what_nobody_has_stated_is_a_default_of_ours(id: str) -> None:
    assert book().parameter(id).basis is Basis.DEFAULT


def test_the_law_on_villagers_committees_is_fixed_by_articles_21_and_22() -> None:
    rules = book().at(TODAY)
    call = [Fraction(row["share"]) for row in rules.table("deliberations.villagers_call_table")]
    quorum = rules.table("deliberations.villagers_quorum_table")
    assert call == [Fraction(1, 10), Fraction(1, 3)]
    assert [Fraction(row["share"]) for row in quorum] == [Fraction(1, 2), Fraction(2, 3), Fraction(1, 2)]
    assert [row["is_more_than"] for row in quorum] == [True, False, True]
    for id in ("deliberations.villagers_call_table", "deliberations.villagers_quorum_table"):
        assert book().parameter(id).scope is Scope.FIXED


def test_owners_need_three_quarters_for_funds_rebuilding_and_change_of_use_else_more_than_half() -> None:
    rules = book().at(TODAY)
    heavy, light = rules.table("deliberations.owner_majorities_table")
    assert Fraction(heavy["take_part"]) == Fraction(light["take_part"]) == Fraction(2, 3)
    assert (Fraction(heavy["vote"]), heavy["vote_is_more_than"]) == (Fraction(3, 4), False)
    assert (Fraction(light["vote"]), light["vote_is_more_than"]) == (Fraction(1, 2), True)
    owners = {
        row["code"] for row in rules.table("deliberations.statutory_more_table") if row["route"] == "owners"
    }
    assert set(heavy["codes"]) | set(light["codes"]) == owners


def test_every_statutory_matter_has_a_route() -> None:
    rules = book().at(TODAY)
    routes = {row["route"] for row in rules.table("deliberations.statutory_routes_table")}
    matters = rules.table("deliberations.statutory_village_table") + rules.table(
        "deliberations.statutory_more_table"
    )
    assert {row["route"] for row in matters} == routes == {"village", "community", "owners"}
    assert len({row["code"] for row in matters}) == len(matters)


def test_every_refusal_names_where_to_go_instead() -> None:
    rules = book().at(TODAY)
    reasons = {row["code"] for row in rules.table("topics.exclusions_table")}
    reasons |= {row["code"] for row in rules.table("topics.exclusions_more_table")}
    routes = rules.table("topics.exclusion_routes_table")
    destinations = {row["code"] for row in rules.table("topics.handover_table")}
    # what holds several matters, or nothing definite, goes nowhere else: it is asked for again
    assert reasons - {row["code"] for row in routes} == {"several", "unclear"}
    assert {row["destination"] for row in routes} <= destinations


def test_the_hotlines_are_the_public_ones() -> None:
    phones = {row["code"]: row.get("phone") for row in book().at(TODAY).table("topics.handover_table")}
    assert {code for code, phone in phones.items() if phone} == {"12345", "12348", "12388", "110"}
    assert all(code == phone for code, phone in phones.items() if phone)


def test_a_hundred_points_make_the_star_standard() -> None:
    rules = book().at(TODAY)
    assert _sum("stars.dimensions_table") == _sum("stars.indicators_table") == 100
    for dimension in rules.table("stars.dimensions_table"):
        indicators = rules.table("stars.indicators_table")
        points = [row["points"] for row in indicators if row["dimension"] == dimension["code"]]
        assert sum(points) == dimension["points"]
    assert rules.number("stars.n_have_points") * len(rules.table("places.n_have_table")) == 3
    assert _sum("stars.bonus_table") == rules.number("stars.bonus_cap_points")


def test_more_stars_take_more_points() -> None:
    steps = [(row["stars"], row["points"]) for row in book().at(TODAY).table("stars.thresholds_table")]
    assert steps == [(5, 90), (4, 80), (3, 70), (2, 60)]


def test_villages_lose_no_points_for_the_indicator_they_are_spared() -> None:
    codes = {row["code"] for row in book().at(TODAY).table("stars.indicators_table")}
    for row in book().at(TODAY).table("stars.villages_skip_table"):
        assert {row["indicator"], row["goes_to"]} <= codes


def test_villages_and_communities_need_a_second_convener() -> None:
    rules = book().at(TODAY)
    needed = {row["family"] for row in rules.table("people.conveners_table") if row["second_is_needed"]}
    assert needed == {row["code"] for row in rules.table("people.double_conveners_table")}
    assert needed == {"village", "community"}


def test_people_are_left_in_peace_at_night_and_the_digest_comes_in_the_morning() -> None:
    rules = book().at(TODAY)
    begins, ends, digest = (
        time.fromisoformat(rules.text(f"inbox.{name}")) for name in ("quiet_from", "quiet_until", "digest_at")
    )
    assert (begins, ends, digest) == (time(21), time(8), time(8, 30))


def test_a_phone_number_is_kept_until_the_first_look_back_and_no_longer_than_the_second() -> None:
    rules = book().at(TODAY)
    kept = rules.integer("topics.phone_keep_calendar_days")
    assert rules.integer("outcomes.lookback_first_months") * 31 <= kept
    assert kept < rules.integer("outcomes.lookback_second_months") * 28


def test_no_score_counts_likes_online_votes_or_log_ins() -> None:
    never = {row["title"] for row in book().at(TODAY).table("stars.never_counted_table")}
    assert {"登录次数", "点赞", "网络投票"} <= never
    assert book().parameter("stars.never_counted_table").scope is Scope.FIXED
