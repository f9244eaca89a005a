"""What a commitment's page says of its ratings: no share and no reason before five people's answers count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shangliang.accounts.models import Grant, User
from shangliang.outcomes import queries
from shangliang.outcomes.models import Commitment, Invitation, Outcome, Rating
from shangliang.outcomes.states import CommitmentState, RatedBy
from shangliang.outcomes.tests.factories import Matter, matter
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LEAST = 5


@pytest.fixture
def case() -> Matter:
    return matter(NOW, raised_by=7)


@pytest.fixture
def made(case: Matter) -> Commitment:
    desk = {"room": case.topic.room, "desk_path": case.topic.desk_path, "desk_room_no": "100001"}
    outcome = Outcome.objects.create(topic=case.topic, kind="minutes", route="town", state="assigned", **desk)
    return Commitment.objects.create(
        outcome=outcome, topic=case.topic, what="更换楼道灯", lead=case.unit, due_at=NOW,
        state=CommitmentState.ASKING.value, **desk,
    )  # fmt: skip


def rated(made: Commitment, case: Matter, count: int, by: RatedBy = RatedBy.SELF, *, first: int = 0) -> None:
    """`count` people answer: the first two are not satisfied, and each says something."""
    for n in range(first, first + count):
        invitation = Invitation.objects.create(
            commitment=made, submission=case.submissions[n], token_hash=f"t{n}", asked_at=NOW,
            closes_at=NOW + timedelta(days=20),
        )  # fmt: skip
        Rating.objects.create(
            invitation=invitation,
            commitment=made,
            level=1 if n < 2 else 4,
            is_solved=n >= 1,
            reason=f"第{n}句" if n != 3 else "",
            rated_by=by.value,
            at=NOW + timedelta(minutes=n),
        )


def test_below_five_there_is_neither_a_share_nor_a_reason(made: Commitment, case: Matter) -> None:
    rated(made, case, 4)
    found = queries.rated(made, LEAST, asked=7)
    assert (found.figures.asked, found.figures.answered) == (7, 4)
    assert (found.figures.satisfied_percent, found.figures.solved_percent) == (None, None)
    assert list(found.reasons) == []


def test_from_five_on_there_are_both_in_the_order_in_which_they_came(made: Commitment, case: Matter) -> None:
    rated(made, case, 5)
    found = queries.rated(made, LEAST, asked=7)
    assert (found.figures.satisfied_percent, found.figures.solved_percent) == (60, 80)
    assert list(found.reasons) == ["第0句", "第1句", "第2句", "第4句"]


def test_what_the_rooms_clerk_entered_does_not_fill_up_the_five(made: Commitment, case: Matter) -> None:
    rated(made, case, 4)
    rated(made, case, 2, RatedBy.ROOM_CLERK, first=4)
    found = queries.rated(made, LEAST, asked=7)
    assert (found.figures.answered, found.entered_by_clerk) == (4, 2)
    assert (found.figures.satisfied_percent, list(found.reasons)) == (None, [])


def test_without_any_answer_nothing_is_divided(made: Commitment) -> None:
    found = queries.rated(made, 0, asked=3)
    assert (found.figures.answered, found.figures.satisfied_percent, list(found.reasons)) == (0, None, [])


@pytest.mark.parametrize(("count", "is_shown"), [(4, False), (5, True)])
def test_the_page_keeps_to_it(made: Commitment, case: Matter, count: int, is_shown: bool) -> None:
    assert book().at(NOW.date()).integer("outcomes.rating_public_min_count") == LEAST
    rated(made, case, count)
    client = Client()
    user = User.objects.create(username="clerk")
    Grant.objects.create(user=user, role="clerk", room_no="100001", from_on=NOW.date())
    client.force_login(user)
    page = client.get(f"/desk/commitments/{made.no}").content.decode()
    assert ("第2句" in page) is is_shown
    assert ("满意率 60%" in page) is is_shown
    assert ("评价人数较少，不公布比例" in page) is not is_shown
