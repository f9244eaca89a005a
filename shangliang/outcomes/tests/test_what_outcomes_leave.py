"""What each act on an outcome leaves: columns, clocks, ledger rows, its topic, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shangliang.clocks.tests.effects import Left, left
from shangliang.kit import clock
from shangliang.outcomes.actions import assigning, drafting, filing
from shangliang.outcomes.actions.assigning import Decision
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import Route
from shangliang.outcomes.tests.factories import PATH, Cast, Matter
from shangliang.outcomes.tests.stages import (
    COUNTY,
    DUE,
    HERE,
    LATER,
    NOW,
    OFFICE,
    end,
    order,
)
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_a_draft_writes_itself(case: Matter) -> None:
    made: list[Outcome] = []
    drafted = left(
        lambda: made.append(drafting.draft_from_record(deliberation=case.deliberation, at=NOW)), case.topic
    )
    assert drafted == Left(
        clocks={"+ outcomes.draft_days clerk@100001 until 2026-11-26"},
        ledger=[
            f'outcome.drafted system {{"deliberation":"{case.deliberation.no}","kind":"minutes",'
            f'"topic":"{case.topic.no}"}}'
        ],
    )
    (row,) = made
    assert (row.text, row.state, row.kind, row.drafted_at) == ("更换楼道灯", "drafted", "minutes", NOW)
    assert (row.desk_path, row.desk_room_no, row.is_embargoed) == (PATH, "100001", False)


def test_a_draft_is_worded_and_signed_by_both(draft: Outcome, people: Cast) -> None:
    worded = left(
        lambda: drafting.edit(
            outcome=draft, text="一", kind="suggestion", route="town", actor=people.clerk, at=NOW
        ),
        draft,
    )
    assert worded == Left(
        columns={"text": "一", "kind": "suggestion", "route": "town"},
        clocks={
            "- outcomes.draft_days",
            "+ outcomes.countersign_days first_convener@100001 until 2026-11-26",
        },
        ledger=['outcome.drafted clerk@100001 {"kind":"suggestion","route":"town"}'],
    )
    rule = "outcomes.countersign_days"
    assert left(lambda: drafting.countersign(outcome=draft, actor=people.first, at=LATER), draft) == Left(
        columns={"first_signed_at": LATER},
        clocks={f"- {rule}", f"+ {rule} second_convener@100001 until 2026-11-27"},
        ledger=['outcome.countersigned first_convener@100001 {"complete":false}'],
    )
    assert left(lambda: drafting.countersign(outcome=draft, actor=people.second, at=LATER), draft) == Left(
        columns={"second_signed_at": LATER, "state": "countersigned"},
        clocks={f"- {rule}", f"+ outcomes.file_days {OFFICE} until 2026-11-27"},
        ledger=['outcome.countersigned second_convener@100001 {"complete":true}'],
    )
    assert left(lambda: filing.file(outcome=draft, actor=people.town, at=LATER), draft) == Left(
        columns={"state": "filed", "filed_at": LATER},
        clocks={"- outcomes.file_days", f"+ outcomes.assign_days {OFFICE} until 2026-11-27"},
        ledger=[f"outcome.filed {HERE} {{}}"],
    )


def test_other_words_undo_the_signatures(draft: Outcome, people: Cast) -> None:
    drafting.edit(outcome=draft, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=draft, actor=people.first, at=NOW)
    again = left(
        lambda: drafting.edit(
            outcome=draft, text="二", kind="minutes", route="town", actor=people.clerk, at=LATER
        ),
        draft,
    )
    assert again.columns == {"text": "二", "first_signed_at": None}
    rule = "outcomes.countersign_days"
    assert again.clocks == {f"- {rule}", f"+ {rule} first_convener@100001 until 2026-11-27"}


def test_nobody_is_asked_to_sign_a_draft_that_lacks_something(draft: Outcome, people: Cast) -> None:
    def edit(text: str, route: str) -> set[str]:
        words = {"text": text, "kind": "minutes", "route": route}
        return left(lambda: drafting.edit(outcome=draft, **words, actor=people.clerk, at=LATER), draft).clocks

    sign, complete = "outcomes.countersign_days", "outcomes.draft_days"
    assert edit("一", "") == set()  # the clerk's clock runs on as it was
    assert edit("一", "town") == {f"- {complete}", f"+ {sign} first_convener@100001 until 2026-11-27"}
    assert edit("二", "town") == set()  # nobody has signed yet: no new time
    assert edit("二", "") == {f"- {sign}", f"+ {complete} clerk@100001 until 2026-11-27"}


def promised(office: str, lead: str, topic: Topic) -> list[str]:
    return [
        f'commitment.assigned {office} {{"due_on":"2026-12-05","lead":"{lead}","topic":"{topic.no}"}}',
        f'topic.taken_in_hand {office} {{"state":"in_hand"}}',
    ]


def test_the_town_assigns(filed: Outcome, topic: Topic, case: Matter, people: Cast) -> None:
    assigned = left(
        lambda: assigning.assign(
            outcome=filed, route=Route.TOWN, orders=[order(case)], actor=people.town, at=LATER
        ),
        filed,
        topic,
    )
    assert assigned == Left(
        columns={
            "state": "adopted",
            "decided_at": LATER,
            "topic.state": "in_hand",
            "topic.changed_at": LATER,
        },
        clocks={"- outcomes.assign_days", "+ outcomes.accept_days doer@property-1 until 2026-11-27"},
        ledger=[
            f'outcome.routed {HERE} {{"commitments":1,"partly":false,"route":"town"}}',
            *promised(HERE, "property-1", topic),
        ],
    )
    row = Commitment.objects.get()
    assert (row.what, row.how_seen, row.period, row.state) == (
        "更换楼道灯",
        "每层灯都亮",
        "normal",
        "assigned",
    )
    assert (row.assigned_at, row.due_at, row.lead, row.outcome) == (LATER, end(DUE), case.unit, filed)
    assert (row.desk_path, row.desk_room_no, row.is_embargoed, row.room) == (
        PATH,
        "100001",
        False,
        topic.room,
    )
    assert (row.scope, row.release, row.released_at) == ("public", "released", LATER)


def test_the_community_does_it_itself(filed: Outcome, topic: Topic, case: Matter, people: Cast) -> None:
    ours = left(
        lambda: assigning.assign(
            outcome=filed,
            route=Route.COMMUNITY,
            orders=[order(case, by_unit=False)],
            actor=people.town,
            at=LATER,
        ),
        filed,
    )
    assert ours.columns == {"state": "adopted", "route": "community", "decided_at": LATER}
    assert ours.clocks == {
        "- outcomes.assign_days",
        "+ outcomes.accept_days clerk@100001 until 2026-11-27",
    }
    assert ours.ledger[1:] == promised(HERE, "", topic)


@pytest.fixture
def reported(filed: Outcome, people: Cast) -> Outcome:
    filing.report_up(outcome=filed, reported_to="区政府", actor=people.town, at=NOW)
    filed.refresh_from_db()
    return filed


def test_it_is_reported_up(filed: Outcome, topic: Topic, people: Cast) -> None:
    up = left(
        lambda: filing.report_up(outcome=filed, reported_to=" 区政府 ", actor=people.town, at=LATER),
        filed,
        topic,
    )
    assert up == Left(
        columns={"state": "reported", "route": "reported", "reported_to": "区政府"},
        clocks={
            "- outcomes.assign_days",
            f"+ outcomes.adopt_days assigning_office@{COUNTY} until 2026-12-08",
        },
        ledger=[f"outcome.reported {HERE} {{}}"],
    )


@pytest.mark.parametrize(("why", "state"), [("", "adopted"), (" 只办一半 ", "partly_adopted")])
def test_what_was_reported_is_adopted(
    reported: Outcome, topic: Topic, case: Matter, people: Cast, why: str, state: str
) -> None:
    office = "assigning_office@100001"
    decision = Decision(" 京政办批1号 ", LATER.date(), why)
    adopted = left(
        lambda: assigning.assign(
            outcome=reported,
            route=Route.REPORTED,
            orders=[order(case)],
            actor=people.assigning,
            at=LATER,
            decision=decision,
        ),
        reported,
    )
    columns = {
        "state": state,
        "approval_no": "京政办批1号",
        "approval_on": LATER.date(),
        "decided_at": LATER,
    }
    assert adopted == Left(
        columns=columns | ({"decision_reason": why.strip()} if why else {}),
        clocks={"- outcomes.adopt_days", "+ outcomes.accept_days doer@property-1 until 2026-11-27"},
        ledger=[
            f'outcome.adopted {office} {{"commitments":1,"partly":{"true" if why else "false"},'
            '"route":"reported"}',
            *promised(office, "property-1", topic),
        ],
    )


def test_or_it_is_not(reported: Outcome, topic: Topic, people: Cast) -> None:
    refused = left(
        lambda: filing.refuse(outcome=reported, reason=" 不符 ", actor=people.assigning, at=LATER),
        reported,
        topic,
    )
    office = "assigning_office@100001"
    assert refused == Left(
        columns={
            "state": "not_adopted",
            "decided_at": LATER,
            "decision_reason": "不符",
            "topic.state": "unsolved",
            "topic.end_reason": "不符",
            "topic.ended_at": LATER,
            "topic.changed_at": LATER,
        },
        clocks={"- outcomes.adopt_days"},
        ledger=[
            f"outcome.not_adopted {office} {{}}",
            f'topic.left_unsolved {office} {{"state":"unsolved"}}',
        ],
    )
