"""The slip in each of its states, as its holder reads it: nothing said twice, nothing silent, nothing of before left over.

To look at them: `SLIP_PAGES=folder pytest tests/test_slip_states.py` writes each page there.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from shangliang.clocks.models import Clock
from shangliang.deliberations.actions import announcing
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests import factories as sessions
from shangliang.desks.actions import publication
from shangliang.events.tasks import react
from shangliang.kit import clock, crypto, ids
from shangliang.outcomes.actions import deciding
from shangliang.outcomes.labels import REPLY_KINDS
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.states import CommitmentState, ReplyKind
from shangliang.outcomes.tests.factories import cast as offices
from shangliang.outcomes.tests.starts import BADLY, Start, answer, begin, lead_on, promise, rate
from shangliang.topics.actions import quick, screening, slip
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import SEALED_SLIP, Submission, Topic, key_hash, slip_hash
from shangliang.topics.states import Destination, Exclusion, Grade, SubmissionState
from shangliang.topics.tests.factories import cast, opened, places, raised

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
NOW = sessions.MONDAY
C = CommitmentState
Slip = tuple[str, str]
KEY = "the-holders-own-key"
SENTENCE = re.compile(r"<(?P<tag>p|dd)\b[^>]*>(?P<text>.*?)</(?P=tag)>", re.DOTALL)
SHORT = 10  # characters: words of states, days and names may well stand twice


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def keep(submission: Submission) -> Slip:
    """A slip of its own for whatever stands there."""
    digits = ids.new_slip()
    Submission.objects.filter(pk=submission.pk).update(
        slip_hash=slip_hash(digits), slip_sealed=crypto.seal(digits, SEALED_SLIP), key_hash=key_hash(KEY)
    )
    return digits, KEY


def entered(then: Callable[[Submission], object] | None = None) -> Callable[[], Slip]:
    def stands() -> Slip:
        given = raised(places().room, at=NOW).submission
        if then:
            then(given)
        return keep(given)

    return stands


def answered_at_once(row: Submission) -> None:
    topic = opened(row, cast().clerk, Grade.QUICK, at=NOW)
    quick.answer(topic=topic, text="三层和四层的灯都换了新的。", unit=None, actor=cast().clerk, at=NOW)
    while react(NOW + timedelta(hours=1)):
        pass


def met(then: Callable[[sessions.World, Deliberation], object] | None = None) -> Callable[[], Slip]:
    """A session about it, to which whoever raised it is asked."""

    def stands() -> Slip:
        world = sessions.make_world()
        given = raised(world.room, "三号楼楼道灯坏了", at=NOW).submission
        Submission.objects.filter(pk=given.pk).update(topic=world.topic, state=SubmissionState.ACCEPTED.value)
        look_is_over(given)
        session = sessions.reviewed(sessions.prepared(world))
        Participant.objects.create(deliberation=session, seat=Seat.PARTY_CONCERNED.value, is_by_slip=True)
        announcing.announce(deliberation=sessions.again(session), actor=world.clerk, at=NOW)
        if then:
            then(world, sessions.again(session))
        return keep(given)

    return stands


def look_is_over(given: Submission) -> None:
    """It was accepted: nobody has to look at it any more."""
    Clock.objects.of(given.subject).update(stopped_at=NOW)


def put_off(world: sessions.World, session: Deliberation) -> None:
    announcing.postpone(deliberation=session, reason="下雨", actor=world.clerk, at=NOW)


def called_off(world: sessions.World, session: Deliberation) -> None:
    announcing.cancel(deliberation=session, reason="已经解决", actor=world.clerk, at=NOW)


def recorded() -> Slip:
    world = sessions.make_world()
    given = raised(world.room, "三号楼楼道灯坏了", at=NOW).submission
    Submission.objects.filter(pk=given.pk).update(topic=world.topic, state=SubmissionState.ACCEPTED.value)
    look_is_over(given)
    sessions.archived(world)
    return keep(given)


def promised(
    state: CommitmentState, then: Callable[[Start], object] | None = None, *, twice: bool = False
) -> Callable[[], Slip]:
    def stands() -> Slip:
        start = lead_on(promise(begin(NOW, offices()), NOW), state, NOW, twice=twice)
        if then:
            then(start)
        return keep(start.case.submissions[0])

    return stands


def decided(*, redo: bool, done: bool = False) -> Callable[[Start], None]:
    def then(start: Start) -> None:
        deciding.decide(
            commitment=start.made, redo=redo, done=done, reason="灯座也要换", actor=offices().district, at=NOW
        )

    return then


def held_back(start: Start) -> None:
    reply = start.made.replies.get()
    publication.hold_back(post=reply, reason="有门牌", actor=offices().town, at=NOW)


def covered(start: Start) -> None:
    publication.cover(post=start.case.topic, reason="有姓名", actor=offices().town, at=NOW)


def done_again(start: Start) -> None:
    answer(start, ReplyKind.SOLVED, NOW)
    rate(start, BADLY, NOW)


STATES: dict[str, Callable[[], Slip]] = {
    "submitted": entered(),
    "more asked for": entered(
        lambda row: screening.ask_supplement(submission=row, question="哪一层？", actor=cast().clerk, at=NOW)
    ),
    "accepted": entered(lambda row: opened(row, cast().clerk, at=NOW)),
    "accepted as quick": entered(lambda row: opened(row, cast().clerk, Grade.QUICK, at=NOW)),
    "answered at once": entered(answered_at_once),
    "handed over": entered(
        lambda row: screening.hand_over(
            submission=row,
            to=HandOver(Destination.HOTLINE, "已转 12345，三天内有人联系您。", outside_no="8号单"),
            actor=cast().clerk,
            at=NOW,
        )
    ),
    "ended": entered(
        lambda row: screening.end(
            submission=row, exclusion=Exclusion.SEVERAL, words="请分开说。", actor=cast().clerk, at=NOW
        )
    ),
    "invited": met(),
    "put off": met(put_off),
    "called off": met(called_off),
    "recorded": recorded,
    "assigned": promised(C.ASSIGNED),
    "sent back by its doer": promised(C.DECLINED),
    "under way": promised(C.UNDER_WAY),
    "planned": promised(C.PLANNED),
    "put off by its doer": promised(C.SHELVED),
    "answered": promised(C.ASKING),
    "answer held back": promised(C.ASKING, held_back),
    "called": promised(C.CALLING_BACK),
    "not solved": promised(C.UNDER_WAY, done_again),
    "the district decides": promised(C.DISPUTED),
    "the district: again": promised(C.DISPUTED, decided(redo=True)),
    "the district: done": promised(C.DISPUTED, decided(redo=False, done=True)),
    "the district: not done": promised(C.DISPUTED, decided(redo=False)),
    "closed": promised(C.CLOSED),
    "covered": promised(C.UNDER_WAY, covered),
}


def now_at(page: str) -> str:
    line = page.split("<main")[1].split("<ol", 1)[1].split("</ol>")[0]
    here = next(each for each in line.split("<li")[1:] if 'aria-current="step"' in each)
    return re.sub(r"<[^>]*>|\s", "", here.partition(">")[2])


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("is_embargoed", [False, True])
@pytest.mark.parametrize(("name", "here"), [("the district decides", "等区里裁定"), ("called", "等回访")])
def test_nobody_is_asked_to_rate_while_it_lies_with_an_office(
    name: str, here: str, holds: bool, is_embargoed: bool
) -> None:
    """On the step line and beside it; for whoever holds the slip, and for whoever has only its number."""
    digits, key = STATES[name]()
    if is_embargoed:
        for model in (Submission, Topic, Commitment):
            model._default_manager.update(is_embargoed=True)
    client = Client()
    if holds:
        client.get(f"/s/{digits}/{key}")
    page = client.get(f"/s/{digits}").content.decode()
    is_discreet = is_embargoed and not holds
    assert here in now_at(page) or (is_discreet and "办理中" in now_at(page))
    top = page.split("<main")[1].split("</ol>")[1][:1500]
    assert "请您看看办得怎样" not in top
    assert "谁来办：您" not in re.sub(r"<[^>]*>|\s", "", top)
    if is_discreet:
        assert "区推进办" not in page.split("<main")[1], "it says nothing of where it lies"


def read(name: str) -> str:
    """The page for its holder, at a later look."""
    digits, key = STATES[name]()
    client = Client()
    client.get(f"/s/{digits}/{key}")
    client.get(f"/s/{digits}")
    answered = client.get(f"/s/{digits}")
    assert answered.status_code == 200
    page = answered.content.decode()
    if folder := os.environ.get("SLIP_PAGES"):
        Path(folder, f"{name.replace(' ', '-')}.html").write_text(page)
    return unescape(page)


def said(page: str) -> list[str]:
    main = page.split("<main")[1].split("</main>")[0]
    found = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", each["text"])).strip() for each in SENTENCE.finditer(main)
    ]
    kinds = {
        str(words) for words in REPLY_KINDS.values()
    }  # of an answer, and of its line among what happened
    return [text for text in found if len(text) >= SHORT and text not in kinds and "以前的答复" not in text]


@pytest.mark.parametrize("name", STATES)
def test_nothing_stands_twice_and_what_is_next_is_said(name: str) -> None:
    page = read(name)
    sentences = said(page)
    assert [text for text, count in Counter(sentences).items() if count > 1] == []
    assert "下一步" in page or "结果" in page


@pytest.mark.parametrize(
    ("name", "what", "never"),
    [
        ("the district decides", "区推进办裁定还办不办", "谁来办：您"),
        ("called", "等回访以后办结", "谁来办：您"),
        ("sent back by its doer", "另外明确由谁来办", "谁来办：桃园物业公司"),
        ("under way", "谁来办：桃园物业公司", "另外明确"),
        ("answered", "谁来办：您", "裁定"),
        ("put off by its doer", "2026年8月29日再看条件", "计划2026年8月29日前办"),
    ],
)
def test_whose_turn_it_is_is_true(name: str, what: str, never: str) -> None:
    page = re.sub(r"\s+", "", re.sub(r"<[^>]*>", " ", read(name).split("<main")[1]))
    assert what in page
    assert never not in page


@pytest.mark.parametrize(
    ("name", "times"),
    [("answered", 0), ("not solved", 1), ("the district decides", 1), ("the district: again", 2)],
)
def test_an_answer_that_was_not_the_last_word_says_so(name: str, times: int) -> None:
    assert read(name).count("返工以前的答复") == times


def test_that_it_is_done_is_said_once() -> None:
    assert read("closed").count("日</time>办结了") == 1


def test_what_was_erased_is_no_more() -> None:
    given = raised(places().room, at=NOW).submission
    digits, key = keep(given)
    given.refresh_from_db()
    slip.erase(submission=given, actor=slip.holder_of(given), at=NOW)
    client = Client()
    client.get(f"/s/{digits}/{key}")
    assert client.get(f"/s/{digits}").status_code == 404
