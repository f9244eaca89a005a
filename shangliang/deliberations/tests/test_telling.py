"""Whom the announcement reached, whom to ring, and that it is written down once it was done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from shangliang.accounts.models import User
from shangliang.deliberations import queries
from shangliang.deliberations.actions import announcing, telling
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import MONDAY, World, again, make_world
from shangliang.events.tasks import react
from shangliang.inbox.states import HandWay, Standing
from shangliang.inbox.tasks import deliver
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.tests.reading import flat
from shangliang.ledger.models import Entry
from shangliang.topics.models import Submission
from shangliang.topics.states import SubmissionState
from shangliang.topics.tests.factories import raised

pytestmark = pytest.mark.django_db

NOON = MONDAY + timedelta(hours=3)


@pytest.fixture
def world() -> World:
    return make_world()


def announced(world: World) -> Deliberation:
    """One who raised it left a telephone, one did not; a neighbour is known by name only."""
    for phone, text in (("13800001111", "楼道灯坏了"), ("", "灯不亮")):
        given = raised(world.room, text, phone=phone, at=MONDAY)
        Submission.objects.filter(pk=given.submission.pk).update(
            topic=world.topic, state=SubmissionState.ACCEPTED.value
        )
    session = make.reviewed(make.prepared(world))
    Participant.objects.create(deliberation=session, seat=Seat.PARTY_CONCERNED.value, is_by_slip=True)
    Participant.objects.create(deliberation=session, seat=Seat.RESIDENT.value, name="一楼老周")
    announcing.announce(deliberation=again(session), actor=world.clerk, at=MONDAY)
    react()
    deliver(NOON)
    return again(session)


def standings(session: Deliberation) -> dict[str, Standing]:
    return {guest.name: guest.told.standing for guest in queries.told_guests(session)}


def page(role: str, session: Deliberation, what: str = "told", status: int = 200) -> str:
    client = Client()
    client.force_login(User.objects.get(username=role))
    with clock.at(NOON):
        answer = client.get(f"/desk/deliberations/{session.no}/{what}")
    assert answer.status_code == status
    return flat(answer.content.decode())


def test_each_person_stands_there_as_they_are_and_nobody_is_said_to_be_sent_to(world: World) -> None:
    found = standings(announced(world))
    first, second = sorted(name for name in found if name.startswith("反映人"))
    assert found[first] == Standing.CALL  # left a telephone, and there is no gateway
    assert found[second] == Standing.NO_WAY
    assert found["一楼老周"] == Standing.TELL
    assert found["丁书记"] == Standing.ON_DESK
    assert Standing.SENT not in found.values()


def test_the_clerk_ticks_whom_she_rang_and_it_says_who_and_when(world: World) -> None:
    session = announced(world)
    before = Entry.objects.count()
    shown = page("clerk", session)
    assert "要打电话" in shown
    assert "13800001111" not in shown, "a number stands behind a look that is on record"
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    refs = [guest.ref for guest in queries.told_guests(session) if guest.told.is_open]
    with clock.at(NOON):
        client.post(f"/desk/deliberations/{session.no}/told", {"who": refs, "way": "phone"})
    assert "打了电话 · 联络员" in page("clerk", session)
    assert Entry.objects.count() == before + 1
    assert not any(guest.told.is_open for guest in queries.told_guests(again(session)))


@pytest.mark.parametrize("seen", [1, 99])
def test_one_press_tells_all_whom_the_page_named_and_nobody_else(world: World, seen: int) -> None:
    session = announced(world)
    before = Entry.objects.count()
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    refs = [guest.ref for guest in queries.told_guests(session) if guest.told.is_open]
    with clock.at(NOON):
        address = f"/desk/deliberations/{session.no}/told"
        named = re.findall(r'name="shown" value="([^"]+)"', client.get(address).content.decode())
        assert named == refs
        answer = client.post(address, {"everybody": "yes", "shown": refs[:seen], "way": "letter"})
    assert Entry.objects.count() == before + 1
    left = [guest.ref for guest in queries.told_guests(again(session)) if guest.told.is_open]
    assert left == refs[seen:]
    assert answer["Location"].endswith("/told" if left else session.no), "back to the session once all know"


def test_news_makes_everybody_somebody_to_be_told_again(world: World) -> None:
    session = announced(world)
    refs = [guest.ref for guest in queries.told_guests(session)]
    telling.tell(deliberation=session, refs=refs, way=HandWay.IN_PERSON, actor=world.clerk, at=NOON)
    assert set(standings(session).values()) == {Standing.BY_HAND}
    announcing.postpone(deliberation=again(session), reason="下雨", actor=world.clerk, at=NOON)
    react()
    assert standings(again(session))["一楼老周"] == Standing.TELL
    announcing.cancel(deliberation=again(session), reason="修好了", actor=world.clerk, at=NOON)
    assert standings(again(session))["一楼老周"] == Standing.TELL


def test_who_is_not_on_the_list_cannot_be_ticked(world: World) -> None:
    session = announced(world)
    with pytest.raises(Blocked):
        telling.tell(
            deliberation=session, refs=["participant:0"], way=HandWay.PHONE, actor=world.clerk, at=NOON
        )


def test_a_letter_says_when_where_and_where_to_read_on(world: World) -> None:
    session = announced(world)
    shown = page("clerk", session, "letters")
    for words in ("一楼老周：", session.place, f"/d/{session.no}", "0511-88880000"):
        assert words in shown
    assert "丁书记：" not in shown, "he has it on his desk"


def test_the_list_is_nobodys_who_may_not_announce(world: World) -> None:
    session = announced(world)
    page("outsider", session, status=404)
    page("outsider", session, "letters", status=404)
    assert page("second_convener", session, "letters", status=404)


def test_before_anybody_was_told_there_is_no_list(world: World) -> None:
    session = make.reviewed(make.prepared(world))
    assert queries.told_guests(session) == []
    page("clerk", session, "letters", status=404)


def test_a_long_list_costs_no_more_statements(world: World, django_assert_num_queries: object) -> None:
    session = announced(world)
    Participant.objects.bulk_create(
        Participant(deliberation=session, seat=Seat.RESIDENT.value, name=f"邻居{n}", invited_at=MONDAY)
        for n in range(40)
    )
    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture
        assert len(queries.told_guests(session)) > 40
