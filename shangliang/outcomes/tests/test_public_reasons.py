"""What residents have said with their ratings, for everybody: from five people on, and each let through by a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import ANONYMOUS
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.desks.actions import publication
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.inbox.queries import words
from shangliang.kit import clock
from shangliang.outcomes import queries
from shangliang.outcomes.actions import deciding, rating, transitions
from shangliang.outcomes.models import Commitment, Invitation, PublicReason, Rating
from shangliang.outcomes.states import Closing, CommitmentState, RatedBy
from shangliang.outcomes.tests.factories import Matter, cast, staff
from shangliang.outcomes.tests.test_ratings_shown import LEAST, NOW, PLACES, as_role, rated
from shangliang.outcomes.tests.test_ratings_shown import case as case  # noqa: PLC0414  a fixture
from shangliang.outcomes.tests.test_ratings_shown import made as made  # noqa: PLC0414  a fixture
from shangliang.topics.actions import slip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def in_public(made: Commitment, case: Matter) -> None:
    """The matter and what was promised stand where everybody reads them."""
    for row in (made, case.topic):
        row.release, row.scope, row.released_at = Release.RELEASED.value, Scope.PUBLIC.value, NOW
        row.save()


def over(made: Commitment) -> None:
    """The round is over, and what follows has followed."""
    rating.close(transitions.locked(made.pk), Closing.CONFIRMED, NOW + timedelta(hours=1))
    settle()
    made.refresh_from_db()


def settle() -> None:
    while react(NOW + timedelta(days=1)):
        pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))


def waiting() -> list[str]:
    return list(
        PublicReason.objects.filter(release="in_review").order_by("pk").values_list("text", flat=True)
    )


def let_through(text: str) -> None:
    reviewer = staff(Role.REVIEWER, **PLACES[Role.REVIEWER])
    publication.release(post=PublicReason.objects.get(text=text), actor=reviewer, at=NOW)


def page(case: Matter) -> str:
    answer = Client().get(f"/topics/{case.topic.no}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_below_five_people_nothing_even_goes_to_review(made: Commitment, case: Matter) -> None:
    in_public(made, case)
    rated(made, case, LEAST - 1)
    rated(made, case, 2, RatedBy.ROOM_CLERK, first=LEAST - 1)
    over(made)
    assert not PublicReason.objects.exists()
    assert "评价的人这样说" not in page(case)


def test_from_five_on_each_waits_for_somebody_and_only_what_is_let_through_is_read(
    made: Commitment, case: Matter
) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    assert not PublicReason.objects.exists(), "while the round is open, anybody may still say something else"
    over(made)
    assert waiting() == ["第0句", "第1句", "第2句", "第4句"]
    assert "第1句" not in page(case)
    assert queries.reasons_for(made, ANONYMOUS) == []
    shown = as_role(Role.REVIEWER).get("/desk/review").content.decode()
    assert "第1句" in shown
    assert "群众评价的话" in shown
    let_through("第1句")
    text = page(case)
    assert ("第0句" in text, "第1句" in text) == (False, True)
    assert [row.text for row in queries.reasons_for(made, ANONYMOUS)] == ["第1句"]


def test_whoever_wrote_it_stands_nowhere_and_numbers_are_starred_out(made: Commitment, case: Matter) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    Rating.objects.filter(reason="第2句").update(reason="打 13800001234 问我")
    Rating.objects.filter(reason="第4句").update(reason="王桂芳（5幢502）家还是不亮")
    over(made)
    assert waiting() == ["第0句", "第1句", "打 *********34 问我"], "who is named is never quoted"


def test_what_was_for_the_district_alone_or_entered_by_the_room_is_not_asked_about(
    made: Commitment, case: Matter
) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    rated(made, case, 1, RatedBy.ROOM_CLERK, first=LEAST)
    Rating.objects.filter(reason="第1句").update(for_district=True)
    over(made)
    assert waiting() == ["第0句", "第2句", "第4句"]


def test_what_stays_inside_goes_to_nobody_for_release(made: Commitment, case: Matter) -> None:
    Commitment.objects.filter(pk=made.pk).update(scope=Scope.INTERNAL.value)
    made.refresh_from_db()
    rated(made, case, LEAST)
    over(made)
    assert waiting() == []
    assert set(PublicReason.objects.values_list("release", flat=True)) == {"unreleased"}


def test_what_is_held_back_or_covered_is_read_by_nobody(made: Commitment, case: Matter) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    over(made)
    reviewer = staff(Role.REVIEWER, **PLACES[Role.REVIEWER])
    publication.hold_back(post=PublicReason.objects.get(text="第0句"), reason="骂人", actor=reviewer, at=NOW)
    let_through("第1句")
    publication.cover(post=PublicReason.objects.get(text="第1句"), reason="骂人", actor=reviewer, at=NOW)
    settle()
    text = page(case)
    assert "第0句" not in text
    assert "第1句" not in text


def test_done_again_the_words_of_the_round_before_are_gone(made: Commitment, case: Matter) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    over(made)
    let_through("第1句")
    Commitment.objects.filter(pk=made.pk).update(
        state=CommitmentState.UNDER_WAY.value, closing="", closed_at=None, reopened_count=1
    )
    assert "第1句" not in page(case)


def test_what_the_district_closed_asks_about_its_last_round_too_and_tells_those_who_raised_it(
    made: Commitment, case: Matter
) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    Commitment.objects.filter(pk=made.pk).update(state=CommitmentState.DISPUTED.value)
    made.refresh_from_db()
    deciding.decide(commitment=made, redo=False, done=False, reason="装不了", actor=cast().district, at=NOW)
    settle()
    assert waiting() == ["第0句", "第1句", "第2句", "第4句"]
    told = {words(row)[0] for row in Message.objects.filter(kind="commitment.decided")}
    assert told == {f"您反映的事，区推进办作了裁定：{case.topic.title}。理由在回执上。"}


def test_whoever_has_everything_erased_is_quoted_no_more(made: Commitment, case: Matter) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    over(made)
    let_through("第1句")
    writer = Invitation.objects.get(ratings__reason="第1句").submission
    assert writer is not None
    slip.erase(submission=writer, actor=slip.holder_of(writer), at=NOW)
    settle()
    assert "第1句" not in page(case)
    assert not Rating.objects.filter(reason="第1句").exists()
    assert Rating.objects.count() == LEAST, "how they rated stays"


def test_the_page_costs_the_same_however_many_have_spoken(
    made: Commitment, case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    in_public(made, case)
    rated(made, case, LEAST + 2)
    over(made)
    PublicReason.objects.update(release="released")
    with django_assert_max_num_queries(12):
        assert "第6句" in page(case)


def test_from_five_people_on_everybody_reads_how_many_are_satisfied(made: Commitment, case: Matter) -> None:
    """On the page of the matter and in the list of results, once the round is over; never of fewer."""
    in_public(made, case)
    rated(made, case, LEAST - 1)
    rated(made, case, 1, RatedBy.ROOM_CLERK, first=LEAST - 1)
    over(made)
    for address in (f"/topics/{case.topic.no}", "/results"):
        text = Client().get(address).content.decode()
        assert "更换楼道灯" in text
        assert "满意率" not in text, "what the room's own clerk entered is not counted"
    rated(made, case, 1, first=LEAST)
    for address in (f"/topics/{case.topic.no}", "/results"):
        assert f"{LEAST} 人评价：满意率" in Client().get(address).content.decode()
    Commitment.objects.filter(pk=made.pk).update(
        closed_at=None, closing="", state=CommitmentState.ASKING.value
    )
    assert "满意率" not in page(case), "the round is open again: it may still change"


def test_rates_of_many_cost_two_statements(
    made: Commitment, case: Matter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    in_public(made, case)
    rated(made, case, LEAST)
    over(made)
    rows = list(Commitment.objects.public().select_related("topic"))
    with django_assert_num_queries(2):
        assert queries.rated_in_public(rows * 3, lambda _row: LEAST)[made.pk].answered == LEAST
