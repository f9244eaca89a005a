"""A wrong press taken back: by whoever pressed, for some minutes, while nothing left the house and nobody went on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.models import Grant, User
from shangliang.accounts.queries import actor_for
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.desks.actions import undoing
from shangliang.events.models import Event, Pressed
from shangliang.events.tasks import forget_pressed, react
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.states import IllegalMove
from shangliang.outcomes.actions import assigning, drafting, filing, handling
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import COMMITMENT, CommitmentState, OutcomeState
from shangliang.outcomes.tests.factories import PATH, cast, staff
from shangliang.outcomes.tests.starts import Start, begin, lead_to, promise
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
A, C = OutcomeState, CommitmentState
CAN = {
    "topic": {"adopt", "hear_second", "resume"},
    "deliberation": {"open", "close"},
    "outcome": {"sign", "countersign", "file", "report_up"},
    "commitment": {"accept", "decline", "reassign", "hand_on", "ask_extension", "refuse_extension"},
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def start() -> Start:
    return promise(begin(NOW, cast()), NOW)


def user(role: Role, name: str = "", **place: str) -> User:
    made = User.objects.create(username=f"{name}{role.value}", display_name="钱工")
    Grant.objects.create(user=made, role=role.value, from_on=date(2026, 1, 1), **place)
    return made


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def minutes() -> timedelta:
    return timedelta(minutes=book().at(NOW.date()).integer(undoing.WINDOW))


def stands(made: Commitment) -> tuple[object, ...]:
    running = Clock.objects.running().of(made.subject).order_by("pk").values_list("pk", "rule", "due_at")
    return (undoing.columns(Commitment.objects.get(pk=made.pk)), list(running))


def test_these_acts_can_be_taken_back_and_no_others() -> None:
    found: dict[str, set[str]] = {}
    for thing in house().things:
        for act in thing.machine.acts() if thing.machine else ():
            if thing.machine is not None and thing.machine.can_go_back(act):
                found.setdefault(thing.machine.name, set()).add(act)
    assert found == CAN


def test_what_no_table_lets_be_taken_back_no_action_may_claim() -> None:
    with pytest.raises(ValueError, match="reply_solved"):
        undoing.undoable(COMMITMENT, "reply_solved", takes="commitment")


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_all_is_as_before_and_the_history_says_both(start: Start, act: str) -> None:
    before, doer = stands(start.made), start.people.doer
    if act == "accept":
        handling.accept(commitment=start.made, actor=doer, at=NOW)
    else:
        handling.decline(commitment=start.made, reason="不归我们", actor=doer, at=NOW)
    assert stands(start.made) != before
    undoing.take_back(pressed=Pressed.objects.latest("pk"), actor=doer, at=NOW + timedelta(minutes=3))
    assert stands(start.made) == before
    client = signed_in(user(Role.DOER, unit_code="property-1"))
    page = re.sub(
        r"\s+",
        " ",
        re.sub(r"<[^>]*>", " ", client.get(f"/desk/commitments/{start.made.no}").content.decode()),
    )
    words = {"accept": "签收", "decline": "退回：不归本单位办理"}[act]
    assert re.search(rf"按错了，收回 {words} .*{words}", page)


def test_what_follows_waits_and_never_comes_once_it_was_taken_back(start: Start) -> None:
    town = user(Role.TOWN_OFFICE, area_path=upto(PATH, AreaLevel.TOWN))

    def told() -> bool:
        return Message.objects.filter(
            recipient__ref=f"account:{town.pk}", kind="commitment.declined"
        ).exists()

    handling.decline(commitment=start.made, reason="不归我们", actor=start.people.doer, at=NOW)
    react(NOW + minutes() - timedelta(seconds=1))
    assert not told()
    undoing.take_back(pressed=Pressed.objects.latest("pk"), actor=start.people.doer, at=NOW)
    react(NOW + minutes())
    assert not told()
    handling.decline(commitment=start.made, reason="不归我们", actor=start.people.doer, at=NOW)
    react(NOW + minutes())
    assert told(), "what was not taken back goes its way"
    assert not Event.objects.filter(is_open=True).exists()


def test_what_has_moved_its_topic_too_stands(start: Start) -> None:
    town = start.people.town
    minutes_alone = lead_to(begin(NOW, start.people, slips="a"), A.COUNTERSIGNED, NOW)
    filing.file(outcome=minutes_alone.outcome, actor=town, at=NOW)
    pressed = undoing.last_pressed(town, NOW)
    assert pressed is not None
    undoing.take_back(pressed=pressed, actor=town, at=NOW)
    assert Outcome.objects.get(pk=minutes_alone.outcome.pk).state == A.COUNTERSIGNED
    consensus = lead_to(begin(NOW, start.people, slips="b", kind="consensus"), A.COUNTERSIGNED, NOW)
    kept = Pressed.objects.count()
    filing.file(outcome=consensus.outcome, actor=town, at=NOW)
    assert Topic.objects.get(pk=consensus.outcome.topic_id).state == TopicState.CONCLUDED
    assert Pressed.objects.count() == kept, "who raised it sees that it is over: not taken back"


def test_both_signatures_of_an_office_are_taken_back_as_one_press(start: Start) -> None:
    row, town = begin(NOW, start.people, slips="a").outcome, start.people.town
    drafting.countersign(outcome=row, actor=town, at=NOW)
    assert Outcome.objects.get(pk=row.pk).state == A.COUNTERSIGNED
    undoing.take_back(pressed=Pressed.objects.latest("pk"), actor=town, at=NOW)
    found = Outcome.objects.get(pk=row.pk)
    assert (found.state, found.first_signed_at, found.second_signed_at) == (A.DRAFTED, None, None)


def test_who_helps_comes_back_with_who_does_it(start: Start) -> None:
    made, case, town = start.made, start.case, start.people.town
    made.co_units.set([case.other_unit])
    assigning.reassign(commitment=made, lead=case.other_unit, co_units=[case.unit], actor=town, at=NOW)
    assert list(made.co_units.all()) == [case.unit]
    undoing.take_back(pressed=Pressed.objects.latest("pk"), actor=town, at=NOW)
    found = Commitment.objects.get(pk=made.pk)
    assert (found.lead, list(found.co_units.all())) == (case.unit, [case.other_unit])


@pytest.mark.parametrize("why", ["time", "somebody", "twice", "went on", "clock"])
def test_it_is_neither_offered_nor_done_when_it_is_too_late(start: Start, why: str) -> None:
    doer, at = start.people.doer, NOW + timedelta(minutes=1)
    handling.accept(commitment=start.made, actor=doer, at=NOW)
    pressed = Pressed.objects.latest("pk")
    assert undoing.last_pressed(doer, at) == pressed
    raised: type[Exception] = IllegalMove
    who: Actor = doer
    if why == "time":
        at = NOW + minutes()
    elif why == "somebody":
        raised, who = Denied, staff(Role.DOER, key="account:77", unit_code="property-1")
    elif why == "twice":
        undoing.take_back(pressed=pressed, actor=doer, at=at)
    elif why == "went on":
        handling.plan_work(commitment=start.made, plan="先看", actor=doer, at=at)
    else:
        Clock.objects.running().of(start.made.subject).update(due_at=NOW)
        tick(at)
    assert undoing.last_pressed(who, at) is None
    with pytest.raises(raised):
        undoing.take_back(pressed=pressed, actor=who, at=at)


def test_the_page_offers_it_to_whoever_pressed_and_one_press_takes_it_back(start: Start) -> None:
    mine, other = user(Role.DOER, unit_code="property-1"), user(Role.DOER, "b", unit_code="property-1")
    client, page = signed_in(mine), f"/desk/commitments/{start.made.no}"
    assert "可以收回" not in client.get(page).content.decode()
    client.post(f"{page}/accept")
    pressed = Pressed.objects.latest("pk")
    assert pressed.person == actor_for(mine, NOW.date()).key
    for path in (page, "/desk"):
        assert f'action="/desk/undo/{pressed.pk}"' in client.get(path).content.decode(), path
    assert "可以收回" not in signed_in(other).get(page).content.decode()
    assert signed_in(other).post(f"/desk/undo/{pressed.pk}").status_code == 404
    taken = client.post(f"/desk/undo/{pressed.pk}", follow=True)
    assert taken.redirect_chain == [(page, 302)]
    shown = taken.content.decode()
    assert "已收回" in shown
    assert "可以收回" not in shown
    assert Commitment.objects.get(pk=start.made.pk).state == C.ASSIGNED
    again = client.post(f"/desk/undo/{pressed.pk}", follow=True)
    assert "不能收回了" in again.content.decode()


def test_the_night_forgets_what_can_no_longer_be_taken_back(start: Start) -> None:
    client = signed_in(user(Role.DOER, unit_code="property-1"))
    client.post(f"/desk/commitments/{start.made.no}/accept")
    pressed, event = Pressed.objects.latest("pk"), Event.objects.order_by("-pk")[0]
    Pressed.objects.exclude(pk=pressed.pk).delete()  # from the way to here
    assert forget_pressed(NOW + minutes() - timedelta(seconds=1)) == 0
    with clock.at(NOW + minutes()):
        assert forget_pressed(clock.now()) == 1
        assert not Pressed.objects.exists()
        assert Event.objects.filter(pk=event.pk).exists(), "what was done stays written"
        late = client.post(f"/desk/undo/{pressed.pk}", follow=True)
    assert late.redirect_chain == [("/desk", 302)]
    assert "不能收回了" in late.content.decode()


def test_an_hour_later_no_page_asks_the_database_for_it(start: Start) -> None:
    client = signed_in(user(Role.DOER, unit_code="property-1"))
    client.post(f"/desk/commitments/{start.made.no}/accept")
    with clock.at(NOW + timedelta(hours=1, seconds=1)), CaptureQueriesContext(connection) as asked:
        page = client.get("/desk").content.decode()
    assert "可以收回" not in page
    assert not any("events_pressed" in each["sql"] for each in asked)
