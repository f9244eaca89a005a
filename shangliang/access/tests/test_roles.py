"""The role table: what must be true of it whatever else is changed."""

from __future__ import annotations

import pytest
from django.utils import translation

from shangliang.access.roles import DUTIES, NAMES, PERMISSIONS, Permission, Role, office_in_words

P, R = Permission, Role
SEATS = {R.CLERK, R.FIRST_CONVENER, R.SECOND_CONVENER}
ROOM = {*SEATS, R.STAND_IN}
OFFICES = {R.TOWN_OFFICE, R.DISTRICT_OFFICE, R.CITY_OFFICE}
LEADS = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}  # whoever takes a matter further

# Who may, written down a second time and from the other side: a role that gains or loses one of these is met here.
HOLDERS = {
    P.DESK_SEE: set(R) - {R.SYSTEM_KEEPER, R.AUDITOR},
    P.EMBARGO_READ: {*OFFICES, R.ASSIGNING_OFFICE},
    P.CONTACT_REVEAL: {R.CLERK, R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.SUBMISSION_READ: {*SEATS, R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.SUBMISSION_SCREEN: LEADS,
    P.SUBMISSION_ERASE: {R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.SUBMISSION_ENTER: {R.GRID_WORKER, R.CLERK, R.TOWN_OFFICE},
    P.SUBMISSION_RAISE_GRID: {R.GRID_WORKER},
    P.SUBMISSION_RAISE_MEMBER: {R.MEMBER, R.SECOND_CONVENER},
    P.SUBMISSION_RAISE_GOVERNMENT: {R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.TOPIC_READ: {*ROOM, *OFFICES, R.REVIEWER, R.ASSIGNING_OFFICE, R.LEADER},
    P.TOPIC_RELEASE: LEADS - {R.FIRST_CONVENER},
    P.TOPIC_ADOPT: LEADS - {R.CLERK},
    P.TOPIC_SECOND: {R.SECOND_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.TOPIC_ANSWER: LEADS,
    P.TOPIC_PASS: LEADS,
    P.DELIBERATION_READ: {*ROOM, *OFFICES, R.REVIEWER, R.ASSIGNING_OFFICE},
    P.DELIBERATION_PREPARE: LEADS,
    P.DELIBERATION_ANNOUNCE: LEADS,
    P.DELIBERATION_RECORD: LEADS,
    P.POLL_KEEP: LEADS,
    P.DRAW_KEEP: LEADS,
    P.RECORD_SIGN: {*ROOM, R.TOWN_OFFICE, R.DISTRICT_OFFICE} - {R.CLERK},
    P.OUTCOME_READ: {*SEATS, *OFFICES, R.REVIEWER, R.ASSIGNING_OFFICE, R.LEADER},
    P.OUTCOME_DRAFT: LEADS - {R.FIRST_CONVENER},
    P.OUTCOME_COUNTERSIGN: {R.FIRST_CONVENER, R.SECOND_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.OUTCOME_FILE: {R.TOWN_OFFICE},
    P.OUTCOME_ASSIGN: {R.TOWN_OFFICE, R.ASSIGNING_OFFICE},
    P.OUTCOME_REPORT: {R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.OUTCOME_DECIDE: {R.ASSIGNING_OFFICE},
    P.COMMITMENT_READ: {*SEATS, *OFFICES, R.REVIEWER, R.ASSIGNING_OFFICE, R.DOER, R.LEADER},
    P.COMMITMENT_EXTEND: {R.ASSIGNING_OFFICE, R.TOWN_OFFICE},
    P.COMMITMENT_HANDLE: {R.CLERK, R.FIRST_CONVENER, R.DOER},
    P.COMMITMENT_ENTER: {R.CLERK, R.ASSIGNING_OFFICE, *OFFICES},
    P.COMMITMENT_CALL_BACK: {R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    P.COMMITMENT_DECIDE_REOPENING: {R.DISTRICT_OFFICE},
    P.COMMITMENT_LOOK_BACK: LEADS | {R.CITY_OFFICE},  # the city's own room has no other office
    P.COMMITMENT_ASK_AFTER: {R.LEADER},
    P.COMMITMENT_EXPLAIN: {R.TOWN_OFFICE, R.ASSIGNING_OFFICE, R.DISTRICT_OFFICE},
    P.ASK_READ: {R.TOWN_OFFICE, R.ASSIGNING_OFFICE, R.DISTRICT_OFFICE, R.LEADER},
    P.RATING_ENTER: {R.CLERK, R.TOWN_OFFICE},
    P.RATING_OPEN: {R.TOWN_OFFICE},
    P.RATING_READ_KEPT: {R.DISTRICT_OFFICE},
    P.RATING_READ: LEADS | {R.ASSIGNING_OFFICE, R.DOER},
    P.POST_REVIEW: {R.REVIEWER, *OFFICES},
    P.POST_COVER: {*SEATS, R.REVIEWER, *OFFICES},
    P.ROOM_KEEP: {R.CLERK},
    P.OFFICE_APPOINT: {R.DISTRICT_OFFICE, R.CITY_OFFICE},
    P.FIGURES_READ: {*OFFICES, R.LEADER},
    P.FIGURES_FREEZE: {R.DISTRICT_OFFICE, R.CITY_OFFICE},
    P.FEEDBACK_ENTER: {R.CLERK, *OFFICES},
    P.FEEDBACK_ANSWER: OFFICES,
    P.FEEDBACK_PHONE: OFFICES,
    P.LEDGER_READ: {R.AUDITOR},
    P.SYSTEM_KEEP: {R.SYSTEM_KEEPER},
}


def test_nothing_can_be_allowed_without_standing_here() -> None:
    assert set(HOLDERS) == set(Permission)


@pytest.mark.parametrize("permission", HOLDERS, ids=str)
def test_it_is_held_by_these_and_nobody_else(permission: Permission) -> None:
    assert {role for role in Role if permission in PERMISSIONS[role]} == HOLDERS[permission]


def test_doers_never_see_who_raised_it() -> None:
    assert PERMISSIONS[R.DOER] == {P.DESK_SEE, P.COMMITMENT_READ, P.COMMITMENT_HANDLE, P.RATING_READ}


def test_who_keeps_the_machine_or_reads_the_ledger_does_no_business() -> None:
    assert PERMISSIONS[R.SYSTEM_KEEPER] == {P.SYSTEM_KEEP}
    assert PERMISSIONS[R.AUDITOR] == {P.LEDGER_READ}


def test_who_only_looks_on_may_only_read() -> None:
    for_the_system = {P.FEEDBACK_ENTER, P.FEEDBACK_ANSWER, P.FEEDBACK_PHONE}
    keeps_public = {P.POST_REVIEW, P.POST_COVER}
    own_room = {P.COMMITMENT_LOOK_BACK, P.COMMITMENT_ENTER}
    for role, acts in (
        (R.LEADER, {P.DESK_SEE, P.COMMITMENT_ASK_AFTER}),
        (
            R.CITY_OFFICE,
            {P.DESK_SEE, P.OFFICE_APPOINT, P.FIGURES_FREEZE} | keeps_public | for_the_system | own_room,
        ),
    ):
        reads = {permission for permission in Permission if permission.endswith(".read")}
        assert PERMISSIONS[role] - acts <= reads
    assert not PERMISSIONS[R.LEADER] & {P.SUBMISSION_READ, P.EMBARGO_READ, P.POST_REVIEW, P.POST_COVER}


def test_who_acts_on_something_sees_it() -> None:
    """A role that may do something to a kind of thing reads that kind; else its act would be a 404."""
    for role in Role:
        held = PERMISSIONS[role]
        if held & {P.TOPIC_ADOPT, P.TOPIC_SECOND, P.TOPIC_ANSWER, P.TOPIC_PASS, P.TOPIC_RELEASE}:
            assert P.TOPIC_READ in held, role
        if held & {P.SUBMISSION_SCREEN, P.CONTACT_REVEAL}:
            assert P.SUBMISSION_READ in held, role
        if held & {P.OUTCOME_DRAFT, P.OUTCOME_COUNTERSIGN, P.OUTCOME_FILE, P.OUTCOME_DECIDE}:
            assert P.OUTCOME_READ in held, role
        if held & {P.COMMITMENT_HANDLE, P.COMMITMENT_EXTEND, P.COMMITMENT_CALL_BACK}:
            assert P.COMMITMENT_READ in held, role


def test_every_permission_is_held_by_somebody_and_every_role_is_described() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)
    assert set(PERMISSIONS) == set(NAMES) == set(DUTIES) == set(Role)
    assert len({str(name) for name in NAMES.values()}) == len(Role)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("clerk@321102001", "联络员"),
        ("town_office", "镇街政协工委"),
        ("system", "系统"),
        ("submitter", "反映人"),
        ("resident", "群众"),
        ("a role of former years@1", "a role of former years"),
        ("clerk@321102@1", "联络员"),
    ],
)
def test_an_office_of_the_ledger_is_said_in_words(raw: str, words: str) -> None:
    with translation.override("zh-hans"):
        assert office_in_words(raw) == words
