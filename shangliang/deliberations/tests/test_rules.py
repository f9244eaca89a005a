"""What has to be there before a session is announced, opened and signed: values in, every gap out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shangliang.access.states import Release
from shangliang.deliberations import rules
from shangliang.deliberations.rules import Agreed, Line, Minutes, Numbers, Plan
from shangliang.deliberations.states import Conclusion, Form, NextPath, Seat
from shangliang.kit.guards import Unmet

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NUMBERS = Numbers(people=10, residents_percent=50, members=2, units=1, affected=1)
SEATS = {
    Seat.FIRST_CONVENER.value: 1,
    Seat.SECOND_CONVENER.value: 1,
    Seat.MEMBER.value: 1,
    Seat.UNIT.value: 1,
    Seat.PARTY_CONCERNED.value: 1,
}
PLAN = Plan(
    now=NOW,
    held_at=NOW + timedelta(days=5),
    place="议事室",
    has_link=False,
    subject_line="停车",
    agenda="一、说明",
    urgent_reason="",
    is_material_out=True,
    is_reviewed=True,
    release=Release.RELEASED.value,
    lead=5,
    lead_needed=3,
    lead_in_working_days=False,
    seats=SEATS,
    needs_second=True,
    is_statutory=False,
    route="",
)
MEASURE = Agreed(what="划线", has_doer=True, due_on=TODAY, how_seen="看得见线", done_on_spot=False)
MINUTES = Minutes(
    held_at=NOW,
    place="议事室",
    subject_line="停车",
    conclusion=Conclusion.AGREED.value,
    said="",
    dissent="",
    effect="不再堵路",
    effect_by=None,
    was_read_back=True,
    form=Form.FORMAL.value,
    measures=(MEASURE,),
)


def codes(unmet: list[Unmet]) -> list[str]:
    return [each.code for each in unmet]


def test_a_whole_plan_lacks_nothing() -> None:
    assert rules.missing_for_announcing(PLAN, NUMBERS) == rules.missing_for_review(PLAN) == []


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"held_at": None}, Unmet("time_missing", mend="held_at")),
        ({"held_at": NOW}, Unmet("time_past", mend="held_at")),
        ({"lead": 2}, Unmet("lead_too_short", {"n": 3}, mend="held_at")),
        (
            {"lead": 2, "lead_in_working_days": True},
            Unmet("lead_too_short_working", {"n": 3}, mend="held_at"),
        ),
        ({"place": " "}, Unmet("place_missing", mend="place")),
        ({"subject_line": " "}, Unmet("subject_missing", mend="subject_line")),
        ({"agenda": " "}, Unmet("agenda_missing", mend="agenda")),
        ({"is_statutory": True}, Unmet("route_missing", mend="statutory_route")),
        (
            {"seats": SEATS | {Seat.PARTY_CONCERNED.value: 0}},
            Unmet("party_not_invited", {"n": 1}, mend="invite"),
        ),
        ({"is_material_out": False}, Unmet("material_not_out", mend="is_material_out")),
        ({"is_reviewed": False}, Unmet("not_reviewed", mend="review")),
        ({"is_reviewed": False, "release": "in_review"}, Unmet("in_review")),
        ({"is_reviewed": False, "release": "covered"}, Unmet("covered")),
        ({"is_reviewed": False, "release": "taken_down"}, Unmet("taken_down", mend="agenda")),
    ],
)
def test_each_gap_of_a_plan_is_named_alone(changed: dict[str, Any], gap: Unmet) -> None:
    assert rules.missing_for_announcing(replace(PLAN, **changed), NUMBERS) == [gap]


@pytest.mark.parametrize(
    "changed",
    [
        {"lead": 3},
        {"lead": 0, "urgent_reason": "水管爆了"},
        {"place": "", "has_link": True},
        {"is_statutory": True, "route": "owners"},
    ],
)
def test_what_is_enough(changed: dict[str, Any]) -> None:
    assert rules.missing_for_announcing(replace(PLAN, **changed), NUMBERS) == []


def test_all_gaps_are_named_at_once_and_advice_comes_last() -> None:
    plan = replace(PLAN, held_at=None, place="", subject_line="", agenda="", seats={})
    assert codes(rules.missing_for_review(plan)) == [
        "time_missing",
        "place_missing",
        "subject_missing",
        "agenda_missing",
    ]
    found = rules.missing_for_announcing(plan, NUMBERS)
    assert codes(found)[:5] == [*codes(rules.missing_for_review(plan)), "party_not_invited"]
    assert [each.advice for each in found] == [False] * 5 + [True] * 4


@pytest.mark.parametrize(
    ("seats", "needs_second", "heads", "advised"),
    [
        (SEATS, True, 5, []),
        ({**SEATS, Seat.FIRST_CONVENER.value: 0}, True, 6, ["first_convener_missing"]),
        (
            {**SEATS, Seat.SECOND_CONVENER.value: 0, Seat.MEMBER.value: 2},
            True,
            5,
            ["second_convener_missing"],
        ),
        ({**SEATS, Seat.SECOND_CONVENER.value: 0, Seat.MEMBER.value: 2}, False, 5, []),
        ({**SEATS, Seat.MEMBER.value: 0}, True, 6, ["members_few"]),
        ({**SEATS, Seat.UNIT.value: 0}, True, 6, ["units_few"]),
        (SEATS, True, 4, ["people_few"]),
        ({**SEATS, Seat.RESIDENT.value: 5}, True, 0, []),
        ({**SEATS, Seat.MEMBER.value: 6}, True, 0, ["residents_few"]),
        ({**SEATS, Seat.MEMBER.value: 3, Seat.RESIDENT.value: 4}, True, 0, ["residents_few"]),  # 5 of 11
    ],
)
def test_the_table_is_rounder_with_advice_that_blocks_nothing(
    seats: dict[str, int], needs_second: bool, heads: int, advised: list[str]
) -> None:
    found = rules.composition_advice(seats, NUMBERS, needs_second=needs_second, heads=heads)
    assert codes(found) == advised
    assert all(each.advice and each.mend == "attendance" for each in found)


def test_how_many_come_is_not_asked_before_they_came() -> None:
    seats = {**SEATS, Seat.MEMBER.value: 0}
    (few,) = rules.composition_advice(seats, NUMBERS, needs_second=True, planned=True)
    assert few == Unmet("members_few", {"n": 2}, mend="invite", advice=True)
    assert rules.composition_advice({}, NUMBERS, needs_second=False)[-1].code == "people_few", (
        "nobody is no share"
    )


def test_only_the_absence_of_the_party_concerned_blocks_the_opening() -> None:
    def missing(seats: dict[str, int], *, is_written: bool = True) -> list[Unmet]:
        return rules.missing_for_opening(seats, NUMBERS, is_written=is_written, heads=5, needs_second=True)

    assert missing(SEATS) == []
    assert missing(SEATS, is_written=False) == [Unmet("attendance_missing", mend="attendance")]
    absent = missing({**SEATS, Seat.PARTY_CONCERNED.value: 0, Seat.RESIDENT.value: 1})
    assert absent == [Unmet("party_absent", {"n": 1}, mend="attendance")]
    assert all(each.advice for each in missing({Seat.PARTY_CONCERNED.value: 1}))


def signing(**changed: Any) -> list[Unmet]:
    return rules.missing_for_signing(replace(MINUTES, **changed), today=TODAY, effect_until=date(2027, 2, 23))


def measured(**changed: Any) -> list[Unmet]:
    return signing(measures=(MEASURE, replace(MEASURE, **changed)))


def test_a_whole_record_lacks_nothing() -> None:
    assert signing() == []


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"held_at": None}, Unmet("record_time_missing", mend="held_at")),
        ({"place": " "}, Unmet("record_place_missing", mend="place")),
        ({"subject_line": " "}, Unmet("record_subject_missing", mend="subject_line")),
        ({"conclusion": ""}, Unmet("conclusion_missing", mend="conclusion")),
        ({"measures": ()}, Unmet("measures_missing", mend="measures-0-what")),
        ({"conclusion": "opinion_only", "said": " "}, Unmet("opinion_missing", mend="said")),
        ({"conclusion": "no_agreement", "dissent": " "}, Unmet("dissent_missing", mend="dissent")),
        ({"effect": " "}, Unmet("record_effect_missing", mend="effect")),
        (
            {"effect": "", "effect_by": date(2027, 2, 24)},
            Unmet("effect_too_late", {"day": "2027-02-23"}, mend="effect_by"),
        ),
        ({"was_read_back": False}, Unmet("not_read_back", mend="was_read_back")),
    ],
)
def test_each_gap_of_a_record_is_named_alone(changed: dict[str, Any], gap: Unmet) -> None:
    assert signing(**changed) == [gap]


def test_all_gaps_of_a_record_are_named_at_once() -> None:
    found = signing(held_at=None, place="", subject_line="", conclusion="", effect="", was_read_back=False)
    assert codes(found) == [
        "record_time_missing",
        "record_place_missing",
        "record_subject_missing",
        "conclusion_missing",
        "record_effect_missing",
        "not_read_back",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"effect": "", "effect_by": date(2027, 2, 23)},
        {"was_read_back": False, "form": Form.ANY_TIME.value},
        {"conclusion": "opinion_only", "said": "都说堵", "measures": ()},
        {"conclusion": "no_agreement", "dissent": "钱谁出", "measures": ()},
    ],
)
def test_a_record_without_measures_or_with_a_later_effect_can_be_whole(changed: dict[str, Any]) -> None:
    assert signing(**changed) == []


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"has_doer": False}, Unmet("measure_doer_missing", {"n": 2}, mend="measures-1-doer_text")),
        (
            {"due_on": TODAY - timedelta(days=1)},
            Unmet("measure_date_past", {"n": 2}, mend="measures-1-due_on"),
        ),
        ({"due_on": None}, Unmet("measure_date_missing", {"n": 2}, mend="measures-1-due_on", advice=True)),
        ({"how_seen": " "}, Unmet("measure_seen_missing", {"n": 2}, mend="measures-1-how_seen", advice=True)),
    ],
)
def test_each_gap_of_a_measure_is_named_with_its_number(changed: dict[str, Any], gap: Unmet) -> None:
    assert measured(**changed) == [gap]


def test_a_quick_talk_asks_less_of_a_measure_and_what_is_done_asks_nothing() -> None:
    bare = replace(MEASURE, due_on=None, how_seen="")
    assert signing(form=Form.ANY_TIME.value, measures=(bare,)) == []
    assert signing(measures=(replace(bare, has_doer=False, done_on_spot=True),)) == []


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("needs_second", [True, False])
@pytest.mark.parametrize("has_second", [True, False])
@pytest.mark.parametrize("on_room_desk", [True, False])
def test_both_sign_a_formal_session_of_a_room_that_has_two(
    form: Form, needs_second: bool, has_second: bool, on_room_desk: bool
) -> None:
    found = rules.seats_to_sign(
        form.value, needs_second=needs_second, has_second=has_second, on_room_desk=on_room_desk
    )
    both = form == Form.FORMAL and on_room_desk and (needs_second or has_second)
    assert found == ((Seat.FIRST_CONVENER, Seat.SECOND_CONVENER) if both else (Seat.FIRST_CONVENER,))


@pytest.mark.parametrize(
    ("times", "is_statutory", "path"),
    [
        (1, False, NextPath.AGAIN),
        (1, True, NextPath.AGAIN),
        (2, False, NextPath.UP),
        (2, True, NextPath.STATUTORY),
    ],
)
def test_without_agreement_one_more_session_then_further(
    times: int, is_statutory: bool, path: NextPath
) -> None:
    assert rules.path_after_no_agreement(times, 1, is_statutory=is_statutory) == path


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("物业：换灯", [Line("物业", "换灯")]),
        (" 物业 : 换灯 ", [Line("物业", "换灯")]),
        ("物业：18:30 来", [Line("物业", "18:30 来")]),
        ("大家都说太堵\n\n物业：换灯", [Line("", "大家都说太堵"), Line("物业", "换灯")]),
        ("8:30 开会", [Line("", "8:30 开会")]),
        ("物业：", [Line("", "物业：")]),
        ("：换灯", [Line("", "：换灯")]),
        (f"{'甲' * 20}：换灯", [Line("甲" * 20, "换灯")]),
        (f"{'甲' * 21}：换灯", [Line("", f"{'甲' * 21}：换灯")]),
    ],
)
def test_who_does_what_is_read_from_a_quick_note(text: str, lines: list[Line]) -> None:
    assert rules.read_lines(text) == lines
