"""An outcome and its commitment at each of their stages."""

from __future__ import annotations

import pytest

from shangliang.outcomes.actions import assigning, drafting, filing, handling
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import Route
from shangliang.outcomes.tests.factories import Cast, Matter, cast, matter
from shangliang.outcomes.tests.stages import (
    NOW,
    SOLVED,
    order,
)
from shangliang.topics.models import Topic


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


@pytest.fixture
def topic(case: Matter) -> Topic:
    return case.topic


@pytest.fixture
def draft(case: Matter) -> Outcome:
    return drafting.draft_from_record(deliberation=case.deliberation, at=NOW)


@pytest.fixture
def filed(draft: Outcome, people: Cast) -> Outcome:
    drafting.edit(outcome=draft, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=draft, actor=people.first, at=NOW)
    drafting.countersign(outcome=draft, actor=people.second, at=NOW)
    filing.file(outcome=draft, actor=people.town, at=NOW)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def made(filed: Outcome, case: Matter, people: Cast) -> Commitment:
    """Assigned to the property company by the town."""
    (made,) = assigning.assign(
        outcome=filed, route=Route.TOWN, orders=[order(case)], actor=people.town, at=NOW
    )
    return made


@pytest.fixture
def under_way(made: Commitment, people: Cast) -> Commitment:
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    return made


@pytest.fixture
def asking(under_way: Commitment, people: Cast) -> Commitment:
    handling.reply(commitment=under_way, answer=SOLVED, actor=people.doer, at=NOW)
    under_way.refresh_from_db()
    return under_way
