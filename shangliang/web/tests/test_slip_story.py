"""What the slip tells its holder of a session and of a promise that was not kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from shangliang.access.actor import submitter
from shangliang.access.publication import Release, Scope
from shangliang.clocks import actions as clocks
from shangliang.deliberations.actions import announcing, meeting
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests import factories as sessions
from shangliang.kit import clock
from shangliang.kit.tests.reading import flat
from shangliang.outcomes.actions import assigning, deciding, filing, handling, rating
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.queries import asked_of
from shangliang.outcomes.showing import after_rating
from shangliang.outcomes.states import CommitmentState, ReplyKind, Route
from shangliang.outcomes.tests import test_the_way as way
from shangliang.outcomes.tests.factories import Cast, Matter, cast, matter
from shangliang.outcomes.tests.stages import BAD, GOOD
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Submission, Topic
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


def test_the_hour_that_was_announced_stays_beside_the_one_at_which_it_was_held() -> None:
    given, session, world = invited()
    here = frozenset(session.participants.values_list("pk", flat=True))
    assert session.held_at is not None
    held = session.held_at + timedelta(days=1, minutes=3)
    attendance = meeting.Attendance(here)
    meeting.write_attendance(deliberation=session, attendance=attendance, actor=world.clerk, at=held)
    meeting.open_session(deliberation=sessions.again(session), actor=world.clerk, at=held)
    told = {str(step.what): step.text for step in story(Submission.objects.get(), []).steps}
    assert "2026年3月9日 19:00" in told["定了开会商量的时间"]
    assert told["大家坐下来商量"] == "时间 2026年3月10日 19:03"


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
        assert told["区里决定不再办了，按暂未办成了结：更换楼道灯"] == "理由：线路须整体改造"
        given = raised(made.room, "灯又坏了", at=way.NOW)
        Submission.objects.filter(pk=given.submission.pk).update(
            topic=made.topic, state=SubmissionState.MERGED.value
        )
        assert page(given).count("线路须整体改造") == 1, "said once, where it happened"


def _held_by(case: Matter) -> str:
    """The slip of another one who raised the same matter, as its holder reads it."""
    given = raised(case.topic.room, "灯又坏了", at=way.NOW)
    rows = Submission.objects.filter(pk=given.submission.pk)
    rows.update(topic=case.topic, state=SubmissionState.MERGED.value)
    return page(given)


def _in_the_box(page: str) -> str:
    """What stands under the next step, until the next heading."""
    return page.split("下一步", 1)[1].split("<h2", 1)[0]


def _topic_page(case: Matter) -> str:
    Topic.objects.filter(pk=case.topic.pk).update(release=Release.RELEASED.value, released_at=way.NOW)
    return flat(Client().get(f"/topics/{case.topic.no}").content.decode())


def _disputed(case: Matter, people: Cast) -> Commitment:
    made = way.replied(case, people)
    _all_answer(made)
    again = handling.Answer(ReplyKind.SOLVED, "重新换过。")
    handling.reply(commitment=made, answer=again, actor=people.doer, at=way.NOW)
    made.refresh_from_db()
    _all_answer(made)
    assert made.state == CommitmentState.DISPUTED
    return made


def _all_answer(made: Commitment) -> None:
    """To the last of them it is solved, if they are several; to the others it is not."""
    asked = list(made.invitations.filter(round=made.reopened_count).order_by("pk"))
    for invitation in asked:
        content = len(asked) > 1 and invitation == asked[-1]
        opinion = GOOD if content else BAD
        rating.rate(invitation=invitation, opinion=opinion, actor=submitter("slip"), at=way.NOW)
    made.refresh_from_db()


@pytest.mark.parametrize(
    ("redo", "done", "said"),
    [
        (True, False, "区里决定重新办理：更换楼道灯"),
        (False, True, "区里决定按已办结了结：更换楼道灯"),
        (False, False, "区里决定不再办了，按暂未办成了结：更换楼道灯"),
    ],
)
def test_the_slip_says_what_the_district_has_decided(redo: bool, done: bool, said: str) -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        made = _disputed(case, people)
        deciding.decide(
            commitment=made, redo=redo, done=done, reason="现场看过", actor=people.district, at=way.NOW
        )
        newest = next(row for row in _steps_after(made, case.submissions[0]) if "区里决定" in str(row.what))
        assert str(newest.what) == said
        assert "理由：现场看过" in newest.text
        assert ("前再办一次" in newest.text) is redo


def test_while_the_district_decides_slip_and_topic_say_so() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        _disputed(case, people)
        for shown in (_held_by(case), _topic_page(case)):
            box = _in_the_box(shown)
            assert "区推进办裁定还办不办" in box
            assert "京口区推进办" in box
            assert "桃园物业公司" not in box
            assert "等区里裁定" in shown
            assert "已答复" not in shown


def test_while_one_is_decided_on_the_doers_of_the_others_stand_beside() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        orders = [way.order(case.unit), way.order(case.other_unit)]
        first, _other = assigning.assign(
            outcome=way.filed(case, people), route=Route.TOWN, orders=orders, actor=people.town, at=way.NOW
        )
        handling.accept(commitment=first, actor=people.doer, at=way.NOW)
        for words in ("灯已换好。", "重新换过。"):
            answer = handling.Answer(ReplyKind.SOLVED, words)
            handling.reply(commitment=first, answer=answer, actor=people.doer, at=way.NOW)
            first.refresh_from_db()
            way.answer(first, solved=False)
        box = _in_the_box(_held_by(case))
        assert "区推进办裁定其中一项还办不办，别的接着办" in box
        assert "区住建局" in box
        assert "桃园物业公司" not in box, "it has answered, and nobody has said yet that it is to do it again"


def test_what_a_unit_gave_back_is_the_offices_turn() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        (made,) = assigning.assign(
            outcome=way.filed(case, people),
            route=Route.TOWN,
            orders=[way.order(case.unit)],
            actor=people.town,
            at=way.NOW,
        )
        handling.decline(commitment=made, reason="不归我们", actor=people.doer, at=way.NOW)
        box = _in_the_box(_held_by(case))
        assert "另外明确由谁来办" in box
        assert "正东路街道政协工委" in box


def test_a_filed_outcome_waits_for_the_office_that_assigns_it() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        outcome = way.filed(case, people)
        for shown in (_held_by(case), _topic_page(case)):
            assert "明确由谁来办、什么时候办好" in _in_the_box(shown)
            assert "正东路街道政协工委" in _in_the_box(shown)
            assert "协商议事室" not in _in_the_box(shown)
        filing.report_up(outcome=outcome, reported_to="区委", actor=people.town, at=way.NOW)
        for shown in (_held_by(case), _topic_page(case)):
            assert "党委、政府决定采纳不采纳" in _in_the_box(shown)
            assert "京口区交办单位" in _in_the_box(shown)


def test_each_row_keeps_the_name_that_was_true_then() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        (made,) = assigning.assign(
            outcome=way.filed(case, people),
            route=Route.TOWN,
            orders=[way.order(case.unit)],
            actor=people.town,
            at=way.NOW,
        )
        handling.accept(commitment=made, actor=people.doer, at=way.NOW)
        assigning.hand_on(
            commitment=made, lead=case.other_unit, co_units=(), reason="不懂电", actor=people.town, at=way.NOW
        )
        handling.accept(commitment=made, actor=people.other_doer, at=way.NOW)
        told = [str(row.what) for row in _steps_after(made, case.submissions[0])]
        assert told[:4] == [
            "区住建局 接下来办：更换楼道灯",
            "改由 区住建局 办：更换楼道灯",
            "桃园物业公司 接下来办：更换楼道灯",
            "交给 桃园物业公司 办：更换楼道灯",
        ]


def test_whoever_said_that_it_is_not_solved_reads_您() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW, raised_by=3), cast()
        made = _disputed(case, people)
        own, _second, other = case.submissions
        for mine, said in ((own, "您说还没有解决"), (other, "群众")):
            mine.refresh_from_db()
            steps = story(mine, [made], asked_of(mine)).steps
            told = [str(row.what) for row in steps if "没有解决" in str(row.what)]
            assert len(told) == 2
            assert all(words.startswith(said) for words in told)


def test_with_one_of_two_the_matter_is_not_over() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        orders = [way.order(case.unit), way.order(case.unit)]
        both = assigning.assign(
            outcome=way.filed(case, people), route=Route.TOWN, orders=orders, actor=people.town, at=way.NOW
        )
        for made in both:
            handling.accept(commitment=made, actor=people.doer, at=way.NOW)
            answer = handling.Answer(ReplyKind.SOLVED, "灯已换好。")
            handling.reply(commitment=made, answer=answer, actor=people.doer, at=way.NOW)
            made.refresh_from_db()
        first, last = both
        way.answer(first, solved=True)
        assert after_rating(first).startswith("这一项就此办结")
        way.answer(last, solved=True)
        assert after_rating(last).startswith("这件事就此办结")


def test_one_of_two_that_is_not_solved_is_done_again_alone() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        made = way.replied(case, people)
        way.answer(made, solved=False)
        assert after_rating(made).startswith("这件事会重新办理")
        Commitment.objects.create(
            outcome=made.outcome,
            topic=made.topic,
            room=made.room,
            what="加一盏灯",
            how_seen="灯亮",
            assigned_at=way.NOW,
            due_at=way.NOW,
            period=made.period,
            desk_path=made.desk_path,
        )
        assert after_rating(made).startswith("这一项会重新办理")


def test_the_paper_of_what_is_over_says_the_result() -> None:
    with clock.at(way.NOW):
        case, people = matter(way.NOW), cast()
        made = way.replied(case, people)
        given = raised(case.topic.room, "灯又坏了", at=way.NOW)
        rows = Submission.objects.filter(pk=given.submission.pk)
        rows.update(topic=case.topic, state=SubmissionState.MERGED.value)
        clocks.stop_all(given.submission.subject, at=way.NOW)
        client = Client()
        client.get(f"/s/{given.slip}/{given.key}")
        way.answer(made, solved=True)
        shown = flat(client.get(f"/s/{given.slip}/print").content.decode())
        assert "结果：已办结" in shown
        assert "下一步" not in shown
