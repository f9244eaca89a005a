"""Whoever holds a clock is told before it runs out, when it does, and once it is red; and nobody else is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.tasks import tick
from shangliang.events.kinds import Kind, Subject
from shangliang.events.tasks import react
from shangliang.inbox import queries as inbox
from shangliang.inbox.models import Message
from shangliang.kit.clock import ZONE
from shangliang.outcomes.tests.factories import cast as offices
from shangliang.outcomes.tests.starts import begin
from shangliang.topics.models import Submission, Topic
from shangliang.topics.tests.factories import ROOM_NO, cast, opened, places, raised

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
SECOND = timedelta(seconds=1)
SUBMISSION = Subject("submission", "2026-000007")
TOPIC = Subject("topic", "2026-000007")
TOWN = "32/3211/321102/321102001/"


def account(name: str, role: Role, **place: str) -> str:
    """Somebody with a desk; how the inbox knows them."""
    user = User.objects.create(username=name)
    Grant.objects.create(user=user, role=role.value, from_on=MONDAY.date(), **place)
    return f"account:{user.pk}"


@pytest.fixture
def clerk() -> str:
    account("neighbour", Role.CLERK, room_no="100002")
    account("convener", Role.FIRST_CONVENER, room_no="100001")
    return account("clerk", Role.CLERK, room_no="100001")


def started(rule: str = "topics.decide_days", subject: Subject = SUBMISSION, **holder: str) -> Clock:
    held = holder or {"room_no": "100001"}
    return clocks.start(rule, subject, holder=Holder(Role.CLERK, **held), at=MONDAY)


def worked(at: datetime) -> None:
    tick(at)
    while react(at):
        pass


def told() -> list[tuple[str, str, str, bool]]:
    """To whom, of what kind, in which words, how urgently; in the order in which it was written."""
    rows = Message.objects.select_related("recipient").order_by("pk")
    return [(row.recipient.ref, row.kind, inbox.words(row)[0], row.is_urgent) for row in rows]


def test_the_holder_is_told_three_times_and_nobody_else_ever(clerk: str) -> None:
    made = started()
    worked(made.remind_at - SECOND)
    assert told() == []
    expected = [(clerk, Kind.CLOCK_REMINDED, "快到期了：决定是否受理（2026-000007）", False)]
    worked(made.remind_at)
    assert told() == expected
    worked(made.due_at)
    expected.append((clerk, Kind.CLOCK_CAME_DUE, "已到期：决定是否受理（2026-000007）", False))
    assert told() == expected
    worked(made.red_at)
    expected.append((clerk, Kind.CLOCK_REDDENED, "已逾期，请马上办：决定是否受理（2026-000007）", True))
    assert told() == expected
    worked(made.red_at + timedelta(days=30))
    assert told() == expected


def test_only_the_last_word_on_one_clock_waits_unread(clerk: str) -> None:
    made, other = started(), started("topics.ack_days", Subject("submission", "2026-000008"))

    def unread(of: str) -> list[str]:
        rows = Message.objects.filter(recipient__ref=clerk, read_at=None).order_by("pk")
        return [row.kind for row in rows if row.params["no"] == of]

    worked(made.red_at + timedelta(days=3))
    assert unread(made.subject_no) == [Kind.CLOCK_REDDENED]
    assert unread(other.subject_no) == [Kind.CLOCK_REDDENED], "each clock for itself"
    assert Message.objects.filter(recipient__ref=clerk, kind=Kind.CLOCK_REMINDED).count() == 2, (
        "they are kept"
    )


def test_the_reminder_leads_to_the_thing(clerk: str) -> None:
    user = User.objects.get(username="clerk")
    client = Client()
    client.force_login(user)
    worked(started().remind_at)
    assert 'href="/desk/submissions/2026-000007"' in client.get("/desk/inbox").content.decode()


def test_what_waits_for_review_leads_to_the_review() -> None:
    account("town", Role.TOWN_OFFICE, area_path=TOWN)
    holder = Holder(Role.TOWN_OFFICE, area_path=TOWN)
    made = clocks.start("access.review_days", TOPIC, holder=holder, at=MONDAY)
    client = Client()
    client.force_login(User.objects.get(username="town"))
    worked(made.remind_at)
    assert [words for _, _, words, _ in told()] == ["快到期了：审核待发布的内容（2026-000007）"]
    assert 'href="/desk/review"' in client.get("/desk/inbox").content.decode()


def test_a_unit_and_an_area_are_told_like_a_room() -> None:
    doer = account("doer", Role.DOER, unit_code="property-1")
    account("other", Role.DOER, unit_code="bureau-2")
    town = account("town", Role.TOWN_OFFICE, area_path=TOWN)
    account("next", Role.TOWN_OFFICE, area_path="32/3211/321102/321102002/")
    due = MONDAY + timedelta(days=14)
    for rule, subject, holder in (
        (
            "outcomes.accept_days",
            Subject("commitment", "2026-000001"),
            Holder(Role.DOER, unit_code="property-1"),
        ),
        ("outcomes.file_days", Subject("outcome", "2026-000002"), Holder(Role.TOWN_OFFICE, area_path=TOWN)),
    ):
        clocks.start(rule, subject, holder=holder, at=MONDAY, due_at=due)
    worked(due - timedelta(days=1))
    assert [ref for ref, *_ in told()] == [doer, town]


def test_what_was_done_or_put_off_meanwhile_is_not_told(clerk: str) -> None:
    """The clock ran out, and before the worker came to it somebody acted."""
    first, second = started(), started("topics.ack_days", Subject("submission", "2026-000008"))
    tick(first.due_at)
    clocks.stop(first.rule, first.subject, at=first.due_at)
    clocks.pause(second.rule, second.subject, at=first.due_at)
    while react(first.due_at):
        pass
    assert told() == []


def test_where_residents_are_waited_for_nobody_is_told(clerk: str) -> None:
    made = clocks.start("topics.supplement_days", SUBMISSION, holder=Holder(None), at=MONDAY)
    worked(made.remind_at)
    assert told() == []


def test_a_role_that_is_over_is_no_longer_told(clerk: str) -> None:
    Grant.objects.filter(user__username="clerk").update(until_on=MONDAY.date())
    worked(started().due_at)
    assert told() == []


def test_a_reminder_names_what_it_is_about_but_for_what_concerns_the_rooms_own_cadres() -> None:
    account("clerk", Role.CLERK, room_no=ROOM_NO)
    topic = opened(raised(places().room, "3号楼的路灯坏了").submission, cast().clerk)
    made = started("topics.deep_start_days", topic.subject, room_no=ROOM_NO)
    worked(made.remind_at)
    words = f"快到期了：着手调研 · {topic.title}（{topic.no}）"
    assert words in [each for _, _, each, _ in told()]
    Topic.objects.update(is_embargoed=True)
    worked(made.due_at)
    assert any(each.startswith("已到期：着手调研（") for _, _, each, _ in told())


def page_of(user: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=user))
    return client.get("/desk/inbox").content.decode()


def test_a_message_names_what_it_is_about_as_its_reader_may_see_it_now(clerk: str) -> None:
    """Not only by a number; the words of a resident stand in no message, which travels by mail and telephone too."""
    given = raised(places().room, "三号楼的楼道灯坏了，老人看不见台阶", at=MONDAY).submission
    worked(started(subject=given.subject).remind_at)
    assert "三号楼的楼道灯坏了" in page_of("clerk")
    assert not any("楼道灯" in words for _, _, words, _ in told())
    Submission.objects.filter(pk=given.pk).update(is_embargoed=True, desk_room_no="", desk_path=TOWN)
    assert "三号楼的楼道灯坏了" not in page_of("clerk"), "it has gone past the room since"


def test_an_outcome_is_named_by_its_matter() -> None:
    start = begin(MONDAY, offices())
    made = start.outcome
    town = account("reader", Role.TOWN_OFFICE, area_path=made.desk_path)
    clocks.stop_all(made.subject, at=MONDAY)
    holder = Holder(Role.TOWN_OFFICE, area_path=made.desk_path)
    worked(clocks.start("outcomes.file_days", made.subject, holder=holder, at=MONDAY).remind_at)
    assert town in {ref for ref, _, _, _ in told()}
    assert made.topic.title in page_of("reader")


def test_many_are_named_in_as_many_statements_as_one(
    clerk: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    room = places().room
    for n in range(6):
        given = raised(room, f"第{n}件事", at=MONDAY).submission
        worked(started(subject=given.subject).remind_at)
    with django_assert_max_num_queries(8):
        assert "第5件事" in client.get("/desk/inbox").content.decode()
