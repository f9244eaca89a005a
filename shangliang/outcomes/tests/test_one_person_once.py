"""One person counts once a round, by whatever ways they answer, and the last answer stands; what pages then say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shangliang.access.actor import submitter
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.kit import clock, crypto, ids
from shangliang.kit.guards import Blocked
from shangliang.outcomes import queries
from shangliang.outcomes.actions import rating, transitions
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.models import Commitment, Invitation, Rating
from shangliang.outcomes.showing import shown_results
from shangliang.outcomes.states import Closing, CommitmentState, Level, RatedBy, ReplyKind
from shangliang.outcomes.tests.factories import Cast
from shangliang.outcomes.tests.starts import Start, answer, begin, lead_on, promise
from shangliang.topics.models import SEALED_PHONE, Submission, slip_hash
from shangliang.topics.states import SubmissionState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
WELL = rating.Opinion(Level.SATISFIED, True, "亮了")
BADLY = rating.Opinion(Level.DISSATISFIED, False, "还是不亮")
LEAST = 5


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def asked(people: Cast, *phones: str) -> Start:
    """A matter that as many have raised, each leaving such a telephone (or none), and that all are asked about."""
    start = promise(begin(NOW, people), NOW)
    (first,) = start.case.submissions
    first.phone_sealed = crypto.seal(phones[0], SEALED_PHONE) if phones[0] else b""
    first.save()
    for n, phone in enumerate(phones[1:], 1):
        Submission.objects.create(
            slip_hash=f"more{n}", slip_sealed=b"", key_hash=f"key{n}", form_nonce=ids.new_key(),
            channel=first.channel, state=SubmissionState.MERGED.value, room=first.room, topic=first.topic,
            text="楼道灯不亮", received_at=NOW, desk_path=first.desk_path, desk_room_no=first.desk_room_no,
            phone_sealed=crypto.seal(phone, SEALED_PHONE) if phone else b"",
        )  # fmt: skip
    return lead_on(start, CommitmentState.ASKING, NOW)


def says(invitation: Invitation, opinion: rating.Opinion, minutes: int = 0) -> Commitment:
    at = NOW + timedelta(minutes=minutes)
    return rating.rate(invitation=invitation, opinion=opinion, actor=submitter("slip0"), at=at).commitment


def test_the_last_answer_of_a_person_stands_as_long_as_others_are_waited_for(people: Cast) -> None:
    made = asked(people, "", "").made
    first, second = made.invitations.order_by("pk")
    for minutes, opinion in enumerate((BADLY, WELL, BADLY, WELL)):
        assert says(first, opinion, minutes).state == CommitmentState.ASKING
    found = queries.rated(made, 1).figures
    assert (found.asked, found.answered, found.solved_percent) == (2, 1, 100)
    assert [row.text for row in queries.reasons_for(made, people.doer)] == ["亮了"]
    assert Rating.objects.count() == 4, "what was said before is replaced, not lost"
    assert Rating.objects.standing().get().at == NOW + timedelta(minutes=3)
    closed = says(second, WELL, 9)
    assert (closed.state, closed.closing) == (CommitmentState.CLOSED, Closing.CONFIRMED)


def test_two_slips_with_one_telephone_are_one_person(people: Cast) -> None:
    made = asked(people, "138-0000-1234", "", "１３８００００１２３４ 晚上打", "13900001234").made
    rows = list(made.invitations.order_by("submission_id"))
    assert [row.same_as for row in rows] == [None, None, rows[0], None]
    assert (made.invitations.people().count(), queries.rated(made, LEAST).figures.asked) == (3, 3)
    says(rows[0], BADLY)
    says(rows[2], WELL, 1)
    assert queries.rated(made, LEAST).figures.answered == 1
    assert Rating.objects.standing().get().invitation == rows[0]
    submissions = [row.submission for row in rows]
    assert [bool(queries.asked_of(row)[0].rating) for row in submissions if row] == [True, False, True, False]
    assert set(made.invitations.unanswered()) == {rows[1], rows[3]}


def test_who_wrote_two_slips_is_written_to_once(people: Cast) -> None:
    made = asked(people, "13800001234", "13800001234").made
    while react(NOW):
        pass
    asked_for = Message.objects.filter(title__contains="点开链接评价").values_list(
        "recipient__ref", flat=True
    )
    first = made.invitations.people().get().submission
    assert first is not None
    assert set(asked_for) == {f"submission:{first.no}"}


def test_five_rounds_of_one_person_are_no_five_people(people: Cast) -> None:
    start = asked(people, "")
    made = start.made
    for _round in range(2):
        says(made.invitations.get(round=made.reopened_count), BADLY)
        made.refresh_from_db()
        if made.state == CommitmentState.UNDER_WAY:
            answer(start, ReplyKind.SOLVED, NOW)
    assert queries.rated(made, LEAST).figures.answered == 1


def test_a_card_with_the_slips_number_replaces_what_was_said_online(people: Cast) -> None:
    made = asked(people, "", "").made
    slip = ids.new_slip()
    first = made.invitations.order_by("pk")[0]
    Submission.objects.filter(slip_hash="slip0").update(slip_hash=slip_hash(slip))
    says(first, WELL)

    def enter(slip: str) -> None:
        way = RatedBy.PAPER_CARD
        rating.rate_for(commitment=made, opinion=BADLY, rated_by=way, actor=people.town, at=NOW, slip=slip)

    enter(slip)
    own = Rating.objects.standing().get()
    assert (own.invitation, own.is_solved, own.rated_by) == (first, False, RatedBy.PAPER_CARD)
    with pytest.raises(Blocked) as blocked:
        enter(ids.new_slip())
    assert [(item.code, item.mend) for item in blocked.value.unmet] == [("slip_not_asked", "slip")]


def test_what_the_rooms_clerk_enters_replaces_only_what_the_clerk_entered(people: Cast) -> None:
    made = asked(people, "", "").made
    first = made.invitations.order_by("pk")[0]
    says(first, WELL)
    for opinion in (WELL, BADLY):
        rating.rate(
            invitation=first, opinion=opinion, actor=people.clerk, at=NOW, rated_by=RatedBy.ROOM_CLERK
        )
    standing = Rating.objects.standing().order_by("rated_by").values_list("rated_by", "is_solved")
    assert list(standing) == [("room_clerk", False), ("self", True)]
    found = queries.rated(made, 1)
    assert (found.figures.answered, found.entered_by_clerk, found.figures.solved_percent) == (1, 1, 100)


def test_the_page_shows_what_was_answered_and_takes_the_change(people: Cast) -> None:
    made = asked(people, "", "").made
    first = made.invitations.order_by("pk")[0]
    page = f"/t/rate/{new_link(first)}"
    bad = {"is_solved": "no", "level": "2", "reason": "还是不亮", "for_district": "on"}
    assert "还有人没有评价" in Client().post(page, bad).content.decode()
    shown = Client().get(page).content.decode()
    assert "您已经评过" in shown
    assert "还是不亮</textarea>" in shown
    assert shown.count(" checked") == 3
    Client().post(page, {"is_solved": "yes", "level": "4", "reason": ""})
    assert Rating.objects.standing().get().is_solved


def test_what_becomes_of_the_answer_is_said_as_it_is(people: Cast) -> None:
    start = asked(people, "")
    made = start.made

    def send(opinion: str, level: str) -> str:
        made.refresh_from_db()
        link = new_link(made.invitations.get(round=made.reopened_count))
        given = {"is_solved": opinion, "level": level, "reason": "还是不亮"}
        return Client().post(f"/t/rate/{link}", given).content.decode()

    assert "这件事会重新办理，请承办单位在 2026年11月30日 前再答复" in send("no", "2")
    made.refresh_from_db()
    answer(start, ReplyKind.SOLVED, NOW)
    assert "请区推进办来裁定" in send("no", "2")
    again = Client().get(f"/t/rate/{new_link(made.invitations.get(round=1))}").content.decode()
    assert "这次评价已经完成" in again
    assert "<form" not in again[again.index("<main") : again.index("</main")]


def test_who_missed_the_time_is_told_of_the_call(people: Cast) -> None:
    made = asked(people, "").made
    link = new_link(made.invitations.get())
    rating.weigh(transitions.locked(made.pk), NOW, window_over=True)
    page = Client().get(f"/t/rate/{link}").content.decode()
    assert "自己评价的时间已经过了" in page
    assert 'name="level"' not in page
    assert not queries.asked_of(made.invitations.get().submission)[0].is_open  # type: ignore[arg-type]  # it has one


@pytest.mark.parametrize(
    ("closing", "times", "days", "says"),
    [
        ("confirmed", 0, 0, "当天办好"),
        ("confirmed", 0, 3, "用了 3 天"),
        ("confirmed", 2, 0, "返工 2 次后办好"),
        ("confirmed", 2, 9, "返工 2 次后办好，前后 9 天"),
        ("decided_done", 2, 9, "返工 2 次后办好，前后 9 天"),
        ("not_rated", 0, 0, "当天办结"),
        ("not_rated", 1, 30, "返工 1 次后办结，前后 30 天"),
        ("decided_not_done", 2, 9, "前后 9 天"),
        ("decided_not_done", 1, 0, ""),
    ],
)
def test_the_public_reads_how_often_it_was_done_again(
    people: Cast, closing: str, times: int, days: int, says: str
) -> None:
    made = promise(begin(NOW, people), NOW).made
    Commitment.objects.filter(pk=made.pk).update(
        state="closed", closing=closing, reopened_count=times, closed_at=NOW + timedelta(days=days),
        release="released", scope="public",
    )  # fmt: skip
    made.topic.scope = "public"
    made.topic.save()
    (row,) = shown_results(queries.results(), NOW)
    assert row.note == " · ".join(filter(None, ["桃园物业公司", says]))
