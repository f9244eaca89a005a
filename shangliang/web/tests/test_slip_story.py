"""What the slip tells its holder of a session and of a promise that was not kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from shangliang.access.publication import Scope
from shangliang.deliberations.actions import announcing
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests import factories as sessions
from shangliang.kit import clock
from shangliang.kit.tests.reading import flat
from shangliang.outcomes.actions import deciding, handling
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.states import ReplyKind
from shangliang.outcomes.tests import test_the_way as way
from shangliang.outcomes.tests.factories import cast, matter
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Submission
from shangliang.topics.states import SubmissionState
from shangliang.topics.tests.factories import raised
from shangliang.web.slip_story import Step, story

pytestmark = pytest.mark.django_db
MONDAY = sessions.MONDAY


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def invited(scope: Scope = Scope.PUBLIC) -> tuple[Received, Deliberation, sessions.World]:
    """Somebody raised it; a session about it is announced, and whoever raised it is on the list."""
    world = sessions.make_world()
    given = raised(world.room, "三号楼楼道灯坏了", at=MONDAY)
    Submission.objects.filter(pk=given.submission.pk).update(
        topic=world.topic, state=SubmissionState.ACCEPTED.value
    )
    session = sessions.reviewed(sessions.prepared(world))
    Deliberation.objects.filter(pk=session.pk).update(scope=scope.value)
    Participant.objects.create(deliberation=session, seat=Seat.PARTY_CONCERNED.value, is_by_slip=True)
    announcing.announce(deliberation=sessions.again(session), actor=world.clerk, at=MONDAY)
    return given, sessions.again(session), world


def page(given: Received, *, holds: bool = True) -> str:
    client = Client()
    if holds:
        client.get(f"/s/{given.slip}/{given.key}")
    return flat(client.get(f"/s/{given.slip}").content.decode())


def test_the_slip_says_when_and_where_and_how_from_home() -> None:
    given, session, _world = invited()
    shown = page(given)
    assert "请您来商量" in shown
    assert "地点：桃园社区协商议事室" in shown
    assert "2026年3月9日" in shown
    assert f'href="{reverse("deliberation", args=[session.no])}"' in shown


def test_the_number_alone_says_nothing_of_the_invitation() -> None:
    given, _session, _world = invited()
    shown = page(given, holds=False)
    assert "请您来商量" not in shown
    assert 'id="story"' not in shown


def test_a_session_for_those_at_the_table_has_no_page_to_lead_to() -> None:
    given, session, _world = invited(Scope.PARTICIPANTS)
    shown = page(given)
    assert "地点：桃园社区协商议事室" in shown
    assert reverse("deliberation", args=[session.no]) not in shown


def test_a_cancelled_session_invites_nobody_and_says_why() -> None:
    given, session, world = invited()
    announcing.cancel(deliberation=session, reason="施工队先来修了", actor=world.clerk, at=MONDAY)
    shown = page(given)
    assert "请您来商量" not in shown
    assert "施工队先来修了" in shown


def test_number_and_square_are_on_top_once_and_folded_below_afterwards() -> None:
    given, _session, _world = invited()
    client = Client()
    client.get(f"/s/{given.slip}/{given.key}")
    first = client.get(f"/s/{given.slip}").content.decode()
    again = client.get(f"/s/{given.slip}").content.decode()
    assert "<summary>回执号和二维码" not in first
    assert first.index("slip-number") < first.index('id="story"')
    assert again.index('id="story"') < again.index("<summary>回执号和二维码") < again.index("slip-number")


def test_the_paper_says_the_address_and_the_way_without_internet() -> None:
    given, _session, _world = invited()
    client = Client()
    client.get(f"/s/{given.slip}/{given.key}")
    shown = flat(client.get(f"/s/{given.slip}/print").content.decode())
    assert "/s，输入 12 位数字" in shown
    assert "带着这张回执到议事室" in shown


def test_the_paper_sends_nobody_to_the_room_that_must_not_know() -> None:
    given = raised(sessions.make_world().room, "村书记占了路", about_cadres=True, at=MONDAY)
    client = Client()
    client.get(f"/s/{given.slip}/{given.key}")
    shown = flat(client.get(f"/s/{given.slip}/print").content.decode())
    assert "/s，输入 12 位数字" in shown
    assert "到议事室" not in shown


def _steps_after(promise: Commitment, submission: Submission) -> list[Step]:
    submission.refresh_from_db()
    promise.refresh_from_db()
    return story(submission, [promise]).steps


def test_a_reopening_and_the_decision_of_the_district_stand_with_their_reasons() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        made = way.replied(case, people)
        way.answer(made, solved=False)
        newest = _steps_after(made, case.submissions[0])[0]
        assert "重新办" in str(newest.what)
        assert "前再办一次" in newest.text
        done_again = handling.Answer(ReplyKind.SOLVED, "重新换过。")
        handling.reply(commitment=made, answer=done_again, actor=people.doer, at=way.NOW)
        made.refresh_from_db()
        way.answer(made, solved=False)
        disputed = str(_steps_after(made, case.submissions[0])[0].what)
        assert "由区里决定还办不办" in disputed
        assert "重新办" not in disputed, "nobody does it again before the district has decided"
        deciding.decide(
            commitment=made,
            redo=False,
            done=False,
            reason="线路须整体改造",
            actor=people.district,
            at=way.NOW,
        )
        told = {str(row.what): row.text for row in _steps_after(made, case.submissions[0])}
        assert told["区里作了决定：更换楼道灯"] == "理由：线路须整体改造"
        given = raised(made.room, "灯又坏了", at=way.NOW)
        Submission.objects.filter(pk=given.submission.pk).update(
            topic=made.topic, state=SubmissionState.MERGED.value
        )
        assert page(given).count("线路须整体改造") == 1, "said once, where it happened"
