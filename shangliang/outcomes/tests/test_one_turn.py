"""Every page that says whose turn it is says the same, where what was agreed lies with an office or a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit import clock
from shangliang.outcomes.actions import assigning, drafting, filing, handling
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import Route
from shangliang.outcomes.tests.factories import Cast, Matter
from shangliang.outcomes.tests.stages import NOW, order
from shangliang.topics import queries, showing
from shangliang.topics.models import Topic
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db
TOWN_NAME = "正东路街道政协工委"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def clerk() -> Client:
    user = make_user("clerk")
    give(user, Role.CLERK, room_no="100001")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def said(topic: Topic) -> set[str]:
    """Who it is on the desk's page of the topic and on the clerk's page of the slip, and on what is printed."""
    seen, slip = clerk(), topic.submissions.get()
    pages = [seen.get(f"/desk/topics/{topic.no}"), seen.get(f"/desk/submissions/{slip.no}")]
    found = {str(page.context["standing"].who) for page in pages}
    lies = showing.lies_with([topic])[topic.pk]
    printed: Any = showing.printed(
        slip, "1", "", queries.clocks_of(slip), NOW, units=lies.units, turn=lies.turn
    )
    return found | {printed["standing"].who}


def test_a_draft_lies_with_who_writes_or_signs_it(draft: Outcome, people: Cast) -> None:
    assert said(draft.topic) == {"桃园社区协商议事室", "联络员 张三"}, (
        "for everybody the room, on the desk its office"
    )


def test_once_signed_it_lies_with_the_town(draft: Outcome, people: Cast) -> None:
    drafting.edit(outcome=draft, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    for who in (people.first, people.second):
        drafting.countersign(outcome=draft, actor=who, at=NOW)
    assert said(draft.topic) == {TOWN_NAME}


def test_filed_it_lies_with_whoever_settles_who_does_it(filed: Outcome) -> None:
    assert said(filed.topic) == {TOWN_NAME}


def test_reported_up_it_lies_with_the_office_that_decides(filed: Outcome, people: Cast) -> None:
    filing.report_up(outcome=filed, reported_to="区政府", actor=people.town, at=NOW)
    assert said(filed.topic) == {"京口区交办单位"}


def test_assigned_it_lies_with_the_unit_and_given_back_with_the_office(
    made: Commitment, people: Cast
) -> None:
    topic = Topic.objects.get(pk=made.topic_id)
    assert topic.state == TopicState.IN_HAND
    assert said(topic) == {"桃园物业公司"}


def test_what_the_community_does_itself_beside_a_unit_is_named_on_every_page_and_slip(
    filed: Outcome, case: Matter, people: Cast
) -> None:
    """Each measure goes its own way: one to the unit, one stays with the community, by one press of the town."""
    own = replace(order(case, by_unit=False), what="劝导乱停车", by_room=True)
    made = assigning.assign(
        outcome=filed, route=Route.TOWN, orders=[order(case), own], actor=people.town, at=NOW
    )
    topic = Topic.objects.get(pk=filed.topic_id)
    assert said(topic) == {"桃园物业公司、桃园社区协商议事室"}
    handling.accept(commitment=made[1], actor=people.clerk, at=NOW)
    handling.decline(commitment=made[0], reason="不归我们", actor=people.doer, at=NOW)
    assert {str(each.get_state_display()) for each in Commitment.objects.filter(lead=None)} == {"办理中"}


def test_given_back_it_lies_with_the_office(made: Commitment, people: Cast) -> None:
    handling.decline(commitment=made, reason="不归我们", actor=people.doer, at=NOW)
    assert said(Topic.objects.get(pk=made.topic_id)) == {TOWN_NAME}


def test_a_member_reads_the_same_of_many_in_as_many_statements(
    filed: Outcome, case: Matter, people: Cast, django_assert_max_num_queries: Any
) -> None:
    assigning.assign(outcome=filed, route=Route.TOWN, orders=[order(case)], actor=people.town, at=NOW)
    topic = Topic.objects.get(pk=filed.topic_id)
    with django_assert_max_num_queries(5):
        lies = showing.lies_with([topic, None, topic])
    assert (lies[topic.pk].units, lies[topic.pk].turn, lies[None].turn) == (["桃园物业公司"], None, None)
